package dev.touchstone.calendar;

import com.ibm.icu.util.TimeZone;
import com.ibm.icu.util.ULocale;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The first day of every Solar Hijri year that ICU4J gives rightly, 1178 to 1999; the rest follows by counting.
 *
 * <p>The table is asked of ICU once, because its calendar objects are mutable, slow and not safe to share between
 * the threads of an executor. Within a year nothing is left to know: six months of 31 days, five of 30, and a last
 * one that takes what remains (29, or 30 in a leap year).
 */
final class PersianYears {
    static final int FIRST = 1178;
    static final int LAST = 1999;

    private static final int LONG_MONTHS = 6;
    private static final int LONG_MONTH = 31;
    private static final int SHORT_MONTH = 30;

    /** Day of the epoch on which each year begins; one more than there are years, for the end of the last. */
    private static final long[] NEW_YEARS = newYears();

    private PersianYears() {}

    static CalendarDate dateOf(LocalDate day) {
        long epochDay = day.toEpochDay();
        if (epochDay < NEW_YEARS[0] || epochDay >= NEW_YEARS[NEW_YEARS.length - 1]) {
            throw new DateTimeException("%s lies outside the Solar Hijri years %d to %d".formatted(day, FIRST, LAST));
        }
        int found = Arrays.binarySearch(NEW_YEARS, epochDay);
        int index = found >= 0 ? found : -found - 2;
        int dayOfYear = Math.toIntExact(epochDay - NEW_YEARS[index]);
        int longDays = LONG_MONTHS * LONG_MONTH;
        boolean inLongMonth = dayOfYear < longDays;
        int month = inLongMonth ? dayOfYear / LONG_MONTH : LONG_MONTHS + (dayOfYear - longDays) / SHORT_MONTH;
        return new CalendarDate(FIRST + index, month + 1, dayOfYear - daysBefore(month + 1) + 1);
    }

    static LocalDate day(int year, int month, int dayOfMonth) {
        boolean known = year >= FIRST && year <= LAST + 1 && (year <= LAST || (month == 1 && dayOfMonth == 1));
        if (!known || month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > monthLength(year, month)) {
            throw new DateTimeException("There is no Solar Hijri date %d-%d-%d".formatted(year, month, dayOfMonth));
        }
        return LocalDate.ofEpochDay(NEW_YEARS[year - FIRST] + daysBefore(month) + dayOfMonth - 1);
    }

    private static int monthLength(int year, int month) {
        if (month < 12) {
            return month <= LONG_MONTHS ? LONG_MONTH : SHORT_MONTH;
        }
        return Math.toIntExact(NEW_YEARS[year - FIRST + 1] - NEW_YEARS[year - FIRST]) - daysBefore(12);
    }

    private static int daysBefore(int month) {
        int months = month - 1;
        return months * SHORT_MONTH + Math.min(months, LONG_MONTHS);
    }

    private static long[] newYears() {
        com.ibm.icu.util.Calendar calendar =
                com.ibm.icu.util.Calendar.getInstance(TimeZone.GMT_ZONE, new ULocale("fa_IR@calendar=persian"));
        long[] days = new long[LAST - FIRST + 2];
        for (int index = 0; index < days.length; index++) {
            calendar.clear();
            calendar.set(FIRST + index, com.ibm.icu.util.Calendar.JANUARY, 1);
            // Midnights are whole days, so days before 1970 are not rounded toward it.
            days[index] = TimeUnit.MILLISECONDS.toDays(calendar.getTimeInMillis());
        }
        return days;
    }
}
