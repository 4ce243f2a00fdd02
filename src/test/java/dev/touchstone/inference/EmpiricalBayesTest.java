package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.inference.EmpiricalBayes.Posterior;
import dev.touchstone.inference.EmpiricalBayes.Prior;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Figures of the design's oracle, worked out apart from this program: six cells around .37. */
class EmpiricalBayesTest {
    private static final double[] ESTIMATES = {-.2, .35, .4, .45, .1, .5};
    private static final double[] SAMPLING = squared(.3, .1, .05, .03, .08, .02);

    @Test
    void varianceBetweenCells() {
        assertThat(EmpiricalBayes.derSimonianLaird(ESTIMATES, SAMPLING)).isCloseTo(.01080231, within(5e-9));
        assertThat(EmpiricalBayes.pauleMandel(ESTIMATES, SAMPLING)).isCloseTo(.0336, within(5e-5));
    }

    @Test
    void posteriorOfTheOracle() {
        double variance = EmpiricalBayes.derSimonianLaird(ESTIMATES, SAMPLING);
        double precision = 0;
        double sum = 0;
        for (int i = 0; i < ESTIMATES.length; i++) {
            precision += 1 / (SAMPLING[i] + variance);
            sum += ESTIMATES[i] / (SAMPLING[i] + variance);
        }
        assertThat(sum / precision).isCloseTo(.36558663, within(5e-9));
        Prior prior = new Prior(sum / precision, variance, 0);
        double[] means = {.304976, .357493, .393532, .443508, .198810, .495201};
        double[] deviations = {.098207, .072061, .045057, .028823, .063395, .019640};
        double[] weak = {.479793, .212485, .018954, 0, .944777, 0};
        double[] shortfalls = {.065738, .025157, .004002, .000005, .151371, 0};
        for (int i = 0; i < ESTIMATES.length; i++) {
            Posterior posterior = prior.posterior(ESTIMATES[i], SAMPLING[i]);
            assertThat(posterior.mean()).as("cell %d", i).isCloseTo(means[i], within(5e-7));
            assertThat(posterior.deviation()).as("cell %d", i).isCloseTo(deviations[i], within(5e-7));
            assertThat(posterior.below(.35 - .05)).as("cell %d", i).isCloseTo(weak[i], within(5e-7));
            assertThat(posterior.shortfall(.35)).as("cell %d", i).isCloseTo(shortfalls[i], within(5e-7));
        }
    }

    /** Few cells: their mean is not known well, and what is not known of it is part of each cell's error. */
    @Test
    void theMeanOfFewCellsHasAnErrorOfItsOwn() {
        Prior prior = EmpiricalBayes.prior(ESTIMATES, SAMPLING);
        assertThat(prior.variance()).isCloseTo(.0336, within(5e-5));
        double precision = DoubleStream.of(SAMPLING)
                .map(each -> 1 / (each + prior.variance()))
                .sum();
        assertThat(prior.varianceOfMean()).isCloseTo(1 / precision, within(1e-12));
        double shrinkage = SAMPLING[0] / (SAMPLING[0] + prior.variance());
        assertThat(prior.posterior(ESTIMATES[0], SAMPLING[0]).deviation())
                .isCloseTo(Math.sqrt(prior.variance() * shrinkage + shrinkage * shrinkage / precision), within(1e-12));
    }

    /** Cells that are equal: all have their common mean, with the error of that mean and not with none. */
    @Test
    void cellsThatDoNotDiffer() {
        for (int cells : new int[] {5, 40}) {
            double[] estimates = new double[cells];
            Arrays.fill(estimates, .7);
            double[] sampling = new double[cells];
            Arrays.fill(sampling, .04);
            Prior prior = EmpiricalBayes.prior(estimates, sampling);
            assertThat(prior.variance()).isZero();
            assertThat(prior.posterior(.7, .04).mean()).isCloseTo(.7, within(1e-12));
            assertThat(prior.posterior(.7, .04).deviation()).isCloseTo(Math.sqrt(.04 / cells), within(1e-12));
        }
    }

    /** 30 cells at 0 and 2 with errors of variance .5: Q = 60, tau^2 = (60 - 29) / (60 - 2) by hand. */
    @Test
    void manyCellsByMoments() {
        double[] estimates =
                IntStream.range(0, 30).mapToDouble(i -> 2 * (i % 2)).toArray();
        double[] sampling = new double[30];
        Arrays.fill(sampling, .5);
        Prior prior = EmpiricalBayes.prior(estimates, sampling);
        assertThat(prior.mean()).isCloseTo(1, within(1e-12));
        assertThat(prior.varianceOfMean()).isZero();
        assertThat(prior.variance()).isCloseTo(31 / 58.0, within(1e-12));
    }

    @Test
    void theOrderOfCellsDoesNotMatter() {
        Random random = new Random(7);
        double[] estimates = random.doubles(50).toArray();
        double[] sampling = random.doubles(50, .01, .1).toArray();
        Prior prior = EmpiricalBayes.prior(estimates, sampling);
        int[] turned = IntStream.range(0, 50).map(i -> 49 - i).toArray();
        assertThat(EmpiricalBayes.prior(
                        IntStream.of(turned).mapToDouble(i -> estimates[i]).toArray(),
                        IntStream.of(turned).mapToDouble(i -> sampling[i]).toArray()))
                .isEqualTo(prior);
    }

    private static double[] squared(double... errors) {
        return DoubleStream.of(errors).map(each -> each * each).toArray();
    }
}
