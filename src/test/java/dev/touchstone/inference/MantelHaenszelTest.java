package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MantelHaenszelTest {
    /** R's UCBAdmissions: men and women admitted to the departments A to F. */
    private static final List<MantelHaenszel.Stratum> DEPARTMENTS = List.of(
            stratum(512, 825, 89, 108),
            stratum(353, 560, 17, 25),
            stratum(120, 325, 202, 593),
            stratum(138, 417, 131, 375),
            stratum(53, 191, 94, 393),
            stratum(22, 373, 24, 341));

    @Test
    void strataTurnTheSignOfTheCrudeDifference() {
        MantelHaenszel result = MantelHaenszel.of(DEPARTMENTS).orElseThrow();

        assertThat(result.crude()).isCloseTo(.1416454, within(5e-8));
        assertThat(result.difference().value()).isCloseTo(-.0184252, within(5e-8));
        assertThat(result.difference().standardError()).isCloseTo(.0148254, within(5e-8));
        assertThat(result.difference().low()).isCloseTo(-.0474824, within(5e-8));
        assertThat(result.difference().high()).isCloseTo(.0106320, within(5e-8));
    }

    @Test
    void theStrataDiffer() {
        MantelHaenszel result = MantelHaenszel.of(DEPARTMENTS).orElseThrow();

        assertThat(result.heterogeneity()).isCloseTo(25.4, within(.05));
        assertThat(result.degreesOfFreedom()).isEqualTo(5);
        // The 99.9 % point of chi-squared at 5 degrees of freedom is 20.515.
        assertThat(result.homogeneity()).isLessThan(.001).isCloseTo(.0001171, within(5e-8));
    }

    /** Differences .4 and 0, variances .0048 and .004: mean 2 / 11, Q = .16 / .0088. */
    @Test
    void heterogeneityByHand() {
        MantelHaenszel result = MantelHaenszel.of(List.of(stratum(80, 100, 40, 100), stratum(20, 80, 20, 80)))
                .orElseThrow();

        double variance = (.8 * .2 + .4 * .6) / 100;
        double other = 2 * .25 * .75 / 80;
        assertThat(result.heterogeneity()).isCloseTo(.16 / (variance + other), within(1e-12));
        assertThat(result.degreesOfFreedom()).isOne();
    }

    /** A stratum without scatter gets 1/2 in each of its four numbers: d = .9 with variance 2 x .05 x .95 / 10. */
    @Test
    void aStratumWithoutScatterDoesNotWeighInfinitelyMuch() {
        MantelHaenszel result = MantelHaenszel.of(List.of(stratum(9, 9, 0, 9), stratum(20, 80, 20, 80)))
                .orElseThrow();

        double variance = 2 * .05 * .95 / 10;
        double other = 2 * .25 * .75 / 80;
        assertThat(result.heterogeneity()).isCloseTo(.81 / (variance + other), within(1e-9));
    }

    @Test
    void oneStratumIsTheCrudeDifference() {
        MantelHaenszel result =
                MantelHaenszel.of(List.of(stratum(56, 70, 48, 80))).orElseThrow();

        assertThat(result.difference().value()).isCloseTo(.2, within(1e-12));
        assertThat(result.crude()).isCloseTo(.2, within(1e-12));
        assertThat(result.heterogeneity()).isZero();
        assertThat(result.degreesOfFreedom()).isZero();
        assertThat(result.homogeneity()).isNaN();
    }

    /** Weights 10 x 30 / 40 = 7.5 and 20 x 20 / 40 = 10, differences .5 and .1. */
    @Test
    void valueByHand() {
        MantelHaenszel result = MantelHaenszel.of(List.of(stratum(9, 10, 12, 30), stratum(6, 20, 4, 20)))
                .orElseThrow();

        assertThat(result.difference().value()).isCloseTo((7.5 * .5 + 10 * .1) / 17.5, within(1e-12));
    }

    /** Fifty pairs of one good and one bad experience, each with a level of its own and a difference of .3. */
    @Test
    void varianceHoldsForManySmallStrata() {
        Random random = new Random(1);
        int runs = 1000;
        double sum = 0;
        double squares = 0;
        double variances = 0;
        for (int run = 0; run < runs; run++) {
            List<MantelHaenszel.Stratum> pairs = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                double level = random.nextDouble() * .4;
                pairs.add(stratum(
                        random.nextDouble() < level + .5 ? 1 : 0, 1, random.nextDouble() < level + .2 ? 1 : 0, 1));
            }
            Difference difference = MantelHaenszel.of(pairs).orElseThrow().difference();
            sum += difference.value();
            squares += difference.value() * difference.value();
            variances += difference.standardError() * difference.standardError();
        }

        double variance = squares / runs - (sum / runs) * (sum / runs);
        assertThat(sum / runs).isCloseTo(.3, within(.01));
        assertThat(variances / runs).isCloseTo(variance, within(.1 * variance));
    }

    @Test
    void strataWithOneGroupOrNoneHaveNoSay() {
        List<MantelHaenszel.Stratum> more = new ArrayList<>(DEPARTMENTS);
        more.add(stratum(0, 0, 0, 0));
        more.add(stratum(50, 100, 0, 0));
        more.add(stratum(0, 0, 3, 9));
        MantelHaenszel result = MantelHaenszel.of(more).orElseThrow();
        MantelHaenszel without = MantelHaenszel.of(DEPARTMENTS).orElseThrow();

        assertThat(result.difference()).isEqualTo(without.difference());
        assertThat(result.heterogeneity()).isEqualTo(without.heterogeneity());
        assertThat(result.degreesOfFreedom()).isEqualTo(5);
        // Men: 1198 + 50 of 2691 + 100; women: 557 + 3 of 1835 + 9.
        assertThat(result.crude()).isCloseTo(1248.0 / 2791 - 560.0 / 1844, within(1e-12));
    }

    @Test
    void nothingToCompareIsNoResult() {
        assertThat(MantelHaenszel.of(List.of())).isEmpty();
        assertThat(MantelHaenszel.of(List.of(stratum(50, 100, 0, 0), stratum(0, 0, 3, 9))))
                .isEmpty();
    }

    @Test
    void withoutScatterAnythingIsPossible() {
        assertBoundless(MantelHaenszel.of(List.of(stratum(1, 1, 0, 1))).orElseThrow(), 1);
        assertBoundless(
                MantelHaenszel.of(List.of(stratum(7, 7, 0, 3), stratum(3, 3, 0, 11)))
                        .orElseThrow(),
                1);
        assertBoundless(
                MantelHaenszel.of(List.of(stratum(0, 30, 0, 20), stratum(0, 5, 0, 5)))
                        .orElseThrow(),
                0);
        assertBoundless(MantelHaenszel.of(List.of(stratum(30, 30, 20, 20))).orElseThrow(), 0);
    }

    private static void assertBoundless(MantelHaenszel result, double value) {
        assertThat(result.difference().value()).isEqualTo(value);
        assertThat(result.difference().standardError()).isNaN();
        assertThat(result.difference().low()).isEqualTo(-1);
        assertThat(result.difference().high()).isEqualTo(1);
        assertThat(result.difference().p()).isNaN();
    }

    /** .9 +- 1.96 x sqrt(.9 x .1 / 10) would go up to 1.086. */
    @Test
    void theIntervalKeepsToPossibleDifferences() {
        Difference difference =
                MantelHaenszel.of(List.of(stratum(9, 10, 0, 10))).orElseThrow().difference();

        assertThat(difference.low()).isCloseTo(.714, within(5e-4));
        assertThat(difference.high()).isOne();
    }

    @Test
    void swappedGroupsTurnTheSigns() {
        MantelHaenszel there = MantelHaenszel.of(DEPARTMENTS).orElseThrow();
        MantelHaenszel back = MantelHaenszel.of(DEPARTMENTS.stream()
                        .map(department -> new MantelHaenszel.Stratum(department.bad(), department.good()))
                        .toList())
                .orElseThrow();

        assertThat(back.crude()).isCloseTo(-there.crude(), within(1e-12));
        assertThat(back.difference().value()).isCloseTo(-there.difference().value(), within(1e-12));
        assertThat(back.difference().low()).isCloseTo(-there.difference().high(), within(1e-12));
        assertThat(back.difference().high()).isCloseTo(-there.difference().low(), within(1e-12));
        assertThat(back.heterogeneity()).isCloseTo(there.heterogeneity(), within(1e-9));
    }

    @Test
    void theOrderOfTheStrataHasNoSay() {
        List<MantelHaenszel.Stratum> shuffled = new ArrayList<>(DEPARTMENTS);
        Collections.shuffle(shuffled, new Random(1));

        assertThat(MantelHaenszel.of(shuffled)).isEqualTo(MantelHaenszel.of(DEPARTMENTS));
    }

    /** Not so the heterogeneity: two halves are two strata, which differ no more but count for more freedom. */
    @Test
    void strataCutIntoPartsAlikeGiveTheSameDifference() {
        List<MantelHaenszel.Stratum> halves = DEPARTMENTS.stream()
                .map(department -> stratum(
                        department.good().outcomes() / 2,
                        department.good().n() / 2,
                        department.bad().outcomes() / 2,
                        department.bad().n() / 2))
                .flatMap(half -> List.of(half, half).stream())
                .toList();
        MantelHaenszel whole = MantelHaenszel.of(DEPARTMENTS).orElseThrow();
        MantelHaenszel parts = MantelHaenszel.of(halves).orElseThrow();

        assertThat(parts.difference().value()).isCloseTo(whole.difference().value(), within(1e-12));
        assertThat(parts.difference().standardError())
                .isCloseTo(whole.difference().standardError(), within(1e-12));
        assertThat(parts.degreesOfFreedom()).isEqualTo(11);
    }

    private static MantelHaenszel.Stratum stratum(double outcomes, double good, double outcomesOfBad, double bad) {
        return new MantelHaenszel.Stratum(new Share(outcomes, good), new Share(outcomesOfBad, bad));
    }
}
