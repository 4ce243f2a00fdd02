package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DiscriminationTest {
    private static final List<Discrimination.Answer> ANSWERS =
            List.of(answer(1, 1, 4), answer(2, 2, 3), answer(3, 5, 1));

    /** 50.5 of 64 pairs: 1 x 4/2, 2 x (4 + 3/2), 5 x (7 + 1/2). */
    @Test
    void areaFromCountsByAnswer() {
        Discrimination discrimination = Discrimination.of(ANSWERS).orElseThrow();

        assertThat(discrimination.area()).isCloseTo(.7890625, within(1e-12));
        assertThat(discrimination.standardError()).isCloseTo(slowStandardError(ANSWERS), within(1e-12));
    }

    /**
     * J. A. Hanley, B. J. McNeil (1982), 109 images rated from 1 to 5. Stata's manual (roctab): area .8932, standard
     * error .0307, plain interval (.83295, .95339).
     */
    @Test
    void publishedRatingsOfImages() {
        Discrimination discrimination = Discrimination.of(List.of(
                        answer(1, 3, 33), answer(2, 2, 6), answer(3, 2, 6), answer(4, 11, 11), answer(5, 33, 2)))
                .orElseThrow();

        assertThat(discrimination.area()).isCloseTo(.8932, within(5e-5));
        assertThat(discrimination.standardError()).isCloseTo(.0307, within(5e-5));
        double reach = 1.959964 * discrimination.standardError();
        assertThat(discrimination.area() - reach).isCloseTo(.83295, within(5e-6));
        assertThat(discrimination.area() + reach).isCloseTo(.95339, within(5e-6));
        // ln(.89317 / .10683) = 2.12351, +- 1.959964 x .030724 / (.89317 x .10683) = .63112
        assertThat(discrimination.low()).isCloseTo(.81644, within(5e-6));
        assertThat(discrimination.high()).isCloseTo(.94018, within(5e-6));
    }

    /** Every pair of customers on its own, as DeLong and others write it. */
    private static double slowStandardError(List<Discrimination.Answer> answers) {
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        for (Discrimination.Answer answer : answers) {
            with.addAll(Collections.nCopies((int) answer.with(), answer.score()));
            without.addAll(Collections.nCopies((int) answer.without(), answer.score()));
        }
        double[] ofWith = new double[with.size()];
        double[] ofWithout = new double[without.size()];
        for (int i = 0; i < ofWith.length; i++) {
            for (int j = 0; j < ofWithout.length; j++) {
                double won = (1 + Math.signum(with.get(i) - without.get(j))) / 2;
                ofWith[i] += won / ofWithout.length;
                ofWithout[j] += won / ofWith.length;
            }
        }
        return Math.sqrt(variance(ofWith) / ofWith.length + variance(ofWithout) / ofWithout.length);
    }

    private static double variance(double[] values) {
        double sum = 0;
        double squares = 0;
        for (double value : values) {
            sum += value;
            squares += value * value;
        }
        return new Moments(values.length, sum, squares).variance();
    }

    /** The true area is .908: the plain interval of 20 customers of each kind misses it in an eighth of all samples. */
    @Test
    void theIntervalHoldsTheArea() {
        double[] with = {.02, .03, .1, .25, .6};
        double[] without = {.4, .3, .15, .1, .05};
        double area = 0;
        double below = 0;
        for (int i = 0; i < with.length; i++) {
            area += with[i] * (below + without[i] / 2);
            below += without[i];
        }
        Random random = new Random(1);
        int held = 0;
        int heldByPlain = 0;
        for (int run = 0; run < 2000; run++) {
            List<Discrimination.Answer> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(answer(drawn(random, with), 1, 0));
                answers.add(answer(drawn(random, without), 0, 1));
            }
            Discrimination discrimination = Discrimination.of(answers).orElseThrow();
            held += discrimination.low() <= area && area <= discrimination.high() ? 1 : 0;
            heldByPlain += Math.abs(discrimination.area() - area) <= 1.96 * discrimination.standardError() ? 1 : 0;
        }

        assertThat(held / 2000.0).isBetween(.92, .97);
        assertThat(heldByPlain / 2000.0).isLessThan(.90);
    }

    private static int drawn(Random random, double[] probabilities) {
        double left = random.nextDouble();
        int at = 0;
        while (at < probabilities.length - 1 && left >= probabilities[at]) {
            left -= probabilities[at];
            at++;
        }
        return at;
    }

    @Test
    void turnedScoresGiveTheRestOfTheArea() {
        Discrimination there = Discrimination.of(ANSWERS).orElseThrow();
        Discrimination back = Discrimination.of(ANSWERS.stream()
                        .map(answer -> answer(-answer.score(), answer.with(), answer.without()))
                        .toList())
                .orElseThrow();

        assertThat(back.area()).isCloseTo(1 - there.area(), within(1e-12));
        assertThat(back.low()).isCloseTo(1 - there.high(), within(1e-12));
        assertThat(back.high()).isCloseTo(1 - there.low(), within(1e-12));
    }

    @Test
    void swappedOutcomesGiveTheRestOfTheArea() {
        Discrimination back = Discrimination.of(ANSWERS.stream()
                        .map(answer -> answer(answer.score(), answer.without(), answer.with()))
                        .toList())
                .orElseThrow();

        assertThat(back.area()).isCloseTo(1 - .7890625, within(1e-12));
    }

    @Test
    void answersMayBeReorderedSplitAndEmpty() {
        assertThat(Discrimination.of(List.of(
                        answer(3, 3, 1),
                        answer(1, 0, 4),
                        answer(9, 0, 0),
                        answer(2, 2, 3),
                        answer(3, 2, 0),
                        answer(1, 1, 0))))
                .isEqualTo(Discrimination.of(ANSWERS));
        assertThat(Discrimination.of(List.of(answer(0.0, 1, 2), answer(-0.0, 2, 3), answer(1, 3, 1))))
                .isEqualTo(Discrimination.of(List.of(answer(0, 3, 5), answer(1, 3, 1))));
    }

    /** Only the order of the answers counts. */
    @Test
    void stretchedScoresChangeNothing() {
        assertThat(Discrimination.of(List.of(answer(-7, 1, 4), answer(2, 2, 3), answer(1000, 5, 1))))
                .isEqualTo(Discrimination.of(ANSWERS));
    }

    @Test
    void withoutBothKindsOfCustomersThereIsNoArea() {
        assertThat(Discrimination.of(List.of())).isEmpty();
        assertThat(Discrimination.of(List.of(answer(1, 5, 0), answer(2, 3, 0)))).isEmpty();
        assertThat(Discrimination.of(List.of(answer(1, 0, 5), answer(2, 0, 3)))).isEmpty();
    }

    /** The same answer from all; no overlap either way; a single customer of a kind. */
    @Test
    void withoutScatterAnythingIsPossible() {
        assertBoundless(.5, answer(4, 10, 20));
        assertBoundless(1, answer(1, 0, 20), answer(2, 10, 0));
        assertBoundless(0, answer(1, 10, 0), answer(2, 0, 20));
        assertBoundless(.75, answer(1, 0, 1), answer(2, 1, 1));
        assertBoundless(1, answer(1, 0, 1), answer(2, 1, 0));
    }

    private static void assertBoundless(double area, Discrimination.Answer... answers) {
        Discrimination discrimination = Discrimination.of(List.of(answers)).orElseThrow();
        assertThat(discrimination.area()).isEqualTo(area);
        assertThat(discrimination.standardError()).isNaN();
        assertThat(discrimination.low()).isZero();
        assertThat(discrimination.high()).isOne();
    }

    private static Discrimination.Answer answer(double score, double with, double without) {
        return new Discrimination.Answer(score, with, without);
    }
}
