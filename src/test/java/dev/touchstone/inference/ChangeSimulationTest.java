package dev.touchstone.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.inference.ChangeSimulation.Error;
import dev.touchstone.inference.ChangeSimulation.Outcome;
import dev.touchstone.inference.ChangeSimulation.Setup;
import org.junit.jupiter.api.Test;

/** Shares of 400 answers a week in 200 cells. Few repetitions: the bounds leave room for chance. */
class ChangeSimulationTest {
    private static final int REPETITIONS = 4;

    @Test
    void falseAlarmsStayBelowTheLimitAndDropsAreFoundWithinAMonth() {
        for (double share : new double[] {.8, .05}) {
            Outcome outcome = ChangeSimulation.run(new Setup(200, 400, 1, share, 0, 0, Error.OF_BASELINE), REPETITIONS);
            assertThat(outcome.anyFalse()).isLessThanOrEqualTo(.2);
            assertThat(outcome.falseAmongAlarms()).isLessThanOrEqualTo(.12);
            assertThat(outcome.medianDelay()).isLessThanOrEqualTo(4);
        }
    }

    /** Why errors come from the baseline: a bad week of a small share has a small error of its own, and seems worse. */
    @Test
    void errorsThatMoveWithTheWeekCryWolf() {
        Outcome outcome = ChangeSimulation.run(new Setup(200, 400, 1, .05, 0, 0, Error.OF_WEEK), REPETITIONS);
        assertThat(outcome.falseAmongAlarms()).isGreaterThan(.13);
    }

    /** Weeks differ by 2 points beyond chance, in the baseline as later: more answers do not make that a change. */
    @Test
    void moreAnswersThanInTheBaselineRaiseNoMoreFalseAlarms() {
        for (double growth : new double[] {2, 4}) {
            Outcome outcome =
                    ChangeSimulation.run(new Setup(200, 400, growth, .8, .02, 0, Error.OF_BASELINE), REPETITIONS);
            assertThat(outcome.falseAmongAlarms()).isLessThanOrEqualTo(.18);
            assertThat(outcome.medianDelay()).isLessThanOrEqualTo(4);
        }
    }
}
