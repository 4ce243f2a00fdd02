package dev.touchstone.assess;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Days;
import dev.touchstone.calendar.Grain;
import dev.touchstone.calendar.Period;
import dev.touchstone.inference.ChangeDetection;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.io.Serializable;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/**
 * A period that findings are given for.
 *
 * @param period of the project's finding grain and first calendar
 * @param previous first day of the period before
 * @param yearBefore first day of the same period a year before, by the same calendar
 * @param lastWeek first day of the last whole week up to its end
 * @param calendar of the project, by which people read dates
 */
record Judged(Period period, LocalDate previous, LocalDate yearBefore, LocalDate lastWeek, Calendar calendar)
        implements Serializable {

    /** First day of one of the weeks that {@link ChangeDetection} looks at. */
    LocalDate week(int index) {
        return lastWeek.minusWeeks(ChangeDetection.WEEKS - 1L - index);
    }

    /** A day as people read it. */
    String date(LocalDate day) {
        return calendar.dateOf(day).toString();
    }

    /**
     * The periods to judge again: from the first that changed days lie in on, since what comes later was compared with
     * it, to the last that has values.
     */
    static List<Judged> since(Project project, Store store, List<Days> changed) {
        LocalDate first =
                changed.stream().map(Days::from).min(LocalDate::compareTo).orElseThrow();
        Row last = store.read(Table.KPI_VALUES)
                .where(of(project, first, first).get(0).isAtGrain())
                .agg(max("period_start"))
                .first();
        LocalDate end = last.isNullAt(0) ? first : last.getDate(0).toLocalDate();
        return of(project, first, end.isBefore(first) ? first : end);
    }

    /** Whether a row is of the same grain and calendar. */
    Column isAtGrain() {
        return col("grain")
                .equalTo(period.grain().code())
                .and(col("calendar").equalTo(period.calendar().code()));
    }

    /** Rows of the periods, and of those that they are compared with. */
    static Column isCompared(List<Judged> periods) {
        Object[] starts = periods.stream()
                .flatMap(judged -> Stream.of(judged.period.start(), judged.previous, judged.yearBefore))
                .distinct()
                .map(Date::valueOf)
                .toArray();
        return periods.get(0).isAtGrain().and(col("period_start").isin(starts));
    }

    /** The rows of a table of findings that give way to those of the periods: also all of another grain or calendar. */
    static String replaced(List<Judged> periods) {
        Period first = periods.get(0).period;
        return "period_start >= DATE'%s' OR grain <> '%s' OR calendar <> '%s'"
                .formatted(first.start(), first.grain().code(), first.calendar().code());
    }

    /** The periods that days lie in, from the first to the last, in order. */
    static List<Judged> of(Project project, LocalDate firstDay, LocalDate lastDay) {
        Grain grain = project.findings().grain();
        Calendar calendar = project.calendars().get(0);
        List<Judged> judged = new ArrayList<>();
        for (LocalDate day = firstDay; !day.isAfter(lastDay); ) {
            Period period = calendar.period(grain, day, project.weekStart());
            LocalDate previous = calendar.period(grain, period.start().minusDays(1), project.weekStart())
                    .start();
            LocalDate inYearBefore =
                    grain == Grain.WEEK ? period.start().minusWeeks(52) : yearBefore(calendar, period.start());
            LocalDate lastWeek = calendar.period(Grain.WEEK, period.end().minusDays(1), project.weekStart())
                    .start();
            if (lastWeek.plusWeeks(1).isAfter(period.end())) {
                lastWeek = lastWeek.minusWeeks(1);
            }
            judged.add(new Judged(
                    period,
                    previous,
                    calendar.period(grain, inYearBefore, project.weekStart()).start(),
                    lastWeek,
                    calendar));
            day = period.end();
        }
        return List.copyOf(judged);
    }

    private static LocalDate yearBefore(Calendar calendar, LocalDate start) {
        return calendar.day(
                calendar.dateOf(start).year() - 1, calendar.dateOf(start).month(), 1);
    }
}
