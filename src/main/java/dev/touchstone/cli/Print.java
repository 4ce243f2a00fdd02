package dev.touchstone.cli;

import dev.touchstone.assess.Weakest;
import dev.touchstone.calendar.Names;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.source.PersianFunctions;
import java.util.List;
import java.util.Locale;

/** What commands show to people. */
final class Print {
    private Print() {}

    /** The table of the weakest touchpoints, worst first. */
    static void weakest(Project project, Weakest.Answer weakest) {
        Kpi kpi = weakest.kpi();
        System.out.printf(
                "%nWeakest touchpoints of %s, %s%nby %s (%s): %s%n%n",
                project.title().en(),
                month(project, weakest.period()),
                kpi.name(),
                kpi.scale().better() == Better.HIGHER ? "higher is better" : "lower is better",
                kpi.description().en());
        List<String> titles = weakest.lines().stream()
                .map(line -> title(project, line.touchpoint()))
                .toList();
        int width = titles.stream().mapToInt(String::length).max().orElse(0);
        String form = "  %-" + Math.max(width, "touchpoint".length()) + "s %9s   %-18s %9s%n";
        System.out.printf(form, "touchpoint", "value", "95 % interval", "answers");
        for (int i = 0; i < titles.size(); i++) {
            Weakest.Line line = weakest.lines().get(i);
            System.out.printf(
                    form,
                    titles.get(i),
                    figure(kpi, line.value()),
                    "[" + figure(kpi, line.low()) + ", " + figure(kpi, line.high()) + "]",
                    String.format(Locale.ROOT, "%,d", line.n()));
        }
        System.out.println("  Where intervals overlap, the order may be chance.");
    }

    /** The title of the project file; the data's name, which is in folded form, where it lists none. */
    private static String title(Project project, String touchpoint) {
        return project.touchpoints().stream()
                .filter(each -> PersianFunctions.persianName(each.name()).equals(touchpoint))
                .map(each -> each.title().en())
                .findFirst()
                .orElse(touchpoint);
    }

    /** A month's label with its name, which says which calendar is meant: {@code 1405-02 (Ordibehesht)}. */
    private static String month(Project project, String label) {
        int month = Integer.parseInt(label.substring(label.lastIndexOf('-') + 1));
        return "%s (%s)"
                .formatted(label, Names.month(project.calendars().get(0), month).en());
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
