package dev.touchstone.assess;

import dev.touchstone.assess.Observed.Key;
import dev.touchstone.calendar.Grain;
import dev.touchstone.inference.ChangeDetection;
import dev.touchstone.inference.ChangeDetection.Change;
import dev.touchstone.inference.Family;
import dev.touchstone.inference.Family.Benchmark;
import dev.touchstone.inference.Family.Cell;
import dev.touchstone.inference.Family.Kind;
import dev.touchstone.inference.Family.Scores;
import dev.touchstone.inference.Family.Verdict;
import dev.touchstone.inference.Rules;
import dev.touchstone.inference.Status;
import dev.touchstone.inference.WeeklyValues;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Interval;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.kpi.Text;
import java.io.Serializable;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
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
 * statistics are those of {@link Family}; here units are turned to and fro.
 *
 * <p>Durations are compared on the scale of ln(seconds), on which a tenth longer is as much everywhere.
 */
final class KpiVerdicts implements FlatMapGroupsFunction<String, Row, Row> {
    private static final long serialVersionUID = 1;
    private static final String ALL = "all";
    private static final String COMPANY = "company";
    private static final double OF_SHARES = 0.05;
    private static final double OF_POINTS = 5;
    private static final double OF_RANGE = 0.05;
    private static final double OF_MONEY = 0.05;
    private static final double OF_DURATIONS = 0.10;

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

    /**
     * A verdict on a cell with all that led to it.
     *
     * @param before the same cell in the period before; null: none
     * @param change null: too few weeks to say
     * @param values the row that is written, by column
     */
    record Judgement(
            Kpi kpi,
            Judged judged,
            Scores scores,
            Observed cell,
            Observed before,
            Verdict verdict,
            Change change,
            Map<String, Object> values) {}

    @Override
    public Iterator<Row> call(String group, Iterator<Row> rows) {
        return judge(rows).stream()
                .map(judgement -> Observed.row(result, judgement.values))
                .iterator();
    }

    /** Judges all periods, in order. */
    List<Judgement> judge(Iterator<Row> rows) {
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
        List<Judgement> judgements = new ArrayList<>();
        for (int i = 0; i < periods.size() && kpi != null; i++) {
            Judged judged = periods.get(i);
            List<Observed> all = observed.getOrDefault(judged.period().start(), List.of());
            OfPeriod period = new OfPeriod(
                    kpi,
                    segmentation,
                    judged,
                    targets.get(kpi.name())[i],
                    judgedOnes(all),
                    judgedOnes(observed.getOrDefault(judged.previous(), List.of())),
                    judgedOnes(observed.getOrDefault(judged.yearBefore(), List.of())));
            Map<Key, String> now = new HashMap<>();
            Map<Key, Change> changes = changes(kpi, weeks, judged);
            for (Judgement judgement : period.judge(changes)) {
                Key key = judgement.cell.key();
                Map<String, Object> values = judgement.values;
                Status status = judgement.verdict.status();
                if (status == Status.CONFIRMED || status == Status.PROBABLE) {
                    now.put(key, since.getOrDefault(key, judged.period().label()));
                    values.put("since", now.get(key));
                } else if (status == Status.IMMATURE && since.containsKey(key)) {
                    now.put(key, since.get(key));
                    values.put("since", since.get(key));
                }
                Text reason = period.reason(values, status);
                values.put("reason_en", reason.en());
                values.put("reason_fa", reason.fa());
                judgements.add(judgement);
            }
            since = now;
        }
        return judgements;
    }

