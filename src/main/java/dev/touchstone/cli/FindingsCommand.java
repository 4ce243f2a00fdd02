package dev.touchstone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.touchstone.assess.Findings;
import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import dev.touchstone.fault.Shown;
import dev.touchstone.inference.Status;
import dev.touchstone.project.Nearest;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code touchstone findings}. */
@Command(
        name = "findings",
        mixinStandardHelpOptions = true,
        description = "The weak touchpoints of a period, those that matter most first.")
final class FindingsCommand implements Callable<Integer> {
    /** How findings are shown. */
    enum Format {
        TABLE,
        LINES,
        JSON,
        CSV
    }

    /** So many labels tell how labels look, and which are near. */
    private static final int PERIODS_NAMED = 12;

    /** What spreadsheets calculate, those of East Asia also by signs of full width. */
    private static final Pattern FORMULA = Pattern.compile("[\\p{Z}\\p{Cf}]*[=+\\-@\uff1d\uff0b\uff0d\uff20]");

    @Mixin
    private ProjectOption project;

    @Option(names = "--kpi", paramLabel = "KPI", split = ",", description = "Only of these KPIs (default: all).")
    private List<String> kpis = new ArrayList<>();

    @Option(names = "--level", paramLabel = "LEVEL", description = "Only touchpoint or only segment (default: both).")
    private String level;

    @Option(
            names = "--segmentation",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Only segments of these segmentations, each shown by itself; all: the touchpoints themselves.")
    private List<String> segmentations = new ArrayList<>();

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            split = ",",
            description = "Only with these verdicts: ${COMPLETION-CANDIDATES} (default: CONFIRMED,PROBABLE).")
    private List<Status> statuses = new ArrayList<>();

    @Option(
            names = "--period",
            paramLabel = "LABEL",
            split = ",",
            description = "The periods, e.g. 2026-11 or 1405-08; all: every complete one (default: the latest that "
                    + "is complete).")
    private List<String> periods = new ArrayList<>();

    @Option(names = "--new", description = "Only what the complete run before the last one had not found.")
    private boolean fresh;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many of each period, and of each --segmentation (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "TABLE",
            description = "table, lines (one a finding), json (one object a line) or csv, both with all columns of "
                    + "weak_touchpoints (default: table). In csv an apostrophe stands before a text that begins with "
                    + "= + - or @, so that no spreadsheet calculates it; json has every value as it is.")
    private Format format;

    @Override
    public Integer call() {
        Project read = project.read();
        refuseUnknown(read);
        SparkSession spark = Sessions.open("findings", read);
        Store store = Sessions.store(spark, read);
        Set<Status> wanted = statuses.isEmpty() ? EnumSet.of(Status.CONFIRMED, Status.PROBABLE) : Set.copyOf(statuses);
        List<Findings.Answer> answers = new ArrayList<>();
        for (String period : wantedPeriods(read, store)) {
            for (String segmentation : wantedSegmentations()) {
                Findings.Filter filter =
                        new Findings.Filter(new TreeSet<>(kpis), level, segmentation, wanted, period, fresh);
                answers.add(Findings.of(read, store, filter, limit).orElseThrow(() -> notJudged(read, store, period)));
            }
        }
        if (format == Format.CSV) {
            csv(answers.stream().flatMap(answer -> answer.rows().stream()).toList());
        }
        for (int i = 0; i < answers.size(); i++) {
            Findings.Answer answer = answers.get(i);
            if (i > 0 && (format == Format.TABLE || format == Format.LINES)) {
                Print.line("");
            }
            switch (format) {
                case TABLE -> Print.findings(read, answer, wanted);
                case LINES -> Print.lines("Findings of " + read.title().en(), read, answer);
                case JSON -> answer.rows().forEach(row -> Print.line(json(row)));
                case CSV -> {}
            }
        }
        if (format == Format.TABLE) {
            Print.caveats(answers);
        }
        return 0;
    }

