package dev.touchstone.table;

import dev.touchstone.fault.Fault;
import io.delta.exceptions.DeltaConcurrentModificationException;
import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Where the output tables lie: a folder (or URI) with one Delta table in each subfolder, or a schema of the catalog.
 *
 * <p>A write replaces the rows that a predicate names by the given ones in one commit; repeated, it gives equal
 * tables. Commits that collide with another run's are tried again.
 */
public final class Store {
    static final String OWNER = "touchstone.table";
    private static final int ATTEMPTS = 6;
    private static final String ROWS = "rows";

    private final SparkSession spark;
    private final String path;
    private final String schema;
    private final Set<Table> ensured = EnumSet.noneOf(Table.class);

    private Store(SparkSession spark, String path, String schema) {
        this.spark = spark;
        this.path = path;
        this.schema = schema;
    }

    /** Tables in subfolders of a folder or URI. */
    public static Store at(SparkSession spark, String path) {
        return new Store(spark, path, null);
    }

    /** Tables of a catalog schema, which must exist. */
    public static Store in(SparkSession spark, String schema) {
        return new Store(spark, null, schema);
    }

    /** Folder or full name of a table, for messages and queries. */
    public String location(Table table) {
        return path != null ? path + "/" + table.tableName() : schema + "." + table.tableName();
    }

    /**
     * Whether the table is there and is ours. Errors: exit 1 if something else lies in its place, exit 2 if its columns are
     * another version's.
     */
    public boolean exists(Table table) {
        if (ensured.contains(table)) {
            return true;
        }
        String location = location(table);
        try {
            if (path == null && !spark.catalog().tableExists(location)) {
                return false;
            }
            Snapshot snapshot = snapshot(table);
            if (snapshot.version() < 0) {
                if (path == null) {
                    throw foreign(location);
                }
                refuseForeignFiles(location);
                return false;
            }
            if (!snapshot.metadata().configuration().get(OWNER).contains(table.tableName())) {
                throw foreign(location);
            }
            checkColumns(table, snapshot.schema());
        } catch (Fault fault) {
            throw fault;
        } catch (Exception problem) { // Spark's AnalysisException is checked and undeclared
            throw unusable(location, problem);
        }
        ensured.add(table);
        return true;
    }

    /** Creates the table with its comments where it is missing. Errors: those of {@link #exists}. */
    public void ensure(Table table) {
        if (exists(table)) {
            return;
        }
        String location = location(table);
        DeltaTableBuilder builder = DeltaTable.createIfNotExists(spark)
                .comment(table.comment())
                .property(OWNER, table.tableName())
                .partitionedBy(table.partitions().toArray(String[]::new));
        if (!table.filtered().isEmpty()) {
            builder = builder.property("delta.dataSkippingStatsColumns", String.join(",", table.filtered()));
        }
        builder = path != null ? builder.location(location) : builder.tableName(location);
        for (Column column : table.columns()) {
            builder = builder.addColumn(DeltaTable.columnBuilder(spark, column.name())
                    .dataType(column.type())
                    .comment(column.comment())
                    .build());
        }
        try {
            builder.execute();
        } catch (Exception problem) { // Delta's DeltaIOException is checked and undeclared
            throw unusable(location, problem);
        }
        ensured.add(table);
    }

    /** The table's rows. Errors: exit 1 if it is not there. */
    public Dataset<Row> read(Table table) {
        if (!exists(table)) {
            throw Fault.outside(
                    "table " + table.tableName() + " does not exist",
                    location(table),
                    "run `touchstone measure` or `touchstone run` for this project first",
                    null);
        }
        return path != null
                ? spark.read().format("delta").load(location(table))
                : spark.read().table(location(table));
    }

    /** A table as it was at an earlier version. Errors: exit 1 where that is gone. */
    public Dataset<Row> read(Table table, long version) {
        return path != null
                ? spark.read().format("delta").option("versionAsOf", version).load(location(table))
                : spark.read().option("versionAsOf", version).table(location(table));
    }

    /** The Delta version that a reader sees now. */
    public long version(Table table) {
        return snapshot(table).version();
    }

    /** The version of a run's first commit to a table, among the latest thousand; 0 where all of its are older. */
    long firstCommit(Table table, String runId) {
        Row first = delta(table)
                .history(1000)
                .where(functions.col("userMetadata").equalTo(runId))
                .agg(functions.min("version"))
                .first();
        return first.isNullAt(0) ? 0 : first.getLong(0);
    }

