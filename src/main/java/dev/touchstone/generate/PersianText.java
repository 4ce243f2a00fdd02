package dev.touchstone.generate;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lpad;
import static org.apache.spark.sql.functions.timestamp_seconds;
import static org.apache.spark.sql.functions.translate;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.when;

import com.ibm.icu.util.Calendar;
import com.ibm.icu.util.TimeZone;
import com.ibm.icu.util.ULocale;
import java.time.LocalDate;
import org.apache.spark.sql.Column;

/** Solar Hijri dates and Persian digits, as a Persian call center's system exports them. */
final class PersianText {
    private static final long MILLISECONDS_OF_DAY = 86_400_000;

    /** Of the first six months of the year together; they have 31 days each, the others 30 or, the last, 29. */
    private static final int FIRST_HALF = 186;

    private static final ULocale PERSIAN = new ULocale("fa_IR@calendar=persian");

    private PersianText() {}

    static Column digits(Column text) {
        return translate(text, "0123456789", "۰۱۲۳۴۵۶۷۸۹");
    }

    /** Epoch seconds as {@code ۱۴۰۵/۰۸/۳۰ ۱۴:۰۵}; the session's zone is {@link Retailer#ZONE}. */
    static Column instant(Column seconds, Span span) {
        Column timestamp = timestamp_seconds(seconds);
        Column day = unix_date(timestamp.cast("date"));
        // A day more at both ends than the span: answers lie within it, ingestion does not matter here.
        int firstYear = persianYear(span.from().minusDays(1));
        int lastYear = persianYear(span.to().plusDays(1));
        Column year = lit(firstYear);
        Column newYear = lit(newYear(firstYear));
        for (int later = firstYear + 1; later <= lastYear; later++) {
            Column reached = day.geq(newYear(later));
            year = when(reached, later).otherwise(year);
            newYear = when(reached, newYear(later)).otherwise(newYear);
        }
        Column dayOfYear = day.minus(newYear);
        Column isFirstHalf = dayOfYear.lt(FIRST_HALF);
        Column inHalf = when(isFirstHalf, dayOfYear).otherwise(dayOfYear.minus(FIRST_HALF));
        Column length = when(isFirstHalf, 31).otherwise(30);
        Column month =
                inHalf.divide(length).cast("int").plus(when(isFirstHalf, 1).otherwise(7));
        return digits(concat(
                year.cast("string"),
                lit("/"),
                lpad(month.cast("string"), 2, "0"),
                lit("/"),
                lpad(inHalf.mod(length).plus(1).cast("string"), 2, "0"),
                lit(" "),
                date_format(timestamp, "HH:mm")));
    }

    private static int persianYear(LocalDate day) {
        Calendar calendar = Calendar.getInstance(TimeZone.GMT_ZONE, PERSIAN);
        calendar.setTimeInMillis(day.toEpochDay() * MILLISECONDS_OF_DAY);
        return calendar.get(Calendar.EXTENDED_YEAR);
    }

    /** Days from 1970-01-01 to 1 Farvardin of a year. */
    private static int newYear(int year) {
        Calendar calendar = Calendar.getInstance(TimeZone.GMT_ZONE, PERSIAN);
        calendar.clear();
        calendar.set(Calendar.EXTENDED_YEAR, year);
        calendar.set(Calendar.MONTH, 0);
        calendar.set(Calendar.DAY_OF_MONTH, 1);
        return (int) Math.floorDiv(calendar.getTimeInMillis(), MILLISECONDS_OF_DAY);
    }
}
