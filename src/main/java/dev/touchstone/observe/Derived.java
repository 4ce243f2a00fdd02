package dev.touchstone.observe;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.kpi.Answers;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Columns that KPI expressions may use beside a contract's own, computed from neighbouring rows. Only those that a KPI
 * in force refers to are computed.
 *
 * @param name as expressions use it
 * @param type SQL type
 * @param needs contract columns that must be mapped for it
 * @param meaning for people
 */
public record Derived(String name, String type, List<String> needs, String meaning) {
    private static final Derived DIMENSION =
            new Derived("dimension", "STRING", List.of("item"), "dimension of the item, as its instrument lists it");
    private static final Derived EXPECTATION = new Derived(
            "expectation",
            "INT",
            List.of("part"),
            "on a perception: what the same questionnaire expected of the same item that day; else NULL");
    private static final Derived GAP = new Derived(
            "gap", "INT", List.of("part"), "on a perception: perception - expectation; NULL where either is missing");
    private static final Derived WEIGHTED_GAP = new Derived(
            "weighted_gap",
            "DOUBLE",
            List.of("part", "item"),
            "on one row of a questionnaire: sum over dimensions of weight / 100 x mean gap; NULL unless all weighted "
                    + "dimensions are there");
    private static final Derived RESPONDED = new Derived(
            "responded",
            "BOOLEAN",
            List.of("response_id"),
            "this invitation is the first of the interval's day to carry its response_id: a reminder counts once");

    /** The derived columns of a contract. */
    public static List<Derived> of(Contract contract) {
        return switch (contract) {
            case RESPONSES -> List.of(DIMENSION, EXPECTATION, GAP, WEIGHTED_GAP);
            case INVITATIONS -> List.of(RESPONDED);
            case CUSTOMERS, MEMBERSHIPS, ORDERS, CONTACTS, TICKETS, REPLIES, REVIEWS, VISITS -> List.of();
        };
    }

    /** Adds the wanted derived columns to rows that {@link Duplicates} has flagged. */
    static Dataset<Row> added(Dataset<Row> rows, Contract contract, Set<String> wanted, Catalogue catalogue) {
        return switch (contract) {
            case RESPONSES -> ofResponses(rows, wanted, catalogue);
            case INVITATIONS -> ofInvitations(rows, wanted);
            case CUSTOMERS, MEMBERSHIPS, ORDERS, CONTACTS, TICKETS, REPLIES, REVIEWS, VISITS -> rows;
        };
    }

    private static Dataset<Row> ofResponses(Dataset<Row> rows, Set<String> wanted, Catalogue catalogue) {
        boolean weighted = wanted.contains(WEIGHTED_GAP.name());
        if (wanted.contains(DIMENSION.name()) || weighted) {
            rows = rows.withColumn(DIMENSION.name(), expr("CAST(" + Answers.dimension(catalogue) + " AS STRING)"));
        }
        if (!wanted.contains(GAP.name()) && !wanted.contains(EXPECTATION.name()) && !weighted) {
            return rows;
        }
        Column kept = col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false);
        WindowSpec pair = Window.partitionBy(
                col(Duplicates.GROUP),
                col("response_id"),
                col("touchpoint"),
                col("instrument"),
                col("item"),
                col(ContractRows.DAY));
        Column perception = kept.and(coalesce(col("part"), lit("perception")).equalTo("perception"));
        Column expectation = max(when(kept.and(col("part").equalTo("expectation")), col("score")))
                .over(pair);
        rows = rows.withColumn(EXPECTATION.name(), when(perception, expectation))
                .withColumn(GAP.name(), col("score").minus(col(EXPECTATION.name())));
        return weighted ? withWeightedGap(rows, catalogue) : rows;
    }

    private static Dataset<Row> withWeightedGap(Dataset<Row> rows, Catalogue catalogue) {
        Column[] questionnaire = {
            col(Duplicates.GROUP), col("response_id"), col("touchpoint"), col("instrument"), col(ContractRows.DAY)
        };
        WindowSpec all = Window.partitionBy(questionnaire);
        WindowSpec ordered = all.orderBy(col(GAP.name()).isNull(), col("item"), col("part"));
        WindowSpec dimension = Window.partitionBy(
                questionnaire[0],
                questionnaire[1],
                questionnaire[2],
                questionnaire[3],
                questionnaire[4],
                col("dimension"));
        Column share = expr("CAST(" + Answers.weight(catalogue) + " AS INT)")
                .multiply(col(GAP.name()))
                .divide(count(col(GAP.name())).over(dimension).multiply(100));
        Column first = row_number().over(dimension.orderBy(col(GAP.name()).isNull(), col("item"), col("part")));
        return rows.withColumn("_share", when(col(GAP.name()).isNotNull(), share))
                .withColumn("_first", when(col("_share").isNotNull().and(first.equalTo(1)), 1))
                .withColumn("_dimensions", sum("_first").over(all))
                .withColumn(
                        WEIGHTED_GAP.name(),
                        when(
                                row_number()
                                        .over(ordered)
                                        .equalTo(1)
                                        .and(col("_dimensions")
                                                .equalTo(expr(
                                                        "CAST(" + Answers.weightedDimensions(catalogue) + " AS INT)"))),
                                sum("_share").over(all)))
                .drop("_share", "_first", "_dimensions");
    }

    private static Dataset<Row> ofInvitations(Dataset<Row> rows, Set<String> wanted) {
        if (!wanted.contains(RESPONDED.name())) {
            return rows;
        }
        Column kept = col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false);
        WindowSpec ofResponse =
                Window.partitionBy(col("response_id"), kept).orderBy(col("invited_at"), col("invitation_id"));
        return rows.withColumn(
                RESPONDED.name(),
                col("response_id").isNotNull().and(row_number().over(ofResponse).equalTo(1)));
    }
}
