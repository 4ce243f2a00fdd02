package dev.touchstone.generate;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.xxhash64;

import org.apache.spark.sql.Column;

/**
 * Random numbers that are functions of seed, row and purpose.
 *
 * <p>Law: the same (seed, id, purpose) always gives the same number; different purposes give independent ones.
 */
record Chance(long seed) {

    /** Uniform in [0, 1), from a 64-bit hash. {@code id} is a whole-number column that names the row. */
    Column uniform(Column id, String purpose) {
        return shiftrightunsigned(xxhash64(id.cast("bigint"), lit(key(purpose))), 11)
                .cast("double")
                .multiply(0x1.0p-53);
    }

    /** Uniform whole number from 0 to {@code count - 1}. */
    Column below(int count, Column id, String purpose) {
        return uniform(id, purpose).multiply(count).cast("int");
    }

    /** Exponentially distributed with the given mean, as a whole number from 0. */
    Column exponential(Column mean, Column id, String purpose) {
        return round(mean.multiply(-1).multiply(log(lit(1.0).minus(uniform(id, purpose)))))
                .cast("bigint");
    }

    /** True with the given probability. */
    Column happens(Column probability, Column id, String purpose) {
        return uniform(id, purpose).lt(probability);
    }

    Column happens(double probability, Column id, String purpose) {
        return happens(lit(probability), id, purpose);
    }

    /** Seed and purpose in one number, mixed on the driver so that a row pays for a single hash. */
    private long key(String purpose) {
        long mixed = seed * 0x9E3779B97F4A7C15L;
        for (int position = 0; position < purpose.length(); position++) {
            mixed = (mixed ^ purpose.charAt(position)) * 0xBF58476D1CE4E5B9L;
            mixed ^= mixed >>> 29;
        }
        return mixed;
    }
}
