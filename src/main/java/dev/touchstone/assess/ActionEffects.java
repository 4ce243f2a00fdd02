package dev.touchstone.assess;

import static org.apache.spark.sql.functions.col;

import dev.touchstone.assess.Observed.Key;
import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Grain;
import dev.touchstone.inference.Difference;
import dev.touchstone.inference.DifferenceInDifferences;
import dev.touchstone.inference.Family;
import dev.touchstone.inference.Family.Scores;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Action;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.sql.Date;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * What became of touchpoints for which something was done: difference in differences against their peers, by whole weeks
 * of {@code kpi_values}. An action that was taken because its touchpoint was at its worst is flagged: some of its change
 * is return to the usual (regression to the mean).
 */
final class ActionEffects implements FlatMapGroupsFunction<String, Row, Row> {
    /** Weeks before an action, and at most so many since. */
    static final int WEEKS = 13;

    private static final long serialVersionUID = 1;
    private static final int WEEKS_OF_A_YEAR = 52;
    private static final String ALL = "all";
    private static final String COMPANY = "company";
    /** The 5 % point of the normal distribution. */
    private static final double WORSE = -1.6448536269514722;

    private final Map<String, Kpi> kpis;
    private final List<Action> actions;
    private final DayOfWeek weekStart;
    private final Set<String> byCurrency;
    private final StructType result;

    private ActionEffects(
            Map<String, Kpi> kpis,
            List<Action> actions,
            DayOfWeek weekStart,
            Set<String> byCurrency,
            StructType result) {
        this.kpis = kpis;
        this.actions = actions;
        this.weekStart = weekStart;
        this.byCurrency = byCurrency;
        this.result = result;
    }

