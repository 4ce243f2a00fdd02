package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.inference.Family.Benchmark;
import dev.touchstone.inference.Family.Cell;
import dev.touchstone.inference.Family.Estimate;
import dev.touchstone.inference.Family.Kind;
import dev.touchstone.inference.Family.Scores;
import dev.touchstone.inference.Family.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FamilyTest {
    private static final Scores SHARE = new Scores(Kind.SHARE, false, 1, .05, false);
    private static final Scores NET = new Scores(Kind.THREE_VALUED, false, 1, .05, false);
    private static final Scores MEAN = new Scores(Kind.MEAN, false, 1, .3, false);

    // The test, against figures worked out by hand

    @Test
    void sharesAreTestedAtTwoMoreOfEach() {
        assertThat(alone(SHARE, share("a", 70, 100, Benchmark.target(.85))).p()).isCloseTo(.0086671, within(5e-8));
        Scores small = new Scores(Kind.SHARE, false, 1, .01, false);
        assertThat(alone(small, share("a", 0, 60, Benchmark.target(.05))).p()).isCloseTo(.3437258, within(5e-8));
    }

    @Test
    void netScoresAreTestedWithThreeMoreObservations() {
        Cell cell = net("a", 30, 30, 40, 1, Benchmark.NONE);
        Estimate estimate = Family.adjusted(NET, cell, Double.NaN, Double.NaN);
        assertThat(estimate.value()).isCloseTo(.097087, within(5e-7));
        assertThat(Math.sqrt(estimate.variance())).isCloseTo(.081536, within(5e-7));
        double distance = (estimate.value() - .30) / Math.sqrt(estimate.variance());
        assertThat(distance).isCloseTo(-2.488640, within(5e-7));
        assertThat(NormalDistribution.of(0, 1).cumulativeProbability(distance)).isCloseTo(.0064116, within(5e-8));
    }

    @Test
    void repeatedCustomersCountForLess() {
        Estimate estimate = Family.adjusted(NET, net("a", 30, 30, 40, 2, Benchmark.NONE), Double.NaN, Double.NaN);
        assertThat(estimate.value()).isCloseTo(.0943396, within(5e-8));
        assertThat(Math.sqrt(estimate.variance())).isCloseTo(.1132520, within(5e-8));
        double distance = (estimate.value() - .30) / Math.sqrt(estimate.variance());
        assertThat(distance).isCloseTo(-1.815953, within(5e-7));
        assertThat(NormalDistribution.of(0, 1).cumulativeProbability(distance)).isCloseTo(.0346888, within(5e-8));
    }

    /** s^2 = 2, n = 8, mean 3 against 4 - .3: T = -.7 / .5 = -1.4, Student's t with 7 degrees of freedom. */
    @Test
    void meansAreTestedByStudentsT() {
        Cell cell = mean("a", 8, 3, 2, Benchmark.target(4));
        assertThat(alone(MEAN, cell).p()).isCloseTo(0.1021205, within(5e-8));
    }

    /** A cell whose scores happen to be alike has the variance of the others, not none. */
    @Test
    void aCellWithoutVarianceHasThatOfItsPeers() {
        List<Verdict> verdicts = Family.judge(
                MEAN,
                Rules.DEFAULT,
                false,
                List.of(mean("alike", 4, 3, 0, Benchmark.target(4)), mean("others", 96, 4, 2, Benchmark.target(4))));
        // Pooled: 95 x 2 / 98, on 98 degrees of freedom.
        double error = Math.sqrt(95 * 2 / 98.0 / 4);
        double expected = org.apache.commons.statistics.distribution.TDistribution.of(98)
                .cumulativeProbability((3 - 3.7) / error);
        assertThat(verdicts.get(0).p()).isCloseTo(expected, within(1e-12));
    }

    @Test
    void neededObservations() {
        // Variance .61 (of net scores), tolerance .05.
        Scores net = new Scores(Kind.MEAN, false, 1, .05, false);
        assertThat(alone(net, mean("a", 1000, .1, .61, Benchmark.target(.1))).needed())
                .isBetween(1508.0, 1509.0);
        Cell twice = new Cell("a", "all", false, 1000, 500, .1, .61, 0, 1, false, Benchmark.target(.1));
        assertThat(alone(net, twice).needed()).isBetween(1508.0, 1509.0);
        assertThat(alone(new Scores(Kind.MEAN, false, 1, 0, false), twice).needed())
                .isNaN();
    }

    @Test
    void relativeTolerance() {
        Scores money = new Scores(Kind.MEAN, true, 1, .05, true);
        Verdict verdict = alone(money, mean("a", 100, -210, 400, Benchmark.target(-200)));
        assertThat(verdict.tolerance()).isCloseTo(10, within(1e-12));
        // At the very edge of what is tolerated.
        assertThat(verdict.p()).isCloseTo(.5, within(1e-12));
    }

    // Ranks

    @Test
    void ranksThatIntervalsLeavePossible() {
        double[][] intervals = {{.05, .15}, {.10, .20}, {.18, .30}, {.40, .50}};
        int[][] expected = {{1, 1, 2}, {2, 1, 3}, {3, 2, 3}, {4, 4, 4}};
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < intervals.length; i++) {
            double middle = (intervals[i][0] + intervals[i][1]) / 2;
            cells.add(new Cell(
                    "t" + i,
                    "all",
                    false,
                    100,
                    100,
                    middle,
                    .1,
                    intervals[i][0],
                    intervals[i][1],
                    false,
                    Benchmark.NONE));
        }
        List<Verdict> verdicts = Family.judge(SHARE, Rules.DEFAULT, false, cells);
        for (int i = 0; i < expected.length; i++) {
            Verdict verdict = verdicts.get(i);
            assertThat(new int[] {verdict.rank(), verdict.rankLow(), verdict.rankHigh()})
                    .containsExactly(expected[i]);
        }
    }

    // Peers

    /** 50 of 100 and 90 of 100: each is compared with the other alone. */
    @Test
    void aCellIsNoPeerOfItself() {
        List<Verdict> verdicts = Family.judge(
                SHARE,
                Rules.DEFAULT,
                false,
                List.of(share("a", 50, 100, Benchmark.PEERS), share("b", 90, 100, Benchmark.PEERS)));
        assertThat(verdicts.get(0).benchmark()).isCloseTo(.9, within(1e-12));
        assertThat(verdicts.get(1).benchmark()).isCloseTo(.5, within(1e-12));
        // (52/104 - .85) / sqrt(.25/104 + s^2/100), s^2 = (100/99 (.25 + .09) 99) / 198.
        double error = Math.sqrt(.25 / 104 + (.25 + .09) * 100 / 198 / 100);
        assertThat(verdicts.get(0).p())
                .isCloseTo(NormalDistribution.of(0, 1).cumulativeProbability((.5 - .85) / error), within(1e-12));
    }

    @Test
    void theCompanyAsAWholeIsNobodysPeer() {
        Cell company = new Cell("company", "all", true, 1000, 1000, .2, .16, .1, .3, false, Benchmark.target(.9));
        List<Cell> cells = new ArrayList<>(touchpoints(6, 400));
        List<Verdict> without = Family.judge(SHARE, Rules.DEFAULT, false, cells);
        cells.add(company);
        List<Verdict> with = Family.judge(SHARE, Rules.DEFAULT, false, cells);
        for (int i = 0; i < 6; i++) {
            assertThat(with.get(i).benchmark()).isEqualTo(without.get(i).benchmark());
            assertThat(with.get(i).rank()).isEqualTo(without.get(i).rank());
        }
        assertThat(with.get(6).probability()).isNaN();
        assertThat(with.get(6).rank()).isZero();
        assertThat(with.get(6).status()).isEqualTo(Status.CONFIRMED);
    }

    /** Five segments at one touchpoint, one far below: it is drawn toward the other four, not toward other touchpoints. */
    @Test
    void segmentsAreComparedAtTheirTouchpoint() {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            cells.add(segment("till", "s" + i, i == 0 ? 500 : 800, 1000));
            cells.add(segment("door", "s" + i, 300, 1000));
        }
        List<Verdict> verdicts = Family.judge(SHARE, Rules.DEFAULT, true, cells);
        assertThat(verdicts.get(0).benchmark()).isCloseTo(.8, within(1e-12));
        assertThat(verdicts.get(1).benchmark()).isCloseTo(.3, within(1e-12));
        assertThat(verdicts.get(0).shrunk()).isBetween(.5, .6);
        assertThat(verdicts.get(0).status()).isEqualTo(Status.CONFIRMED);
        assertThat(verdicts.get(1).status()).isEqualTo(Status.OK);
    }

    /** One pool of unlike touchpoints would call it probably weak. */
    @Test
    void aSmallSegmentOfALowTouchpointIsNotWeak() {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            cells.add(segment("low", "s" + i, i == 0 ? 2 : 300, i == 0 ? 5 : 1000));
            cells.add(segment("high", "s" + i, 900, 1000));
        }
        Verdict small = Family.judge(SHARE, Rules.DEFAULT, true, cells).get(0);
        assertThat(small.probability()).isLessThan(.5);
    }

    @Test
    void aSegmentWithoutOthersHasNoBenchmark() {
        Verdict verdict = Family.judge(SHARE, Rules.DEFAULT, true, List.of(segment("till", "only", 5, 100)))
                .get(0);
        assertThat(verdict.status()).isEqualTo(Status.NO_BENCHMARK);
    }

    @Test
    void aTouchpointWithoutOthersHasNoPeers() {
        Verdict verdict = alone(SHARE, share("only", 5, 100, Benchmark.PEERS));
        assertThat(verdict.status()).isEqualTo(Status.NO_BENCHMARK);
        assertThat(verdict.p()).isNaN();
    }

    /** Six shares whose figures were worked out apart from this program: on the arcsine, tau^2 .0030750 winsorized. */
    @Test
    void howUnusualSharesAre() {
        long[][] shares = {{100, 200}, {150, 220}, {180, 300}, {80, 190}, {120, 200}, {225, 400}};
        double[] z = {-1.8787, 3.5498, 1.1868, -4.0167, .9690, -.1503};
        List<Cell> cells = IntStream.range(0, 6)
                .mapToObj(i -> share("t" + i, shares[i][0], shares[i][1], Benchmark.PEERS))
                .toList();
        List<Verdict> verdicts = Family.judge(SHARE, Rules.DEFAULT, false, cells);
        for (int i = 0; i < 6; i++) {
            double variance = .25 / shares[i][1];
            assertThat(verdicts.get(i).outlier())
                    .isCloseTo(z[i] * Math.sqrt(variance / (variance + .0030750)), within(1e-4));
        }
    }

    // Changes: the benchmark is an earlier period of the same cell

    /**
     * Five touchpoints at 1 to 5 a period ago; the last has fallen by 1.5. s^2 = 4 / 100 + .05 = .09; the changes differ by
     * .45 = s^2 + tau^2, so tau^2 = .36 and B = .2; mean change -.3. The last: -.3 - .8 x 1.2 = -1.26, standard deviation
     * sqrt(.36 x .2 + .2^2 x .45 / 5) = .27495; the others: -.3 + .8 x .3 = -.06.
     */
    @Test
    void whatIsDrawnIsTheChange() {
        double[] changes = {0, 0, 0, 0, -1.5};
        List<Cell> cells = IntStream.range(0, 5)
                .mapToObj(i -> changed("t" + i, "all", 100, i + 1, changes[i], .05))
                .toList();
        List<Verdict> verdicts = Family.judge(MEAN, Rules.DEFAULT, false, cells);
        Verdict first = verdicts.get(0);
        assertThat(first.steps().between()).isCloseTo(.36, within(1e-9));
        assertThat(first.steps().shrinkage()).isCloseTo(.2, within(1e-9));
        assertThat(first.shrunk()).isCloseTo(.94, within(1e-9));
        assertThat(first.steps().deviation()).isCloseTo(.2749545, within(5e-8));
        assertThat(first.probability()).isCloseTo(.1913665, within(5e-8));
        assertThat(first.shortfall()).isCloseTo(.1422924, within(5e-8));
        Verdict last = verdicts.get(4);
        assertThat(last.shrunk()).isCloseTo(3.74, within(1e-9));
        assertThat(last.probability()).isCloseTo(.9997598, within(5e-8));
        assertThat(last.shortfall()).isCloseTo(1.2600001, within(5e-8));
    }

    /**
     * Three segments at each of two touchpoints; one has fallen by 1.8, the others of its touchpoint have fallen by .9 on
     * average. Differences to the others -1.8, .9, .9, 0, 0, 0 with s^2 = .09 + .045: 4.86 / 6 = .81, so tau^2 = .675 and
     * B = 1/6; standard deviation sqrt(.675 / 6).
     */
    @Test
    void changesOfSegmentsAreDrawnTowardThatOfTheOthers() {
        List<Verdict> verdicts = Family.judge(
                MEAN,
                Rules.DEFAULT,
                true,
                List.of(
                        changed("door", "a", 100, 4, -1.8, .05),
                        changed("door", "b", 100, 3, 0, .05),
                        changed("door", "c", 100, 2, 0, .05),
                        changed("till", "a", 100, 4, 0, .05),
                        changed("till", "b", 100, 4, 0, .05),
                        changed("till", "c", 100, 4, 0, .05)));
        double[] shrunk = {2.5, 2.85, 1.85, 4, 4, 4};
        double[] weak = {.9998267, .3273604, .3273604, .1855467, .1855467, .1855467};
        double[] shortfalls = {1.5000003, .2219716, .2219716, .1338093, .1338093, .1338093};
        for (int i = 0; i < 6; i++) {
            assertThat(verdicts.get(i).steps().between()).as("cell %d", i).isCloseTo(.675, within(1e-9));
            assertThat(verdicts.get(i).shrunk()).as("cell %d", i).isCloseTo(shrunk[i], within(1e-9));
            assertThat(verdicts.get(i).probability()).as("cell %d", i).isCloseTo(weak[i], within(5e-8));
            assertThat(verdicts.get(i).shortfall()).as("cell %d", i).isCloseTo(shortfalls[i], within(5e-8));
        }
    }

    /** A touchpoint falls as a whole, the other does not: tau = 0, and the error of the others' change, .09 / 2, is left. */
    @Test
    void aTouchpointThatFallsAsAWhole() {
        List<Cell> cells = new ArrayList<>();
        for (String segment : List.of("a", "b", "c")) {
            cells.add(changed("door", segment, 100, 4, -1, .05));
            cells.add(changed("till", segment, 100, 4, 0, .05));
        }
        List<Verdict> verdicts = Family.judge(MEAN, Rules.DEFAULT, true, cells);
        for (int i = 0; i < 6; i++) {
            boolean falls = i % 2 == 0;
            assertThat(verdicts.get(i).steps().between()).isZero();
            assertThat(verdicts.get(i).steps().deviation()).isCloseTo(Math.sqrt(.045), within(1e-9));
            assertThat(verdicts.get(i).shrunk()).isCloseTo(falls ? 3 : 4, within(1e-9));
            assertThat(verdicts.get(i).probability()).isCloseTo(falls ? .9995163 : .0786496, within(5e-8));
        }
    }

    /** Most come from the low segment now and came from the high one before: the touchpoint falls by 1.2, its segments not. */
    @Test
    void aChangeOfTheMixMakesNoSegmentWeak() {
        List<Cell> cells = new ArrayList<>();
        for (String touchpoint : List.of("door", "till", "web")) {
            cells.add(changed(touchpoint, "low", touchpoint.equals("door") ? 800 : 200, 2, 0, 4.0 / 200));
            cells.add(changed(touchpoint, "high", touchpoint.equals("door") ? 200 : 800, 4, 0, 4.0 / 800));
        }
        assertThat(Family.judge(MEAN, Rules.DEFAULT, true, cells))
                .allMatch(verdict -> verdict.status() == Status.OK && verdict.probability() < .1);
    }

    /** Four that can be compared teach nothing about each other, however many others there are. */
    @Test
    void cellsWithoutAnEarlierValueTeachNothingAboutChanges() {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            cells.add(changed("old" + i, "all", 100, 4, 0, .05));
        }
        for (int i = 0; i < 6; i++) {
            cells.add(mean("new" + i, 100, i, 4, Benchmark.NONE));
        }
        List<Verdict> four = Family.judge(MEAN, Rules.DEFAULT, false, cells);
        assertThat(four.subList(0, 4))
                .allMatch(verdict -> Double.isNaN(verdict.probability()) && Double.isNaN(verdict.shrunk()))
                .noneMatch(verdict -> Double.isNaN(verdict.p()));
        assertThat(four.subList(4, 10))
                .allMatch(verdict -> verdict.status() == Status.NO_BENCHMARK && verdict.shrunk() > 0);
        cells.add(changed("old4", "all", 100, 4, -1.5, .05));
        List<Verdict> five = Family.judge(MEAN, Rules.DEFAULT, false, cells);
        assertThat(five.get(0).steps().between()).isCloseTo(.36, within(1e-9));
        assertThat(five.get(10).steps().between()).isCloseTo(.36, within(1e-9));
    }

    @Test
    void aSegmentWhoseOthersAreNewHasTheTestAlone() {
        List<Cell> cells = new ArrayList<>();
        for (String segment : List.of("a", "b", "c", "d", "e")) {
            cells.add(changed("till", segment, 100, 4, 0, .05));
        }
        cells.add(changed("door", "a", 100, 4, -1, .05));
        cells.add(new Cell("door", "b", false, 100, 100, 4, 4, 3, 5, false, Benchmark.NONE));
        List<Verdict> verdicts = Family.judge(MEAN, Rules.DEFAULT, true, cells);
        assertThat(verdicts.get(0).probability()).isLessThan(.1);
        assertThat(verdicts.get(5).probability()).isNaN();
        assertThat(verdicts.get(5).p()).isLessThan(.05);
    }

    /**
     * Simulated: shares that have changed by a normal amount, in both periods known by samples only: about .5, and high ones
     * of few answers now. Of the cells whose p_weak lies between two limits as many are weak as it says; of high shares up to
     * 6 points fewer between .7 and .9, since what falls scatters more than its family. Below .1 and from .9 on, where verdicts
     * are given, it is right for both.
     */
    @ParameterizedTest
    @CsvSource({".35, .3, 30, 40, 5, 0", ".8, .1, 100, 25, 5, .06"})
    void soManyAreWeakAsTheProbabilitySays(
            double least, double range, int earlier, int later, int step, double inTheMiddle) {
        Random random = new Random(17);
        double[] limits = {0, .1, .3, .5, .7, .9, 1};
        double[][] sums = new double[limits.length - 1][3];
        for (int family = 0; family < 400; family++) {
            List<Cell> now = new ArrayList<>();
            List<Cell> before = new ArrayList<>();
            double[] changes = new double[40];
            for (int i = 0; i < changes.length; i++) {
                double level = least + range * random.nextDouble();
                changes[i] = .06 * random.nextGaussian();
                before.add(
                        share("t" + i, drawn(level, earlier + step * i, random), earlier + step * i, Benchmark.NONE));
                now.add(share(
                        "t" + i,
                        drawn(level + changes[i], later + step * i, random),
                        later + step * i,
                        Benchmark.NONE));
            }
            List<Verdict> verdicts = Family.judge(SHARE, Rules.DEFAULT, false, compared(SHARE, now, before));
            for (int i = 0; i < changes.length; i++) {
                double probability = verdicts.get(i).probability();
                int band = 0;
                while (probability > limits[band + 1]) {
                    band++;
                }
                sums[band][0]++;
                sums[band][1] += probability;
                sums[band][2] += changes[i] < -SHARE.tolerance() ? 1 : 0;
            }
        }
        for (int i = 0; i < sums.length; i++) {
            double[] band = sums[i];
            double off = i == 0 || i == sums.length - 1 ? 0 : inTheMiddle;
            assertThat(band[0]).isGreaterThan(50);
            assertThat(band[2] / band[0])
                    .isCloseTo(band[1] / band[0], within(off + .02 + 2 * Math.sqrt(.25 / band[0])));
        }
    }

    @Test
    void theOrderOfChangedCellsDoesNotMatter() {
        for (boolean segments : new boolean[] {false, true}) {
            List<Cell> cells = changedShares(SHARE);
            List<Verdict> verdicts = Family.judge(SHARE, Rules.DEFAULT, segments, cells);
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, cells.size()).boxed().toList());
            Collections.shuffle(order, new Random(3));
            List<Verdict> shuffled = Family.judge(
                    SHARE,
                    Rules.DEFAULT,
                    segments,
                    order.stream().map(cells::get).toList());
            for (int i = 0; i < cells.size(); i++) {
                assertThat(shuffled.get(i)).isEqualTo(verdicts.get(order.get(i)));
            }
        }
    }

    @Test
    void mirroredChangesHaveTheSameVerdicts() {
        Scores mirrored = new Scores(Kind.SHARE, true, 1, .05, false);
        for (boolean segments : new boolean[] {false, true}) {
            List<Verdict> verdicts = Family.judge(SHARE, Rules.DEFAULT, segments, changedShares(SHARE));
            List<Verdict> ofTurned = Family.judge(mirrored, Rules.DEFAULT, segments, changedShares(mirrored));
            assertThat(verdicts).anyMatch(verdict -> verdict.probability() > .5);
            for (int i = 0; i < verdicts.size(); i++) {
                assertThat(ofTurned.get(i).status()).isEqualTo(verdicts.get(i).status());
                assertThat(ofTurned.get(i).probability())
                        .isCloseTo(verdicts.get(i).probability(), within(1e-9));
                assertThat(ofTurned.get(i).shortfall())
                        .isCloseTo(verdicts.get(i).shortfall(), within(1e-9));
                assertThat(ofTurned.get(i).shrunk()).isCloseTo(verdicts.get(i).shrunk() - 1, within(1e-9));
            }
        }
    }

    /** Twice the observations in both periods: s^2 = .045, so tau^2 = .405 and B = .1 of the first example; surer of each. */
    @Test
    void doublingBothPeriods() {
        double[] changes = {0, 0, 0, 0, -1.5};
        List<Verdict> once = Family.judge(
                MEAN,
                Rules.DEFAULT,
                false,
                IntStream.range(0, 5)
                        .mapToObj(i -> changed("t" + i, "all", 100, 4, changes[i], .05))
                        .toList());
        List<Verdict> twice = Family.judge(
                MEAN,
                Rules.DEFAULT,
                false,
                IntStream.range(0, 5)
                        .mapToObj(i -> changed("t" + i, "all", 200, 4, changes[i], .025))
                        .toList());
        for (int i = 0; i < 5; i++) {
            assertThat(twice.get(i).steps().between()).isCloseTo(.405, within(1e-9));
            assertThat(twice.get(i).steps().shrinkage()).isCloseTo(.1, within(1e-9));
            assertThat(Math.abs(twice.get(i).probability() - .5))
                    .isGreaterThan(Math.abs(once.get(i).probability() - .5));
        }
    }

    // Status

    @Test
    void statusInOrder() {
        assertThat(alone(SHARE, share("a", 10, 100, Benchmark.target(.9))).status())
                .isEqualTo(Status.CONFIRMED);
        assertThat(alone(SHARE, share("a", 900, 1000, Benchmark.target(.9))).status())
                .isEqualTo(Status.OK);
        assertThat(alone(SHARE, share("a", 850, 1000, Benchmark.target(.9))).status())
                .isEqualTo(Status.BORDERLINE);
        assertThat(alone(SHARE, share("a", 3, 4, Benchmark.target(.9))).status())
                .isEqualTo(Status.NOT_ENOUGH_DATA);
        assertThat(alone(SHARE, share("a", 10, 100, Benchmark.NONE)).status()).isEqualTo(Status.NO_BENCHMARK);
        Cell open = new Cell("a", "all", false, 100, 100, .1, .09, 0, .2, true, Benchmark.target(.9));
        assertThat(alone(SHARE, open).status()).isEqualTo(Status.IMMATURE);
    }

    @Test
    void fewScoresAreNeverConfirmed() {
        assertThat(alone(SHARE, share("a", 0, 9, Benchmark.target(.9))).status())
                .isEqualTo(Status.NOT_ENOUGH_DATA);
        assertThat(alone(SHARE, share("a", 0, 10, Benchmark.target(.9))).status())
                .isEqualTo(Status.CONFIRMED);
        assertThat(alone(NET, net("a", 9, 0, 0, 1, Benchmark.target(1))).status())
                .isEqualTo(Status.NOT_ENOUGH_DATA);
        assertThat(alone(NET, net("a", 10, 0, 0, 1, Benchmark.target(1))).status())
                .isEqualTo(Status.CONFIRMED);
    }

    /** What its peers are like tips the balance where the cell alone does not. */
    @Test
    void probableByItsPeers() {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            cells.add(share("t" + i, i < 30 ? 50 : 24, i < 30 ? 60 : 60, Benchmark.target(.75)));
        }
        cells.add(share("small", 3, 9, Benchmark.target(.75)));
        Verdict small = Family.judge(SHARE, Rules.DEFAULT, false, cells).get(40);
        assertThat(small.status()).isEqualTo(Status.PROBABLE);
        assertThat(small.q()).isGreaterThan(.0);
    }

    /** One good answer at a touchpoint that is weak, one bad answer at one that is not: neither is known. */
    @Test
    void peersAloneGiveNoVerdict() {
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            cells.add(share("weak", "s" + i, i == 0 ? 1 : 500, i == 0 ? 1 : 1000, Benchmark.target(.8)));
            cells.add(share("well", "s" + i, i == 0 ? 2 : 900, i == 0 ? 6 : 1000, Benchmark.target(.8)));
        }
        List<Verdict> verdicts = Family.judge(SHARE, Rules.DEFAULT, true, cells);
        assertThat(verdicts.get(0).probability()).isGreaterThan(.9);
        assertThat(verdicts.get(0).status()).isEqualTo(Status.NOT_ENOUGH_DATA);
        assertThat(verdicts.get(1).probability()).isLessThan(.1);
        assertThat(verdicts.get(1).status()).isEqualTo(Status.NOT_ENOUGH_DATA);
    }

    // Degenerate cells

    @Test
    void noObservations() {
        List<Cell> cells = new ArrayList<>(touchpoints(6, 400));
        List<Verdict> without = Family.judge(SHARE, Rules.DEFAULT, false, cells);
        for (int i = 0; i < 20; i++) {
            cells.add(new Cell(
                    "empty" + i,
                    "all",
                    false,
                    0,
                    0,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    false,
                    Benchmark.PEERS));
        }
        List<Verdict> with = Family.judge(SHARE, Rules.DEFAULT, false, cells);
        assertThat(with.subList(0, 6)).isEqualTo(without);
        Verdict empty = with.get(6);
        assertThat(empty.status()).isEqualTo(Status.NOT_ENOUGH_DATA);
        assertThat(empty.p()).isNaN();
        assertThat(empty.probability()).isNaN();
        assertThat(empty.shortfall()).isNaN();
        assertThat(empty.rank()).isZero();
        assertThat(Family.judge(SHARE, Rules.DEFAULT, false, List.of())).isEmpty();
    }

    @Test
    void oneOrTwoObservations() {
        for (Scores scores : List.of(SHARE, NET, MEAN)) {
            for (int n = 1; n <= 2; n++) {
                Cell cell = new Cell(
                        "a", "all", false, n, n, 0, n == 1 ? Double.NaN : 0, 0, 1, false, Benchmark.target(.9));
                Verdict verdict = alone(scores, cell);
                assertThat(verdict.status()).as("%s %d", scores, n).isEqualTo(Status.NOT_ENOUGH_DATA);
            }
        }
    }

    /** No variance anywhere: of means nothing is known, of shares the test still is. */
    @Test
    void allAnswersEqual() {
        List<Cell> means = IntStream.range(0, 6)
                .mapToObj(i -> mean("t" + i, 50, 3, 0, Benchmark.target(4)))
                .toList();
        assertThat(Family.judge(MEAN, Rules.DEFAULT, false, means))
                .allMatch(verdict -> verdict.status() == Status.NOT_ENOUGH_DATA);
        List<Cell> shares = IntStream.range(0, 6)
                .mapToObj(i -> share("t" + i, 0, 50, Benchmark.target(.9)))
                .toList();
        assertThat(Family.judge(SHARE, Rules.DEFAULT, false, shares))
                .allMatch(verdict -> verdict.status() == Status.CONFIRMED);
    }

    /** Fewer than five teach nothing about each other. */
    @Test
    void fourCellsAreNotShrunk() {
        assertThat(Family.judge(SHARE, Rules.DEFAULT, false, touchpoints(4, 400)))
                .allMatch(verdict -> Double.isNaN(verdict.probability()) && Double.isNaN(verdict.shrunk()));
        assertThat(Family.judge(SHARE, Rules.DEFAULT, false, touchpoints(5, 400)))
                .allMatch(verdict -> verdict.probability() >= 0 && verdict.shrunk() >= 0);
    }

    /** tau = 0: the error of the common mean is left. */
    @Test
    void equalTouchpoints() {
        List<Cell> cells = IntStream.range(0, 10)
                .mapToObj(i -> share("t" + i, 80, 100, Benchmark.target(.85)))
                .toList();
        List<Verdict> verdicts = Family.judge(SHARE, Rules.DEFAULT, false, cells);
        double pooled = .16 * 100 / 99;
        double deviation = Math.sqrt(pooled / 1000);
        assertThat(verdicts).allSatisfy(verdict -> assertThat(verdict.probability())
                .isCloseTo(NormalDistribution.of(.8, deviation).cumulativeProbability(.8), within(1e-9)));
    }

    @Test
    void tenThousandCells() {
        List<Cell> cells = touchpoints(10_000, 200);
        List<Verdict> verdicts = Family.judge(SHARE, Rules.DEFAULT, false, cells);
        assertThat(verdicts).hasSize(10_000).noneMatch(verdict -> Double.isNaN(verdict.q()));
        assertThat(verdicts.stream().mapToInt(Verdict::rank).distinct()).hasSize(10_000);
    }

    // Invariances

    @Test
    void theOrderOfCellsDoesNotMatter() {
        List<Cell> cells = new ArrayList<>(touchpoints(60, 50));
        List<Verdict> verdicts = Family.judge(SHARE, Rules.DEFAULT, false, cells);
        List<Integer> order = new ArrayList<>(IntStream.range(0, 60).boxed().toList());
        Collections.shuffle(order, new Random(3));
        List<Verdict> shuffled = Family.judge(
                SHARE, Rules.DEFAULT, false, order.stream().map(cells::get).toList());
        for (int i = 0; i < 60; i++) {
            assertThat(shuffled.get(i)).isEqualTo(verdicts.get(order.get(i)));
        }
    }

    /** A share of which lower is better is the share of the others of which higher is. */
    /** Effort of 1 to 5, and what is left of 6: the oriented estimates are 6 apart. */
    @Test
    void mirroredMeansHaveTheSameVerdicts() {
        Scores mirrored = new Scores(Kind.MEAN, true, 1, .3, false);
        List<Cell> cells = new ArrayList<>();
        List<Cell> turned = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            double mean = i == 0 ? 2.5 : 3.6 + i / 20.0;
            cells.add(mean("t" + i, 60 + i, mean, 1 + i / 10.0, Benchmark.PEERS));
            turned.add(mean("t" + i, 60 + i, mean - 6, 1 + i / 10.0, Benchmark.PEERS));
        }
        List<Verdict> verdicts = Family.judge(MEAN, Rules.DEFAULT, false, cells);
        List<Verdict> ofTurned = Family.judge(mirrored, Rules.DEFAULT, false, turned);
        assertThat(verdicts.get(0).status()).isEqualTo(Status.CONFIRMED);
        for (int i = 0; i < cells.size(); i++) {
            assertThat(ofTurned.get(i).status()).isEqualTo(verdicts.get(i).status());
            assertThat(ofTurned.get(i).p()).isCloseTo(verdicts.get(i).p(), within(1e-9));
            assertThat(ofTurned.get(i).probability()).isCloseTo(verdicts.get(i).probability(), within(1e-9));
            assertThat(ofTurned.get(i).rank()).isEqualTo(verdicts.get(i).rank());
        }
    }

    @Test
    void aMirroredShareHasTheSameVerdicts() {
        Scores mirrored = new Scores(Kind.SHARE, true, 1, .05, false);
        List<Cell> cells = touchpoints(40, 80);
        List<Cell> turned = cells.stream().map(FamilyTest::turned).toList();
        List<Verdict> verdicts = Family.judge(SHARE, Rules.DEFAULT, false, cells);
        List<Verdict> ofTurned = Family.judge(mirrored, Rules.DEFAULT, false, turned);
        for (int i = 0; i < cells.size(); i++) {
            Verdict one = verdicts.get(i);
            Verdict two = ofTurned.get(i);
            assertThat(two.status()).isEqualTo(one.status());
            assertThat(two.p()).isCloseTo(one.p(), within(1e-9));
            assertThat(two.probability()).isCloseTo(one.probability(), within(1e-9));
            assertThat(two.shortfall()).isCloseTo(one.shortfall(), within(1e-9));
            assertThat(two.outlier()).isCloseTo(one.outlier(), within(1e-9));
            assertThat(two.rank()).isEqualTo(one.rank());
            assertThat(two.needed()).isCloseTo(one.needed(), within(1e-6));
        }
    }

    /** Net scores on [-1, 1] and on [-100, 100]. */
    @Test
    void scalingNetScoresChangesNoVerdict() {
        Scores hundred = new Scores(Kind.THREE_VALUED, false, 100, 5, false);
        Random random = new Random(5);
        List<Cell> cells = new ArrayList<>();
        List<Cell> scaled = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Cell cell = net("t" + i, random.nextInt(40), 20, 20 + random.nextInt(40), 1, Benchmark.PEERS);
            cells.add(cell);
            scaled.add(new Cell(
                    cell.touchpoint(),
                    "all",
                    false,
                    cell.n(),
                    cell.effective(),
                    100 * cell.estimate(),
                    1e4 * cell.variance(),
                    100 * cell.low(),
                    100 * cell.high(),
                    false,
                    Benchmark.PEERS));
        }
        List<Verdict> verdicts = Family.judge(NET, Rules.DEFAULT, false, cells);
        List<Verdict> ofScaled = Family.judge(hundred, Rules.DEFAULT, false, scaled);
        for (int i = 0; i < 30; i++) {
            assertThat(ofScaled.get(i).status()).isEqualTo(verdicts.get(i).status());
            assertThat(ofScaled.get(i).q()).isCloseTo(verdicts.get(i).q(), within(1e-9));
            assertThat(ofScaled.get(i).probability()).isCloseTo(verdicts.get(i).probability(), within(1e-9));
            assertThat(ofScaled.get(i).shortfall())
                    .isCloseTo(100 * verdicts.get(i).shortfall(), within(1e-7));
            assertThat(ofScaled.get(i).needed()).isCloseTo(verdicts.get(i).needed(), within(1e-6));
        }
    }

    /** Twice the observations of the same kind: the same value and rank, and more certain of it. */
    @Test
    void doublingAllCounts() {
        List<Verdict> once = Family.judge(SHARE, Rules.DEFAULT, false, touchpoints(30, 100));
        List<Verdict> twice = Family.judge(
                SHARE,
                Rules.DEFAULT,
                false,
                touchpoints(30, 100).stream()
                        .map(cell -> share(
                                cell.touchpoint(),
                                Math.round(2 * cell.n() * cell.estimate()),
                                2 * Math.round(cell.n()),
                                cell.benchmark()))
                        .toList());
        for (int i = 0; i < 30; i++) {
            assertThat(twice.get(i).benchmark()).isCloseTo(once.get(i).benchmark(), within(1e-9));
            assertThat(twice.get(i).rank()).isEqualTo(once.get(i).rank());
            assertThat(twice.get(i).steps().error())
                    .isLessThan(once.get(i).steps().error());
            if (once.get(i).status() == Status.CONFIRMED) {
                assertThat(twice.get(i).status()).isEqualTo(Status.CONFIRMED);
            }
        }
    }

    private static Verdict alone(Scores scores, Cell cell) {
        return Family.judge(scores, Rules.DEFAULT, false, List.of(cell)).get(0);
    }

    /** Shares around .8 that differ, of cells of unlike size, compared with each other. */
    private static List<Cell> touchpoints(int count, int n) {
        Random random = new Random(11);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    int size = n / 2 + random.nextInt(n);
                    long good = Math.round(size * Math.min(1, Math.max(0, .8 + .1 * random.nextGaussian())));
                    return share("t" + i, good, size, Benchmark.PEERS);
                })
                .toList();
    }

    private static Cell share(String touchpoint, long good, long n, Benchmark benchmark) {
        return share(touchpoint, "all", good, n, benchmark);
    }

    private static Cell segment(String touchpoint, String segment, long good, long n) {
        return share(touchpoint, segment, good, n, Benchmark.PEERS);
    }

    private static Cell share(String touchpoint, String segment, long good, long n, Benchmark benchmark) {
        double p = (double) good / n;
        double error = Math.sqrt(p * (1 - p) / n);
        return new Cell(
                touchpoint,
                segment,
                false,
                n,
                n,
                p,
                n > 1 ? p * (1 - p) * n / (n - 1) : Double.NaN,
                p - 2 * error,
                p + 2 * error,
                false,
                benchmark);
    }

    /** A mean with variance 4 of single scores, and by how much it has changed since a period whose error is given. */
    private static Cell changed(
            String touchpoint, String segment, double n, double before, double change, double variance) {
        double mean = before + change;
        return new Cell(
                touchpoint,
                segment,
                false,
                n,
                n,
                mean,
                4,
                mean - .4,
                mean + .4,
                false,
                new Benchmark(before, variance, before, variance, false));
    }

    /** Shares of 8 touchpoints with 5 segments each, of unlike size, that have changed; or of the others than those counted. */
    private static List<Cell> changedShares(Scores scores) {
        Random random = new Random(23);
        List<Cell> now = new ArrayList<>();
        List<Cell> before = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            double level = .6 + .2 * random.nextDouble();
            int size = 20 + random.nextInt(200);
            for (List<Cell> cells : List.of(before, now)) {
                long good = drawn(cells == now && i < 10 ? level - .2 : level, size, random);
                Cell cell = share("t" + i / 5, "s" + i % 5, good, size, Benchmark.NONE);
                cells.add(scores.lowerIsBetter() ? turned(cell) : cell);
            }
        }
        return compared(scores, now, before);
    }

    private static long drawn(double level, int n, Random random) {
        return random.doubles(n).filter(number -> number < level).count();
    }

    private static List<Cell> compared(Scores scores, List<Cell> now, List<Cell> before) {
        List<Benchmark> benchmarks = Family.ofEarlier(scores, before);
        return IntStream.range(0, now.size())
                .mapToObj(i -> {
                    Cell cell = now.get(i);
                    return new Cell(
                            cell.touchpoint(),
                            cell.segment(),
                            false,
                            cell.n(),
                            cell.effective(),
                            cell.estimate(),
                            cell.variance(),
                            cell.low(),
                            cell.high(),
                            false,
                            benchmarks.get(i));
                })
                .toList();
    }

    /** A share as that of the others, with its sign turned as lower is better. */
    private static Cell turned(Cell cell) {
        return new Cell(
                cell.touchpoint(),
                cell.segment(),
                cell.apart(),
                cell.n(),
                cell.effective(),
                cell.estimate() - 1,
                cell.variance(),
                cell.low() - 1,
                cell.high() - 1,
                cell.immature(),
                cell.benchmark());
    }

    private static Cell net(
            String touchpoint, int detractors, int passives, int promoters, double design, Benchmark benchmark) {
        double n = detractors + passives + promoters;
        double mean = (promoters - detractors) / n;
        double variance = ((promoters + detractors) / n - mean * mean) * n / (n - 1);
        return new Cell(touchpoint, "all", false, n, n / design, mean, variance, -1, 1, false, benchmark);
    }

    private static Cell mean(String touchpoint, double n, double mean, double variance, Benchmark benchmark) {
        double error = 2 * Math.sqrt(variance / n);
        return new Cell(touchpoint, "all", false, n, n, mean, variance, mean - error, mean + error, false, benchmark);
    }
}
