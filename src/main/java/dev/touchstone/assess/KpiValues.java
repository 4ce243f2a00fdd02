package dev.touchstone.assess;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.kpi.Estimate;
import dev.touchstone.kpi.Interval;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.table.Table;
import java.sql.Date;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * From states to the rows of {@code kpi_values}: plain and weighted cells, each with its interval. All KPIs pass together,
 * whatever their state.
 */
final class KpiValues {
    private static final StructType KPI_SCHEMA = StructType.fromDDL(
            "_kpi STRING, state STRING, state_of STRING, interval STRING, factor DOUBLE, scale_low DOUBLE, scale_high DOUBLE");

    private KpiValues() {}

    /**
     * @param states per period, as {@link KpiStates#state} shapes them
     * @param kpis declarations of the KPIs in them
     * @param effects design effects by kpi (of a percentile its duration), calendar, grain, period_start and touchpoint
     * @param asOf the local day at whose start a period that ends is complete
     */
    static Dataset<Row> of(
            SparkSession spark, Dataset<Row> states, Collection<Kpi> kpis, Dataset<Row> effects, LocalDate asOf) {
        // What follows is within a period of a KPI and those that share its state: one exchange serves it.
        Column[] together = Stream.of("state_of", "calendar", "grain", "period_start")
                .map(functions::col)
                .toArray(Column[]::new);
        Dataset<Row> cells = states.join(
                        broadcast(declarations(spark, kpis)), col("kpi").equalTo(col("_kpi")), "inner")
                .repartition(together)
                .join(
                        effects.withColumnRenamed("kpi", "state_of").repartition(together),
                        CollectionConverters.asScala(
                                        List.of("state_of", "calendar", "grain", "period_start", "touchpoint"))
                                .toSeq(),
                        "left_outer")
                .withColumn(
                        "_weighted", expr("explode(CASE WHEN w > 0 THEN array(false, true) ELSE array(false) END)"));
        String number = "CASE WHEN _weighted THEN weighted_n ELSE n END";
        String size = "CASE WHEN _weighted THEN CAST(w AS DOUBLE) ELSE CAST(n AS DOUBLE) END";
        String first = "CASE WHEN _weighted THEN CAST(wx AS DOUBLE) ELSE CAST(s AS DOUBLE) END";
        String second = "CASE WHEN _weighted THEN CAST(wx2 AS DOUBLE) ELSE CAST(ss AS DOUBLE) END";
        String ofCounted = "CASE WHEN _weighted THEN CAST(wx AS DOUBLE) ELSE CAST(s_n AS DOUBLE) END";
        WindowSpec peers = Window.partitionBy(Stream.concat(
                        Stream.of(together),
                        Stream.of(
                                col("kpi"),
                                col("_weighted"),
                                col("segmentation"),
                                col("touchpoint").equalTo("all")))
                .toArray(Column[]::new));
        Column freedom = when(col("variance").isNotNull(), col("n_own").minus(1));
        Dataset<Row> measured = cells.withColumn("_number", expr(number))
                .withColumn(
                        "n_own",
                        expr("CASE WHEN _weighted THEN least(CAST(weighted_n AS DOUBLE), "
                                + "CAST(w AS DOUBLE) * CAST(w AS DOUBLE) / CAST(w2 AS DOUBLE)) "
                                + "ELSE CAST(n AS DOUBLE) END"))
                // That of a weighted touchpoint holds its unequal weights; those of a segment may be less equal.
                .withColumn(
                        "deff",
                        expr("CASE WHEN _weighted THEN greatest(1D, weighted_deff, _number / n_own)"
                                + " ELSE greatest(1D, deff) END"))
                .withColumn("n_eff", col("_number").divide(col("deff")))
                .withColumn("_size", expr(size))
                .withColumn("total", expr(first + " / factor"))
                .withColumn("mean", expr("CASE WHEN _size > 0 THEN total / _size END"))
                .withColumn("mean_n", expr("CASE WHEN _size > 0 THEN " + ofCounted + " / factor / _size END"))
                .withColumn("square", expr("CASE WHEN _size > 0 THEN " + second + " / factor / factor / _size END"))
                .withColumn("n", col("_number"))
                .withColumn("variance", expr(Estimate.VARIANCE))
                .withColumn(
                        "pooled",
                        sum(col("variance").multiply(freedom))
                                .over(peers)
                                .divide(sum(freedom).over(peers)));
        return measured.withColumn("weighted", col("_weighted"))
                .withColumn("weight", col("_size"))
                .withColumn("is_complete", col("period_end").leq(lit(Date.valueOf(asOf))))
                .withColumn("reach", expr(Estimate.REACH))
                .withColumn("value", expr(Estimate.VALUE))
                .withColumn("ci_low", expr(Estimate.LOW))
                .withColumn("ci_high", expr(Estimate.HIGH))
                .withColumn("geometric_mean", expr(Estimate.GEOMETRIC_MEAN))
                .withColumn("variance", expr("IF(state = 'DURATION', " + Estimate.LN_VARIANCE + ", variance)"))
                .select(Arrays.stream(Table.KPI_VALUES.columnNames())
                        .map(functions::col)
                        .toArray(Column[]::new));
    }

    private static Dataset<Row> declarations(SparkSession spark, Collection<Kpi> kpis) {
        List<Row> rows = kpis.stream()
                .map(kpi -> RowFactory.create(
                        kpi.name(),
                        kpi.state().name(),
                        kpi.stateOf(),
                        interval(kpi).name(),
                        (double) kpi.scale().factor(),
                        kpi.scale().low(),
                        kpi.scale().high()))
                .toList();
        return spark.createDataFrame(rows, KPI_SCHEMA);
    }

    /** A percentile is read at ranks and a mean is not, whatever an entry that was laid over it says. */
    private static Interval interval(Kpi kpi) {
        if (kpi.percentile() != null) {
            return Interval.RANK;
        }
        return kpi.interval() == Interval.RANK ? Interval.T : kpi.interval();
    }
}
