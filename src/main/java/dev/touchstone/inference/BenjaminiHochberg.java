package dev.touchstone.inference;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Control of the false-discovery rate within a family of tests (Benjamini and Hochberg 1995): of the tests with q at
 * most .10, at most a tenth is expected to be false.
 */
public final class BenjaminiHochberg {
    private BenjaminiHochberg() {}

    /**
     * For each test the smallest rate at which it would be a discovery, between its p-value and 1, in the order given.
     * Equal p-values are one step.
     *
     * @param p p-values, 0 to 1; NaN where no test was made: none is counted, and the answer is NaN
     */
    public static double[] adjusted(double[] p) {
        int[] order = IntStream.range(0, p.length)
                .filter(i -> !Double.isNaN(p[i]))
                .boxed()
                .sorted((one, two) -> Double.compare(p[one], p[two]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[p.length];
        Arrays.fill(adjusted, Double.NaN);
        double smallest = 1;
        for (int rank = order.length; rank > 0; rank--) {
            int test = order[rank - 1];
            // Of equal p-values the highest rank comes first and is the smallest quotient.
            smallest = Math.min(smallest, p[test] * order.length / rank);
            adjusted[test] = smallest;
        }
        return adjusted;
    }
}
