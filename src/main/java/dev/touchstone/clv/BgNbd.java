package dev.touchstone.clv;

import java.io.Serial;
import java.io.Serializable;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hipparchus.special.Gamma;

/**
 * The BG/NBD model of repeat purchases: while a customer stays, purchases come at random at the customer's own rate,
 * which is gamma distributed among customers (shape r, rate alpha); after each purchase the customer leaves for good
 * with the customer's own probability, which is beta distributed (a, b).
 *
 * <p>Source: P. S. Fader, B. G. S. Hardie, K. L. Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to
 * the Pareto/NBD Model, Marketing Science 24 (2), 275-284.
 *
 * @param r shape of the purchase rates, above 0; small where customers differ much
 * @param alpha rate of the purchase rates, in units of time, above 0; the mean customer buys r / alpha times a unit
 * @param a first shape of the probability to leave, above 0; its mean is a / (a + b)
 * @param b second shape of the probability to leave, above 0
 */
public record BgNbd(double r, double alpha, double a, double b) implements Serializable {
    @Serial
    private static final long serialVersionUID = 1;

    /** Fewer repeat customers than this are not enough data. */
    public static final int FEWEST_REPEAT_CUSTOMERS = 30;

    // Parameters of the search: ln r, ln of the mean customer's time between purchases in mean ages, ln of the odds to
    // leave, ln(a + b). At the ends of the box customers are as good as equal, or as different as they can be.
    private static final double[] LOW = logs(0.01, 1e-3, 1e-6, 1e-2);
    private static final double[] HIGH = logs(1e3, 1e6, 1e6, 1e3);
    private static final double[][] SHAPES = {{0.3, 0.3, 3}, {1, 1, 2}, {3, 0.05, 10}};

    /** Terms that are left out change the sum by less than this, relatively. */
    private static final double PRECISION = 1e-14;

    private static final double HUGE = 1e200;

    /** Of horizon / (alpha + age): a second or two of work. A fitted model comes near it for ages of almost nothing. */
    private static final double LONGEST_HORIZON = 1e8;

    /**
     * Customers with the same history.
     *
     * @param frequency repeat purchases, 0 or more
     * @param recency time from the first purchase to the last one, from 0 to {@code age}; 0 at frequency 0
     * @param age time from the first purchase to the end of the observation, 0 or more
     * @param count customers, above 0
     */
    public record Group(long frequency, double recency, double age, long count) {
        public Group {
            checkHistory(frequency, recency, age);
            check(count > 0, "count above 0", count);
        }
    }

    public BgNbd {
        check(r > 0 && r < Double.POSITIVE_INFINITY, "r above 0", r);
        check(alpha > 0 && alpha < Double.POSITIVE_INFINITY, "alpha above 0", alpha);
        check(a > 0 && a < Double.POSITIVE_INFINITY, "a above 0", a);
        check(b > 0 && b < Double.POSITIVE_INFINITY, "b above 0", b);
    }

    /**
     * The model of largest likelihood (formula (6) of the paper). Its work grows with the number of distinct histories,
     * not of customers. The same groups in another order, split or merged, give the same model.
     *
     * <p>r lies within 0.01 and 1,000, a + b within 0.01 and 1,000: where the data would have more, customers are as
     * good as equal to each other and the predictions hardly differ.
     *
     * @return empty where there are not enough data: fewer than {@value #FEWEST_REPEAT_CUSTOMERS} customers with a
     *     repeat purchase, no time observed, or no largest likelihood found
     */
    public static Optional<BgNbd> fit(Collection<Group> groups) {
        Likelihood likelihood = new Likelihood(groups);
        if (likelihood.repeatCustomers < FEWEST_REPEAT_CUSTOMERS || !(likelihood.meanAge > 0)) {
            return Optional.empty();
        }
        double between = Math.log(likelihood.customers / likelihood.purchases);
        List<double[]> starts = List.of(SHAPES).stream()
                .map(shape -> new double[] {
                    Math.log(shape[0]), between, Math.log(shape[1]), Math.log(shape[2]),
                })
                .toList();
        return Maximum.of(point -> likelihood.mean(of(point, likelihood.meanAge)), LOW, HIGH, starts)
                .map(point -> of(point, likelihood.meanAge));
    }

