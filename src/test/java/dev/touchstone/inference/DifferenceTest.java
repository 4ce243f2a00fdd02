package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DifferenceTest {
    /** Newcombe (1998), 56 of 70 and 48 of 80, 9 of 10 and 3 of 10. */
    @Test
    void publishedIntervalsOfShares() {
        Difference large = shares(56, 70, 48, 80);
        assertThat(large.value()).isCloseTo(.2, within(1e-12));
        assertThat(large.low()).isCloseTo(.0524, within(5e-5));
        assertThat(large.high()).isCloseTo(.3339, within(5e-5));

        Difference small = shares(9, 10, 3, 10);
        assertThat(small.value()).isCloseTo(.6, within(1e-12));
        assertThat(small.low()).isCloseTo(.1705, within(5e-5));
        assertThat(small.high()).isCloseTo(.8090, within(5e-5));
    }

    @Test
    void repurchaseAfterLowAndHighEffort() {
        Difference difference = shares(940, 1000, 560, 800);

        assertThat(difference.value()).isCloseTo(.24, within(1e-12));
        assertThat(difference.low()).isCloseTo(.205127, within(5e-7));
        assertThat(difference.high()).isCloseTo(.275181, within(5e-7));
    }

    @Test
    void testOfSharesPoolsThem() {
        Difference difference = shares(56, 70, 48, 80);

        assertThat(difference.value() / difference.standardError()).isCloseTo(2.650172, within(5e-7));
        assertThat(difference.p()).isCloseTo(.0080451, within(5e-8));
    }

    /** A quarter of the numbers above: the same difference, and an interval about twice as wide. */
    @Test
    void effectiveNumbersNeedNotBeWhole() {
        Difference difference = shares(14, 17.5, 12, 20);

        assertThat(difference.value()).isCloseTo(.2, within(1e-12));
        assertThat(difference.high() - difference.low()).isCloseTo(2 * (.3339 - .0524), within(.05));
    }

    /** Wilson's interval of 1 of 1 is (.2065, 1), of 0 of 1 (0, .7935); 1 - sqrt(.7935^2 + .7935^2) = -.1221. */
    @Test
    void sharesOfOneObservation() {
        Difference difference = shares(1, 1, 0, 1);

        assertThat(difference.value()).isEqualTo(1);
        assertThat(difference.low()).isCloseTo(-.1221, within(5e-5));
        assertThat(difference.high()).isEqualTo(1);
        assertThat(difference.p()).isCloseTo(.1573, within(5e-5)); // z = 1 / sqrt(.5 * .5 * 2)
    }

    @Test
    void sharesThatAreAllAlike() {
        for (double outcomes : new double[] {0, 20}) {
            Difference difference = shares(outcomes, 20, outcomes, 20);
            assertThat(difference.value()).isZero();
            assertThat(difference.p()).isEqualTo(1);
            assertThat(difference.low()).isCloseTo(-difference.high(), within(1e-12));
            assertThat(difference.high()).isCloseTo(.1611, within(5e-5)); // z^2 / (20 + z^2), Wilson's end at 0 of 20
        }
    }

    /** R's package NPS would say .2 (-.023470, .423470): no scores are added there. */
    @Test
    void intervalOfTwoNetPromoterScores() {
        Difference difference = scores(new ThreeValued(20, 30, 50), new ThreeValued(30, 30, 40));

        assertThat(difference.value()).isCloseTo(.1941748, within(5e-8));
        assertThat(difference.standardError()).isCloseTo(.1120892, within(5e-8));
        assertThat(difference.low()).isCloseTo(-.025516, within(5e-7));
        assertThat(difference.high()).isCloseTo(.413865, within(5e-7));
        assertThat(difference.p()).isCloseTo(.0832159, within(5e-8));
    }

    /** One promoter against one detractor: adjusted .25 and -.25, each with variance (2.5 / 4 - .25^2) / 4. */
    @Test
    void scoresOfOneObservationAreHeldByTheirInterval() {
        Difference difference = scores(new ThreeValued(0, 0, 1), new ThreeValued(1, 0, 0));

        assertThat(difference.value()).isCloseTo(.5, within(1e-12));
        assertThat(difference.standardError()).isCloseTo(.530330, within(5e-7));
        assertThat(difference.low()).isCloseTo(-.539428, within(5e-7));
        assertThat(difference.high()).isEqualTo(2);
    }

    /** All promoters in both: 5 of 5 have an adjusted score of .625 and a variance of .229640^2. */
    @Test
    void scoresThatAreAllAlikeStillHaveAnError() {
        Difference difference = scores(new ThreeValued(0, 0, 5), new ThreeValued(0, 0, 5));

        assertThat(difference.value()).isZero();
        assertThat(difference.standardError()).isCloseTo(.229640 * Math.sqrt(2), within(1e-6));
        assertThat(difference.p()).isEqualTo(1);
    }

    /** Means 15 and 12, variances 87.5 and 39: Commons Math's TTestTest. */
    @Test
    void publishedWelchTest() {
        Moments first = new Moments(13, 195, 3975);
        Moments second = new Moments(11, 132, 1974);
        Difference difference = Difference.ofMeans(first, second).orElseThrow();

        assertThat(first.variance()).isCloseTo(87.5, within(1e-12));
        assertThat(second.variance()).isCloseTo(39, within(1e-12));
        assertThat(difference.value()).isEqualTo(3);
        assertThat(difference.value() / difference.standardError()).isCloseTo(.9358461936, within(5e-11));
        assertThat(Difference.degreesOfFreedom(first, second)).isCloseTo(20.9846112334, within(5e-11));
        assertThat(difference.p()).isCloseTo(.3599981869, within(5e-11));
        // 2.07971 is the 97.5 % point of t at 20.98 degrees of freedom.
        assertThat(difference.low()).isCloseTo(3 - 2.07971 * difference.standardError(), within(1e-4));
        assertThat(difference.high()).isCloseTo(3 + 2.07971 * difference.standardError(), within(1e-4));
    }

    /** {1, 2, 3} against {4, 4, 4}: the second has no variance, so that the first's is all there is. */
    @Test
    void oneGroupWithoutScatter() {
        Difference difference = Difference.ofMeans(new Moments(3, 6, 14), new Moments(3, 12, 48))
                .orElseThrow();

        assertThat(Difference.degreesOfFreedom(new Moments(3, 6, 14), new Moments(3, 12, 48)))
                .isCloseTo(2, within(1e-12));
        assertThat(difference.low()).isCloseTo(-2 - 4.302653 / Math.sqrt(3), within(5e-7));
        assertThat(difference.high()).isCloseTo(-2 + 4.302653 / Math.sqrt(3), within(5e-7));
    }

    @Test
    void meansWithoutAnyScatterHaveNoInterval() {
        assertValueOnly(Difference.ofMeans(new Moments(3, 15, 75), new Moments(3, 6, 12))
                .orElseThrow());
        // Three tenths do not add up in binary: what is left is not scatter.
        assertValueOnly(Difference.ofMeans(
                        new Moments(3, .1 + .1 + .1, .1 * .1 + .1 * .1 + .1 * .1), new Moments(3, -8.7, 3 * 2.9 * 2.9))
                .orElseThrow());
    }

    @Test
    void meansOfOneObservationHaveNoInterval() {
        assertValueOnly(
                Difference.ofMeans(new Moments(1, 4, 16), new Moments(3, 3, 5)).orElseThrow());
    }

    private static void assertValueOnly(Difference difference) {
        assertThat(difference.value()).isCloseTo(3, within(1e-12));
        assertThat(difference.standardError()).isNaN();
        assertThat(difference.low()).isNaN();
        assertThat(difference.high()).isNaN();
        assertThat(difference.p()).isNaN();
    }

    @Test
    void nothingIsComparedWithNothing() {
        assertThat(Difference.ofShares(new Share(0, 0), new Share(1, 2))).isEmpty();
        assertThat(Difference.ofShares(new Share(1, 2), new Share(0, 0))).isEmpty();
        assertThat(Difference.ofScores(new ThreeValued(0, 0, 0), new ThreeValued(1, 2, 3)))
                .isEmpty();
        assertThat(Difference.ofScores(new ThreeValued(1, 2, 3), new ThreeValued(0, 0, 0)))
                .isEmpty();
        assertThat(Difference.ofMeans(new Moments(0, 0, 0), new Moments(2, 3, 5)))
                .isEmpty();
        assertThat(Difference.ofMeans(new Moments(2, 3, 5), new Moments(0, 0, 0)))
                .isEmpty();
        assertThat(new Share(0, 0).value()).isNaN();
        assertThat(new ThreeValued(0, 0, 0).value()).isNaN();
        assertThat(new Moments(0, 0, 0).mean()).isNaN();
        assertThat(new Moments(0, 0, 0).variance()).isNaN();
    }

    @Test
    void swappedGroupsTurnTheSigns() {
        assertTurned(shares(9, 10, 3, 11), shares(3, 11, 9, 10));
        ThreeValued score = new ThreeValued(1, 0, 3);
        ThreeValued otherScore = new ThreeValued(3, 1, 0);
        assertTurned(scores(score, otherScore), scores(otherScore, score));
        Moments amount = new Moments(13, 195, 3975);
        Moments otherAmount = new Moments(11, 132, 1974);
        assertTurned(
                Difference.ofMeans(amount, otherAmount).orElseThrow(),
                Difference.ofMeans(otherAmount, amount).orElseThrow());
    }

    private static void assertTurned(Difference there, Difference back) {
        assertThat(back.value()).isCloseTo(-there.value(), within(1e-12));
        assertThat(back.low()).isCloseTo(-there.high(), within(1e-12));
        assertThat(back.high()).isCloseTo(-there.low(), within(1e-12));
        assertThat(back.standardError()).isCloseTo(there.standardError(), within(1e-12));
        assertThat(back.p()).isCloseTo(there.p(), within(1e-12));
    }

    @Test
    void impossibleCountsAreRefused() {
        assertThatThrownBy(() -> new Share(4, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected outcomes from 0 to 3.0, not 4.0");
        assertThatThrownBy(() -> new ThreeValued(1, -1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected middle scores of 0 or more, not -1.0");
        assertThatThrownBy(() -> new Moments(0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a finite sum, 0 at n = 0, not 1.0");
        assertThatThrownBy(() -> new Moments(Double.NaN, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected observations of 0 or more, not NaN");
    }

    private static Difference shares(double outcomes, double n, double otherOutcomes, double otherN) {
        return Difference.ofShares(new Share(outcomes, n), new Share(otherOutcomes, otherN))
                .orElseThrow();
    }

    private static Difference scores(ThreeValued first, ThreeValued second) {
        return Difference.ofScores(first, second).orElseThrow();
    }
}
