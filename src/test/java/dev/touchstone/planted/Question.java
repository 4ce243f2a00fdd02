package dev.touchstone.planted;

import java.util.stream.IntStream;

/**
 * What customers of a trial are asked, and what its cells are compared with. Levels are means in the KPI's unit; each
 * level gives one distribution of answers.
 */
enum Question {
    /** Satisfied (4) or not (2), compared with the target of the catalogue. */
    SATISFACTION("csat_5", "csat_5", "target", .80, .05, true, .02, .98, new int[] {2, 4}, new double[] {0, 1}),

    /** Easy (4) or not (2). */
    EASE("ease_5_share", "ease_5", "peers", .70, .05, true, .02, .98, new int[] {2, 4}, new double[] {0, 1}),

    /** Detractors (3), three passives (8) in ten, promoters (10). */
    RECOMMENDATION(
            "nps_0_10", "nps_0_10", "peers", 30, 5, true, -65, 65, new int[] {3, 8, 10}, new double[] {-100, 0, 100}),

    /** Effort 1, 3 or 5: as often up as a binomial number of two says. */
    EFFORT("ces_5", "ces_5", "peers", 2.2, .2, false, 1.1, 4.9, new int[] {1, 3, 5}, new double[] {1, 3, 5}),

    /** Solved at first contact or not: a KPI of tickets, compared with its own past. */
    RESOLUTION("fcr", null, "previous_period", .75, .05, true, .02, .98, new int[] {0, 1}, new double[] {0, 1});

    private static final double PASSIVES = .3;

    private final String kpi;
    private final String instrument;
    private final String benchmark;
    private final double centre;
    private final double tolerance;
    private final boolean higherIsBetter;
    private final double lowest;
    private final double highest;
    private final int[] codes;
    private final double[] scores;

    Question(
            String kpi,
            String instrument,
            String benchmark,
            double centre,
            double tolerance,
            boolean higherIsBetter,
            double lowest,
            double highest,
            int[] codes,
            double[] scores) {
        this.kpi = kpi;
        this.instrument = instrument;
        this.benchmark = benchmark;
        this.centre = centre;
        this.tolerance = tolerance;
        this.higherIsBetter = higherIsBetter;
        this.lowest = lowest;
        this.highest = highest;
        this.codes = codes;
        this.scores = scores;
    }

    /** Name in the catalogue. */
    String kpi() {
        return kpi;
    }

    /** Scale of a survey question; null of tickets. */
    String instrument() {
        return instrument;
    }

    /** What its cells are compared with, as a project file says it. */
    String benchmark() {
        return benchmark;
    }

    /** The level about which touchpoints vary; the target where there is one. */
    double centre() {
        return centre;
    }

    /** delta: how much worse than its benchmark a cell may be. */
    double tolerance() {
        return tolerance;
    }

    /** 1 where higher is better, else -1. */
    int direction() {
        return higherIsBetter ? 1 : -1;
    }

    /** Whether it is a KPI of tickets, of which there is one daily sum, and not one count for each answer. */
    boolean ofTickets() {
        return instrument == null;
    }

    /** The answers that are given, ascending. */
    int[] codes() {
        return codes.clone();
    }

    /** What each answer counts. */
    double[] scores() {
        return scores.clone();
    }

    /** A level that can be: answers exist for it. */
    double possible(double level) {
        return Math.max(lowest, Math.min(highest, level));
    }

    /** Share of each answer at a possible level. */
    double[] shares(double level) {
        return switch (this) {
            case SATISFACTION, EASE, RESOLUTION -> new double[] {1 - level, level};
            case RECOMMENDATION -> {
                double promoters = (1 - PASSIVES + level / 100) / 2;
                yield new double[] {1 - PASSIVES - promoters, PASSIVES, promoters};
            }
            case EFFORT -> {
                double up = (level - 1) / 4;
                yield new double[] {(1 - up) * (1 - up), 2 * up * (1 - up), up * up};
            }
        };
    }

    /** Variance of single answers' scores at a possible level. */
    double variance(double level) {
        double[] shares = shares(level);
        return IntStream.range(0, scores.length)
                .mapToDouble(i -> shares[i] * (scores[i] - level) * (scores[i] - level))
                .sum();
    }
}
