package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BenjaminiHochbergTest {
    private static final double NONE = Double.NaN;

    /** The example of Benjamini and Hochberg (1995), adjusted by {@code false_discovery_control} of scipy. */
    @Test
    void publishedExample() {
        double[] p = {.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .324, .4262, .5719, .6528, .759, 1
        };
        double[] q = {
            .0015, .003, .0095, .035625, .0603, .06385714, .06385714, .0645, .0765, .486, .58118182, .714875, .75323077,
            .81321429, 1
        };
        assertThat(BenjaminiHochberg.adjusted(p)).containsExactly(q, within(5e-9));
    }

    /** Four tests have .02 or less: .02 * 5 / 4. */
    @Test
    void equalValuesAreOneStep() {
        assertThat(BenjaminiHochberg.adjusted(new double[] {.01, .02, .02, .02, .9}))
                .containsExactly(new double[] {.025, .025, .025, .025, .9}, within(1e-15));
    }

    @Test
    void testsThatWereNotMadeAreNotCounted() {
        assertThat(BenjaminiHochberg.adjusted(new double[] {NONE, .02, NONE, .01, NONE}))
                .containsExactly(NONE, .02, NONE, .02, NONE);
        assertThat(BenjaminiHochberg.adjusted(new double[] {NONE})).containsExactly(NONE);
        assertThat(BenjaminiHochberg.adjusted(new double[0])).isEmpty();
    }

    @Test
    void aSingleTestIsNotAdjusted() {
        assertThat(BenjaminiHochberg.adjusted(new double[] {.03})).containsExactly(.03);
        assertThat(BenjaminiHochberg.adjusted(new double[] {0, 1})).containsExactly(0, 1);
    }

    /** Values of two decimals, so that many are equal. */
    @Test
    void isItsDefinition() {
        Random random = new Random(1);
        for (int repetition = 0; repetition < 50; repetition++) {
            double[] p = random.doubles(1 + random.nextInt(60))
                    .map(value -> value > .9 ? NONE : Math.round(100 * value * value) / 100.0)
                    .toArray();
            assertThat(BenjaminiHochberg.adjusted(p)).containsExactly(byDefinition(p), within(1e-15));
        }
    }

    private static double[] byDefinition(double[] p) {
        double tests = Arrays.stream(p).filter(value -> value >= 0).count();
        return Arrays.stream(p)
                .map(own -> Arrays.stream(p)
                        .filter(step -> step >= own)
                        .map(step -> step
                                * tests
                                / Arrays.stream(p)
                                        .filter(value -> value <= step)
                                        .count())
                        .map(q -> Math.min(1, q))
                        .min()
                        .orElse(NONE))
                .toArray();
    }
}