    private static BgNbd of(double[] point, double meanAge) {
        double r = Math.exp(point[0]);
        double odds = Math.exp(point[2]);
        double sum = Math.exp(point[3]);
        return new BgNbd(r, r * Math.exp(point[1]) * meanAge, sum * odds / (1 + odds), sum / (1 + odds));
    }

    /** Mean log-likelihood of a customer; NaN without customers. */
    double logLikelihood(Collection<Group> groups) {
        return new Likelihood(groups).mean(this);
    }

    /**
     * Expected purchases within the next {@code horizon} of a customer with this history: formula (10) of the paper.
     *
     * <p>Computed as P(still a customer) times the sum over n of P(n purchases, would the customer never leave) times
     * the expected number of them made before leaving, which is the sum over k from 0 to n - 1 of (b + x)_k / (a + b +
     * x)_k. All terms are positive, so nothing cancels, also where formula (10) is 0/0 (at a = 1) and where its Gauss
     * hypergeometric function overflows (at many purchases). Time grows with the purchases that are within reach and
     * with horizon / (alpha + age).
     *
     * @param frequency repeat purchases, 0 or more
     * @param recency time from the first purchase to the last one, from 0 to {@code age}
     * @param age time from the first purchase until now, 0 or more; at 0 and frequency 0 the answer is formula (9), of a
     *     customer of whom nothing is known
     * @param horizon time from now, 0 or more, not beyond 1e8 (alpha + age)
     * @return 0 or more
     */
    public double expectedPurchases(long frequency, double recency, double age, double horizon) {
        checkHistory(frequency, recency, age);
        check(horizon >= 0 && horizon < Double.POSITIVE_INFINITY, "horizon 0 or more", horizon);
        check(horizon / (alpha + age) <= LONGEST_HORIZON, "horizon within 1e8 times alpha + age", horizon);
        return horizon == 0
                ? 0
                : probabilityActive(frequency, recency, age) * purchasesIfActive(frequency, age, horizon);
    }

    /**
     * Probability that a customer with this history has not left, from 0 to 1; 1 at frequency 0, because customers
     * leave after a repeat purchase only.
     *
     * <p>Source: P. S. Fader, B. G. S. Hardie (2008), Computing P(alive) Using the BG/NBD Model.
     */
    public double probabilityActive(long frequency, double recency, double age) {
        checkHistory(frequency, recency, age);
        if (frequency == 0) {
            return 1;
        }
        double logOdds =
                Math.log(a / (b + frequency - 1)) + (r + frequency) * Math.log((alpha + age) / (alpha + recency));
        return 1 / (1 + Math.exp(logOdds));
    }

    /** Expected purchases within a horizon above 0 of a customer who has not left. */
    double purchasesIfActive(long frequency, double age, double horizon) {
        double shape = r + frequency;
        double z = horizon / (alpha + age + horizon);
        // Negative binomial probabilities of n purchases, divided by the one of 0, which may be too small for a double.
        double logUnit = -shape * Math.log1p(horizon / (alpha + age));
        double probability = 1;
        double staying = 1;
        double made = 0;
        double sum = 0;
        for (long n = 1; ; n++) {
            probability *= (shape + n - 1) / n * z;
            made += staying;
            staying *= (b + frequency + n - 1) / (a + b + frequency + n - 1);
            double term = probability * made;
            sum += term;
            // Further terms grow less than this, and "made" no faster than n.
            double ratio = Math.max((shape + n) / (n + 1) * z, z);
            if (ratio < 1 && term * ratio / (1 - ratio) * (1 + 1 / (n * (1 - ratio))) <= PRECISION * sum) {
                return sum * Math.exp(logUnit);
            }
            if (probability > HUGE) {
                probability /= HUGE;
                sum /= HUGE;
                logUnit += Math.log(HUGE);
            }
        }
    }

    private static void checkHistory(long frequency, double recency, double age) {
        check(frequency >= 0, "frequency 0 or more", frequency);
        check(age >= 0 && age < Double.POSITIVE_INFINITY, "age 0 or more", age);
        check(recency >= 0 && recency <= age, "recency from 0 to the age " + age, recency);
        check(frequency > 0 || recency == 0, "recency 0 at frequency 0", recency);
    }

