package dev.touchstone.assess;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.kpi.Estimate;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * From daily histograms of durations to the states of their means and percentiles, by period.
 *
 * <p>Law: histograms are counts, so that of a period is the sum of its days', and that of touchpoint {@code all} the sum
 * over the touchpoints other than {@code company}. A percentile is read off the summed histogram, never off percentiles.
 */
final class Durations {
    /** A mean has no percentile. */
    private static final StructType SHOWN_SCHEMA = StructType.fromDDL("_state STRING, _shown STRING, _percentile INT");

    private static final String PERCENTILE = "decimal(12,11)";

    private Durations() {}

    /** The KPIs that histograms carry: means and percentiles. */
    static List<Kpi> of(Collection<Kpi> kpis) {
        return kpis.stream().filter(kpi -> kpi.state() == State.DURATION).toList();
    }

    /**
     * A mean has its closed cases in n, a percentile the open ones, too: they are longer than all others, so that the
     * percentile is NULL where its rank falls among them.
     *
     * @param bins rows of {@code daily_durations}
     * @param kpis means and percentiles, not empty; a percentile needs no mean beside it
     * @param effects design effects as {@link DesignEffects} gives them
     * @return states as {@link KpiStates#state} shapes them
     */
    static Dataset<Row> byPeriod(
            SparkSession spark, Dataset<Row> bins, Dataset<Row> periods, Collection<Kpi> kpis, Dataset<Row> effects) {
        Dataset<Row> numbered = KpiStates.numbered(periods);
        List<String> keys = new ArrayList<>(KpiStates.NUMBERED_CELL);
        keys.add("bin");
        Column[] cell = columns(KpiStates.NUMBERED_CELL);
        Column[] together = columns(List.of("kpi", "_period", "touchpoint"));
        Dataset<Row> summed = KpiStates.summed(
                        KpiStates.placed(
                                bins.where(KpiStates.named(kpis, Kpi::stateOf))
                                        // At most 26 x 10^6 a case: any number of cases fits.
                                        .withColumn("ln_s", col("ln_s").cast("bigint"))
                                        // In two parts, of which the larger is at most 7 x 10^8 a case.
                                        .withColumn("ln_ss_rest", expr("CAST(ln_ss % 1000000 AS BIGINT)"))
                                        .withColumn("ln_ss", expr("CAST(ln_ss DIV 1000000 AS BIGINT)")),
                                numbered),
                        keys,
                        List.of("n", "immature", "s", "ss", "ln_s", "ln_ss", "ln_ss_rest"))
                // All that follows is within a touchpoint's period of a KPI: one exchange serves it.
                .repartition(together);
        WindowSpec upwards = Window.partitionBy(cell).orderBy(col("bin").asc_nulls_last());
        Dataset<Row> ranked = summed.withColumn(
                        "_through",
                        sum("n").over(upwards.rowsBetween(Window.unboundedPreceding(), Window.currentRow())))
                .withColumn(
                        "cases",
                        sum("n").over(upwards.rowsBetween(Window.unboundedPreceding(), Window.unboundedFollowing())))
                .join(
                        effects.where(KpiStates.named(kpis, Kpi::stateOf))
                                .select("kpi", "_period", "touchpoint", "deff")
                                .repartition(together),
                        CollectionConverters.asScala(List.of("kpi", "_period", "touchpoint"))
                                .toSeq(),
                        "left_outer");
        List<BigDecimal> percentiles = percentiles(kpis);
        List<Column> sums = new ArrayList<>();
        sums.add(sum(expr("IF(bin IS NOT NULL, n, 0L)")).as("closed"));
        sums.add(sum(expr("IF(bin IS NULL, n, 0L)")).as("open"));
        sums.add(sum(expr("IF(bin >= 0, n, 0L)")).as("positive"));
        List.of("immature", "s", "ss", "ln_s", "ln_ss", "ln_ss_rest")
                .forEach(name -> sums.add(sum(name).as(name)));
        for (int i = 0; i < percentiles.size(); i++) {
            Column percentile = lit(percentiles.get(i)).cast(PERCENTILE);
            ranked = ranked.withColumn("percentile", percentile)
                    .withColumn("_value_" + i, at(Estimate.RANK, Estimate.BIN_MIDDLE))
                    .withColumn("_low_" + i, at(Estimate.RANK_LOW, Estimate.BIN_LOW))
                    .withColumn("_high_" + i, at(Estimate.RANK_HIGH, Estimate.BIN_HIGH));
            for (String end : List.of("_value_", "_low_", "_high_")) {
                sums.add(min(end + i).as(end + i));
            }
        }
        Dataset<Row> states = ranked.groupBy(cell)
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new))
                .join(broadcast(shown(spark, kpis, percentiles)), col("kpi").equalTo(col("_state")), "inner")
                .withColumn("n", expr("IF(_percentile IS NULL, closed, closed + open)"))
                .withColumn("ln_ss", expr("ln_ss + ln_ss_rest / 1e6D"));
        for (String ofMean : List.of("s", "ss", "ln_s", "ln_ss")) {
            states = states.withColumn(ofMean, expr("IF(_percentile IS NULL, " + ofMean + ", NULL)"));
        }
        states = states.withColumn("positive", expr("IF(_percentile IS NULL, positive, 0L)"))
                .withColumn("rank_value", chosen("_value_", percentiles))
                .withColumn("rank_low", chosen("_low_", percentiles))
                .withColumn("rank_high", chosen("_high_", percentiles))
                .withColumn("kpi", col("_shown"))
                .withColumn("excluded", lit(0L));
        return KpiStates.inPeriods(states, numbered);
    }

    /** What the one bin that holds a rank says, NULL in all others: there is no such rank or its case is open. */
    private static Column at(String rank, String seconds) {
        return expr("CASE WHEN _through >= (%1$s) AND _through - n < (%1$s) THEN %2$s END".formatted(rank, seconds));
    }

    /** The figure of a row's own percentile; NULL of a mean. */
    private static Column chosen(String figure, List<BigDecimal> percentiles) {
        Column chosen = lit(null).cast("double");
        for (int i = 0; i < percentiles.size(); i++) {
            chosen = when(col("_percentile").equalTo(i), col(figure + i)).otherwise(chosen);
        }
        return chosen;
    }

    /** Those of all KPIs, each once. */
    private static List<BigDecimal> percentiles(Collection<Kpi> kpis) {
        return kpis.stream()
                .map(Kpi::percentile)
                .filter(Objects::nonNull)
                .map(BigDecimal::valueOf)
                .distinct()
                .sorted()
                .toList();
    }

    private static Dataset<Row> shown(SparkSession spark, Collection<Kpi> kpis, List<BigDecimal> percentiles) {
        List<Row> rows = kpis.stream()
                .map(kpi -> RowFactory.create(
                        kpi.stateOf(),
                        kpi.name(),
                        kpi.percentile() == null ? null : percentiles.indexOf(BigDecimal.valueOf(kpi.percentile()))))
                .toList();
        return spark.createDataFrame(rows, SHOWN_SCHEMA);
    }

    private static Column[] columns(List<String> names) {
        return names.stream().map(name -> col(name)).toArray(Column[]::new);
    }
}
