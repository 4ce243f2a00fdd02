package dev.touchstone.inference;

import static dev.touchstone.inference.ChangeDetection.BASELINE_WEEKS;
import static dev.touchstone.inference.ChangeDetection.MONITORED_WEEKS;
import static dev.touchstone.inference.ChangeDetection.WEEKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.inference.ChangeDetection.Change;
import dev.touchstone.inference.ChangeDetection.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.TDistribution;
import org.junit.jupiter.api.Test;

class ChangeDetectionTest {
    private static final double LIMIT = .1;

    /** A baseline of 26 independent weeks, in the long run. */
    @Test
    void varianceCarriesTheErrorOfTheBaseline() {
        double t = -.9 / Math.sqrt(ChangeDetection.variance(1000, 1.0 / 26, 0));
        assertThat(t).isCloseTo(-2.327107, within(5e-7));
        assertThat(TDistribution.of(25).cumulativeProbability(t)).isCloseTo(.0141770, within(5e-8));
    }

    /** First week: 0.04, and 0.04 / 52 for the baseline; at 0.4, 1.32 / 0.68 and 1.4 / 0.6 of them. */
    @Test
    void varianceGrowsWithWeeksAndAutocorrelation() {
        assertThat(ChangeDetection.variance(1, .04 / 52, 0)).isCloseTo(.04 + .04 / 52, within(1e-15));
        assertThat(ChangeDetection.variance(1, .04 / 52, .4))
                .isCloseTo(.04 * 1.32 / .68 + .04 / 52 * 1.4 / .6, within(1e-15));
        assertThat(ChangeDetection.variance(2, .1296 / 52, 0)).isCloseTo(.0656 + .1296 / 52, within(1e-15));
    }

    /** Residuals of 2 and -2 in turn: their standard deviation is 2 sqrt(52 / 51), and a week of -4 is almost -2. */
    @Test
    void weeksAreMeasuredInStandardDeviationsOfTheBaseline() {
        Change change = only(series(week -> week < BASELINE_WEEKS ? (week % 2 == 0 ? 2 : -2) : -4));
        double u = -4 / (2 * Math.sqrt(52.0 / 51));
        double ewma = u * (1 - Math.pow(.8, 26));
        double p = p(ewma, 0);
        assertThat(change.ewma()).isCloseTo(ewma, within(1e-12));
        assertThat(change.p()).isCloseTo(p, within(1e-12));
        assertThat(change.q()).isEqualTo(change.p());
    }

    /**
     * Baseline weeks of 3 and -3 in turn with standard errors of 1 have a variance of 9 * 52 / 51, of which 1 is theirs.
     * A monitored week with standard error 2 therefore has 4 + 9 * 52 / 51 - 1; the baseline's mean has 9 / 51.
     */
    @Test
    void whatWeeksVaryByBeyondTheirErrorsIsAddedToTheErrorOfAWeek() {
        Series series = series(week -> week < BASELINE_WEEKS ? (week % 2 == 0 ? 3 : -3) : -4);
        Arrays.fill(series.error(), BASELINE_WEEKS, WEEKS, 2);
        Change change = only(without(series, week -> week >= BASELINE_WEEKS && week < WEEKS - 1));
        double deviation = Math.sqrt(3 + 9 * 52.0 / 51);
        double ofBaseline = Math.pow(.2 / deviation, 2) * 9 / 51;

        assertThat(change.ewma()).isCloseTo(-.2 * 4 / deviation, within(1e-12));
        assertThat(change.p())
                .isCloseTo(
                        TDistribution.of(51)
                                .cumulativeProbability(
                                        change.ewma() / Math.sqrt(ChangeDetection.variance(1, ofBaseline, 0))),
                        within(1e-12));
    }

    /** A baseline that varies less than the standard errors tell is not believed. */
    @Test
    void sigmaIsOneAtLeast() {
        assertThat(only(series(week -> week < WEEKS - 1 ? 0 : -1)).ewma()).isCloseTo(-.2, within(1e-15));
    }

