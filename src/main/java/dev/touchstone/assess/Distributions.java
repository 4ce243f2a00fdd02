package dev.touchstone.assess;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** Distributions that Spark SQL lacks, by Commons Statistics. */
final class Distributions {
    private static final double UPPER = 0.975;
    /** Most cells have few, whole degrees of freedom, and a quantile takes tens of microseconds. */
    private static final int REMEMBERED = 10_000;

    private static final AtomicReferenceArray<Double> QUANTILES = new AtomicReferenceArray<>(REMEMBERED);

    private Distributions() {}

    /** Registers {@code t_quantile(df)}: the 97.5 % point of Student's t; NULL for NULL or df not above 0. */
    static void register(SparkSession spark) {
        spark.udf()
                .register(
                        "t_quantile",
                        (UDF1<Double, Double>) degrees -> degrees == null || degrees <= 0 ? null : quantile(degrees),
                        DataTypes.DoubleType);
    }

    private static double quantile(double degrees) {
        boolean remembered = degrees < REMEMBERED && degrees == Math.rint(degrees);
        Double known = remembered ? QUANTILES.get((int) degrees) : null;
        if (known != null) {
            return known;
        }
        double quantile = TDistribution.of(degrees).inverseCumulativeProbability(UPPER);
        if (remembered) {
            QUANTILES.set((int) degrees, quantile);
        }
        return quantile;
    }
}
