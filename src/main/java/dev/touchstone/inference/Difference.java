package dev.touchstone.inference;

import java.util.Optional;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A first figure less a second one, with its 95 % interval and the two-sided test of no difference. Swapping the two
 * turns the signs.
 *
 * <p>The two are taken for independent. Two periods that share customers are not: their interval is then too wide
 * rather than too narrow.
 *
 * <p>Where nothing scatters, or a single observation cannot, standard error and p are NaN: they are not known. The
 * interval is then as wide as the scale allows, NaN where the scale has no bounds.
 *
 * @param value first less second, in the unit of the figures
 * @param standardError of the test: {@code value / standardError} is its statistic. Above 0 or NaN; 0 only for two
 *     shares that are both 0 or both 1
 * @param low lower end of the interval
 * @param high upper end of the interval
 * @param p probability of a statistic at least as far from 0, on either side, if there were no difference; from 0 to 1,
 *     or NaN
 */
public record Difference(double value, double standardError, double low, double high, double p) {
    /** The 97.5 % point of the normal distribution. */
    static final double Z = 1.959963984540054;

    private static final double TAIL = 0.025;
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    /**
     * Of two shares, in [-1, 1]. The interval is Newcombe's hybrid of two Wilson intervals (R. G. Newcombe (1998),
     * Interval estimation for the difference between independent proportions, Statistics in Medicine 17, 873-890,
     * method 10), which is of use at shares of 0 and 1, too. The test is the z test with the pooled share; p = 1 where
     * all observations of both are alike. Interval and test may differ about a difference at the edge of significance.
     *
     * @return empty where one of the two has no observations
     */
    public static Optional<Difference> ofShares(Share first, Share second) {
        if (first.n() == 0 || second.n() == 0) {
            return Optional.empty();
        }
        double value = first.value() - second.value();
        double low = value - Math.hypot(first.value() - first.low(), second.high() - second.value());
        double high = value + Math.hypot(first.high() - first.value(), second.value() - second.low());
        double pooled = new Share(first.outcomes() + second.outcomes(), first.n() + second.n()).value();
        double standardError = Math.sqrt(pooled * (1 - pooled) * (1 / first.n() + 1 / second.n()));
        double p = standardError > 0 ? twoSided(value / standardError) : 1;
        return Optional.of(new Difference(value, standardError, low, high, p));
    }

    /**
     * Of two mean scores of -1, 0 and 1, in [-2, 2]: 3/4 low, 1 1/2 middle and 3/4 high scores are added to either
     * (B. Rocks (2016), arXiv 1601.07235, adjusted Wald), so that neither is without scatter.
     *
     * @return value, standard error and p are those of the adjusted counts: show the difference of the plain
     *     {@linkplain ThreeValued#value() values}, which the interval is widened to hold where there are few
     *     observations. Empty where one of the two has no observations
     */
    public static Optional<Difference> ofScores(ThreeValued first, ThreeValued second) {
        if (first.n() == 0 || second.n() == 0) {
            return Optional.empty();
        }
        double plain = first.value() - second.value();
        ThreeValued one = first.adjusted();
        ThreeValued other = second.adjusted();
        Difference adjusted = normal(one.value() - other.value(), one.varianceOfValue() + other.varianceOfValue(), 2);
        return Optional.of(new Difference(
                adjusted.value(),
                adjusted.standardError(),
                Math.min(plain, adjusted.low()),
                Math.max(plain, adjusted.high()),
                adjusted.p()));
    }

    /**
     * Of two means, in their unit: Welch's t, by each group's own variance, with the degrees of freedom of Welch and
     * Satterthwaite.
     *
     * @return with the value only (see above) where either has a single observation or all amounts of both are as their
     *     mean; empty where one of the two has no observations
     */
    public static Optional<Difference> ofMeans(Moments first, Moments second) {
        if (first.n() == 0 || second.n() == 0) {
            return Optional.empty();
        }
        double value = first.mean() - second.mean();
        double variance = first.variance() / first.n() + second.variance() / second.n();
        if (!(variance > 0)) {
            return Optional.of(normal(value, Double.NaN, Double.NaN));
        }
        double standardError = Math.sqrt(variance);
        TDistribution student = TDistribution.of(degreesOfFreedom(first, second));
        double reach = student.inverseSurvivalProbability(TAIL) * standardError;
        double p = 2 * student.survivalProbability(Math.abs(value) / standardError);
        return Optional.of(new Difference(value, standardError, value - reach, value + reach, p));
    }

    /**
     * Interval of the difference of two independent figures by their own 95 % intervals (G. Y. Zou, A. Donner (2008),
     * Construction of confidence limits about effect measures, Statistics in Medicine 27, 1693-1702); of two shares by
     * Wilson's intervals it is Newcombe's.
     *
     * @return standard error and p are not known; an end of the interval is NaN where one that it needs is
     */
    public static Difference ofIntervals(
            double first, double firstLow, double firstHigh, double second, double secondLow, double secondHigh) {
        double value = first - second;
        return new Difference(
                value,
                Double.NaN,
                value - Math.hypot(first - firstLow, secondHigh - second),
                value + Math.hypot(firstHigh - first, second - secondLow),
                Double.NaN);
    }

    /** Of Welch and Satterthwaite, for several observations of either and scatter in one of them at least. */
    static double degreesOfFreedom(Moments first, Moments second) {
        double one = first.variance() / first.n();
        double other = second.variance() / second.n();
        // As parts of their sum, so that squares of small variances do not vanish.
        double part = one / (one + other);
        return 1 / (part * part / (first.n() - 1) + (1 - part) * (1 - part) / (second.n() - 1));
    }

    /**
     * A difference that is normally distributed about the true one.
     *
     * @param variance of the value; NaN or 0: not known
     * @param bound largest possible difference either way; NaN where there is none
     */
    static Difference normal(double value, double variance, double bound) {
        if (!(variance > 0)) {
            return new Difference(value, Double.NaN, -bound, bound, Double.NaN);
        }
        double standardError = Math.sqrt(variance);
        double low = value - Z * standardError;
        double high = value + Z * standardError;
        return new Difference(
                value,
                standardError,
                low < -bound ? -bound : low,
                high > bound ? bound : high,
                twoSided(value / standardError));
    }

    private static double twoSided(double statistic) {
        return 2 * NORMAL.survivalProbability(Math.abs(statistic));
    }
}
