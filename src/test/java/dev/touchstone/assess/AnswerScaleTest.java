package dev.touchstone.assess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswerScaleTest {
    private static final Catalogue CATALOGUE = Catalogue.builtIn();

    private static AnswerScale scale(String instrument, Map<String, Map<Integer, Double>> scores) {
        List<Kpi> kpis = List.copyOf(CATALOGUE.kpis().values());
        return AnswerScale.of(CATALOGUE.instruments().get(instrument), kpis, scores);
    }

    /** What each answer from the lowest on is: + good, - bad, . neither. */
    private static String experiences(AnswerScale scale) {
        return answers(scale).mapToObj(answer -> sign(scale.experience(answer))).collect(Collectors.joining());
    }

    private static String efforts(AnswerScale scale) {
        return answers(scale).mapToObj(answer -> sign(scale.effort(answer))).collect(Collectors.joining());
    }

    private static IntStream answers(AnswerScale scale) {
        return IntStream.rangeClosed(scale.low(), scale.high());
    }

    private static String sign(AnswerScale.Experience experience) {
        return switch (experience) {
            case GOOD -> "+";
            case MIDDLE -> ".";
            case BAD -> "-";
        };
    }

    private static Map<Integer, Double> rising(int low, int high) {
        Map<Integer, Double> scores = new TreeMap<>();
        IntStream.rangeClosed(low, high).forEach(answer -> scores.put(answer, (double) answer));
        return scores;
    }

    @Test
    void theTwoBestAndTheTwoWorst() {
        assertThat(experiences(new AnswerScale("yes_no", 0, 1, true))).isEqualTo("-+");
        assertThat(experiences(new AnswerScale("smile_3", 1, 3, true))).isEqualTo("-.+");
        assertThat(experiences(new AnswerScale("csat_4", 1, 4, true))).isEqualTo("--++");
        assertThat(experiences(new AnswerScale("csat_5", 1, 5, true))).isEqualTo("--.++");
        assertThat(experiences(new AnswerScale("ces_5", 1, 5, false))).isEqualTo("++.--");
        assertThat(experiences(new AnswerScale("ces2_7", 1, 7, true))).isEqualTo("--...++");
        assertThat(experiences(new AnswerScale("mood_10", 0, 10, true))).isEqualTo("--.......++");
    }

    @Test
    void promotersAndDetractors() {
        assertThat(experiences(new AnswerScale("nps_0_10", 0, 10, true))).isEqualTo("-------..++");
        assertThat(experiences(new AnswerScale("nps_1_10", 1, 10, true))).isEqualTo("------..++");
    }

    @Test
    void theFifthsAtTheEndsOfAWideScale() {
        AnswerScale percent = new AnswerScale("csat_100", 0, 100, true);
        assertThat(IntStream.of(0, 20, 21, 79, 80, 100).mapToObj(answer -> sign(percent.experience(answer))))
                .containsExactly("-", "-", ".", ".", "+", "+");
    }

    @Test
    void littleEffortIsGood() {
        assertThat(efforts(new AnswerScale("ces_5", 1, 5, false))).isEqualTo("++.--");
        assertThat(efforts(new AnswerScale("ease_5", 1, 5, true))).isEqualTo("--.++");
        assertThat(efforts(new AnswerScale("ces_7", 1, 7, false))).isEqualTo("++..---");
        assertThat(efforts(new AnswerScale("ces2_7", 1, 7, true))).isEqualTo("---..++");
        assertThat(new AnswerScale("csat_5", 1, 5, true).tellsOfEffort()).isFalse();
        assertThat(new AnswerScale("ces_5", 1, 9, false).tellsOfEffort())
                .as("a project's own scale, of which no bands are known")
                .isFalse();
    }

    @Test
    void theDirectionIsThatOfTheFirstKpiThatRisesOrFalls() {
        assertThat(scale("csat_5", Map.of("csat_5", Map.of(1, 0.0, 4, 1.0, 5, 1.0)))
                        .higherIsBetter())
                .isTrue();
        assertThat(scale("ces_5", Map.of("ces_5", rising(1, 5))).higherIsBetter())
                .isFalse();
        assertThat(scale("ces_7", Map.of("net_easy_7", Map.of(1, 100.0, 3, 0.0, 7, -100.0)))
                        .higherIsBetter())
                .as("scores fall with the answer, and higher is better")
                .isFalse();
        assertThat(scale("csat_4", Map.of("csat_4", Map.of(1, 1.0, 2, 1.0))).higherIsBetter())
                .as("nothing rises or falls")
                .isTrue();
        assertThat(scale("ces_5", Map.of("ces_5", rising(1, 5))).oriented(2)).isEqualTo(-2);
    }
}
