package dev.touchstone.observe;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.kpi.Answers;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Instrument;
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
    private static final int REMINDER_DAYS = 14;
    private static final String MEAN = "_mean_";
    private static final String GAPS = "_gaps";

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
            "the invitation was answered, and none of the 14 days before it carries the same response_id: a reminder of "
                    + "an answered invitation does not count again");

    /** How many days before its own a contract's derived columns look. */
    public static int lookBackDays(Contract contract) {
        return contract == Contract.INVITATIONS ? REMINDER_DAYS : 0;
    }

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
            rows = rows.withColumn(DIMENSION.name(), expr(Answers.dimension(catalogue)));
        }
        if (!wanted.contains(GAP.name()) && !wanted.contains(EXPECTATION.name()) && !weighted) {
            return rows;
        }
        Column kept = col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false);
        WindowSpec pair = Window.partitionBy(questionnaireAnd("item"));
        Column perception = kept.and(coalesce(col("part"), lit("perception")).equalTo("perception"));
        Column expectation = max(when(kept.and(col("part").equalTo("expectation")), col("score")))
                .over(pair);
        rows = rows.withColumn(EXPECTATION.name(), when(perception, expectation))
                .withColumn(GAP.name(), col("score").minus(col(EXPECTATION.name())));
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
            columns.add(avg(when(col("dimension").equalTo(dimensions.get(i)), col(GAP.name())))
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
        columns.add(count(col(GAP.name())).over(upToHere).as(GAPS));
        Column first = col(GAP.name()).isNotNull().and(col(GAPS).equalTo(1));
        return rows.select(columns.toArray(Column[]::new))
                .withColumn(WEIGHTED_GAP.name(), when(first, total))
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

    private static Dataset<Row> ofInvitations(Dataset<Row> rows, Set<String> wanted) {
        if (!wanted.contains(RESPONDED.name())) {
            return rows;
        }
        Column kept = col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false);
        // Invitations without a response would else meet in one partition.
        Column group = coalesce(col("response_id"), col("invitation_id"));
        WindowSpec ofResponse = Window.partitionBy(group, col("response_id").isNull(), kept)
                .orderBy(col("invited_at"), col("invitation_id"));
        Column before = lag(col("invited_at"), 1).over(ofResponse);
        return rows.withColumn("_invited_before", before)
                .withColumn(
                        RESPONDED.name(),
                        expr("response_id IS NOT NULL AND coalesce(_invited_before < invited_at - INTERVAL "
                                + REMINDER_DAYS + " DAYS, true)"))
                .drop("_invited_before");
    }
}
