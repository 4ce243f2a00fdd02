package dev.touchstone.calendar;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * A half-open span of local days, {@code [from, to)}.
 *
 * @param from first day
 * @param to first day after it; later than {@code from}
 */
public record Days(LocalDate from, LocalDate to) {
    public Days {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("empty span of days: " + from + " to " + to);
        }
    }

    /** When the span begins in a zone; a day whose midnight a clock change skips begins at the first instant after it. */
    public Instant start(ZoneId zone) {
        return from.atStartOfDay(zone).toInstant();
    }

    /** The first instant after the span. */
    public Instant end(ZoneId zone) {
        return to.atStartOfDay(zone).toInstant();
    }

    /** How many days there are; at least 1. */
    public long count() {
        return ChronoUnit.DAYS.between(from, to);
    }

    /** SQL predicate on a DATE column. */
    public String covers(String column) {
        return "%s >= DATE'%s' AND %s < DATE'%s'".formatted(column, from, column, to);
    }

    @Override
    public String toString() {
        return "[" + from + ", " + to + ")";
    }
}
