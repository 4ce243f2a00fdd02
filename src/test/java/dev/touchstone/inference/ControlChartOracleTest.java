package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.LUDecomposition;
import org.junit.jupiter.api.Test;

/**
 * Why the product smooths weeks with a weight of 0.2: plain formulas of control charts, held against published figures,
 * which then judge the product's chart.
 *
 * <p>The formulas stand here and not in the product, which uses neither run lengths nor the other charts. That they and
 * the product speak of the same chart is tested first. Published figures are those of the R packages qcc (series,
 * Laney) and spc (average run lengths).
 */
class ControlChartOracleTest {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final double WEIGHT = 0.2;
    /** Limit of the product's chart with a run of 370.4 weeks to a false alarm, were its baseline known exactly. */
    private static final double LIMIT = 2.598;

    private static final double NO_CHANGE = 370.4;

    // The product's chart is the one that the formulas are about.

    /** A baseline with mean 0 and less variation than the standard error: weeks are their own residuals. */
    @Test
    void theProductSmoothsAsTheFormulaDoes() {
        double[] weeks =
                new Random(1).doubles(ChangeDetection.MONITORED_WEEKS, -3, 3).toArray();
        double[] value = IntStream.range(0, ChangeDetection.WEEKS)
                .mapToDouble(week -> week < ChangeDetection.BASELINE_WEEKS
                        ? (week % 2 == 0 ? .5 : -.5)
                        : weeks[week - ChangeDetection.BASELINE_WEEKS])
                .toArray();
        double[] ones = new double[ChangeDetection.WEEKS];
        Arrays.fill(ones, 1);

        double[] ewma = ewma(WEIGHT, 0, weeks);
        assertThat(ChangeDetection.of(List.of(new ChangeDetection.Series(ones, value, ones)), .1)
                        .get(0)
                        .orElseThrow()
                        .ewma())
                .isCloseTo(ewma[ewma.length - 1], within(1e-12));
    }

    @Test
    void theProductsVarianceIsTheFormulasWhereTheBaselineIsKnownExactly() {
        for (int weeks = 1; weeks <= 100; weeks++) {
            assertThat(ChangeDetection.variance(weeks, 0, 0)).isCloseTo(ewmaVariance(WEIGHT, weeks), within(1e-9));
        }
    }

    // Published series.

    @Test
    void smoothedSeriesAndItsLimits() {
        assertThat(ewma(.5, 10, 11, 13, 12)).containsExactly(10.5, 11.75, 11.875);
        // Of a standard deviation of 2, at two sigma: half of the limit's distance is a sigma of the smoothed series.
        assertThat(IntStream.rangeClosed(1, 3)
                        .mapToDouble(t -> 2 * Math.sqrt(ewmaVariance(.5, t)))
                        .toArray())
                .containsExactly(new double[] {1, Math.sqrt(1.25), Math.sqrt(1.3125)}, within(1e-15));
    }

    @Test
    void cumulativeSums() {
        double[] series = {1.5, .5, .6, -1.5, -.5, -.8};
        assertThat(rises(.5, series)).containsExactly(new double[] {1, 1, 1.1, 0, 0, 0}, within(1e-15));
        assertThat(drops(.5, series)).containsExactly(new double[] {0, 0, 0, -1, -1, -1.3}, within(1e-15));
    }

    /** Trial samples of {@code orangejuice2} of qcc: defective cans among 50. */
    @Test
    void sigmaOfSamplesThatVaryByMoreThanChance() {
        double[] defective = {9, 6, 12, 5, 6, 4, 6, 3, 7, 6, 2, 4, 3, 6, 5, 4, 8, 5, 6, 7, 5, 6, 3, 5};
        double share = Arrays.stream(defective).sum() / (50 * defective.length);
        double error = Math.sqrt(share * (1 - share) / 50);
        double[] residual = Arrays.stream(defective)
                .map(count -> (count / 50 - share) / error)
                .toArray();
        double sigma = IntStream.range(1, residual.length)
                        .mapToDouble(i -> Math.abs(residual[i] - residual[i - 1]))
                        .average()
                        .orElseThrow()
                / 1.128;

        assertThat(share).isCloseTo(.1108333, within(5e-8));
        assertThat(sigma).isCloseTo(1.0071155, within(5e-8));
        assertThat(share + 3 * sigma * error).isCloseTo(.2449684, within(5e-8));
    }

