package dev.touchstone.generate;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A source of what customers did, of which some rows are spoilt ({@link Faults}). */
interface Source {
    /** Name of the source, of its folder and of its contract. */
    String name();

    /**
     * The rows as they are true. Columns: row (a number that names the row within the source), at (epoch seconds of its
     * clock), and whatever {@link #columns} reads.
     */
    Dataset<Row> frame(SparkSession spark, int tasks);

    /** In how many ways rows are spoilt, and how often. */
    List<Share> faults();

    /** Counts of what else goes wrong, to observe while the rows are written. */
    default List<Column> furtherCounts() {
        return List.of();
    }

    /** The columns as exported, of rows to which {@link Faults} were added. */
    List<Column> columns(Faults faults);
}
