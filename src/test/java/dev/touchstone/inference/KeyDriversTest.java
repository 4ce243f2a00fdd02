package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyDriversTest {
    private static final double NONE = Double.NaN;

    /** mtcars: cyl, disp, hp, gear among each other, and with mpg. */
    private static final double[][] CARS = {
        {1, 0.90203287, 0.83244745, -0.4926866},
        {0.90203287, 1, 0.79094859, -0.5555692},
        {0.83244745, 0.79094859, 1, -0.12570426},
        {-0.4926866, -0.5555692, -0.12570426, 1},
    };

    private static final double[] CARS_WITH_MPG = {-0.85216196, -0.84755138, -0.77616837, 0.48028476};

    // Published figures.

    /** README of the R package rwa. */
    @Test
    void publishedWeightsOfJohnson() {
        assertThat(KeyDrivers.johnson(CARS, CARS_WITH_MPG))
                .containsExactly(new double[] {0.2284797, 0.2221469, 0.2321744, 0.0963886}, within(6e-8));
        assertThat(KeyDrivers.rSquared(CARS, CARS_WITH_MPG)).isCloseTo(0.7791896, within(6e-8));
    }

    @Test
    void lmgOrdersTheSameCarsOtherwise() {
        assertThat(KeyDrivers.lmg(CARS, CARS_WITH_MPG))
                .containsExactly(new double[] {0.24705203, 0.24349959, 0.21091290, 0.07772511}, within(1e-8));
    }

    @Test
    void theSameFiguresComeFromTheCarsThemselves() {
        KeyDrivers drivers =
                KeyDrivers.of(List.of("cyl", "disp", "hp", "gear"), blocks(outcomeLast(PublishedData.MTCARS), 4), 32);

        assertThat(drivers.reason()).isEmpty();
        assertThat(drivers.method()).isEqualTo(KeyDrivers.Method.LMG);
        assertThat(weights(drivers))
                .containsExactly(new double[] {0.24705203, 0.24349959, 0.21091290, 0.07772511}, within(6e-9));
        assertThat(drivers.rSquared()).isCloseTo(0.7791896, within(6e-8));
        assertThat(drivers.shrinkage()).isZero();
        assertThat(drivers.fewestResponses()).isEqualTo(32);
    }

    /** Documentation of rwa: weights .8, 1.2, 1.5, .6 in turn, which are here 8, 12, 15, 6 equal cars. */
    @Test
    void publishedWeightsOfJohnsonWithWeightedCars() {
        double[][] columns = outcomeLast(Arrays.copyOf(PublishedData.MTCARS, 4));
        int[] times = {8, 12, 15, 6};
        PairSums[][] sums = new PairSums[4][4];
        for (int row = 0; row < 32; row++) {
            for (int time = 0; time < times[row % 4]; time++) {
                add(sums, columns, row);
            }
        }

        assertThat(sums[0][0].n()).isEqualTo(328);
        assertThat(KeyDrivers.johnson(correlations(sums), withOutcome(sums)))
                .containsExactly(new double[] {0.2907136, 0.2889098, 0.2088641}, within(6e-8));
    }

    /** Example data of the R package relaimpo. */
    @Test
    void publishedLmgOfTheSwissProvinces() {
        KeyDrivers drivers = KeyDrivers.of(
                List.of("Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality"),
                blocks(outcomeLast(PublishedData.SWISS), 16),
                47);

        assertThat(weights(drivers))
                .containsExactly(
                        new double[] {0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592}, within(6e-9));
        assertThat(drivers.rSquared()).isCloseTo(0.70673500, within(6e-9));
        assertThat(drivers.shrinkage()).isZero();
    }

    /** R: coef(lm(Fertility ~ ., swiss)). */
    @Test
    void slopesAreThoseOfTheRegression() {
        KeyDrivers drivers =
                KeyDrivers.of(List.of("A", "Ex", "Ed", "C", "I"), blocks(outcomeLast(PublishedData.SWISS), 16), 47);

        assertThat(drivers.drivers().stream()
                        .mapToDouble(KeyDrivers.Driver::slope)
                        .toArray())
                .containsExactly(new double[] {-0.17211, -0.25801, -0.87094, 0.10412, 1.07705}, within(6e-6));
        assertThat(drivers.drivers().stream().mapToInt(KeyDrivers.Driver::sign)).containsExactly(-1, -1, -1, 1, 1);
    }

    /** Data of the tests of rwa: y = x1 on five rows, y nearly x2 on five, and x1, x2 together on three, against each other. */
    private static final double[][] TRAP = {
        {-1, 0, 1, -10, 10, NONE, NONE}, {1, -1, 0, NONE, NONE, -10, 10}, {-1, 0, 1, -10, 10, -10, 10},
    };

    @Test
    void correlationsThatContradictEachOtherAreRefused() {
        KeyDrivers drivers = KeyDrivers.of(List.of("x1", "x2"), blocks(TRAP, 2), 3);

        assertThat(drivers.reason())
                .hasValue(
                        "the correlations contradict each other: to have no eigenvalue below 0.01 they would have to be"
                                + " shrunk by 0.409, and 0.2 is the most; too few responses answer many questions at once");
        assertThat(drivers.shrinkage()).isCloseTo((0.01 + 0.675821) / (1 + 0.675821), within(1e-6));
        assertThat(drivers.drivers()).isEmpty();
        assertThat(drivers.rSquared()).isNaN();
        assertThat(drivers.fewestResponses()).isEqualTo(3);
    }

    @Test
    void unrefusedTheyWouldExplainFourTimesWhatThereIs() {
        PairSums[][] sums = blocks(TRAP, 1).get(0);

        assertThat(KeyDrivers.rSquared(correlations(sums), withOutcome(sums))).isCloseTo(3.94089, within(6e-6));
    }

    // Laws of the weights.

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 15})
    void weightsAddUpToWhatIsExplained(int p) {
        double[][] joint = random(p + 1, new Random(p));
        double explained = KeyDrivers.rSquared(predictors(joint), last(joint));

        assertThat(explained).isBetween(0.0, 1.0);
        for (double[] weights : List.of(
                KeyDrivers.lmg(predictors(joint), last(joint)), KeyDrivers.johnson(predictors(joint), last(joint)))) {
            assertThat(DoubleStream.of(weights)).hasSize(p).allMatch(weight -> weight >= 0);
            assertThat(DoubleStream.of(weights).sum()).isCloseTo(explained, within(1e-10));
        }
    }

    /** The definition, without a subset that is shared: all 120 orders, each R^2 solved for anew. */
    @Test
    void lmgIsTheMeanOverAllOrders() {
        double[][] joint = random(6, new Random(7));
        double[] sums = new double[5];
        List<List<Integer>> orders = orders(List.of(0, 1, 2, 3, 4));
        for (List<Integer> order : orders) {
            double before = 0;
            for (int taken = 1; taken <= 5; taken++) {
                double[][] part = picked(joint, order.subList(0, taken));
                double after = KeyDrivers.rSquared(predictors(part), last(part));
                sums[order.get(taken - 1)] += after - before;
                before = after;
            }
        }

        assertThat(orders).hasSize(120);
        assertThat(KeyDrivers.lmg(predictors(joint), last(joint)))
                .containsExactly(DoubleStream.of(sums).map(sum -> sum / 120).toArray(), within(1e-12));
    }

    @Test
    void bothMethodsAgreeOnTwoPredictors() {
        for (int seed = 0; seed < 20; seed++) {
            double[][] joint = random(3, new Random(seed));
            assertThat(KeyDrivers.lmg(predictors(joint), last(joint)))
                    .containsExactly(KeyDrivers.johnson(predictors(joint), last(joint)), within(1e-12));
        }
    }

    /** r = .6 and -.3, unrelated to each other: .36 and .09. */
    @Test
    void uncorrelatedPredictorsHaveTheirSquaredCorrelations() {
        double[][] unrelated = {{1, 0}, {0, 1}};

        assertThat(KeyDrivers.lmg(unrelated, new double[] {0.6, -0.3}))
                .containsExactly(new double[] {0.36, 0.09}, within(1e-15));
        assertThat(KeyDrivers.johnson(unrelated, new double[] {0.6, -0.3}))
                .containsExactly(new double[] {0.36, 0.09}, within(1e-15));
    }

    /** r = .8 between them, .5 and .3 with the outcome: R^2 .25 + (.3 - .4)^2 / .36 = .277778, .09 + .26^2 / .36. */
    @Test
    void lmgOfTwoPredictorsByHand() {
        assertThat(KeyDrivers.lmg(new double[][] {{1, 0.8}, {0.8, 1}}, new double[] {0.5, 0.3}))
                .containsExactly(
                        new double[] {(0.25 + 0.26 * 0.26 / 0.36) / 2, (0.09 + 0.01 / 0.36) / 2}, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 12})
    void theOrderOfPredictorsHasNoSay(int p) {
        double[][] joint = random(p + 1, new Random(p));
        List<Integer> reversed =
                IntStream.range(0, p).map(j -> p - 1 - j).boxed().toList();
        List<Integer> all = new ArrayList<>(reversed.subList(1, p));
        all.add(reversed.get(0));
        double[][] other = picked(joint, all);
        double[] lmg = KeyDrivers.lmg(predictors(joint), last(joint));
        double[] johnson = KeyDrivers.johnson(predictors(joint), last(joint));

        assertThat(KeyDrivers.lmg(predictors(other), last(other)))
                .containsExactly(all.stream().mapToDouble(j -> lmg[j]).toArray(), within(1e-12));
        assertThat(KeyDrivers.johnson(predictors(other), last(other)))
                .containsExactly(all.stream().mapToDouble(j -> johnson[j]).toArray(), within(1e-12));
    }

    @Test
    void matricesThatAreNoneOfCorrelationsAreRefused() {
        double[][] impossible = {{1, 0.9, 0.9}, {0.9, 1, -0.9}, {0.9, -0.9, 1}};
        double[] r = {0.1, 0.1, 0.1};

        assertThatThrownBy(() -> KeyDrivers.lmg(impossible, r))
                .hasMessageStartingWith(
                        "expected a positive definite matrix of correlations, with pivots above 0, not -");
        assertThatThrownBy(() -> KeyDrivers.johnson(impossible, r))
                .hasMessageStartingWith(
                        "expected a positive definite matrix of correlations, with eigenvalues above 0, not -");
        assertThatThrownBy(() -> KeyDrivers.lmg(new double[16][16], new double[16]))
                .hasMessage("expected 1 to 15 predictors, not 16");
    }

    // From sums to drivers.

    @Test
    void upToFifteenPredictorsAreSharedOutByLmgMoreByJohnson() {
        KeyDrivers fifteen = KeyDrivers.of(names(15), blocks(answers(15, 400, new Random(1)), 16), 200);
        KeyDrivers sixteen = KeyDrivers.of(names(16), blocks(answers(16, 400, new Random(1)), 16), 200);

        assertThat(fifteen.method()).isEqualTo(KeyDrivers.Method.LMG);
        assertThat(sixteen.method()).isEqualTo(KeyDrivers.Method.JOHNSON);
        for (KeyDrivers drivers : List.of(fifteen, sixteen)) {
            assertThat(drivers.drivers()).allSatisfy(driver -> {
                assertThat(driver.low()).isBetween(0.0, driver.weight());
                assertThat(driver.high()).isBetween(driver.weight(), 1.0);
            });
            assertThat(DoubleStream.of(weights(drivers)).sum()).isCloseTo(drivers.rSquared(), within(1e-12));
        }
    }

    /** Five responses a block: (1, 1), (2, 3), (3, 2), (4, 5), (5, 4) have r = .8. */
    @Test
    void onePredictorExplainsItsSquaredCorrelation() {
        double[][] columns = {repeat(40, 1, 2, 3, 4, 5), repeat(40, 1, 3, 2, 5, 4)};
        KeyDrivers.Driver driver = KeyDrivers.of(List.of("delivery"), blocks(columns, 8), 200)
                .drivers()
                .get(0);

        assertThat(driver.predictor()).isEqualTo("delivery");
        assertThat(driver.weight()).isCloseTo(0.64, within(1e-12));
        assertThat(driver.beta()).isCloseTo(0.8, within(1e-12));
        assertThat(driver.slope()).isCloseTo(0.8, within(1e-12));
        assertThat(driver.sign()).isEqualTo(1);
    }

    /** Twice the scale, half the slope; turned over, it changes its sign. The weight knows nothing of it. */
    @Test
    void slopesAreInTheUnitsOfTheAnswers() {
        double[][] columns = {repeat(40, -2, -4, -6, -8, -10), repeat(40, 1, 3, 2, 5, 4)};
        KeyDrivers.Driver driver =
                KeyDrivers.of(List.of("x"), blocks(columns, 8), 200).drivers().get(0);

        assertThat(driver.weight()).isCloseTo(0.64, within(1e-12));
        assertThat(driver.beta()).isCloseTo(-0.8, within(1e-12));
        assertThat(driver.slope()).isCloseTo(-0.4, within(1e-12));
        assertThat(driver.sign()).isEqualTo(-1);
    }

    /** All equal to the outcome: eigenvalue 0, a = .01, r = .99. */
    @Test
    void predictorsThatSayTheSameAreShrunk() {
        double[] answers = repeat(40, 1, 2, 3, 4, 5);
        KeyDrivers one = KeyDrivers.of(List.of("x"), blocks(new double[][] {answers, answers}, 8), 200);
        KeyDrivers two = KeyDrivers.of(List.of("x1", "x2"), blocks(new double[][] {answers, answers, answers}, 8), 200);

        assertThat(one.shrinkage()).isCloseTo(0.01, within(1e-12));
        assertThat(one.rSquared()).isCloseTo(0.99 * 0.99, within(1e-12));
        assertThat(two.shrinkage()).isCloseTo(0.01, within(1e-12));
        assertThat(two.drivers().get(0).weight())
                .isCloseTo(two.drivers().get(1).weight(), within(1e-12))
                .isCloseTo(two.rSquared() / 2, within(1e-12));
        assertThat(two.rSquared()).isCloseTo(2 * 0.99 * 0.99 / 1.99, within(1e-12));
    }

    /** All four combinations of two answers, in each block: eigenvalues are 1, and by rounding perhaps a little more. */
    @Test
    void whatIsUnrelatedIsNotShrunk() {
        double[][] columns = {repeat(60, 1, 1, 2, 2), repeat(60, 3, 5, 3, 5)};
        KeyDrivers drivers = KeyDrivers.of(List.of("x"), blocks(columns, 15), 200);
        KeyDrivers.Driver driver = drivers.drivers().get(0);

        assertThat(drivers.shrinkage()).isZero();
        assertThat(drivers.rSquared()).isZero();
        assertThat(driver.weight()).isZero();
        assertThat(driver.low()).isZero();
        assertThat(driver.high()).isZero();
        assertThat(driver.sign()).isZero();
    }

    /** Each correlation takes the means and variances of the responses that hold both answers. */
    @Test
    void missingAnswersLeaveACorrelationAlone() {
        double[] x = repeat(50, 1, 2, 3, 4, 5, 100);
        double[] y = repeat(50, 1, 3, 2, 5, 4, NONE);
        KeyDrivers drivers = KeyDrivers.of(List.of("x"), blocks(new double[][] {x, y}, 16), 200);

        assertThat(drivers.rSquared()).isCloseTo(0.64, within(1e-12));
        assertThat(drivers.fewestResponses()).isEqualTo(250);
    }

    // The jackknife.

    /** One predictor, blocks of unequal size, each left out from the rows themselves. t of 4 degrees: 2.776445. */
    @Test
    void intervalsAreThoseOfTheJackknife() {
        double[][] columns = answers(1, 503, new Random(3));
        double[] squares = new double[5];
        for (int block = 0; block < 5; block++) {
            int left = block;
            int[] rows = IntStream.range(0, 503).filter(row -> row % 5 != left).toArray();
            squares[block] = Math.pow(correlation(columns[0], columns[1], rows), 2);
        }
        double mean = DoubleStream.of(squares).average().orElseThrow();
        double variance = 4
                / 5.0
                * DoubleStream.of(squares)
                        .map(square -> (square - mean) * (square - mean))
                        .sum();

        KeyDrivers.Driver driver =
                KeyDrivers.of(List.of("x"), blocks(columns, 5), 200).drivers().get(0);
        assertThat(driver.weight())
                .isCloseTo(
                        Math.pow(
                                correlation(
                                        columns[0],
                                        columns[1],
                                        IntStream.range(0, 503).toArray()),
                                2),
                        within(1e-12));
        assertThat(driver.low()).isCloseTo(driver.weight() - 2.776445 * Math.sqrt(variance), within(1e-6));
        assertThat(driver.high()).isCloseTo(driver.weight() + 2.776445 * Math.sqrt(variance), within(1e-6));
    }

    @Test
    void equalBlocksLeaveNoDoubt() {
        PairSums[][] block = blocks(answers(4, 50, new Random(4)), 1).get(0);
        KeyDrivers drivers = KeyDrivers.of(
                names(4), IntStream.range(0, 16).mapToObj(b -> block).toList(), 200);

        assertThat(drivers.drivers()).hasSize(4).allSatisfy(driver -> {
            assertThat(driver.low()).isCloseTo(driver.weight(), within(1e-12));
            assertThat(driver.high()).isCloseTo(driver.weight(), within(1e-12));
        });
    }

    @Test
    void twiceTheResponsesInTheSameBlocksSayTheSame() {
        List<PairSums[][]> once = blocks(answers(4, 800, new Random(5)), 16);
        List<PairSums[][]> twice = once.stream().map(KeyDriversTest::doubled).toList();
        KeyDrivers drivers = KeyDrivers.of(names(4), once, 200);
        KeyDrivers doubled = KeyDrivers.of(names(4), twice, 200);

        assertThat(doubled.fewestResponses()).isEqualTo(2 * drivers.fewestResponses());
        assertThat(doubled.drivers()).isEqualTo(drivers.drivers());
        assertThat(doubled.rSquared()).isEqualTo(drivers.rSquared());
        assertThat(doubled.shrinkage()).isEqualTo(drivers.shrinkage());
    }

    @Test
    void blocksWithoutResponsesAreBlocks() {
        double[][] columns = answers(2, 300, new Random(6));
        List<PairSums[][]> blocks = new ArrayList<>(blocks(columns, 15));
        blocks.add(new PairSums[3][3]);

        assertThat(KeyDrivers.of(names(2), blocks, 200).drivers())
                .allSatisfy(driver -> assertThat(driver.low()).isLessThan(driver.weight()));
    }

    /** Without the first block nothing is left. */
    @Test
    void whereABlockHoldsEverythingThereAreWeightsAndNoInterval() {
        List<PairSums[][]> blocks = new ArrayList<>(blocks(answers(2, 300, new Random(6)), 1));
        blocks.add(new PairSums[3][3]);
        KeyDrivers drivers = KeyDrivers.of(names(2), blocks, 200);

        assertThat(drivers.reason()).isEmpty();
        assertThat(drivers.drivers()).hasSize(2).allSatisfy(driver -> {
            assertThat(driver.weight()).isPositive();
            assertThat(driver.low()).isNaN();
            assertThat(driver.high()).isNaN();
        });
    }

    /** Without the third block the other two are the pairwise trap: they would have to be shrunk too much. */
    @Test
    void whereABlockHoldsTheRestTogetherThereAreWeightsAndNoInterval() {
        List<PairSums[][]> blocks = new ArrayList<>(blocks(TRAP, 2));
        blocks.add(blocks(answers(2, 1000, new Random(6)), 1).get(0));
        KeyDrivers drivers = KeyDrivers.of(names(2), blocks, 200);

        assertThat(drivers.reason()).isEmpty();
        assertThat(drivers.drivers()).hasSize(2).allSatisfy(driver -> assertThat(driver.low())
                .isNaN());
    }

    // What is not available.

    @Test
    void tooFewResponsesAreNotAvailable() {
        double[] all = repeat(60, 1, 2, 3, 4, 5);
        double[] early = all.clone();
        double[] late = all.clone();
        double[] rare = all.clone();
        Arrays.fill(early, 250, 300, NONE);
        Arrays.fill(late, 0, 51, NONE);
        Arrays.fill(rare, 199, 300, NONE);

        assertThat(KeyDrivers.of(List.of("early", "late"), blocks(new double[][] {early, late, all}, 16), 200))
                .isEqualTo(new KeyDrivers(
                        KeyDrivers.Method.LMG,
                        List.of(),
                        NONE,
                        NONE,
                        199,
                        Optional.of("'early' and 'late' were answered together in 199 responses, 200 are needed")));
        assertThat(KeyDrivers.of(List.of("early", "rare"), blocks(new double[][] {early, rare, all}, 16), 200)
                        .reason())
                .hasValue("'rare' was answered in 199 responses, 200 are needed");
        assertThat(KeyDrivers.of(List.of("late"), blocks(new double[][] {late, early}, 16), 200)
                        .reason())
                .hasValue("'late' and the outcome were answered together in 199 responses, 200 are needed");
        assertThat(KeyDrivers.of(List.of("late"), blocks(new double[][] {late, early}, 16), 199)
                        .reason())
                .isEmpty();
        assertThat(KeyDrivers.of(List.of("x"), List.of(new PairSums[2][2], new PairSums[2][2]), 200)
                        .reason())
                .hasValue("'x' was answered in 0 responses, 200 are needed");
    }

    @Test
    void equalAnswersAreNotAvailable() {
        double[] all = repeat(60, 1, 2, 3, 4, 5);
        double[] equal = repeat(60, 5, 5, 5, 5, 5);
        double[] elsewhere = repeat(60, 4, 4, 4, 4, 5);
        double[] without = repeat(60, 1, 2, 3, 4, NONE);

        assertThat(KeyDrivers.of(List.of("x1", "x2"), blocks(new double[][] {all, equal, all}, 16), 200)
                        .reason())
                .hasValue("all 300 answers to 'x2' are equal");
        assertThat(KeyDrivers.of(List.of("x"), blocks(new double[][] {all, equal}, 16), 200)
                        .reason())
                .hasValue("all 300 answers to the outcome are equal");
        assertThat(KeyDrivers.of(List.of("x"), blocks(new double[][] {elsewhere, without}, 16), 200)
                        .reason())
                .hasValue("all 240 answers to 'x' are equal where the outcome is answered");
        assertThat(KeyDrivers.of(List.of("x"), blocks(new double[][] {without, elsewhere}, 16), 200)
                        .reason())
                .hasValue("all 240 answers to the outcome are equal where 'x' is answered");
    }

    @Test
    void whatCannotBeAskedIsRefused() {
        List<PairSums[][]> blocks = blocks(answers(1, 300, new Random(8)), 2);

        assertThatThrownBy(() -> KeyDrivers.of(List.of(), blocks, 200))
                .hasMessage("expected a predictor or more, not 0");
        assertThatThrownBy(() -> KeyDrivers.of(List.of("x"), blocks.subList(0, 1), 200))
                .hasMessage("expected 2 blocks or more, not 1");
        assertThatThrownBy(() -> KeyDrivers.of(List.of("x"), blocks, 1))
                .hasMessage("expected 2 needed responses or more, not 1");
    }

    /** Sums of columns, the outcome last, NaN where there is no answer; rows go to the blocks in turn. */
    private static List<PairSums[][]> blocks(double[][] columns, int count) {
        List<PairSums[][]> blocks = new ArrayList<>();
        for (int block = 0; block < count; block++) {
            PairSums[][] sums = new PairSums[columns.length][columns.length];
            for (int row = block; row < columns[0].length; row += count) {
                add(sums, columns, row);
            }
            blocks.add(sums);
        }
        return blocks;
    }

    private static void add(PairSums[][] sums, double[][] columns, int row) {
        for (int j = 0; j < columns.length; j++) {
            for (int k = j; k < columns.length; k++) {
                double first = columns[j][row];
                double second = columns[k][row];
                if (!Double.isNaN(first) && !Double.isNaN(second)) {
                    PairSums one = new PairSums(1, first, second, first * first, second * second, first * second);
                    sums[j][k] = sums[j][k] == null ? one : sums[j][k].plus(one);
                }
            }
        }
    }

    private static PairSums[][] doubled(PairSums[][] sums) {
        return Arrays.stream(sums)
                .map(row -> Arrays.stream(row)
                        .map(sum -> sum == null ? null : sum.plus(sum))
                        .toArray(PairSums[]::new))
                .toArray(PairSums[][]::new);
    }

    private static double[][] correlations(PairSums[][] sums) {
        double[][] correlations = new double[sums.length - 1][sums.length - 1];
        for (int j = 0; j < correlations.length; j++) {
            for (int k = 0; k < correlations.length; k++) {
                correlations[j][k] = sums[Math.min(j, k)][Math.max(j, k)].correlation();
            }
        }
        return correlations;
    }

    private static double[] withOutcome(PairSums[][] sums) {
        return IntStream.range(0, sums.length - 1)
                .mapToDouble(j -> sums[j][sums.length - 1].correlation())
                .toArray();
    }

    private static double[] weights(KeyDrivers drivers) {
        return drivers.drivers().stream().mapToDouble(KeyDrivers.Driver::weight).toArray();
    }

    private static List<String> names(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(j -> "x" + j).toList();
    }

    /** Published data have the outcome first. */
    private static double[][] outcomeLast(double[][] columns) {
        double[][] turned = Arrays.copyOfRange(columns, 1, columns.length + 1);
        turned[columns.length - 1] = columns[0];
        return turned;
    }

    /** Answers from 1 to 9 that share something with each other and with the outcome, one in ten missing. */
    private static double[][] answers(int predictors, int responses, Random random) {
        double[][] columns = new double[predictors + 1][responses];
        for (int row = 0; row < responses; row++) {
            double mood = random.nextGaussian();
            double outcome = 2 * mood;
            for (int j = 0; j < predictors; j++) {
                double answer = mood + random.nextGaussian();
                outcome += answer * (j + 1) / predictors;
                columns[j][row] = random.nextInt(10) == 0 ? NONE : Math.max(1, Math.min(9, Math.round(5 + answer)));
            }
            outcome += 2 * random.nextGaussian();
            columns[predictors][row] = Math.max(1, Math.min(9, Math.round(5 + outcome / 2)));
        }
        return columns;
    }

    /** Correlations of random numbers, more of them than variables: positive definite. */
    private static double[][] random(int size, Random random) {
        double[][] columns = new double[size][2 * size + 2];
        int[] rows = IntStream.range(0, 2 * size + 2).toArray();
        for (int row : rows) {
            double shared = random.nextGaussian();
            for (double[] column : columns) {
                column[row] = shared + random.nextGaussian();
            }
        }
        double[][] joint = new double[size][size];
        for (int j = 0; j < size; j++) {
            for (int k = 0; k < size; k++) {
                joint[j][k] = j == k ? 1 : correlation(columns[j], columns[k], rows);
            }
        }
        return joint;
    }

    private static double correlation(double[] x, double[] y, int[] rows) {
        int[] both = IntStream.of(rows)
                .filter(row -> !Double.isNaN(x[row]) && !Double.isNaN(y[row]))
                .toArray();
        double xMean = IntStream.of(both).mapToDouble(row -> x[row]).average().orElseThrow();
        double yMean = IntStream.of(both).mapToDouble(row -> y[row]).average().orElseThrow();
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int row : both) {
            xx += (x[row] - xMean) * (x[row] - xMean);
            yy += (y[row] - yMean) * (y[row] - yMean);
            xy += (x[row] - xMean) * (y[row] - yMean);
        }
        return xy / Math.sqrt(xx * yy);
    }

    private static double[][] predictors(double[][] joint) {
        return Arrays.stream(joint, 0, joint.length - 1)
                .map(row -> Arrays.copyOf(row, joint.length - 1))
                .toArray(double[][]::new);
    }

    private static double[] last(double[][] joint) {
        return Arrays.copyOf(joint[joint.length - 1], joint.length - 1);
    }

    /** These predictors, in this order, and the outcome. */
    private static double[][] picked(double[][] joint, List<Integer> predictors) {
        int[] chosen = IntStream.concat(predictors.stream().mapToInt(Integer::intValue), IntStream.of(joint.length - 1))
                .toArray();
        double[][] picked = new double[chosen.length][chosen.length];
        for (int j = 0; j < chosen.length; j++) {
            for (int k = 0; k < chosen.length; k++) {
                picked[j][k] = joint[chosen[j]][chosen[k]];
            }
        }
        return picked;
    }

    private static List<List<Integer>> orders(List<Integer> items) {
        if (items.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Integer>> orders = new ArrayList<>();
        for (Integer first : items) {
            List<Integer> rest = new ArrayList<>(items);
            rest.remove(first);
            for (List<Integer> order : orders(rest)) {
                List<Integer> whole = new ArrayList<>(List.of(first));
                whole.addAll(order);
                orders.add(whole);
            }
        }
        return orders;
    }

    private static double[] repeat(int times, double... values) {
        double[] repeated = new double[times * values.length];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = values[i % values.length];
        }
        return repeated;
    }
}
