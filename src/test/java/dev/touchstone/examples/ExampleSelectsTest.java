package dev.touchstone.examples;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.touchstone.TestSpark;
import dev.touchstone.examples.ExpectedFigures.Figure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The selects of the example projects, run by Spark alone and summed the obvious way, give the expected figures: what
 * Touchstone makes of them is then Touchstone's matter.
 */
class ExampleSelectsTest {
    private static final SparkSession SPARK = TestSpark.session();
    private static final String NPS =
            "CASE WHEN score >= %d THEN 100 WHEN score <= %d THEN -100 WHEN score IS NOT NULL THEN 0 END";

    @AfterEach
    void forgetTheAnswers() {
        SPARK.catalog().clearCache();
    }

    @Test
    void theAirportsSelectGivesTheExpectedFigures() throws IOException {
        Path folder = Path.of("data-sample/sfo-airport");
        JsonNode source = source(folder.resolve("project.yaml"));
        List<Path> files = Stream.of(source.path("path"))
                .flatMap(JsonNode::valueStream)
                .map(name -> folder.resolve(name.asText()))
                .toList();
        assertThat(files).hasSize(5);
        rows(files, source)
                .withColumnRenamed("score", "raw")
                .withColumn(
                        "score",
                        expr("CASE WHEN instrument = 'nps_0_10' THEN nullif(try_cast(raw AS INT), 11)"
                                + " WHEN raw NOT IN ('0', '6') THEN try_cast(raw AS INT) END"))
                .cache()
                .createOrReplaceTempView("answers");

        assertThat(SPARK.sql("SELECT count(*), count(DISTINCT response_id),"
                                + " count(DISTINCT response_id, instrument, touchpoint) FROM answers")
                        .first())
                .as("24 answers of every one of 14,503 passengers, and NETPRO of 5,640")
                .asString()
                .isEqualTo("[353712,14503,353712]");
        assertThat(SPARK.sql("SELECT count(*), count_if(try_cast(responded_at AS DATE) IS NULL),"
                                + " count_if(try_cast(weight AS DECIMAL(20, 10)) IS NULL),"
                                + " count_if(score IS NULL AND upper(raw) NOT IN ('0', '6', '11', 'BLANK')),"
                                + " min(responded_at), max(responded_at) FROM answers")
                        .first())
                .asString()
                .isEqualTo("[353712,0,0,0,2014-05-03,2018-05-31]");

        String segmentations = "stack(5, 'all', 'all', 'boarding_area', boarding_area, 'purpose', purpose,"
                + " 'peak', peak, 'time_of_day', time_of_day) AS (segmentation, segment)";
        Map<String, Row> cells = new HashMap<>();
        Map.of(
                        "csat_5", share("csat_5", 4),
                        "clean_csat", share("cleanliness_5", 4),
                        "safe_csat", share("safety_5", 4),
                        "ease_5_share", share("ease_5", 4),
                        "csat_5_mean", new String[] {"csat_5", "score"},
                        "clean_mean", new String[] {"cleanliness_5", "score"},
                        "safe_mean", new String[] {"safety_5", "score"},
                        "ease_5", new String[] {"ease_5", "score"},
                        "nps_0_10", new String[] {"nps_0_10", NPS.formatted(9, 6)})
                .forEach((kpi, definition) -> {
                    String scored =
                            "SELECT %s AS grade, touchpoint, responded_at, weight, %s FROM answers WHERE instrument = '%s'"
                                    .formatted(definition[1], segmentations, definition[0]);
                    cells.putAll(cells("year", "substr(responded_at, 1, 4)", kpi, scored));
                    cells.putAll(cells("day", "responded_at", kpi, scored));
                });
        assertThat(ExpectedFigures.airport()).hasSize(576);
        assertFigures(ExpectedFigures.airport(), cells);
    }

