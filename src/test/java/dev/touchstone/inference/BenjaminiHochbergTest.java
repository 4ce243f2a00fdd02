package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BenjaminiHochbergTest {
    /** The fifteen p-values of the article of 1995, adjusted as scipy's false_discovery_control does. */
    private static final double[] ARTICLE = {
        .0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .324, .4262, .5719, .6528, .759, 1
    };

    private static final double[] ARTICLE_ADJUSTED = {
        .0015, .003, .0095, .035625, .0603, .06385714, .06385714, .0645, .0765, .486, .58118182, .714875, .75323077,
        .81321429, 1
    };

    @Test
    void theArticlesTests() {
        assertThat(BenjaminiHochberg.adjusted(ARTICLE)).containsExactly(ARTICLE_ADJUSTED, within(5e-9));
    }

    @Test
    void theOrderOfTestsDoesNotMatter() {
        double[] turned = IntStream.range(0, ARTICLE.length)
                .mapToDouble(i -> ARTICLE[ARTICLE.length - 1 - i])
                .toArray();
        double[] adjusted = BenjaminiHochberg.adjusted(turned);
        for (int i = 0; i < adjusted.length; i++) {
            assertThat(adjusted[adjusted.length - 1 - i]).isCloseTo(ARTICLE_ADJUSTED[i], within(5e-9));
        }
    }

    @Test
    void equalValuesAreOneStep() {
        assertThat(BenjaminiHochberg.adjusted(new double[] {.02, .01, .02, .9, .02}))
                .containsExactly(new double[] {.025, .025, .025, .9, .025}, within(1e-12));
    }

    /** What was not tested is not counted. */
    @Test
    void testsThatWereNotMade() {
        double none = Double.NaN;
        assertThat(BenjaminiHochberg.adjusted(new double[] {none, .01, none, .02, .02, .02, .9, none}))
                .containsExactly(none, .025, none, .025, .025, .025, .9, none);
        assertThat(BenjaminiHochberg.adjusted(new double[] {.3})).containsExactly(.3);
        assertThat(BenjaminiHochberg.adjusted(new double[] {none})).containsExactly(none);
        assertThat(BenjaminiHochberg.adjusted(new double[0])).isEmpty();
    }
}
