package dev.touchstone.project;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Grain;
import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Declarations;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.Text;
import dev.touchstone.sql.PersianText;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads a project file: YAML, environment variables, schema, the checks beyond it, then the values. */
public final class ProjectFile {
    private static final Pattern URI = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]+:.*");
    private static final double QUARANTINE_LIMIT = 0.05;
    private static final int QUARANTINE_KEEP_DAYS = 30;

    private final Path file;
    private final JsonNode tree;

    private ProjectFile(Path file, JsonNode tree) {
        this.file = file.toAbsolutePath().normalize();
        this.tree = tree;
    }

    /**
     * A project file that is in order.
     *
     * @param project its values
     * @param warnings what is allowed and yet likely to be regretted; may be empty
     */
    public record Loaded(Project project, List<Problem> warnings) {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Reads and checks a project file.
     *
     * @param environment variables that <code>${NAME}</code> may take
     * @throws Fault with exit code 2 and all problems of the file at once; YAML that cannot be parsed ends at its first
     */
    public static Loaded read(Path file, Map<String, String> environment) {
        List<Problem> problems = new ArrayList<>();
        ObjectNode written = Yaml.read(file);
        problems.addAll(Secrets.written(written));
        ObjectNode tree = Yaml.withEnvironment(written, environment, problems);
        problems.addAll(Secrets.inAddresses(tree));
        Declarations declarations = Declarations.overBuiltIn(tree.path("instruments"), tree.path("kpis"));
        problems.addAll(new SchemaProblems().of(tree));
        problems.addAll(Checks.problems(tree, declarations));
        if (!problems.isEmpty()) {
            throw Fault.arguments(problems);
        }
        return new Loaded(new ProjectFile(file, tree).project(declarations.catalogue()), Checks.warnings(tree));
    }

    private Project project(Catalogue all) {
        String name = tree.path("name").asText();
        Set<String> used = new LinkedHashSet<>(texts(tree.path("use_kpis")));
        return new Project(
                file,
                name,
                title(tree, name),
                ZoneId.of(tree.path("time_zone").asText()),
                tree.has("calendars")
                        ? list("calendars", node -> calendar(node.asText()))
                        : List.of(Calendar.GREGORIAN),
                DayOfWeek.valueOf(upper(tree.path("week_start").asText("monday"))),
                new Project.Output(
                        tree.path("output").has("path")
                                ? resolved(tree.path("output").path("path").asText())
                                : null,
                        text(tree.path("output"), "schema")),
                list("sources", this::source),
                list("touchpoints", ProjectFile::touchpoint),
                list("segmentations", ProjectFile::segmentation),
                active(tree.path("active")),
                outcomes(tree.path("outcomes")),
                withTargets(used.isEmpty() ? all : all.with(used)),
                list("scorecard", ProjectFile::scorecardEntry),
                findings(tree.path("findings")),
                list("actions", ProjectFile::action),
                drivers(tree.path("drivers")),
                new Project.Quarantine(
                        tree.path("quarantine").path("limit").asDouble(QUARANTINE_LIMIT),
                        tree.path("quarantine").path("keep_days").asInt(QUARANTINE_KEEP_DAYS)));
    }

    private Project.Source source(JsonNode node) {
        JsonNode path = node.path("path");
        List<String> paths = path.isTextual() ? List.of(path.asText()) : texts(path);
        return new Project.Source(
                node.path("name").asText(),
                node.path("contract").asText(),
                text(node, "format"),
                paths.stream().map(this::resolved).toList(),
                text(node, "table"),
                map(node.path("options")),
                map(node.path("credentials")),
                node.path("select").asText(),
                text(node, "prune"));
    }

    private static Map<String, String> map(JsonNode node) {
        Map<String, String> values = new LinkedHashMap<>();
        node.properties()
                .forEach(each -> values.put(each.getKey(), each.getValue().asText()));
        return values;
    }

    private static Project.Touchpoint touchpoint(JsonNode node) {
        String name = node.path("name").asText().strip();
        return new Project.Touchpoint(
                PersianText.name(name),
                title(node, name),
                text(node, "stage"),
                text(node, "channel"),
                node.path("self_service").asBoolean(false));
    }

    private static Project.Segmentation segmentation(JsonNode node) {
        String name = node.path("name").asText();
        return new Project.Segmentation(
                name,
                title(node, name),
                node.path("from").asText().equals("customers"),
                // SQL does not tell cases of column names apart.
                node.path("column").asText(name).toLowerCase(Locale.ROOT));
    }

    private static Project.Active active(JsonNode node) {
        if (node.isMissingNode()) {
            return null;
        }
        return node.isObject()
                ? new Project.Active(
                        Project.ActiveBy.ORDERED_WITHIN,
                        node.path("ordered_within").asInt())
                : new Project.Active(Project.ActiveBy.valueOf(upper(node.asText())), 0);
    }

    private static Project.Outcomes outcomes(JsonNode node) {
        if (node.isMissingNode()) {
            return null;
        }
        String within = node.path("within").asText(Project.Outcomes.DEFAULT_DAYS + " days");
        return new Project.Outcomes(
                Integer.parseInt(within.split(" ")[0]),
                text(node, "segmentation"),
                node.has("value") ? node.path("value").asDouble() : null);
    }

    private static Project.ScorecardEntry scorecardEntry(JsonNode node) {
        return new Project.ScorecardEntry(node.path("kpi").asText(), Declarations.text(node.path("goal")));
    }

    /** A target on the scorecard is the KPI's, in the place of a built-in one. */
    private Catalogue withTargets(Catalogue catalogue) {
        Map<String, Kpi> kpis = new LinkedHashMap<>(catalogue.kpis());
        tree.path("scorecard").forEach(entry -> {
            if (entry.has("target")) {
                kpis.computeIfPresent(
                        entry.path("kpi").asText(),
                        (name, kpi) -> kpi.withTarget(Declarations.target(
                                entry.path("target"), kpi.scale().better())));
            }
        });
        return new Catalogue(catalogue.instruments(), kpis);
    }

    private static Project.Action action(JsonNode node) {
        String name = node.path("name").asText();
        return new Project.Action(
                name,
                title(node, name),
                texts(node.path("touchpoints")).stream().map(PersianText::name).toList(),
                text(node, "segmentation"),
                texts(node.path("segments")).stream().map(PersianText::name).toList(),
                LocalDate.parse(node.path("date").asText()),
                node.has("cost") ? node.path("cost").asDouble() : null);
    }

    private static Project.Findings findings(JsonNode node) {
        Project.Findings otherwise = Project.Findings.DEFAULT;
        return new Project.Findings(
                Grain.valueOf(upper(node.path("grain").asText(otherwise.grain().code()))),
                node.path("false_discoveries").asDouble(otherwise.falseDiscoveries()),
                node.path("probability").asDouble(otherwise.probability()));
    }

    private static Project.Drivers drivers(JsonNode node) {
        return node.isMissingNode()
                ? null
                : new Project.Drivers(
                        node.path("kpi").asText(), node.path("outcome").asText(), texts(node.path("segmentations")));
    }

    private static Calendar calendar(String name) {
        return Calendar.valueOf(upper(name));
    }

    /** Relative paths are meant from the file's folder, wherever the command is run. */
    private String resolved(String path) {
        return URI.matcher(path).matches()
                ? path
                : file.getParent().resolve(path).normalize().toString();
    }

    private <T> List<T> list(String key, Function<JsonNode, T> value) {
        List<T> values = new ArrayList<>();
        tree.path(key).forEach(node -> values.add(value.apply(node)));
        return values;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static Text title(JsonNode node, String otherwise) {
        Text title = Declarations.text(node.path("title"));
        return title == null ? new Text(otherwise, null) : title;
    }

    private static String text(JsonNode node, String key) {
        return node.has(key) ? node.path(key).asText() : null;
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT);
    }
}
