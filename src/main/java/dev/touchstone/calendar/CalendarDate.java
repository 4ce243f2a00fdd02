package dev.touchstone.calendar;

import java.util.Locale;

/**
 * A date as one calendar writes it.
 *
 * @param year for example 2026 or 1405
 * @param month 1 to 12
 * @param day day of the month, from 1
 */
public record CalendarDate(int year, int month, int day) {

    /** 1 to 4; three months each. */
    public int quarter() {
        return (month + 2) / 3;
    }

    /** A whole number that sorts as the date does and reads as it: 14050830. */
    public int key() {
        return (year * 100 + month) * 100 + day;
    }

    /** Year, month and day with hyphens: {@code 1405-08-30}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%04d-%02d-%02d", year, month, day);
    }
}
