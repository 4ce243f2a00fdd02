package dev.touchstone.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;

/**
 * Which answers go with an outcome, and how much of its variance each explains: shares of the R^2 of a linear regression
 * of the outcome on all predictors. An association, not a cause.
 *
 * <p>Nobody has to have answered everything: each correlation is taken over the responses that hold both answers. Such
 * correlations can contradict each other. Their matrix R, predictors and outcome together, then has an eigenvalue near
 * zero or below, and a regression on it an R^2 of anything. Where the smallest eigenvalue, lambda, is below
 * {@value #SMALLEST_EIGENVALUE}, R is replaced by (1 - a) R + a I with a = (0.01 - lambda) / (1 - lambda), which lifts it
 * to 0.01; where that takes an a above {@value #MOST_SHRINKAGE}, there are no figures. Predictors that say the same, or
 * say what the outcome says, are shrunk as well: an R^2 of 1 is not reached.
 *
 * @param method how R^2 was shared out; the shares of one method are not to be compared with those of the other
 * @param drivers the predictors in the order given; empty where there is a {@code reason}
 * @param rSquared share of the outcome's variance that the predictors explain together, from 0 to 1 (1 excluded); NaN
 *     where there is a {@code reason}
 * @param shrinkage a, from 0 (nothing was shrunk) up; with a {@code reason} the a it would have taken, or NaN where there
 *     is no matrix
 * @param fewestResponses of all pairs of predictors and outcome, the number of responses to the pair that has the fewest
 * @param reason why there are no figures; empty where there are
 */
