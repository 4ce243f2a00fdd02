package dev.touchstone.calendar;

import java.util.Locale;

/** How long a period is. Days and weeks are the same in every calendar. */
public enum Grain {
    DAY,
    WEEK,
    MONTH,
    QUARTER,
    YEAR;

    /** The word for it in tables: {@code day}, {@code week}, {@code month}, {@code quarter}, {@code year}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
