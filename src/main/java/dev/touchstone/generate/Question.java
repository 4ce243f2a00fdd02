package dev.touchstone.generate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * An instrument as the retailer's customers answer it.
 *
 * <p>Its one parameter is the <em>level</em>: the probability of a good answer. Within the bad and within the good
 * answers the distribution is fixed: twenty equally likely slots each, from worst to best. So the expectation of every
 * KPI is known exactly.
 *
 * @param name of the instrument, as in the catalogue
 * @param low lowest answer that counts
 * @param outOfRange an answer that does not
 * @param bad twenty answers, worst first
 * @param good twenty answers, worst first
 * @param kpis what each answer scores, by KPI
 */
record Question(String name, int low, String outOfRange, int[] bad, int[] good, Map<String, IntToDoubleFunction> kpis) {

    static final int SLOTS = 20;

    /** In the order by which data columns number them. */
    static final List<Question> ALL = List.of(
            new Question(
                    "csat_5",
                    1,
                    "9",
                    slots(1, 4, 2, 6, 3, 10),
                    slots(4, 9, 5, 11),
                    Map.of("csat_5", score -> score >= 4 ? 1 : 0)),
            new Question(
                    "csat_4",
                    1,
                    "5",
                    slots(1, 7, 2, 13),
                    slots(3, 12, 4, 8),
                    Map.of("csat_4", score -> score >= 3 ? 1 : 0)),
            new Question(
                    "csat_100",
                    0,
                    "150",
                    slots(0, 1, 20, 2, 30, 2, 40, 3, 50, 4, 60, 4, 70, 3, 79, 1),
                    slots(80, 4, 85, 4, 90, 6, 95, 3, 100, 3),
                    Map.of("csat_100", score -> score >= 80 ? 1 : 0)),
            new Question(
                    "ces_5", 1, "0", slots(5, 4, 4, 6, 3, 10), slots(2, 9, 1, 11), Map.of("ces_5", score -> score)),
            new Question(
                    "ease_5",
                    1,
                    "6",
                    slots(1, 4, 2, 6, 3, 10),
                    slots(4, 9, 5, 11),
                    ordered("ease_5", score -> score, "ease_5_share", score -> score >= 4 ? 1 : 0)),
            new Question(
                    "ces_7",
                    1,
                    "8",
                    slots(7, 5, 6, 6, 5, 9),
                    slots(4, 3, 3, 5, 2, 6, 1, 6),
                    ordered("ces_7", Question::effort, "net_easy_7", score -> -effort(score))),
            new Question(
                    "ces2_7",
                    1,
                    "0",
                    slots(1, 2, 2, 4, 3, 6, 4, 8),
                    slots(5, 4, 6, 8, 7, 8),
                    ordered("ces2_7", score -> score, "ces2_7_share", score -> score >= 5 ? 1 : 0)),
            new Question(
                    "nps_0_10",
                    0,
                    "11",
                    slots(0, 2, 1, 1, 2, 1, 3, 2, 4, 3, 5, 5, 6, 6),
                    slots(7, 4, 8, 5, 9, 5, 10, 6),
                    Map.of("nps_0_10", Question::promotion)),
            new Question(
                    "nps_1_10",
                    1,
                    "0",
                    slots(1, 3, 2, 1, 3, 2, 4, 3, 5, 5, 6, 6),
                    slots(7, 4, 8, 5, 9, 5, 10, 6),
                    Map.of("nps_1_10", Question::promotion)),
            new Question("servqual_7", 1, "8", slots(1, 2, 2, 4, 3, 6, 4, 8), slots(5, 4, 6, 8, 7, 8), Map.of()));

    Question {
        if (bad.length != SLOTS || good.length != SLOTS) {
            throw new IllegalArgumentException(
                    name + " needs " + SLOTS + " slots, has " + bad.length + " bad and " + good.length + " good ones");
        }
    }

    static int number(String name) {
        for (int number = 0; number < ALL.size(); number++) {
            if (ALL.get(number).name.equals(name)) {
                return number;
            }
        }
        throw new IllegalArgumentException("no question " + name);
    }

    static Question of(String name) {
        return ALL.get(number(name));
    }

    /** Expected value of a score at a level in [0, 1]. */
    double expected(IntToDoubleFunction score, double level) {
        return (1 - level) * mean(bad, score) + level * mean(good, score);
    }

    /** All answers: for each question first the bad, then the good slots. */
    static int[] slotTable() {
        return ALL.stream()
                .flatMapToInt(question ->
                        java.util.stream.IntStream.concat(Arrays.stream(question.bad), Arrays.stream(question.good)))
                .toArray();
    }

    private static double mean(int[] answers, IntToDoubleFunction score) {
        return Arrays.stream(answers).mapToDouble(score).average().orElseThrow();
    }

    private static double promotion(int score) {
        return score >= 9 ? 100 : score <= 6 ? -100 : 0;
    }

    private static double effort(int score) {
        return score >= 5 ? 100 : score <= 2 ? -100 : 0;
    }

    /** Pairs of answer and number of slots. */
    private static int[] slots(int... pairs) {
        int[] slots = new int[0];
        for (int pair = 0; pair < pairs.length; pair += 2) {
            int start = slots.length;
            slots = Arrays.copyOf(slots, start + pairs[pair + 1]);
            Arrays.fill(slots, start, slots.length, pairs[pair]);
        }
        return slots;
    }

    private static Map<String, IntToDoubleFunction> ordered(
            String first, IntToDoubleFunction firstScore, String second, IntToDoubleFunction secondScore) {
        Map<String, IntToDoubleFunction> kpis = new LinkedHashMap<>();
        kpis.put(first, firstScore);
        kpis.put(second, secondScore);
        return kpis;
    }
}
