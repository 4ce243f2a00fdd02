package dev.touchstone.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The date dimension of the output, and the mapping from days to the periods they lie in. */
public final class CalendarTable {

    /**
     * A column of {@code calendar}: each is declared once, with how a day gets its value.
     *
     * @param name column name
     * @param type SQL type
     * @param comment meaning, for the table's readers
     */
    public record Column(String name, String type, String comment) {}

    private record Filled(Column column, BiFunction<LocalDate, DayOfWeek, Object> value) {}

    private static final List<Filled> FILLED = List.of(
            filled("day", "DATE", "The day; one row each", (day, weekStart) -> day),
            filled("day_key", "INT", "Gregorian date as a sortable number: 20261121", (day, weekStart) -> gregorian(day)
                    .key()),
            filled("year", "INT", "Gregorian year", (day, weekStart) -> gregorian(day)
                    .year()),
            filled("quarter", "STRING", "Gregorian quarter: 2026-Q4", label(Calendar.GREGORIAN, Grain.QUARTER)),
            filled("month", "STRING", "Gregorian month: 2026-11", label(Calendar.GREGORIAN, Grain.MONTH)),
            filled("quarter_number", "INT", "Gregorian quarter of the year, 1 to 4", (day, weekStart) -> gregorian(day)
                    .quarter()),
            filled(
                    "month_number",
                    "INT",
                    "Gregorian month of the year, 1 to 12: sorts month names",
                    (day, weekStart) -> gregorian(day).month()),
            filled("month_name_en", "STRING", "Gregorian month's name in English", (day, weekStart) -> Names.month(
                            Calendar.GREGORIAN, gregorian(day).month())
                    .en()),
            filled("month_name_fa", "STRING", "Gregorian month's name in Persian", (day, weekStart) -> Names.month(
                            Calendar.GREGORIAN, gregorian(day).month())
                    .fa()),
            filled("persian_day", "STRING", "Solar Hijri date: 1405-08-30", (day, weekStart) -> persian(day)
                    .toString()),
            filled(
                    "persian_day_key",
                    "INT",
                    "Solar Hijri date as a sortable number: 14050830",
                    (day, weekStart) -> persian(day).key()),
            filled("persian_year", "INT", "Solar Hijri year", (day, weekStart) -> persian(day)
                    .year()),
            filled("persian_quarter", "STRING", "Solar Hijri quarter: 1405-Q3", label(Calendar.PERSIAN, Grain.QUARTER)),
            filled("persian_month", "STRING", "Solar Hijri month: 1405-08", label(Calendar.PERSIAN, Grain.MONTH)),
            filled(
                    "persian_quarter_number",
                    "INT",
                    "Solar Hijri quarter (season) of the year, 1 (spring) to 4 (winter)",
                    (day, weekStart) -> persian(day).quarter()),
            filled(
                    "persian_month_number",
                    "INT",
                    "Solar Hijri month of the year, 1 to 12: sorts month names",
                    (day, weekStart) -> persian(day).month()),
            filled(
                    "persian_month_name_en",
                    "STRING",
                    "Solar Hijri month's name in English letters",
                    (day, weekStart) ->
                            Names.month(Calendar.PERSIAN, persian(day).month()).en()),
            filled(
                    "persian_month_name_fa",
                    "STRING",
                    "Solar Hijri month's name in Persian",
                    (day, weekStart) ->
                            Names.month(Calendar.PERSIAN, persian(day).month()).fa()),
            filled(
                    "week_start",
                    "DATE",
                    "First day of the week, by the project's week start",
                    (day, weekStart) -> Calendar.GREGORIAN
                            .period(Grain.WEEK, day, weekStart)
                            .start()),
            filled("iso_week_start", "DATE", "Monday of the ISO 8601 week", (day, weekStart) -> Calendar.GREGORIAN
                    .period(Grain.WEEK, day, DayOfWeek.MONDAY)
                    .start()),
            filled("iso_week", "STRING", "ISO 8601 week: 2026-W47", (day, weekStart) -> Calendar.isoWeek(day)),
            filled(
                    "weekday_number",
                    "INT",
                    "Position in the week, 1 to 7, from the project's week start: sorts weekday names",
                    (day, weekStart) -> Math.floorMod(day.getDayOfWeek().getValue() - weekStart.getValue(), 7) + 1),
            filled("weekday_name_en", "STRING", "Weekday's name in English", (day, weekStart) -> Names.weekday(
                            day.getDayOfWeek())
                    .en()),
            filled("weekday_name_fa", "STRING", "Weekday's name in Persian", (day, weekStart) -> Names.weekday(
                            day.getDayOfWeek())
                    .fa()),
            filled(
                    "is_weekend_iran",
                    "BOOLEAN",
                    "Friday, the weekly day of rest in Iran",
                    (day, weekStart) -> day.getDayOfWeek() == DayOfWeek.FRIDAY),
            filled(
                    "is_weekend_iso",
                    "BOOLEAN",
                    "Saturday or Sunday",
                    (day, weekStart) -> day.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0));