    /** The effects of all actions, anew; empty where the project has none. */
    static Optional<Dataset<Row>> of(Project project, Store store) {
        List<Action> actions = project.actions();
        if (actions.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Kpi> kpis = new TreeMap<>();
        project.catalogue().kpis().values().stream()
                .filter(KpiVerdicts::judges)
                .forEach(kpi -> kpis.put(kpi.name(), kpi));
        Column inWeeks = null;
        for (Action action : actions) {
            LocalDate first = week(action, project.weekStart(), -WEEKS - WEEKS_OF_A_YEAR);
            Column near = col("period_start")
                    .between(Date.valueOf(first), Date.valueOf(week(action, project.weekStart(), WEEKS)));
            inWeeks = inWeeks == null ? near : inWeeks.or(near);
        }
        StructType result = Table.ACTION_EFFECTS.schema();
        return Optional.of(store.read(Table.KPI_VALUES)
                .where(col("grain")
                        .equalTo(Grain.WEEK.code())
                        .and(inWeeks)
                        .and(col("touchpoint").notEqual(ALL))
                        .and(col("kpi").isin(kpis.keySet().toArray())))
                .select(WeakTouchpoints.observed())
                .groupByKey(
                        (MapFunction<Row, String>) row -> row.<String>getAs("kpi") + "/" + row.getAs("segmentation"),
                        Encoders.STRING())
                .flatMapGroups(
                        new ActionEffects(kpis, actions, project.weekStart(), project.byCurrency(), result),
                        Encoders.row(result)));
    }

    /** First day of a week counted from the one in which an action came into force, which is 0. */
    private static LocalDate week(Action action, DayOfWeek weekStart, int number) {
        return Calendar.GREGORIAN
                .period(Grain.WEEK, action.date(), weekStart)
                .start()
                .plusWeeks(number);
    }

    @Override
    public Iterator<Row> call(String group, Iterator<Row> rows) {
        Map<LocalDate, List<Observed>> weeks = new TreeMap<>();
        Kpi kpi = null;
        String segmentation = null;
        while (rows.hasNext()) {
            Row row = rows.next();
            kpi = kpi == null ? kpis.get(row.<String>getAs("kpi")) : kpi;
            segmentation = row.getAs("segmentation");
            Observed cell = Observed.of(row);
            if (cell.n() > 0 && !cell.isOpen(kpi)) {
                weeks.computeIfAbsent(row.<Date>getAs("period_start").toLocalDate(), start -> new ArrayList<>())
                        .add(cell);
            }
        }
        List<Row> effects = new ArrayList<>();
        for (Action action : actions) {
            if (segmentation != null
                    && segmentation.equals(action.segmentation() == null ? ALL : action.segmentation())) {
                for (String touchpoint : action.touchpoints()) {
                    for (String segment : action.segmentation() == null ? List.of(ALL) : action.segments()) {
                        effect(kpi, segmentation, action, new Key(touchpoint, segment), weeks)
                                .ifPresent(values -> effects.add(Observed.row(result, values)));
                    }
                }
            }
        }
        return effects.iterator();
    }

    private Optional<Map<String, Object>> effect(
            Kpi kpi, String segmentation, Action action, Key key, Map<LocalDate, List<Observed>> weeks) {
        // The week in which it came into force is neither before nor after, unless it is its first day.
        boolean whole = week(action, weekStart, 0).equals(action.date());
        LocalDate before = week(action, weekStart, -WEEKS);
        LocalDate end = week(action, weekStart, 0);
        LocalDate after = week(action, weekStart, whole ? 0 : 1);
        LocalDate last = after.plusWeeks(WEEKS);
        boolean weighted = weeks.values().stream()
                .flatMap(List::stream)
                .anyMatch(cell -> cell.weighted() && cell.key().equals(key));
        Predicate<Observed> own =
                cell -> cell.weighted() == weighted && cell.key().equals(key);
        Set<Key> treated = treated(segmentation, before, last);
        Predicate<Observed> peer = cell -> cell.weighted() == weighted
                && !treated.contains(cell.key())
                && !cell.key().touchpoint().equals(COMPANY)
                && isLike(kpi, segmentation, cell.key(), key);
        Span ownBefore = Span.of(kpi, weeks, before, end, own);
        Span ownAfter = Span.of(kpi, weeks, after, last, own);
        Span peersBefore = Span.of(kpi, weeks, before, end, peer);
        Span peersAfter = Span.of(kpi, weeks, after, last, peer);
        Span yearBefore = Span.of(kpi, weeks, before.minusWeeks(WEEKS_OF_A_YEAR), before, own);
        if (ownBefore.n == 0 || ownAfter.n == 0) {
            return Optional.empty();
        }
        Scores scores = KpiScores.of(kpi);
        Map<String, Object> row = new HashMap<>();
        row.put("action", action.name());
        row.put("title_en", action.title().en());
        row.put("title_fa", action.title().fa());
        row.put("action_day", Date.valueOf(action.date()));
        row.put("cost", action.cost());
        row.put("kpi", kpi.name());
        row.put("weighted", weighted);
        row.put("segmentation", segmentation);
        row.put("segment", key.segment());
        row.put("touchpoint", key.touchpoint());
        row.put("weeks_before", ownBefore.weeks);
        row.put("weeks_after", ownAfter.weeks);
        row.put("n_before", ownBefore.n);
        row.put("n_after", ownAfter.n);
        row.put("value_before", shown(kpi, ownBefore));
        row.put("value_after", shown(kpi, ownAfter));
        row.put("peers_before", shown(kpi, peersBefore));
        row.put("peers_after", shown(kpi, peersAfter));
        if (peersBefore.n > 0 && peersAfter.n > 0) {
            Optional<Difference> effect = new DifferenceInDifferences(
                            ownBefore.cell(scores),
                            ownAfter.cell(scores),
                            peersBefore.cell(scores),
                            peersAfter.cell(scores))
                    .effect();
            effect.ifPresent(difference -> {
                row.put("effect", difference.value());
                row.put("effect_low", known(difference.low()));
                row.put("effect_high", known(difference.high()));
                row.put("p", known(difference.p()));
            });
        }
        if (yearBefore.weeks >= WEEKS) {
            double error = Math.sqrt(
                    ownBefore.cell(scores).variance() + yearBefore.cell(scores).variance());
            double distance = (scores.lowerIsBetter() ? -1 : 1) * (ownBefore.value - yearBefore.value);
            row.put("at_its_worst", distance / error < WORSE);
        }
        return Optional.of(row);
    }

    /** Whether a cell changes as another does but for what is done there; amounts in other currencies do not. */
    private boolean isLike(Kpi kpi, String segmentation, Key peer, Key cell) {
        if (segmentation.equals(ALL)) {
            return true;
        }
        return KpiScores.ofCurrencies(kpi, segmentation, byCurrency)
                ? peer.segment().equals(cell.segment())
                : peer.touchpoint().equals(cell.touchpoint());
    }

    private static Double known(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static Double shown(Kpi kpi, Span span) {
        return span.n == 0 ? null : kpi.state() == State.DURATION ? Math.exp(span.value) : span.value;
    }

    /** Cells for which anything was done in these weeks are no peers. */
    private Set<Key> treated(String segmentation, LocalDate from, LocalDate to) {
        Set<Key> treated = new HashSet<>();
        for (Action action : actions) {
            boolean here = segmentation.equals(action.segmentation() == null ? ALL : action.segmentation());
            if (here && !action.date().isBefore(from) && action.date().isBefore(to)) {
                for (String touchpoint : action.touchpoints()) {
                    for (String segment : action.segmentation() == null ? List.of(ALL) : action.segments()) {
                        treated.add(new Key(touchpoint, segment));
                    }
                }
            }
        }
        return treated;
    }

    /** Weeks of some cells together. */
    private record Span(int weeks, long n, double effective, double value, double variance) {
        static Span of(
                Kpi kpi,
                Map<LocalDate, List<Observed>> weeks,
                LocalDate from,
                LocalDate to,
                Predicate<Observed> which) {
            int number = 0;
            long n = 0;
            double effective = 0;
            double weight = 0;
            double sum = 0;
            double squares = 0;
            double degrees = 0;
            for (Map.Entry<LocalDate, List<Observed>> week : weeks.entrySet()) {
                if (week.getKey().isBefore(from) || !week.getKey().isBefore(to)) {
                    continue;
                }
                boolean any = false;
                for (Observed cell : week.getValue()) {
                    Observed.Numbers numbers = cell.numbers(kpi);
                    if (which.test(cell) && numbers.n() > 0) {
                        double share = kpi.state() == State.DURATION ? numbers.n() : cell.weight();
                        any = true;
                        n += cell.n();
                        effective += numbers.effective();
                        weight += share;
                        sum += share * numbers.value();
                        if (numbers.n() > 1 && !Double.isNaN(cell.variance())) {
                            squares += cell.variance() * (numbers.n() - 1);
                            degrees += numbers.n() - 1;
                        }
                    }
                }
                number += any ? 1 : 0;
            }
            return new Span(number, n, effective, sum / weight, degrees > 0 ? squares / degrees : Double.NaN);
        }

        /** Value and the variance of its error, by the forms of {@link Family}. */
        DifferenceInDifferences.Cell cell(Scores scores) {
            return new DifferenceInDifferences.Cell(value, Family.variance(scores, effective, value, variance));
        }
    }
}
