package dev.touchstone.inference;

import java.util.Arrays;

/**
 * How unusual a cell is among its peers, given that peers differ more than chance alone would make them (D. J.
 * Spiegelhalter 2005, Funnel plots for comparing institutional performance: additive random effects). It asks another
 * question than whether a cell is below a benchmark.
 */
final class Funnel {
    private static final double TRIMMED = 0.1;

    private Funnel() {}

    /**
     * Distances in standard deviations, overdispersion taken into account: z s / sqrt(s^2 + tau^2).
     *
     * @param distances of the cells from their common mean, at least two
     * @param errors their standard errors s, above 0
     */
    static double[] adjusted(double[] distances, double[] errors) {
        double[] z = new double[distances.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = distances[i] / errors[i];
        }
        return adjusted(z, errors, varianceBetween(dispersion(winsorized(z)), errors));
    }

    static double[] adjusted(double[] z, double[] errors, double variance) {
        double[] adjusted = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            adjusted[i] = z[i] * errors[i] / Math.sqrt(errors[i] * errors[i] + variance);
        }
        return adjusted;
    }

    /** phi: the mean of z squared; 1 is what chance alone makes. */
    static double dispersion(double[] z) {
        double[] sorted = z.clone();
        Arrays.sort(sorted);
        double squares = 0;
        for (double each : sorted) {
            squares += each * each;
        }
        return squares / z.length;
    }

    /** tau^2: the variance between cells that explains the dispersion; 0 where there is no more than by chance. */
    static double varianceBetween(double dispersion, double[] errors) {
        double[] sorted = errors.clone();
        Arrays.sort(sorted);
        double weights = 0;
        double squares = 0;
        for (double error : sorted) {
            double weight = 1 / (error * error);
            weights += weight;
            squares += weight * weight;
        }
        double k = errors.length;
        return Math.max(0, (k * dispersion - (k - 1)) / (weights - squares / weights));
    }

    /** The outer tenths are set to the deciles (quantiles of type 7), so that the weak cells do not hide themselves. */
    static double[] winsorized(double[] z) {
        double[] sorted = z.clone();
        Arrays.sort(sorted);
        double low = quantile(sorted, TRIMMED);
        double high = quantile(sorted, 1 - TRIMMED);
        return Arrays.stream(z).map(each -> Math.min(high, Math.max(low, each))).toArray();
    }

    private static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
