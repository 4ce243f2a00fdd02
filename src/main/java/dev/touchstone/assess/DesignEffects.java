package dev.touchstone.assess;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.try_divide;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;

/**
 * How much more the observations of a KPI at a touchpoint scatter than as many customers who came once would make them:
 * the design effect, by random groups (K. M. Wolter 2007, Introduction to Variance Estimation, chapter 2).
 *
 * <p>With G groups of customers, n_g observations and their sum s_g in group g, N and S in all, y = S / N: the variance
 * of y is V = G / (G - 1) sum (s_g - y n_g)^2 / N^2; of N customers it were V0 = (SS / N - y^2) / N; the design effect
 * is max(1, V / V0). Groups are summed up to the period before that: the same customers come again in long periods. With
 * weights V is taken of sums w x and w, and holds their inequality as well.
 *
 * <p>A cell of few observations does not tell its own: it has that of the KPI in the period, of all touchpoints.
 */
final class DesignEffects {
    /** Cells of fewer observations have that of all touchpoints. */
    static final int FEWEST = 200;

    private static final int GROUPS = 64;
    /** Of rows with a sum of squares below this 90 million add up to a BIGINT. */
    private static final long SMALL = 100_000_000_000L;

    private DesignEffects() {}

    /**
     * The groups of customers of some days.
     *
     * @param clusters rows of {@code daily_clusters}
     * @param ofAnswers KPIs that are computed from answers
     * @return day, kpi (of a percentile its duration), touchpoint, bucket, n, s, ss, w, wx, wx2
     */
    static Dataset<Row> groups(Dataset<Row> clusters, List<Kpi> ofAnswers, Catalogue catalogue) {
        Dataset<Row> groups =
                clusters.where("kpi IS NOT NULL").selectExpr("day", "kpi", "touchpoint", "inline(buckets)");
        if (ofAnswers.isEmpty()) {
            return groups;
        }
        Dataset<Row> answers = clusters.where("kpi IS NULL")
                .selectExpr("day", "touchpoint", "instrument", "item", "part", "answer", "inline(buckets)")
                .drop("s", "ss", "wx", "wx2");
        String whole = ofAnswers.stream().allMatch(kpi -> kpi.scale().bounded()) ? "BIGINT" : "DECIMAL(20,0)";
        Dataset<Row> scored = KpiStates.scored(answers, ofAnswers, catalogue)
                .where("x IS NOT NULL")
                .groupBy("day", "kpi", "touchpoint", "bucket")
                .agg(
                        sum("n").as("n"),
                        sum(expr("CAST(n * x AS " + whole + ")"))
                                .cast("decimal(38,0)")
                                .as("s"),
                        sum(expr("CAST(n * x * x AS " + whole + ")"))
                                .cast("decimal(38,0)")
                                .as("ss"),
                        sum("w").cast("decimal(38,10)").as("w"),
                        sum(expr("CAST(w AS DECIMAL(28,10)) * CAST(x AS DECIMAL(9,0))"))
                                .cast("decimal(38,10)")
                                .as("wx"),
                        sum(expr("CAST(w AS DECIMAL(22,10)) * CAST(x * x AS DECIMAL(15,0))"))
                                .cast("decimal(38,10)")
                                .as("wx2"));
        return groups.unionByName(scored);
    }

    /** @see #of(Dataset, Dataset, int) */
    static Dataset<Row> of(Dataset<Row> groups, Dataset<Row> numbered) {
        return of(groups, numbered, GROUPS);
    }

