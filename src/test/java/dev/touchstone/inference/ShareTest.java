package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Wilson's intervals as published in Commons Statistics' BinomialConfidenceIntervalTest. */
class ShareTest {
    @Test
    void publishedWilsonIntervals() {
        assertThat(new Share(3, 10).low()).isCloseTo(.1077912674, within(5e-11));
        assertThat(new Share(3, 10).high()).isCloseTo(.6032218525, within(5e-11));
        assertThat(new Share(20, 400).low()).isCloseTo(.0325974298, within(5e-11));
        assertThat(new Share(20, 400).high()).isCloseTo(.0759636351, within(5e-11));
    }

    @Test
    void noneAndAll() {
        assertThat(new Share(0, 10).low()).isZero();
        assertThat(new Share(0, 10).high()).isCloseTo(.2775327999, within(5e-11));
        assertThat(new Share(10, 10).low()).isCloseTo(1 - .2775327999, within(5e-11));
        assertThat(new Share(10, 10).high()).isEqualTo(1);
    }

    /** 49 x (1 / 49) is .99..9 or 1.00..1, according to how it is computed. */
    @Test
    void roundingMayLiftOutcomesAboveTheObservations() {
        assertThat(new Share(Math.nextUp(49.0), 49).value()).isEqualTo(1);
    }
}
