package dev.touchstone.inference;

/**
 * Counts of scores that are -1, 0 or 1: detractors, passives and promoters.
 *
 * @param low scores of -1, 0 or more; whole, or scaled to the effective number of observations like the other two
 * @param middle scores of 0
 * @param high scores of 1
 */
public record ThreeValued(double low, double middle, double high) {
    // Rocks 2016: what is added to the outer and to the middle counts.
    private static final double OUTER = 0.75;
    private static final double MIDDLE = 1.5;

    public ThreeValued {
        Arguments.checkCount("low scores", low);
        Arguments.checkCount("middle scores", middle);
        Arguments.checkCount("high scores", high);
    }

    /** Observations, 0 or more. */
    public double n() {
        return low + middle + high;
    }

    /** Mean score, from -1 to 1: the NPS over 100; NaN at n = 0. */
    public double value() {
        return (high - low) / n();
    }

    /** The counts of the adjusted Wald interval, which estimate and variance of a comparison are taken at. */
    ThreeValued adjusted() {
        return new ThreeValued(low + OUTER, middle + MIDDLE, high + OUTER);
    }

    /** Variance of {@link #value()}; NaN at n = 0. */
    double varianceOfValue() {
        return ((high + low) / n() - value() * value()) / n();
    }
}
