package dev.touchstone.generate;

import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_seconds;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.Column;

/**
 * The time that the data cover, and how instants are written. Instants are whole minutes, as epoch seconds.
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

    /** Cuts epoch seconds to the whole minute. */
    static Column minutes(Column seconds) {
        return seconds.cast("bigint").minus(seconds.cast("bigint").mod(lit(MINUTE)));
    }

    /** Epoch seconds as the data show them; the session's zone is {@link Retailer#ZONE}. */
    Column shown(Column seconds) {
        Column timestamp = timestamp_seconds(seconds);
        return typed ? timestamp : date_format(timestamp, "yyyy-MM-dd HH:mm");
    }
}
