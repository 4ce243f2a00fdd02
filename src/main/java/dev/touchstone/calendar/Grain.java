package dev.touchstone.calendar;

/** How long a period is. Days and weeks are the same in every calendar. */
public enum Grain {
    DAY,
    WEEK,
    MONTH,
    QUARTER,
    YEAR
}
