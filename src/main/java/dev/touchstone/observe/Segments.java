package dev.touchstone.observe;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.touchstone.fault.Problem;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.sql.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

    /**
     * Segmentations whose column no source yields, and those that would read a column which Touchstone derives itself.
     *
     * @param opened the sources of every contract; contracts without one are left out
     */
    public static List<Problem> problems(Project project, Map<Contract, ContractRows> opened) {
        List<Problem> problems = new ArrayList<>();
        for (Segmentation segmentation : project.segmentations()) {
            String name = segmentation.column();
            Map<Contract, ContractRows> places = new TreeMap<>(opened);
            places.keySet().removeIf(contract -> segmentation.fromCustomers() != (contract == Contract.CUSTOMERS));
            String place = "segmentations[" + segmentation.name() + "].column";
            if (places.values().stream()
                    .noneMatch(rows ->
                            rows.further().containsKey(name) || rows.mapped().contains(name))) {
                Set<String> yielded = new TreeSet<>();
                places.values().forEach(rows -> {
                    yielded.addAll(rows.further().keySet());
                    yielded.addAll(rows.mapped());
                });
                problems.add(new Problem(
                        "no source" + (segmentation.fromCustomers() ? " of customers" : "") + " yields the column "
                                + name,
                        place,
                        "add it to the select under a name that is neither day nor begins with an underscore; yielded "
                                + "are " + yielded));
            } else if (places.keySet().stream()
                    .flatMap(contract -> Derived.of(contract).stream())
                    .anyMatch(derived -> derived.name().equals(name))) {
                problems.add(new Problem(
                        "the column " + name + " is derived by Touchstone",
                        place,
                        "let the select yield it under another name"));
            }
        }
        return problems;
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
