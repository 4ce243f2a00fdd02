package dev.touchstone.inference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The cells of one KPI, period, level and segmentation, judged together: each is tested against its benchmark, drawn
 * toward its peers, by its value or by its change, and ranked among them.
 *
 * <p>Everything is oriented: higher is better, for estimates, benchmarks and shortfalls alike. A KPI of which lower is
 * better comes with its sign turned.
 *
 * <p>Law: the order in which cells are given does not matter, nor do cells without observations.
 */
public final class Family {
    /** Fewer cells than this are no peers to learn from: no shrinkage, the test alone decides. */
    static final int FEWEST_PEERS = 5;
    /**
     * On fewer effective observations nothing is CONFIRMED: the tests hold for many. One bad answer against a target of
     * .90 has p .02, and happens to every tenth cell that is on target.
     */
    public static final double FEWEST_CONFIRMED = 10;

    /** On fewer effective observations what peers are like decides nothing: it would be a verdict on them alone. */
    static final double FEWEST_SHRUNK = 5;

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final double POWER = 0.80;
    private static final double ONE_SIDED = 0.05;
    /** (z.95 + z.80)^2 = 6.1826: a shortfall of one tolerance beyond it is seen four times out of five. */
    private static final double DETECTABLE =
            Math.pow(NORMAL.inverseSurvivalProbability(ONE_SIDED) + NORMAL.inverseCumulativeProbability(POWER), 2);

    private final Scores scores;
    private final Rules rules;
    private final boolean segments;
    private final List<Cell> cells;
    private final double pooled;
    private final double degrees;

    private Family(Scores scores, Rules rules, boolean segments, List<Cell> cells) {
        this.scores = scores;
        this.rules = rules;
        this.segments = segments;
        this.cells = cells;
        double squares = 0;
        double freedom = 0;
        for (Cell cell : cells) {
            if (cell.n > 1 && !Double.isNaN(cell.variance)) {
                squares += cell.variance * (cell.n - 1);
                freedom += cell.n - 1;
            }
        }
        this.degrees = freedom;
        this.pooled = squares > 0 ? squares / freedom : Double.NaN;
    }

    /** What single scores are like, which decides the test. */
    public enum Kind {
        /** 0 or 1: tested at (x + 2) / (n + 4) (Agresti and Coull). */
        SHARE,
        /** -u, 0 or u: tested with 3/4, 1 1/2 and 3/4 observations added (Rocks 2016). */
        THREE_VALUED,
        /** Anything else: tested by Student's t. */
        MEAN
    }

    /**
     * The scores of a KPI.
     *
     * @param lowerIsBetter whether estimates come with their sign turned
     * @param unit of three-valued scores the largest, u; else not used
     * @param tolerance how far below the benchmark a cell may be, at least 0: in the unit of the estimates, or if {@code
     *     relative} as a share of the benchmark's size
     */
    public record Scores(Kind kind, boolean lowerIsBetter, double unit, double tolerance, boolean relative) {
        double tolerance(double benchmark) {
            return relative ? tolerance * Math.abs(benchmark) : tolerance;
        }
    }

    /**
     * A cell to judge.
     *
     * @param apart whether it has no peers, neither for itself nor for others: answers about the company as a whole
     * @param n observations, or of weighted ones what they are worth without regard to repeated customers
     * @param effective independent observations that they are worth, at most n
     * @param estimate oriented; not used at n = 0
     * @param variance of single scores, at least 0; NaN where not known
     * @param low lower end of the estimate's 95 % interval, oriented; minus infinity where open
     * @param high upper end; infinity where open
     * @param immature whether something of it is still open
     * @param benchmark oriented; NaN where there is none
     */
    public record Cell(
            String touchpoint,
            String segment,
            boolean apart,
            double n,
            double effective,
            double estimate,
            double variance,
            double low,
            double high,
            boolean immature,
            Benchmark benchmark) {
        boolean counts() {
            return n > 0;
        }

        /** Whether it is compared with peers, and they with it. */
        boolean hasPeers() {
            return counts() && !apart;
        }
    }

