package dev.touchstone.cli;

import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Nearest;
import dev.touchstone.project.ProjectFile;
import dev.touchstone.source.Contract;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code touchstone kpis}. */
@Command(
        name = "kpis",
        mixinStandardHelpOptions = true,
        description =
                "The catalogue: every KPI with its definition, direction, clock, window and source. Starts no Spark.")
final class KpisCommand implements Callable<Integer> {
    private static final int WIDTH = 96;

    @Option(names = "--project", paramLabel = "FILE", description = "Show this project's KPIs, too.")
    private Path project;

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Show just these, with all details.")
    private List<String> names = List.of();

    @Override
    public Integer call() {
        Catalogue catalogue = project == null
                ? Catalogue.builtIn()
                : ProjectFile.read(project, System.getenv()).project().catalogue();
        List<Problem> unknown = names.stream()
                .filter(name -> !catalogue.kpis().containsKey(name))
                .map(name -> new Problem(
                        "there is no KPI " + name,
                        "command line",
                        Nearest.hint(name, catalogue.kpis().keySet()) + "see `touchstone kpis` for all names"))
                .toList();
        if (!unknown.isEmpty()) {
            throw Fault.arguments(unknown);
        }
        if (names.isEmpty()) {
            list(catalogue);
        } else {
            names.forEach(name -> show(catalogue.kpis().get(name)));
        }
        return 0;
    }

    /** A percentile stands on the lines of its duration, unless a project uses it without. */
    private static void list(Catalogue catalogue) {
        Map<String, List<String>> percentiles = new LinkedHashMap<>();
        for (Kpi kpi : catalogue.kpis().values()) {
            if (kpi.percentile() != null && catalogue.kpis().containsKey(kpi.stateOf())) {
                percentiles
                        .computeIfAbsent(kpi.stateOf(), name -> new ArrayList<>())
                        .add(kpi.name());
            } else {
                percentiles.putIfAbsent(kpi.name(), new ArrayList<>());
            }
        }
        percentiles.forEach((name, ofIt) -> {
            Kpi kpi = catalogue.kpis().get(name);
            Print.printf("%s: %s%n", name, kpi.title().en());
            wrapped(kpi.description().en());
            if (!kpi.goodFor().isEmpty()) {
                wrapped("Good for: " + kpi.goodFor());
            }
            wrapped("%s, %s; %s, %s; %s"
                    .formatted(kpi.scale().unit(), better(kpi), clock(kpi), window(kpi), kpi.source()));
            if (!ofIt.isEmpty()) {
                wrapped("also " + String.join(", ", ofIt));
            }
            Print.line("");
        });
        Print.printf(
                "%d KPIs and %d percentiles. SQL and all details: touchstone kpis NAME%n",
                percentiles.size(), catalogue.kpis().size() - percentiles.size());
    }

    private static void show(Kpi kpi) {
        Print.printf("%s  (%s)  %s%n", kpi.name(), kpi.title().en(), kpi.title().fa());
        line("says", kpi.description().en());
        line("", kpi.description().fa());
        line("good for", kpi.goodFor());
        line("not for", kpi.notFor());
        line("rows", kpi.of() + " where " + kpi.counts());
        line("score", kpi.score());
        line("n counts", kpi.denominator() == null ? "" : "rows where " + kpi.denominator());
        line("shows", shown(kpi));
        line("clock", clock(kpi));
        line("window", window(kpi));
        line(
                "scale",
                "%s, %s, %s"
                        .formatted(
                                kpi.scale().unit(),
                                range(kpi.scale().low(), kpi.scale().high()),
                                better(kpi)));
        line("interval", kpi.interval().name().toLowerCase(Locale.ROOT));
        line("source", kpi.source());
        line("version", String.valueOf(kpi.version()));
        Print.line("");
    }

    private static String shown(Kpi kpi) {
        if (kpi.percentile() != null) {
            return "percentile %s of %s, open cases as the longest".formatted(kpi.percentile(), kpi.stateOf());
        }
        return switch (kpi.state()) {
            case MEAN -> kpi.denominator() == null ? "the mean of the scores" : "the sum of the scores over n";
            case TOTAL -> "the sum of the scores";
            case DURATION -> "the mean of the closed cases, in seconds";
        };
    }

    private static String range(Double low, Double high) {
        if (low == null && high == null) {
            return "unbounded";
        }
        if (high == null) {
            return "from " + number(low);
        }
        return low == null ? "up to " + number(high) : number(low) + " to " + number(high);
    }

    private static String number(double bound) {
        return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
    }

    private static String better(Kpi kpi) {
        return switch (kpi.scale().better()) {
            case HIGHER -> "higher is better";
            case LOWER -> "lower is better";
            case NONE -> "neither higher nor lower is better";
        };
    }

    private static String clock(Kpi kpi) {
        String clock = kpi.clock() != null
                ? kpi.clock()
                : Contract.named(kpi.of()).map(Contract::clock).orElse("its clock");
        if (kpi.perPeriod()) {
            return "customers of a month, quarter or year" + (kpi.clock() == null ? "" : ", by " + clock);
        }
        return kpi.of() + " by " + clock;
    }

    private static String window(Kpi kpi) {
        if (kpi.maturesDays() == 0) {
            return kpi.perPeriod() ? "final when the period ends" : "final at once";
        }
        String days = kpi.maturesDays() == 1 ? "1 day" : kpi.maturesDays() + " days";
        return kpi.perPeriod() && kpi.clock() == null
                ? "final " + days + " after the period ends"
                : "final after " + days;
    }

    private static void line(String name, String value) {
        if (!value.isEmpty()) {
            Print.printf("  %-9s %s%n", name, value);
        }
    }

    /** Indented and broken between words. */
    private static void wrapped(String text) {
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
                Print.line("  " + line);
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        Print.line("  " + line);
    }
}
