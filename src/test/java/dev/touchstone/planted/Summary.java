package dev.touchstone.planted;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What the seeds of a trial are held against, and the lines that show it. */
final class Summary {
    /** The rate of false discoveries, and of false alarms, that the drawn projects accept: the default. */
    private static final double SET_RATE = .10;
    /** One-sided, at 5 %: a rate that is only by chance above the set one is let pass. */
    private static final double STANDARD_ERRORS = 1.645;

    private static final double LEAST_FOUND = .75;
    private static final double LEAST_LET_PASS = .95;
    private static final int LONGEST_DELAY = 4;

    private static final String COLUMNS = "judged   weak planted  found  power  confirmed false    FDP  probable false"
            + "  mix-only called  shifted delay  alarms false  share";

    private Summary() {}

    /**
     * Something that must hold.
     *
     * @param figures what was seen, and the limit
     */
    record Check(String what, boolean holds, String figures) {
        @Override
        public String toString() {
            return "%-4s  %-42s %s".formatted(holds ? "PASS" : "FAIL", what, figures);
        }
    }

    /** Heads the {@linkplain #line lines}. */
    static String head(String first) {
        return "%-22s %s".formatted(first, COLUMNS);
    }

    /** An outcome in one line. */
    static String line(String first, Outcome outcome) {
        return String.format(
                Locale.ROOT,
                "%-22s %6d %6d %7d %6d %6.3f  %9d %5d %6.3f  %8d %5d  %8d %6d  %7d %5s  %6d %5d %6.3f",
                first,
                outcome.judged(),
                outcome.weak(),
                outcome.planted(),
                outcome.found(),
                Outcome.share(outcome.found(), outcome.planted()),
                outcome.confirmed(),
                outcome.falselyConfirmed(),
                outcome.falseDiscoveries(),
                outcome.probable(),
                outcome.falselyProbable(),
                outcome.mixOnly(),
                outcome.mixCalledWeak(),
                outcome.shifted(),
                delay(outcome),
                outcome.alarms(),
                outcome.falseAlarms(),
                outcome.falseAmongAlarms());
    }

    /** Of each family, all seeds together. */
    static List<String> families(List<Outcome> seeds) {
        Outcome all = Outcome.of(seeds);
        return Family.all()
                .map(family -> line(family.toString(), all.where(family)))
                .toList();
    }

    /** Heads the {@linkplain #row rows} of a table in Markdown. */
    static List<String> tableHead() {
        return List.of(
                "| design effect | seeds | cells judged | CONFIRMED and not weak | PROBABLE and not weak |"
                        + " planted cells found | mix-only drops called weak | median weeks to an alarm | false alarms |",
                "|---|---|---|---|---|---|---|---|---|");
    }

    /** All seeds of a design effect as a row of a table in Markdown. */
    static String row(Customers customers, List<Outcome> seeds) {
        Outcome all = Outcome.of(seeds);
        Mean discoveries = Mean.of(seeds, Outcome::falseDiscoveries);
        Mean alarms = Mean.of(seeds, Outcome::falseAmongAlarms);
        return format(
                "| %.0f | %d | %,d | %s | %.1f %% | %.1f %% of %,d | %d of %,d | %s | %s |",
                customers.designEffect(),
                seeds.size(),
                all.judged(),
                discoveries.shown(),
                100 * Outcome.share(all.falselyProbable(), all.probable()),
                100 * Outcome.share(all.found(), all.planted()),
                all.planted(),
                all.mixCalledWeak(),
                all.mixOnly(),
                delay(all),
                alarms.shown());
    }

