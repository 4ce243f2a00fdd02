package dev.touchstone.calendar;

import java.io.Serializable;
import java.time.LocalDate;

/**
 * A half-open span of local days, {@code [start, end)}.
 *
 * @param calendar the calendar that cuts it; days and weeks carry {@link Calendar#GREGORIAN} and exist once
 * @param grain how long it is
 * @param start first day
 * @param end first day after it
 * @param label for people and sorting: {@code 2026-11-21}, {@code 2026-W47}, {@code 2026-11}, {@code 2026-Q4},
 *     {@code 2026}; Persian ones {@code 1405-08}, {@code 1405-Q3}, {@code 1405}. A week is labelled by its first day
 *     where the week does not start on Monday.
 */
public record Period(Calendar calendar, Grain grain, LocalDate start, LocalDate end, String label)
        implements Serializable {}
