package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DecompositionTest {
    private static final double NONE = Double.NaN;

    /** P. Das Gupta (1993), example 5.1: ages of 1970 and 1985, in percent. */
    private static final double[] SHARE_1970 = {12.9, 10.9, 9.5, 8, 7.8, 8.4, 8.6, 7.8, 7, 5.9, 4.7, 3.6, 4.9};

    private static final double[] SHARE_1985 = {10.1, 11.2, 11.6, 10.9, 9.4, 7.7, 6.3, 6, 6.3, 5.9, 5.1, 4, 5.5};
    private static final double[] RATE_1970 = {
        1.9, 25.8, 45.7, 49.6, 51.2, 51.6, 51.8, 54.9, 58.7, 60.4, 62.8, 66.6, 66.8
    };
    private static final double[] RATE_1985 = {2.2, 24.3, 45.8, 52.5, 56.1, 55.6, 56, 57.4, 57.2, 61.2, 63.9, 68.6, 72.2
    };

    private static List<Decomposition.Cell> ages() {
        return IntStream.range(0, SHARE_1970.length)
                .mapToObj(i -> new Decomposition.Cell(SHARE_1970[i], SHARE_1985[i], RATE_1970[i], RATE_1985[i]))
                .toList();
    }

    @Test
    void publishedEffects() {
        Decomposition decomposition = Decomposition.of(ages()).orElseThrow();

        assertThat(decomposition.mix()).isCloseTo(1.2269, within(5e-5));
        assertThat(decomposition.rate()).isCloseTo(1.7403, within(5e-5));
        assertThat(decomposition.change()).isCloseTo(2.9672, within(5e-5));
        assertThat(decomposition.rate() + decomposition.mix()).isCloseTo(decomposition.change(), within(1e-12));
    }

    /** The total goes from .35 to .37. The third cell is new, and worse than the rest: all of it is mix. */
    @Test
    void aNewCellIsAllMix() {
        Decomposition decomposition = decomposed(
                new Decomposition.Cell(.5, .5, .5, .6),
                new Decomposition.Cell(.5, .2, .2, .2),
                new Decomposition.Cell(0, .3, NONE, .1));

        assertThat(decomposition.before()).isCloseTo(.35, within(1e-12));
        assertThat(decomposition.after()).isCloseTo(.37, within(1e-12));
        assertEffect(decomposition, 0, .05, 0);
        assertEffect(decomposition, 1, 0, .048);
        assertEffect(decomposition, 2, 0, -.078);
    }

    @Test
    void aVanishedCellIsAllMixEvenIfARateIsLeft() {
        Decomposition decomposition =
                decomposed(new Decomposition.Cell(60, 40, 50, 50), new Decomposition.Cell(40, 0, 25, 99));

        assertThat(decomposition.before()).isEqualTo(40);
        assertThat(decomposition.after()).isEqualTo(50);
        // Shares .6 -> 1 and .4 -> 0, rates 50 and 25 about (40 + 50) / 2.
        assertEffect(decomposition, 0, 0, 2);
        assertEffect(decomposition, 1, 0, 8);
    }

    @Test
    void aMissingRateIsTheOtherPeriods() {
        Decomposition decomposition =
                decomposed(new Decomposition.Cell(1, 1, NONE, 20), new Decomposition.Cell(1, 1, 10, 30));

        assertThat(decomposition.before()).isEqualTo(15);
        assertThat(decomposition.after()).isEqualTo(25);
        assertEffect(decomposition, 0, 0, 0);
        assertEffect(decomposition, 1, 10, 0);
    }

    /** Neither weighs it: the totals are those of the other cell alone. */
    @Test
    void aCellWithoutAnyRateHasNoEffect() {
        Decomposition decomposition =
                decomposed(new Decomposition.Cell(7, 7, NONE, NONE), new Decomposition.Cell(1, 3, 10, 30));

        assertThat(decomposition.effects().get(0).rate()).isNaN();
        assertThat(decomposition.effects().get(0).mix()).isNaN();
        assertEffect(decomposition, 1, 20, 0);
        assertThat(decomposition.change()).isEqualTo(20);
        assertThat(decomposition.rate()).isEqualTo(20);
        assertThat(decomposition.mix()).isZero();
    }

    @Test
    void aPeriodWithoutWeightCannotBeCompared() {
        assertThat(Decomposition.of(List.of())).isEmpty();
        assertThat(Decomposition.of(List.of(new Decomposition.Cell(0, 5, NONE, 1))))
                .isEmpty();
        assertThat(Decomposition.of(List.of(new Decomposition.Cell(5, 0, 1, NONE))))
                .isEmpty();
    }

    @Test
    void equalPeriodsHaveNoEffects() {
        Decomposition decomposition =
                decomposed(new Decomposition.Cell(2, 2, 10, 10), new Decomposition.Cell(1, 1, 40, 40));

        assertThat(decomposition.effects()).allMatch(effect -> effect.rate() == 0 && effect.mix() == 0);
    }

    @Test
    void swappedPeriodsTurnTheSigns() {
        List<Decomposition.Cell> swapped = ages().stream()
                .map(age -> new Decomposition.Cell(age.weight1(), age.weight0(), age.rate1(), age.rate0()))
                .toList();
        Decomposition there = Decomposition.of(ages()).orElseThrow();
        Decomposition back = Decomposition.of(swapped).orElseThrow();

        for (int i = 0; i < swapped.size(); i++) {
            assertEffect(
                    back,
                    i,
                    -there.effects().get(i).rate(),
                    -there.effects().get(i).mix());
        }
    }

    @Test
    void theOrderOfTheCellsHasNoSay() {
        Decomposition decomposition = Decomposition.of(ages()).orElseThrow();
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, SHARE_1970.length).boxed().toList());
        Collections.shuffle(order, new Random(1));
        Decomposition shuffled =
                Decomposition.of(order.stream().map(ages()::get).toList()).orElseThrow();

        assertThat(shuffled.before()).isEqualTo(decomposition.before());
        assertThat(shuffled.after()).isEqualTo(decomposition.after());
        assertThat(shuffled.rate()).isEqualTo(decomposition.rate());
        assertThat(shuffled.mix()).isEqualTo(decomposition.mix());
        assertThat(shuffled.effects())
                .isEqualTo(order.stream().map(decomposition.effects()::get).toList());
    }

    /** Counts of unlike periods, 1,000 and 50,000 answers, say the same as their shares. */
    @Test
    void weightsAreInAnyUnit() {
        Decomposition shares =
                decomposed(new Decomposition.Cell(.3, .6, 10, 20), new Decomposition.Cell(.7, .4, 40, 50));
        Decomposition counts =
                decomposed(new Decomposition.Cell(300, 30_000, 10, 20), new Decomposition.Cell(700, 20_000, 40, 50));

        for (int i = 0; i < 2; i++) {
            assertEffect(
                    counts,
                    i,
                    shares.effects().get(i).rate(),
                    shares.effects().get(i).mix());
        }
    }

    @Test
    void aCellInTwoEqualPartsHasTheSameEffects() {
        Decomposition whole =
                decomposed(new Decomposition.Cell(30, 60, 10, 20), new Decomposition.Cell(70, 40, 40, 50));
        Decomposition parts = decomposed(
                new Decomposition.Cell(10, 20, 10, 20),
                new Decomposition.Cell(20, 40, 10, 20),
                new Decomposition.Cell(70, 40, 40, 50));

        assertThat(parts.rate()).isCloseTo(whole.rate(), within(1e-12));
        assertThat(parts.mix()).isCloseTo(whole.mix(), within(1e-12));
        assertThat(parts.effects().get(0).mix() + parts.effects().get(1).mix())
                .isCloseTo(whole.effects().get(0).mix(), within(1e-12));
    }

    @Test
    void effectsAddUpToTheChange() {
        Random random = new Random(2);
        for (int run = 0; run < 200; run++) {
            List<Decomposition.Cell> cells = IntStream.range(0, 1 + random.nextInt(40))
                    .mapToObj(i -> new Decomposition.Cell(
                            random.nextInt(4) * 10.7,
                            1 + random.nextInt(4) * 3.3,
                            random.nextInt(4) == 0 ? NONE : 200 * random.nextDouble() - 100,
                            200 * random.nextDouble() - 100))
                    .toList();
            Decomposition.of(cells).ifPresent(decomposition -> assertThat(decomposition.rate() + decomposition.mix())
                    .isCloseTo(decomposition.change(), within(1e-11)));
        }
    }

    @Test
    void negativeWeightsAreRefused() {
        assertThatThrownBy(() -> new Decomposition.Cell(-1, 1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected weight of 0 or more, not -1.0");
    }

    private static Decomposition decomposed(Decomposition.Cell... cells) {
        return Decomposition.of(List.of(cells)).orElseThrow();
    }

    private static void assertEffect(Decomposition decomposition, int cell, double rate, double mix) {
        assertThat(decomposition.effects().get(cell).rate()).isCloseTo(rate, within(1e-12));
        assertThat(decomposition.effects().get(cell).mix()).isCloseTo(mix, within(1e-12));
    }
}
