package dev.touchstone.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Early change: which cells of a family have dropped below what they used to be, and since when.
 *
 * <p>A cell's weeks are compared with its own {@value #BASELINE_WEEKS} weeks before the last {@value #MONITORED_WEEKS}:
 * u = (value - mean of the baseline) / sqrt(standard error^2 + between^2), where between^2 is what the weeks of the
 * baseline vary by beyond their standard errors, by the moments of R. DerSimonian, N. Laird (1986), Meta-analysis in
 * Clinical Trials, Controlled Clinical Trials 7 (3), 177-188, and at least 0. Where all weeks have the same standard
 * error, this divides by max(1, standard deviation of the baseline's residuals) as D. B. Laney (2002), Improved Control
 * Charts for Attributes, Quality Engineering 14 (4), 531-537, does; but unlike that it stays right where the answers
 * grow or shrink in number, which changes the standard error and not how much weeks differ.
 *
 * <p>The residuals of the monitored weeks are smoothed, E = 0.2 u + 0.8 E from E = 0, so that a small lasting drop adds up
 * and a single bad week is soon forgotten (S. W. Roberts (1959), Control Chart Tests Based on Geometric Moving Averages,
 * Technometrics 1 (3), 239-250).
 *
 * <p>p is the probability of such an E or a lower one where nothing changed: {@link TDistribution Student's} at E
 * divided by its {@linkplain #variance standard deviation}, with one degree of freedom less than the baseline has weeks.
 * Each week all cells of the family are judged together by {@link BenjaminiHochberg}: a cell is in alarm where q is at
 * most the limit. Nothing is kept from one assessment to the next.
 */
public final class ChangeDetection {
    /** Weeks that say what a cell used to be: the first ones. */
    public static final int BASELINE_WEEKS = 52;

    /** Weeks that are watched for a change: the last ones. */
    public static final int MONITORED_WEEKS = 26;

    /** Weeks of a cell: whole ones, without a gap between them. */
    public static final int WEEKS = BASELINE_WEEKS + MONITORED_WEEKS;

    /** A baseline with fewer weeks with data than this is none. */
    public static final int FEWEST_BASELINE_WEEKS = 26;

    private static final int LAST = MONITORED_WEEKS - 1;

    /** Weight of the latest week: finds drops of one to two sigma soonest. */
    private static final double WEIGHT = 0.2;

    /** In standard errors: a baseline that varies less than this does not vary, but for rounding. */
    private static final double NO_VARIATION = 1e-9;

    private ChangeDetection() {}

    /**
     * A cell's {@value #WEEKS} weeks up to the end of the judged period, the latest one last.
     *
     * @param n what each week's value rests on, above 0; 0 where the week has no data and the other two have no say.
     *     Weighs the weeks in the mean of the baseline, so that it is the mean of all its answers
     * @param value of the KPI, higher is better
     * @param error standard error of the value, above 0, also where all answers of the week are equal. It must not move
     *     with the week's own value, else bad weeks of a small share seem worse than they are, and those of a large one
     *     better: of a share, sqrt(s (1 - s) / (n + 4)) with s = (n times the baseline's share + 2) / (n + 4)
     */
    public record Series(double[] n, double[] value, double[] error) {
        public Series {
            check(n.length == WEEKS, WEEKS + " weeks of n", n.length);
            check(value.length == WEEKS, WEEKS + " weeks of values", value.length);
            check(error.length == WEEKS, WEEKS + " weeks of errors", error.length);
            for (int week = 0; week < WEEKS; week++) {
                check(n[week] >= 0 && n[week] < Double.POSITIVE_INFINITY, "n of 0 or more", n[week]);
                if (n[week] > 0) {
                    check(Double.isFinite(value[week]), "a finite value", value[week]);
                    check(error[week] > 0 && Double.isFinite(error[week]), "standard error above 0", error[week]);
                }
            }
        }

        boolean hasData(int week) {
            return n[week] > 0;
        }
    }

    /**
     * How a cell stands at its last week. A last week without data leaves it as it was, while the family it is judged
     * in may have changed.
     *
     * @param ewma smoothed residual, in standard deviations of a week; below 0 where the cell is worse than it was
     * @param p probability of such an ewma or a lower one where nothing changed, from 0 to 1
     * @param q least limit at which the cell is in alarm, from 0 to 1, not below p
     * @param autocorrelation of neighbouring baseline weeks of this cell, from -1 to 1, 0 where weeks are independent;
     *     NaN where the baseline does not vary
     * @param alarmSince first week of the present alarm, from {@value #BASELINE_WEEKS} to {@value #WEEKS} - 1 as in
     *     {@link Series}, not interrupted by a week with data and without alarm; {@value #NO_ALARM} where q is above
     *     the limit
     */
    public record Change(double ewma, double p, double q, double autocorrelation, int alarmSince) {
        static final int NO_ALARM = -1;

        /** Whether the cell is in alarm at its last week. */
        public boolean inAlarm() {
            return alarmSince != NO_ALARM;
        }
    }

    /**
     * Judges the cells of a family by the values that their KPI shows.
     *
     * @see #of(List, double)
     */
    public static List<Optional<Change>> of(Family.Scores scores, List<WeeklyValues> family, double limit) {
        double squares = 0;
        double degrees = 0;
        for (WeeklyValues cell : family) {
            double[] within = cell.within();
            squares += within[0];
            degrees += within[1];
        }
        double common = squares > 0 ? squares / degrees : Double.NaN;
        return of(family.stream().map(cell -> cell.series(scores, common)).toList(), limit);
    }

    /**
     * Judges the cells of a family. Their order has no say.
     *
     * @param family cells of one KPI, level and segmentation; cells that differ in that make other families
     * @param limit expected share of false alarms among a week's alarms, above 0, at most 1
     * @return in the order of the family; empty, so without alarm, for a cell with fewer than
     *     {@value #FEWEST_BASELINE_WEEKS} baseline weeks with data or no monitored week with data, which is not counted
     *     among the tests
     */
    public static List<Optional<Change>> of(List<Series> family, double limit) {
        check(limit > 0 && limit <= 1, "limit above 0, at most 1", limit);
        List<Optional<Baseline>> baselines =
                family.stream().map(ChangeDetection::baseline).toList();
        double autocorrelation = autocorrelation(baselines);
        List<Monitored> monitored = new ArrayList<>(family.size());
        for (int cell = 0; cell < family.size(); cell++) {
            Series series = family.get(cell);
            monitored.add(baselines
                    .get(cell)
                    .map(baseline -> monitored(series, baseline, autocorrelation))
                    .orElse(Monitored.NOT));
        }
        double[][] q = q(monitored);
        List<Optional<Change>> changes = new ArrayList<>(family.size());
        for (int cell = 0; cell < family.size(); cell++) {
            double p = monitored.get(cell).p[LAST];
            changes.add(
                    Double.isNaN(p)
                            ? Optional.empty()
                            : Optional.of(new Change(
                                    monitored.get(cell).ewma,
                                    p,
                                    q[cell][LAST],
                                    baselines.get(cell).orElseThrow().autocorrelation,
                                    alarmSince(family.get(cell), q[cell], limit))));
        }
        return changes;
    }

    private static int alarmSince(Series series, double[] q, double limit) {
        if (q[LAST] > limit) {
            return Change.NO_ALARM;
        }
        int since = LAST;
        for (int week = LAST - 1; week >= 0; week--) {
            if (q[week] <= limit) {
                since = week;
            } else if (series.hasData(BASELINE_WEEKS + week)) {
                break;
            }
        }
        return BASELINE_WEEKS + since;
    }

    /**
     * Variance of E in a cell that has not changed: that of the smoothed weeks, and that of the baseline's mean, which
     * all of them are compared with. Both are larger where neighbouring weeks are alike.
     *
     * @param monitored weeks smoothed, 1 or more
     * @param ofBaseline variance of E that the error of the baseline's mean alone would cause, were weeks independent,
     *     0 or more; where all weeks have the same standard error (1 - 0.8^monitored)^2 / weeks of the baseline
     * @param autocorrelation of neighbouring weeks, from 0 to below 1; that of weeks k apart is its k-th power
     */
    static double variance(int monitored, double ofBaseline, double autocorrelation) {
        double kept = 1 - WEIGHT;
        double ofWeeks = WEIGHT / (2 - WEIGHT) * (1 - Math.pow(kept, 2 * monitored));
        return ofWeeks * (1 + kept * autocorrelation) / (1 - kept * autocorrelation)
                + ofBaseline * (1 + autocorrelation) / (1 - autocorrelation);
    }

    /**
     * What a cell used to be.
     *
     * @param weeks with data
     * @param mean value of all its answers
     * @param between variance of the weeks beyond their standard errors, 0 or more
     * @param error standard error of the mean, were weeks independent
     * @param autocorrelation of weeks that follow each other, over weeks without data if need be, as in E; or NaN
     */
    private record Baseline(int weeks, double mean, double between, double error, double autocorrelation) {
        double deviation(double errorOfWeek) {
            return Math.sqrt(errorOfWeek * errorOfWeek + between);
        }
    }

    private static Optional<Baseline> baseline(Series series) {
        int[] weeks = IntStream.range(0, BASELINE_WEEKS).filter(series::hasData).toArray();
        if (weeks.length < FEWEST_BASELINE_WEEKS) {
            return Optional.empty();
        }
        double sum = 0;
        double answers = 0;
        for (int week : weeks) {
            sum += series.n[week] * series.value[week];
            answers += series.n[week];
        }
        double mean = sum / answers;
        double between = between(series, weeks, mean);
        double variance = 0;
        double[] residual = new double[weeks.length];
        double residuals = 0;
        for (int i = 0; i < weeks.length; i++) {
            int week = weeks[i];
            double ofWeek = series.error[week] * series.error[week] + between;
            variance += series.n[week] * series.n[week] * ofWeek;
            residual[i] = (series.value[week] - mean) / Math.sqrt(ofWeek);
            residuals += residual[i];
        }
        return Optional.of(new Baseline(
                weeks.length,
                mean,
                between,
                Math.sqrt(variance) / answers,
                autocorrelation(residual, residuals / weeks.length)));
    }

    private static double between(Series series, int[] weeks, double mean) {
        double squares = 0;
        double weights = 0;
        double squaredWeights = 0;
        for (int week : weeks) {
            double weight = 1 / (series.error[week] * series.error[week]);
            squares += weight * (series.value[week] - mean) * (series.value[week] - mean);
            weights += weight;
            squaredWeights += weight * weight;
        }
        return Math.max(0, (squares - (weeks.length - 1)) / (weights - squaredWeights / weights));
    }

    private static double autocorrelation(double[] residual, double mean) {
        double squares = 0;
        double products = 0;
        for (int i = 0; i < residual.length; i++) {
            squares += (residual[i] - mean) * (residual[i] - mean);
            products += i == 0 ? 0 : (residual[i] - mean) * (residual[i - 1] - mean);
        }
        return squares > NO_VARIATION * NO_VARIATION * residual.length ? products / squares : Double.NaN;
    }

    /** The family's: a single cell's is too uncertain, with a standard error of 0.14. Not below 0. */
    private static double autocorrelation(List<Optional<Baseline>> baselines) {
        double[] sorted = baselines.stream()
                .flatMap(Optional::stream)
                .mapToDouble(Baseline::autocorrelation)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        int half = sorted.length / 2;
        if (sorted.length == 0) {
            return 0;
        }
        return Math.max(0, sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2);
    }

    /**
     * What became of a cell.
     *
     * @param ewma E at the last week
     * @param p of each monitored week, the one of the last week with data up to then; NaN where there is none
     */
    private record Monitored(double ewma, double[] p) {
        private static final Monitored NOT = new Monitored(0, notTested());

        private static double[] notTested() {
            double[] p = new double[MONITORED_WEEKS];
            Arrays.fill(p, Double.NaN);
            return p;
        }
    }

    private static Monitored monitored(Series series, Baseline baseline, double autocorrelation) {
        TDistribution student = TDistribution.of(baseline.weeks - 1);
        double[] p = new double[MONITORED_WEEKS];
        double ewma = 0;
        double ofBaseline = 0;
        int weeks = 0;
        double latest = Double.NaN;
        for (int week = 0; week < MONITORED_WEEKS; week++) {
            int at = BASELINE_WEEKS + week;
            if (series.hasData(at)) {
                double deviation = baseline.deviation(series.error[at]);
                ewma = WEIGHT * (series.value[at] - baseline.mean) / deviation + (1 - WEIGHT) * ewma;
                ofBaseline = WEIGHT * baseline.error / deviation + (1 - WEIGHT) * ofBaseline;
                weeks++;
                latest = student.cumulativeProbability(
                        ewma / Math.sqrt(variance(weeks, ofBaseline * ofBaseline, autocorrelation)));
            }
            p[week] = latest;
        }
        return new Monitored(ewma, p);
    }

    /** q of each cell and monitored week; NaN where p is. */
    private static double[][] q(List<Monitored> cells) {
        double[][] q = new double[cells.size()][MONITORED_WEEKS];
        for (int week = 0; week < MONITORED_WEEKS; week++) {
            int at = week;
            double[] ofWeek = BenjaminiHochberg.adjusted(
                    cells.stream().mapToDouble(cell -> cell.p[at]).toArray());
            for (int cell = 0; cell < ofWeek.length; cell++) {
                q[cell][week] = ofWeek[cell];
            }
        }
        return q;
    }

    private static void check(boolean holds, String expected, Number actual) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", not " + actual);
        }
    }
}
