package dev.touchstone.measure;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.trunc;

import dev.touchstone.kpi.Outcome;
import dev.touchstone.observe.AnswerOutcomes;
import dev.touchstone.project.Project;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Sums {@linkplain AnswerOutcomes what followed answers} by the answer. Beside a companion neither segments nor tenures
 * are told apart: such rows serve the comparison of instruments, which needs none, and would be most of the table.
 */
final class OutcomeStatistics {
    private OutcomeStatistics() {}

    /**
     * @param outcomes as {@link AnswerOutcomes#of} yields them
     * @return the columns of {@code daily_outcomes}
     */
    static Dataset<Row> of(Dataset<Row> outcomes, Project project, Instant asOf) {
        String segmentation = project.outcomes().segmentation();
        String amounts = Arrays.stream(Outcome.values())
                .filter(outcome -> !outcome.isShare())
                .map(outcome -> "'" + outcome.code() + "'")
                .collect(Collectors.joining(", "));
        String none = "array(CAST(NULL AS STRING))";
        return outcomes.withColumn(
                        "companion",
                        expr("explode(IF(outcome IN (%1$s), %2$s, concat(%2$s, companions)))".formatted(amounts, none)))
                .withColumn(
                        "apart", expr("apart AND (companion IS NULL OR array_contains(companions_apart, companion))"))
                .withColumn("segment", expr("IF(companion IS NULL, segment, 'all')"))
                .withColumn("tenure", expr("IF(companion IS NULL, tenure, 'all')"))
                .groupBy(
                        "day",
                        "instrument",
                        "touchpoint",
                        "answer",
                        "apart",
                        "companion",
                        "segment",
                        "tenure",
                        "outcome")
                .agg(
                        count(col("x")).as("n"),
                        count_if(col("waits")).as("immature"),
                        coalesce(sum(col("x")), lit(0)).cast("decimal(38,0)").as("s"),
                        coalesce(sum(col("x").multiply(col("x"))), lit(0))
                                .cast("decimal(38,0)")
                                .as("ss"))
                .withColumn("month", trunc(col("day"), "month"))
                .withColumn("within_days", lit(project.outcomes().withinDays()))
                .withColumn("segmentation", lit(segmentation == null ? "all" : segmentation))
                .withColumn("as_of", lit(Timestamp.from(asOf)));
    }
}
