package dev.touchstone.observe;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.try_divide;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.kpi.Answers;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Instrument;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/** Computes {@link Derived} columns on rows that {@link Duplicates} has flagged. */
final class DerivedColumns {
    static final int REMINDER_DAYS = 14;
    private static final String MEAN = "_mean_";
    private static final String GAPS = "_gaps";

    private DerivedColumns() {}

    /**
     * Adds the wanted derived columns.
     *
     * @param distribution of the rows, which those that come back have again
     */
    static Dataset<Row> added(
            Dataset<Row> rows,
            Contract contract,
            Set<String> wanted,
            Project project,
            Neighbours neighbours,
            Duplicates.Distribution distribution) {
        Dataset<Row> all = rows;
        for (Derived column : Derived.of(contract)) {
            if (column.sql() != null && wanted.contains(column.name())) {
                all = all.withColumn(column.name(), expr(column.sql()));
            }
        }
        if (contract == Contract.RESPONSES) {
            all = ofResponses(all, wanted, project.catalogue());
        }
        if (contract == Contract.REVIEWS && wanted.contains(Derived.REVIEW_SCORE.name())) {
            all = withReviewScore(all);
        }
        if (contract == Contract.VISITS && wanted.contains(Derived.SELF_SERVICE.name())) {
            Object[] touchpoints = project.touchpoints().stream()
                    .filter(Project.Touchpoint::selfService)
                    .map(Project.Touchpoint::name)
                    .toArray();
            all = all.withColumn(
                    Derived.SELF_SERVICE.name(), coalesce(col("touchpoint").isin(touchpoints), lit(false)));
        }
        Dataset<Row> inPlace = all;
        if (contract == Contract.INVITATIONS && wanted.contains(Derived.RESPONDED.name())) {
            all = withResponded(all);
        }
        all = neighbours.added(all, wanted);
        // Counted where they lie now, days would fall apart into many times as many partial counts as there are rows.
        return all != inPlace && distribution == Duplicates.Distribution.DAY
                ? all.repartition(col(ContractRows.DAY))
                : all;
    }

