package dev.touchstone.planted;

import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All verdicts of a seed, or some of one or several, beside the truth. */
record Outcome(List<Judgement> judgements) {

    static Outcome of(Collection<Outcome> several) {
        return new Outcome(
                several.stream().flatMap(outcome -> outcome.judgements.stream()).toList());
    }

    /** Those on some cells. */
    Outcome where(Predicate<Judgement> which) {
        return new Outcome(judgements.stream().filter(which).toList());
    }

    long judged() {
        return judgements.size();
    }

    long weak() {
        return count(Judgement::isWeak);
    }

    long planted() {
        return count(Judgement::isPlanted);
    }

    long found() {
        return count(judgement -> judgement.isPlanted() && judgement.isCalledWeak());
    }

    long confirmed() {
        return count(Judgement::isConfirmed);
    }

    long falselyConfirmed() {
        return count(judgement -> judgement.isConfirmed() && !judgement.isWeak());
    }

    long probable() {
        return count(Judgement::isProbable);
    }

    long falselyProbable() {
        return count(judgement -> judgement.isProbable() && !judgement.isWeak());
    }

    /** Touchpoints that fall by a change of their mix of tiers alone. */
    long mixOnly() {
        return touchpoints(Judgement::mixOnly);
    }

    /** Those of them at which a tier is called weak and is not. */
    long mixCalledWeak() {
        return touchpoints(judgement -> judgement.mixOnly() && judgement.isCalledWeak() && !judgement.isWeak());
    }

    long alarms() {
        return count(Judgement::alarm);
    }

    long falseAlarms() {
        return count(judgement -> judgement.alarm() && judgement.steady());
    }

    long steady() {
        return count(Judgement::steady);
    }

    long shifted() {
        return count(judgement -> judgement.delay().isPresent());
    }

    /** Share of false ones among the CONFIRMED; 0 where there are none. */
    double falseDiscoveries() {
        return share(falselyConfirmed(), confirmed());
    }

    /** Share of false ones among the alarms; 0 where there are none. */
    double falseAmongAlarms() {
        return share(falseAlarms(), alarms());
    }

    /** Median weeks from a shift to its alarm; empty where nothing is shifted, {@link Judgement#NEVER} if not found. */
    OptionalInt medianDelay() {
        int[] delays = judgements.stream()
                .flatMap(judgement -> judgement.delay().stream().boxed())
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        return delays.length == 0 ? OptionalInt.empty() : OptionalInt.of(delays[delays.length / 2]);
    }

    static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private long count(Predicate<Judgement> which) {
        return judgements.stream().filter(which).count();
    }

    private long touchpoints(Predicate<Judgement> which) {
        Stream<List<Object>> touchpoints = judgements.stream()
                .filter(which)
                .map(judgement -> List.<Object>of(
                        judgement.seed(),
                        judgement.cell().question(),
                        judgement.cell().touchpoint()));
        return touchpoints.distinct().count();
    }
}
