package dev.touchstone;

import org.apache.spark.sql.SparkSession;

/** The one Spark session that all tests share. */
public final class TestSpark {
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
                    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                    .config("spark.databricks.delta.snapshotPartitions", 2)
                    .getOrCreate();
        }
        return session;
    }
}
