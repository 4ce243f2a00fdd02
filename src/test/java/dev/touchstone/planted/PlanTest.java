package dev.touchstone.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.planted.Plan.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is planted is what the roles say, against the benchmarks that cells are judged by. */
class PlanTest {
    private static final Company COMPANY = new Company(30, 250, Customers.ANSWER_AGAIN);
    private static final long SEED = 3;

    @ParameterizedTest
    @EnumSource(Question.class)
    void answersHaveTheLevelThatTheyAreDrawnAt(Question question) {
        for (double part : new double[] {0, .25, .5, .75, 1}) {
            double low = question.possible(Double.NEGATIVE_INFINITY);
            double high = question.possible(Double.POSITIVE_INFINITY);
            double level = low + part * (high - low);
            double[] shares = question.shares(level);
            assertThat(DoubleStream.of(shares).sum()).isCloseTo(1, within(1e-12));
            assertThat(DoubleStream.of(shares).min().orElseThrow()).isNotNegative();
            double[] scores = question.scores();
            assertThat(IntStream.range(0, scores.length)
                            .mapToDouble(i -> shares[i] * scores[i])
                            .sum())
                    .isCloseTo(level, within(1e-9));
        }
    }

    /** Against peers the benchmark moves with what is planted beside it, so that the shortfall is not exact there. */
    @ParameterizedTest
    @EnumSource(Question.class)
    void aTenthOfTheTouchpointsIsWeakByTwoToFourTolerances(Question question) {
        Plan plan = Plan.of(question, COMPANY, SEED);
        List<Integer> weak = touchpoints(plan, Role.WEAK);
        assertThat(weak).hasSize(3);
        assertThat(weak)
                .allSatisfy(touchpoint -> assertThat(plan.shortfall(new Cell(question, Split.ALL, touchpoint, 0)))
                        .isBetween(question.benchmark().equals("peers") ? 1.2 : 2, 4.8));
    }

    @ParameterizedTest
    @EnumSource(Question.class)
    void oneSegmentIsWeakWhereOneIsPlanted(Question question) {
        Plan plan = Plan.of(question, COMPANY, SEED);
        for (Role role : List.of(Role.WEAK_TIER, Role.WEAK_REGION)) {
            Split split = role == Role.WEAK_TIER ? Split.TIER : Split.REGION;
            for (int touchpoint : touchpoints(plan, role)) {
                assertThat(IntStream.range(0, split.segments())
                                .mapToDouble(segment -> plan.shortfall(new Cell(question, split, touchpoint, segment)))
                                .max()
                                .orElseThrow())
                        .as("%s of touchpoint %d", role, touchpoint)
                        .isBetween(2 - 1e-9, 4 + 1e-9);
            }
        }
    }

    /** The touchpoint falls and no tier does; compared with the month before, the touchpoint is weak and no tier is. */
    @ParameterizedTest
    @EnumSource(Question.class)
    void aChangeOfTheMixLowersTheTouchpointAndNoTier(Question question) {
        Plan plan = Plan.of(question, COMPANY, SEED);
        List<Integer> mixed = touchpoints(plan, Role.MIX);
        assertThat(mixed).hasSize(3);
        for (int touchpoint : mixed) {
            Cell all = new Cell(question, Split.ALL, touchpoint, 0);
            assertThat(plan.fall(all) / question.tolerance()).isGreaterThan(.3);
            if (question.benchmark().equals("previous_period")) {
                assertThat(plan.shortfall(all)).isBetween(1.3, 1.4);
            }
            for (int tier = 0; tier < Split.TIER.segments(); tier++) {
                Cell cell = new Cell(question, Split.TIER, touchpoint, tier);
                assertThat(plan.isSteady(cell)).isTrue();
                assertThat(plan.shortfall(cell)).isLessThan(1);
            }
        }
    }

    /** Standard deviation of a weekly value: sqrt(2 x variance / answers) at a design effect of 2. */
    @ParameterizedTest
    @EnumSource(Question.class)
    void shiftsAreTwoStandardDeviationsOfAWeek(Question question) {
        Plan plan = Plan.of(question, COMPANY, SEED);
        List<Cell> shifted = new ArrayList<>();
        for (Cell cell : cells(question)) {
            if (plan.shifted(cell).isPresent()) {
                int week = plan.shifted(cell).getAsInt();
                double before = plan.level(cell, week - 1, week);
                double deviation = Math.sqrt(2 * question.variance(before) / plan.answers(cell, week - 1, week));
                double fall = question.direction() * (before - plan.level(cell, week, week + 1));
                assertThat(fall).isCloseTo(2 * deviation, within(1e-9));
                assertThat(plan.fall(cell)).isCloseTo(fall, within(1e-9));
                assertThat(week).isBetween(92, 100);
                shifted.add(cell);
            }
        }
        assertThat(shifted).hasSizeBetween(5, 9);
    }

    @ParameterizedTest
    @EnumSource(Question.class)
    void whereNothingIsPlantedNothingFalls(Question question) {
        Plan plan = Plan.of(question, COMPANY, SEED);
        assertThat(cells(question).stream().filter(cell -> plan.role(cell.touchpoint()) == Role.STEADY))
                .hasSize(9 * 16)
                .allMatch(plan::isSteady);
    }

    /** By hand, of the first touchpoint: the other segments' levels, weighted by their expected answers. */
    @Test
    void peersAreTheOthersWeightedByExpectedAnswers() {
        Plan plan = Plan.of(Question.EASE, COMPANY, SEED);
        double answers = 0;
        double scores = 0;
        for (int tier = 1; tier < Split.TIER.segments(); tier++) {
            Cell other = new Cell(Question.EASE, Split.TIER, 0, tier);
            double expected = plan.answers(other, Weeks.JUDGED, Weeks.ALL);
            answers += expected;
            scores += expected * plan.level(other, Weeks.JUDGED, Weeks.ALL);
        }
        assertThat(plan.benchmark(new Cell(Question.EASE, Split.TIER, 0, 0)))
                .isCloseTo(scores / answers, within(1e-12));
        Cell first = new Cell(Question.EASE, Split.ALL, 0, 0);
        assertThat(answers)
                .isCloseTo(
                        plan.answers(first, Weeks.JUDGED, Weeks.ALL)
                                - plan.answers(new Cell(Question.EASE, Split.TIER, 0, 0), Weeks.JUDGED, Weeks.ALL),
                        within(1e-6));
    }

    private static List<Integer> touchpoints(Plan plan, Role role) {
        return IntStream.range(0, COMPANY.touchpoints())
                .filter(touchpoint -> plan.role(touchpoint) == role)
                .boxed()
                .toList();
    }

    private static List<Cell> cells(Question question) {
        List<Cell> cells = new ArrayList<>();
        for (int touchpoint = 0; touchpoint < COMPANY.touchpoints(); touchpoint++) {
            for (Split split : Split.values()) {
                for (int segment = 0; segment < split.segments(); segment++) {
                    cells.add(new Cell(question, split, touchpoint, segment));
                }
            }
        }
        return cells;
    }
}
