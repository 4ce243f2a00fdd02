package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairSumsTest {
    /** (1, 2), (2, 4), (3, 3): variances 2/3, covariance 1/3. */
    private static final PairSums THREE = new PairSums(3, 6, 9, 14, 29, 19);

    @Test
    void varianceAndCorrelationFollowFromTheSums() {
        assertThat(THREE.firstVariance()).isCloseTo(2 / 3.0, within(1e-15));
        assertThat(THREE.secondVariance()).isCloseTo(2 / 3.0, within(1e-14));
        assertThat(THREE.correlation()).isCloseTo(0.5, within(1e-14));
    }

    @Test
    void whatIsAddedCanBeTakenAway() {
        PairSums other = new PairSums(1, 5, -7, 25, 49, -35);

        assertThat(THREE.plus(other)).isEqualTo(new PairSums(4, 11, 2, 39, 78, -16));
        assertThat(THREE.plus(other).minus(other)).isEqualTo(THREE);
        assertThat(THREE.plus(PairSums.NONE)).isEqualTo(THREE);
    }

    @Test
    void equalAnswersHaveNoVarianceAndNoCorrelation() {
        // .1 + .1 + .1 and its square differ from .3 and .03 in the last digit.
        PairSums equal = new PairSums(3, 0.1 + 0.1 + 0.1, 6, 0.01 + 0.01 + 0.01, 14, 0.6);

        assertThat(equal.firstVariance()).isZero();
        assertThat(equal.secondVariance()).isPositive();
        assertThat(equal.correlation()).isNaN();
    }

    @Test
    void noResponseHasNoVarianceAndNoCorrelation() {
        assertThat(PairSums.NONE.firstVariance()).isZero();
        assertThat(PairSums.NONE.correlation()).isNaN();
    }

    @Test
    void moreThanThereIsCannotBeTakenAway() {
        assertThatThrownBy(() -> PairSums.NONE.minus(THREE)).hasMessage("expected n 0 or more, not -3");
    }
}
