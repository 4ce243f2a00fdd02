package dev.touchstone.kpi;

/** Which mergeable statistic carries a KPI. */
public enum State {
    /** n, sum and sum of squares of whole-number scores; the value is their mean. */
    MEAN,
    /** n and sum; the value is the sum and has no interval. */
    TOTAL,
    /** Counts in logarithmic bins; the values are percentiles and means. */
    DURATION
}