    /** 39 weeks of one answer and 13 of three: (39 * 0 + 13 * 3 * 1) / 78 = 0.5, where the mean of weeks is 0.25. */
    @Test
    void theBaselinesMeanIsTheOneOfItsAnswers() {
        double[] n = new double[WEEKS];
        double[] value = new double[WEEKS];
        double[] error = new double[WEEKS];
        Arrays.setAll(n, week -> week < BASELINE_WEEKS && week % 4 == 0 ? 3 : 1);
        Arrays.setAll(value, week -> week < BASELINE_WEEKS && week % 4 == 0 ? 1 : 0);
        Arrays.fill(error, 10);
        value[WEEKS - 1] = -1;
        double steady = -.05 * .2 * 4 * (1 - Math.pow(.8, 25));
        assertThat(only(new Series(n, value, error)).ewma()).isCloseTo(steady - .2 * .15, within(1e-12));
    }

    /** 0, 0, 1, 1, 0, 0, ...: of the 51 neighbours 26 are alike and 25 are not, each worth a quarter. */
    @Test
    void autocorrelationIsTheOneOfNeighbouringBaselineWeeks() {
        assertThat(only(series(week -> week / 2 % 2)).autocorrelation()).isCloseTo(1.0 / 52, within(1e-12));
        assertThat(only(series(week -> week % 2)).autocorrelation()).isCloseTo(-51.0 / 52, within(1e-12));
        assertThat(only(series(week -> .8)).autocorrelation()).isNaN();
        // Over weeks without data, too: 0, none, 1, none, 0, ...
        assertThat(only(without(series(week -> week / 2 % 2), week -> week % 2 == 1))
                        .autocorrelation())
                .isCloseTo(-25.0 / 26, within(1e-12));
    }

    /** About .75, .5 and -1: all three are judged by the middle one, two by their mean, the last alone by 0. */
    @Test
    void aFamilysAutocorrelationIsTheMiddleOne() {
        Series slow = series(week -> week / 8 % 2 - (week < BASELINE_WEEKS ? 0 : 1));
        Series medium = series(week -> week / 4 % 2 - (week < BASELINE_WEEKS ? 0 : 1));
        Series quick = series(week -> week % 2 - (week < BASELINE_WEEKS ? 0 : 1));
        List<Change> family = all(List.of(slow, medium, quick));

        assertThat(family.get(0).autocorrelation()).isGreaterThan(.7);
        assertThat(family.get(1).autocorrelation()).isBetween(.4, .6);
        assertThat(family).allSatisfy(change -> assertThat(change.p())
                .isCloseTo(p(change.ewma(), family.get(1).autocorrelation()), within(1e-12)));
        assertThat(only(quick).p()).isCloseTo(p(only(quick).ewma(), 0), within(1e-12));
        assertThat(all(List.of(slow, medium)).get(0).p())
                .isCloseTo(
                        p(
                                family.get(0).ewma(),
                                (family.get(0).autocorrelation() + family.get(1).autocorrelation()) / 2),
                        within(1e-12));
    }

    @Test
    void cellsAreJudgedTogether() {
        List<Change> family = all(List.of(
                series(week -> week < 70 ? 0 : -.8), series(week -> week < 70 ? 0 : -.75), series(week -> week % 2)));
        double[] q = BenjaminiHochberg.adjusted(
                family.stream().mapToDouble(Change::p).toArray());

        assertThat(family.stream().mapToDouble(Change::q).toArray()).containsExactly(q);
        assertThat(family.get(0).q()).isGreaterThan(family.get(0).p());
    }

    /** -1.5 from week 60: E is -.3, then -.54; E / sqrt(V) is -.85 (p .2), then -1.53 (p .07). */
    @Test
    void anAlarmBeginsWithTheFirstWeekOfItsRun() {
        Change lasting = only(series(week -> week < 60 ? 0 : -1.5));
        assertThat(lasting.inAlarm()).isTrue();
        assertThat(lasting.alarmSince()).isEqualTo(61);

        Change over = only(series(week -> week < 60 || week > 65 ? 0 : -1.5));
        assertThat(over.inAlarm()).isFalse();
        assertThat(over.alarmSince()).isEqualTo(-1);

        Change again = only(series(week -> week < 60 || week > 63 && week < 75 ? 0 : -3));
        assertThat(again.alarmSince()).isEqualTo(75);
    }

