package dev.touchstone.generate;

import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.timestamp_seconds;
import static org.apache.spark.sql.functions.when;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.Column;

/**
 * The time that the data cover, and how instants are written. Instants are epoch seconds.
 *
 * @param from first local day
 * @param to first local day after it
 * @param typed whether instants are written as timestamps; as local text without a zone otherwise
 */
record Span(LocalDate from, LocalDate to, boolean typed) {
    static final long MINUTE = 60;
    static final long DAY = 86_400;

    long start() {
        return from.atStartOfDay(Retailer.ZONE).toEpochSecond();
    }

    long seconds() {
        return to.atStartOfDay(Retailer.ZONE).toEpochSecond() - start();
    }

    /** The local day on which the planted changes happen. */
    LocalDate breakDay() {
        return from.plusDays(Math.round(ChronoUnit.DAYS.between(from, to) * Retailer.BREAK));
    }

    long breakInstant() {
        return breakDay().atStartOfDay(Retailer.ZONE).toEpochSecond();
    }

    /** Epoch seconds at a share (0 to 1) of the span. */
    Column at(Column share) {
        return minutes(share.multiply(seconds()).plus(start()));
    }

    /** Epoch seconds of the first instant after the span. */
    long end() {
        return start() + seconds();
    }

    /** Epoch seconds at a share (0 to 1) of the span, to the second. */
    Column second(Column share) {
        return share.multiply(seconds()).plus(start()).cast("bigint");
    }

    /** An instant in epoch seconds, NULL where it lies after the span: the sources were exported then. */
    Column known(Column seconds) {
        return when(seconds.lt(end()), seconds);
    }

    /** Three in the morning some nights after an instant; 1: the night that follows it. */
    Column night(Column seconds, Column nights) {
        Column sinceStart = seconds.minus(start());
        return seconds.minus(pmod(sinceStart, lit(DAY))).plus(3 * 3600).plus(nights.multiply(DAY));
    }

    /** Cuts epoch seconds to the whole minute. */
    static Column minutes(Column seconds) {
        return seconds.cast("bigint").minus(seconds.cast("bigint").mod(lit(MINUTE)));
    }

    /** Epoch seconds as the data show them; the session's zone is {@link Retailer#ZONE}. */
    Column shown(Column seconds) {
        return shown(seconds, "yyyy-MM-dd HH:mm");
    }

    /** As {@link #shown(Column)}, to the second. */
    Column shownSeconds(Column seconds) {
        return shown(seconds, "yyyy-MM-dd HH:mm:ss");
    }

    private Column shown(Column seconds, String pattern) {
        Column timestamp = timestamp_seconds(seconds);
        return typed ? timestamp : date_format(timestamp, pattern);
    }
}
