package dev.touchstone.source;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.sql.PersianText;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Solar Hijri dates as people and systems in Iran write them. */
final class PersianDates {
    /** Year, month, day with one kind of separator, or eight digits; then, after a blank or T, a time. */
    private static final Pattern DATE = Pattern.compile(
            "(?<year>\\d{4})(?:([/.-])(?<month>\\d{1,2})\\2(?<day>\\d{1,2})|(?<month2>\\d{2})(?<day2>\\d{2}))"
                    + "(?:[ T](?<time>\\d{1,2}:.*))?");

    private static final Pattern TIME =
            Pattern.compile("(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2})(?:\\.\\d+)?)?");

    private PersianDates() {}

    /** The day of a Solar Hijri date; a time after it is not looked at. Empty where there is no such date. */
    static Optional<LocalDate> date(String text) {
        Matcher date = DATE.matcher(PersianText.name(text));
        return date.matches() ? day(date) : Optional.empty();
    }

    /** {@code yyyy-MM-dd HH:mm:ss}; midnight where no time is given. Empty where date or time is impossible. */
    static Optional<String> timestamp(String text) {
        Matcher date = DATE.matcher(PersianText.name(text));
        if (!date.matches()) {
            return Optional.empty();
        }
        Optional<LocalTime> time =
                date.group("time") == null ? Optional.of(LocalTime.MIDNIGHT) : time(date.group("time"));
        return day(date)
                .flatMap(day -> time.map(clock -> String.format(
                        Locale.ROOT, "%s %02d:%02d:%02d", day, clock.getHour(), clock.getMinute(), clock.getSecond())));
    }

    private static Optional<LocalDate> day(Matcher date) {
        boolean separated = date.group("month") != null;
        try {
            return Optional.of(Calendar.PERSIAN.day(
                    number(date, "year"),
                    number(date, separated ? "month" : "month2"),
                    number(date, separated ? "day" : "day2")));
        } catch (DateTimeException impossible) {
            return Optional.empty();
        }
    }

    private static Optional<LocalTime> time(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            return Optional.empty();
        }
        try {
            int second = time.group("second") == null ? 0 : number(time, "second");
            return Optional.of(LocalTime.of(number(time, "hour"), number(time, "minute"), second));
        } catch (DateTimeException impossible) {
            return Optional.empty();
        }
    }

    private static int number(Matcher matcher, String group) {
        return Integer.parseInt(matcher.group(group));
    }
}
