package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MomentsTest {
    /** {1, 2, 3, 4, 5}: 3 less and more 2.776445 times the root of 2.5 / 5. */
    @Test
    void theIntervalOfAMeanIsStudents() {
        Moments moments = new Moments(5, 15, 55);
        assertThat(moments.low()).isCloseTo(1.036757, within(1e-6));
        assertThat(moments.high()).isCloseTo(4.963243, within(1e-6));
    }

    @Test
    void withoutScatterNothingIsKnown() {
        assertThat(new Moments(5, 15, 45).low()).isNaN();
        assertThat(new Moments(1, 3, 9).high()).isNaN();
        assertThat(new Moments(0, 0, 0).low()).isNaN();
    }
}
