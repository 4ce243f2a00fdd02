package dev.touchstone.calendar;

import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.SATURDAY;
import static java.time.DayOfWeek.SUNDAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CalendarTest {
    private static final List<Calendar> BOTH = List.of(Calendar.GREGORIAN, Calendar.PERSIAN);

    /**
     * Instants of the March equinox (universal time, United States Naval Observatory, "Earth's Seasons") and the day
     * that Iran's calendar began the year: the equinox's day in Tehran where it falls before noon, else the next.
     */
    @ParameterizedTest
    @CsvSource({
        "1390, 2011-03-20T23:21, 2011-03-21",
        "1391, 2012-03-20T05:14, 2012-03-20",
        "1392, 2013-03-20T11:02, 2013-03-21",
        "1393, 2014-03-20T16:57, 2014-03-21",
        "1394, 2015-03-20T22:45, 2015-03-21",
        "1395, 2016-03-20T04:30, 2016-03-20",
        "1396, 2017-03-20T10:28, 2017-03-21",
        "1397, 2018-03-20T16:15, 2018-03-21",
        "1398, 2019-03-20T21:58, 2019-03-21",
        "1399, 2020-03-20T03:50, 2020-03-20",
        "1400, 2021-03-20T09:37, 2021-03-21",
        "1401, 2022-03-20T15:33, 2022-03-21",
        "1402, 2023-03-20T21:24, 2023-03-21",
        "1403, 2024-03-20T03:06, 2024-03-20",
        "1404, 2025-03-20T09:01, 2025-03-21",
        "1405, 2026-03-20T14:46, 2026-03-21",
        "1406, 2027-03-20T20:25, 2027-03-21",
        "1407, 2028-03-20T02:17, 2028-03-20",
        "1408, 2029-03-20T08:02, 2029-03-20",
        "1409, 2030-03-20T13:52, 2030-03-21",
        "1410, 2031-03-20T19:41, 2031-03-21",
    })
    void thePersianYearBeginsAtTheEquinox(int year, LocalDateTime equinox, LocalDate newYear) {
        LocalDateTime inTehran = equinox.plus(Duration.ofMinutes(210));
        boolean beforeNoon = inTehran.toLocalTime().isBefore(LocalTime.NOON);
        assertThat(beforeNoon ? inTehran.toLocalDate() : inTehran.toLocalDate().plusDays(1))
                .as("the table agrees with the rule")
                .isEqualTo(newYear);

        assertThat(Calendar.PERSIAN.dateOf(newYear)).isEqualTo(new CalendarDate(year, 1, 1));
        assertThat(Calendar.PERSIAN.dateOf(newYear.minusDays(1)).month()).isEqualTo(12);
        assertThat(Calendar.PERSIAN.day(year, 1, 1)).isEqualTo(newYear);
    }

    @Test
    void leapYearsHaveAThirtiethOfEsfand() {
        TreeSet<Integer> leap = new TreeSet<>();
        for (int year = 1390; year <= 1410; year++) {
            LocalDate last = Calendar.PERSIAN.day(year + 1, 1, 1).minusDays(1);
            if (Calendar.PERSIAN.dateOf(last).day() == 30) {
                leap.add(year);
            }
        }
        assertThat(leap).containsExactly(1391, 1395, 1399, 1403, 1408);
        assertThat(Calendar.PERSIAN.day(1403, 12, 30)).isEqualTo("2025-03-20");
    }

    @Test
    void monthsHaveTheirLengths() {
        for (int month = 1; month <= 12; month++) {
            Period period = Calendar.PERSIAN.period(Grain.MONTH, Calendar.PERSIAN.day(1404, month, 5), SATURDAY);
            int days =
                    Math.toIntExact(period.end().toEpochDay() - period.start().toEpochDay());
            assertThat(days).as("month %d", month).isEqualTo(month <= 6 ? 31 : month <= 11 ? 30 : 29);
        }
    }

    @ParameterizedTest
    @CsvSource({"1404, 12, 30", "1405, 13, 1", "1405, 0, 1", "1405, 7, 31", "1405, 1, 0", "1177, 1, 1", "2026, 11, 21"})
    void impossiblePersianDatesAreRefused(int year, int month, int day) {
        assertThatThrownBy(() -> Calendar.PERSIAN.day(year, month, day))
                .isInstanceOf(DateTimeException.class)
                .hasMessage("There is no Solar Hijri date %d-%d-%d", year, month, day);
    }

    @Test
    void daysOutsideTheKnownYearsAreRefused() {
        assertThatThrownBy(() -> Calendar.PERSIAN.dateOf(LocalDate.of(1700, 1, 1)))
                .isInstanceOf(DateTimeException.class)
                .hasMessage("1700-01-01 lies outside the Solar Hijri years 1178 to 1999");
    }

    @Test
    void aDayHasItsPeriods() {
        // 30 Aban 1405, a Saturday.
        LocalDate day = LocalDate.of(2026, 11, 21);
        assertPeriod(
                Calendar.PERSIAN, Grain.DAY, SATURDAY, Calendar.GREGORIAN, "2026-11-21", "2026-11-22", "2026-11-21");
        assertPeriod(Calendar.PERSIAN, Grain.WEEK, MONDAY, Calendar.GREGORIAN, "2026-11-16", "2026-11-23", "2026-W47");
        assertPeriod(
                Calendar.PERSIAN, Grain.WEEK, SATURDAY, Calendar.GREGORIAN, "2026-11-21", "2026-11-28", "2026-11-21");
        assertPeriod(
                Calendar.GREGORIAN, Grain.WEEK, SUNDAY, Calendar.GREGORIAN, "2026-11-15", "2026-11-22", "2026-11-15");
        assertPeriod(
                Calendar.GREGORIAN, Grain.MONTH, MONDAY, Calendar.GREGORIAN, "2026-11-01", "2026-12-01", "2026-11");
        assertPeriod(
                Calendar.GREGORIAN, Grain.QUARTER, MONDAY, Calendar.GREGORIAN, "2026-10-01", "2027-01-01", "2026-Q4");
        assertPeriod(Calendar.GREGORIAN, Grain.YEAR, MONDAY, Calendar.GREGORIAN, "2026-01-01", "2027-01-01", "2026");
        assertPeriod(Calendar.PERSIAN, Grain.MONTH, MONDAY, Calendar.PERSIAN, "2026-10-23", "2026-11-22", "1405-08");
        assertPeriod(Calendar.PERSIAN, Grain.QUARTER, MONDAY, Calendar.PERSIAN, "2026-09-23", "2026-12-22", "1405-Q3");
        assertPeriod(Calendar.PERSIAN, Grain.YEAR, MONDAY, Calendar.PERSIAN, "2026-03-21", "2027-03-21", "1405");
        assertThat(day.getDayOfWeek()).isEqualTo(SATURDAY);
    }

    private static void assertPeriod(
            Calendar asked, Grain grain, DayOfWeek weekStart, Calendar owner, String start, String end, String label) {
        assertThat(asked.period(grain, LocalDate.of(2026, 11, 21), weekStart))
                .isEqualTo(new Period(owner, grain, LocalDate.parse(start), LocalDate.parse(end), label));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-12-28, 2026-W53",
        "2027-01-01, 2026-W53",
        "2027-01-03, 2026-W53",
        "2027-01-04, 2027-W01",
        "2024-12-30, 2025-W01",
        "2021-01-01, 2020-W53",
    })
    void weeksAreLabelledWithTheIsoWeekYear(LocalDate day, String label) {
        assertThat(Calendar.GREGORIAN.period(Grain.WEEK, day, MONDAY).label()).isEqualTo(label);
    }

    @ParameterizedTest
    @EnumSource(DayOfWeek.class)
    void everyDayLiesInExactlyOnePeriodOfEachCalendarAndGrain(DayOfWeek weekStart) {
        LocalDate from = LocalDate.of(2000, 1, 1);
        LocalDate to = LocalDate.of(2051, 1, 1);
        List<Period> all = Calendar.periods(BOTH, from, to, weekStart);
        for (Grain grain : Grain.values()) {
            for (Calendar calendar : Calendar.cutting(grain, BOTH)) {
                List<Period> periods = all.stream()
                        .filter(period -> period.grain() == grain && period.calendar() == calendar)
                        .toList();
                assertThat(periods.get(0).start()).isBeforeOrEqualTo(from);
                assertThat(periods.get(periods.size() - 1).end()).isAfterOrEqualTo(to);
                assertThat(periods.stream().map(Period::label)).doesNotHaveDuplicates();
                for (int index = 0; index < periods.size(); index++) {
                    Period period = periods.get(index);
                    assertThat(period.start()).isBefore(period.end());
                    assertThat(index == 0 || periods.get(index - 1).end().equals(period.start()))
                            .as("%s follows its forerunner", period)
                            .isTrue();
                    period.start().datesUntil(period.end()).forEach(day -> {
                        if (!calendar.period(grain, day, weekStart).equals(period)) {
                            throw new AssertionError(day + " is not in " + period);
                        }
                    });
                }
                if (grain == Grain.WEEK) {
                    assertThat(periods).allMatch(period -> period.start().getDayOfWeek() == weekStart);
                }
            }
        }
    }

    @Test
    void persianDatesGoThereAndBack() {
        CalendarDate before = Calendar.PERSIAN.dateOf(LocalDate.of(1999, 12, 31));
        for (LocalDate day = LocalDate.of(2000, 1, 1); day.getYear() <= 2050; day = day.plusDays(1)) {
            CalendarDate date = Calendar.PERSIAN.dateOf(day);
            assertThat(Calendar.PERSIAN.day(date.year(), date.month(), date.day()))
                    .isEqualTo(day);
            assertThat(date.key()).isGreaterThan(before.key());
            before = date;
        }
    }

    @Test
    void periodsOfAnEmptyIntervalAreNone() {
        LocalDate day = LocalDate.of(2026, 11, 21);
        assertThat(Calendar.periods(BOTH, day, day, MONDAY)).isEmpty();
    }

    @Test
    void periodsOfOneDayAreWholeAndDaysAndWeeksComeOnce() {
        LocalDate day = LocalDate.of(2026, 11, 21);
        assertThat(Calendar.periods(BOTH, day, day.plusDays(1), SATURDAY))
                .extracting(Period::label)
                .containsExactly(
                        "2026-11-21", "2026-11-21", "2026-11", "1405-08", "2026-Q4", "1405-Q3", "2026", "1405");
    }
}