    static void check(boolean holds, String expected, Number actual) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", not " + actual);
        }
    }

    private static double[] logs(double... values) {
        double[] logs = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            logs[i] = Math.log(values[i]);
        }
        return logs;
    }

    /**
     * Log-likelihood of section 7 of the paper. Logarithms and gamma functions are taken once a distinct time or
     * frequency, not once a group; equal groups are merged and sorted, so that the order of the input has no say.
     */
    private static final class Likelihood {
        private final double[] frequencies;
        private final double[] withFrequency;
        private final double[] times;
        private final int[] frequency;
        private final int[] recency;
        private final int[] age;
        private final double[] count;
        private final double customers;
        private final double repeatCustomers;
        private final double purchases;
        private final double meanAge;

        Likelihood(Collection<Group> groups) {
            TreeMap<Group, Long> merged = new TreeMap<>(Comparator.comparingLong(Group::frequency)
                    .thenComparingDouble(Group::recency)
                    .thenComparingDouble(Group::age));
            groups.forEach(group -> merged.merge(group, group.count(), Math::addExact));
            Map<Double, Integer> frequencyIndex = index(merged.keySet().stream()
                    .map(group -> (double) group.frequency())
                    .toList());
            Map<Double, Integer> timeIndex = index(
                    merged.keySet().stream().map(Group::recency).toList(),
                    merged.keySet().stream().map(Group::age).toList());
            frequencies = values(frequencyIndex);
            times = values(timeIndex);
            withFrequency = new double[frequencies.length];
            frequency = new int[merged.size()];
            recency = new int[merged.size()];
            age = new int[merged.size()];
            count = new double[merged.size()];
            double all = 0;
            double repeat = 0;
            double bought = 0;
            double lived = 0;
            int i = 0;
            for (Map.Entry<Group, Long> entry : merged.entrySet()) {
                Group group = entry.getKey();
                frequency[i] = frequencyIndex.get((double) group.frequency());
                recency[i] = timeIndex.get(group.recency());
                age[i] = timeIndex.get(group.age());
                count[i] = entry.getValue();
                withFrequency[frequency[i]] += count[i];
                all += count[i];
                repeat += group.frequency() > 0 ? count[i] : 0;
                bought += group.frequency() * count[i];
                lived += group.age() * count[i];
                i++;
            }
            customers = all;
            repeatCustomers = repeat;
            purchases = bought;
            meanAge = lived / all;
        }

        @SafeVarargs
        private static Map<Double, Integer> index(List<Double>... values) {
            TreeSet<Double> distinct = new TreeSet<>();
            for (List<Double> some : values) {
                distinct.addAll(some);
            }
            Map<Double, Integer> index = new TreeMap<>();
            distinct.forEach(value -> index.put(value, index.size()));
            return index;
        }

        private static double[] values(Map<Double, Integer> index) {
            return index.keySet().stream().mapToDouble(Double::doubleValue).toArray();
        }

        double mean(BgNbd model) {
            double r = model.r;
            double a = model.a;
            double b = model.b;
            double[] logTimes = new double[times.length];
            for (int i = 0; i < times.length; i++) {
                logTimes[i] = Math.log(model.alpha + times[i]);
            }
            double sum = 0;
            double atNone = Gamma.logGamma(a + b) - Gamma.logGamma(b) - Gamma.logGamma(r) + r * Math.log(model.alpha);
            double[] leaving = new double[frequencies.length];
            for (int i = 0; i < frequencies.length; i++) {
                double x = frequencies[i];
                leaving[i] = x == 0 ? Double.NEGATIVE_INFINITY : Math.log(a / (b + x - 1));
                sum += withFrequency[i]
                        * (atNone + Gamma.logGamma(r + x) + Gamma.logGamma(b + x) - Gamma.logGamma(a + b + x));
            }
            for (int i = 0; i < count.length; i++) {
                double shape = r + frequencies[frequency[i]];
                double stayed = -shape * logTimes[age[i]];
                double left = leaving[frequency[i]] - shape * logTimes[recency[i]];
                double larger = Math.max(stayed, left);
                sum += count[i] * (larger + Math.log1p(Math.exp(Math.min(stayed, left) - larger)));
            }
            return sum / customers;
        }
    }
}
