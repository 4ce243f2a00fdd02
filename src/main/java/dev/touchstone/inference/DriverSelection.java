package dev.touchstone.inference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The drivers of an outcome among those predictors that are known well enough, so that a rare question does not silence
 * the others.
 *
 * <p>First the predictors go that say too little by themselves: answered too rarely together with the outcome, or always
 * alike. Then, while two of the rest were answered together too rarely, the one goes that has the most such pairs; of
 * several the one with fewer responses to it and the outcome, of these the last.
 *
 * @param drivers of the predictors that are left; with a {@code reason} where fewer than two are, or where the rest
 *     cannot be weighed
 * @param leftOut why each of the other predictors went, in the order in which they did; empty where {@code drivers} has
 *     a reason
 */
public record DriverSelection(KeyDrivers drivers, Map<String, String> leftOut) {
    public DriverSelection {
        leftOut = Collections.unmodifiableMap(new LinkedHashMap<>(leftOut));
    }

    /** Selects and weighs; what is given is as in {@link KeyDrivers#of}. */
    public static DriverSelection of(List<String> predictors, List<PairSums[][]> blocks, long neededResponses) {
        int outcome = predictors.size();
        PairSums[][] all = KeyDrivers.sum(blocks, outcome + 1);
        Map<Integer, String> reasons = new LinkedHashMap<>();
        List<Integer> kept = new ArrayList<>();
        for (int j = 0; j < outcome; j++) {
            Optional<String> reason =
                    among(predictors, blocks, List.of(j), neededResponses).reason();
            if (reason.isPresent()) {
                reasons.put(j, reason.get());
            } else {
                kept.add(j);
            }
        }
        if (kept.isEmpty()) {
            int best = IntStream.range(0, outcome)
                    .boxed()
                    .max(Comparator.comparingLong(j -> all[j][outcome].n()))
                    .orElseThrow();
            KeyDrivers none = among(predictors, blocks, List.of(best), neededResponses);
            return without(none(
                    none.fewestResponses(),
                    "none can be weighed: " + none.reason().orElseThrow()));
        }
        for (int rare = rarest(all, kept, neededResponses); rare >= 0; rare = rarest(all, kept, neededResponses)) {
            int gone = rare;
            int other = kept.stream()
                    .filter(k -> k != gone)
                    .min(Comparator.comparingLong(k -> pair(all, gone, k).n()))
                    .orElseThrow();
            kept.remove(Integer.valueOf(gone));
            reasons.put(
                    gone,
                    "'%s' and '%s' were answered together in %d responses, %d are needed"
                            .formatted(
                                    predictors.get(gone),
                                    predictors.get(other),
                                    pair(all, gone, other).n(),
                                    neededResponses));
        }
        if (kept.size() == 1) {
            int only = kept.get(0);
            return without(none(
                    all[only][outcome].n(),
                    "only '%s' can be weighed, so there is nothing to weigh it against%s"
                            .formatted(
                                    predictors.get(only),
                                    // The last to go was the nearest to being kept.
                                    reasons.values().stream()
                                            .reduce((earlier, later) -> later)
                                            .map(reason -> "; " + reason)
                                            .orElse(""))));
        }
        KeyDrivers drivers = among(predictors, blocks, kept, neededResponses);
        if (drivers.reason().isPresent()) {
            return without(drivers);
        }
        Map<String, String> leftOut = new LinkedHashMap<>();
        reasons.forEach((j, reason) -> leftOut.put(predictors.get(j), reason));
        return new DriverSelection(drivers, leftOut);
    }

    private static KeyDrivers none(long responses, String reason) {
        return new KeyDrivers(KeyDrivers.Method.LMG, List.of(), Double.NaN, Double.NaN, responses, Optional.of(reason));
    }

    private static DriverSelection without(KeyDrivers drivers) {
        return new DriverSelection(drivers, Map.of());
    }

    /** Which of the kept predictors is to go next; -1: none. */
    private static int rarest(PairSums[][] all, List<Integer> kept, long needed) {
        int outcome = all.length - 1;
        int worst = -1;
        long most = 0;
        for (int j : kept) {
            long rare = kept.stream()
                    .filter(k -> k != j && pair(all, j, k).n() < needed)
                    .count();
            boolean rarer = rare == most && worst >= 0 && all[j][outcome].n() <= all[worst][outcome].n();
            if (rare > most || rare > 0 && rarer) {
                worst = j;
                most = rare;
            }
        }
        return worst;
    }

    private static PairSums pair(PairSums[][] all, int one, int other) {
        return all[Math.min(one, other)][Math.max(one, other)];
    }

    private static KeyDrivers among(
            List<String> predictors, List<PairSums[][]> blocks, List<Integer> kept, long neededResponses) {
        List<Integer> questions = new ArrayList<>(kept);
        questions.add(predictors.size());
        List<PairSums[][]> parts = new ArrayList<>();
        for (PairSums[][] block : blocks) {
            PairSums[][] part = new PairSums[questions.size()][questions.size()];
            for (int j = 0; j < part.length; j++) {
                for (int k = j; k < part.length; k++) {
                    part[j][k] = block[questions.get(j)][questions.get(k)];
                }
            }
            parts.add(part);
        }
        return KeyDrivers.of(kept.stream().map(predictors::get).toList(), parts, neededResponses);
    }
}
