package dev.touchstone.calendar;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * A way to cut days into months, quarters and years.
 *
 * <p>Law: for every grain, every day lies in exactly one period, and periods follow each other without gap.
 */
public enum Calendar {
    GREGORIAN {
        @Override
        public CalendarDate dateOf(LocalDate day) {
            return new CalendarDate(day.getYear(), day.getMonthValue(), day.getDayOfMonth());
        }

        @Override
        public LocalDate day(int year, int month, int dayOfMonth) {
            return LocalDate.of(year, month, dayOfMonth);
        }
    },

    /** Solar Hijri, by ICU4J (agrees with the astronomical equinox for 1178 to 1999, the years that it knows here). */
    PERSIAN {
        @Override
        public CalendarDate dateOf(LocalDate day) {
            return PersianYears.dateOf(day);
        }

        @Override
        public LocalDate day(int year, int month, int dayOfMonth) {
            return PersianYears.day(year, month, dayOfMonth);
        }
    };

    private static final int MONTHS_OF_A_QUARTER = 3;
    private static final int MONTHS_OF_A_YEAR = 12;

    /** The word for it in project files and tables: {@code gregorian}, {@code persian}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Year, month and day of month in this calendar; {@link DateTimeException} outside the years it knows. */
    public abstract CalendarDate dateOf(LocalDate day);

    /** The day of a date of this calendar; {@link DateTimeException} where there is no such date. */
    public abstract LocalDate day(int year, int month, int dayOfMonth);

    /**
     * The period of a grain that a day lies in.
     *
     * <p>Days and weeks are the same in every calendar and carry {@link #GREGORIAN}, whichever calendar is asked.
     */
    public Period period(Grain grain, LocalDate day, DayOfWeek weekStart) {
        return switch (grain) {
            case DAY -> new Period(GREGORIAN, grain, day, day.plusDays(1), day.toString());
            case WEEK -> week(day, weekStart);
            case MONTH -> {
                CalendarDate date = dateOf(day);
                yield months(grain, date.year(), date.month(), 1, "%04d-%02d".formatted(date.year(), date.month()));
            }
            case QUARTER -> {
                CalendarDate date = dateOf(day);
                yield months(
                        grain,
                        date.year(),
                        (date.quarter() - 1) * MONTHS_OF_A_QUARTER + 1,
                        MONTHS_OF_A_QUARTER,
                        "%04d-Q%d".formatted(date.year(), date.quarter()));
            }
            case YEAR -> {
                int year = dateOf(day).year();
                yield months(grain, year, 1, MONTHS_OF_A_YEAR, "%04d".formatted(year));
            }
        };
    }

    /**
     * Every period of every grain that overlaps {@code [from, to)}, days and weeks once, the others once a calendar.
     *
     * <p>Ordered by grain, then calendar as given, then start. Empty where {@code from} is not before {@code to}.
     * Periods at the edges are whole: they may begin before {@code from} and end after {@code to}.
     */
    public static List<Period> periods(
            Collection<Calendar> calendars, LocalDate from, LocalDate to, DayOfWeek weekStart) {
        List<Period> periods = new ArrayList<>();
        for (Grain grain : Grain.values()) {
            for (Calendar calendar : cutting(grain, calendars)) {
                LocalDate day = from;
                while (day.isBefore(to)) {
                    Period period = calendar.period(grain, day, weekStart);
                    periods.add(period);
                    day = period.end();
                }
            }
        }
        return List.copyOf(periods);
    }

    /** Which calendars have their own periods of a grain: all of those given, or one where the grain knows none. */
    static List<Calendar> cutting(Grain grain, Collection<Calendar> calendars) {
        return switch (grain) {
            case DAY, WEEK -> List.of(GREGORIAN);
            case MONTH, QUARTER, YEAR -> calendars.stream().distinct().toList();
        };
    }

    private Period months(Grain grain, int year, int firstMonth, int count, String label) {
        boolean lastOfYear = firstMonth + count > MONTHS_OF_A_YEAR;
        LocalDate end = lastOfYear ? day(year + 1, 1, 1) : day(year, firstMonth + count, 1);
        return new Period(this, grain, day(year, firstMonth, 1), end, label);
    }

    private static Period week(LocalDate day, DayOfWeek weekStart) {
        LocalDate start = day.with(TemporalAdjusters.previousOrSame(weekStart));
        String label = weekStart == DayOfWeek.MONDAY ? isoWeek(day) : start.toString();
        return new Period(GREGORIAN, Grain.WEEK, start, start.plus(1, ChronoUnit.WEEKS), label);
    }

    /** Year and number of the ISO 8601 week: {@code 2026-W53} for 2027-01-01. */
    static String isoWeek(LocalDate day) {
        return "%04d-W%02d".formatted(day.get(IsoFields.WEEK_BASED_YEAR), day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    }
}
