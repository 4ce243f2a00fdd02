package dev.touchstone.clv;

import java.io.Serial;
import java.io.Serializable;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hipparchus.special.Gamma;

/**
 * The gamma-gamma model of the value of purchases: a customer's purchases vary about the customer's own mean (gamma
 * distributed, shape p), and these means vary among customers (inverse gamma: q, v). Supposes that how much customers
 * spend at once has nothing to do with how often they buy.
 *
 * <p>Source: P. S. Fader, B. G. S. Hardie (2013), The Gamma-Gamma Model of Monetary Value.
 *
 * @param p shape of a customer's values, above 0; large where a customer's purchases are alike
 * @param q shape of customers' means, above 1: else they have no mean; large where customers are alike
 * @param v scale, in money, above 0; the mean value of a purchase of the mean customer is p v / (q - 1)
 */
public record GammaGamma(double p, double q, double v) implements Serializable {
    @Serial
    private static final long serialVersionUID = 1;

    /** Fewer customers than this are not enough data. */
    public static final int FEWEST_CUSTOMERS = 30;

    /**
     * Width of a {@linkplain #bin bin} of values, in natural logarithms: 0.1 %.
     *
     * <p>A value is moved by 0.05 % at most, which changes the parameters by about as much; bins of 1 % would change
     * them ten times as much, where many purchases are of one price and all move the same way. A factor of a million
     * takes 13,816 bins for each frequency, however many customers there are.
     */
    public static final double BIN_WIDTH = 0.001;

    // Parameters of the search: ln p, ln q, ln(p v / q) in mean values.
    private static final double[] LOW = {Math.log(0.01), Math.log(0.01), -Math.log(1e3)};
    private static final double[] HIGH = {Math.log(1e3), Math.log(1e3), Math.log(1e3)};
    private static final double[][] SHAPES = {{1, 2}, {6, 4}, {30, 10}};

    /**
     * Customers with the same history.
     *
     * @param frequency repeat purchases, 1 or more
     * @param meanValue mean value of the repeat purchases, above 0; exact or the {@linkplain #middle middle} of a bin
     * @param count customers, above 0
     */
    public record Group(long frequency, double meanValue, long count) {
        public Group {
            BgNbd.check(frequency > 0, "frequency above 0", frequency);
            BgNbd.check(meanValue > 0 && meanValue < Double.POSITIVE_INFINITY, "mean value above 0", meanValue);
            BgNbd.check(count > 0, "count above 0", count);
        }
    }

    public GammaGamma {
        BgNbd.check(p > 0 && p < Double.POSITIVE_INFINITY, "p above 0", p);
        BgNbd.check(q > 1 && q < Double.POSITIVE_INFINITY, "q above 1", q);
        BgNbd.check(v > 0 && v < Double.POSITIVE_INFINITY, "v above 0", v);
    }

    /** Bin of a mean value above 0: ln(value) / {@value #BIN_WIDTH}, to the nearest whole number. */
    public static long bin(double meanValue) {
        return Math.round(Math.log(meanValue) / BIN_WIDTH);
    }

    /** Value that stands for all of a bin. */
    public static double middle(long bin) {
        return Math.exp(bin * BIN_WIDTH);
    }

    /**
     * The model of largest likelihood (formula (1a) of the source). Its work grows with the number of distinct groups,
     * not of customers. The same groups in another order, split or merged, give the same model. p and q are 1,000 at
     * most: where the data would have more, values are as good as equal.
     *
     * @param groups of customers with a repeat purchase of positive mean value; others are left out
     * @return empty where there are not enough data: fewer than {@value #FEWEST_CUSTOMERS} customers, values so
     *     scattered that customers' means have no mean (q of 1 or less), or no largest likelihood found
     */
    public static Optional<GammaGamma> fit(Collection<Group> groups) {
        Likelihood likelihood = new Likelihood(groups);
        if (likelihood.customers < FEWEST_CUSTOMERS) {
            return Optional.empty();
        }
        List<double[]> starts = List.of(SHAPES).stream()
                .map(shape -> new double[] {Math.log(shape[0]), Math.log(shape[1]), 0})
                .toList();
        return Maximum.of(
                        point -> likelihood.mean(
                                Math.exp(point[0]), Math.exp(point[1]), scale(point, likelihood.meanValue)),
                        LOW,
                        HIGH,
                        starts)
                .filter(point -> Math.exp(point[1]) > 1)
                .map(point ->
                        new GammaGamma(Math.exp(point[0]), Math.exp(point[1]), scale(point, likelihood.meanValue)));
    }

