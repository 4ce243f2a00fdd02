package dev.touchstone.observe;

import static org.apache.spark.sql.functions.array_append;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.sql.Sql;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * The versions of each customer (SCD2), free of overlaps: at any instant a customer has at most one.
 *
 * <p>Versions of one customer that overlap contradict each other; all of them are quarantined, and the customer is
 * {@code unknown} for their time.
 */
public final class CustomerVersions {
    private static final String FOREVER = "TIMESTAMP'9999-12-31 00:00:00'";
    /** Whose version it is. */
    static final String ID = "_version_of";
    /** A customer's versions, in no order. */
    static final String VERSIONS = "_versions";

    private static final String FROM = "_valid_from";
    private static final String TO = "_valid_to";
    private static final String OVERLAPS = "_overlaps";

    private final Dataset<Row> flagged;
    private final List<Segmentation> segmentations;

    private CustomerVersions(Dataset<Row> flagged, List<Segmentation> segmentations) {
        this.flagged = flagged;
        this.segmentations = segmentations;
    }

    /** The versions among the rows of the contract {@code customers}. */
    public static CustomerVersions of(Project project, ContractRows customers) {
        List<Segmentation> segmentations = project.segmentations().stream()
                .filter(Segmentation::fromCustomers)
                .toList();
        List<String> columns =
                segmentations.stream().map(Segmentation::column).distinct().toList();
        Dataset<Row> rows = Duplicates.flagged(
                customers.rows(null, columns, true), Contract.CUSTOMERS, Duplicates.Distribution.KEY);
        Column competes = col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false);
        WindowSpec ofCustomer = Window.partitionBy(col(Duplicates.GROUP), col("customer_id"), competes)
                .orderBy(col("valid_from"));
        Column end = coalesce(col("valid_to"), expr(FOREVER));
        Column overlapsEarlier = max(end).over(ofCustomer.rowsBetween(Window.unboundedPreceding(), -1))
                .gt(col("valid_from"));
        Column overlapsLater = lead(col("valid_from"), 1).over(ofCustomer).lt(end);
        Dataset<Row> flagged = rows.withColumn(
                OVERLAPS, competes.and(coalesce(overlapsEarlier, lit(false)).or(coalesce(overlapsLater, lit(false)))));
        return new CustomerVersions(flagged, segmentations);
    }

    /** The versions that break a rule, repeat another or overlap, with {@link Conversion#REASONS}. */
    public Dataset<Row> rejected() {
        Column overlap = struct(
                lit("overlaps another version of the customer").as("rule"),
                lit("valid_from").as("column"),
                col("valid_from").cast("string").as("value"));
        Column reasons = when(col(OVERLAPS), array_append(col(Conversion.REASONS), overlap))
                .otherwise(col(Conversion.REASONS));
        return flagged.where(
                        col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).or(col(OVERLAPS)))
                .withColumn(Conversion.REASONS, reasons);
    }

    /**
     * The versions that stand: id, span and segments. Worth caching: small, and joined to every source.
     *
     * @param read counts all versions ({@code rows}) and those that break a rule or overlap ({@code broken})
     */
    public Dataset<Row> standing(Observation read) {
        List<Column> columns = new ArrayList<>(List.of(
                col("customer_id").as(ID),
                col("valid_from").as(FROM),
                coalesce(col("valid_to"), expr(FOREVER)).as(TO)));
        for (Segmentation segmentation : segmentations) {
            columns.add(Segments.folded(col(Sql.name(segmentation.column()))).as(Segments.column(segmentation)));
        }
        return flagged.observe(
                        read,
                        count(lit(1)).as("rows"),
                        count_if(col(Conversion.BROKEN).or(col(OVERLAPS))).as("broken"))
                .where(col(Conversion.BROKEN)
                        .or(col(Duplicates.DUPLICATE))
                        .or(col(OVERLAPS))
                        .equalTo(false))
                .select(columns.toArray(Column[]::new));
    }

    /**
     * Adds the segments that the customer had at the instant ({@code valid_from <= t < valid_to}); NULL where no
     * version stands. One row in, one row out, because versions do not overlap.
     */
    static Dataset<Row> joined(Dataset<Row> rows, Dataset<Row> standing, String clock) {
        // Rows without a customer match nothing; under one key they would all meet in one task.
        Column id = coalesce(
                col("customer_id"), concat(lit("\u0000"), xxhash64(col(clock)).cast("string")));
        return rows.join(
                        standing,
                        id.equalTo(col(ID))
                                .and(col(clock).geq(col(FROM)))
                                .and(col(clock).lt(col(TO))),
                        "left_outer")
                .drop(ID, FROM, TO);
    }

    /** The standing versions, one row a customer: {@link #ID} and {@link #VERSIONS}. */
    static Dataset<Row> byCustomer(Dataset<Row> standing) {
        Column[] columns = Arrays.stream(standing.columns())
                .filter(name -> !name.equals(ID))
                .map(name -> col(Sql.name(name)))
                .toArray(Column[]::new);
        return standing.groupBy(ID).agg(collect_list(struct(columns)).as(VERSIONS));
    }

    /** SQL for the version among {@link #VERSIONS} that stood at an instant; NULL where none did. */
    static String versionAt(String instant) {
        return "get(filter(%s, each -> each.%s <= %s AND %s < each.%s), 0)"
                .formatted(VERSIONS, FROM, instant, instant, TO);
    }
}
