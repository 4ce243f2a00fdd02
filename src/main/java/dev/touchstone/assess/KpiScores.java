package dev.touchstone.assess;

import dev.touchstone.inference.Family.Kind;
import dev.touchstone.inference.Family.Scores;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Interval;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import java.util.Set;

/** What the declaration of a KPI means for tests: the kind of its scores, and how far below its benchmark a cell may be. */
final class KpiScores {
    private static final double OF_SHARES = 0.05;
    private static final double OF_POINTS = 5;
    private static final double OF_RANGE = 0.05;
    private static final double OF_MONEY = 0.05;
    private static final double OF_DURATIONS = 0.10;

    private KpiScores() {}

    /** Whether the segments of a segmentation hold amounts in different currencies, which nothing relates. */
    static boolean ofCurrencies(Kpi kpi, String segmentation, Set<String> byCurrency) {
        return kpi.scale().unit().equals("money") && byCurrency.contains(segmentation);
    }

    /** Whether cells are compared as touchpoints: of all customers, or within a currency; else as segments of theirs. */
    static boolean amongTouchpoints(Kpi kpi, String segmentation, Set<String> byCurrency) {
        return segmentation.equals("all") || ofCurrencies(kpi, segmentation, byCurrency);
    }

    /** How the scores of a KPI are tested, and which way is better. */
    static Scores of(Kpi kpi) {
        boolean lower = kpi.scale().better() == Better.LOWER;
        Double given = kpi.minEffect();
        if (kpi.state() == State.DURATION) {
            return new Scores(Kind.MEAN, lower, 1, Math.log1p(given == null ? OF_DURATIONS : given), false);
        }
        Kind kind = kpi.interval() == Interval.WILSON
                ? Kind.SHARE
                : kpi.interval() == Interval.ADJUSTED_WALD ? Kind.THREE_VALUED : Kind.MEAN;
        Double low = kpi.scale().low();
        Double high = kpi.scale().high();
        double unit = kind == Kind.THREE_VALUED ? high : 1;
        return switch (kpi.scale().unit()) {
            case "share" -> new Scores(kind, lower, unit, given == null ? OF_SHARES : given, false);
            case "points" -> new Scores(kind, lower, unit, given == null ? OF_POINTS : given, false);
            case "money" -> new Scores(kind, lower, unit, given == null ? OF_MONEY : given, true);
            default ->
                given == null && (low == null || high == null)
                        ? new Scores(kind, lower, unit, OF_RANGE, true)
                        : new Scores(kind, lower, unit, given == null ? OF_RANGE * (high - low) : given, false);
        };
    }
}
