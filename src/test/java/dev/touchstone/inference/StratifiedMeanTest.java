package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StratifiedMeanTest {
    /**
     * Weights 6/5 and 2/3, differences 10 and 6. The single customer of 4 takes the variance of {5, 15}, which is 50:
     * (1.44 (100/3 + 50/2) + 4/9 (8/2 + 50/1)) / (28/15)^2.
     */
    @Test
    void byHand() {
        Difference difference = StratifiedMean.of(List.of(
                        new StratifiedMean.Stratum(amounts(10, 20, 30), amounts(5, 15)),
                        new StratifiedMean.Stratum(amounts(8, 12), amounts(4))))
                .orElseThrow();

        assertThat(difference.value()).isCloseTo(60.0 / 7, within(1e-12));
        assertThat(difference.standardError()).isCloseTo(Math.sqrt(108) * 15 / 28, within(1e-12));
        assertThat(difference.low()).isCloseTo(-2.340291, within(5e-7));
        assertThat(difference.high()).isCloseTo(19.483148, within(5e-7));
    }

    /** Amounts of 0 and 1 are outcomes; the shares differ by .2 in both strata, as Sato's variance supposes. */
    @Test
    void weightsAreThoseOfMantelAndHaenszel() {
        List<MantelHaenszel.Stratum> shares = List.of(
                new MantelHaenszel.Stratum(new Share(600, 1000), new Share(800, 2000)),
                new MantelHaenszel.Stratum(new Share(500, 2000), new Share(50, 1000)));
        List<StratifiedMean.Stratum> amounts = shares.stream()
                .map(stratum -> new StratifiedMean.Stratum(amounts(stratum.good()), amounts(stratum.bad())))
                .toList();

        Difference ofShares = MantelHaenszel.of(shares).orElseThrow().difference();
        Difference ofAmounts = StratifiedMean.of(amounts).orElseThrow();
        assertThat(ofAmounts.value()).isCloseTo(ofShares.value(), within(1e-12));
        assertThat(ofAmounts.standardError()).isCloseTo(ofShares.standardError(), withinPercentage(0.1));
    }

    /** Two groups of variance 2 in strata of weights 4 x 4 / 8 = 2 and 4 x 8 / 12 = 8/3: 2 / (2 + 8/3). */
    @Test
    void likeScatterEverywhereGivesItsVarianceOverTheWeights() {
        // Four amounts of variance 2: deviations of sqrt(1.5); eight: of sqrt(1.75).
        Moments four = new Moments(4, 40, 4 * (100 + 1.5));
        Moments eight = new Moments(8, 24, 8 * (9 + 1.75));
        Difference difference = StratifiedMean.of(
                        List.of(new StratifiedMean.Stratum(four, four), new StratifiedMean.Stratum(four, eight)))
                .orElseThrow();

        assertThat(Math.pow(difference.standardError(), 2)).isCloseTo(2 / (2 + 8.0 / 3), within(1e-12));
    }

    @Test
    void oneStratumIsTheDifferenceOfItsMeans() {
        Moments good = new Moments(13, 195, 3975);
        Moments bad = new Moments(11, 132, 1974);
        Difference difference = StratifiedMean.of(List.of(new StratifiedMean.Stratum(good, bad)))
                .orElseThrow();

        assertThat(difference.value()).isCloseTo(3, within(1e-12));
        assertThat(difference.standardError())
                .isCloseTo(Difference.ofMeans(good, bad).orElseThrow().standardError(), within(1e-12));
    }

    /** Within (10, 14) and (20, 24) the variance is 8: it stands in for that of single bad experiences, too. */
    @Test
    void singleCustomersTakeTheScatterOfTheOthers() {
        Difference difference = StratifiedMean.of(List.of(
                        new StratifiedMean.Stratum(amounts(10, 14), amounts(9)),
                        new StratifiedMean.Stratum(amounts(20, 24), amounts(16))))
                .orElseThrow();

        assertThat(difference.value()).isCloseTo(4.5, within(1e-12));
        assertThat(Math.pow(difference.standardError(), 2)).isCloseTo((8.0 / 2 + 8) / 2, within(1e-12));
    }

    /** Customers of unlike strata, alone or not, spend with unlike scatter: the stated error is the real one. */
    @Test
    void varianceIsTheOneOfRepeatedSamples() {
        Random random = new Random(1);
        int runs = 4000;
        double sum = 0;
        double squares = 0;
        double variances = 0;
        for (int run = 0; run < runs; run++) {
            Difference difference = StratifiedMean.of(List.of(
                            new StratifiedMean.Stratum(sample(random, 2, 15, 1), sample(random, 40, 10, 1)),
                            new StratifiedMean.Stratum(sample(random, 30, 105, 20), sample(random, 20, 100, 10)),
                            new StratifiedMean.Stratum(sample(random, 5, 55, 5), sample(random, 3, 50, 5))))
                    .orElseThrow();
            sum += difference.value();
            squares += difference.value() * difference.value();
            variances += difference.standardError() * difference.standardError();
        }

        double variance = squares / runs - (sum / runs) * (sum / runs);
        assertThat(sum / runs).isCloseTo(5, within(.2));
        assertThat(variances / runs).isCloseTo(variance, within(.06 * variance));
    }

    private static Moments sample(Random random, int n, double mean, double deviation) {
        return amounts(random.doubles(n)
                .map(any -> mean + deviation * random.nextGaussian())
                .toArray());
    }

    @Test
    void withoutScatterNothingButTheValueIsKnown() {
        assertValueOnly(StratifiedMean.of(List.of(new StratifiedMean.Stratum(amounts(9), amounts(4))))
                .orElseThrow());
        assertValueOnly(StratifiedMean.of(List.of(
                        new StratifiedMean.Stratum(amounts(9, 9), amounts(4, 4)),
                        new StratifiedMean.Stratum(amounts(6, 6, 6), amounts(1))))
                .orElseThrow());
    }

    private static void assertValueOnly(Difference difference) {
        assertThat(difference.value()).isCloseTo(5, within(1e-12));
        assertThat(difference.standardError()).isNaN();
        assertThat(difference.low()).isNaN();
        assertThat(difference.high()).isNaN();
        assertThat(difference.p()).isNaN();
    }

    @Test
    void strataWithOneGroupOrNoneHaveNoSay() {
        StratifiedMean.Stratum both = new StratifiedMean.Stratum(amounts(10, 20, 30), amounts(5, 15));

        assertThat(StratifiedMean.of(List.of(
                        new StratifiedMean.Stratum(amounts(), amounts()),
                        new StratifiedMean.Stratum(amounts(1, 2, 3), amounts()),
                        both,
                        new StratifiedMean.Stratum(amounts(), amounts(7, 9)))))
                .isEqualTo(StratifiedMean.of(List.of(both)));
        assertThat(StratifiedMean.of(List.of(new StratifiedMean.Stratum(amounts(1, 2, 3), amounts()))))
                .isEmpty();
        assertThat(StratifiedMean.of(List.of())).isEmpty();
    }

    @Test
    void swappedGroupsTurnTheSignsAndTheOrderOfTheStrataHasNoSay() {
        List<StratifiedMean.Stratum> strata = new ArrayList<>(List.of(
                new StratifiedMean.Stratum(amounts(10.1, 20.7, 30.3), amounts(5.2, 15.9)),
                new StratifiedMean.Stratum(amounts(8.4, 12.6), amounts(4.3)),
                new StratifiedMean.Stratum(amounts(0.1), amounts(0.7, 0.2, 0.4))));
        Difference there = StratifiedMean.of(strata).orElseThrow();
        Difference back = StratifiedMean.of(strata.stream()
                        .map(stratum -> new StratifiedMean.Stratum(stratum.bad(), stratum.good()))
                        .toList())
                .orElseThrow();
        Collections.reverse(strata);

        assertThat(StratifiedMean.of(strata)).contains(there);
        assertThat(back.value()).isCloseTo(-there.value(), within(1e-12));
        assertThat(back.low()).isCloseTo(-there.high(), within(1e-12));
        assertThat(back.high()).isCloseTo(-there.low(), within(1e-12));
    }

    private static Moments amounts(Share share) {
        return new Moments(share.n(), share.outcomes(), share.outcomes());
    }

    private static Moments amounts(double... amounts) {
        return new Moments(
                amounts.length,
                Arrays.stream(amounts).sum(),
                Arrays.stream(amounts).map(amount -> amount * amount).sum());
    }
}
