package dev.touchstone.assess;

import static org.apache.spark.sql.functions.col;

import dev.touchstone.assess.Observed.Key;
import dev.touchstone.inference.Decomposition;
import dev.touchstone.inference.Difference;
import dev.touchstone.inference.ThreeValued;
import dev.touchstone.kpi.Benchmark;
import dev.touchstone.kpi.Interval;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Why a KPI changed: the cells of one KPI and segmentation against the period before and against a year before, and what
 * each adds to the change of its total.
 *
 * <p>Law: over the touchpoints other than {@code company}, and over the segments at a touchpoint, rate and mix effects
 * sum to the change of the total.
 */
final class KpiChanges implements FlatMapGroupsFunction<String, Row, Row> {
    private static final long serialVersionUID = 1;
    private static final String ALL = "all";
    private static final String COMPANY = "company";

    private final Map<String, Kpi> kpis;
    private final List<Judged> periods;
    private final Set<String> byCurrency;
    private final StructType result;

    private KpiChanges(Map<String, Kpi> kpis, List<Judged> periods, Set<String> byCurrency, StructType result) {
        this.kpis = kpis;
        this.periods = periods;
        this.byCurrency = byCurrency;
        this.result = result;
    }

    /** The changes of some periods, the values of which are in the table already. */
    static Dataset<Row> of(Project project, Store store, List<Judged> periods) {
        StructType result = Table.KPI_CHANGES.schema();
        Map<String, Kpi> kpis = new TreeMap<>(project.catalogue().kpis());
        return store.read(Table.KPI_VALUES)
                .where(Judged.isCompared(periods)
                        .and(col("kpi").isin(kpis.keySet().toArray())))
                .select(WeakTouchpoints.observed())
                .groupByKey(
                        (MapFunction<Row, String>) row -> row.<String>getAs("kpi") + "/" + row.getAs("segmentation"),
                        Encoders.STRING())
                .flatMapGroups(new KpiChanges(kpis, periods, project.byCurrency(), result), Encoders.row(result));
    }

    @Override
    public Iterator<Row> call(String group, Iterator<Row> rows) {
        Map<LocalDate, Map<Boolean, Map<Key, Observed>>> observed = new HashMap<>();
        Kpi kpi = null;
        String segmentation = null;
        while (rows.hasNext()) {
            Row row = rows.next();
            kpi = kpi == null ? kpis.get(row.<String>getAs("kpi")) : kpi;
            segmentation = row.getAs("segmentation");
            Observed cell = Observed.of(row);
            observed.computeIfAbsent(row.<Date>getAs("period_start").toLocalDate(), start -> new HashMap<>())
                    .computeIfAbsent(cell.weighted(), weighted -> new HashMap<>())
                    .put(cell.key(), cell);
        }
        List<Row> changes = new ArrayList<>();
        for (Judged judged : periods) {
            for (boolean weighted : new boolean[] {false, true}) {
                Function<LocalDate, Map<Key, Observed>> of =
                        start -> observed.getOrDefault(start, Map.of()).getOrDefault(weighted, Map.of());
                Map<Key, Observed> now = of.apply(judged.period().start());
                compare(changes, kpi, segmentation, judged, weighted, now, true, of.apply(judged.previous()));
                compare(changes, kpi, segmentation, judged, weighted, now, false, of.apply(judged.yearBefore()));
            }
        }
        return changes.iterator();
    }

    private void compare(
            List<Row> changes,
            Kpi kpi,
            String segmentation,
            Judged judged,
            boolean weighted,
            Map<Key, Observed> now,
            boolean previous,
            Map<Key, Observed> before) {
        if (now.isEmpty() || before.isEmpty()) {
            return;
        }
        Map<String, List<Key>> totals = byTotal(segmentation, before, now);
        Map<Key, Part> effects = parts(kpi, segmentation, byCurrency, before, now);
        totals.forEach((total, parts) -> {
            boolean addUp = !total.isEmpty() && addsUp(kpi, segmentation, byCurrency);
            for (Key key : parts) {
                Map<String, Object> row = new HashMap<>();
                row.put("kpi", kpi.name());
                row.put("weighted", weighted);
                row.put("calendar", judged.period().calendar().code());
                row.put("grain", judged.period().grain().code());
                row.put("period", judged.period().label());
                row.put("period_start", Date.valueOf(judged.period().start()));
                row.put("period_end", Date.valueOf(judged.period().end()));
                row.put("is_complete", now.values().iterator().next().complete());
                row.put(
                        "compared_with",
                        (previous ? Benchmark.Kind.PREVIOUS_PERIOD : Benchmark.Kind.PREVIOUS_YEAR).code());
                row.put("base_start", Date.valueOf(previous ? judged.previous() : judged.yearBefore()));
                row.put("segmentation", segmentation);
                row.put("segment", key.segment());
                row.put("touchpoint", key.touchpoint());
                values(row, kpi, before.get(key), now.get(key));
                if (addUp && kpi.state() == State.TOTAL) {
                    row.put("contribution", amount(now.get(key)) - amount(before.get(key)));
                }
                Part part = effects.get(key);
                if (part != null) {
                    row.put("share_before", part.shareBefore);
                    row.put("share", part.share);
                    row.put("rate_effect", part.effect.rate());
                    row.put("mix_effect", part.effect.mix());
                    row.put("contribution", part.effect.rate() + part.effect.mix());
                }
                changes.add(Observed.row(result, row));
            }
        });
    }

