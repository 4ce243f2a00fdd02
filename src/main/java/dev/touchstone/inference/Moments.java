package dev.touchstone.inference;

import java.util.Collection;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * An amount over some observations: money, minutes, a score.
 *
 * @param n observations, 0 or more. Where they are worth fewer independent ones, all three are scaled to the effective
 *     number
 * @param sum of the amounts; 0 at n = 0
 * @param sumOfSquares of the amounts; 0 at n = 0
 */
public record Moments(double n, double sum, double sumOfSquares) {
    private static final double TAIL = 0.025;
    /** More than one observation, told from one whose weights do not divide evenly in binary. */
    private static final double SEVERAL = 1.000000001;
    /** What is left of the squares of equal amounts by rounding, as a part of them, is not taken for scatter. */
    private static final double ROUNDING = 1e-12;

    public Moments {
        Arguments.checkCount("observations", n);
        Arguments.check(Double.isFinite(sum) && (n > 0 || sum == 0), "a finite sum, 0 at n = 0", sum);
        Arguments.checkCount("sum of squares", sumOfSquares);
    }

    /** All observations together. */
    static Moments sum(Collection<Moments> parts) {
        return new Moments(
                StableSum.of(parts, Moments::n),
                StableSum.of(parts, Moments::sum),
                StableSum.of(parts, Moments::sumOfSquares));
    }

    /** In the amount's unit; NaN at n = 0. */
    public double mean() {
        return sum / n;
    }

    /** Sample variance, in the amount's unit squared; 0 where all amounts are equal, NaN at n = 1 and below. */
    public double variance() {
        return n > SEVERAL ? deviations() / (n - 1) : Double.NaN;
    }

    /**
     * Lower end of the mean's 95 % interval, Student's t at n - 1 degrees of freedom; NaN where nothing scatters, or a
     * single observation cannot.
     */
    public double low() {
        return mean() - reach();
    }

    /** Upper end, as {@link #low()}. */
    public double high() {
        return mean() + reach();
    }

    private double reach() {
        double variance = variance();
        return variance > 0
                ? TDistribution.of(n - 1).inverseSurvivalProbability(TAIL) * Math.sqrt(variance / n)
                : Double.NaN;
    }

    /** Sum of the squared deviations from the mean, 0 or more; 0 at n = 0. */
    double deviations() {
        if (n == 0) {
            return 0;
        }
        double deviations = sumOfSquares - sum * sum / n;
        return isScatter(deviations, sumOfSquares) ? deviations : 0;
    }

    /** Whether what is left after subtractions from {@code whole} is more than their rounding leaves. */
    static boolean isScatter(double left, double whole) {
        return left > ROUNDING * whole;
    }
}
