package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Six shares whose figures were worked out apart from this program. */
class FunnelTest {
    private static final double[] GOOD = {100, 150, 180, 80, 120, 225};
    private static final double[] ALL = {200, 220, 300, 190, 200, 400};
    private static final double COMMON = 855 / 1510.0;

    private static final double[] ERRORS = each(i -> .5 / Math.sqrt(ALL[i]));
    private static final double[] DISTANCES =
            each(i -> Math.asin(Math.sqrt(GOOD[i] / ALL[i])) - Math.asin(Math.sqrt(COMMON)));
    private static final double[] Z = each(i -> DISTANCES[i] / ERRORS[i]);

    @Test
    void overdispersionOfShares() {
        assertThat(Z).containsExactly(new double[] {-1.8787, 3.5498, 1.1868, -4.0167, .9690, -.1503}, within(5e-5));
        assertThat(Funnel.dispersion(Z)).isCloseTo(5.772312, within(5e-7));
        double variance = Funnel.varianceBetween(Funnel.dispersion(Z), ERRORS);
        assertThat(variance).isCloseTo(.005996348, within(5e-10));
        double[] expected = {-.7803, 1.4169, .4145, -1.7039, .4024, -.0462};
        assertThat(Funnel.adjusted(Z, ERRORS, variance)).containsExactly(expected, within(5e-5));
    }

    /** The outer tenths set to the deciles. */
    @Test
    void winsorizedOverdispersion() {
        double dispersion = Funnel.dispersion(Funnel.winsorized(Z));
        assertThat(dispersion).isCloseTo(3.366104, within(5e-7));
        double variance = Funnel.varianceBetween(dispersion, ERRORS);
        assertThat(variance).isCloseTo(.0030750, within(5e-8));
        assertThat(Funnel.adjusted(DISTANCES, ERRORS)).containsExactly(Funnel.adjusted(Z, ERRORS, variance));
    }

    private static double[] each(java.util.function.IntToDoubleFunction value) {
        return IntStream.range(0, ALL.length).mapToDouble(value).toArray();
    }
}