    /**
     * @param groups rows of days by group: day, kpi, touchpoint, bucket, n, s, ss, w, wx, wx2
     * @param numbered periods as {@link KpiStates#numbered} gives them
     * @param count how many groups there are, empty ones included
     * @return kpi, _period, touchpoint (with {@code all}), deff, weighted_deff; at least 1 each, the latter NULL without
     *     weights
     */
    static Dataset<Row> of(Dataset<Row> groups, Dataset<Row> numbered, int count) {
        String correction = count + "D / " + (count - 1) + "D";
        // Sums of BIGINT are several times faster. Scores are whole numbers, so |s| is at most ss.
        Dataset<Row> small = groups.withColumn("_small", expr("ss < " + SMALL))
                .withColumn("_s", expr("IF(_small, CAST(s AS BIGINT), 0L)"))
                .withColumn("_ss", expr("IF(_small, CAST(ss AS BIGINT), 0L)"))
                .withColumn("s", expr("IF(_small, NULL, s)"))
                .withColumn("ss", expr("IF(_small, NULL, ss)"));
        Dataset<Row> placed = KpiStates.placed(small, numbered);
        Dataset<Row> ofGroups = placed.groupBy("kpi", "_period", "touchpoint", "bucket")
                .agg(
                        sum("n").cast("double").as("n"),
                        expr("CAST(coalesce(sum(s), 0) + sum(_s) AS DOUBLE)").as("s"),
                        expr("CAST(coalesce(sum(ss), 0) + sum(_ss) AS DOUBLE)").as("ss"),
                        sum("w").cast("double").as("w"),
                        sum("wx").cast("double").as("wx"),
                        sum("wx2").cast("double").as("wx2"));
        Dataset<Row> cells = ofGroups.groupBy("kpi", "_period", "touchpoint")
                .agg(functions
                        .sort_array(
                                functions.collect_list(functions.struct("bucket", "n", "s", "ss", "w", "wx", "wx2")))
                        .as("g"))
                .withColumn("size", expr(total("n")))
                .withColumn("mean", expr("try_divide(" + total("s") + ", size)"))
                .withColumn("scatter", expr(scatter("s", "n", "mean", correction)))
                .withColumn("simple", expr("greatest(0D, " + total("ss") + " - mean * mean * size)"))
                .withColumn("weights", expr(total("coalesce(x.w, 0D)", "x")))
                .withColumn(
                        "weighted_mean",
                        expr("IF(weights > 0, " + total("coalesce(x.wx, 0D)", "x") + " / weights, NULL)"))
                .withColumn(
                        "weighted_scatter",
                        expr(scatter("wx", "w", "weighted_mean", correction) + " / nullif(weights * weights, 0D)"))
                .withColumn(
                        "weighted_simple",
                        expr("greatest(0D, " + total("coalesce(x.wx2, 0D)", "x")
                                + " / nullif(weights, 0D) - weighted_mean * weighted_mean) / nullif(size, 0D)"));
        WindowSpec period = Window.partitionBy("kpi", "_period");
        Column ofTouchpoint = col("touchpoint").notEqual("all");
        Column pooled = try_divide(
                sum(when(ofTouchpoint, col("scatter"))).over(period),
                sum(when(ofTouchpoint, col("simple"))).over(period));
        Column squares = col("size").multiply(col("size"));
        Column weightedPooled = try_divide(
                sum(when(ofTouchpoint, col("weighted_scatter").multiply(squares)))
                        .over(period),
                sum(when(ofTouchpoint, col("weighted_simple").multiply(squares)))
                        .over(period));
        Column few = col("size").lt(FEWEST);
        return cells.withColumn("own", expr("IF(simple > 0, scatter / simple, NULL)"))
                .withColumn("weighted_own", expr("IF(weighted_simple > 0, weighted_scatter / weighted_simple, NULL)"))
                .withColumn("pooled", pooled)
                .withColumn("weighted_pooled", weightedPooled)
                .select(
                        col("kpi"),
                        col("_period"),
                        col("touchpoint"),
                        functions
                                .greatest(lit(1.0), when(few, col("pooled")).otherwise(col("own")))
                                .as("deff"),
                        functions
                                .when(
                                        col("weights").gt(0),
                                        functions.greatest(
                                                lit(1.0),
                                                when(few, col("weighted_pooled"))
                                                        .otherwise(col("weighted_own"))))
                                .as("weighted_deff"));
    }

    private static String total(String field) {
        return total("x." + field, "x");
    }

    private static String total(String value, String variable) {
        return "aggregate(g, 0D, (sum, " + variable + ") -> sum + " + value + ")";
    }

    /** Sum over groups of the squared distances of their sums from what their sizes make expect, G / (G - 1) times. */
    private static String scatter(String sum, String size, String mean, String correction) {
        return "aggregate(g, 0D, (sum, x) -> sum + power(coalesce(x.%1$s, 0D) - %3$s * coalesce(x.%2$s, 0D), 2)) * %4$s"
                .formatted(sum, size, mean, correction);
    }
}