    @Test
    void weeksWithoutDataChangeNothing() {
        Series series = series(week -> week < 60 ? 0 : -1.5);
        Change whole = only(series);
        Change shorter = only(series(week -> week < 62 ? 0 : -1.5));
        Change interrupted = only(without(series, week -> week == 63 || week == 70));
        Change ended = only(without(series, week -> week >= 76));

        assertThat(interrupted.alarmSince()).isEqualTo(whole.alarmSince());
        assertThat(interrupted.ewma()).isCloseTo(shorter.ewma(), within(1e-12));
        assertThat(ended.ewma()).isCloseTo(shorter.ewma(), within(1e-12));
        assertThat(ended.alarmSince()).isEqualTo(61);
    }

    /** A week without data has no number that could be read by mistake. */
    @Test
    void whatStandsInAWeekWithoutDataHasNoSay() {
        Series series = series(week -> week < 60 ? week % 2 : -1);
        Series without = without(series, week -> week % 7 == 0);
        Series absurd =
                new Series(without.n(), without.value().clone(), without.error().clone());
        IntStream.range(0, WEEKS).filter(week -> week % 7 == 0).forEach(week -> {
            absurd.value()[week] = -1e9;
            absurd.error()[week] = -1;
        });
        assertThat(only(absurd)).isEqualTo(only(without));
    }

    /** The second cell would be in alarm, and is not counted: the first one's q is its p. */
    @Test
    void aCellNeedsABaselineAndAMonitoredWeek() {
        Series cell = series(week -> week < 60 ? 0 : -3);
        Series young = without(cell, week -> week < 27);
        Series oldEnough = without(cell, week -> week < 26);
        Series gone = without(cell, week -> week >= BASELINE_WEEKS);
        Series never = without(cell, week -> true);

        List<Optional<Change>> changes = ChangeDetection.of(List.of(cell, young, gone, never), LIMIT);
        assertThat(changes).extracting(Optional::isPresent).containsExactly(true, false, false, false);
        assertThat(changes.get(0).orElseThrow().q())
                .isEqualTo(changes.get(0).orElseThrow().p());
        assertThat(only(oldEnough).inAlarm()).isTrue();
        assertThat(ChangeDetection.of(List.of(), LIMIT)).isEmpty();
    }

    /** The limit is the one of q: at a higher one the same cell has been in alarm for longer. */
    @Test
    void theLimitDecides() {
        Series series = series(week -> week < 60 ? 0 : -.3);
        Change change = only(series);
        assertThat(change.q()).isBetween(.1, .3);
        assertThat(change.inAlarm()).isFalse();
        Change at = ChangeDetection.of(List.of(series), change.q()).get(0).orElseThrow();
        assertThat(at.alarmSince()).isEqualTo(WEEKS - 1);
        assertThat(ChangeDetection.of(List.of(series), .4).get(0).orElseThrow().alarmSince())
                .isBetween(60, WEEKS - 2);
    }

    @Test
    void theOrderOfCellsHasNoSay() {
        List<Series> family = family(60, 6, new Random(2));
        List<Integer> order = IntStream.range(0, family.size()).boxed().collect(Collectors.toList());
        Collections.shuffle(order, new Random(3));

        List<Change> changes = all(family);
        assertThat(all(order.stream().map(family::get).toList()))
                .isEqualTo(order.stream().map(changes::get).toList());
    }

    /** Every tenth cell is two standard errors lower from week 68 on. */
    @Test
    void aPlantedDropIsFoundAndDatedNearly() {
        int dropped = 20;
        List<Change> changes = all(family(200, dropped, new Random(4)));
        List<Change> found = changes.subList(0, dropped);

        assertThat(found).allMatch(Change::inAlarm);
        assertThat(found).allSatisfy(change -> assertThat(change.alarmSince()).isBetween(68, 75));
        assertThat(changes.subList(dropped, 200)).filteredOn(Change::inAlarm).hasSizeLessThanOrEqualTo(5);
    }

