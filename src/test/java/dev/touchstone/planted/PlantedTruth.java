package dev.touchstone.planted;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The trial of the verdicts on planted truth; {@code jobs/planted-truth} builds and starts it. */
@Command(
        name = "jobs/planted-truth",
        sortOptions = false,
        description =
                "Draws companies whose weak touchpoints are known, assesses them and counts right and wrong verdicts.",
        footer = "Exit code: 0 if everything that is checked holds, 1 if not, 2 if an option is wrong.")
public final class PlantedTruth implements Callable<Integer> {
    private static final int TOUCHPOINTS = 20;
    private static final double ANSWERS = 250;
    private static final int TOUCHPOINTS_OF_ROWS = 10;
    private static final double ANSWERS_OF_ROWS = 100;

    @Option(
            names = "--seeds",
            paramLabel = "A-B",
            defaultValue = "1-50",
            converter = SeedsConverter.class,
            description = "seeds of which daily statistics are drawn, or none; default ${DEFAULT-VALUE}")
    private Seeds seeds;

    @Option(
            names = "--rows",
            paramLabel = "A-B",
            defaultValue = "51-52",
            converter = SeedsConverter.class,
            description = "seeds of which rows are drawn, which are measured first, or none; default ${DEFAULT-VALUE}")
    private Seeds rows;

    @Option(
            names = "--design-effect",
            paramLabel = "1|2",
            defaultValue = "1,2",
            split = ",",
            converter = CustomersConverter.class,
            description = "1: customers answer once a week; 2: five times, and alike; default both")
    private List<Customers> designEffects;

    @Option(names = "--work", required = true, hidden = true, description = "folder for tables, removed seed by seed")
    private Path work;

    @Option(names = "--help", usageHelp = true, description = "shows this")
    private boolean help;

    /** Both included; none where the last comes before the first. */
    private record Seeds(long first, long last) {
        static final Seeds NONE = new Seeds(1, 0);

        LongStream all() {
            return LongStream.rangeClosed(first, last);
        }
    }

    private static final class SeedsConverter implements ITypeConverter<Seeds> {
        @Override
        public Seeds convert(String text) {
            if (text.equals("none")) {
                return Seeds.NONE;
            }
            if (text.matches("[0-9]{1,9}(-[0-9]{1,9})?")) {
                String[] ends = text.split("-");
                Seeds seeds = new Seeds(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]));
                if (seeds.first <= seeds.last) {
                    return seeds;
                }
            }
            throw new TypeConversionException("expected a seed, two of them as in 1-50, or none, not " + text);
        }
    }

    private static final class CustomersConverter implements ITypeConverter<Customers> {
        @Override
        public Customers convert(String text) {
            for (Customers customers : Customers.values()) {
                if (text.equals("%.0f".formatted(customers.designEffect()))) {
                    return customers;
                }
            }
            throw new TypeConversionException("expected 1 or 2, not " + text);
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PlantedTruth()).execute(arguments));
    }

    @Override
    public Integer call() {
        boolean holds = true;
        work = work.toAbsolutePath();
        List<String> table = new ArrayList<>();
        for (Customers customers : designEffects) {
            List<Outcome> outcomes = statistics(customers);
            if (!outcomes.isEmpty()) {
                holds &= holds(Summary.checks(outcomes));
                table.add(Summary.row(customers, outcomes));
            }
            holds &= rows(customers);
        }
        if (!table.isEmpty()) {
            System.out.println();
            Summary.tableHead().forEach(System.out::println);
            table.forEach(System.out::println);
        }
        return holds ? 0 : 1;
    }

    /** One outcome a seed. */
    private List<Outcome> statistics(Customers customers) {
        Company company = new Company(TOUCHPOINTS, ANSWERS, customers);
        List<Outcome> outcomes = new ArrayList<>();
        seeds.all().forEach(seed -> {
            if (outcomes.isEmpty()) {
                title("Daily statistics of %d touchpoints, design effect %.0f", company);
            }
            Outcome outcome = Trial.ofStatistics(work.resolve("seed-" + seed), company, seed);
            System.out.println(Summary.line(String.valueOf(seed), outcome));
            outcomes.add(outcome);
        });
        if (!outcomes.isEmpty()) {
            System.out.println(Summary.line("all", Outcome.of(outcomes)));
            System.out.println();
            System.out.println(Summary.head("family"));
            Summary.families(outcomes).forEach(System.out::println);
            System.out.println();
        }
        return outcomes;
    }

    private boolean rows(Customers customers) {
        Company company = new Company(TOUCHPOINTS_OF_ROWS, ANSWERS_OF_ROWS, customers);
        List<Outcome> outcomes = new ArrayList<>();
        List<Summary.Check> checks = new ArrayList<>();
        rows.all().forEach(seed -> {
            if (outcomes.isEmpty()) {
                title("From rows, %d touchpoints, design effect %.0f", company);
            }
            Trial.FromRows trial = Trial.ofRows(work.resolve("rows-" + seed), company, seed);
            System.out.println(Summary.line(String.valueOf(seed), trial.outcome()));
            outcomes.add(trial.outcome());
            checks.add(new Summary.Check(
                    "daily statistics drawn as measured, seed " + seed,
                    trial.differences() == 0,
                    trial.differences() + " rows differ"));
        });
        if (outcomes.isEmpty()) {
            return true;
        }
        System.out.println();
        checks.add(Summary.checkOfRows(outcomes));
        return holds(checks);
    }

    private static void title(String format, Company company) {
        System.out.printf(
                "%n" + format + "%n%n",
                company.touchpoints(),
                company.customers().designEffect());
        System.out.println(Summary.head("seed"));
    }

    private static boolean holds(List<Summary.Check> checks) {
        checks.forEach(System.out::println);
        return checks.stream().allMatch(Summary.Check::holds);
    }
}
