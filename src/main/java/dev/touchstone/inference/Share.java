package dev.touchstone.inference;

/**
 * How many observations have an outcome: customers who bought again, answers in the top boxes.
 *
 * @param outcomes observations with the outcome, from 0 to {@code n}
 * @param n observations, 0 or more. Where they are worth fewer independent ones, both numbers are scaled to the
 *     effective number, so that neither need be whole
 */
public record Share(double outcomes, double n) {
    /** What rounding may do to outcomes that are scaled to an effective number. */
    private static final double ROUNDING = 1 + 1e-9;

    public Share {
        Arguments.checkCount("observations", n);
        Arguments.check(outcomes >= 0 && outcomes <= n * ROUNDING, "outcomes from 0 to " + n, outcomes);
    }

    /** From 0 to 1; NaN at n = 0. */
    public double value() {
        return Math.min(1, outcomes / n);
    }

    /** Lower end of Wilson's (1927) 95 % interval, from 0 to {@link #value()}; NaN at n = 0. */
    public double low() {
        return Math.max(0, Math.min(value(), wilson(-1)));
    }

    /** Upper end, from {@link #value()} to 1; NaN at n = 0. */
    public double high() {
        return Math.min(1, Math.max(value(), wilson(1)));
    }

    private double wilson(int sign) {
        double share = value();
        double square = Difference.Z * Difference.Z;
        double reach = Difference.Z * Math.sqrt(share * (1 - share) / n + square / (4 * n * n));
        return (share + square / (2 * n) + sign * reach) / (1 + square / n);
    }
}
