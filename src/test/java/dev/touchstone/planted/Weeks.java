package dev.touchstone.planted;

import dev.touchstone.calendar.Days;
import dev.touchstone.inference.ChangeDetection;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The weeks of a trial, from 0: a month of four whole weeks that is judged, and the 104 weeks before it.
 *
 * <p>A week's answers all lie on its Thursday. Statistics add up, so a whole week is the same as if they were spread over
 * it; the judged month and the one before it are made of whole weeks.
 */
final class Weeks {
    static final int ALL = 108;
    /** First week of the judged month, to {@link #ALL}. */
    static final int JUDGED = 104;
    /** First week of the month before, whose Thursday is the first in it, to {@link #JUDGED}. */
    static final int PREVIOUS = 100;
    /** First week that early change compares with, to {@link #MONITORED}. */
    static final int BASELINE = ALL - ChangeDetection.WEEKS;
    /** First week that early change watches, to {@link #ALL}. */
    static final int MONITORED = ALL - ChangeDetection.MONITORED_WEEKS;

    /** The label of the judged month, which begins on a Monday and ends on a Sunday. */
    static final String MONTH = "2021-02";

    /** All days. */
    static final Days DAYS = new Days(LocalDate.of(2019, 2, 4), LocalDate.of(2021, 3, 1));

    /** When tickets of the last day can no longer come back. */
    static final Instant AS_OF = Instant.parse("2021-03-08T00:00:00Z");

    private static final int THURSDAY = 3;

    private Weeks() {}

    /** The day on which all answers of a week lie. */
    static LocalDate day(int week) {
        return DAYS.from().plusDays(7L * week + THURSDAY);
    }

    /** The instant at which that day begins. */
    static Instant instant(int week) {
        return day(week).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The week that begins on a Monday. */
    static int of(LocalDate monday) {
        return (int) (monday.toEpochDay() - DAYS.from().toEpochDay()) / 7;
    }
}