    private static double scale(double[] point, double meanValue) {
        return Math.exp(point[2] + point[1] - point[0]) * meanValue;
    }

    /** Mean log-likelihood of a customer; NaN without customers. */
    double logLikelihood(Collection<Group> groups) {
        return new Likelihood(groups).mean(p, q, v);
    }

    /**
     * Expected mean value of a customer's future purchases: formula (5) of the source, the mean of the customer's own
     * values and of all customers', the former weighing p x / (p x + q - 1).
     *
     * @param frequency repeat purchases, 0 or more; at 0 the answer is all customers' mean
     * @param meanValue mean value of these purchases, 0 or more; has no say at frequency 0
     * @return money, above 0
     */
    public double expectedValue(long frequency, double meanValue) {
        BgNbd.check(frequency >= 0, "frequency 0 or more", frequency);
        double all = p * v / (q - 1);
        if (frequency == 0) {
            return all;
        }
        BgNbd.check(meanValue >= 0 && meanValue < Double.POSITIVE_INFINITY, "mean value 0 or more", meanValue);
        double own = p * frequency / (p * frequency + q - 1);
        return (1 - own) * all + own * meanValue;
    }

    /** Equal groups are merged and sorted, so that the order of the input has no say. */
    private static final class Likelihood {
        private final double[] frequencies;
        private final double[] withFrequency;
        private final int[] frequency;
        private final double[] spent;
        private final double[] logSpent;
        private final double[] logMean;
        private final double[] count;
        private final double customers;
        private final double meanValue;

        Likelihood(Collection<Group> groups) {
            TreeMap<Group, Long> merged =
                    new TreeMap<>(Comparator.comparingLong(Group::frequency).thenComparingDouble(Group::meanValue));
            groups.forEach(group -> merged.merge(group, group.count(), Math::addExact));
            frequencies = merged.keySet().stream()
                    .mapToDouble(Group::frequency)
                    .distinct()
                    .toArray();
            withFrequency = new double[frequencies.length];
            frequency = new int[merged.size()];
            spent = new double[merged.size()];
            logSpent = new double[merged.size()];
            logMean = new double[merged.size()];
            count = new double[merged.size()];
            double all = 0;
            double values = 0;
            int i = 0;
            int at = 0;
            for (Map.Entry<Group, Long> entry : merged.entrySet()) {
                Group group = entry.getKey();
                while (frequencies[at] != group.frequency()) {
                    at++;
                }
                frequency[i] = at;
                spent[i] = group.frequency() * group.meanValue();
                logSpent[i] = Math.log(spent[i]);
                logMean[i] = Math.log(group.meanValue());
                count[i] = entry.getValue();
                withFrequency[at] += count[i];
                all += count[i];
                values += count[i] * group.meanValue();
                i++;
            }
            customers = all;
            meanValue = values / all;
        }

        double mean(double p, double q, double v) {
            double sum = 0;
            double atNone = q * Math.log(v) - Gamma.logGamma(q);
            for (int i = 0; i < frequencies.length; i++) {
                double shape = p * frequencies[i];
                sum += withFrequency[i] * (atNone + Gamma.logGamma(shape + q) - Gamma.logGamma(shape));
            }
            for (int i = 0; i < count.length; i++) {
                double shape = p * frequencies[frequency[i]];
                sum += count[i] * (shape * logSpent[i] - logMean[i] - (shape + q) * Math.log(spent[i] + v));
            }
            return sum / customers;
        }
    }
}
