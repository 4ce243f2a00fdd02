package dev.touchstone.inference;

import dev.touchstone.inference.ChangeDetection.Series;
import dev.touchstone.inference.Family.Scores;

/**
 * The weeks of a cell as its KPI shows them; what {@link ChangeDetection} compares is made of them.
 *
 * @param n observations of each week, 0 where it has no data and the others have no say
 * @param effective independent observations that they are worth
 * @param value oriented
 * @param variance of single scores within the week; NaN where not known
 */
public record WeeklyValues(double[] n, double[] effective, double[] value, double[] variance) {

    /** Sum of squares within weeks, and its degrees of freedom: what cells of a family have in common. */
    double[] within() {
        double squares = 0;
        double degrees = 0;
        for (int week = 0; week < n.length; week++) {
            if (n[week] > 1 && !Double.isNaN(variance[week])) {
                squares += variance[week] * (n[week] - 1);
                degrees += n[week] - 1;
            }
        }
        return new double[] {squares, degrees};
    }

    /**
     * Weeks with the standard errors that they have at the level of the baseline: an error that moved with the week's
     * own value would make bad weeks of small shares seem worse than they are.
     *
     * @param common variance of single scores within weeks of the family, for cells that show none; above 0 or NaN
     * @return weeks without an error, as no variance is known, are weeks without data; so are all of a cell that has
     *     fewer than {@value Family#FEWEST_CONFIRMED} effective observations in a week with data on average, in its baseline
     *     or since: sums of so few are not normal, and more of their alarms would be false than is let pass
     */
    Series series(Scores scores, double common) {
        double number = 0;
        double sum = 0;
        double squares = 0;
        for (int week = 0; week < ChangeDetection.BASELINE_WEEKS; week++) {
            if (n[week] > 0) {
                double within =
                        n[week] > 1 && !Double.isNaN(variance[week]) ? variance[week] * (n[week] - 1) / n[week] : 0;
                number += n[week];
                sum += n[week] * value[week];
                squares += n[week] * (value[week] * value[week] + within);
            }
        }
        double mean = number > 0 ? sum / number : Double.NaN;
        double square = number > 0 ? squares / number : Double.NaN;
        double[] own = within();
        double spread = own[0] > 0 ? own[0] / own[1] : common;
        double[] weights = new double[n.length];
        double[] errors = new double[n.length];
        boolean few = few(0, ChangeDetection.BASELINE_WEEKS) || few(ChangeDetection.BASELINE_WEEKS, n.length);
        for (int week = 0; week < n.length; week++) {
            if (n[week] > 0 && !few) {
                double variance = variance(scores, effective[week], mean, square, spread);
                errors[week] = Math.sqrt(variance);
                weights[week] = variance > 0 ? effective[week] : 0;
            }
        }
        return new Series(weights, value, errors);
    }

    private boolean few(int from, int to) {
        double independent = 0;
        int weeks = 0;
        for (int week = from; week < to; week++) {
            if (n[week] > 0) {
                independent += effective[week];
                weeks++;
            }
        }
        return independent < Family.FEWEST_CONFIRMED * weeks;
    }

    private static double variance(Scores scores, double n, double mean, double square, double spread) {
        return switch (scores.kind()) {
            case SHARE -> {
                double level = scores.lowerIsBetter() ? -mean : mean;
                double share = (n * level + 2) / (n + 4);
                yield share * (1 - share) / (n + 4);
            }
            case THREE_VALUED -> {
                double unit = scores.unit();
                double outer = (n * square / (unit * unit) + 1.5) / (n + 3);
                double level = n * mean / unit / (n + 3);
                yield unit * unit * (outer - level * level) / (n + 3);
            }
            case MEAN -> spread / n;
        };
    }
}
