package dev.touchstone.assess;

import dev.touchstone.assess.Observed.Key;
import dev.touchstone.calendar.Grain;
import dev.touchstone.inference.ChangeDetection;
import dev.touchstone.inference.ChangeDetection.Change;
import dev.touchstone.inference.Rules;
import dev.touchstone.inference.Status;
import dev.touchstone.inference.WeeklyValues;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.kpi.Text;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * From the values of one KPI under one segmentation over time to the verdicts on its cells, period by period. The
 * verdicts of each period are those of {@link PeriodVerdicts}, the alarms those of {@link ChangeDetection}.
 */
final class KpiVerdicts implements FlatMapGroupsFunction<String, Row, Row> {
    private static final long serialVersionUID = 1;

    private final Map<String, Kpi> kpis;
    private final Map<String, double[]> targets;
    private final List<Judged> periods;
    private final String grain;
    private final Rules rules;
    private final Set<String> byCurrency;
    private final Reasons reasons;
    private final StructType result;

    /**
     * @param kpis those that verdicts are given on, by name
     * @param targets by KPI in each of the periods, NaN for none
     * @param byCurrency segmentations by the currency of amounts
     * @param result the columns of the rows to make
     */
    KpiVerdicts(
            Map<String, Kpi> kpis,
            Map<String, double[]> targets,
            List<Judged> periods,
            Rules rules,
            Set<String> byCurrency,
            Reasons reasons,
            StructType result) {
        this.kpis = kpis;
        this.targets = targets;
        this.periods = periods;
        this.grain = periods.get(0).period().grain().code();
        this.rules = rules;
        this.byCurrency = byCurrency;
        this.reasons = reasons;
        this.result = result;
    }

    /** Whether cells of a KPI are judged: a total grows with the number of rows, and exposures overlap. */
    static boolean judges(Kpi kpi) {
        return kpi.state() != State.TOTAL
                && kpi.scale().better() != Better.NONE
                && kpi.percentile() == null
                && !kpi.perPeriod();
    }

    @Override
    public Iterator<Row> call(String group, Iterator<Row> rows) {
        return judge(rows).stream()
                .map(judgement -> Observed.row(result, judgement.values()))
                .iterator();
    }

    /** Judges all periods, in order. */
    List<PeriodVerdicts.Judgement> judge(Iterator<Row> rows) {
        Map<LocalDate, List<Observed>> observed = new HashMap<>();
        Map<Key, Map<LocalDate, Observed>> weeks = new HashMap<>();
        Map<Key, String> since = new HashMap<>();
        Kpi kpi = null;
        String segmentation = null;
        while (rows.hasNext()) {
            Row row = rows.next();
            kpi = kpi == null ? kpis.get(row.<String>getAs("kpi")) : kpi;
            segmentation = row.getAs("segmentation");
            if (row.<Boolean>getAs("judged_before")) {
                since.put(new Key(row.getAs("touchpoint"), row.getAs("segment")), row.getAs("since"));
                continue;
            }
            Observed cell = Observed.of(row);
            LocalDate start = row.<Date>getAs("period_start").toLocalDate();
            if (row.getAs("grain").equals(grain)) {
                observed.computeIfAbsent(start, day -> new ArrayList<>()).add(cell);
            }
            if (row.getAs("grain").equals(Grain.WEEK.code())) {
                weeks.computeIfAbsent(cell.key(), key -> new HashMap<>()).merge(start, cell, KpiVerdicts::judgedOne);
            }
        }
        List<PeriodVerdicts.Judgement> judgements = new ArrayList<>();
        for (int i = 0; i < periods.size() && kpi != null; i++) {
            Judged judged = periods.get(i);
            List<Observed> all = observed.getOrDefault(judged.period().start(), List.of());
            PeriodVerdicts period = new PeriodVerdicts(
                    kpi,
                    segmentation,
                    judged,
                    targets.get(kpi.name())[i],
                    judgedOnes(all),
                    judgedOnes(observed.getOrDefault(judged.previous(), List.of())),
                    judgedOnes(observed.getOrDefault(judged.yearBefore(), List.of())),
                    byCurrency);
            Map<Key, String> now = new HashMap<>();
            Map<Key, Change> changes = new HashMap<>();
            for (List<Key> family : families(kpi, segmentation, weeks.keySet())) {
                changes.putAll(changes(kpi, family, weeks, judged));
            }
            for (PeriodVerdicts.Judgement judgement : period.judge(rules, changes)) {
                Key key = judgement.cell().key();
                Map<String, Object> values = judgement.values();
                Status status = judgement.verdict().status();
                if (status == Status.CONFIRMED || status == Status.PROBABLE) {
                    now.put(key, since.getOrDefault(key, judged.period().label()));
                    values.put("since", now.get(key));
                } else if (status == Status.IMMATURE && since.containsKey(key)) {
                    now.put(key, since.get(key));
                    values.put("since", since.get(key));
                }
                Text reason = period.reason(reasons, values, status);
                values.put("reason_en", reason.en());
                values.put("reason_fa", reason.fa());
                judgements.add(judgement);
            }
            since = now;
        }
        return judgements;
    }

    /** Cells whose alarms are judged together, in order: those of a currency have nothing to do with others. */
    private Collection<List<Key>> families(Kpi kpi, String segmentation, Set<Key> keys) {
        boolean currencies = KpiScores.ofCurrencies(kpi, segmentation, byCurrency);
        Map<String, List<Key>> families = new LinkedHashMap<>();
        keys.stream()
                .sorted(Comparator.comparing(Key::touchpoint).thenComparing(Key::segment))
                .forEach(key -> families.computeIfAbsent(currencies ? key.segment() : "", each -> new ArrayList<>())
                        .add(key));
        return families.values();
    }

    /** What the whole weeks up to the end of a period say of change. */
    private Map<Key, Change> changes(Kpi kpi, List<Key> keys, Map<Key, Map<LocalDate, Observed>> weeks, Judged judged) {
        double sign = kpi.scale().better() == Better.LOWER ? -1 : 1;
        List<WeeklyValues> family = new ArrayList<>();
        for (Key key : keys) {
            Map<LocalDate, Observed> ofCell = weeks.get(key);
            double[][] values = new double[4][ChangeDetection.WEEKS];
            for (int week = 0; week < ChangeDetection.WEEKS; week++) {
                Observed cell = ofCell.get(judged.week(week));
                if (cell != null && cell.n() > 0 && !cell.isOpen(kpi)) {
                    Observed.Numbers numbers = cell.numbers(kpi);
                    values[0][week] = numbers.effective() > 0 ? numbers.n() : 0;
                    values[1][week] = numbers.effective();
                    values[2][week] = sign * numbers.value();
                    values[3][week] = cell.variance();
                }
            }
            family.add(new WeeklyValues(values[0], values[1], values[2], values[3]));
        }
        List<Optional<Change>> changes = ChangeDetection.of(KpiScores.of(kpi), family, rules.falseDiscoveries());
        Map<Key, Change> byKey = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            Key key = keys.get(i);
            changes.get(i).ifPresent(change -> byKey.put(key, change));
        }
        return byKey;
    }

    /** Verdicts are given on the weighted cell where it has weights. */
    private static Observed judgedOne(Observed one, Observed other) {
        return one.weighted() ? one : other;
    }

    private static List<Observed> judgedOnes(List<Observed> cells) {
        Map<Key, Observed> byKey = new LinkedHashMap<>();
        cells.forEach(cell -> byKey.merge(cell.key(), cell, KpiVerdicts::judgedOne));
        return List.copyOf(byKey.values());
    }
}
