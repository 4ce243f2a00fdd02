package dev.touchstone.cli;

import dev.touchstone.assess.Weakest;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import java.util.Locale;

/** What commands show to people. */
final class Print {
    private Print() {}

    /** The table of the weakest touchpoints, worst first. */
    static void weakest(Project project, Weakest.Answer weakest) {
        Kpi kpi = weakest.kpi();
        System.out.printf(
                "%nWeakest touchpoints of %s by %s (%s, %s is better), %s%n",
                project.title().en(),
                kpi.title().en(),
                kpi.name(),
                kpi.scale().better().name().toLowerCase(Locale.ROOT),
                weakest.period());
        System.out.printf("  %-28s %9s   %-19s %9s%n", "touchpoint", "value", "95 % interval", "n");
        for (Weakest.Line line : weakest.lines()) {
            String title = project.touchpoints().stream()
                    .filter(each -> each.name().equals(line.touchpoint()))
                    .map(each -> each.title().en())
                    .findFirst()
                    .orElse(line.touchpoint());
            System.out.printf(
                    "  %-28s %9s   %-19s %,9d%n",
                    title,
                    figure(kpi, line.value()),
                    "[" + figure(kpi, line.low()) + ", " + figure(kpi, line.high()) + "]",
                    line.n());
        }
    }

    /** A figure as people read it: shares as percent. */
    static String figure(Kpi kpi, Double value) {
        if (value == null) {
            return "open";
        }
        return switch (kpi.scale().unit()) {
            case "share" -> String.format(Locale.ROOT, "%.1f %%", 100 * value);
            case "points" -> String.format(Locale.ROOT, "%+.1f", value);
            case "count" -> String.format(Locale.ROOT, "%,.0f", value);
            default -> String.format(Locale.ROOT, "%.2f", value);
        };
    }
}
