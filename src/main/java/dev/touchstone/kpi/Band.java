package dev.touchstone.kpi;

import java.io.Serializable;

/** A word for the values of a KPI from {@code from} on, up to the next band: for reading, no verdict. */
public record Band(double from, Text label) implements Serializable {}