    /**
     * What a cell is compared with.
     *
     * @param value oriented; not used of peers; NaN where there is none
     * @param variance of that value's error: 0 of a target, above 0 of an earlier period of the same cell
     * @param tested what the test takes for it: of an earlier period by the form that the cell's own estimate has there
     * @param testedVariance of that one's error
     * @param peers whether the value is that of the cell's peers
     */
    public record Benchmark(double value, double variance, double tested, double testedVariance, boolean peers) {
        /** The cell's peers: at the touchpoint level all others, else the other segments at the same touchpoint. */
        public static final Benchmark PEERS = new Benchmark(Double.NaN, 0, Double.NaN, 0, true);
        /** Nothing to compare with. */
        public static final Benchmark NONE = new Benchmark(Double.NaN, 0, Double.NaN, 0, false);

        /** A value that is known without error. */
        public static Benchmark target(double value) {
            return new Benchmark(value, 0, value, 0, false);
        }

        boolean isEarlier() {
            return variance > 0;
        }
    }

    /**
     * The verdict on a cell; NaN where a figure cannot be had.
     *
     * @param benchmark what the cell was compared with, oriented
     * @param tolerance in the unit of the estimates
     * @param shrunk estimate drawn toward the peers, oriented; where the benchmark is an earlier period, the benchmark and
     *     the change since then, drawn toward that of the peers
     * @param shortfall expected distance of the true value below the benchmark, 0 counting where it is not below
     * @param probability that the true value is below benchmark less tolerance
     * @param p p-value of the one-sided test of the same
     * @param q the smallest rate of false discoveries at which the cell would be one
     * @param outlier standard deviations from the peers, by which peers differ anyway taken into account
     * @param needed effective observations at which a shortfall of twice the tolerance is seen four times out of five
     * @param rank 1 is the weakest; 0 where not ranked
     * @param rankLow one more than the number of cells that are weaker by their whole interval
     * @param rankHigh number of cells less those that are better by their whole interval
     * @param steps how these figures came about
     */
    public record Verdict(
            Status status,
            double benchmark,
            double tolerance,
            double shrunk,
            double shortfall,
            double probability,
            double p,
            double q,
            double outlier,
            double needed,
            int rank,
            int rankLow,
            int rankHigh,
            Steps steps) {}

    /**
     * The way to a verdict; NaN where there is no such figure.
     *
     * @param spread variance of single scores within the cells of the family
     * @param tested the estimate that is tested, oriented
     * @param error its standard error
     * @param against the benchmark as it is tested, oriented
     * @param benchmarkError its standard error
     * @param statistic (tested - (against - tolerance)) / sqrt(error^2 + benchmarkError^2)
     * @param degrees of freedom of Student's t; infinite where the test is by the normal distribution
     * @param tests how many cells of the family were tested
     * @param between variance of true values between the peers; where the benchmark is an earlier period, of true changes
     * @param sampling standard error of the value, or change, that is drawn toward the peers
     * @param shrinkage share of the way, 0 to 1
     * @param deviation standard deviation of the true value, or change, given estimate and peers
     */
    public record Steps(
            double spread,
            double tested,
            double error,
            double against,
            double benchmarkError,
            double statistic,
            double degrees,
            int tests,
            double between,
            double sampling,
            double shrinkage,
            double deviation) {}

    /**
     * Judges the cells of one KPI, period and segmentation.
     *
     * @param segments whether the cells are segments of touchpoints, whose peers are the other segments at the same
     *     touchpoint; else they are touchpoints
     * @return verdicts in the order of the cells
     */
    public static List<Verdict> judge(Scores scores, Rules rules, boolean segments, List<Cell> cells) {
        int[] order = IntStream.range(0, cells.size())
                .boxed()
                .sorted(Comparator.<Integer, String>comparing(i -> cells.get(i).touchpoint)
                        .thenComparing(i -> cells.get(i).segment))
                .mapToInt(Integer::intValue)
                .toArray();
        List<Cell> sorted = IntStream.of(order).mapToObj(cells::get).toList();
        Verdict[] verdicts = new Family(scores, rules, segments, sorted).judge();
        Verdict[] given = new Verdict[verdicts.length];
        for (int i = 0; i < order.length; i++) {
            given[order[i]] = verdicts[i];
        }
        return List.of(given);
    }

