package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DifferenceInDifferencesTest {
    private static final DifferenceInDifferences.Cell LOW = cell(70, 1);
    private static final DifferenceInDifferences.Cell HIGH = cell(78, 1);
    private static final DifferenceInDifferences.Cell PEERS_LOW = cell(60, .25);
    private static final DifferenceInDifferences.Cell PEERS_HIGH = cell(63, .25);

    /** 8 points up where peers went up by 3; variance 1 + 1 + .25 + .25, z = 5 / sqrt(2.5). */
    @Test
    void theChangeThatPeersDidNotHave() {
        Difference effect = new DifferenceInDifferences(LOW, HIGH, PEERS_LOW, PEERS_HIGH)
                .effect()
                .orElseThrow();

        assertThat(effect.value()).isEqualTo(5);
        assertThat(effect.standardError()).isCloseTo(1.581139, within(5e-7));
        assertThat(effect.low()).isCloseTo(1.901025, within(5e-7));
        assertThat(effect.high()).isCloseTo(8.098975, within(5e-7));
        assertThat(effect.p()).isCloseTo(.0015654, within(5e-8));
    }

    @Test
    void aChangeThatPeersHadTooIsNoEffect() {
        Difference effect =
                new DifferenceInDifferences(LOW, HIGH, LOW, HIGH).effect().orElseThrow();

        assertThat(effect.value()).isZero();
        assertThat(effect.p()).isEqualTo(1);
    }

    @Test
    void swappedGroupsAndSwappedPeriodsTurnTheSign() {
        Difference there = new DifferenceInDifferences(LOW, HIGH, PEERS_LOW, PEERS_HIGH)
                .effect()
                .orElseThrow();
        Difference groups = new DifferenceInDifferences(PEERS_LOW, PEERS_HIGH, LOW, HIGH)
                .effect()
                .orElseThrow();
        Difference periods = new DifferenceInDifferences(HIGH, LOW, PEERS_HIGH, PEERS_LOW)
                .effect()
                .orElseThrow();

        assertThat(groups.value()).isEqualTo(-there.value());
        assertThat(groups.low()).isCloseTo(-there.high(), within(1e-12));
        assertThat(groups.p()).isCloseTo(there.p(), within(1e-12));
        assertThat(periods).isEqualTo(groups);
    }

    @Test
    void withoutAVarianceNothingButTheValueIsKnown() {
        assertValueOnly(cell(78, Double.NaN), LOW, PEERS_LOW);
        assertValueOnly(cell(78, 0), cell(70, 0), cell(60, 0));
    }

    private static void assertValueOnly(
            DifferenceInDifferences.Cell after,
            DifferenceInDifferences.Cell before,
            DifferenceInDifferences.Cell peers) {
        Difference effect = new DifferenceInDifferences(before, after, peers, peers)
                .effect()
                .orElseThrow();
        assertThat(effect.value()).isEqualTo(8);
        assertThat(effect.standardError()).isNaN();
        assertThat(effect.low()).isNaN();
        assertThat(effect.high()).isNaN();
        assertThat(effect.p()).isNaN();
    }

    @Test
    void aCellWithoutObservationsLeavesNoEffect() {
        DifferenceInDifferences.Cell none = cell(Double.NaN, Double.NaN);

        assertThat(new DifferenceInDifferences(none, HIGH, PEERS_LOW, PEERS_HIGH).effect())
                .isEmpty();
        assertThat(new DifferenceInDifferences(LOW, HIGH, PEERS_LOW, none).effect())
                .isEmpty();
    }

    @Test
    void negativeVariancesAreRefused() {
        assertThatThrownBy(() -> cell(1, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected variance of 0 or more, not -1.0");
    }

    private static DifferenceInDifferences.Cell cell(double value, double variance) {
        return new DifferenceInDifferences.Cell(value, variance);
    }
}
