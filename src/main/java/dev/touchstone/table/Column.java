package dev.touchstone.table;

/**
 * A column of an output table.
 *
 * @param name as readers see it
 * @param type Spark SQL type
 * @param comment meaning, unit, range, direction
 */
public record Column(String name, String type, String comment) {}
