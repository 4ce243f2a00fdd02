package dev.touchstone.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.touchstone.TestSpark;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.observe.Derived;
import dev.touchstone.project.Project;
import dev.touchstone.project.ProjectFile;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.source.PersianFunctions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages that are written by hand leave nothing out, and their examples work. */
class DocumentsTest {
    private static final Path PROJECT_FILE_PAGE = Path.of("docs/project-file.md");

    @Test
    void every_key_of_the_project_file_is_explained_in_its_section() throws IOException {
        JsonNode schema =
                new ObjectMapper().readTree(getClass().getResourceAsStream("/dev/touchstone/project-file.schema.json"));
        Map<String, JsonNode> sections = Map.ofEntries(
                Map.entry("The file", schema),
                Map.entry("output", schema.at("/properties/output")),
                Map.entry("quarantine", schema.at("/properties/quarantine")),
                Map.entry("sources", schema.at("/$defs/source")),
                Map.entry("instruments", schema.at("/$defs/instrument")),
                Map.entry("kpis", schema.at("/$defs/kpi")),
                Map.entry("scale", schema.at("/$defs/scale")),
                Map.entry("touchpoints", schema.at("/$defs/touchpoint")),
                Map.entry("segmentations", schema.at("/$defs/segmentation")),
                Map.entry("scorecard", schema.at("/$defs/scorecardEntry")),
                Map.entry("drivers", schema.at("/$defs/drivers")),
                Map.entry("outcomes", schema.at("/properties/outcomes")));
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, JsonNode> section : sections.entrySet()) {
            String text = section(section.getKey());
            assertThat(section.getValue().path("properties"))
                    .as(section.getKey())
                    .isNotEmpty();
            section.getValue().path("properties").fieldNames().forEachRemaining(key -> {
                if (!text.contains("| `" + key + "`")) {
                    missing.add(section.getKey() + "." + key);
                }
            });
        }
        assertThat(missing).as("keys that %s leaves out", PROJECT_FILE_PAGE).isEmpty();
    }

    @Test
    void every_contract_is_listed_with_its_columns_rules_and_derived_columns() throws IOException {
        for (Contract contract : Contract.values()) {
            String text = section(contract.contractName());
            assertThat(text).startsWith("One row is " + contract.row());
            for (Contract.Field field : contract.fields()) {
                String line = "| `%s` | %s | %s |"
                        .formatted(
                                field.name(),
                                field.type().name().toLowerCase(),
                                field.need().name().toLowerCase());
                assertThat(text).as("columns of " + contract).contains(line);
            }
            contract.rules()
                    .forEach(rule -> assertThat(text).as("rules of " + contract).contains(rule.name()));
            Derived.of(contract).forEach(column -> assertThat(text)
                    .as("derived columns of " + contract)
                    .contains("`" + column.name() + "`"));
            assertThat(text).contains("Key: " + String.join(", ", contract.key()) + ".");
            assertThat(text).contains("Clock: `" + contract.clock() + "`");
        }
    }

    @Test
    void no_document_names_a_KPI_that_is_not_there() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        Matcher used =
                Pattern.compile("kpi(?: =|\", \"=\",) ['\"]([a-z0-9_]+)['\"]").matcher(readme);
        List<String> names = used.results().map(found -> found.group(1)).toList();
        assertThat(names).isNotEmpty();
        assertThat(Catalogue.builtIn().kpis().keySet()).containsAll(names);
    }

    @Test
    void the_example_of_the_readme_keeps_19_of_24_answers(@TempDir Path folder) throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        Files.writeString(folder.resolve("survey.csv"), block(readme, "csv"));
        Files.writeString(folder.resolve("project.yaml"), block(readme, "yaml"));
        SparkSession spark = TestSpark.session().newSession();
        PersianFunctions.register(spark);
        ProjectFile.Loaded loaded = ProjectFile.read(folder.resolve("project.yaml"), Map.of());
        assertThat(loaded.warnings()).isEmpty();
        Project project = loaded.project();
        Dataset<Row> rows =
                ContractRows.open(spark, project).get(Contract.RESPONSES).rows(null, List.of("branch"), true);
        List<Row> all = rows.select("response_id", "touchpoint", "score", "branch", Conversion.REASONS)
                .collectAsList();
        Map<Boolean, List<Row>> byBroken = all.stream()
                .collect(Collectors.partitioningBy(row -> !row.getList(4).isEmpty()));
        assertThat(byBroken.get(false)).hasSize(19);
        assertThat(byBroken.get(true).stream().map(row -> row.getString(0) + " " + row.getString(1)))
                .containsExactlyInAnyOrder("105 company", "106 branch", "106 app", "106 help", "106 company");
        // 102: dissatisfied with the branch, N/A for the app; the branch of 105 was written in lower case.
        assertThat(all.stream().map(row -> "%s %s %s %s".formatted(row.get(0), row.get(1), row.get(2), row.get(3))))
                .contains("102 branch 2 Shiraz", "102 app null Shiraz", "105 branch 3 Shiraz");
    }

    @Test
    void the_functions_of_selects_give_what_the_page_says() throws IOException {
        SparkSession spark = TestSpark.session().newSession();
        PersianFunctions.register(spark);
        Matcher example = Pattern.compile("\\| `(\\w+\\('[^`]*'\\))` is `?([^`|]*?)`? \\|")
                .matcher(section("Selects"));
        List<String> calls = new ArrayList<>();
        while (example.find()) {
            calls.add(example.group(1));
            assertThat(spark.sql("SELECT CAST(" + example.group(1) + " AS STRING)")
                            .first()
                            .getString(0))
                    .as(example.group(1))
                    .isEqualTo(example.group(2));
        }
        assertThat(calls).hasSize(4);
    }

    /** The text from a heading to the next one of any level. */
    private static String section(String heading) throws IOException {
        String page = Files.readString(PROJECT_FILE_PAGE);
        Matcher found = Pattern.compile("(?ms)^#+ `?" + Pattern.quote(heading) + "`?\\n+(.*?)(?=^#+ |\\z)")
                .matcher(page);
        assertThat(found.find())
                .as("%s has no section %s", PROJECT_FILE_PAGE, heading)
                .isTrue();
        return found.group(1);
    }

    /** The first fenced block of a language. */
    private static String block(String page, String language) {
        Matcher found = Pattern.compile("(?ms)^```" + language + "\\n(.*?)^```").matcher(page);
        assertThat(found.find()).as("block " + language).isTrue();
        return found.group(1);
    }
}
