package dev.touchstone.inference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * What early change does to made families of shares whose truth is known: how often it cries wolf, and how soon it finds
 * a drop. {@link #main} prints the figures; a few repetitions of it are a test.
 *
 * <p>Families are assessed each week for {@value #ASSESSMENTS} weeks, each time anew as the product does. Some cells
 * drop for good at the last week of the first assessment, by two standard deviations of a week.
 */
final class ChangeSimulation {
    private static final int ASSESSMENTS = 13;
    private static final double LIMIT = .1;
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private ChangeSimulation() {}

    /** Where the standard error of a week's share comes from. */
    enum Error {
        /** The week's own answers: (share n + 2) / (n + 4). */
        OF_WEEK,
        /** The same of the baseline's share, so that it does not move with the week's. */
        OF_BASELINE
    }

    /**
     * A made family.
     *
     * @param answers a week and cell
     * @param growth answers of the monitored weeks, divided by those of the baseline
     * @param share of good answers
     * @param spread standard deviation of a week's true share, which varies about {@code share}
     * @param autocorrelation of a cell's neighbouring weeks
     */
    record Setup(
            int cells, int answers, double growth, double share, double spread, double autocorrelation, Error error) {}

    /**
     * What was seen.
     *
     * @param anyFalse share of weeks with a false alarm, in families where nothing changed
     * @param falseAlarms share of cells in alarm in them
     * @param falseAmongAlarms mean share of false alarms among a week's alarms, 0 where there are none, in families
     *     where every twentieth cell dropped
     * @param medianDelay weeks until a dropped cell is in alarm, the week of the drop counted; {@value #ASSESSMENTS} + 1
     *     where it takes longer
     */
    record Outcome(double anyFalse, double falseAlarms, double falseAmongAlarms, int medianDelay) {}

    public static void main(String[] arguments) {
        int repetitions = arguments.length == 0 ? 10 : Integer.parseInt(arguments[0]);
        for (double share : new double[] {.8, .05}) {
            for (Error error : Error.values()) {
                for (double autocorrelation : new double[] {0, .4}) {
                    for (int answers : new int[] {60, 400}) {
                        print(new Setup(200, answers, 1, share, 0, autocorrelation, error), repetitions);
                        print(new Setup(3000, answers, 1, share, 0, autocorrelation, error), repetitions / 10 + 1);
                    }
                }
            }
        }
        for (double spread : new double[] {0, .02}) {
            for (double growth : new double[] {1, 2, 4}) {
                print(new Setup(200, 400, growth, .8, spread, 0, Error.OF_BASELINE), repetitions);
                print(new Setup(3000, 400, growth, .8, spread, 0, Error.OF_BASELINE), repetitions / 10 + 1);
            }
        }
    }

    private static void print(Setup setup, int repetitions) {
        Outcome outcome = run(setup, repetitions);
        System.out.printf(
                "%s: any false %.3f, cells in false alarm %.6f, false among alarms %.3f, median delay %d%n",
                setup, outcome.anyFalse, outcome.falseAlarms, outcome.falseAmongAlarms, outcome.medianDelay);
    }

    static Outcome run(Setup setup, int repetitions) {
        Random random = new Random(20260101);
        double anyFalse = 0;
        double falseAlarms = 0;
        double falseAmongAlarms = 0;
        int[] delays = {};
        int weeks = repetitions * ASSESSMENTS;
        for (int repetition = 0; repetition < repetitions; repetition++) {
            for (boolean[] alarms : alarms(setup, 0, random)) {
                long wrong = count(alarms, 0);
                anyFalse += wrong > 0 ? 1 : 0;
                falseAlarms += (double) wrong / setup.cells;
            }
            int dropped = setup.cells / 20;
            List<boolean[]> alarms = alarms(setup, dropped, random);
            for (boolean[] ofWeek : alarms) {
                falseAmongAlarms += (double) count(ofWeek, dropped) / Math.max(1, count(ofWeek, 0));
            }
            delays = IntStream.concat(
                            Arrays.stream(delays), IntStream.range(0, dropped).map(cell -> delay(alarms, cell)))
                    .toArray();
        }
        Arrays.sort(delays);
        return new Outcome(
                anyFalse / weeks, falseAlarms / weeks, falseAmongAlarms / weeks, delays[(delays.length - 1) / 2]);
    }

    private static long count(boolean[] alarms, int from) {
        return IntStream.range(from, alarms.length).filter(cell -> alarms[cell]).count();
    }

    private static int delay(List<boolean[]> alarms, int cell) {
        return 1
                + IntStream.range(0, ASSESSMENTS)
                        .filter(week -> alarms.get(week)[cell])
                        .findFirst()
                        .orElse(ASSESSMENTS);
    }

    /** Of each assessment, the cells in alarm; the first {@code dropped} cells have dropped. */
    private static List<boolean[]> alarms(Setup setup, int dropped, Random random) {
        Shares shares = new Shares(setup, random);
        double[][] cells = IntStream.range(0, setup.cells)
                .mapToObj(cell -> shares.cell(cell < dropped))
                .toArray(double[][]::new);
        return IntStream.range(0, ASSESSMENTS)
                .mapToObj(first -> {
                    List<ChangeDetection.Series> family = Arrays.stream(cells)
                            .map(cell -> shares.series(cell, first))
                            .toList();
                    List<Optional<ChangeDetection.Change>> changes = ChangeDetection.of(family, LIMIT);
                    boolean[] alarms = new boolean[changes.size()];
                    for (int cell = 0; cell < alarms.length; cell++) {
                        alarms[cell] = changes.get(cell).orElseThrow().inAlarm();
                    }
                    return alarms;
                })
                .toList();
    }

    /** Weekly shares of good answers. */
    private static final class Shares {
        private static final int WEEKS = ChangeDetection.WEEKS + ASSESSMENTS - 1;

        private final Setup setup;
        private final Random random;
        private final Map<List<Integer>, double[]> tables = new HashMap<>();

        Shares(Setup setup, Random random) {
            this.setup = setup;
            this.random = random;
        }

        private int answers(int week) {
            return (int) (setup.answers * (week < ChangeDetection.BASELINE_WEEKS ? 1 : setup.growth));
        }

        /** Binomial counts behind normal numbers, so that neighbouring weeks are alike whatever the share. */
        double[] cell(boolean drops) {
            double deviation = Math.sqrt(setup.share * (1 - setup.share) / setup.answers + setup.spread * setup.spread);
            double fresh = Math.sqrt(1 - setup.autocorrelation * setup.autocorrelation);
            double[] shares = new double[WEEKS];
            double number = random.nextGaussian();
            for (int week = 0; week < WEEKS; week++) {
                number = setup.autocorrelation * number + fresh * random.nextGaussian();
                double drop = drops && week >= ChangeDetection.WEEKS - 1 ? 2 * deviation : 0;
                double[] cumulative =
                        cumulative(setup.share + setup.spread * random.nextGaussian() - drop, answers(week));
                int found = Arrays.binarySearch(cumulative, NORMAL.cumulativeProbability(number));
                shares[week] = (double) Math.min(answers(week), found < 0 ? -found - 1 : found) / answers(week);
            }
            return shares;
        }

        /** Shares in steps of 0.0005, so that a few tables do. */
        private double[] cumulative(double share, int answers) {
            int step = (int) Math.round(2000 * Math.max(.0005, Math.min(.9995, share)));
            return tables.computeIfAbsent(List.of(step, answers), key -> {
                BinomialDistribution counts = BinomialDistribution.of(answers, step / 2000.0);
                return IntStream.rangeClosed(0, answers)
                        .mapToDouble(counts::cumulativeProbability)
                        .toArray();
            });
        }

        ChangeDetection.Series series(double[] shares, int first) {
            double[] n = new double[ChangeDetection.WEEKS];
            double[] value = Arrays.copyOfRange(shares, first, first + ChangeDetection.WEEKS);
            double[] error = new double[ChangeDetection.WEEKS];
            double good = 0;
            double all = 0;
            for (int week = 0; week < n.length; week++) {
                n[week] = answers(first + week);
                good += week < ChangeDetection.BASELINE_WEEKS ? n[week] * value[week] : 0;
                all += week < ChangeDetection.BASELINE_WEEKS ? n[week] : 0;
            }
            for (int week = 0; week < n.length; week++) {
                double share = setup.error == Error.OF_WEEK ? value[week] : good / all;
                double careful = (share * n[week] + 2) / (n[week] + 4);
                error[week] = Math.sqrt(careful * (1 - careful) / (n[week] + 4));
            }
            return new ChangeDetection.Series(n, value, error);
        }
    }
}
