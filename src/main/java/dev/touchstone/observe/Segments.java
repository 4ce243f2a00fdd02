package dev.touchstone.observe;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.sql.Sql;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The segments of an observation: one column a segmentation that applies to the contract. */
public final class Segments {
    /** Segment of an observation of which nothing is known. */
    public static final String UNKNOWN = "unknown";

    private Segments() {}

    /** The column that holds the segment of a segmentation. */
    public static String column(Segmentation segmentation) {
        return "segment:" + segmentation.name();
    }

    /**
     * The segmentations that apply to the rows of a contract: those from customers where the contract names the
     * customer, those from the row where a source yields the column.
     */
    public static List<Segmentation> applying(Project project, ContractRows rows) {
        return project.segmentations().stream()
                .filter(segmentation -> segmentation.fromCustomers()
                        ? rows.mapped().contains("customer_id")
                        : rows.further().containsKey(segmentation.column())
                                || rows.mapped().contains(segmentation.column()))
                .toList();
    }

    /** Adds one column a segmentation, never NULL. */
    public static Dataset<Row> of(
            Dataset<Row> rows, List<Segmentation> segmentations, Dataset<Row> versions, String clock) {
        boolean fromCustomers = segmentations.stream().anyMatch(Segmentation::fromCustomers);
        Dataset<Row> joined = fromCustomers ? CustomerVersions.joined(rows, versions, clock) : rows;
        List<Column> columns = new ArrayList<>();
        for (String column : rows.columns()) {
            columns.add(col(Sql.name(column)));
        }
        for (Segmentation segmentation : segmentations) {
            Column segment = segmentation.fromCustomers()
                    ? col(Sql.name(column(segmentation)))
                    : folded(col(Sql.name(segmentation.column())));
            columns.add(coalesce(segment, lit(UNKNOWN)).as(column(segmentation)));
        }
        return joined.select(columns.toArray(Column[]::new));
    }

    /** The folded form of a segment's name; blank is NULL. */
    static Column folded(Column value) {
        return Conversion.folded(value.cast("string"));
    }
}