    /** What the whole weeks up to the end of a period say of change. */
    private Map<Key, Change> changes(Kpi kpi, Map<Key, Map<LocalDate, Observed>> weeks, Judged judged) {
        List<Key> keys = weeks.keySet().stream()
                .sorted(Comparator.comparing(Key::touchpoint).thenComparing(Key::segment))
                .toList();
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
        List<Optional<Change>> changes = ChangeDetection.of(scores(kpi), family, rules.falseDiscoveries());
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

    /** How the scores of a KPI are tested, and which way is better. */
    static Scores scores(Kpi kpi) {
        boolean lower = kpi.scale().better() == Better.LOWER;
        Double given = kpi.minEffect();
        if (kpi.state() == State.DURATION) {
            return new Scores(Kind.MEAN, lower, 1, Math.log1p(given == null ? OF_DURATIONS : given), false);
        }
        Kind kind = kpi.interval() == Interval.WILSON
                ? Kind.SHARE
                : kpi.interval() == Interval.ADJUSTED_WALD ? Kind.THREE_VALUED : Kind.MEAN;
        Double low = kpi.scale().low();
        Double high = kpi.scale().high();
        double unit = kind == Kind.THREE_VALUED ? high : 1;
        return switch (kpi.scale().unit()) {
            case "share" -> new Scores(kind, lower, unit, given == null ? OF_SHARES : given, false);
            case "points" -> new Scores(kind, lower, unit, given == null ? OF_POINTS : given, false);
            case "money" -> new Scores(kind, lower, unit, given == null ? OF_MONEY : given, true);
            default ->
                given == null && (low == null || high == null)
                        ? new Scores(kind, lower, unit, OF_RANGE, true)
                        : new Scores(kind, lower, unit, given == null ? OF_RANGE * (high - low) : given, false);
        };
    }

    /** One KPI and segmentation in one period. */
    private final class OfPeriod implements Serializable {
        private static final long serialVersionUID = 1;

        private final Kpi kpi;
        private final String segmentation;
        private final Judged judged;
        private final double target;
        private final List<Observed> cells;
        private final Map<Key, Observed> before;
        private final Map<Key, Benchmark> ofPrevious;
        private final Map<Key, Benchmark> ofYearBefore;
        private final Map<Key, KpiChanges.Part> parts;
        /** Whether cells are segments of touchpoints; else touchpoints. */
        private final boolean segments;

        private final Scores scores;
        private final double sign;
        private final boolean logarithmic;

        OfPeriod(
                Kpi kpi,
                String segmentation,
                Judged judged,
                double target,
                List<Observed> cells,
                List<Observed> previous,
                List<Observed> yearBefore) {
            this.kpi = kpi;
            this.segmentation = segmentation;
            this.judged = judged;
            this.target = target;
            this.cells = cells;
            this.before = byKey(previous);
            this.parts = before.isEmpty() || cells.isEmpty()
                    ? Map.of()
                    : KpiChanges.parts(kpi, segmentation, byCurrency, before, byKey(cells));
            // Amounts of one currency are compared with each other only: touchpoints within it.
            boolean currencies = kpi.scale().unit().equals("money") && byCurrency.contains(segmentation);
            this.segments = !segmentation.equals(ALL) && !currencies;
            this.scores = scores(kpi);
            this.sign = scores.lowerIsBetter() ? -1 : 1;
            this.logarithmic = kpi.state() == State.DURATION;
            this.ofPrevious = asBenchmarks(previous);
            this.ofYearBefore = asBenchmarks(yearBefore);
        }

        private static Map<Key, Observed> byKey(List<Observed> cells) {
            Map<Key, Observed> byKey = new HashMap<>();
            cells.forEach(cell -> byKey.put(cell.key(), cell));
            return byKey;
        }

        List<Judgement> judge(Map<Key, Change> changes) {
            List<Judgement> judgements = new ArrayList<>();
            List<Observed> cells = segmentation.equals(ALL) ? this.cells : divided();
            if (!segmentation.equals(ALL) && !segments) {
                Map<String, List<Observed>> currencies = new LinkedHashMap<>();
                cells.forEach(cell -> currencies
                        .computeIfAbsent(cell.key().segment(), currency -> new ArrayList<>())
                        .add(cell));
                currencies.values().forEach(ofOne -> judgements.addAll(judge(ofOne, changes)));
            } else {
                judgements.addAll(judge(cells, changes));
            }
            return judgements;
        }

        /** A segment that has all observations of its touchpoint is the touchpoint, which is judged already. */
        private List<Observed> divided() {
            Map<String, Integer> segments = new HashMap<>();
            cells.stream()
                    .filter(cell -> cell.n() > 0)
                    .forEach(cell -> segments.merge(cell.key().touchpoint(), 1, Integer::sum));
            return cells.stream()
                    .filter(cell -> segments.getOrDefault(cell.key().touchpoint(), 0) > 1)
                    .toList();
        }

        private List<Judgement> judge(List<Observed> family, Map<Key, Change> changes) {
            List<Verdict> verdicts = Family.judge(
                    scores,
                    rules,
                    segments,
                    family.stream().map(cell -> cell(cell, benchmark(cell))).toList());
            List<Judgement> judgements = new ArrayList<>();
            for (int i = 0; i < verdicts.size(); i++) {
                Observed cell = family.get(i);
                Observed earlier = before.get(cell.key());
                Change change = changes.get(cell.key());
                judgements.add(new Judgement(
                        kpi,
                        judged,
                        scores,
                        cell,
                        earlier,
                        verdicts.get(i),
                        change,
                        values(cell, earlier, parts.get(cell.key()), verdicts.get(i), change)));
            }
            return judgements;
        }

        private Cell cell(Observed cell, Benchmark benchmark) {
            Observed.Numbers numbers = cell.numbers(kpi);
            double low = cell.low() == null ? Double.NEGATIVE_INFINITY : cell.low();
            double high = cell.high() == null ? Double.POSITIVE_INFINITY : cell.high();
            return new Cell(
                    cell.key().touchpoint(),
                    cell.key().segment(),
                    isApart(cell),
                    numbers.n(),
                    numbers.effective(),
                    sign * numbers.value(),
                    cell.variance(),
                    sign > 0 ? low : -high,
                    sign > 0 ? high : -low,
                    cell.isOpen(kpi),
                    benchmark);
        }

        private Benchmark benchmark(Observed cell) {
            return switch (kind(cell.key().touchpoint())) {
                case TARGET -> known(target);
                case EXTERNAL -> known(kpi.benchmark().value());
                case PEERS, SEGMENT_PEERS -> Benchmark.PEERS;
                case PREVIOUS_PERIOD -> ofPrevious.getOrDefault(cell.key(), Benchmark.NONE);
                case PREVIOUS_YEAR -> ofYearBefore.getOrDefault(cell.key(), Benchmark.NONE);
            };
        }

        /** The company as a whole has no peers; of a segment of all its customers the others are. */
        private boolean isApart(Observed cell) {
            return !segments && cell.key().touchpoint().equals(COMPANY);
        }

        private dev.touchstone.kpi.Benchmark.Kind kind(String touchpoint) {
            dev.touchstone.kpi.Benchmark.Kind kind = kpi.benchmark().kind();
            boolean hasPeers =
                    switch (kind) {
                        case PEERS -> segments || !touchpoint.equals(COMPANY);
                        case SEGMENT_PEERS -> segments;
                        default -> false;
                    };
            return hasPeers
                    ? dev.touchstone.kpi.Benchmark.Kind.PEERS
                    : kind == dev.touchstone.kpi.Benchmark.Kind.PEERS
                                    || kind == dev.touchstone.kpi.Benchmark.Kind.SEGMENT_PEERS
                            ? dev.touchstone.kpi.Benchmark.Kind.PREVIOUS_PERIOD
                            : kind;
        }

        private Benchmark known(double value) {
            double oriented = sign * (logarithmic ? Math.log(value) : value);
            return Double.isFinite(oriented) ? Benchmark.target(oriented) : Benchmark.NONE;
        }

        private Map<Key, Benchmark> asBenchmarks(List<Observed> earlier) {
            List<Benchmark> benchmarks = Family.ofEarlier(
                    scores,
                    earlier.stream().map(each -> cell(each, Benchmark.NONE)).toList());
            Map<Key, Benchmark> byKey = new HashMap<>();
            for (int i = 0; i < benchmarks.size(); i++) {
                byKey.put(earlier.get(i).key(), benchmarks.get(i));
            }
            return byKey;
        }

        private Map<String, Object> values(
                Observed cell, Observed before, KpiChanges.Part part, Verdict verdict, Change change) {
            Map<String, Object> row = new HashMap<>();
            row.put("level", segmentation.equals(ALL) ? "touchpoint" : "segment");
            row.put("kpi", kpi.name());
            row.put("weighted", cell.weighted());
            row.put("calendar", judged.period().calendar().code());
            row.put("grain", judged.period().grain().code());
            row.put("period", judged.period().label());
            row.put("period_start", Date.valueOf(judged.period().start()));
            row.put("period_end", Date.valueOf(judged.period().end()));
            row.put("is_complete", cell.complete());
            row.put("segmentation", segmentation);
            row.put("segment", cell.key().segment());
            row.put("touchpoint", cell.key().touchpoint());
            row.put("n", cell.n());
            row.put("n_eff", cell.effective());
            row.put("value", known(cell.value(), false));
            row.put("ci_low", cell.low());
            row.put("ci_high", cell.high());
            row.put("compared_value", known(logarithmic ? cell.geometricMean() : cell.value(), false));
            row.put("benchmark", known(verdict.benchmark(), true));
            row.put("benchmark_type", kind(cell.key().touchpoint()).code());
            row.put("min_effect", known(verdict.tolerance(), false));
            row.put("shrunk_value", known(verdict.shrunk(), true));
            row.put("shortfall", known(verdict.shortfall(), false));
            row.put("p_weak", known(verdict.probability(), false));
            row.put("p_test", known(verdict.p(), false));
            row.put("q_value", known(verdict.q(), false));
            row.put("outlier_z", known(verdict.outlier(), false));
            row.put("status", verdict.status().name());
            // Of observations as they come: repeated customers and unequal weights need more of them.
            double repeated = cell.n() == 0 ? 1 : cell.n() / cell.effective();
            row.put("needed_n", Double.isNaN(verdict.needed()) ? null : (long) Math.ceil(verdict.needed() * repeated));
            row.put("change", before == null ? null : known(cell.value() - before.value(), false));
            if (part != null) {
                row.put("rate_effect", part.effect().rate());
                row.put("mix_effect", part.effect().mix());
            }
            if (change != null) {
                row.put("ewma", change.ewma());
                row.put("alarm_since", change.inAlarm() ? Date.valueOf(judged.week(change.alarmSince())) : null);
            }
            if (verdict.rank() > 0) {
                row.put("rank", verdict.rank());
                row.put("rank_low", verdict.rankLow());
                row.put("rank_high", verdict.rankHigh());
            }
            return row;
        }

        Text reason(Map<String, Object> row, Status status) {
            return reasons.of(new Reasons.Facts(
                    kpi,
                    segmentation,
                    (String) row.get("segment"),
                    (String) row.get("touchpoint"),
                    status,
                    (Long) row.get("n"),
                    (Double) row.get("compared_value"),
                    logarithmic ? null : (Double) row.get("ci_low"),
                    logarithmic ? null : (Double) row.get("ci_high"),
                    (Double) row.get("benchmark"),
                    kind((String) row.get("touchpoint")),
                    row.get("min_effect") == null ? 0 : (Double) row.get("min_effect"),
                    (Double) row.get("p_weak"),
                    (Double) row.get("q_value"),
                    (Long) row.get("needed_n"),
                    (String) row.get("since"),
                    row.get("alarm_since") == null
                            ? null
                            : judged.date(((Date) row.get("alarm_since")).toLocalDate())));
        }

        /** NULL for what is not known; an oriented estimate in the KPI's unit. */
        private Double known(double value, boolean oriented) {
            if (Double.isNaN(value)) {
                return null;
            }
            if (!oriented) {
                return value;
            }
            return logarithmic ? Math.exp(sign * value) : sign * value;
        }
    }
}
