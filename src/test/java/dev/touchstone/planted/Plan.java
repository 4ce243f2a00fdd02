package dev.touchstone.planted;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What is planted for one question of a company: the level of each tier and region at each touchpoint in each week, and
 * how many customers answer. All truth is worked out from these, none from what is drawn.
 *
 * <p>Levels of touchpoints are normal about the centre with a standard deviation of one tolerance, and those of tiers and
 * regions about their touchpoint's with half of it, so that many cells lie near the edge. A tenth of the touchpoints each
 * {@linkplain Role plays a role}.
 *
 * <p>A cell is weak where its true level is worse than its true benchmark by more than the tolerance: level < benchmark -
 * tolerance where higher is better. Benchmarks are what the program says they are: the target; the mean of the other
 * touchpoints, of segments that of the others at the same touchpoint, weighted by expected answers; or the same cell's
 * level in the month before.
 */
final class Plan {
    private static final double SPREAD_OF_TOUCHPOINTS = 1;
    private static final double SPREAD_OF_SEGMENTS = .5;
    /** Answers a week below which two standard deviations would leave the scale: nothing is shifted there. */
    private static final double FEWEST_SHIFTED = 20;

    /** In standard deviations of a weekly value. */
    private static final double SHIFT = 2;
    /** Shifts begin in one of these weeks: 16 to 8 weeks before the end. */
    private static final int FIRST_SHIFTED = Weeks.ALL - 16;

    private static final int LAST_SHIFTED = Weeks.ALL - 8;
    private static final double SMALLEST_CHANGE = 1e-9;
    /** Of a touchpoint whose mix changes: where its tiers lie, in units of {@link #amplitude}. */
    private static final double[] TIERS_APART = {1, .5, 0, -.5, -1};

    /** What is planted at a touchpoint. */
    enum Role {
        /** The whole touchpoint is weak by two to four tolerances. */
        WEAK,
        /** One tier is. */
        WEAK_TIER,
        /** One region is. */
        WEAK_REGION,
        /**
         * Mix only: in the judged month most customers are of the worse tiers and no longer of the better ones, while
         * every tier keeps its level. The touchpoint falls, and none of its tiers does.
         */
        MIX,
        /** The touchpoint falls for good, by two standard deviations of its weekly value. */
        SHIFTED,
        /** One tier does. */
        SHIFTED_TIER,
        /** One region does. */
        SHIFTED_REGION,
        /** Nothing: all other touchpoints. */
        STEADY
    }

    private final Question question;
    private final Company company;
    private final Role[] roles;
    private final int[] customers;
    private final double[][][] levels;
    private final Map<Cell, Integer> shifts = new LinkedHashMap<>();

    private Plan(Question question, Company company) {
        this.question = question;
        this.company = company;
        this.roles = new Role[company.touchpoints()];
        this.customers = new int[company.touchpoints()];
        this.levels = new double[company.touchpoints()][Weeks.ALL][Split.COMBINATIONS];
    }

    /** The same for the same seed. */
    static Plan of(Question question, Company company, long seed) {
        Plan plan = new Plan(question, company);
        SplittableRandom random = random(seed, question, -1);
        int[] order = shuffled(company.touchpoints(), random);
        int tenth = company.touchpoints() / 10;
        for (int place = 0; place < order.length; place++) {
            plan.roles[order[place]] = Role.values()[Math.min(place / tenth, Role.STEADY.ordinal())];
        }
        for (int touchpoint = 0; touchpoint < order.length; touchpoint++) {
            double size = Math.exp(Math.max(-3, Math.min(3, random.nextGaussian())));
            plan.customers[touchpoint] = (int) Math.max(
                    1, Math.round(company.answers() * size / company.customers().answers()));
            plan.plant(touchpoint, random);
        }
        return plan;
    }

    /** The random numbers of a touchpoint's answers, or of the plan itself (-1). */
    static SplittableRandom random(long seed, Question question, int touchpoint) {
        return new SplittableRandom((seed * Question.values().length + question.ordinal()) * 1_000_000 + touchpoint);
    }

