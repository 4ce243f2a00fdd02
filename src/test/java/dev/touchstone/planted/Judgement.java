package dev.touchstone.planted;

import java.sql.Date;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;

/**
 * A verdict beside the planted truth.
 *
 * @param status of the verdict
 * @param enough whether there are as many observations as the verdict says are needed
 * @param shortfall by how much the true level is worse than the true benchmark, in tolerances
 * @param alarm whether the cell is in alarm at the end of the month
 * @param steady whether it never was worse than it used to be
 * @param delay of a cell shifted by two standard deviations, weeks from its first one to that of the alarm, both counted;
 *     {@link #NEVER} without alarm; empty of all other cells
 * @param mixOnly whether the cell is a tier of a touchpoint that falls as its mix of tiers changes, and only so
 */
record Judgement(
        long seed,
        Cell cell,
        String status,
        boolean enough,
        double shortfall,
        boolean alarm,
        boolean steady,
        OptionalInt delay,
        boolean mixOnly) {
    /** Weeks until an alarm that has not come by the end of the month. */
    static final int NEVER = Integer.MAX_VALUE;

    /** In tolerances: as much as the number of observations needed is meant for. */
    private static final double PLANTED = 2;

    /** The judgement of a row of {@code weak_touchpoints}. */
    static Judgement of(long seed, Plan plan, Cell cell, Row row) {
        Long needed = row.getAs("needed_n");
        Date since = row.getAs("alarm_since");
        return new Judgement(
                seed,
                cell,
                row.getAs("status"),
                needed != null && row.<Long>getAs("n") >= needed,
                plan.shortfall(cell),
                since != null,
                plan.isSteady(cell),
                plan.shifted(cell).stream()
                        .map(week -> since == null ? NEVER : weeks(week, Weeks.of(since.toLocalDate())))
                        .findFirst(),
                cell.split() == Split.TIER && plan.role(cell.touchpoint()) == Plan.Role.MIX);
    }

    /** An alarm that stood before the shift is there in its first week. */
    private static int weeks(int shifted, int since) {
        return Math.max(1, since - shifted + 1);
    }

    /** Worse than the benchmark by more than the tolerance. */
    boolean isWeak() {
        return shortfall > 1;
    }

    /** So weak, and with so many observations, that it has to be found. */
    boolean isPlanted() {
        return shortfall >= PLANTED && enough;
    }

    boolean isConfirmed() {
        return status.equals("CONFIRMED");
    }

    boolean isProbable() {
        return status.equals("PROBABLE");
    }

    boolean isCalledWeak() {
        return isConfirmed() || isProbable();
    }
}
