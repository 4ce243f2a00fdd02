package dev.touchstone.cli;

import static java.util.Map.entry;

import dev.touchstone.project.Project;
import dev.touchstone.source.PersianFunctions;
import dev.touchstone.table.Store;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.LoggerFactory;

/** The Spark session of a command, with the settings that Touchstone's results depend on. */
final class Sessions {
    /** Set only where the submitter's configuration says nothing. */
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            entry("spark.master", "local[*]"),
            entry("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension"),
            entry("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog"),
            entry("spark.sql.files.maxPartitionBytes", "32m"),
            entry("spark.sql.shuffle.partitions", "64"),
            entry("spark.sql.optimizer.canChangeCachedPlanOutputPartitioning", "true"),
            // The optimizer's inferred constraints explode over many rules of one row: the plan of the quarantine of
            // a few hundred rows took it 30 seconds of processor time, and there is nothing here that they would save.
            entry("spark.sql.constraintPropagation.enabled", "false"),
            // Else Spark takes a stack trace for every column expression, of which the catalogue has thousands.
            entry("spark.sql.dataFrameQueryContext.enabled", "false"),
            entry("spark.databricks.delta.snapshotPartitions", "2"),
            // Rows partitioned by a part of a join's keys need no further exchange for it.
            entry("spark.sql.requireAllClusterKeysForCoPartition", "false"),
            // Small sorts stay in the cache; customers are joined without sorting the observations once more.
            entry("spark.sql.autoBroadcastJoinThreshold", "64m"),
            entry("spark.sql.adaptive.advisoryPartitionSizeInBytes", "16m"),
            entry("spark.sql.adaptive.maxShuffledHashJoinLocalMapThreshold", "64m"));

    /** Spark 4.2 can lose its heartbeat to a race with caching (SPARK-59451); in one JVM nobody needs to hear it. */
    private static final Map<String, String> LOCAL_DEFAULTS =
            Map.of("spark.executor.heartbeatInterval", "1d", "spark.network.timeout", "2d");

    private static SparkSession opened;

    private Sessions() {}

    /** Stops the Spark of this JVM, where a command has opened a session; without it a driver would live on. */
    static synchronized void stop() {
        if (opened != null) {
            try {
                opened.stop();
            } catch (RuntimeException late) {
                // The work is done and said; an event log that cannot be closed does not undo it.
                LoggerFactory.getLogger(Sessions.class).warn("Spark did not stop cleanly", late);
            }
            opened = null;
        }
    }

    /** A session for a project: its zone, ANSI arithmetic, and the functions that selects may use. */
    static synchronized SparkSession open(String command, Project project) {
        SparkConf submitted = new SparkConf();
        SparkSession.Builder builder = SparkSession.builder().appName("touchstone " + command);
        Map<String, String> defaults = new HashMap<>(DEFAULTS);
        if (submitted.get("spark.master", "local").startsWith("local")) {
            defaults.putAll(LOCAL_DEFAULTS);
        }
        defaults.forEach((key, value) -> {
            if (!submitted.contains(key)) {
                builder.config(key, value);
            }
        });
        SparkSession session = builder.getOrCreate().newSession();
        session.conf().set("spark.sql.ansi.enabled", "true");
        // ${NAME} is the project file's, which has said what it stands for.
        session.conf().set("spark.sql.variable.substitute", "false");
        if (project != null) {
            session.conf().set("spark.sql.session.timeZone", project.zone().getId());
        }
        PersianFunctions.register(session);
        opened = session;
        return session;
    }

    /** The project's tables. */
    static Store store(SparkSession session, Project project) {
        return project.output().path() != null
                ? Store.at(session, project.output().path())
                : Store.in(session, project.output().schema());
    }
}
