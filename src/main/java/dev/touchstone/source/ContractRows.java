package dev.touchstone.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.calendar.Days;
import dev.touchstone.fault.Fault;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Source;
import dev.touchstone.sql.Sql;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * All sources of one contract as one set of converted rows.
 *
 * <p>Columns: those of the contract, the further columns that are asked for, {@link #SOURCE}, {@link #DAY} (local day
 * of the contract's clock, NULL where that is unreadable) and {@link Conversion#BROKEN}.
 */
public final class ContractRows {
    /** Name of the source that a row came from. */
    public static final String SOURCE = "_source";
    /** Local day of the contract's clock. */
    public static final String DAY = "day";

    private final Project project;
    private final Contract contract;
    private final Map<Source, SourceRows> opened = new LinkedHashMap<>();
    private final Set<String> mapped = new TreeSet<>();
    private final Map<String, DataType> further = new LinkedHashMap<>();

    private ContractRows(Project project, Contract contract) {
        this.project = project;
        this.contract = contract;
    }

    private void add(Source source, SourceRows rows) {
        opened.put(source, rows);
        for (StructField field : rows.rows(null).schema().fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (contract.field(name).isPresent()) {
                mapped.add(name);
            } else if (!isInternal(name)) {
                further.merge(name, field.dataType(), (one, two) -> one.equals(two) ? one : DataTypes.StringType);
            }
        }
    }

    /**
     * Opens all sources of a project; only headers are read.
     *
     * @return the contracts that have sources
     * @throws Fault with everything that is wrong with any source; exit 2 if anything of it is the project file's
     */
    public static Map<Contract, ContractRows> open(SparkSession spark, Project project) {
        Map<Contract, ContractRows> opened = new EnumMap<>(Contract.class);
        List<Fault> faults = new ArrayList<>();
        for (Contract contract : Contract.values()) {
            ContractRows rows = new ContractRows(project, contract);
            for (Source source : project.sources()) {
                if (source.contract().equals(contract.contractName())) {
                    try {
                        rows.add(source, SourceRows.open(spark, source));
                    } catch (Fault fault) {
                        faults.add(fault);
                    }
                }
            }
            if (!rows.opened.isEmpty()) {
                opened.put(contract, rows);
            }
        }
        if (faults.isEmpty()) {
            return opened;
        }
        throw Fault.together(faults);
    }

    /** Size of the sources as Spark estimates it, in bytes. */
    public long bytes() {
        return opened.values().stream()
                .mapToLong(source -> ((org.apache.spark.sql.classic.Dataset<Row>) source.rows(null))
                        .queryExecution()
                        .optimizedPlan()
                        .stats()
                        .sizeInBytes()
                        .toLong())
                .sum();
    }

    /** The contract's columns that at least one source yields. */
    public Set<String> mapped() {
        return mapped;
    }

    /** Whether a name is kept for columns that Touchstone adds: no further column is reached by it. */
    private static boolean isInternal(String name) {
        return name.startsWith("_") || name.equals(DAY);
    }

    /**
     * Columns beyond the contract with their types; text where the sources disagree. Without {@link #DAY} and names that
     * begin with an underscore, which Touchstone uses itself.
     */
    public Map<String, DataType> further() {
        return further;
    }

    /**
     * The rows of some days by the contract's clock, and all rows without a readable instant.
     *
     * @param days null for all rows
     * @param wanted further columns to keep
     * @param reasons whether to say why rows are broken, in {@link Conversion#REASONS}
     */
    public Dataset<Row> rows(Days days, Collection<String> wanted, boolean reasons) {
        return rows(days == null ? null : List.of(days), List.of(), List.of(), wanted, reasons);
    }

    /**
     * The rows that lie on some days by the contract's clock, those that lie on other days by further clocks, and all
     * rows without a readable instant.
     *
     * @param spans days of the contract's clock; null for all rows
     * @param moved days of the further clocks
     * @param clocks SQL of further instants
     * @param wanted further columns to keep
     * @param reasons whether to say why rows are broken, in {@link Conversion#REASONS}
     */
    public Dataset<Row> rows(
            List<Days> spans, List<Days> moved, List<String> clocks, Collection<String> wanted, boolean reasons) {
        List<Days> read = spans == null ? null : new ArrayList<>(spans);
        if (read != null && !clocks.isEmpty()) {
            moved.forEach(days -> read.add(days.extended(contract.lastsDays(), 0)));
        }
        Dataset<Row> all = null;
        for (Map.Entry<Source, SourceRows> entry : opened.entrySet()) {
            Dataset<Row> rows = Conversion.of(
                            entry.getValue().rows(read == null ? null : Days.merged(read)),
                            contract,
                            project.catalogue().instruments(),
                            wanted,
                            reasons)
                    .withColumn(SOURCE, lit(entry.getKey().name()));
            List<Column> columns = new ArrayList<>();
            for (String column : rows.columns()) {
                DataType type = further.get(column);
                columns.add(
                        type == null
                                ? col(column)
                                : col(Sql.name(column)).cast(type).as(column));
            }
            for (String name : wanted) {
                if (!List.of(rows.columns()).contains(name) && further.containsKey(name)) {
                    columns.add(lit(null).cast(further.get(name)).as(name));
                }
            }
            rows = rows.select(columns.toArray(Column[]::new));
            all = all == null ? rows : all.unionByName(rows);
        }
        Column clock = col(contract.clock());
        Column readable =
                clock.geq(lit(Conversion.EARLIEST.atZone(project.zone()).toInstant()));
        if (spans != null) {
            Column inside = clock.isNull().or(readable.equalTo(false)).or(within(clock, spans));
            for (String sql : clocks) {
                inside = inside.or(within(expr(sql), moved));
            }
            all = all.where(inside);
        }
        return all.withColumn(DAY, when(readable, to_date(clock)));
    }

    private Column within(Column instant, List<Days> spans) {
        return spans.stream()
                .map(days ->
                        instant.geq(lit(days.start(project.zone()))).and(instant.lt(lit(days.end(project.zone())))))
                .reduce(Column::or)
                .orElse(lit(false));
    }
}
