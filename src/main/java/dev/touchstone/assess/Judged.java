package dev.touchstone.assess;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Grain;
import dev.touchstone.calendar.Period;
import dev.touchstone.inference.ChangeDetection;
import dev.touchstone.project.Project;
import java.io.Serializable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

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
