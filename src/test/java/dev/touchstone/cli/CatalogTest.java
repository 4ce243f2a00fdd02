package dev.touchstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.TestSpark;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run from every kind of source but CSV, two of them pruned, to a schema of the catalog. */
class CatalogTest {
    private static final SparkSession SPARK = TestSpark.session();

    @TempDir
    private static Path folder;

    private static String project;
    private static Command.Outcome outcome;

    @BeforeAll
    static void run() {
        SPARK.sql("CREATE SCHEMA cx_out LOCATION '" + folder.resolve("cx_out").toUri() + "'");
        SPARK.sql("CREATE SCHEMA cx_in LOCATION '" + folder.resolve("cx_in").toUri() + "'");
        SPARK.sql("CREATE TABLE cx_in.answers USING delta AS SELECT * FROM VALUES"
                + " ('a', 5, '2026-01-08 10:00'), ('b', 2, '2026-01-08 11:00') AS t(id, score, at)");
        answer("c", 4)
                .write()
                .parquet(folder.resolve("parquet/filed=2026-01-08").toString());
        // An answer of the day, filed under another: a run that reads only its own days does not see it.
        answer("hidden", 1)
                .write()
                .parquet(folder.resolve("parquet/filed=2025-12-01").toString());
        answer("d", 1).write().format("delta").save(folder.resolve("delta").toString());
        TestProject.file(
                folder,
                "mails.json",
                """
                {"id": "i1", "day": "2026-01-05", "answer": "a"}
                {"id": "i2", "day": "2026-01-08", "answer": "a"}
                {"id": "i3", "day": "2026-01-08"}
                {"id": "i4", "day": "2026-01-09", "answer": "b"}
                """);
        project =
                """
                name: cx
                time_zone: UTC
                output: {schema: cx_out}
                sources:
                - name: answers
                  contract: responses
                  table: cx_in.answers
                  select: SELECT id AS response_id, 'csat_5' AS instrument, 'shop' AS touchpoint, score, at AS responded_at FROM source
                - name: parquet
                  contract: responses
                  format: parquet
                  path: parquet
                  select: SELECT id AS response_id, 'csat_5' AS instrument, 'shop' AS touchpoint, score, at AS responded_at FROM source
                  prune: filed >= :from AND filed < :to
                - name: delta
                  contract: responses
                  format: delta
                  path: delta
                  select: SELECT id AS response_id, 'csat_5' AS instrument, 'shop' AS touchpoint, score, at AS responded_at FROM source
                - name: mails
                  contract: invitations
                  format: json
                  path: mails.json
                  prune: day >= :from AND day < :to
                  select: >-
                    SELECT id AS invitation_id, 'shop' AS touchpoint, 'csat_5' AS instrument, day AS invited_at,
                    answer AS response_id FROM source
                """;
        outcome = command(project);
    }

    private static Command.Outcome command(String yaml) {
        return Command.run(
                "run",
                "--project",
                TestProject.file(folder, "project.yaml", yaml).toString(),
                "--from",
                "2026-01-08",
                "--to",
                "2026-01-09",
                "--as-of",
                "2026-03-01");
    }

    private static Dataset<Row> answer(String id, int score) {
        return SPARK.sql("SELECT '%s' AS id, %d AS score, TIMESTAMP'2026-01-08 12:00:00' AS at".formatted(id, score));
    }

    @AfterAll
    static void drop() {
        SPARK.sql("DROP SCHEMA cx_out CASCADE");
        SPARK.sql("DROP SCHEMA cx_in CASCADE");
    }

    @Test
    void tablesLieInTheSchema() {
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output()).contains(" FROM cx_out.kpi_values");
        Row satisfied = value("csat_5");
        assertThat(satisfied.<Double>getAs("value")).isEqualTo(0.5);
        assertThat(satisfied.<Long>getAs("n")).isEqualTo(4);
        // Answers 5, 4, 2 and 1, in one segmentation.
        assertThat(outcome.result().get("counts").get("daily_answers_rows").asLong())
                .isEqualTo(4);
    }

    /** The reminder of the 8th is known for one because the mail of the 5th is read, too. */
    @Test
    void pruneLeavesTheDaysThatRemindersLookBackOn() {
        Row answered = value("response_rate");
        assertThat(answered.<Long>getAs("n")).isEqualTo(2);
        assertThat(answered.<Double>getAs("value")).isZero();
        assertThat(outcome.output()).containsPattern("invitations +2 rows read");
    }

    @Test
    void theVersionsOfDeltaSourcesAreOnRecord() {
        Row run = SPARK.table("cx_out.runs").collectAsList().get(0);
        assertThat(run.<String, Long>getJavaMap(run.fieldIndex("source_versions")))
                .containsEntry("answers", 0L)
                .containsEntry("delta", 0L)
                .hasSize(2);
    }

    @Test
    void aTableOfSomebodyElseIsLeftAlone() {
        SPARK.sql(
                "CREATE SCHEMA cx_taken LOCATION '" + folder.resolve("cx_taken").toUri() + "'");
        SPARK.sql("CREATE TABLE cx_taken.calendar USING parquet AS SELECT 1 AS day");
        Command.Outcome refused = command(project.replace("cx_out", "cx_taken"));
        assertThat(refused.exitCode()).isOne();
        assertThat(refused.errors())
                .contains(
                        """
                        ERROR something that Touchstone did not write lies in the place of an output table
                            at: cx_taken.calendar
                        """);
        assertThat(SPARK.sql("SHOW TABLES IN cx_taken").where("NOT isTemporary").count())
                .isOne();
        SPARK.sql("DROP SCHEMA cx_taken CASCADE");
    }

    private static Row value(String kpi) {
        return SPARK.table("cx_out.kpi_values")
                .where("grain = 'day' AND touchpoint = 'shop' AND kpi = '" + kpi + "'")
                .collectAsList()
                .get(0);
    }
}
