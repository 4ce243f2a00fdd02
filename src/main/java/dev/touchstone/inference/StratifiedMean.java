package dev.touchstone.inference;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How much more is spent after a good experience than after a bad one among like customers: the difference of means
 * within strata, each weighing w = n1 n0 / N as in {@link MantelHaenszel} (n1 good, n0 bad, N both):
 *
 * <pre>
 * difference = sum of w (m1 - m0) / sum of w
 * variance   = sum of w^2 (s1^2 / n1 + s0^2 / n0) / (sum of w)^2
 * </pre>
 *
 * <p>The variance is that of a sum of independent means, given how many customers are good and bad. 1 / w is 1 / n1 + 1
 * / n0, so that the weights are the best there are where the amounts scatter alike everywhere (the variance is then s^2
 * / sum of w); they are not taken from the scatter itself, as a stratum whose customers happened to spend alike would
 * weigh most. s^2 is the sample variance of the stratum's own group: each is right on average, however few its
 * customers, so that the sum is, too. A single customer has none, and takes that of the same experience within all
 * strata, failing which that of both experiences.
 */
public final class StratifiedMean {
    private StratifiedMean() {}

    /**
     * Like customers.
     *
     * @param good what those with a good experience spent
     * @param bad what those with a bad one spent
     */
    public record Stratum(Moments good, Moments bad) {
        private double weight() {
            return good.n() * bad.n() / (good.n() + bad.n());
        }
    }

    /**
     * Over all strata that have good and bad experiences; others have no say. The interval is normal. Strata in another
     * order, or cut into parts alike, give the same difference.
     *
     * @return in the unit of the amounts; with the value only where no stratum shows scatter; empty where no stratum
     *     has both
     */
    public static Optional<Difference> of(Collection<Stratum> strata) {
        List<Stratum> both =
                strata.stream().filter(stratum -> stratum.weight() > 0).toList();
        if (both.isEmpty()) {
            return Optional.empty();
        }
        List<Moments> good = both.stream().map(Stratum::good).toList();
        List<Moments> bad = both.stream().map(Stratum::bad).toList();
        double ofBoth = pooled(Stream.concat(good.stream(), bad.stream()).toList());
        double ofGood = orElse(pooled(good), ofBoth);
        double ofBad = orElse(pooled(bad), ofBoth);
        double weight = StableSum.of(both, Stratum::weight);
        double value =
                StableSum.of(both, stratum -> stratum.weight() * (stratum.good.mean() - stratum.bad.mean())) / weight;
        double variance = StableSum.of(
                both,
                stratum -> stratum.weight()
                        * stratum.weight()
                        * (orElse(stratum.good.variance(), ofGood) / stratum.good.n()
                                + orElse(stratum.bad.variance(), ofBad) / stratum.bad.n()));
        return Optional.of(Difference.normal(value, variance / (weight * weight), Double.NaN));
    }

    /** Variance within the groups that have several observations; NaN where none has. */
    private static double pooled(List<Moments> groups) {
        List<Moments> several =
                groups.stream().filter(group -> !Double.isNaN(group.variance())).toList();
        return StableSum.of(several, Moments::deviations) / StableSum.of(several, group -> group.n() - 1);
    }

    private static double orElse(double variance, double other) {
        return Double.isNaN(variance) ? other : variance;
    }
}
