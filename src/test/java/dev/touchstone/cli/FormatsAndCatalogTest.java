package dev.touchstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.TestSpark;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run from every kind of source into a schema of the catalog. */
class FormatsAndCatalogTest {
    private static final String SELECT =
            "SELECT id AS response_id, 'csat_5' AS instrument, score, at AS responded_at, 'desk' AS touchpoint FROM source";

    @TempDir
    static Path folder;

    private static SparkSession spark;
    private static Command.Outcome outcome;

    @BeforeAll
    static void run() {
        spark = TestSpark.session();
        spark.sql("CREATE SCHEMA formats_in");
        spark.sql("CREATE SCHEMA formats_out LOCATION '" + folder.resolve("out") + "'");
        TestProject.file(
                folder,
                "answers.json",
                """
                {"id": "json-1", "score": 5, "at": "2026-03-01T10:00:00"}
                {"id": "json-2", "score": "2", "at": "2026-03-01T10:00:00Z"}
                """);
        answers("parquet-1", 4)
                .write()
                .parquet(folder.resolve("parquet/day=2026-03-01").toString());
        // An answer of the day, filed under another: a run that reads only its own days does not see it.
        answers("parquet-hidden", 1)
                .write()
                .parquet(folder.resolve("parquet/day=2026-02-01").toString());
        answers("delta-1", 4)
                .write()
                .format("delta")
                .save(folder.resolve("delta").toString());
        answers("table-1", 1).write().format("parquet").saveAsTable("formats_in.answers");
        TestProject.file(
                folder,
                "project.yaml",
                """
                name: formats
                time_zone: UTC
                output: {schema: formats_out}
                sources:
                - {name: json, contract: responses, format: json, path: answers.json, select: "%1$s"}
                - name: parquet
                  contract: responses
                  format: parquet
                  path: parquet
                  select: "%1$s"
                  prune: day >= :from AND day < :to
                - {name: delta, contract: responses, format: delta, path: delta, select: "%1$s"}
                - {name: table, contract: responses, table: formats_in.answers, select: "%1$s"}
                """
                        .formatted(SELECT));
        outcome = Command.run(
                "run",
                "--project",
                folder.resolve("project.yaml").toString(),
                "--from",
                "2026-03-01",
                "--to",
                "2026-03-02");
    }

    @AfterAll
    static void dropSchemas() {
        spark.sql("DROP SCHEMA formats_out CASCADE");
        spark.sql("DROP SCHEMA formats_in CASCADE");
    }

    @Test
    void everySourceIsCountedOnce() {
        assertThat(outcome.exitCode()).as(outcome.errors()).isZero();
        // 5, 4 and 4 are satisfied; 2 and 1 are not.
        List<Row> cells = spark.table("formats_out.kpi_values")
                .where("kpi = 'csat_5' AND grain = 'day' AND touchpoint = 'desk' AND segmentation = 'all'")
                .select("n", "value")
                .collectAsList();
        assertThat(cells).hasSize(1);
        assertThat(cells.get(0).getLong(0)).isEqualTo(5);
        assertThat(cells.get(0).getDouble(1)).isEqualTo(0.6);
    }

    @Test
    void tablesOfTheCatalogAreCommentedAndNamedInTheResult() {
        assertThat(outcome.result().get("tables").asText()).isEqualTo("formats_out");
        assertThat(spark.sql("DESCRIBE TABLE formats_out.kpi_values")
                        .where("col_name = 'ci_low'")
                        .first()
                        .getString(2))
                .contains("95 % interval");
    }

    @Test
    void theVersionOfADeltaSourceIsOnRecord() {
        Row run = spark.table("formats_out.runs").where("state = 'done'").first();
        assertThat(run.<String, Long>getJavaMap(run.fieldIndex("source_versions")))
                .containsEntry("delta", 0L);
    }

    private static Dataset<Row> answers(String id, int score) {
        return spark.sql("SELECT '%s' AS id, %d AS score, TIMESTAMP'2026-03-01 10:00:00' AS at".formatted(id, score));
    }
}
