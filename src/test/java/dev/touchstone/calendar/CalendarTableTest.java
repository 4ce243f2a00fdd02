package dev.touchstone.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestSpark;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class CalendarTableTest {
    private static final LocalDate SATURDAY = LocalDate.of(2026, 11, 21);

    @Test
    void aDayIsDescribedInBothCalendars() {
        List<String> rows = CalendarTable.days(TestSpark.session(), SATURDAY, SATURDAY.plusDays(1), DayOfWeek.SATURDAY)
                .toJSON()
                .collectAsList();
        assertThat(rows)
                .containsExactly("{\"day\":\"2026-11-21\",\"day_key\":20261121,\"year\":2026,\"quarter\":\"2026-Q4\","
                        + "\"month\":\"2026-11\",\"quarter_number\":4,\"month_number\":11,"
                        + "\"month_name_en\":\"November\",\"month_name_fa\":\"نوامبر\","
                        + "\"persian_day\":\"1405-08-30\",\"persian_day_key\":14050830,\"persian_year\":1405,"
                        + "\"persian_quarter\":\"1405-Q3\",\"persian_month\":\"1405-08\","
                        + "\"persian_quarter_number\":3,\"persian_month_number\":8,"
                        + "\"persian_month_name_en\":\"Aban\",\"persian_month_name_fa\":\"آبان\","
                        + "\"week_start\":\"2026-11-21\",\"iso_week_start\":\"2026-11-16\",\"iso_week\":\"2026-W47\","
                        + "\"weekday_number\":1,\"weekday_name_en\":\"Saturday\",\"weekday_name_fa\":\"شنبه\","
                        + "\"is_weekend_iran\":false,\"is_weekend_iso\":true}");
    }

    @Test
    void fridayIsTheWeekendOfIran() {
        List<Row> rows = CalendarTable.days(
                        TestSpark.session(), SATURDAY.minusDays(2), SATURDAY.plusDays(2), DayOfWeek.MONDAY)
                .select("day", "weekday_number", "is_weekend_iran", "is_weekend_iso")
                .orderBy("day")
                .collectAsList();
        assertThat(rows)
                .extracting(Row::toString)
                .containsExactly(
                        "[2026-11-19,4,false,false]", // Thursday
                        "[2026-11-20,5,true,false]",
                        "[2026-11-21,6,false,true]",
                        "[2026-11-22,7,false,true]");
    }

    @Test
    void everyColumnSaysWhatItMeans() {
        assertThat(CalendarTable.COLUMNS)
                .allSatisfy(column -> assertThat(column.comment()).isNotBlank());
        assertThat(CalendarTable.schema().fieldNames())
                .containsExactly(CalendarTable.COLUMNS.stream()
                        .map(CalendarTable.Column::name)
                        .toArray(String[]::new));
    }

    @Test
    void aDayIsMappedToEachPeriodThatItLiesIn() {
        Dataset<Row> periods = CalendarTable.periods(
                TestSpark.session(),
                List.of(Calendar.GREGORIAN, Calendar.PERSIAN),
                SATURDAY,
                SATURDAY.plusDays(2),
                DayOfWeek.SATURDAY);
        assertThat(periods.where("day = DATE'2026-11-22'").collectAsList())
                .extracting(Row::toString)
                .containsExactlyInAnyOrder(
                        "[2026-11-22,gregorian,day,2026-11-22,2026-11-23,2026-11-22]",
                        "[2026-11-22,gregorian,week,2026-11-21,2026-11-28,2026-11-21]",
                        "[2026-11-22,gregorian,month,2026-11-01,2026-12-01,2026-11]",
                        "[2026-11-22,gregorian,quarter,2026-10-01,2027-01-01,2026-Q4]",
                        "[2026-11-22,gregorian,year,2026-01-01,2027-01-01,2026]",
                        "[2026-11-22,persian,month,2026-11-22,2026-12-22,1405-09]",
                        "[2026-11-22,persian,quarter,2026-09-23,2026-12-22,1405-Q3]",
                        "[2026-11-22,persian,year,2026-03-21,2027-03-21,1405]");
        assertThat(periods.count()).isEqualTo(16);
    }
}