    private Verdict[] judge() {
        int size = cells.size();
        Peers[] peers = peers();
        Test[] tests = new Test[size];
        double[] p = new double[size];
        for (int i = 0; i < size; i++) {
            tests[i] = test(cells.get(i), peers[i]);
            p[i] = tests[i].p;
        }
        double[] q = BenjaminiHochberg.adjusted(p);
        int made = (int) Arrays.stream(p).filter(each -> !Double.isNaN(each)).count();
        PeerShrinkage.Shrunk[] shrunk = PeerShrinkage.of(segments, cells, peers, pooled);
        double[] outliers = outliers(peers);
        int[][] ranks = Ranks.of(cells);
        Verdict[] verdicts = new Verdict[size];
        for (int i = 0; i < size; i++) {
            Cell cell = cells.get(i);
            Test test = tests[i];
            EmpiricalBayes.Posterior posterior = shrunk[i] == null ? null : shrunk[i].posterior();
            boolean compared = !Double.isNaN(test.benchmark);
            double probability =
                    posterior == null || !compared ? Double.NaN : posterior.below(test.benchmark - test.tolerance);
            verdicts[i] = new Verdict(
                    status(cell, test, q[i], probability),
                    test.benchmark,
                    test.tolerance,
                    posterior == null ? Double.NaN : posterior.mean(),
                    shortfall(cell, test, posterior),
                    probability,
                    test.p,
                    q[i],
                    outliers[i],
                    needed(cell, test),
                    ranks[i][0],
                    ranks[i][1],
                    ranks[i][2],
                    new Steps(
                            spread(cell),
                            test.tested,
                            test.error,
                            test.against,
                            test.benchmarkError,
                            test.statistic,
                            test.degrees,
                            made,
                            shrunk[i] == null ? Double.NaN : shrunk[i].between(),
                            shrunk[i] == null ? Double.NaN : shrunk[i].sampling(),
                            shrunk[i] == null ? Double.NaN : shrunk[i].shrinkage(),
                            posterior == null ? Double.NaN : posterior.deviation()));
        }
        return verdicts;
    }

    /** Variance of single scores; where no cell shows one, that of a share or three-valued score at the cell's own test. */
    private double spread(Cell cell) {
        if (!Double.isNaN(pooled) || !cell.counts()) {
            return pooled;
        }
        return switch (scores.kind) {
            case SHARE -> adjusted(cell).variance * (cell.effective + 4);
            case THREE_VALUED -> adjusted(cell).variance * (cell.effective + 3);
            case MEAN -> Double.NaN;
        };
    }

    private Status status(Cell cell, Test test, double q, double probability) {
        if (cell.immature) {
            return Status.IMMATURE;
        }
        if (Double.isNaN(test.benchmark)) {
            return Status.NO_BENCHMARK;
        }
        if (q <= rules.falseDiscoveries() && cell.effective >= FEWEST_CONFIRMED) {
            return Status.CONFIRMED;
        }
        // Peers add to what the cell itself says; they do not speak against it.
        boolean few = cell.effective < FEWEST_SHRUNK;
        boolean below = cell.estimate < test.benchmark - test.tolerance;
        if (probability >= rules.probability() && below && !few) {
            return Status.PROBABLE;
        }
        double well = Double.isNaN(probability) ? 1 - test.p : probability;
        if (well <= 1 - rules.probability() && !below && !few) {
            return Status.OK;
        }
        boolean seen = test.tolerance == 0 || cell.effective >= needed(cell, test);
        return seen && !Double.isNaN(test.p) ? Status.BORDERLINE : Status.NOT_ENOUGH_DATA;
    }

    private double needed(Cell cell, Test test) {
        return test.tolerance > 0 ? spread(cell) * DETECTABLE / (test.tolerance * test.tolerance) : Double.NaN;
    }

    /** Without peers the raw distance is all that can be said. */
    private static double shortfall(Cell cell, Test test, EmpiricalBayes.Posterior posterior) {
        if (Double.isNaN(test.benchmark) || !cell.counts()) {
            return Double.NaN;
        }
        return posterior == null ? Math.max(0, test.benchmark - cell.estimate) : posterior.shortfall(test.benchmark);
    }