    /** What must hold of all seeds together, and, as it is promised within a family, of each family. */
    static List<Check> checks(List<Outcome> seeds) {
        Outcome all = Outcome.of(seeds);
        List<Check> checks = new ArrayList<>();
        checks.add(notAbove("false discoveries", Mean.of(seeds, Outcome::falseDiscoveries), ""));
        checks.add(worst("false discoveries of the worst family", seeds, Outcome::falseDiscoveries));
        checks.add(new Check(
                "planted cells called weak",
                Outcome.share(all.found(), all.planted()) >= LEAST_FOUND,
                shares(all.found(), all.planted(), LEAST_FOUND)));
        checks.add(letPass("mix-only drops not called weak", all, ""));
        Question worst = Stream.of(Question.values())
                .min(Comparator.comparingDouble(question -> {
                    Outcome ofQuestion = all.where(judgement -> judgement.cell().question() == question);
                    return Outcome.share(ofQuestion.mixOnly() - ofQuestion.mixCalledWeak(), ofQuestion.mixOnly());
                }))
                .orElseThrow();
        checks.add(letPass(
                "mix-only drops of the worst KPI",
                all.where(judgement -> judgement.cell().question() == worst),
                ", " + worst.kpi()));
        checks.add(new Check(
                "median weeks from a shift to its alarm",
                all.medianDelay().orElse(Judgement.NEVER) <= LONGEST_DELAY,
                "%s of %d shifts, at most %d".formatted(delay(all), all.shifted(), LONGEST_DELAY)));
        Mean alarms = Mean.of(seeds, Outcome::falseAmongAlarms);
        checks.add(new Check(
                "false among alarms",
                alarms.mean <= SET_RATE,
                format(
                        "%.4f, at most %.2f; %.4f of the steady cells",
                        alarms.mean, SET_RATE, Outcome.share(all.falseAlarms(), all.steady()))));
        checks.add(worst("false among alarms of the worst family", seeds, Outcome::falseAmongAlarms));
        return checks;
    }

    /** What must hold of the few seeds that go from rows. */
    static Check checkOfRows(List<Outcome> seeds) {
        Outcome all = Outcome.of(seeds);
        return new Check(
                "false discoveries, seeds pooled",
                all.falseDiscoveries() <= SET_RATE,
                format(
                        "%d of %d, %.4f, at most %.2f",
                        all.falselyConfirmed(), all.confirmed(), all.falseDiscoveries(), SET_RATE));
    }

    /** The cells that are judged together. */
    private record Family(Question question, Split split) implements Predicate<Judgement> {
        static Stream<Family> all() {
            return Stream.of(Question.values())
                    .flatMap(question -> Stream.of(Split.values()).map(split -> new Family(question, split)));
        }

        @Override
        public boolean test(Judgement judgement) {
            return judgement.cell().question() == question && judgement.cell().split() == split;
        }

        @Override
        public String toString() {
            return question.kpi() + " " + split.code();
        }
    }

    /** Mean over seeds, with its standard error: 0 of one seed. */
    private record Mean(double mean, double error) {
        static Mean of(List<Outcome> seeds, ToDoubleFunction<Outcome> figure) {
            double mean = seeds.stream().mapToDouble(figure).average().orElse(0);
            double squares = seeds.stream()
                    .mapToDouble(seed -> Math.pow(figure.applyAsDouble(seed) - mean, 2))
                    .sum();
            int size = seeds.size();
            return new Mean(mean, size < 2 ? 0 : Math.sqrt(squares / (size - 1) / size));
        }

        double low() {
            return mean - STANDARD_ERRORS * error;
        }

        /** In percent, with the standard error. */
        String shown() {
            return format("%.1f %% ± %.1f", 100 * mean, 100 * error);
        }
    }

    private static Check notAbove(String what, Mean mean, String whose) {
        return new Check(
                what,
                mean.low() <= SET_RATE,
                format(
                        "%.4f, standard error %.4f, less %.3f of them %.4f, at most %.2f%s",
                        mean.mean, mean.error, STANDARD_ERRORS, mean.low(), SET_RATE, whose));
    }

    private static Check worst(String what, List<Outcome> seeds, ToDoubleFunction<Outcome> figure) {
        Function<Family, Mean> mean =
                family -> Mean.of(seeds.stream().map(seed -> seed.where(family)).toList(), figure);
        Family worst = Family.all()
                .max(Comparator.comparingDouble(family -> mean.apply(family).low()))
                .orElseThrow();
        return notAbove(what, mean.apply(worst), ", " + worst);
    }

    private static Check letPass(String what, Outcome outcome, String whose) {
        long passed = outcome.mixOnly() - outcome.mixCalledWeak();
        return new Check(
                what,
                Outcome.share(passed, outcome.mixOnly()) >= LEAST_LET_PASS,
                shares(passed, outcome.mixOnly(), LEAST_LET_PASS) + whose);
    }

    private static String shares(long part, long whole, double least) {
        return format("%d of %d, %.4f, at least %.2f", part, whole, Outcome.share(part, whole), least);
    }

    private static String delay(Outcome outcome) {
        return outcome.medianDelay().isEmpty()
                ? "-"
                : outcome.medianDelay().getAsInt() == Judgement.NEVER
                        ? "never"
                        : String.valueOf(outcome.medianDelay().getAsInt());
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
