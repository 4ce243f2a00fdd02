package dev.touchstone.assess;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import dev.touchstone.kpi.Estimate;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
    private static final StructType SHOWN_SCHEMA =
            StructType.fromDDL("_state STRING, _shown STRING, percentile DECIMAL(12,11)");

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
                List.of("n", "immature", "s", "ss", "ln_s", "ln_ss", "ln_ss_rest"));
        Column[] cell = columns(KpiStates.NUMBERED_CELL);
        WindowSpec upwards = Window.partitionBy(cell).orderBy(col("bin").asc_nulls_last());
        Dataset<Row> ranked = summed.withColumn(
                        "_through",
                        sum("n").over(upwards.rowsBetween(Window.unboundedPreceding(), Window.currentRow())))
                .withColumn(
                        "cases",
                        sum("n").over(upwards.rowsBetween(Window.unboundedPreceding(), Window.unboundedFollowing())))
                .join(broadcast(shown(spark, kpis)), col("kpi").equalTo(col("_state")), "inner")
                .join(
                        effects.select("kpi", "_period", "touchpoint", "deff"),
                        CollectionConverters.asScala(List.of("kpi", "_period", "touchpoint"))
                                .toSeq(),
                        "left_outer");
        List<Column> shownCell = new ArrayList<>(List.of(cell));
        shownCell.add(col("_shown"));
        Dataset<Row> states = ranked.groupBy(shownCell.toArray(Column[]::new))
                .agg(
                        sum(expr("IF(bin IS NOT NULL OR percentile IS NOT NULL, n, 0L)"))
                                .as("n"),
                        sum(expr("IF(bin IS NULL, n, 0L)")).as("open"),
                        sum("immature").as("immature"),
                        ofMean("s"),
                        ofMean("ss"),
                        ofMean("ln_s"),
                        ofMean("ln_ss"),
                        ofMean("ln_ss_rest"),
                        sum(expr("IF(percentile IS NULL AND bin >= 0, n, 0L)")).as("positive"),
                        at(Estimate.RANK, Estimate.BIN_MIDDLE).as("rank_value"),
                        at(Estimate.RANK_LOW, Estimate.BIN_LOW).as("rank_low"),
                        at(Estimate.RANK_HIGH, Estimate.BIN_HIGH).as("rank_high"))
                .withColumn("kpi", col("_shown"))
                .withColumn("ln_ss", expr("ln_ss + ln_ss_rest / 1e6D"))
                .withColumn("excluded", lit(0L));
        return KpiStates.inPeriods(states, numbered);
    }

    private static Column ofMean(String sum) {
        return sum(expr("IF(percentile IS NULL, " + sum + ", NULL)")).as(sum);
    }

    /** What the one bin that holds a rank says; NULL where there is no such rank or its case is open. */
    private static Column at(String rank, String seconds) {
        return min(
                expr("CASE WHEN _through >= (%1$s) AND _through - n < (%1$s) THEN %2$s END".formatted(rank, seconds)));
    }

    private static Dataset<Row> shown(SparkSession spark, Collection<Kpi> kpis) {
        List<Row> rows = kpis.stream()
                .map(kpi -> RowFactory.create(
                        kpi.stateOf(),
                        kpi.name(),
                        kpi.percentile() == null ? null : BigDecimal.valueOf(kpi.percentile())))
                .toList();
        return spark.createDataFrame(rows, SHOWN_SCHEMA);
    }

    private static Column[] columns(List<String> names) {
        return names.stream().map(name -> col(name)).toArray(Column[]::new);
    }
}