    private static Dataset<Row> ofResponses(Dataset<Row> rows, Set<String> wanted, Catalogue catalogue) {
        boolean weighted = wanted.contains(Derived.WEIGHTED_GAP.name());
        if (wanted.contains(Derived.DIMENSION.name()) || weighted) {
            rows = rows.withColumn(Derived.DIMENSION.name(), expr(Answers.dimension(catalogue)));
        }
        if (!wanted.contains(Derived.GAP.name()) && !wanted.contains(Derived.EXPECTATION.name()) && !weighted) {
            return rows;
        }
        Column kept = col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false);
        WindowSpec pair = Window.partitionBy(questionnaireAnd("item"));
        Column perception = kept.and(coalesce(col("part"), lit("perception")).equalTo("perception"));
        Column expectation = max(when(kept.and(col("part").equalTo("expectation")), col("score")))
                .over(pair);
        rows = rows.withColumn(Derived.EXPECTATION.name(), when(perception, expectation))
                .withColumn(Derived.GAP.name(), col("score").minus(col(Derived.EXPECTATION.name())));
        return weighted ? withWeightedGap(rows, catalogue) : rows;
    }

    private static Dataset<Row> withWeightedGap(Dataset<Row> rows, Catalogue catalogue) {
        // Two frames over one order: Spark then passes over the rows once.
        WindowSpec ordered = Window.partitionBy(questionnaireAnd()).orderBy("item", "part");
        WindowSpec questionnaire = ordered.rowsBetween(Window.unboundedPreceding(), Window.unboundedFollowing());
        WindowSpec upToHere = ordered.rowsBetween(Window.unboundedPreceding(), Window.currentRow());
        List<String> dimensions = catalogue.instruments().values().stream()
                .flatMap(instrument -> instrument.weights().keySet().stream())
                .distinct()
                .toList();
        List<Column> columns = new ArrayList<>(List.of(col("*")));
        for (int i = 0; i < dimensions.size(); i++) {
            columns.add(avg(when(col("dimension").equalTo(dimensions.get(i)), col(Derived.GAP.name())))
                    .over(questionnaire)
                    .as(MEAN + i));
        }
        Column total = lit(null).cast("double");
        for (Instrument instrument : catalogue.instruments().values()) {
            Column sum = instrument.weights().entrySet().stream()
                    .filter(weight -> weight.getValue() > 0)
                    .map(weight -> col(MEAN + dimensions.indexOf(weight.getKey()))
                            .multiply(weight.getValue())
                            .divide(100))
                    .reduce(Column::plus)
                    .orElse(lit(null).cast("double"));
            total = when(col("instrument").equalTo(instrument.name()), sum).otherwise(total);
        }
        // The questionnaire's first gap stands on a row that counts and has an answer; its first row need not.
        columns.add(count(col(Derived.GAP.name())).over(upToHere).as(GAPS));
        Column first = col(Derived.GAP.name()).isNotNull().and(col(GAPS).equalTo(1));
        return rows.select(columns.toArray(Column[]::new))
                .withColumn(Derived.WEIGHTED_GAP.name(), when(first, total))
                .drop(IntStream.range(0, dimensions.size())
                        .mapToObj(i -> MEAN + i)
                        .toArray(String[]::new))
                .drop(GAPS);
    }

    /** The columns of a questionnaire's day, in the order that {@link Duplicates} has sorted by. */
    private static Column[] questionnaireAnd(String... more) {
        return Stream.concat(
                        Stream.of(Duplicates.GROUP, ContractRows.DAY, "response_id", "touchpoint", "instrument"),
                        Arrays.stream(more))
                .map(name -> col(name))
                .toArray(Column[]::new);
    }

    private static Dataset<Row> withResponded(Dataset<Row> rows) {
        Column kept = col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false);
        // Invitations without a response would else meet in one partition.
        Column group = coalesce(col("response_id"), col("invitation_id"));
        WindowSpec ofResponse = Window.partitionBy(group, col("response_id").isNull(), kept)
                .orderBy(col("invited_at"), col("invitation_id"));
        Column before = lag(col("invited_at"), 1).over(ofResponse);
        return rows.withColumn("_invited_before", before)
                .withColumn(
                        Derived.RESPONDED.name(),
                        expr("response_id IS NOT NULL AND coalesce(_invited_before < invited_at - INTERVAL "
                                + REMINDER_DAYS + " DAYS, true)"))
                .drop("_invited_before");
    }

    private static Dataset<Row> withReviewScore(Dataset<Row> rows) {
        Column kept = col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false);
        Column share =
                try_divide(col("score").minus(col("minimum")), col("maximum").minus(col("minimum")));
        Column weight = coalesce(col("weight"), lit(1));
        WindowSpec ordered = Window.partitionBy(col(Duplicates.GROUP), col(ContractRows.DAY), col("review_id"))
                .orderBy("category");
        WindowSpec review = ordered.rowsBetween(Window.unboundedPreceding(), Window.unboundedFollowing());
        Column failed = max(when(
                        kept,
                        coalesce(col("critical"), lit(false)).and(col("_share").lt(0.5))))
                .over(review);
        Column weights = sum(when(kept, weight)).over(review);
        Column mean = try_divide(sum(when(kept, weight.multiply(col("_share")))).over(review), weights);
        Column first = count(when(kept, lit(1)))
                .over(ordered.rowsBetween(Window.unboundedPreceding(), Window.currentRow()))
                .equalTo(1)
                .and(kept);
        return rows.withColumn("_share", when(kept, share).cast("double"))
                .select(col("*"), failed.as("_failed"), weights.as("_weights"), mean.as("_mean"), first.as("_first"))
                .withColumn(
                        Derived.REVIEW_SCORE.name(),
                        when(
                                col("_first").and(col("_weights").gt(0)),
                                when(col("_failed"), lit(0.0)).otherwise(col("_mean"))))
                .drop("_share", "_failed", "_weights", "_mean", "_first");
    }
}
