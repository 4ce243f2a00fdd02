package dev.touchstone.kpi;

/** Which interval a KPI's estimate gets; the formulas and their sources stand in {@link Estimate}. */
public enum Interval {
    /** Shares: scores 0 and 1. */
    WILSON,
    /** Scores of three values (-100, 0, 100): NPS and its kin. */
    ADJUSTED_WALD,
    /** Means of ordinal or continuous scores. */
    T,
    /** Percentiles of durations: the values at the ranks q -+ z sqrt(q (1 - q) / n). */
    RANK,
    /** Totals. */
    NONE
}
