package dev.touchstone.kpi;

import java.io.Serializable;

/**
 * On which scale a KPI lies.
 *
 * @param unit {@code share} (0 to 1, shown as percent), {@code points}, {@code answer} (the instrument's own codes),
 *     {@code seconds}, {@code money}, {@code count}
 * @param factor what makes every score a whole number: stored score = score x factor (1 where scores are whole)
 * @param low smallest possible value, null where there is none
 * @param high largest possible value, null where there is none
 * @param better which direction is good
 */
public record Scale(String unit, long factor, Double low, Double high, Better better) implements Serializable {

    /** Whether sums of squared scores fit a BIGINT for any number of rows that will ever be counted (2^40). */
    public boolean bounded() {
        if (low == null || high == null) {
            return false;
        }
        double largest = Math.max(Math.abs(low), Math.abs(high)) * factor;
        return largest * largest < 1L << 22;
    }
}
