package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** 10 responses are needed. The outcome is the last column, a missing answer NaN. */
class DriverSelectionTest {
    private static final double NONE = Double.NaN;
    private static final int RESPONSES = 40;
    private static final double[] OUTCOME = answers(0);

    @Test
    void whatIsAskedOftenEnoughIsWeighedAsIfNothingElseHadBeenAsked() {
        double[] food = answers(1);
        double[] wifi = answers(2);
        DriverSelection all = select(List.of("art", "food", "wifi"), only(answers(3), 0, 9), food, wifi);
        KeyDrivers two = KeyDrivers.of(List.of("food", "wifi"), blocks(food, wifi, OUTCOME), 10);

        assertThat(all.drivers()).usingRecursiveComparison().isEqualTo(two);
        assertThat(two.reason()).isEmpty();
        assertThat(all.leftOut()).containsExactly(entry("art", "'art' was answered in 9 responses, 10 are needed"));
    }

    @Test
    void whatIsAlwaysAnsweredAlikeGoes() {
        double[] alike = new double[RESPONSES];
        Arrays.fill(alike, 5);

        assertThat(select(List.of("art", "food", "wifi"), alike, answers(1), answers(2))
                        .leftOut())
                .containsExactly(entry("art", "all 40 answers to 'art' are equal"));
    }

    /** Who drives does not come by train; both eat. The rarer of the two goes. */
    @Test
    void ofTwoThatNobodyAnswersTogetherTheRarerGoes() {
        DriverSelection selection = select(
                List.of("food", "parking", "train"), answers(1), only(answers(2), 0, 24), only(answers(3), 24, 40));

        assertThat(selection.drivers().drivers())
                .extracting(KeyDrivers.Driver::predictor)
                .containsExactly("food", "parking");
        assertThat(selection.drivers().fewestResponses()).isEqualTo(24);
        assertThat(selection.leftOut())
                .containsExactly(
                        entry("train", "'train' and 'parking' were answered together in 0 responses, 10 are needed"));
    }

    /** The bus meets neither of the two, which are rarer: one goes and not two. */
    @Test
    void whatHasTheMostRarePairsGoesFirst() {
        DriverSelection selection = select(
                List.of("bus", "food", "parking", "taxi"),
                only(answers(1), 18, 40),
                answers(2),
                only(answers(3), 0, 20),
                only(answers(4), 0, 18));

        assertThat(selection.leftOut())
                .containsExactly(entry("bus", "'bus' and 'taxi' were answered together in 0 responses, 10 are needed"));
    }

    @Test
    void oneAloneIsNotWeighed() {
        DriverSelection selection =
                select(List.of("parking", "train"), only(answers(2), 0, 24), only(answers(3), 24, 40));

        assertThat(selection.drivers().drivers()).isEmpty();
        assertThat(selection.drivers().reason())
                .hasValue("only 'parking' can be weighed, so there is nothing to weigh it against; 'train' and"
                        + " 'parking' were answered together in 0 responses, 10 are needed");
        assertThat(selection.leftOut()).isEmpty();
    }

    /** The reason is that of the predictor with the most responses. */
    @Test
    void whereNoneIsLeftThereIsOneReason() {
        DriverSelection selection = select(List.of("a", "b"), only(answers(1), 0, 3), only(answers(2), 0, 4));

        assertThat(selection.drivers().reason())
                .hasValue("none can be weighed: 'b' was answered in 4 responses, 10 are needed");
        assertThat(selection.leftOut()).isEmpty();
    }

    @Test
    void withoutOutcomeNothingIsWeighed() {
        double[] rare = only(OUTCOME, 0, 5);
        DriverSelection selection = DriverSelection.of(List.of("a", "b"), blocks(answers(1), answers(2), rare), 10);

        assertThat(selection.drivers().reason())
                .hasValue("none can be weighed: the outcome was answered in 5 responses, 10 are needed");
    }

    @Test
    void theWeightsOfTheRestAddUpToWhatTheyExplain() {
        KeyDrivers drivers = select(List.of("a", "b", "c"), answers(1), only(answers(2), 0, 8), answers(3))
                .drivers();

        assertThat(drivers.drivers()).hasSize(2);
        assertThat(drivers.drivers().stream()
                        .mapToDouble(KeyDrivers.Driver::weight)
                        .sum())
                .isCloseTo(drivers.rSquared(), within(1e-12));
    }

    private static DriverSelection select(List<String> predictors, double[]... answers) {
        return DriverSelection.of(
                predictors,
                blocks(Stream.concat(Stream.of(answers), Stream.of(OUTCOME)).toArray(double[][]::new)),
                10);
    }

    /** 1 to 5, not the same for different seeds. */
    private static double[] answers(int seed) {
        return new Random(seed).ints(RESPONSES, 1, 6).asDoubleStream().toArray();
    }

    /** The answers of some responses only. */
    private static double[] only(double[] answers, int from, int to) {
        double[] some = new double[RESPONSES];
        Arrays.fill(some, NONE);
        System.arraycopy(answers, from, some, from, to - from);
        return some;
    }

    /** Four blocks of responses in turn. */
    private static List<PairSums[][]> blocks(double[]... columns) {
        List<PairSums[][]> blocks = new ArrayList<>();
        for (int block = 0; block < 4; block++) {
            PairSums[][] sums = new PairSums[columns.length][columns.length];
            for (int response = block; response < RESPONSES; response += 4) {
                for (int j = 0; j < columns.length; j++) {
                    for (int k = j; k < columns.length; k++) {
                        double x = columns[j][response];
                        double y = columns[k][response];
                        if (!Double.isNaN(x) && !Double.isNaN(y)) {
                            PairSums one = new PairSums(1, x, y, x * x, y * y, x * y);
                            sums[j][k] = sums[j][k] == null ? one : sums[j][k].plus(one);
                        }
                    }
                }
            }
            blocks.add(sums);
        }
        return blocks;
    }
}
