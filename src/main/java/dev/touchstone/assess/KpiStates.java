package dev.touchstone.assess;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.dense_rank;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import dev.touchstone.kpi.Answers;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.sql.Sql;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * From daily statistics to the state of each KPI, by day and then by period.
 *
 * <p>Law: states are sums, so the state of a period is the sum of its days', and that of touchpoint {@code all} the sum
 * over the touchpoints other than {@code company}; in which order makes no difference.
 */
final class KpiStates {
    private static final List<String> SUMS =
            List.of("n", "excluded", "immature", "s", "ss", "weighted_n", "w", "w2", "wx", "wx2");
    private static final String WHOLE = "decimal(38,0)";
    private static final List<String> DAY_CELL = List.of("day", "kpi", "segmentation", "segment", "touchpoint");

    private KpiStates() {}

    /**
     * Applies each survey KPI's SQL to the counts of answers.
     *
     * @param answers rows of {@code daily_answers}
     * @param kpis survey KPIs that need nothing but the answer; not empty
     * @return columns day, kpi, segmentation, segment, touchpoint and the sums
     */
    static Dataset<Row> ofAnswers(Dataset<Row> answers, List<Kpi> kpis, Catalogue catalogue) {
        Dataset<Row> scores = broadcast(scores(answers, kpis, catalogue));
        Column match = answers.col("instrument")
                .equalTo(scores.col("_instrument"))
                .and(answers.col("item").eqNullSafe(scores.col("_item")))
                .and(answers.col("part").eqNullSafe(scores.col("_part")))
                .and(answers.col("touchpoint").equalTo(scores.col("_touchpoint")))
                .and(answers.col("answer").eqNullSafe(scores.col("_answer")));
        Dataset<Row> scored = answers.join(scores, match, "inner");
        Column answered = col("x").isNotNull();
        List<Column> columns = new ArrayList<>();
        DAY_CELL.forEach(name -> columns.add(col(name)));
        columns.add(expr("CASE WHEN x IS NOT NULL THEN n ELSE 0L END").as("n"));
        columns.add(expr("CASE WHEN x IS NULL THEN n ELSE 0L END").as("excluded"));
        columns.add(lit(0L).as("immature"));
        String whole = kpis.stream().allMatch(kpi -> kpi.scale().bounded()) ? "BIGINT" : "DECIMAL(20,0)";
        columns.add(expr("CAST(n * x AS " + whole + ")").as("s"));
        columns.add(expr("CAST(n * x * x AS " + whole + ")").as("ss"));
        columns.add(expr("CASE WHEN x IS NOT NULL THEN weighted_n ELSE 0L END").as("weighted_n"));
        for (String name : List.of("w", "w2")) {
            columns.add(org.apache.spark.sql.functions.when(answered, col(name)).as(name));
        }
        columns.add(expr("CAST(w AS DECIMAL(28,10)) * CAST(x AS DECIMAL(9,0))").as("wx"));
        columns.add(
                expr("CAST(w AS DECIMAL(28,10)) * CAST(x * x AS DECIMAL(9,0))").as("wx2"));
        return summed(scored.select(columns.toArray(Column[]::new)), DAY_CELL, SUMS)
                .withColumn("s", col("s").cast(WHOLE))
                .withColumn("ss", col("ss").cast(WHOLE));
    }

    /** What each answer that occurs scores for each KPI: a small table, whatever the number of answers. */
    private static Dataset<Row> scores(Dataset<Row> answers, List<Kpi> kpis, Catalogue catalogue) {
        Dataset<Row> occurring = answers.select("instrument", "item", "part", "touchpoint", "answer")
                .distinct()
                .withColumnRenamed("answer", "score")
                .withColumn("dimension", expr(Answers.dimension(catalogue)));
        List<String> entries = new ArrayList<>();
        for (Kpi kpi : kpis) {
            entries.add("%s, coalesce(%s, false), CASE WHEN score IS NOT NULL THEN CAST(round((%s) * %d) AS BIGINT) END"
                    .formatted(
                            Sql.text(kpi.name()),
                            kpi.counts(),
                            kpi.score(),
                            kpi.scale().factor()));
        }
        return occurring
                .select(
                        col("instrument").as("_instrument"),
                        col("item").as("_item"),
                        col("part").as("_part"),
                        col("touchpoint").as("_touchpoint"),
                        col("score").as("_answer"),
                        expr("stack(%d, %s) AS (kpi, counts, x)".formatted(entries.size(), String.join(", ", entries))))
                .where(col("counts"))
                .drop("counts");
    }

    /** The rows of {@code daily_moments} as states. */
    static Dataset<Row> ofMoments(Dataset<Row> moments) {
        List<Column> columns = new ArrayList<>();
        DAY_CELL.forEach(name -> columns.add(col(name)));
        SUMS.forEach(name -> columns.add(col(name)));
        return moments.select(columns.toArray(Column[]::new));
    }

    /**
     * Adds the total over touchpoints and rolls days up to all their periods.
     *
     * @param kpis the KPIs in the rows; sums of bounded scores are taken as BIGINT, which is several times faster
     */
    static Dataset<Row> byPeriod(Dataset<Row> daily, Dataset<Row> periods, Collection<Kpi> kpis) {
        // A number instead of five columns makes the keys of the aggregation short.
        Dataset<Row> numbered = periods.withColumnRenamed("label", "period")
                .withColumn("_period", dense_rank().over(Window.orderBy("calendar", "grain", "period_start")));
        Dataset<Row> placed = daily.withColumn("_bounded", expr(bounded(kpis)))
                .withColumn("_s", expr("IF(_bounded, CAST(s AS BIGINT), NULL)"))
                .withColumn("_ss", expr("IF(_bounded, CAST(ss AS BIGINT), NULL)"))
                .withColumn("s", expr("IF(_bounded, NULL, s)"))
                .withColumn("ss", expr("IF(_bounded, NULL, ss)"))
                .withColumn(
                        "touchpoint",
                        expr("explode(IF(touchpoint = 'company', array('company'), array(touchpoint, 'all')))"))
                .join(
                        broadcast(numbered.select(col("day").as("_day"), col("_period"))),
                        col("day").equalTo(col("_day")),
                        "inner");
        List<String> sums = new ArrayList<>(SUMS);
        sums.addAll(List.of("_s", "_ss"));
        Dataset<Row> states = summed(placed, List.of("kpi", "_period", "segmentation", "segment", "touchpoint"), sums)
                .withColumn("s", coalesce(col("s"), col("_s").cast(WHOLE)))
                .withColumn("ss", coalesce(col("ss"), col("_ss").cast(WHOLE)))
                .drop("_s", "_ss");
        return states.join(broadcast(numbered.drop("day").distinct()), "_period")
                .drop("_period");
    }

    private static String bounded(Collection<Kpi> kpis) {
        List<String> names = kpis.stream()
                .filter(kpi -> kpi.scale().bounded())
                .map(Kpi::name)
                .toList();
        return names.isEmpty() ? "false" : "kpi IN " + Sql.texts(names);
    }

    private static Dataset<Row> summed(Dataset<Row> rows, List<String> keys, List<String> sums) {
        Column[] summed = sums.stream().map(name -> sum(name).as(name)).toArray(Column[]::new);
        return rows.groupBy(keys.stream().map(name -> col(name)).toArray(Column[]::new))
                .agg(summed[0], Arrays.copyOfRange(summed, 1, summed.length));
    }
}
