package dev.touchstone.inference;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * How much oftener an outcome follows a good experience than a bad one among like customers: the Mantel-Haenszel risk
 * difference over strata, each weighing n1 n0 / N (n1 good, n0 bad, N both). The strata hold still what makes good and
 * bad experiences, and the outcome, likelier at the same time. An association, which is not a cause.
 *
 * <p>Sources: N. Mantel, W. Haenszel (1959), Journal of the National Cancer Institute 22, 719-748; variance: T. Sato
 * (1989), On the Variance Estimator for the Mantel-Haenszel Risk Difference, Biometrics 45, 1323-1324, which holds for
 * few large strata and for many small ones.
 *
 * @param difference share with the outcome, good less bad, in [-1, 1]
 * @param crude the same without strata, over all observations, those of strata with one group only among them; where
 *     its sign is another, the strata differ in how often they have good experiences (Simpson's paradox)
 * @param heterogeneity Cochran's Q: the strata's differences d less their mean, squared and summed with the weights
 *     that the mean is taken with, which are 1 / variance of d, p1 (1 - p1) / n1 + p0 (1 - p0) / n0. The mean is not
 *     {@code difference}, whose weights are others. In a stratum where one of the four numbers with and without outcome
 *     is 0, 1/2 is added to each of the four: else a stratum without scatter would weigh infinitely much. 0 or more
 * @param degreesOfFreedom of {@code heterogeneity}: strata with both groups, less one; 0 or more
 * @param homogeneity probability of a heterogeneity at least as large if all strata had the same difference
 *     (chi-squared; of little worth where strata are small), from 0 to 1; where it is small, one difference does not
 *     tell all. NaN at 0 degrees of freedom
 */
public record MantelHaenszel(
        Difference difference, double crude, double heterogeneity, int degreesOfFreedom, double homogeneity) {
    /**
     * Like customers.
     *
     * @param good those with a good experience
     * @param bad those with a bad one
     */
    public record Stratum(Share good, Share bad) {
        private double n() {
            return good.n() + bad.n();
        }

        private double weight() {
            return good.n() * bad.n() / n();
        }
    }

    /**
     * Over all strata that have good and bad experiences; others have no say. Strata in another order, or cut into
     * parts alike, give the same difference.
     *
     * @return empty where no stratum has both
     */
    public static Optional<MantelHaenszel> of(Collection<Stratum> strata) {
        List<Stratum> both =
                strata.stream().filter(stratum -> stratum.weight() > 0).toList();
        if (both.isEmpty()) {
            return Optional.empty();
        }
        double heterogeneity = heterogeneity(both);
        int degreesOfFreedom = both.size() - 1;
        return Optional.of(new MantelHaenszel(
                difference(both),
                crude(strata),
                heterogeneity,
                degreesOfFreedom,
                degreesOfFreedom == 0
                        ? Double.NaN
                        : ChiSquaredDistribution.of(degreesOfFreedom).survivalProbability(heterogeneity)));
    }

    private static Difference difference(List<Stratum> strata) {
        double weight = StableSum.of(strata, Stratum::weight);
        double value = StableSum.of(
                        strata,
                        stratum ->
                                (stratum.good.outcomes() * stratum.bad.n() - stratum.bad.outcomes() * stratum.good.n())
                                        / stratum.n())
                / weight;
        double perDifference = value * StableSum.of(strata, MantelHaenszel::perDifference);
        double without = StableSum.of(strata, MantelHaenszel::without);
        double variance = perDifference + without;
        return Difference.normal(
                value, Moments.isScatter(variance, without) ? variance / (weight * weight) : Double.NaN, 1);
    }

    /** Sato's P: by how much the variance grows with the difference. */
    private static double perDifference(Stratum stratum) {
        double n1 = stratum.good.n();
        double n0 = stratum.bad.n();
        return (n1 * n1 * stratum.bad.outcomes() - n0 * n0 * stratum.good.outcomes() + n1 * n0 * (n0 - n1) / 2)
                / (stratum.n() * stratum.n());
    }

    /** Sato's Q, which is not Cochran's: the variance where there is no difference. */
    private static double without(Stratum stratum) {
        double a = stratum.good.outcomes();
        double c = stratum.bad.outcomes();
        return (a * (stratum.bad.n() - c) + c * (stratum.good.n() - a)) / (2 * stratum.n());
    }

    private static double crude(Collection<Stratum> strata) {
        return StableSum.of(strata, stratum -> stratum.good.outcomes())
                        / StableSum.of(strata, stratum -> stratum.good.n())
                - StableSum.of(strata, stratum -> stratum.bad.outcomes())
                        / StableSum.of(strata, stratum -> stratum.bad.n());
    }

    private static double heterogeneity(List<Stratum> strata) {
        List<Stratum> scattered = strata.stream().map(MantelHaenszel::scattered).toList();
        double mean = StableSum.of(scattered, stratum -> precision(stratum) * ownDifference(stratum))
                / StableSum.of(scattered, MantelHaenszel::precision);
        return StableSum.of(scattered, stratum -> precision(stratum) * Math.pow(ownDifference(stratum) - mean, 2));
    }

    private static Stratum scattered(Stratum stratum) {
        double a = stratum.good.outcomes();
        double c = stratum.bad.outcomes();
        boolean none = a <= 0 || c <= 0 || a >= stratum.good.n() || c >= stratum.bad.n();
        return none
                ? new Stratum(new Share(a + 0.5, stratum.good.n() + 1), new Share(c + 0.5, stratum.bad.n() + 1))
                : stratum;
    }

    private static double ownDifference(Stratum stratum) {
        return stratum.good.value() - stratum.bad.value();
    }

    private static double precision(Stratum stratum) {
        double good = stratum.good.value();
        double bad = stratum.bad.value();
        return 1 / (good * (1 - good) / stratum.good.n() + bad * (1 - bad) / stratum.bad.n());
    }
}
