package dev.touchstone.assess;

import dev.touchstone.assess.Observed.Key;
import dev.touchstone.inference.ChangeDetection.Change;
import dev.touchstone.inference.Family;
import dev.touchstone.inference.Family.Benchmark;
import dev.touchstone.inference.Family.Cell;
import dev.touchstone.inference.Family.Scores;
import dev.touchstone.inference.Family.Verdict;
import dev.touchstone.inference.Rules;
import dev.touchstone.inference.Status;
import dev.touchstone.kpi.Benchmark.Kind;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.kpi.Text;
import java.sql.Date;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The verdicts on the cells of one KPI and segmentation in one period. The statistics are those of {@link Family}; here units are
 * turned to and fro.
 *
 * <p>Durations are compared on the scale of ln(seconds), on which a tenth longer is as much everywhere.
 */
final class PeriodVerdicts {
    private static final String ALL = "all";
    private static final String COMPANY = "company";

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

    /**
     * @param target in the period, NaN for none
     * @param previous the cells of the period before
     * @param byCurrency segmentations by the currency of amounts
     */
    PeriodVerdicts(
            Kpi kpi,
            String segmentation,
            Judged judged,
            double target,
            List<Observed> cells,
            List<Observed> previous,
            List<Observed> yearBefore,
            Set<String> byCurrency) {
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
        this.segments = !KpiScores.amongTouchpoints(kpi, segmentation, byCurrency);
        this.scores = KpiScores.of(kpi);
        this.sign = scores.lowerIsBetter() ? -1 : 1;
        this.logarithmic = kpi.state() == State.DURATION;
        this.ofPrevious = asBenchmarks(previous);
        this.ofYearBefore = asBenchmarks(yearBefore);
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

    private static Map<Key, Observed> byKey(List<Observed> cells) {
        Map<Key, Observed> byKey = new HashMap<>();
        cells.forEach(cell -> byKey.put(cell.key(), cell));
        return byKey;
    }

    List<Judgement> judge(Rules rules, Map<Key, Change> changes) {
        List<Judgement> judgements = new ArrayList<>();
        families(segmentation.equals(ALL) ? cells : divided())
                .forEach(family -> judgements.addAll(judge(family, rules, changes)));
        return judgements;
    }

    /** Amounts in different currencies have nothing in common: neither level nor variance. */
    private Collection<List<Observed>> families(List<Observed> cells) {
        if (segmentation.equals(ALL) || segments) {
            return List.of(cells);
        }
        Map<String, List<Observed>> currencies = new LinkedHashMap<>();
        cells.forEach(cell -> currencies
                .computeIfAbsent(cell.key().segment(), currency -> new ArrayList<>())
                .add(cell));
        return currencies.values();
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

    private List<Judgement> judge(List<Observed> family, Rules rules, Map<Key, Change> changes) {
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

    /** What cells at a touchpoint are compared with: without peers with the period before. */
    private Kind kind(String touchpoint) {
        Kind kind = kpi.benchmark().kind();
        return switch (kind) {
            case PEERS -> segments || !touchpoint.equals(COMPANY) ? Kind.PEERS : Kind.PREVIOUS_PERIOD;
            case SEGMENT_PEERS -> segments ? Kind.PEERS : Kind.PREVIOUS_PERIOD;
            default -> kind;
        };
    }

    private Benchmark known(double value) {
        double oriented = sign * (logarithmic ? Math.log(value) : value);
        return Double.isFinite(oriented) ? Benchmark.target(oriented) : Benchmark.NONE;
    }

    private Map<Key, Benchmark> asBenchmarks(List<Observed> earlier) {
        Map<Key, Benchmark> byKey = new HashMap<>();
        for (List<Observed> family : families(earlier)) {
            List<Benchmark> benchmarks = Family.ofEarlier(
                    scores,
                    family.stream().map(each -> cell(each, Benchmark.NONE)).toList());
            for (int i = 0; i < benchmarks.size(); i++) {
                byKey.put(family.get(i).key(), benchmarks.get(i));
            }
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
        // Where all cases took zero seconds there is no geometric mean.
        double compared = logarithmic && cell.positive() > 0 ? cell.geometricMean() : cell.value();
        row.put("compared_value", known(compared, false));
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

    Text reason(Reasons reasons, Map<String, Object> row, Status status) {
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
                row.get("alarm_since") == null ? null : judged.date(((Date) row.get("alarm_since")).toLocalDate())));
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