    // Published average run lengths.

    @Test
    void runLengthsOfSmoothedSeries() {
        assertThat(twoSided(.5, 3.071, 0)).isCloseTo(500, within(.5));
        assertThat(twoSided(.5, 3.071, 1)).isCloseTo(17.5, within(.05));
        assertThat(twoSided(.5, 3.071, 2)).isCloseTo(3.63, within(.005));
        assertThat(twoSided(.25, 3, 1)).isCloseTo(11.154267016, within(5e-10));
    }

    @Test
    void runLengthOfCumulativeSums() {
        assertThat(cumulative(.25, 8, 2.5)).isCloseTo(4.1500836225, within(1e-6));
    }

    // What follows from them: weeks until a lasting drop is found.

    @Test
    void theProductsChartFindsDropsOfOneToTwoSigmaSoonest() {
        double[] shifts = {.5, 1, 1.5, 2, 3};
        // One week alone, against a limit without rounding.
        double limit = -NORMAL.inverseCumulativeProbability(1 / NO_CHANGE);
        assertThat(limit).isCloseTo(2.782, within(.0005));
        assertThat(weeks(shift -> 1 / NORMAL.cumulativeProbability(shift - limit), shifts))
                .containsExactly(new double[] {89.0, 26.8, 10.0, 4.6, 1.7}, within(.05));
        assertThat(weeks(shift -> drop(WEIGHT, LIMIT, shift), shifts))
                .containsExactly(new double[] {25.8, 8.2, 4.6, 3.2, 2.1}, within(.05));
        assertThat(weeks(shift -> cumulative(.5, 4.096, shift), shifts))
                .containsExactly(new double[] {27.7, 8.6, 4.8, 3.4, 2.2}, within(.05));
    }

    @Test
    void thatTableComparesChartsWithEquallyRareFalseAlarms() {
        assertThat(drop(WEIGHT, LIMIT, 0)).isCloseTo(NO_CHANGE, within(.5));
        assertThat(cumulative(.5, 4.096, 0)).isCloseTo(NO_CHANGE, within(.5));
    }

    /** Why autocorrelation enters the product's variance: weeks that are alike come in runs. */
    @Test
    void weeksThatAreAlikeRaiseFalseAlarmsSooner() {
        assertThat(simulated(0)).isCloseTo(NO_CHANGE, within(8.0));
        assertThat(simulated(.2)).isCloseTo(170, within(4.0));
        assertThat(simulated(.4)).isCloseTo(99, within(2.0));
    }

    // The formulas.

    private static double[] ewma(double weight, double start, double... series) {
        double[] smoothed = new double[series.length];
        double last = start;
        for (int i = 0; i < series.length; i++) {
            last = weight * series[i] + (1 - weight) * last;
            smoothed[i] = last;
        }
        return smoothed;
    }

    /** Of independent values with a variance of 1; in the long run where {@code t} is infinite. */
    private static double ewmaVariance(double weight, double t) {
        return weight / (2 - weight) * (1 - Math.pow(1 - weight, 2 * t));
    }

    private static double[] rises(double slack, double... series) {
        double[] sums = new double[series.length];
        for (int i = 0; i < series.length; i++) {
            sums[i] = Math.max(0, (i == 0 ? 0 : sums[i - 1]) + series[i] - slack);
        }
        return sums;
    }

    private static double[] drops(double slack, double... series) {
        return Arrays.stream(
                        rises(slack, Arrays.stream(series).map(value -> -value).toArray()))
                .map(sum -> 0 - sum)
                .toArray();
    }

    private interface RunLength {
        double at(double shift);
    }

    private static double[] weeks(RunLength chart, double... shifts) {
        return DoubleStream.of(shifts).map(chart::at).toArray();
    }

    /** Average run length from 0 until the smoothed series is above or below the limits of the long run. */
    private static double twoSided(double weight, double limit, double shift) {
        double edge = limit * Math.sqrt(ewmaVariance(weight, Double.POSITIVE_INFINITY));
        return runLength(smoothing(weight, shift), -edge, edge, false);
    }

