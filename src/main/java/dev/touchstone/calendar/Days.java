package dev.touchstone.calendar;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

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

    /** The same span with some days more before and after it. */
    public Days extended(long before, long after) {
        return new Days(from.minusDays(before), to.plusDays(after));
    }

    /** A span, followed by single days beside it in as few spans as can be. */
    public static List<Days> and(Days span, Collection<LocalDate> others) {
        List<Days> spans = new ArrayList<>(List.of(span));
        spans.addAll(merged(
                others.stream().map(day -> new Days(day, day.plusDays(1))).toList()));
        return spans;
    }

    /** The same days in as few spans as can be, in order of time. */
    public static List<Days> merged(Collection<Days> spans) {
        List<Days> merged = new ArrayList<>();
        spans.stream().sorted(Comparator.comparing(Days::from)).forEach(next -> {
            Days last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last == null || next.from().isAfter(last.to())) {
                merged.add(next);
            } else if (next.to().isAfter(last.to())) {
                merged.set(merged.size() - 1, new Days(last.from(), next.to()));
            }
        });
        return merged;
    }

    /** SQL predicate on a DATE column: it lies in one of the spans; false where there are none. */
    public static String covers(Collection<Days> spans, String column) {
        return spans.isEmpty()
                ? "false"
                : spans.stream().map(span -> span.covers(column)).collect(Collectors.joining(" OR ", "(", ")"));
    }

    @Override
    public String toString() {
        return "[" + from + ", " + to + ")";
    }
}
