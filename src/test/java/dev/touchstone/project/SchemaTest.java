package dev.touchstone.project;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.touchstone.fault.Fault;
import dev.touchstone.kpi.Declarations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema, the catalogue and the reader say the same. */
class SchemaTest {
    /** Gives every key that the schema knows, each with a value that is not its default. */
    private static final String EVERY_KEY =
            """
            name: shop
            title: {en: Shop, fa: فروشگاه}
            time_zone: Asia/Tehran
            calendars: [persian]
            week_start: saturday
            output: {path: out}
            sources:
            - name: survey
              contract: responses
              format: csv
              path: [a.csv]
              options: {header: true}
              select: SELECT * FROM source
              prune: d >= :from AND d < :to
            - {name: people, contract: customers, table: c, select: SELECT * FROM source}
            - name: calls
              contract: contacts
              format: jdbc
              options: {url: 'jdbc:postgresql://localhost/cx', dbtable: calls}
              credentials: {password: cx.calls}
              select: SELECT * FROM source
            instruments:
            - name: care_5
              title: Care
              low: 1
              high: 5
              no_answer: [0]
              labels: {good: 4}
              items: {q1: care}
              weights: {care: 100}
            kpis:
            - name: care_<dimension>
              title: Care
              description: How cared for customers feel.
              good_for: Care.
              not_for: Cure.
              of: responses
              counts: instrument = 'care_5'
              score: score
              clock: ingested_at
              matures: 2 days
              for_each: dimension
              scale: {unit: answer, factor: 10, low: 1, high: 5, better: higher}
              interval: wilson
              min_effect: 0.5
              target: {value: 4, direction: at_most}
              benchmark: {value: 4.1, name: Others, year: 2025, source: Yearbook}
              bands: [{from: 4, label: Good}]
              source: own
              version: 2
            - name: ringing
              title: Ringing
              of: contacts
              counts: answered_at IS NOT NULL
              score: talk_seconds
              state: duration
              percentiles: [0.75]
              scale: {unit: seconds, better: lower}
            - name: kept
              title: Kept
              of: customers
              per: period
              counts: at_end
              score: '1'
              denominator: at_start
              scale: {unit: share, better: higher}
              target: {baseline: 2025-Q1, improvement: 0.01}
            use_kpis: [care_care, csat_5, ringing, kept]
            touchpoints:
            - {name: door, title: Door, stage: arrival, channel: shop, self_service: true}
            segmentations:
            - {name: tier, title: Tier, from: customers, column: level}
            active: {ordered_within: 30}
            outcomes: {within: 30 days, segmentation: tier, value: 12}
            scorecard:
            - {kpi: csat_5, goal: Please, target: 0.85}
            actions:
            - {name: door, title: Door, touchpoints: [door], segmentation: tier, segments: [gold], date: '2026-11-01', cost: 5}
            findings: {grain: week, false_discoveries: 0.05, probability: 0.95}
            drivers: {kpi: csat_5, outcome: csat_5, segmentations: [tier]}
            quarantine: {limit: 0.2, keep_days: 5}
            """;

    @TempDir
    private Path folder;

    @Test
    void theBuiltInCatalogueIsCompleteAndInForm() {
        assertThat(new SchemaProblems().of(Declarations.builtIn(), "/$defs/catalogue"))
                .isEmpty();
    }

    @Test
    void theBuiltInCatalogueNamesNothingTwice() {
        for (String list : List.of("instruments", "kpis")) {
            List<String> names = new ArrayList<>();
            Declarations.builtIn()
                    .path(list)
                    .forEach(entry -> names.add(entry.path("name").asText()));
            assertThat(names).isNotEmpty().doesNotHaveDuplicates();
        }
    }

    @Test
    void anIncompleteCatalogueIsNoticed() throws IOException {
        ObjectNode catalogue = (ObjectNode) Declarations.builtIn();
        ObjectNode first = (ObjectNode) catalogue.path("kpis").path(0);
        first.remove("good_for");
        ((ObjectNode) first.path("title")).remove("fa");
        assertThat(new SchemaProblems().of(catalogue, "/$defs/catalogue"))
                .extracting(problem -> problem.place() + ": " + problem.problem())
                .containsExactlyInAnyOrder(
                        "kpis[0]: the key 'good_for' is missing", "kpis[0].title: the key 'fa' is missing");
    }

    @Test
    void theExampleGivesEveryKeyOfTheSchema() throws IOException {
        JsonNode document = new SchemaProblems().document();
        Set<String> known = new TreeSet<>();
        collect(document.path("properties"), known);
        assertThat(known).contains("active", "ordered_within", "within");
        for (String definition : List.of(
                "source",
                "instrument",
                "kpi",
                "scale",
                "touchpoint",
                "segmentation",
                "scorecardEntry",
                "target",
                "benchmark",
                "action",
                "band",
                "findings",
                "text")) {
            collect(document.path("$defs").path(definition).path("properties"), known);
        }
        Set<String> given = keys(tree());
        // The other way to say where the tables go.
        given.add("schema");
        assertThat(given).containsAll(known);
    }

    /** Were a key of the schema not read, taking it away would change nothing. */
    @Test
    void everyKeyIsRead() throws IOException {
        Project all = read(tree());
        List<String> unread = new ArrayList<>();
        List<String> pointers = new ArrayList<>();
        pointers(tree(), "", pointers);
        assertThat(pointers).hasSizeGreaterThan(60);
        for (String pointer : pointers) {
            ObjectNode less = tree();
            int slash = pointer.lastIndexOf('/');
            ((ObjectNode) less.at(pointer.substring(0, slash))).remove(pointer.substring(slash + 1));
            try {
                if (read(less).equals(all)) {
                    unread.add(pointer);
                }
            } catch (Fault fault) {
                assertThat(fault.problems()).isNotEmpty();
            }
        }
        assertThat(unread).isEmpty();
    }

    @Test
    void loadsNoSparkClass() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path file = Files.writeString(folder.resolve("project.yaml"), EVERY_KEY);
        Process process = new ProcessBuilder(
                        java,
                        "-verbose:class",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReadOne.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String loaded = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(loaded).isZero();
        assertThat(loaded)
                .contains("dev.touchstone.project.ProjectFile ")
                .doesNotContain("org.apache.spark")
                .doesNotContain(" scala.");
    }

    /** A program that does nothing but read a project file. */
    static final class ReadOne {
        private ReadOne() {}

        public static void main(String[] arguments) {
            ProjectFile.read(Path.of(arguments[0]), Map.of());
        }
    }

    private Project read(ObjectNode tree) throws IOException {
        Path file = folder.resolve("project.yaml");
        new YAMLMapper().writeValue(file.toFile(), tree);
        return ProjectFile.read(file, Map.of()).project();
    }

    private static ObjectNode tree() throws IOException {
        return (ObjectNode) new YAMLMapper().readTree(EVERY_KEY);
    }

    private static void collect(JsonNode properties, Set<String> names) {
        properties.properties().forEach(each -> {
            names.add(each.getKey());
            collect(each.getValue().path("properties"), names);
        });
    }

    private static Set<String> keys(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.properties().forEach(each -> names.add(each.getKey()));
        node.forEach(child -> names.addAll(keys(child)));
        return names;
    }

    private static void pointers(JsonNode node, String at, List<String> pointers) {
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                pointers(array.get(i), at + "/" + i, pointers);
            }
        }
        node.properties().forEach(each -> {
            String pointer = at + "/" + each.getKey();
            pointers.add(pointer);
            pointers(each.getValue(), pointer, pointers);
        });
    }
}
