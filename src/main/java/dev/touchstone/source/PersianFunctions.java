package dev.touchstone.source;

import dev.touchstone.sql.PersianText;
import java.time.LocalDate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Persian text and Solar Hijri dates: SQL functions for the {@code select}s of a project file, and the same as
 * column and Java functions for Touchstone itself.
 *
 * <table>
 * <caption>SQL functions; each takes text or a whole number and gives NULL for NULL</caption>
 * <tr><td>{@code persian_date(text)}</td><td>DATE of a Solar Hijri date ({@code ۱۴۰۵/۰۸/۳۰}, {@code 1405-8-30},
 * {@code 14050830}), a time after it ignored; NULL where there is no such date, and outside the years 1178 to 1999,
 * so that a Gregorian date by mistake is not read</td></tr>
 * <tr><td>{@code persian_timestamp(text)}</td><td>STRING {@code yyyy-MM-dd HH:mm:ss} of date and time, midnight where
 * no time is given; text, so that the project's time zone is applied where every other instant gets it</td></tr>
 * <tr><td>{@code latin_digits(text)}</td><td>STRING with Persian and Arabic digits and decimal separator in Latin, and
 * the thousands separator {@code ٬} dropped, so that a number can be read</td></tr>
 * <tr><td>{@code persian_name(text)}</td><td>STRING to match names by, see {@link #persianName(String)}</td></tr>
 * </table>
 */
public final class PersianFunctions {
    private PersianFunctions() {}

    /**
     * Makes the SQL functions known to a session; again is harmless.
     *
     * <p>They are Java functions, because Spark refuses its temporary SQL functions inside {@code stack}, {@code
     * LATERAL VIEW}, {@code ORDER BY} and lambdas, where a {@code select} over a wide survey needs them.
     */
    public static void register(SparkSession spark) {
        UDF1<Object, LocalDate> date = value ->
                value == null ? null : PersianDates.date(value.toString()).orElse(null);
        UDF1<Object, String> timestamp = value ->
                value == null ? null : PersianDates.timestamp(value.toString()).orElse(null);
        UDF1<Object, String> digits = value -> value == null ? null : PersianText.latinDigits(value.toString());
        UDF1<Object, String> name = value -> value == null ? null : PersianText.name(value.toString());
        spark.udf().register("persian_date", date, DataTypes.DateType);
        spark.udf().register("persian_timestamp", timestamp, DataTypes.StringType);
        spark.udf().register("latin_digits", digits, DataTypes.StringType);
        spark.udf().register("persian_name", name, DataTypes.StringType);
    }

    /** As SQL's {@code latin_digits}, of built-in functions only, which Spark's optimizer sees through. */
    public static Column latinDigits(Column text) {
        return PersianText.latinDigits(text);
    }

    /** As SQL's {@code latin_digits}; null for null. */
    public static String latinDigits(String text) {
        return PersianText.latinDigits(text);
    }

    /** As {@link #persianName(String)}, of built-in functions only, which Spark's optimizer sees through. */
    public static Column persianName(Column text) {
        return PersianText.name(text);
    }

    /**
     * The form that names are matched by; null for null, empty for blank.
     *
     * <p>Arabic ي, ى and ك become Persian ی and ک; ة, ۀ, hamza and letter case stay. Digits are folded as by {@code
     * latin_digits}. Zero-width non-joiners and all kinds of white space become blanks, because the same word is
     * typed with either; runs of blanks become one, and none stay at the ends. Tatweel, direction marks and control
     * characters go.
     */
    public static String persianName(String text) {
        return PersianText.name(text);
    }
}
