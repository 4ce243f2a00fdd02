package dev.touchstone.assess;

import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** Distributions that Spark SQL lacks, by Commons Statistics. */
final class Distributions {
    private static final double UPPER = 0.975;

    private Distributions() {}

    /** Registers {@code t_quantile(df)}: the 97.5 % point of Student's t; NULL for NULL or df not above 0. */
    static void register(SparkSession spark) {
        spark.udf()
                .register(
                        "t_quantile",
                        (UDF1<Double, Double>) degrees -> degrees == null || degrees <= 0
                                ? null
                                : TDistribution.of(degrees).inverseCumulativeProbability(UPPER),
                        DataTypes.DoubleType);
    }
}