    /**
     * Replaces the rows for which {@code predicate} holds by {@code rows}, all of which must satisfy it.
     *
     * @param runId recorded with the commit
     * @return the number of rows written
     */
    public long replace(Table table, Dataset<Row> rows, String predicate, String runId) {
        ensure(table);
        Dataset<Row> ordered = rows.select(
                Arrays.stream(table.columnNames()).map(functions::col).toArray(org.apache.spark.sql.Column[]::new));
        return retried(table, () -> {
            Observation written = new Observation();
            var writer = ordered.observe(
                            written, functions.count(functions.lit(1)).as(ROWS))
                    .write()
                    .format("delta")
                    .mode(SaveMode.Overwrite)
                    .option("replaceWhere", predicate)
                    .option("userMetadata", runId);
            if (path != null) {
                writer.save(location(table));
            } else {
                writer.saveAsTable(location(table));
            }
            // Spark does not report what it observed to a catalog table.
            return path != null ? rows(written) : lastWritten(table);
        });
    }

    /** Removes the rows for which the predicate holds. */
    public void delete(Table table, String predicate) {
        if (exists(table)) {
            retried(table, () -> {
                delta(table).delete(predicate);
                return null;
            });
        }
    }

    /** Commits again where another run's commit came first. */
    private <T> T retried(Table table, Supplier<T> commit) {
        for (int attempt = 1; ; attempt++) {
            try {
                return commit.get();
            } catch (DeltaConcurrentModificationException collision) {
                if (attempt == ATTEMPTS) {
                    throw Fault.outside(
                            "another run kept changing table " + table.tableName() + " (" + ATTEMPTS + " attempts)",
                            location(table),
                            "run the command again when the other run has ended",
                            collision);
                }
                pause(attempt);
            }
        }
    }

    private long lastWritten(Table table) {
        String rows = delta(table)
                .history(1)
                .select("operationMetrics")
                .first()
                .<String, String>getJavaMap(0)
                .get("numOutputRows");
        return rows == null ? 0 : Long.parseLong(rows);
    }

    private static long rows(Observation written) {
        try {
            // Where nothing was written, Spark drops the plan and the count with it.
            Number rows = (Number) written.getAsJava().get(ROWS);
            return rows == null ? 0 : rows.longValue();
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    /** The latest state by Delta's own log, which costs no Spark job as the public table API does. */
    private Snapshot snapshot(Table table) {
        DeltaLog log = path != null
                ? DeltaLog.forTable(spark, location(table))
                : DeltaLog.forTable(spark, new TableIdentifier(table.tableName(), Option.apply(schema)));
        return log.update(false, Option.empty(), Option.empty());
    }

    private DeltaTable delta(Table table) {
        return path != null ? DeltaTable.forPath(spark, location(table)) : DeltaTable.forName(spark, location(table));
    }

    private void checkColumns(Table table, StructType schema) {
        var found = Arrays.asList(schema.fieldNames());
        var declared = Arrays.asList(table.columnNames());
        if (!found.equals(declared)) {
            List<String> missing = new ArrayList<>(declared);
            missing.removeAll(found);
            List<String> further = new ArrayList<>(found);
            further.removeAll(declared);
            throw Fault.arguments(
                    "another version of Touchstone wrote the table " + table.tableName() + ": it lacks " + missing
                            + ", has " + further + " beside, and this version writes " + declared + " in this order",
                    location(table),
                    "add what is missing in its place (ALTER TABLE ... ADD COLUMNS (... AFTER ...), docs/operations.md), or use"
                            + " the version that wrote it, or another output");
        }
    }

    private void refuseForeignFiles(String location) throws IOException {
        Path folder = new Path(location);
        FileSystem files = folder.getFileSystem(spark.sessionState().newHadoopConf());
        if (files.exists(folder)
                && (!files.getFileStatus(folder).isDirectory() || files.listStatus(folder).length > 0)) {
            throw foreign(location);
        }
    }

    private static Fault foreign(String location) {
        return Fault.outside(
                "something that Touchstone did not write lies in the place of an output table",
                location,
                "choose another output location, or move that away",
                null);
    }

    private static Fault unusable(String location, Throwable cause) {
        String line = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return Fault.outside(
                "output table cannot be read or written: " + line,
                location,
                line.contains("SCHEMA_NOT_FOUND")
                        ? "create it first, in a catalog that outlives the run (CREATE SCHEMA ...), or give output a path"
                        : "check that the location exists, can be written, and has space",
                cause);
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep((1L << attempt) * 250 + ThreadLocalRandom.current().nextLong(250));
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private static Fault interrupted(InterruptedException interruption) {
        Thread.currentThread().interrupt();
        return Fault.outside("the run was interrupted", "output tables", "run it again", interruption);
    }
}
