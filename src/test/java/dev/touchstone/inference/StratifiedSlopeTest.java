package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StratifiedSlopeTest {
    private static final List<List<StratifiedSlope.Point>> REPURCHASES = List.of(
            List.of(point(1, 10, 2), point(3, 10, 5), point(5, 20, 14)),
            List.of(point(1, 5, 1), point(3, 15, 6), point(5, 10, 6)));

    /**
     * N = 70 in two strata: 67 degrees of freedom, whose 97.5 % point of t is 1.99601.
     */
    @Test
    void repurchaseByScore() {
        StratifiedSlope slope = StratifiedSlope.of(REPURCHASES).orElseThrow();

        assertThat(slope.slope()).isCloseTo(.115, within(1e-12));
        assertThat(slope.standardError()).isCloseTo(.0368184, within(5e-8));
        assertThat(slope.low()).isCloseTo(.115 - 1.99601 * .0368184, within(1e-6));
        assertThat(slope.high()).isCloseTo(.115 + 1.99601 * .0368184, within(1e-6));
    }

    /**
     * Each customer on their own, less the means of their stratum: x of -1 and 1 about 2, amounts of 10, 20 and 40, 60;
     * then x of -1.5 and 1.5 with 5 and 35. Sxx 4 + 4.5, Sxy 70 + 45, Syy 1475 + 450.
     */
    @Test
    void spendByScore() {
        StratifiedSlope slope = StratifiedSlope.of(List.of(
                        List.of(
                                new StratifiedSlope.Point(1, new Moments(2, 30, 500)),
                                new StratifiedSlope.Point(3, new Moments(2, 100, 5200))),
                        List.of(
                                new StratifiedSlope.Point(2, new Moments(1, 5, 25)),
                                new StratifiedSlope.Point(5, new Moments(1, 35, 1225)))))
                .orElseThrow();

        assertThat(slope.slope()).isCloseTo(115 / 8.5, within(1e-12));
        assertThat(slope.standardError())
                .isCloseTo(Math.sqrt((1925 - 115 * 115 / 8.5) / ((6 - 2 - 1) * 8.5)), within(1e-12));
    }

    /** With scores of 0 and 1 the slope is the difference of the shares. */
    @Test
    void slopeOfTwoScoresIsADifference() {
        StratifiedSlope slope = StratifiedSlope.of(List.of(List.of(point(0, 80, 48), point(1, 70, 56))))
                .orElseThrow();

        assertThat(slope.slope()).isCloseTo(.2, within(1e-12));
    }

    /** In each stratum more is bought at lower scores; the better stratum has the higher scores. */
    @Test
    void strataHoldTheirLevelsStill() {
        StratifiedSlope slope = StratifiedSlope.of(
                        List.of(List.of(point(1, 10, 3), point(2, 10, 2)), List.of(point(4, 10, 9), point(5, 10, 8))))
                .orElseThrow();

        assertThat(slope.slope()).isCloseTo(-.1, within(1e-12));
    }

    @Test
    void aStratumWithOneScoreTellsOnlyHowOutcomesScatter() {
        List<List<StratifiedSlope.Point>> more = new ArrayList<>(REPURCHASES);
        more.add(List.of(point(.3, 7, 3), point(.3, 4, 2)));
        StratifiedSlope with = StratifiedSlope.of(more).orElseThrow();
        StratifiedSlope without = StratifiedSlope.of(REPURCHASES).orElseThrow();

        assertThat(with.slope()).isEqualTo(without.slope());
        // Syy of 5 of 11 is 5 - 25 / 11; the residual sum without it is se^2 (70 - 2 - 1) Sxx, Sxx = 110 + 170 / 3.
        double rest = .0368184 * .0368184 * 67 * 500 / 3 + 5 - 25.0 / 11;
        assertThat(with.standardError()).isCloseTo(Math.sqrt(rest / ((81 - 3 - 1) * 500.0 / 3)), within(1e-6));
    }

    @Test
    void emptyStrataAndScoresHaveNoSay() {
        List<List<StratifiedSlope.Point>> more = new ArrayList<>(REPURCHASES);
        more.add(List.of());
        more.add(List.of(point(4, 0, 0), point(1, 0, 0)));
        more.set(0, new ArrayList<>(REPURCHASES.get(0)));
        more.get(0).add(point(-99, 0, 0));

        assertThat(StratifiedSlope.of(more)).isEqualTo(StratifiedSlope.of(REPURCHASES));
    }

    @Test
    void withoutTwoScoresThereIsNoSlope() {
        assertThat(StratifiedSlope.of(List.of())).isEmpty();
        assertThat(StratifiedSlope.of(List.of(List.of(point(3, 1, 1))))).isEmpty();
        assertThat(StratifiedSlope.of(List.of(List.of(point(.1, 3, 1), point(.1, 7, 1)), List.of(point(.7, 9, 2)))))
                .isEmpty();
    }

    /** All outcomes alike; two customers, whom any line fits; four on two parallel lines. */
    @Test
    void withoutScatterNothingButTheSlopeIsKnown() {
        assertSlopeOnly(0, List.of(List.of(point(1, 10, 10), point(5, 20, 20))));
        assertSlopeOnly(.25, List.of(List.of(point(1, 1, 0), point(5, 1, 1))));
        assertSlopeOnly(1, List.of(List.of(point(1, 2, 0), point(2, 2, 2)), List.of(point(3, 1, 0), point(4, 1, 1))));
    }

    private static void assertSlopeOnly(double expected, List<List<StratifiedSlope.Point>> strata) {
        StratifiedSlope slope = StratifiedSlope.of(strata).orElseThrow();
        assertThat(slope.slope()).isEqualTo(expected);
        assertThat(slope.standardError()).isNaN();
        assertThat(slope.low()).isNaN();
        assertThat(slope.high()).isNaN();
    }

    @Test
    void turnedScoresTurnTheSigns() {
        StratifiedSlope there = StratifiedSlope.of(REPURCHASES).orElseThrow();
        StratifiedSlope back = StratifiedSlope.of(REPURCHASES.stream()
                        .map(points -> points.stream()
                                .map(point -> new StratifiedSlope.Point(6 - point.score(), point.outcomes()))
                                .toList())
                        .toList())
                .orElseThrow();

        assertThat(back.slope()).isCloseTo(-there.slope(), within(1e-12));
        assertThat(back.low()).isCloseTo(-there.high(), within(1e-12));
        assertThat(back.high()).isCloseTo(-there.low(), within(1e-12));
    }

    @Test
    void strataAndPointsMayBeReorderedAndPointsSplit() {
        List<List<StratifiedSlope.Point>> others = new ArrayList<>();
        for (List<StratifiedSlope.Point> points : REPURCHASES) {
            List<StratifiedSlope.Point> reversed = new ArrayList<>(points);
            Collections.reverse(reversed);
            others.add(0, reversed);
        }
        // 20 customers with 14 outcomes at score 5 are 8 with 3 and 12 with 11.
        others.get(1).set(0, point(5, 8, 3));
        others.get(1).add(point(5, 12, 11));

        assertThat(StratifiedSlope.of(others)).isEqualTo(StratifiedSlope.of(REPURCHASES));
    }

    @Test
    void aScoreIsANumber() {
        assertThatThrownBy(() -> point(Double.NaN, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a finite score, not NaN");
    }

    private static StratifiedSlope.Point point(double score, double n, double outcomes) {
        return new StratifiedSlope.Point(score, new Share(outcomes, n));
    }
}
