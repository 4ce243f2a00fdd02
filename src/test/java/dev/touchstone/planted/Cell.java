package dev.touchstone.planted;

import org.apache.spark.sql.Row;

/**
 * What a verdict is given on, in the judged month.
 *
 * @param touchpoint from 0
 * @param segment from 0; 0 of {@link Split#ALL}
 */
record Cell(Question question, Split split, int touchpoint, int segment) {

    /** The cell of a row of {@code weak_touchpoints}. */
    static Cell of(Row row) {
        Split split = Split.of(row.getAs("segmentation"));
        String kpi = row.getAs("kpi");
        for (Question question : Question.values()) {
            if (question.kpi().equals(kpi)) {
                return new Cell(
                        question, split, touchpoint(row.getAs("touchpoint")), split.index(row.getAs("segment")));
            }
        }
        throw new IllegalArgumentException("no question of KPI " + kpi);
    }

    /** Name of a touchpoint in tables. */
    static String touchpoint(int index) {
        return "touchpoint_%03d".formatted(index + 1);
    }

    private static int touchpoint(String name) {
        return Integer.parseInt(name.substring(name.lastIndexOf('_') + 1)) - 1;
    }

    /** Whether customers of a tier and a region are counted in it. */
    boolean holds(int tier, int region) {
        return switch (split) {
            case ALL -> true;
            case TIER -> segment == tier;
            case REGION -> segment == region;
        };
    }
}