    // Peers

    /** All other cells that a cell is compared with, together: their mean score and what it is worth. */
    record Peers(double n, double effective, double estimate) {
        static final Peers NONE = new Peers(0, 0, Double.NaN);
    }

    private Peers[] peers() {
        Map<String, double[]> totals = new LinkedHashMap<>();
        for (Cell cell : cells) {
            if (cell.hasPeers()) {
                double[] total = totals.computeIfAbsent(group(cell), group -> new double[3]);
                total[0] += cell.n;
                total[1] += cell.effective;
                total[2] += cell.n * cell.estimate;
            }
        }
        Peers[] peers = new Peers[cells.size()];
        for (int i = 0; i < peers.length; i++) {
            Cell cell = cells.get(i);
            double[] total = totals.get(group(cell));
            if (total == null || cell.apart) {
                peers[i] = Peers.NONE;
                continue;
            }
            double own = cell.counts() ? 1 : 0;
            double n = total[0] - own * cell.n;
            // What is left of a sum by rounding is nobody.
            peers[i] = n > total[0] * 1e-9
                    ? new Peers(
                            n,
                            total[1] - own * cell.effective,
                            (total[2] - own * cell.n * (cell.counts() ? cell.estimate : 0)) / n)
                    : Peers.NONE;
        }
        return peers;
    }

    private String group(Cell cell) {
        return segments ? cell.touchpoint : "";
    }

    // The test

    /** Estimate with the variance of its error; degrees of freedom infinite where that is known. */
    record Estimate(double value, double variance, double degrees) {}

    private record Test(
            double benchmark,
            double tolerance,
            double p,
            double tested,
            double error,
            double against,
            double benchmarkError,
            double statistic,
            double degrees) {}

    private Test test(Cell cell, Peers peers) {
        double benchmark = cell.benchmark.value;
        double against = cell.benchmark.tested;
        double variance = cell.benchmark.testedVariance;
        if (cell.benchmark.peers) {
            benchmark = peers.estimate;
            against = benchmark;
            variance = Double.isNaN(pooled) ? 0 : pooled / peers.effective;
        }
        double tolerance = scores.tolerance(benchmark);
        if (!cell.counts() || Double.isNaN(benchmark)) {
            double none = Double.NaN;
            return new Test(benchmark, tolerance, none, none, none, none, none, none, none);
        }
        Estimate estimate = adjusted(cell);
        double error = Math.sqrt(estimate.variance + variance);
        double distance = (estimate.value - (against - tolerance)) / error;
        double p;
        if (Double.isNaN(distance) || error == 0) {
            p = Double.NaN;
        } else if (Double.isInfinite(estimate.degrees)) {
            p = NORMAL.cumulativeProbability(distance);
        } else {
            p = TDistribution.of(estimate.degrees).cumulativeProbability(distance);
        }
        return new Test(
                benchmark,
                tolerance,
                p,
                estimate.value,
                Math.sqrt(estimate.variance),
                against,
                Math.sqrt(variance),
                distance,
                estimate.degrees);
    }

    /** The estimate that is tested, with its variance; an earlier period's own comes by the same formulas. */
    private Estimate adjusted(Cell cell) {
        return adjusted(scores, cell, pooled, degrees);
    }

