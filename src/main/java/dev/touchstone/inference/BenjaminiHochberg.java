package dev.touchstone.inference;

import java.util.Arrays;

/**
 * Adjusts the p-values of a family of tests, so that among the tests with q of at most a limit the expected share of
 * false discoveries is at most that limit.
 *
 * <p>Source: Y. Benjamini, Y. Hochberg (1995), Controlling the False Discovery Rate: A Practical and Powerful Approach
 * to Multiple Testing, Journal of the Royal Statistical Society B 57 (1), 289-300.
 */
public final class BenjaminiHochberg {
    private BenjaminiHochberg() {}

    /**
     * The smallest limit at which each test would be a discovery: the least, over the p-values from this one upwards,
     * of p times the number of tests divided by the number of tests with that p or less; at most 1. Equal p-values are
     * one step, so that the order of the input has no say.
     *
     * @param p from 0 to 1; NaN where no test was made, which is not counted
     * @return q-values from 0 to 1 in the order of the input, none below its p; NaN where p is NaN
     */
    public static double[] adjusted(double[] p) {
        double[] sorted =
                Arrays.stream(p).filter(value -> !Double.isNaN(value)).sorted().toArray();
        int tests = sorted.length;
        double[] least = new double[tests];
        double q = 1;
        for (int i = tests - 1; i >= 0; i--) {
            q = Math.min(q, sorted[i] * tests / (i + 1));
            least[i] = q;
        }
        double[] adjusted = new double[p.length];
        for (int i = 0; i < p.length; i++) {
            // Of equal values the search may find any: the last of them is the least, and so all of them are.
            adjusted[i] = Double.isNaN(p[i]) ? Double.NaN : least[Arrays.binarySearch(sorted, p[i])];
        }
        return adjusted;
    }
}
