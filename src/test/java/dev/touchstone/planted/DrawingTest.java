package dev.touchstone.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is drawn has the levels that were planned, and the design effect that was asked for. */
class DrawingTest {
    private static final long SEED = 7;
    private static final double TOO_FAR = 4.5;

    /**
     * Of every cell of all touchpoints over the last 26 weeks: the mean score lies by its standard error about the true
     * level. Of a thousand cells and more none is 4.5 of them off, and their squares come to 1 on average.
     */
    @ParameterizedTest
    @EnumSource(Customers.class)
    void cellsLieAboutTheirTrueLevelsAsFarAsTheDesignEffectSays(Customers customers) {
        Company company = new Company(12, 200, customers);
        double squares = 0;
        int cells = 0;
        for (Question question : Question.values()) {
            Plan plan = Plan.of(question, company, SEED);
            for (int touchpoint = 0; touchpoint < company.touchpoints(); touchpoint++) {
                Tally tally = Tally.of(plan, touchpoint, SEED);
                for (Split split : Split.values()) {
                    for (int segment = 0; segment < split.segments(); segment++) {
                        Cell cell = new Cell(question, split, touchpoint, segment);
                        double[] sums = new double[2];
                        for (int week = Weeks.MONITORED; week < Weeks.ALL; week++) {
                            add(sums, question, tally.counts(week, split, segment));
                        }
                        double level = plan.level(cell, Weeks.MONITORED, Weeks.ALL);
                        double error = Math.sqrt(question.variance(level) * customers.designEffect() / sums[0]);
                        double distance = (sums[1] / sums[0] - level) / error;
                        assertThat(distance).as("%s", cell).isBetween(-TOO_FAR, TOO_FAR);
                        squares += distance * distance;
                        cells++;
                    }
                }
            }
        }
        assertThat(cells).isEqualTo(5 * 12 * 16);
        // Cells of a touchpoint share answers: about 12 of the 16 are independent.
        assertThat(squares / cells).isCloseTo(1, within(.2));
    }

    /**
     * G / (G - 1) x sum of (s - mean x n)^2 / N^2, divided by the variance of as many independent answers, on average
     * over touchpoints and weeks.
     */
    @ParameterizedTest
    @EnumSource(Customers.class)
    void groupsOfCustomersShowTheDesignEffect(Customers customers) {
        Company company = new Company(12, 2_000, customers);
        for (Question question : Question.values()) {
            Plan plan = Plan.of(question, company, SEED);
            double effects = 0;
            for (int touchpoint = 0; touchpoint < company.touchpoints(); touchpoint++) {
                Tally tally = Tally.of(plan, touchpoint, SEED);
                for (int week = 0; week < Weeks.ALL; week++) {
                    effects += designEffect(question, tally, week) / Weeks.ALL / company.touchpoints();
                }
            }
            // A customer's answers have tier and region in common, whose levels differ: a little more than asked for.
            assertThat(effects)
                    .as("%s", question)
                    .isBetween(.97 * customers.designEffect(), 1.08 * customers.designEffect());
        }
    }

    private static double designEffect(Question question, Tally tally, int week) {
        double[] all = new double[2];
        add(all, question, tally.counts(week, Split.ALL, 0));
        double mean = all[1] / all[0];
        double squares = 0;
        for (int bucket = 0; bucket < Drawing.BUCKETS; bucket++) {
            double[] sums = new double[2];
            add(sums, question, tally.ofBucket(week, bucket));
            squares += Math.pow(sums[1] - mean * sums[0], 2);
        }
        double variance = Drawing.BUCKETS / (Drawing.BUCKETS - 1.0) * squares / (all[0] * all[0]);
        return variance / (question.variance(mean) / all[0]);
    }

    /** Adds answers and the sum of their scores. */
    private static void add(double[] sums, Question question, int[] counts) {
        double[] scores = question.scores();
        sums[0] += IntStream.of(counts).sum();
        for (int code = 0; code < counts.length; code++) {
            sums[1] += counts[code] * scores[code];
        }
    }
}
