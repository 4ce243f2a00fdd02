package dev.touchstone.kpi;

import java.io.Serializable;

/**
 * The value that a KPI is to reach: set, or derived from what it was.
 *
 * @param value in the KPI's unit; null: derived
 * @param baseline label of the period whose value is the start, over all touchpoints ({@code company} where there are
 *     answers about that only); null: set
 * @param improvement of a derived target: for the better, in the KPI's unit, by each year after the baseline; a quarter
 *     of it by each quarter
 * @param direction whether the value is to be at least ({@link Better#HIGHER}) or at most ({@link Better#LOWER}) that
 */
public record Target(Double value, String baseline, double improvement, Better direction) implements Serializable {}