    /** Null is the latest that is complete. */
    private List<String> wantedPeriods(Project read, Store store) {
        if (periods.isEmpty()) {
            return Collections.singletonList(null);
        }
        if (!periods.equals(List.of("all"))) {
            return periods.stream().distinct().toList();
        }
        List<String> judged = Findings.periods(read, store);
        if (judged.isEmpty()) {
            throw notJudged(read, store, null);
        }
        return judged;
    }

    /** Null is any. */
    private List<String> wantedSegmentations() {
        return segmentations.isEmpty()
                ? Collections.singletonList(null)
                : segmentations.stream().distinct().toList();
    }

    private static Fault notJudged(Project read, Store store, String period) {
        List<String> judged = Findings.periods(read, store);
        String labels = judged.stream().limit(PERIODS_NAMED).collect(Collectors.joining(", "))
                + (judged.size() > PERIODS_NAMED ? ", ..." : "");
        return Fault.arguments(
                period == null ? "no complete period has been judged yet" : "period " + period + " is not judged",
                store.location(Table.WEAK_TOUCHPOINTS),
                judged.isEmpty()
                        ? "run `touchstone run` over a whole %1$s; --period shows one that is not over, and `findings:"
                                        .formatted(read.findings().grain().code())
                                + " {grain: week}` in the project file judges shorter ones"
                        : "give --period with the label of a %s that is judged: %s"
                                .formatted(read.findings().grain().code(), labels));
    }

    private void refuseUnknown(Project read) {
        List<Problem> problems = new ArrayList<>();
        for (String kpi : kpis) {
            if (!read.catalogue().kpis().containsKey(kpi)) {
                problems.add(new Problem(
                        "unknown KPI '%s'".formatted(kpi),
                        "--kpi",
                        Nearest.hint(kpi, read.catalogue().kpis().keySet()) + "`touchstone kpis --project` lists all"));
            }
        }
        Set<String> known = read.segmentations().stream()
                .map(Project.Segmentation::name)
                .collect(Collectors.toCollection(TreeSet::new));
        known.add("all");
        for (String segmentation : segmentations) {
            if (!known.contains(segmentation)) {
                problems.add(new Problem(
                        "unknown segmentation '%s'".formatted(segmentation),
                        "--segmentation",
                        Nearest.hint(segmentation, known) + "write one of " + String.join(", ", known)));
            }
        }
        if (level != null && !List.of("touchpoint", "segment").contains(level)) {
            problems.add(new Problem("unknown level '%s'".formatted(level), "--level", "write touchpoint or segment"));
        }
        if (limit < 1) {
            problems.add(new Problem("--limit " + limit + " is less than 1", "--limit", "give how many to show"));
        }
        if (!problems.isEmpty()) {
            throw Fault.arguments(problems);
        }
    }

    private static String json(Row row) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String name : row.schema().fieldNames()) {
            Object value = row.getAs(name);
            values.put(name, value instanceof java.sql.Date ? value.toString() : value);
        }
        try {
            return new ObjectMapper().writeValueAsString(values);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void csv(List<Row> rows) {
        String[] names = Table.WEAK_TOUCHPOINTS.columnNames();
        Print.line(String.join(",", names));
        for (Row row : rows) {
            Print.line(Arrays.stream(names).map(name -> cell(row.getAs(name))).collect(Collectors.joining(",")));
        }
    }

    /**
     * Quoted where it must be; a text that a spreadsheet would take for a formula, also after blanks, gets an apostrophe
     * before it. Numbers stay numbers.
     */
    static String cell(Object value) {
        if (value == null) {
            return "";
        }
        if (!(value instanceof String text)) {
            return String.format(Locale.ROOT, "%s", value);
        }
        String shown = Shown.inOneLine(text);
        String safe = FORMULA.matcher(shown).lookingAt() ? "'" + shown : shown;
        return safe.matches(".*[\",].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
    }
}
