package dev.touchstone.assess;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Design effects where none is known: every observation counts as one. */
final class NoRepeatedCustomers {
    private NoRepeatedCustomers() {}

    static Dataset<Row> byNumber(SparkSession spark) {
        return empty(spark, "kpi STRING, _period INT, touchpoint STRING, deff DOUBLE, weighted_deff DOUBLE");
    }

    static Dataset<Row> byPeriod(SparkSession spark) {
        return empty(
                spark,
                "kpi STRING, calendar STRING, grain STRING, period_start DATE, touchpoint STRING, deff DOUBLE,"
                        + " weighted_deff DOUBLE");
    }

    private static Dataset<Row> empty(SparkSession spark, String columns) {
        return spark.createDataFrame(List.of(), StructType.fromDDL(columns));
    }
}