    @Test
    void theAirlinesSelectGivesTheExpectedFigures() throws IOException {
        String data = Examples.data("ODDJOB_DATA", "oddjob-airways");
        JsonNode source = source(Path.of("jobs/examples/oddjob-airways/project.yaml"));
        Path file = Path.of(source.path("path").asText().replace("${ODDJOB_DATA}", data));
        rows(List.of(file), source)
                .withColumn("score", expr("try_cast(score AS INT)"))
                .cache()
                .createOrReplaceTempView("answers");

        assertThat(SPARK.sql("SELECT count(*), count(DISTINCT response_id) FROM answers")
                        .first())
                .as("46 halves and 2 answers of 1,065 passengers")
                .asString()
                .isEqualTo("[51120,1065]");
        SPARK.sql("SELECT p.*, e.score AS expectation FROM answers p JOIN answers e"
                        + " ON p.response_id = e.response_id AND p.item = e.item"
                        + " WHERE p.part = 'perception' AND e.part = 'expectation'"
                        + " AND p.score IS NOT NULL AND e.score IS NOT NULL")
                .cache()
                .createOrReplaceTempView("pairs");

        String segmentations =
                "stack(8, 'all', 'all', 'status', status, 'flight_class', flight_class, 'flight_purpose', flight_purpose,"
                        + " 'flight_type', flight_type, 'country', country, 'language', language, 'gender', gender)"
                        + " AS (segmentation, segment)";
        String pair = "SELECT %s AS grade, explode(array(touchpoint, 'all')) AS touchpoint, responded_at, 1 AS weight, "
                + "status, flight_class, flight_purpose, flight_type, country, language, gender FROM pairs";
        Map<String, Row> cells = new HashMap<>();
        Map.of(
                        "servqual_100_gap", pair.formatted("score - expectation"),
                        "servqual_100_perception", pair.formatted("score"),
                        "servqual_100_expectation", pair.formatted("expectation"),
                        "nps_1_11", answer("nps_1_11", NPS.formatted(10, 7)),
                        "satisfaction_7_mean", answer("satisfaction_7", "score"),
                        "satisfaction_7",
                                answer(
                                        "satisfaction_7",
                                        "CASE WHEN score >= 6 THEN 1 WHEN score IS NOT NULL THEN 0 END"))
                .forEach((kpi, scored) -> cells.putAll(cells(
                        "year",
                        "substr(responded_at, 1, 4)",
                        kpi,
                        "SELECT grade, touchpoint, responded_at, weight, %s FROM (%s)"
                                .formatted(segmentations, scored))));
        assertThat(ExpectedFigures.airline()).hasSize(1387);
        assertFigures(ExpectedFigures.airline(), cells);
    }

    private static String[] share(String instrument, int cut) {
        return new String[] {instrument, "CASE WHEN score >= %d THEN 1 WHEN score IS NOT NULL THEN 0 END".formatted(cut)
        };
    }

    private static String answer(String instrument, String score) {
        return ("SELECT %s AS grade, touchpoint, responded_at, 1 AS weight, status, flight_class, flight_purpose,"
                        + " flight_type, country, language, gender FROM answers WHERE instrument = '%s'")
                .formatted(score, instrument);
    }

    private static Map<String, Row> cells(String grain, String period, String kpi, String scored) {
        Map<String, Row> cells = new HashMap<>();
        SPARK.sql(("SELECT %s AS period, touchpoint, segmentation, segment, count(grade) AS n,"
                                + " count_if(grade IS NULL) AS excluded, avg(grade) AS value,"
                                + " sum(grade * try_cast(weight AS DOUBLE))"
                                + " / nullif(sum(CASE WHEN grade IS NOT NULL THEN try_cast(weight AS DOUBLE) END), 0)"
                                + " AS weighted FROM (%s) GROUP BY ALL")
                        .formatted(period, scored))
                .collectAsList()
                .forEach(row -> cells.put(
                        String.join(
                                " | ",
                                grain,
                                row.<String>getAs("period"),
                                kpi,
                                row.<String>getAs("touchpoint"),
                                row.<String>getAs("segmentation"),
                                row.<String>getAs("segment")),
                        row));
        return cells;
    }

    private static void assertFigures(List<Figure> figures, Map<String, Row> cells) {
        assertThat(figures).extracting(Figure::cell).doesNotHaveDuplicates();
        assertThat(figures).isNotEmpty().allSatisfy(figure -> {
            Row cell = cells.get(figure.cell().replaceFirst(" \\| (plain|weighted)$", ""));
            assertThat(cell).as(figure.cell()).isNotNull();
            assertThat(cell.<Long>getAs("n")).isEqualTo(figure.n());
            if (figure.excluded() != null) {
                assertThat(cell.<Long>getAs("excluded")).isEqualTo(figure.excluded());
            }
            assertThat(cell.<Double>getAs(figure.weighted() ? "weighted" : "value"))
                    .isCloseTo(figure.value(), within(1e-9));
        });
    }

    private static JsonNode source(Path project) throws IOException {
        return new YAMLMapper().readTree(project.toFile()).path("sources").path(0);
    }

    /** As a source is read: every file by its own header, joined by trimmed name, all text; then the select. */
    private static Dataset<Row> rows(List<Path> files, JsonNode source) {
        Map<String, String> options = new HashMap<>();
        source.path("options")
                .properties()
                .forEach(
                        option -> options.put(option.getKey(), option.getValue().asText()));
        files.stream()
                .map(file -> {
                    Dataset<Row> raw = SPARK.read().options(options).csv(file.toString());
                    String[] trimmed =
                            Stream.of(raw.columns()).map(String::strip).toArray(String[]::new);
                    return raw.toDF(trimmed)
                            .withColumn("source_file", lit(file.getFileName().toString()));
                })
                .reduce((one, other) -> one.unionByName(other, true))
                .orElseThrow()
                .createOrReplaceTempView("source");
        return SPARK.sql(source.path("select").asText());
    }
}
