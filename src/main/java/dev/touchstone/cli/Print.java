package dev.touchstone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.touchstone.assess.Findings;
import dev.touchstone.assess.Overview;
import dev.touchstone.calendar.Names;
import dev.touchstone.fault.Problem;
import dev.touchstone.fault.Shown;
import dev.touchstone.inference.Status;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Figures;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.project.Project;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/** What commands show to people. */
final class Print {
    /** No line of the overview is longer. */
    static final int WIDTH = 110;

    private static final String CAVEATS =
            "Intervals do not cover customers who did not answer. Tests of durations are about their usual length. Ranks are"
                    + " of each cell by itself. What goes together is not thereby a cause.";

    private static final int NAME = 28;
    private static final double MUCH_OPEN = 0.05;

    private Print() {}

    /** Puts out one line, whatever stands in it. Only this class writes to standard output. */
    static void line(String text) {
        System.out.println(Shown.inOneLine(text));
    }

    /** Puts out what the form says; no value adds a line to it. */
    static void printf(String form, Object... values) {
        System.out.printf(
                form,
                Arrays.stream(values)
                        .map(value -> value instanceof String text ? Shown.inOneLine(text) : value)
                        .toArray());
    }

    /**
     * What is wrong, for standard error: three lines, or one JSON object by the fields of the Elastic Common Schema where
     * {@code TOUCHSTONE_LOG_FORMAT} is {@code json}, as Spark's own log then is.
     *
     * @param level ERROR or WARNING
     * @param failure with its stack trace, null for none
     */
    static String problem(String level, Problem problem, Throwable failure) {
        StringWriter trace = new StringWriter();
        if (failure != null) {
            failure.printStackTrace(new PrintWriter(trace, true));
        }
        if (!"json".equals(System.getenv("TOUCHSTONE_LOG_FORMAT"))) {
            return trace + level + " " + problem.text();
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("@timestamp", Instant.now().toString());
        fields.put("log.level", level);
        fields.put("message", problem.problem());
        fields.put("labels", Map.of("place", problem.place(), "remedy", problem.remedy()));
        if (failure != null) {
            fields.put("error.stack_trace", trace.toString());
        }
        try {
            return new ObjectMapper().writeValueAsString(fields);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** A month's label with its name, which says which calendar is meant: {@code 1405-02 (Ordibehesht)}. */
    private static String month(Project project, String label) {
        int month = Integer.parseInt(label.substring(label.lastIndexOf('-') + 1));
        return "%s (%s)"
                .formatted(label, Names.month(project.calendars().get(0), month).en());
    }

    /** The table of all KPIs, as lines that no terminal of {@link #WIDTH} columns wraps. */
    static List<String> overview(Project project, Overview overview, Charset output) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("KPI", "", "value", "95 % interval", "n"));
        for (Overview.Line line : overview.lines()) {
            Overview.Figure figure = line.figure();
            Kpi kpi = figure.kpi();
            cells.add(List.of(
                    shortened(kpi.name()),
                    arrow(kpi.scale().better(), output),
                    Figures.shown(kpi, figure.value()),
                    figure.low() == null && figure.high() == null
                            ? ""
                            : "[" + Figures.shown(kpi, figure.low()) + ", " + Figures.shown(kpi, figure.high()) + "]",
                    String.format(Locale.ROOT, "%,d", figure.n())));
        }
        int[] widths = IntStream.range(0, cells.get(0).size())
                .map(column -> cells.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        String form = "  %-" + widths[0] + "s %1s %" + widths[2] + "s  %-" + widths[3] + "s  %" + widths[4] + "s";
        List<String> lines = new ArrayList<>();
        lines.add("All KPIs of " + project.title().en() + ", " + month(project, overview.period()));
        lines.add("");
        for (int i = 0; i < cells.size(); i++) {
            String row = form.formatted(cells.get(i).toArray());
            List<String> notes = i == 0 ? List.of() : notes(overview.lines().get(i - 1), overview.period());
            lines.add(withNotes(row, notes).stripTrailing());
        }
        lines.add("  %s higher is better, %s lower is better. Intervals are of 95 %%; open: beyond what is known."
                .formatted(arrow(Better.HIGHER, output), arrow(Better.LOWER, output)));
        return lines;
    }

    private static List<String> notes(Overview.Line line, String period) {
        List<String> notes = new ArrayList<>();
        Overview.Figure figure = line.figure();
        if (!figure.period().equals(period)) {
            notes.add("in " + figure.period());
        }
        if (figure.aboutCompany()) {
            notes.add("of the company");
        }
        if (figure.openShare() > MUCH_OPEN) {
            notes.add(String.format(Locale.ROOT, "%.0f %% open", 100 * figure.openShare()));
        }
        line.beside()
                .forEach(beside -> notes.add(beside.label() + " "
                        + Figures.shown(beside.figure().kpi(), beside.figure().value())));
        return notes;
    }

    /** Adds notes while there is room. */
    private static String withNotes(String row, List<String> notes) {
        StringBuilder line = new StringBuilder(row);
        String separator = "  ";
        for (String note : notes) {
            if (line.length() + separator.length() + note.length() > WIDTH) {
                break;
            }
            line.append(separator).append(note);
            separator = ", ";
        }
        return line.toString();
    }

    private static String arrow(Better better, Charset output) {
        boolean arrows = output.newEncoder().canEncode('\u2191');
        return switch (better) {
            case HIGHER -> arrows ? "\u2191" : "^";
            case LOWER -> arrows ? "\u2193" : "v";
            case NONE -> "";
        };
    }

    private static String shortened(String name) {
        return name.length() <= NAME ? name : name.substring(0, NAME - 2) + "..";
    }

    /** What standard output encodes characters by. */
    static Charset charset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
        return name == null ? Charset.defaultCharset() : Charset.forName(name);
    }

    /** A list of findings: what, how far, since when, each with its reason below. */
    static void findings(Project project, Findings.Answer answer, Set<Status> statuses) {
        long cells =
                answer.judged().values().stream().mapToLong(Long::longValue).sum();
        boolean fresh = answer.asked().fresh();
        printf(
                "Findings of %s, %s: %,d cells judged%s%n",
                project.title().en(),
                scope(answer),
                cells,
                answer.judged().entrySet().stream()
                        .map(each -> "%,d %s".formatted(each.getValue(), each.getKey()))
                        .collect(Collectors.joining(", ", cells == 0 ? "" : ", ", "")));
        first(answer);
        if (answer.found() == 0) {
            line(
                    fresh && !answer.first()
                            ? "Nothing that the complete run before had not found."
                            : "None is %s."
                                    .formatted(statuses.stream()
                                            .map(Status::name)
                                            .sorted()
                                            .collect(Collectors.joining(" or "))));
        }
        int place = 0;
        for (Row row : answer.rows()) {
            place++;
            Kpi kpi = project.catalogue().kpis().get(row.<String>getAs("kpi"));
            boolean all = row.getAs("segmentation").equals("all");
            printf(
                    "%n%3d  %-15s %s  %s%s%n",
                    place,
                    row.<String>getAs("status"),
                    row.<String>getAs("kpi"),
                    project.titleOf(row.getAs("touchpoint")).en(),
                    all ? "" : " (%s: %s)".formatted(row.getAs("segmentation"), row.getAs("segment")));
            wrapped(row.getAs("reason_en"), "     ").forEach(Print::line);
            if (row.getAs("cost_low") != null && row.<Double>getAs("cost_low") > 0) {
                printf(
                        "     May cost %s (%s to %s) by fewer repurchases of %,d %s%n",
                        Figures.money(row.<Double>getAs("cost_mid")),
                        Figures.money(row.<Double>getAs("cost_low")),
                        Figures.money(row.<Double>getAs("cost_high")),
                        row.<Long>getAs("exposed"),
                        row.<String>getAs("exposure_kind"));
            }
            if (kpi != null && row.getAs("change") != null && row.<Double>getAs("change") != 0) {
                double change = row.<Double>getAs("change");
                boolean better = (change > 0) == (kpi.scale().better() == Better.HIGHER);
                printf(
                        "     %s since the period before by %s%s%n",
                        better ? "Better" : "Worse",
                        kpi.state() == State.DURATION
                                ? Figures.shown(kpi, Math.abs(change))
                                : Figures.distance(kpi, Math.abs(change)),
                        // What is about the company as a whole has no peers.
                        row.getAs("rank") == null
                                ? ""
                                : "; rank %d of its KPI, %d to %d by the intervals"
                                        .formatted(
                                                row.<Integer>getAs("rank"),
                                                row.<Integer>getAs("rank_low"),
                                                row.<Integer>getAs("rank_high")));
            }
        }
        more(answer, "%n");
    }

    /** Where, and of whom if that is asked. */
    private static String scope(Findings.Answer answer) {
        String segmentation = answer.asked().segmentation();
        return answer.period()
                + (segmentation == null ? "" : segmentation.equals("all") ? ", touchpoints" : ", " + segmentation);
    }

    private static void first(Findings.Answer answer) {
        if (answer.first()) {
            line("No complete run came before the last one: all is new.");
        }
    }

    private static void more(Findings.Answer answer, String before) {
        if (answer.found() > answer.rows().size()) {
            printf(
                    before + "%,d more: --limit, or filters.%n",
                    answer.found() - answer.rows().size());
        }
    }

    /** What every reader of findings has to know. */
    static void caveats(List<Findings.Answer> answers) {
        if (answers.stream().anyMatch(answer -> !answer.rows().isEmpty())) {
            line("");
            wrapped(CAVEATS, "").forEach(Print::line);
        }
    }

    /** Findings in one line each. */
    static void lines(String title, Project project, Findings.Answer answer) {
        printf(
                "%s, %s: %,d of %,d judged%n",
                title,
                scope(answer),
                answer.found(),
                answer.judged().values().stream().mapToLong(Long::longValue).sum());
        first(answer);
        int width = answer.rows().stream()
                .mapToInt(row -> row.<String>getAs("kpi").length())
                .max()
                .orElse(1);
        for (Row row : answer.rows()) {
            Kpi kpi = project.catalogue().kpis().get(row.<String>getAs("kpi"));
            if (kpi == null) {
                continue; // no longer declared, and not judged since
            }
            printf(
                    "  %-15s  %-" + width + "s  %s%s%s (n = %,d)%s%s%n",
                    row.<String>getAs("status"),
                    row.<String>getAs("kpi"),
                    project.titleOf(row.getAs("touchpoint")).en(),
                    row.getAs("segmentation").equals("all")
                            ? ""
                            : " (%s: %s)".formatted(row.getAs("segmentation"), row.getAs("segment")),
                    row.getAs("compared_value") == null
                            ? ""
                            : ": " + Figures.shown(kpi, row.<Double>getAs("compared_value")),
                    row.<Long>getAs("n"),
                    row.getAs("benchmark") == null
                            ? ""
                            : ", compared with " + Figures.shown(kpi, row.<Double>getAs("benchmark")),
                    row.getAs("since") == null ? "" : ", since " + row.getAs("since"));
        }
        more(answer, "  ");
    }

    /** Lines of at most {@link #WIDTH} characters, broken between words. */
    static List<String> wrapped(String text, String indent) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(indent);
        for (String word : text.split(" ")) {
            if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(indent);
            }
            line.append(line.length() > indent.length() ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
