package dev.touchstone.calendar;

import dev.touchstone.kpi.Text;
import java.time.DayOfWeek;
import java.util.List;

/** Names of months and weekdays in English and Persian, as Iranian print writes them. */
public final class Names {
    private static final List<Text> GREGORIAN_MONTHS = List.of(
            new Text("January", "ژانویه"),
            new Text("February", "فوریه"),
            new Text("March", "مارس"),
            new Text("April", "آوریل"),
            new Text("May", "مه"),
            new Text("June", "ژوئن"),
            new Text("July", "ژوئیه"),
            new Text("August", "اوت"),
            new Text("September", "سپتامبر"),
            new Text("October", "اکتبر"),
            new Text("November", "نوامبر"),
            new Text("December", "دسامبر"));

    private static final List<Text> PERSIAN_MONTHS = List.of(
            new Text("Farvardin", "فروردین"),
            new Text("Ordibehesht", "اردیبهشت"),
            new Text("Khordad", "خرداد"),
            new Text("Tir", "تیر"),
            new Text("Mordad", "مرداد"),
            new Text("Shahrivar", "شهریور"),
            new Text("Mehr", "مهر"),
            new Text("Aban", "آبان"),
            new Text("Azar", "آذر"),
            new Text("Dey", "دی"),
            new Text("Bahman", "بهمن"),
            new Text("Esfand", "اسفند"));

    private static final List<Text> WEEKDAYS = List.of(
            new Text("Monday", "دوشنبه"),
            new Text("Tuesday", "سه\u200cشنبه"),
            new Text("Wednesday", "چهارشنبه"),
            new Text("Thursday", "پنجشنبه"),
            new Text("Friday", "جمعه"),
            new Text("Saturday", "شنبه"),
            new Text("Sunday", "یکشنبه"));

    private Names() {}

    /** Name of month 1 to 12 of a calendar. */
    public static Text month(Calendar calendar, int month) {
        return switch (calendar) {
            case GREGORIAN -> GREGORIAN_MONTHS.get(month - 1);
            case PERSIAN -> PERSIAN_MONTHS.get(month - 1);
        };
    }

    public static Text weekday(DayOfWeek day) {
        return WEEKDAYS.get(day.getValue() - 1);
    }
}