    @Test
    void aSteadyFamilyRaisesFewAlarms() {
        assertThat(all(family(5000, 0, new Random(5))))
                .filteredOn(Change::inAlarm)
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void impossibleWeeksAreRefused() {
        double[] weeks = new double[WEEKS];
        double[] ones = new double[WEEKS];
        Arrays.fill(ones, 1);
        double[] minus = new double[WEEKS];
        Arrays.fill(minus, -1);
        double[] unknown = new double[WEEKS];
        Arrays.fill(unknown, Double.NaN);

        assertThatThrownBy(() -> new Series(new double[77], weeks, ones)).hasMessage("expected 78 weeks of n, not 77");
        assertThatThrownBy(() -> new Series(ones, new double[79], ones))
                .hasMessage("expected 78 weeks of values, not 79");
        assertThatThrownBy(() -> new Series(ones, weeks, new double[0]))
                .hasMessage("expected 78 weeks of errors, not 0");
        assertThatThrownBy(() -> new Series(minus, weeks, ones)).hasMessage("expected n of 0 or more, not -1.0");
        assertThatThrownBy(() -> new Series(ones, unknown, ones)).hasMessage("expected a finite value, not NaN");
        assertThatThrownBy(() -> new Series(ones, weeks, weeks)).hasMessage("expected standard error above 0, not 0.0");
        assertThatThrownBy(() -> ChangeDetection.of(List.of(), 0))
                .hasMessage("expected limit above 0, at most 1, not 0.0");
    }

    private interface Weekly {
        double at(int week);
    }

    /** A cell with one answer a week and standard errors of 1. */
    private static Series series(Weekly value) {
        double[] ones = new double[WEEKS];
        Arrays.fill(ones, 1);
        double[] values = new double[WEEKS];
        Arrays.setAll(values, value::at);
        return new Series(ones, values, ones.clone());
    }

    private interface Weeks {
        boolean has(int week);
    }

    private static Series without(Series series, Weeks weeks) {
        double[] n = series.n().clone();
        Arrays.setAll(n, week -> weeks.has(week) ? 0 : series.n()[week]);
        return new Series(n, series.value(), series.error());
    }

    /** Independent normal weeks; the first {@code dropped} cells are 2 lower from week 68 on. */
    private static List<Series> family(int cells, int dropped, Random random) {
        List<Series> family = new ArrayList<>();
        for (int cell = 0; cell < cells; cell++) {
            boolean drops = cell < dropped;
            family.add(series(week -> random.nextGaussian() - (drops && week >= 68 ? 2 : 0)));
        }
        return family;
    }

    private static Change only(Series series) {
        return all(List.of(series)).get(0);
    }

    private static List<Change> all(List<Series> family) {
        return ChangeDetection.of(family, LIMIT).stream()
                .map(Optional::orElseThrow)
                .toList();
    }

    /** Of an ewma after all weeks. */
    private static double p(double ewma, double autocorrelation) {
        double ofBaseline = Math.pow(1 - Math.pow(.8, MONITORED_WEEKS), 2) / BASELINE_WEEKS;
        return TDistribution.of(BASELINE_WEEKS - 1)
                .cumulativeProbability(
                        ewma / Math.sqrt(ChangeDetection.variance(MONITORED_WEEKS, ofBaseline, autocorrelation)));
    }

    /** Of shares with nine effective observations a week there is no telling, of ten there is. */
    @Test
    void tooFewAWeekAreNotJudged() {
        Family.Scores shares = new Family.Scores(Family.Kind.SHARE, false, 1, 0.05, false);
        List<WeeklyValues> family = List.of(weekly(9), weekly(10));
        List<Optional<Change>> changes = ChangeDetection.of(shares, family, 0.1);
        assertThat(changes.get(0)).isEmpty();
        assertThat(changes.get(1).orElseThrow().inAlarm()).isTrue();
    }

    /** Nine of ten in the baseline, a third less after it. */
    private static WeeklyValues weekly(double effective) {
        double[] n = new double[ChangeDetection.WEEKS];
        double[] independent = new double[ChangeDetection.WEEKS];
        double[] value = new double[ChangeDetection.WEEKS];
        double[] variance = new double[ChangeDetection.WEEKS];
        for (int week = 0; week < n.length; week++) {
            n[week] = 20;
            independent[week] = effective;
            value[week] = week < ChangeDetection.BASELINE_WEEKS ? .9 : .6;
            variance[week] = value[week] * (1 - value[week]) * 20 / 19;
        }
        return new WeeklyValues(n, independent, value, variance);
    }
}