    static Estimate adjusted(Scores scores, Cell cell, double pooled, double degrees) {
        double n = cell.effective;
        double sign = scores.lowerIsBetter ? -1 : 1;
        return switch (scores.kind) {
            case SHARE -> {
                double share = (sign * cell.estimate * n + 2) / (n + 4);
                yield new Estimate(sign * share, share * (1 - share) / (n + 4), Double.POSITIVE_INFINITY);
            }
            case THREE_VALUED -> {
                double unit = scores.unit;
                double mean = cell.estimate / unit;
                // Of n scores; the sample variance was taken with n - 1.
                double squares = mean * mean
                        + (cell.n > 1 && !Double.isNaN(cell.variance)
                                ? cell.variance / (unit * unit) * (cell.n - 1) / cell.n
                                : 0);
                double value = mean * n / (n + 3);
                double own = (squares * n + 1.5) / (n + 3) - value * value;
                double largest = Double.isNaN(pooled) ? own : Math.max(own, pooled / (unit * unit));
                yield new Estimate(unit * value, unit * unit * largest / (n + 3), Double.POSITIVE_INFINITY);
            }
            case MEAN -> {
                boolean known = n > 1 && cell.variance > 0;
                if (Double.isNaN(pooled)) {
                    yield new Estimate(cell.estimate, known ? cell.variance / n : Double.NaN, known ? n - 1 : 1);
                }
                yield known && cell.variance >= pooled
                        ? new Estimate(cell.estimate, cell.variance / n, n - 1)
                        : new Estimate(cell.estimate, pooled / n, degrees);
            }
        };
    }

    /**
     * The cells of an earlier period's family as benchmarks, each with the error of its own.
     *
     * @return in the order of the cells; {@link Benchmark#NONE} for cells without observations, and where no variance is
     *     known
     */
    public static List<Benchmark> ofEarlier(Scores scores, List<Cell> earlier) {
        Family family = new Family(scores, Rules.DEFAULT, false, earlier);
        return earlier.stream().map(family::asBenchmark).toList();
    }

    private Benchmark asBenchmark(Cell cell) {
        if (!cell.counts()) {
            return Benchmark.NONE;
        }
        Estimate estimate = adjusted(cell);
        double variance = Double.isNaN(pooled) ? estimate.variance : pooled / cell.effective;
        return variance > 0 && !Double.isNaN(estimate.variance)
                ? new Benchmark(cell.estimate, variance, estimate.value, estimate.variance, false)
                : Benchmark.NONE;
    }

    /**
     * Variance of the error of a mean score, by the form that it is tested in; NaN where no variance is known.
     *
     * @param effective independent observations
     * @param value in its own direction, not oriented
     * @param variance of single scores; NaN where not known
     */
    public static double variance(Scores scores, double effective, double value, double variance) {
        double oriented = scores.lowerIsBetter() ? -value : value;
        Cell cell = new Cell(
                "", "", false, effective, effective, oriented, variance, oriented, oriented, false, Benchmark.NONE);
        return adjusted(scores, cell, Double.NaN, Double.NaN).variance;
    }

    // Among peers

    private int[] tested() {
        return IntStream.range(0, cells.size())
                .filter(i -> cells.get(i).hasPeers())
                .toArray();
    }

    private double[] outliers(Peers[] peers) {
        double[] outliers = new double[cells.size()];
        Arrays.fill(outliers, Double.NaN);
        int[] tested =
                segments ? IntStream.of(tested()).filter(i -> peers[i].n > 0).toArray() : tested();
        if (tested.length < FEWEST_PEERS || Double.isNaN(pooled) && scores.kind != Kind.SHARE) {
            return outliers;
        }
        double sum = 0;
        double number = 0;
        for (int i : tested) {
            sum += cells.get(i).n * cells.get(i).estimate;
            number += cells.get(i).n;
        }
        double sign = scores.lowerIsBetter ? -1 : 1;
        double[] distances = new double[tested.length];
        double[] errors = new double[tested.length];
        for (int i = 0; i < tested.length; i++) {
            Cell cell = cells.get(tested[i]);
            double middle = segments ? peers[tested[i]].estimate : sum / number;
            if (scores.kind == Kind.SHARE) {
                // The arcsine makes the error of a share the same wherever it lies.
                errors[i] = 0.5 / Math.sqrt(cell.effective);
                distances[i] = sign * (angle(sign * cell.estimate) - angle(sign * middle));
            } else {
                errors[i] = Math.sqrt(pooled / cell.effective);
                distances[i] = cell.estimate - middle;
            }
        }
        double[] adjusted = Funnel.adjusted(distances, errors);
        for (int i = 0; i < tested.length; i++) {
            outliers[tested[i]] = adjusted[i];
        }
        return outliers;
    }

    private static double angle(double share) {
        return Math.asin(Math.sqrt(Math.min(1, Math.max(0, share))));
    }
}
