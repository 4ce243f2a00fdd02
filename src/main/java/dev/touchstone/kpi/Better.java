package dev.touchstone.kpi;

/** Which direction of a KPI is good. {@code NONE} (volumes) gets no verdict. */
public enum Better {
    HIGHER,
    LOWER,
    NONE
}
