package dev.touchstone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.touchstone.assess.Findings;
import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import dev.touchstone.inference.Status;
import dev.touchstone.project.Nearest;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
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
        JSON,
        CSV
    }

    @Mixin
    private ProjectOption project;

    @Option(names = "--kpi", paramLabel = "KPI", split = ",", description = "Only of these KPIs (default: all).")
    private List<String> kpis = new ArrayList<>();

    @Option(names = "--level", paramLabel = "LEVEL", description = "Only touchpoint or only segment (default: both).")
    private String level;

    @Option(names = "--segmentation", paramLabel = "NAME", description = "Only segments of this segmentation.")
    private String segmentation;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            split = ",",
            description = "Only with these verdicts: ${COMPLETION-CANDIDATES} (default: CONFIRMED,PROBABLE).")
    private List<Status> statuses = new ArrayList<>();

    @Option(
            names = "--period",
            paramLabel = "LABEL",
            description = "The period, e.g. 2026-11 or 1405-08 (default: the latest that is complete).")
    private String period;

    @Option(names = "--new", description = "Only what the complete run before the last one had not found.")
    private boolean fresh;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "TABLE",
            description = "table, json (one object a line) or csv, both with all columns of weak_touchpoints "
                    + "(default: table).")
    private Format format;

    @Override
    public Integer call() {
        Project read = project.read();
        refuseUnknown(read);
        SparkSession spark = Sessions.open("findings", read);
        Store store = Sessions.store(spark, read);
        Set<Status> wanted = statuses.isEmpty() ? EnumSet.of(Status.CONFIRMED, Status.PROBABLE) : Set.copyOf(statuses);
        Findings.Filter filter = new Findings.Filter(new TreeSet<>(kpis), level, segmentation, wanted, period, fresh);
        Optional<Findings.Answer> answer = Findings.of(read, store, filter, limit);
        if (answer.isEmpty()) {
            throw Fault.arguments(
                    period == null ? "no complete period has been judged yet" : "period " + period + " is not judged",
                    store.location(Table.WEAK_TOUCHPOINTS),
                    period == null
                            ? "run `touchstone run` over a whole period, or give --period"
                            : "give the label of a %s, in the first calendar of the project"
                                    .formatted(read.findings().grain().code()));
        }
        switch (format) {
            case TABLE -> Print.findings(read, answer.get(), wanted, fresh);
            case JSON -> answer.get().rows().forEach(row -> System.out.println(json(row)));
            case CSV -> csv(answer.get().rows());
        }
        return 0;
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
        Set<String> segmentations = read.segmentations().stream()
                .map(Project.Segmentation::name)
                .collect(Collectors.toCollection(TreeSet::new));
        if (segmentation != null && !segmentations.contains(segmentation)) {
            problems.add(new Problem(
                    "unknown segmentation '%s'".formatted(segmentation),
                    "--segmentation",
                    Nearest.hint(segmentation, segmentations)
                            + (segmentations.isEmpty()
                                    ? "the project has none"
                                    : "write one of " + String.join(", ", segmentations))));
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
        System.out.println(String.join(",", names));
        for (Row row : rows) {
            System.out.println(
                    Arrays.stream(names).map(name -> cell(row.getAs(name))).collect(Collectors.joining(",")));
        }
    }

    /** Quoted where it must be; a text that a spreadsheet would take for a formula gets an apostrophe before it. */
    static String cell(Object value) {
        if (value == null) {
            return "";
        }
        if (!(value instanceof String text)) {
            return String.format(Locale.ROOT, "%s", value);
        }
        String safe = text.matches("(?s)[=+\\-@\\t\\r].*") ? "'" + text : text;
        return safe.matches("(?s).*[\",\\n\\r].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
    }
}
