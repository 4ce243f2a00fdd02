package dev.touchstone;

import org.apache.spark.sql.SparkSession;

/**
 * The one Spark session that the tests of a JVM share. Plans are interpreted: over a few rows, generating and compiling code takes
 * most of a test's time. The oracles, the packaged command, the demo and the planted truth run generated code.
 */
public final class TestSpark {
    private static final String WHOLE_STAGE = "spark.sql.codegen.wholeStage";
    private static final String FACTORY = "spark.sql.codegen.factoryMode";

    private static SparkSession session;

    private TestSpark() {}

    public static synchronized SparkSession session() {
        if (session == null) {
            session = SparkSession.builder()
                    .master("local[2]")
                    .appName("touchstone-tests")
                    .config("spark.ui.enabled", false)
                    .config("spark.sql.shuffle.partitions", 4)
                    .config("spark.sql.session.timeZone", "UTC")
                    .config("spark.sql.constraintPropagation.enabled", false)
                    .config("spark.sql.dataFrameQueryContext.enabled", false)
                    .config(WHOLE_STAGE, false)
                    .config(FACTORY, "NO_CODEGEN")
                    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                    .config("spark.databricks.delta.snapshotPartitions", 1)
                    // Nobody reads the plans of tests.
                    .config("spark.sql.ui.explainMode", "simple")
                    .config("spark.sql.maxPlanStringLength", 100)
                    .getOrCreate();
        }
        return session;
    }

    /** Has a session of its own run generated code, as in use. */
    public static void compile(SparkSession own) {
        own.conf().set(WHOLE_STAGE, true);
        own.conf().set(FACTORY, "FALLBACK");
    }
}
