package dev.touchstone.planted;

import java.util.SplittableRandom;

/** Draws the answers of a touchpoint's customers, as planned. */
final class Drawing {
    /** Groups that the design effect is estimated by. */
    static final int BUCKETS = 64;

    private Drawing() {}

    /** Takes the answers, week by week and customer by customer. */
    interface Sink {
        /**
         * An answer.
         *
         * @param customer from 0, of this week: who answers in another week is another one
         * @param bucket the customer's, below {@value Drawing#BUCKETS}
         * @param answer from 0, among the customer's
         * @param code index of what was answered among the question's codes
         */
        void answer(int week, int customer, int bucket, int answer, int tier, int region, int code);
    }

    /** Hands the same answers to a sink for the same seed. */
    static void answers(Plan plan, int touchpoint, long seed, Sink sink) {
        SplittableRandom random = Plan.random(seed, plan.question(), touchpoint);
        Customers customers = plan.company().customers();
        double[] regions = new double[Split.REGION.segments()];
        for (int region = 0; region < regions.length; region++) {
            regions[region] = Split.REGION.share(region);
        }
        cumulate(regions);
        double[] tiers = new double[Split.TIER.segments()];
        double[][] codes = new double[Split.COMBINATIONS][];
        for (int week = 0; week < Weeks.ALL; week++) {
            for (int tier = 0; tier < tiers.length; tier++) {
                tiers[tier] = plan.tierShare(touchpoint, week, tier);
            }
            cumulate(tiers);
            double[] levels = plan.levels(touchpoint, week);
            for (int combination = 0; combination < codes.length; combination++) {
                codes[combination] = plan.question().shares(levels[combination]);
                cumulate(codes[combination]);
            }
            for (int customer = 0; customer < plan.customers(touchpoint); customer++) {
                int bucket = random.nextInt(BUCKETS);
                int tier = drawn(tiers, random);
                int region = drawn(regions, random);
                double[] shares = codes[Plan.combination(tier, region)];
                int usual = drawn(shares, random);
                for (int answer = 0; answer < customers.answers(); answer++) {
                    int code = random.nextDouble() < customers.usual() ? usual : drawn(shares, random);
                    sink.answer(week, customer, bucket, answer, tier, region, code);
                }
            }
        }
    }

    private static void cumulate(double[] shares) {
        for (int i = 1; i < shares.length; i++) {
            shares[i] += shares[i - 1];
        }
    }

    private static int drawn(double[] cumulative, SplittableRandom random) {
        double number = random.nextDouble();
        int drawn = 0;
        while (drawn < cumulative.length - 1 && number >= cumulative[drawn]) {
            drawn++;
        }
        return drawn;
    }
}
