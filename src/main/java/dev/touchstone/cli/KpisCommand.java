package dev.touchstone.cli;

import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.ProjectFile;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code touchstone kpis}. */
@Command(
        name = "kpis",
        mixinStandardHelpOptions = true,
        description = "The catalogue: every KPI with its definition, direction, clock and source. Starts no Spark.")
final class KpisCommand implements Callable<Integer> {
    @Option(names = "--project", paramLabel = "FILE", description = "Show this project's KPIs, too.")
    private Path project;

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Show just these, with all details.")
    private java.util.List<String> names = java.util.List.of();

    @Override
    public Integer call() {
        Catalogue catalogue = project == null
                ? Catalogue.builtIn()
                : ProjectFile.read(project, System.getenv()).project().catalogue();
        for (String name : names) {
            if (!catalogue.kpis().containsKey(name)) {
                throw dev.touchstone.fault.Fault.arguments(
                        "there is no KPI " + name, "command line", "see `touchstone kpis` for all names");
            }
        }
        if (names.isEmpty()) {
            System.out.printf("%-26s %-8s %-7s %-12s %s%n", "KPI", "unit", "better", "of", "title");
            catalogue
                    .kpis()
                    .values()
                    .forEach(kpi -> System.out.printf(
                            "%-26s %-8s %-7s %-12s %s%n",
                            kpi.name(),
                            kpi.scale().unit(),
                            kpi.scale().better().name().toLowerCase(Locale.ROOT),
                            kpi.of(),
                            kpi.title().en()));
            System.out.printf(
                    "%n%d KPIs. Details: touchstone kpis NAME%n",
                    catalogue.kpis().size());
        } else {
            names.forEach(name -> show(catalogue.kpis().get(name)));
        }
        return 0;
    }

    private static void show(Kpi kpi) {
        System.out.printf(
                "%s  (%s)  %s%n", kpi.name(), kpi.title().en(), kpi.title().fa());
        line("says", kpi.description() == null ? null : kpi.description().en());
        line("good for", kpi.goodFor());
        line("not for", kpi.notFor());
        line("rows", kpi.of() + " where " + kpi.counts());
        line("score", kpi.score());
        line("clock", kpi.clock() == null ? "the contract's" : kpi.clock());
        line("matures", kpi.maturesDays() == 0 ? "at once" : "after " + kpi.maturesDays() + " days");
        line(
                "scale",
                "%s, %s to %s, %s is better"
                        .formatted(
                                kpi.scale().unit(),
                                kpi.scale().low() == null
                                        ? "unbounded"
                                        : kpi.scale().low(),
                                kpi.scale().high() == null
                                        ? "unbounded"
                                        : kpi.scale().high(),
                                kpi.scale().better().name().toLowerCase(Locale.ROOT)));
        line("interval", kpi.interval().name().toLowerCase(Locale.ROOT));
        line("source", kpi.source());
        line("version", String.valueOf(kpi.version()));
        System.out.println();
    }

    private static void line(String name, String value) {
        if (value != null) {
            System.out.printf("  %-9s %s%n", name, value);
        }
    }
}
