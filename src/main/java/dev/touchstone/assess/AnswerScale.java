package dev.touchstone.assess;

import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Instrument;
import dev.touchstone.kpi.Kpi;
import java.io.Serializable;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Which answers of an instrument tell of a good experience and which of a bad one.
 *
 * @param name of the instrument
 * @param low lowest answer
 * @param high highest answer
 * @param higherIsBetter whether the higher of two answers is the better one
 */
record AnswerScale(String name, int low, int high, boolean higherIsBetter) implements Serializable {
    private static final Set<String> NPS = Set.of("nps_0_10", "nps_1_10");
    private static final int LOWEST_OF_PROMOTERS = 9;
    private static final int HIGHEST_OF_DETRACTORS = 6;

    private static final Set<String> EFFORT = Set.of("ces_5", "ease_5", "ces_7", "ces2_7");
    /** Number of answers to how many of them, counted from the least effort, are the last of little and of middling effort. */
    private static final Map<Integer, int[]> EFFORT_BANDS = Map.of(5, new int[] {2, 3}, 7, new int[] {2, 4});

    /** Above this number of answers two single ones say little. */
    private static final int MOST_SINGLE_ANSWERS = 11;
    /** Below this number two best and two worst answers would be the same. */
    private static final int LEAST_FOR_TWO = 4;

    private static final int FIFTHS = 5;

    /** What an answer tells. */
    enum Experience {
        GOOD,
        MIDDLE,
        BAD
    }

    /**
     * The scale of an instrument, its direction that of the first KPI that rises or falls with the answer.
     *
     * @param kpis in order of precedence
     * @param scores by KPI: what answers to the instrument score
     */
    static AnswerScale of(Instrument instrument, Collection<Kpi> kpis, Map<String, Map<Integer, Double>> scores) {
        for (Kpi kpi : kpis) {
            Map<Integer, Double> ofAnswers = scores.getOrDefault(kpi.name(), Map.of());
            double mean = ofAnswers.keySet().stream()
                    .mapToInt(answer -> answer)
                    .average()
                    .orElse(0);
            double rises = ofAnswers.entrySet().stream()
                    .mapToDouble(each -> (each.getKey() - mean) * each.getValue())
                    .sum();
            if (rises != 0 && kpi.scale().better() != Better.NONE) {
                boolean higher = rises > 0 == (kpi.scale().better() == Better.HIGHER);
                return new AnswerScale(instrument.name(), instrument.low(), instrument.high(), higher);
            }
        }
        return new AnswerScale(instrument.name(), instrument.low(), instrument.high(), true);
    }

    /** The answer turned so that higher is better. */
    double oriented(long answer) {
        return higherIsBetter ? answer : -answer;
    }

    /**
     * Of NPS promoters and detractors; else the two best and the two worst answers, of scales with fewer than four the
     * best and the worst, of scales with more than eleven the fifths at their ends.
     */
    Experience experience(long answer) {
        if (NPS.contains(name)) {
            return answer >= LOWEST_OF_PROMOTERS
                    ? Experience.GOOD
                    : answer <= HIGHEST_OF_DETRACTORS ? Experience.BAD : Experience.MIDDLE;
        }
        int reach = size() > MOST_SINGLE_ANSWERS ? (high - low) / FIFTHS : size() < LEAST_FOR_TWO ? 0 : 1;
        return fromBest(answer) <= reach
                ? Experience.GOOD
                : high - low - fromBest(answer) <= reach ? Experience.BAD : Experience.MIDDLE;
    }

    /** Whether the instrument asks for effort or ease, on five or seven answers. */
    boolean tellsOfEffort() {
        return EFFORT.contains(name) && EFFORT_BANDS.containsKey(size());
    }

    /** The band of effort: little is good. */
    Experience effort(long answer) {
        int[] bands = EFFORT_BANDS.get(size());
        long effort = fromBest(answer) + 1;
        return effort <= bands[0] ? Experience.GOOD : effort <= bands[1] ? Experience.MIDDLE : Experience.BAD;
    }

    private int size() {
        return high - low + 1;
    }

    private long fromBest(long answer) {
        return higherIsBetter ? high - answer : answer - low;
    }
}
