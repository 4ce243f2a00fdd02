package dev.touchstone.inference;

/**
 * What correlation needs to know of two questions: sums over the responses in which both were answered. Sums of whole
 * numbers are exact up to 2^53, in any order, and so is what is left after a {@link #minus}.
 *
 * @param n responses, 0 or more
 * @param first sum of the answers to the first question
 * @param second sum of the answers to the second question
 * @param firstSquares sum of the squares of the answers to the first question
 * @param secondSquares sum of the squares of the answers to the second question
 * @param products sum over the responses of the first answer times the second
 */
public record PairSums(
        long n, double first, double second, double firstSquares, double secondSquares, double products) {
    /** No response. */
    public static final PairSums NONE = new PairSums(0, 0, 0, 0, 0, 0);

    /** What is left of equal answers by rounding is not taken for variance. */
    private static final double ROUNDING = 1e-12;

    public PairSums {
        if (n < 0) {
            throw new IllegalArgumentException("expected n 0 or more, not " + n);
        }
    }

    /** Both together, which have no response in common. */
    public PairSums plus(PairSums other) {
        return new PairSums(
                n + other.n,
                first + other.first,
                second + other.second,
                firstSquares + other.firstSquares,
                secondSquares + other.secondSquares,
                products + other.products);
    }

    /** Without the responses of {@code part}, all of which are in here. */
    public PairSums minus(PairSums part) {
        return new PairSums(
                n - part.n,
                first - part.first,
                second - part.second,
                firstSquares - part.firstSquares,
                secondSquares - part.secondSquares,
                products - part.products);
    }

    /** Mean squared distance of the first answers from their mean; 0 where all are equal or there is none. */
    double firstVariance() {
        return variance(first, firstSquares);
    }

    /** Mean squared distance of the second answers from their mean; 0 where all are equal or there is none. */
    double secondVariance() {
        return variance(second, secondSquares);
    }

    private double variance(double sum, double squares) {
        double square = squares / n;
        double variance = square - sum / n * (sum / n);
        return variance > ROUNDING * square ? variance : 0;
    }

    /** Pearson's correlation, from -1 to 1; NaN where either question has no variance. */
    double correlation() {
        double covariance = products / n - first / n * (second / n);
        double correlation = covariance / Math.sqrt(firstVariance() * secondVariance());
        return Double.isFinite(correlation) ? Math.max(-1, Math.min(1, correlation)) : Double.NaN;
    }
}
