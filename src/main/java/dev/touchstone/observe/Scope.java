package dev.touchstone.observe;

import dev.touchstone.calendar.Days;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Which days are observed, and with what knowledge.
 *
 * @param days the days that a run replaces
 * @param closed other days, whose windows closed since they were written: only figures that wait for a window are
 *     written again on them; may be empty
 * @param asOf the instant as of which windows are judged; what happened later is not known yet
 */
public record Scope(Days days, List<Days> closed, Instant asOf) {
    public Scope {
        closed = Days.merged(closed);
    }

    /** A run's own days alone. */
    public static Scope of(Days days, Instant asOf) {
        return new Scope(days, List.of(), asOf);
    }

    /** All days that are observed. */
    public List<Days> spans() {
        List<Days> all = new ArrayList<>(closed);
        all.add(days);
        return Days.merged(all);
    }
}
