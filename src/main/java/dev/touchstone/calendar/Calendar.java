package dev.touchstone.calendar;

/** A way to cut days into months, quarters and years. */
public enum Calendar {
    GREGORIAN,
    /** Solar Hijri, by ICU4J (agrees with the astronomical equinox for 1178 to 1999). */
    PERSIAN
}
