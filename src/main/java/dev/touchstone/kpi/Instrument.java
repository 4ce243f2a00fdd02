package dev.touchstone.kpi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A question's scale. Instruments are never pooled: a KPI counts the answers to one of them.
 *
 * @param name unique, e.g. {@code nps_0_10}
 * @param title for people
 * @param low lowest answer that counts
 * @param high highest answer that counts
 * @param noAnswer codes that mean "no answer" ({@code "0"}, {@code "Blank"}), compared without regard to case and
 *     surrounding blanks: they count as excluded, in no numerator and no denominator
 * @param labels answer texts to codes, matched in the folded form of {@code persian_name}
 * @param items questionnaire item to dimension, for KPIs declared {@code for_each: dimension}; else empty
 * @param weights dimension to its share of 100 points, for the weighted total; else empty
 */
public record Instrument(
        String name,
        Text title,
        int low,
        int high,
        List<String> noAnswer,
        Map<String, Integer> labels,
        Map<String, String> items,
        Map<String, Integer> weights) {
    public Instrument {
        noAnswer = List.copyOf(noAnswer);
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        items = Collections.unmodifiableMap(new LinkedHashMap<>(items));
        weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    }
}
