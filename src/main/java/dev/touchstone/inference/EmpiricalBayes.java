package dev.touchstone.inference;

import java.util.Comparator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Normal-normal empirical Bayes: estimates of peers are drawn toward their common mean, the more the less is known of
 * them. Estimates are oriented (higher is better) and have known sampling variances.
 *
 * <p>The variance between peers is DerSimonian and Laird's (1986) from {@link #MANY} cells on, and Paule and Mandel's
 * (1982) below, where the former is too small.
 */
final class EmpiricalBayes {
    /** From so many cells on the mean of the peers counts as known. */
    static final int MANY = 30;

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final int HALVINGS = 200;

    private EmpiricalBayes() {}

    /**
     * What the peers have in common.
     *
     * @param mean of the peers
     * @param variance of their true values around it, at least 0
     * @param varianceOfMean what is not known of the mean: 0 where the peers are many and differ
     */
    record Prior(double mean, double variance, double varianceOfMean) {
        /**
         * A cell's true value, given its estimate.
         *
         * @param sampling variance of the estimate, above 0
         */
        Posterior posterior(double estimate, double sampling) {
            double shrinkage = sampling / (sampling + variance);
            return new Posterior(
                    mean + (1 - shrinkage) * (estimate - mean),
                    Math.sqrt(variance * shrinkage + shrinkage * shrinkage * varianceOfMean));
        }
    }

    /** A cell's true value: normal, with a standard deviation above 0. */
    record Posterior(double mean, double deviation) {
        /** That of a value which is larger by a constant. */
        Posterior plus(double constant) {
            return new Posterior(mean + constant, deviation);
        }

        /** Probability that the true value lies below a limit. */
        double below(double limit) {
            return NORMAL.cumulativeProbability((limit - mean) / deviation);
        }

        /** How far the true value is expected to fall short of a benchmark, 0 counting where it does not: at least 0. */
        double shortfall(double benchmark) {
            double distance = (benchmark - mean) / deviation;
            return (benchmark - mean) * NORMAL.cumulativeProbability(distance) + deviation * NORMAL.density(distance);
        }
    }

    /**
     * The prior of some peers. Sums are taken in the order of the values, so that the order of the cells does not matter.
     *
     * @param estimates of at least two cells
     * @param sampling their variances, above 0
     */
    static Prior prior(double[] estimates, double[] sampling) {
        int[] order = order(estimates, sampling);
        double[] y = ordered(estimates, order);
        double[] s = ordered(sampling, order);
        double variance = y.length < MANY ? pauleMandel(y, s) : derSimonianLaird(y, s);
        Weighted weighted = new Weighted(y, s, variance);
        boolean known = y.length >= MANY && variance > 0;
        return new Prior(weighted.mean, variance, known ? 0 : 1 / weighted.precision);
    }

    /**
     * The variance around a mean that is known: of differences to peers, around 0. The moments are those of {@link
     * #prior} with a degree of freedom more.
     *
     * @param estimates of at least one cell, less the known mean
     * @param sampling their variances, above 0
     */
    static double varianceAroundZero(double[] estimates, double[] sampling) {
        int[] order = order(estimates, sampling);
        double[] y = ordered(estimates, order);
        double[] s = ordered(sampling, order);
        if (y.length < MANY) {
            return root(variance -> aroundZero(y, s, variance), y.length);
        }
        double precision = DoubleStream.of(s).map(each -> 1 / each).sum();
        return Math.max(0, (aroundZero(y, s, 0) - y.length) / precision);
    }

    private static double aroundZero(double[] estimates, double[] sampling, double variance) {
        double squares = 0;
        for (int i = 0; i < estimates.length; i++) {
            squares += estimates[i] * estimates[i] / (sampling[i] + variance);
        }
        return squares;
    }

    private static int[] order(double[] estimates, double[] sampling) {
        return IntStream.range(0, estimates.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> estimates[i]).thenComparingDouble(i -> sampling[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double[] ordered(double[] values, int[] order) {
        return IntStream.of(order).mapToDouble(i -> values[i]).toArray();
    }

    /** Variance between cells by moments; 0 where they differ less than their errors would make them. */
    static double derSimonianLaird(double[] estimates, double[] sampling) {
        Weighted fixed = new Weighted(estimates, sampling, 0);
        double squares = 0;
        for (double each : sampling) {
            squares += 1 / (each * each);
        }
        double excess = fixed.heterogeneity - (estimates.length - 1);
        return Math.max(0, excess / (fixed.precision - squares / fixed.precision));
    }

    /** Variance between cells at which they differ just as much as it makes expect. */
    static double pauleMandel(double[] estimates, double[] sampling) {
        return root(variance -> new Weighted(estimates, sampling, variance).heterogeneity, estimates.length - 1);
    }

    /** The variance above 0 at which a falling measure of heterogeneity comes down to what is expected; 0 if it is there. */
    private static double root(DoubleUnaryOperator heterogeneity, double expected) {
        if (heterogeneity.applyAsDouble(0) <= expected) {
            return 0;
        }
        double high = 1;
        while (heterogeneity.applyAsDouble(high) > expected) {
            high *= 2;
        }
        double low = 0;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high) {
                break;
            }
            if (heterogeneity.applyAsDouble(middle) > expected) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** Sums over cells that are weighted by 1 / (sampling variance + variance between cells). */
    private static final class Weighted {
        private final double precision;
        private final double mean;
        private final double heterogeneity;

        Weighted(double[] estimates, double[] sampling, double variance) {
            double weights = 0;
            double sum = 0;
            for (int i = 0; i < estimates.length; i++) {
                double weight = 1 / (sampling[i] + variance);
                weights += weight;
                sum += weight * estimates[i];
            }
            double squares = 0;
            for (int i = 0; i < estimates.length; i++) {
                double distance = estimates[i] - sum / weights;
                squares += distance * distance / (sampling[i] + variance);
            }
            precision = weights;
            mean = sum / weights;
            heterogeneity = squares;
        }
    }
}