    /** The same of a drop, without a limit above: eight sigma are never reached. */
    private static double drop(double weight, double limit, double shift) {
        double sigma = Math.sqrt(ewmaVariance(weight, Double.POSITIVE_INFINITY));
        return runLength(smoothing(weight, -shift), -limit * sigma, 8 * sigma, false);
    }

    /** The same of a rise and cumulative sums, which stay at 0 where they would fall below. */
    private static double cumulative(double slack, double limit, double shift) {
        return runLength((from, edge) -> NORMAL.cumulativeProbability(edge - from + slack - shift), 0, limit, true);
    }

    private static Transition smoothing(double weight, double shift) {
        return (from, edge) -> NORMAL.cumulativeProbability((edge - (1 - weight) * from) / weight - shift);
    }

    private interface Transition {
        /** Probability that a chart, now at {@code from}, will next be at {@code edge} or below. */
        double upTo(double from, double edge);
    }

    /**
     * Markov chain of D. Brook, D. A. Evans (1972), An approach to the probability distribution of CUSUM run length,
     * Biometrika 59 (3), 539-549. Its error falls with the square of the number of states, and its even powers: twice
     * the states, and twice again, tell the first two of them.
     */
    private static double runLength(Transition chart, double low, double high, boolean staysAtLow) {
        double coarse = runLength(chart, low, high, staysAtLow, 100);
        double medium = runLength(chart, low, high, staysAtLow, 200);
        double fine = runLength(chart, low, high, staysAtLow, 400);
        double better = (4 * medium - coarse) / 3;
        double best = (4 * fine - medium) / 3;
        return (16 * best - better) / 15;
    }

    private static double runLength(Transition chart, double low, double high, boolean staysAtLow, int cells) {
        double width = (high - low) / cells;
        double[] middle = IntStream.range(0, cells)
                .mapToDouble(cell -> low + (cell + .5) * width)
                .toArray();
        double[] states = staysAtLow
                ? DoubleStream.concat(DoubleStream.of(low), Arrays.stream(middle))
                        .toArray()
                : middle;
        double[][] system = new double[states.length][];
        for (int from = 0; from < states.length; from++) {
            system[from] = DoubleStream.of(next(chart, states[from], low, width, cells, staysAtLow))
                    .map(probability -> -probability)
                    .toArray();
            system[from][from] += 1;
        }
        double[] ones = new double[states.length];
        Arrays.fill(ones, 1);
        return 1
                + new LUDecomposition(new Array2DRowRealMatrix(system, false))
                        .getSolver()
                        .solve(new ArrayRealVector(ones))
                        .dotProduct(new ArrayRealVector(next(chart, 0, low, width, cells, staysAtLow)));
    }

    private static double[] next(
            Transition chart, double from, double low, double width, int cells, boolean staysAtLow) {
        double[] edge = IntStream.rangeClosed(0, cells)
                .mapToDouble(cell -> chart.upTo(from, low + cell * width))
                .toArray();
        DoubleStream within = IntStream.range(0, cells).mapToDouble(cell -> edge[cell + 1] - edge[cell]);
        return (staysAtLow ? DoubleStream.concat(DoubleStream.of(edge[0]), within) : within).toArray();
    }

    /** Mean weeks to a false alarm of the product's chart, were its baseline known exactly, in 20,000 histories. */
    private static double simulated(double autocorrelation) {
        Random random = new Random(20260101);
        double limit = -LIMIT * Math.sqrt(ewmaVariance(WEIGHT, Double.POSITIVE_INFINITY));
        double fresh = Math.sqrt(1 - autocorrelation * autocorrelation);
        long weeks = 0;
        for (int history = 0; history < 20_000; history++) {
            double week = random.nextGaussian();
            double smoothed = 0;
            do {
                week = autocorrelation * week + fresh * random.nextGaussian();
                smoothed = WEIGHT * week + (1 - WEIGHT) * smoothed;
                weeks++;
            } while (smoothed >= limit);
        }
        return weeks / 20_000.0;
    }
}