    /** The cells of both periods by what they are parts of, in order; by "" those that are parts of nothing. */
    private static Map<String, List<Key>> byTotal(
            String segmentation, Map<Key, Observed> before, Map<Key, Observed> now) {
        Map<String, List<Key>> totals = new TreeMap<>();
        Set<Key> keys = new TreeSet<>(Comparator.comparing(Key::touchpoint).thenComparing(Key::segment));
        keys.addAll(now.keySet());
        keys.addAll(before.keySet());
        keys.forEach(key -> totals.computeIfAbsent(
                        segmentation.equals(ALL) ? isPart(key) : key.touchpoint(), total -> new ArrayList<>())
                .add(key));
        return totals;
    }

    /** Touchpoints are parts of touchpoint {@code all}; that itself and the company as a whole are parts of nothing. */
    private static String isPart(Key key) {
        return key.touchpoint().equals(ALL) || key.touchpoint().equals(COMPANY) ? "" : ALL;
    }

    /** Percentiles do not add up, nor do customers over the touchpoints that they used, nor currencies. */
    private static boolean addsUp(Kpi kpi, String segmentation, Set<String> byCurrency) {
        boolean exposures = kpi.perPeriod() && segmentation.equals(ALL);
        return kpi.percentile() == null && !exposures && !KpiScores.ofCurrencies(kpi, segmentation, byCurrency);
    }

    /**
     * A cell as a part of its total.
     *
     * @param shareBefore its share in it, by weight, in the period before
     * @param share its share now
     * @param effect what it adds to the total's change
     */
    record Part(double shareBefore, double share, Decomposition.Effect effect) {}

    /**
     * What the cells of a KPI and segmentation add to the changes of their totals.
     *
     * @param byCurrency segmentations by the currency of amounts
     * @return nothing for cells that are parts of nothing, and for KPIs whose cells are no means that add up by weight
     */
    static Map<Key, Part> parts(
            Kpi kpi, String segmentation, Set<String> byCurrency, Map<Key, Observed> before, Map<Key, Observed> now) {
        Map<Key, Part> parts = new HashMap<>();
        if (kpi.state() != State.TOTAL && addsUp(kpi, segmentation, byCurrency)) {
            byTotal(segmentation, before, now).forEach((total, keys) -> {
                if (!total.isEmpty()) {
                    parts.putAll(parts(keys, before, now));
                }
            });
        }
        return parts;
    }

    private static Map<Key, Part> parts(List<Key> keys, Map<Key, Observed> before, Map<Key, Observed> now) {
        double weight0 =
                keys.stream().mapToDouble(key -> weight(before.get(key))).sum();
        double weight1 = keys.stream().mapToDouble(key -> weight(now.get(key))).sum();
        List<Decomposition.Cell> cells = keys.stream()
                .map(key -> new Decomposition.Cell(
                        weight(before.get(key)), weight(now.get(key)), rate(before.get(key)), rate(now.get(key))))
                .toList();
        Map<Key, Part> parts = new HashMap<>();
        Decomposition.of(cells).ifPresent(decomposition -> {
            for (int i = 0; i < keys.size(); i++) {
                Decomposition.Effect effect = decomposition.effects().get(i);
                if (!Double.isNaN(effect.rate())) {
                    Key key = keys.get(i);
                    parts.put(key, new Part(weight(before.get(key)) / weight0, weight(now.get(key)) / weight1, effect));
                }
            }
        });
        return parts;
    }

    private static double weight(Observed cell) {
        return cell == null || cell.n() == 0 ? 0 : cell.weight();
    }

    private static double rate(Observed cell) {
        return cell == null ? Double.NaN : cell.value();
    }

    private static double amount(Observed cell) {
        return cell == null || Double.isNaN(cell.value()) ? 0 : cell.value();
    }

    private static void values(Map<String, Object> row, Kpi kpi, Observed before, Observed now) {
        row.put("n_before", before == null ? 0L : before.n());
        row.put("n", now == null ? 0L : now.n());
        Double value0 = before == null || Double.isNaN(before.value()) ? null : before.value();
        Double value1 = now == null || Double.isNaN(now.value()) ? null : now.value();
        row.put("value_before", value0);
        row.put("value", value1);
        if (value0 == null || value1 == null) {
            return;
        }
        row.put("change", value1 - value0);
        if (kpi.state() == State.TOTAL) {
            return;
        }
        Difference difference = kpi.interval() == Interval.ADJUSTED_WALD
                ? scores(kpi, now, before)
                : Difference.ofIntervals(
                        value1, end(now.low()), end(now.high()), value0, end(before.low()), end(before.high()));
        row.put("change_low", Double.isNaN(difference.low()) ? null : difference.low());
        row.put("change_high", Double.isNaN(difference.high()) ? null : difference.high());
    }

    private static double end(Double bound) {
        return bound == null ? Double.NaN : bound;
    }

    private static Difference scores(Kpi kpi, Observed now, Observed before) {
        double unit = kpi.scale().high();
        Difference difference = Difference.ofScores(threeValued(now, unit), threeValued(before, unit))
                .orElseThrow();
        return new Difference(
                unit * difference.value(),
                unit * difference.standardError(),
                unit * difference.low(),
                unit * difference.high(),
                difference.p());
    }

    private static ThreeValued threeValued(Observed cell, double unit) {
        double n = cell.effective() * cell.design();
        double mean = cell.value() / unit;
        double within = n > 1 && !Double.isNaN(cell.variance()) ? cell.variance() / (unit * unit) * (n - 1) / n : 0;
        double outer = Math.min(1, within + mean * mean);
        double high = Math.min(1, Math.max(0, (outer + mean) / 2));
        double low = Math.min(1 - high, Math.max(0, (outer - mean) / 2));
        return new ThreeValued(
                cell.effective() * low, cell.effective() * Math.max(0, 1 - low - high), cell.effective() * high);
    }
}
