package dev.touchstone.kpi;

import java.io.Serializable;
import java.util.Locale;

/**
 * What cells of a KPI are compared with.
 *
 * @param value of {@link Kind#EXTERNAL}, in the KPI's unit; else null
 * @param name whose value that is
 * @param year of which year
 * @param source where it was published
 */
public record Benchmark(Kind kind, Double value, String name, Integer year, String source) implements Serializable {
    /** Where the value comes from. */
    public enum Kind {
        /** The KPI's target. */
        TARGET,
        /** The other touchpoints; of a segment the other segments at the same touchpoint. */
        PEERS,
        /**
         * Of a segment its peers, of a touchpoint itself in the period before: how long or how dear something usually is
         * depends on what a touchpoint is for.
         */
        SEGMENT_PEERS,
        /** The same cell in the period before. */
        PREVIOUS_PERIOD,
        /** The same cell in the same period a year before. */
        PREVIOUS_YEAR,
        /** A published value of others. */
        EXTERNAL;

        /** The word for it in project files and tables: {@code previous_period}. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A benchmark that needs no value of its own. */
    public static Benchmark of(Kind kind) {
        return new Benchmark(kind, null, null, null, null);
    }
}