    /** The columns of {@code calendar}, in order. */
    public static final List<Column> COLUMNS =
            FILLED.stream().map(Filled::column).toList();

    private static final StructType PERIODS_SCHEMA = StructType.fromDDL(
            "day DATE, calendar STRING, grain STRING, period_start DATE, period_end DATE, label STRING");

    private CalendarTable() {}

    /** The schema of {@code calendar}. */
    public static StructType schema() {
        return StructType.fromDDL(COLUMNS.stream()
                .map(column -> column.name() + " " + column.type())
                .collect(Collectors.joining(", ")));
    }

    /** {@code calendar}: one row for each day of {@code [from, to)}, with {@link #COLUMNS}. */
    public static Dataset<Row> days(SparkSession spark, LocalDate from, LocalDate to, DayOfWeek weekStart) {
        List<Row> rows = from.datesUntil(to)
                .map(day -> RowFactory.create(FILLED.stream()
                        .map(filled -> filled.value().apply(day, weekStart))
                        .toArray()))
                .toList();
        return spark.createDataFrame(rows, schema());
    }

    /**
     * For each day of {@code [from, to)} every period that it lies in: columns day, calendar, grain, period_start,
     * period_end (exclusive), label.
     *
     * <p>2 + 3 x calendars rows a day: day and week once, month, quarter and year for each calendar. Joined on
     * {@code day}, it rolls daily statistics up to all periods at once.
     */
    public static Dataset<Row> periods(
            SparkSession spark, Collection<Calendar> calendars, LocalDate from, LocalDate to, DayOfWeek weekStart) {
        List<Row> rows = new ArrayList<>();
        for (Period period : Calendar.periods(calendars, from, to, weekStart)) {
            LocalDate first = period.start().isBefore(from) ? from : period.start();
            LocalDate end = period.end().isAfter(to) ? to : period.end();
            first.datesUntil(end)
                    .forEach(day -> rows.add(RowFactory.create(
                            day,
                            period.calendar().code(),
                            period.grain().code(),
                            period.start(),
                            period.end(),
                            period.label())));
        }
        return spark.createDataFrame(rows, PERIODS_SCHEMA);
    }

    private static Filled filled(
            String name, String type, String comment, BiFunction<LocalDate, DayOfWeek, Object> value) {
        return new Filled(new Column(name, type, comment), value);
    }

    private static BiFunction<LocalDate, DayOfWeek, Object> label(Calendar calendar, Grain grain) {
        return (day, weekStart) -> calendar.period(grain, day, weekStart).label();
    }

    private static CalendarDate gregorian(LocalDate day) {
        return Calendar.GREGORIAN.dateOf(day);
    }

    private static CalendarDate persian(LocalDate day) {
        return Calendar.PERSIAN.dateOf(day);
    }
}
