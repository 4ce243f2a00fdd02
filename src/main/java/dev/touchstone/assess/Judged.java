package dev.touchstone.assess;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Grain;
import dev.touchstone.calendar.Period;
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
 */
record Judged(Period period, LocalDate previous, LocalDate yearBefore) implements Serializable {

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
            judged.add(new Judged(
                    period,
                    previous,
                    calendar.period(grain, inYearBefore, project.weekStart()).start()));
            day = period.end();
        }
        return List.copyOf(judged);
    }

    private static LocalDate yearBefore(Calendar calendar, LocalDate start) {
        return calendar.day(
                calendar.dateOf(start).year() - 1, calendar.dateOf(start).month(), 1);
    }
}
