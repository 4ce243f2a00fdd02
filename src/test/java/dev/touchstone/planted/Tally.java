package dev.touchstone.planted;

/** Counts the answers of a touchpoint: of each week by cell, and by group of customers. */
final class Tally implements Drawing.Sink {
    private final int[][][][] cells;
    private final int[][][] buckets;

    private Tally(int codes) {
        Split[] splits = Split.values();
        cells = new int[Weeks.ALL][splits.length][][];
        for (int[][][] week : cells) {
            for (Split split : splits) {
                week[split.ordinal()] = new int[split.segments()][codes];
            }
        }
        buckets = new int[Weeks.ALL][Drawing.BUCKETS][codes];
    }

    /** Draws the answers of a touchpoint and counts them. */
    static Tally of(Plan plan, int touchpoint, long seed) {
        Tally tally = new Tally(plan.question().codes().length);
        Drawing.answers(plan, touchpoint, seed, tally);
        return tally;
    }

    @Override
    public void answer(int week, int customer, int bucket, int answer, int tier, int region, int code) {
        int[][][] ofWeek = cells[week];
        ofWeek[Split.ALL.ordinal()][0][code]++;
        ofWeek[Split.TIER.ordinal()][tier][code]++;
        ofWeek[Split.REGION.ordinal()][region][code]++;
        buckets[week][bucket][code]++;
    }

    /** How often each answer was given by customers of a segment. */
    int[] counts(int week, Split split, int segment) {
        return cells[week][split.ordinal()][segment];
    }

    /** How often each answer was given by a group of customers. */
    int[] ofBucket(int week, int bucket) {
        return buckets[week][bucket];
    }
}