public record KeyDrivers(
        Method method,
        List<Driver> drivers,
        double rSquared,
        double shrinkage,
        long fewestResponses,
        Optional<String> reason) {
    /** Correlations of fewer responses than this are not taken for known. */
    public static final long NEEDED_RESPONSES = 200;

    /** The matrix of correlations is shrunk up to this smallest eigenvalue. */
    static final double SMALLEST_EIGENVALUE = 0.01;

    /** Correlations that would have to be shrunk more than this contradict each other too much. */
    static final double MOST_SHRINKAGE = 0.2;

    /** LMG takes all 2^p subsets of the predictors, Johnson's weights take p^3. */
    static final int MOST_PREDICTORS_OF_LMG = 15;

    private static final double UPPER_TAIL = 0.025;

    /** How R^2 is shared out among the predictors. They agree for two predictors, and for uncorrelated ones. */
    public enum Method {
        /** {@link KeyDrivers#lmg}: up to 15 predictors. */
        LMG,
        /** {@link KeyDrivers#johnson}: more. */
        JOHNSON;

        private double[] weights(Correlations correlations) {
            return switch (this) {
                case LMG -> lmg(correlations.predictors(), correlations.withOutcome());
                case JOHNSON -> johnson(correlations.predictors(), correlations.withOutcome());
            };
        }
    }

    /**
     * What a predictor has to say.
     *
     * @param predictor its name
     * @param weight its share of R^2, 0 or more; the weights add up to R^2
     * @param low lower end of the weight's 95 % interval, from 0 to {@code weight}; NaN where the jackknife fails
     * @param high upper end of it, from {@code weight} to 1; NaN where the jackknife fails
     * @param beta standardized slope, in standard deviations of the outcome for one of the predictor, the other
     *     predictors unchanged; negative where higher answers go with a lower outcome, which a weight does not show
     * @param slope the same in the units of the answers: points of the outcome for a point of the predictor
     */
    public record Driver(String predictor, double weight, double low, double high, double beta, double slope) {
        /** 1 where higher answers go with a higher outcome, -1 where they go with a lower one, 0 where with neither. */
        public int sign() {
            return (int) Math.signum(beta);
        }
    }

    public KeyDrivers {
        drivers = List.copyOf(drivers);
    }

    /**
     * The drivers of an outcome.
     *
     * <p>Intervals are those of the delete-one-block jackknife: the weights are computed once without each block, by the
     * same method and rule of shrinkage, and t has one degree of freedom less than there are blocks. So a customer has to
     * be in one block with all responses, and in any of them by chance. Where one of these computations fails, because
     * what is left has no variance or contradicts itself, there are weights without intervals. The needed responses are
     * asked of the whole only.
     *
     * @param predictors names of the p predictors, at least one
     * @param blocks at least two; of each an array of p + 1 by p + 1, the outcome last, of which the entries [j][k] with j
     *     at most k are read: the sums of j and k, of j alone where they are equal; null is {@link PairSums#NONE}
     * @param neededResponses at least 2; where a pair has fewer responses, there are no figures
     */
    public static KeyDrivers of(List<String> predictors, List<PairSums[][]> blocks, long neededResponses) {
        check(!predictors.isEmpty(), "a predictor or more", predictors.size());
        check(blocks.size() >= 2, "2 blocks or more", blocks.size());
        check(neededResponses >= 2, "2 needed responses or more", neededResponses);
        Questions questions = new Questions(predictors, sum(blocks, predictors.size() + 1));
        Method method = predictors.size() <= MOST_PREDICTORS_OF_LMG ? Method.LMG : Method.JOHNSON;
        Optional<String> gap = questions.tooFew(neededResponses).or(questions::withoutVariance);
        if (gap.isPresent()) {
            return new KeyDrivers(method, List.of(), Double.NaN, Double.NaN, questions.fewestResponses(), gap);
        }
        Correlations pairwise = Correlations.of(questions.sums());
        double shrinkage = pairwise.shrinkage();
        if (shrinkage > MOST_SHRINKAGE) {
            String contradiction = String.format(
                    Locale.ROOT,
                    "the correlations contradict each other: to have no eigenvalue below %s they would have to be shrunk"
                            + " by %.3f, and %s is the most; too few responses answer many questions at once",
                    SMALLEST_EIGENVALUE,
                    shrinkage,
                    MOST_SHRINKAGE);
            return new KeyDrivers(
                    method, List.of(), Double.NaN, shrinkage, questions.fewestResponses(), Optional.of(contradiction));
        }
        Correlations shrunk = pairwise.shrunk(shrinkage);
        double[] weights = method.weights(shrunk);
        double[] reach = reach(questions.sums(), blocks, method);
        double[] betas = betas(shrunk.predictors(), shrunk.withOutcome());
        List<Driver> drivers = new ArrayList<>();
        for (int j = 0; j < weights.length; j++) {
            drivers.add(new Driver(
                    predictors.get(j),
                    weights[j],
                    Math.max(0, weights[j] - reach[j]),
                    Math.min(1, weights[j] + reach[j]),
                    betas[j],
                    betas[j] * questions.deviation(weights.length) / questions.deviation(j)));
        }
        double rSquared = rSquared(shrunk.predictors(), shrunk.withOutcome());
        return new KeyDrivers(method, drivers, rSquared, shrinkage, questions.fewestResponses(), Optional.empty());
    }

    /** Half the width of each weight's interval by the delete-one-block jackknife; NaN where it fails. */
    private static double[] reach(PairSums[][] all, List<PairSums[][]> blocks, Method method) {
        int predictors = all.length - 1;
        int count = blocks.size();
        double[][] replicates = new double[count][];
        for (int b = 0; b < count; b++) {
            Correlations pairwise = Correlations.of(without(all, blocks.get(b)));
            double shrinkage = pairwise.known() ? pairwise.shrinkage() : Double.NaN;
            if (!(shrinkage <= MOST_SHRINKAGE)) {
                double[] unknown = new double[predictors];
                Arrays.fill(unknown, Double.NaN);
                return unknown;
            }
            replicates[b] = method.weights(pairwise.shrunk(shrinkage));
        }
        double quantile = TDistribution.of(count - 1.0).inverseSurvivalProbability(UPPER_TAIL);
        double[] reach = new double[predictors];
        for (int j = 0; j < predictors; j++) {
            double mean = 0;
            for (double[] replicate : replicates) {
                mean += replicate[j] / count;
            }
            double squares = 0;
            for (double[] replicate : replicates) {
                squares += (replicate[j] - mean) * (replicate[j] - mean);
            }
            reach[j] = quantile * Math.sqrt(squares * (count - 1) / count);
        }
        return reach;
    }

    /**
     * The Shapley value of R^2, called LMG: what a predictor adds to R^2, averaged over all orders in which predictors
     * can be added.
     *
     * <p>Source: R. H. Lindeman, P. F. Merenda, R. Z. Gold (1980), Introduction to Bivariate and Multivariate Analysis; U.
     * Groemping (2006), Relative Importance for Linear Regression in R: The Package relaimpo, Journal of Statistical
     * Software 17 (1).
     *
     * @param predictors correlations of the predictors, positive definite, 1 to 15 of them
     * @param withOutcome correlation of each with the outcome
     * @return of each, 0 or more; they add up to R^2
     */
    public static double[] lmg(double[][] predictors, double[] withOutcome) {
        int p = withOutcome.length;
        check(p >= 1 && p <= MOST_PREDICTORS_OF_LMG, "1 to 15 predictors", p);
        double[] explained = new double[1 << p];
        explain(joint(predictors, withOutcome), 0, 0, explained);
        // Of the p! orders, the share in which exactly the predictors of a subset come before a given one.
        double[] share = new double[p];
        share[0] = 1.0 / p;
        for (int size = 1; size < p; size++) {
            share[size] = share[size - 1] * size / (p - size);
        }
        double[] weights = new double[p];
        for (int subset = 0; subset < explained.length; subset++) {
            for (int j = 0; j < p; j++) {
                int joined = subset | 1 << j;
                if (joined != subset) {
                    weights[j] += share[Integer.bitCount(subset)] * (explained[joined] - explained[subset]);
                }
            }
        }
        for (int j = 0; j < p; j++) {
            weights[j] = Math.max(0, weights[j]); // What adds nothing may come out below by rounding.
        }
        return weights;
    }

    /**
     * R^2 of every subset of predictors that adds some of those still to come to {@code subset}. Taking a predictor in is
     * one step of elimination on what is left, so that subsets share the work of what they have in common.
     *
     * @param rest covariances of the predictors still to come, and last of the outcome, given {@code subset}
     */
    private static void explain(double[][] rest, int next, int subset, double[] explained) {
        int left = rest.length - 1;
        if (left == 0) {
            explained[subset] = 1 - rest[0][0];
            return;
        }
        double pivot = rest[0][0];
        check(pivot > 0, "a positive definite matrix of correlations, with pivots above 0", pivot);
        double[][] without = new double[left][left];
        double[][] with = new double[left][left];
        for (int i = 0; i < left; i++) {
            double factor = rest[i + 1][0] / pivot;
            for (int j = 0; j < left; j++) {
                without[i][j] = rest[i + 1][j + 1];
                with[i][j] = rest[i + 1][j + 1] - factor * rest[0][j + 1];
            }
        }
        explain(without, next + 1, subset, explained);
        explain(with, next + 1, subset | 1 << next, explained);
    }

    /**
     * Johnson's relative weights: the outcome is regressed on the uncorrelated variables that are nearest to the
     * predictors, and what those explain is handed back to the predictors by their squared correlations.
     *
     * <p>Source: J. W. Johnson (2000), A Heuristic Method for Estimating the Relative Weight of Predictor Variables in
     * Multiple Regression, Multivariate Behavioral Research 35 (1), 1-19.
     *
     * @param predictors correlations of the predictors, positive definite
     * @param withOutcome correlation of each with the outcome
     * @return of each, 0 or more; they add up to R^2
     */
    public static double[] johnson(double[][] predictors, double[] withOutcome) {
        EigenDecompositionSymmetric decomposition =
                new EigenDecompositionSymmetric(new Array2DRowRealMatrix(predictors));
        double smallest = smallest(decomposition);
        check(smallest > 0, "a positive definite matrix of correlations, with eigenvalues above 0", smallest);
        RealMatrix root = decomposition.getSquareRoot();
        RealVector betas = new LUDecomposition(root).getSolver().solve(new ArrayRealVector(withOutcome));
        double[] weights = new double[withOutcome.length];
        for (int j = 0; j < weights.length; j++) {
            for (int k = 0; k < weights.length; k++) {
                double part = root.getEntry(j, k) * betas.getEntry(k);
                weights[j] += part * part;
            }
        }
        return weights;
    }

    /**
     * Share of the outcome's variance that a linear regression on the predictors explains, r' R^-1 r. Nothing is checked:
     * of correlations that contradict each other it may be anything, also above 1.
     *
     * @param predictors correlations of the predictors, R, which has an inverse
     * @param withOutcome correlation of each with the outcome, r
     */
    public static double rSquared(double[][] predictors, double[] withOutcome) {
        double[] betas = betas(predictors, withOutcome);
        double sum = 0;
        for (int j = 0; j < betas.length; j++) {
            sum += withOutcome[j] * betas[j];
        }
        return sum;
    }

    /** Standardized slopes of the regression on all predictors. */
    private static double[] betas(double[][] predictors, double[] withOutcome) {
        return new LUDecomposition(new Array2DRowRealMatrix(predictors))
                .getSolver()
                .solve(new ArrayRealVector(withOutcome))
                .toArray();
    }

    private static double[][] joint(double[][] predictors, double[] withOutcome) {
        int p = withOutcome.length;
        double[][] joint = new double[p + 1][p + 1];
        for (int j = 0; j < p; j++) {
            System.arraycopy(predictors[j], 0, joint[j], 0, p);
            joint[j][p] = withOutcome[j];
            joint[p][j] = withOutcome[j];
        }
        joint[p][p] = 1;
        return joint;
    }

    private static double smallest(EigenDecompositionSymmetric decomposition) {
        double smallest = Double.POSITIVE_INFINITY;
        for (double eigenvalue : decomposition.getEigenvalues()) {
            smallest = Math.min(smallest, eigenvalue);
        }
        return smallest;
    }

    static PairSums[][] sum(List<PairSums[][]> blocks, int size) {
        PairSums[][] all = new PairSums[size][size];
        for (int j = 0; j < size; j++) {
            for (int k = j; k < size; k++) {
                PairSums sum = PairSums.NONE;
                for (PairSums[][] block : blocks) {
                    sum = sum.plus(entry(block, j, k));
                }
                all[j][k] = sum;
            }
        }
        return all;
    }

    private static PairSums[][] without(PairSums[][] all, PairSums[][] block) {
        PairSums[][] rest = new PairSums[all.length][all.length];
        for (int j = 0; j < all.length; j++) {
            for (int k = j; k < all.length; k++) {
                rest[j][k] = all[j][k].minus(entry(block, j, k));
            }
        }
        return rest;
    }

    private static PairSums entry(PairSums[][] block, int j, int k) {
        PairSums sums = block[j][k];
        return sums == null ? PairSums.NONE : sums;
    }

    private static void check(boolean holds, String expected, Number actual) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", not " + actual);
        }
    }

    /** Predictors and, last, outcome, with their sums: what is lacking is told by name. */
    private record Questions(List<String> predictors, PairSums[][] sums) {
        long fewestResponses() {
            long fewest = Long.MAX_VALUE;
            for (int j = 0; j < sums.length; j++) {
                for (int k = j; k < sums.length; k++) {
                    fewest = Math.min(fewest, sums[j][k].n());
                }
            }
            return fewest;
        }

        /** A question that is rarely answered at all is named rather than its pairs. */
        Optional<String> tooFew(long needed) {
            int rarest = 0;
            for (int j = 1; j < sums.length; j++) {
                rarest = sums[j][j].n() < sums[rarest][rarest].n() ? j : rarest;
            }
            if (sums[rarest][rarest].n() < needed) {
                return Optional.of("%s was answered in %d responses, %d are needed"
                        .formatted(name(rarest), sums[rarest][rarest].n(), needed));
            }
            for (int j = 0; j < sums.length; j++) {
                for (int k = j + 1; k < sums.length; k++) {
                    if (sums[j][k].n() < needed && sums[j][k].n() == fewestResponses()) {
                        return Optional.of("%s and %s were answered together in %d responses, %d are needed"
                                .formatted(name(j), name(k), sums[j][k].n(), needed));
                    }
                }
            }
            return Optional.empty();
        }

        Optional<String> withoutVariance() {
            for (int j = 0; j < sums.length; j++) {
                if (sums[j][j].firstVariance() == 0) {
                    return Optional.of("all %d answers to %s are equal".formatted(sums[j][j].n(), name(j)));
                }
            }
            for (int j = 0; j < sums.length; j++) {
                for (int k = j + 1; k < sums.length; k++) {
                    if (Double.isNaN(sums[j][k].correlation())) {
                        boolean first = sums[j][k].firstVariance() == 0;
                        return Optional.of("all %d answers to %s are equal where %s is answered"
                                .formatted(sums[j][k].n(), name(first ? j : k), name(first ? k : j)));
                    }
                }
            }
            return Optional.empty();
        }

        double deviation(int question) {
            return Math.sqrt(sums[question][question].firstVariance());
        }

        private String name(int question) {
            return question < predictors.size() ? "'" + predictors.get(question) + "'" : "the outcome";
        }
    }

    /** Of predictors and, last, outcome. */
    private record Correlations(double[][] joint) {
        /** NaN where a question has no variance. */
        static Correlations of(PairSums[][] sums) {
            double[][] joint = new double[sums.length][sums.length];
            for (int j = 0; j < sums.length; j++) {
                joint[j][j] = sums[j][j].firstVariance() > 0 ? 1 : Double.NaN;
                for (int k = j + 1; k < sums.length; k++) {
                    joint[j][k] = sums[j][k].correlation();
                    joint[k][j] = joint[j][k];
                }
            }
            return new Correlations(joint);
        }

        boolean known() {
            for (double[] row : joint) {
                for (double correlation : row) {
                    if (Double.isNaN(correlation)) {
                        return false;
                    }
                }
            }
            return true;
        }

        /** a; 0 where the smallest eigenvalue is large enough. */
        double shrinkage() {
            double smallest = smallest(new EigenDecompositionSymmetric(new Array2DRowRealMatrix(joint)));
            return smallest >= SMALLEST_EIGENVALUE ? 0 : (SMALLEST_EIGENVALUE - smallest) / (1 - smallest);
        }

        Correlations shrunk(double shrinkage) {
            double[][] shrunk = new double[joint.length][joint.length];
            for (int j = 0; j < joint.length; j++) {
                for (int k = 0; k < joint.length; k++) {
                    shrunk[j][k] = j == k ? 1 : (1 - shrinkage) * joint[j][k];
                }
            }
            return new Correlations(shrunk);
        }

        double[][] predictors() {
            return new Array2DRowRealMatrix(joint, false)
                    .getSubMatrix(0, joint.length - 2, 0, joint.length - 2)
                    .getData();
        }

        double[] withOutcome() {
            return Arrays.copyOf(joint[joint.length - 1], joint.length - 1);
        }
    }
}