    private static int[] shuffled(int size, RandomGenerator random) {
        int[] order = IntStream.range(0, size).toArray();
        for (int i = size - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        return order;
    }

    // Planting

    private void plant(int touchpoint, RandomGenerator random) {
        Role role = roles[touchpoint];
        double worse = -question.direction() * question.tolerance();
        boolean before = question.benchmark().equals("previous_period");
        double weakness = worse * (2 + 2 * random.nextDouble());
        int tier = random.nextInt(Split.TIER.segments());
        int region = random.nextInt(Split.REGION.segments());
        double base = question.centre() + SPREAD_OF_TOUCHPOINTS * worse * random.nextGaussian();
        double[] tiers = effects(Split.TIER, worse, random);
        double[] regions = effects(Split.REGION, worse, random);
        if (role == Role.MIX) {
            // Above a target, so that the lowest tier is let pass.
            base = question.benchmark().equals("target") ? question.centre() - .5 * worse : base;
            tiers = Arrays.stream(TIERS_APART)
                    .map(apart -> -worse * amplitude() * apart)
                    .toArray();
        }
        Step fall = null;
        if (role == Role.WEAK && before) {
            fall = new Step(Weeks.JUDGED, -1, -1, weakness);
        } else if (role == Role.WEAK) {
            base = question.centre() + weakness;
        } else if (role == Role.WEAK_TIER && before) {
            fall = new Step(Weeks.JUDGED, tier, -1, weakness);
        } else if (role == Role.WEAK_TIER) {
            tiers[tier] = ofSegment(Split.TIER, tier, tiers, base) + weakness;
        } else if (role == Role.WEAK_REGION && before) {
            fall = new Step(Weeks.JUDGED, -1, region, weakness);
        } else if (role == Role.WEAK_REGION) {
            regions[region] = ofSegment(Split.REGION, region, regions, base) + weakness;
        }
        fill(touchpoint, base, tiers, regions, fall);
        int week = FIRST_SHIFTED + random.nextInt(LAST_SHIFTED - FIRST_SHIFTED + 1);
        if (role == Role.SHIFTED) {
            shift(Split.ALL, 0, touchpoint, week, base, tiers, regions);
        } else if (role == Role.SHIFTED_TIER) {
            shift(Split.TIER, largeEnough(Split.TIER, tier, touchpoint), touchpoint, week, base, tiers, regions);
        } else if (role == Role.SHIFTED_REGION) {
            shift(Split.REGION, largeEnough(Split.REGION, region, touchpoint), touchpoint, week, base, tiers, regions);
        }
    }

    /** A fall from a week on of customers of a tier and a region; -1: of any. */
    private record Step(int week, int tier, int region, double by) {
        double at(int atWeek, int ofTier, int ofRegion) {
            boolean falls = atWeek >= week && (tier < 0 || tier == ofTier) && (region < 0 || region == ofRegion);
            return falls ? by : 0;
        }
    }

    /** Normal, with a mean of 0 over customers. */
    private static double[] effects(Split split, double worse, RandomGenerator random) {
        double[] effects = IntStream.range(0, split.segments())
                .mapToDouble(segment -> SPREAD_OF_SEGMENTS * worse * random.nextGaussian())
                .toArray();
        double mean = IntStream.range(0, effects.length)
                .mapToDouble(segment -> split.share(segment) * effects[segment])
                .sum();
        return Arrays.stream(effects).map(effect -> effect - mean).toArray();
    }

    /**
     * How far tiers lie apart where the mix changes, in tolerances: so far that the fall is a weakness where the month
     * before is the benchmark, and that no tier is weak where other tiers or a target are.
     */
    private double amplitude() {
        return switch (question.benchmark()) {
            case "previous_period" -> 2;
            case "target" -> 1;
            default -> .5;
        };
    }

    /** The effect at which a segment would be at its benchmark. */
    private double ofSegment(Split split, int segment, double[] effects, double base) {
        if (question.benchmark().equals("target")) {
            return question.centre() - base;
        }
        double sum = 0;
        double others = 0;
        for (int other = 0; other < effects.length; other++) {
            if (other != segment) {
                sum += split.share(other) * effects[other];
                others += split.share(other);
            }
        }
        return sum / others;
    }

    /** The segment itself, or the largest one where it has too few answers. */
    private int largeEnough(Split split, int segment, int touchpoint) {
        return split.share(segment) * answers(touchpoint) >= FEWEST_SHIFTED ? segment : 0;
    }

    private void shift(
            Split split, int segment, int touchpoint, int week, double base, double[] tiers, double[] regions) {
        Cell cell = new Cell(question, split, touchpoint, segment);
        double answers = answers(cell, Weeks.BASELINE, Weeks.BASELINE + 1);
        if (answers >= FEWEST_SHIFTED) {
            double variance = question.variance(level(cell, Weeks.BASELINE, Weeks.MONITORED));
            double deviation = Math.sqrt(variance * company.customers().designEffect() / answers);
            fill(
                    touchpoint,
                    base,
                    tiers,
                    regions,
                    new Step(
                            week,
                            split == Split.TIER ? segment : -1,
                            split == Split.REGION ? segment : -1,
                            -question.direction() * SHIFT * deviation));
            shifts.put(cell, week);
        }
    }

    private void fill(int touchpoint, double base, double[] tiers, double[] regions, Step step) {
        for (int week = 0; week < Weeks.ALL; week++) {
            for (int tier = 0; tier < tiers.length; tier++) {
                for (int region = 0; region < regions.length; region++) {
                    double change = step == null ? 0 : step.at(week, tier, region);
                    levels[touchpoint][week][combination(tier, region)] =
                            question.possible(base + tiers[tier] + regions[region] + change);
                }
            }
        }
    }

    // What is drawn from

    Question question() {
        return question;
    }

    Company company() {
        return company;
    }

    static int combination(int tier, int region) {
        return tier * Split.REGION.segments() + region;
    }

    /** How many customers answer each week. */
    int customers(int touchpoint) {
        return customers[touchpoint];
    }

    /** Level of each {@linkplain #combination combination} of tier and region. */
    double[] levels(int touchpoint, int week) {
        return levels[touchpoint][week];
    }

    /** Probability that a customer is of a tier. */
    double tierShare(int touchpoint, int week, int tier) {
        boolean turned = roles[touchpoint] == Role.MIX && week >= Weeks.JUDGED;
        return Split.TIER.share(turned ? Split.TIER.segments() - 1 - tier : tier);
    }

    // Truth

    Role role(int touchpoint) {
        return roles[touchpoint];
    }

    private double answers(int touchpoint) {
        return (double) customers[touchpoint] * company.customers().answers();
    }

    /** Expected answers of a cell in weeks, {@code to} not counted. */
    double answers(Cell cell, int from, int to) {
        return sums(cell, from, to)[0];
    }

    /** True mean score of a cell in weeks, {@code to} not counted: each week counts by its expected answers. */
    double level(Cell cell, int from, int to) {
        double[] sums = sums(cell, from, to);
        return sums[1] / sums[0];
    }

    /** Expected answers, and the sum of their scores. */
    private double[] sums(Cell cell, int from, int to) {
        double answers = 0;
        double scores = 0;
        for (int week = from; week < to; week++) {
            for (int tier = 0; tier < Split.TIER.segments(); tier++) {
                for (int region = 0; region < Split.REGION.segments(); region++) {
                    if (cell.holds(tier, region)) {
                        double expected = answers(cell.touchpoint())
                                * tierShare(cell.touchpoint(), week, tier)
                                * Split.REGION.share(region);
                        answers += expected;
                        scores += expected * levels[cell.touchpoint()][week][combination(tier, region)];
                    }
                }
            }
        }
        return new double[] {answers, scores};
    }

    /** What the cell's true level is compared with in the judged month. */
    double benchmark(Cell cell) {
        return switch (question.benchmark()) {
            case "target" -> question.centre();
            case "previous_period" -> level(cell, Weeks.PREVIOUS, Weeks.JUDGED);
            default -> peers(cell);
        };
    }

    private double peers(Cell cell) {
        double answers = 0;
        double scores = 0;
        int peers =
                cell.split() == Split.ALL ? company.touchpoints() : cell.split().segments();
        for (int peer = 0; peer < peers; peer++) {
            Cell other = cell.split() == Split.ALL
                    ? new Cell(question, Split.ALL, peer, 0)
                    : new Cell(question, cell.split(), cell.touchpoint(), peer);
            if (!other.equals(cell)) {
                double[] sums = sums(other, Weeks.JUDGED, Weeks.ALL);
                answers += sums[0];
                scores += sums[1];
            }
        }
        return scores / answers;
    }

    /** By how much the true level is worse than the benchmark in the judged month, in tolerances; below 0 if better. */
    double shortfall(Cell cell) {
        return question.direction() * (benchmark(cell) - level(cell, Weeks.JUDGED, Weeks.ALL)) / question.tolerance();
    }

    /** By how much the true level was worse at its worst in the watched weeks than in the baseline, in the KPI's unit. */
    double fall(Cell cell) {
        double baseline = level(cell, Weeks.BASELINE, Weeks.MONITORED);
        OptionalDouble worst = IntStream.range(Weeks.MONITORED, Weeks.ALL)
                .mapToDouble(week -> question.direction() * (baseline - level(cell, week, week + 1)))
                .max();
        return worst.orElseThrow();
    }

    /** Whether the cell is in no watched week worse than it used to be: any alarm is a false one. */
    boolean isSteady(Cell cell) {
        return fall(cell) < SMALLEST_CHANGE;
    }

    /** The week in which a shift by two standard deviations of the cell's weekly value began. */
    OptionalInt shifted(Cell cell) {
        Integer week = shifts.get(cell);
        return week == null ? OptionalInt.empty() : OptionalInt.of(week);
    }
}
