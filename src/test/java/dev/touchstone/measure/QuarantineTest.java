package dev.touchstone.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.calendar.Days;
import dev.touchstone.project.Project;
import dev.touchstone.source.ContractRows;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long rejected rows stay: until their day is read again, or for the days that the project sets. */
class QuarantineTest {
    @TempDir
    private Path folder;

    private Project project;
    private SparkSession spark;
    private Store store;

    @Test
    void rejectedRowsAreReplacedAndForgotten() {
        TestProject.file(
                folder,
                "answers.csv",
                "id,score,at\n1,9,2026-11-01\n2,9,2026-11-02\n3,4,never\n4,4,2026-11-01\n5,4,2026-11-02\n6,4,2026-11-03\n");
        project = TestProject.project(
                folder,
                """
                name: kept
                time_zone: UTC
                output: {path: out}
                sources:
                - name: answers
                  contract: responses
                  format: csv
                  path: answers.csv
                  select: SELECT id AS response_id, 'csat_5' AS instrument, score, at AS responded_at FROM source
                use_kpis: [csat_5]
                quarantine: {limit: 1, keep_days: 10}
                """);
        spark = TestProject.session(project);
        store = Store.at(spark, project.output().path());

        measure("2026-11-01", "2026-11-02", "2026-11-03T00:00:00Z");
        assertThat(quarantine()).containsExactly("1 2026-11-01", "3 no day");
        // Another day: the row without a day was read again and stands once.
        measure("2026-11-02", "2026-11-03", "2026-11-03T00:00:00Z");
        assertThat(quarantine()).containsExactly("1 2026-11-01", "2 2026-11-02", "3 no day");
        // The first day again, mended.
        TestProject.file(folder, "answers.csv", "id,score,at\n1,5,2026-11-01\n");
        measure("2026-11-01", "2026-11-02", "2026-11-03T00:00:00Z");
        assertThat(quarantine()).containsExactly("2 2026-11-02");
        // Eleven days later.
        measure("2026-11-13", "2026-11-14", "2026-11-14T00:00:00Z");
        assertThat(quarantine()).isEmpty();
    }

    private void measure(String from, String to, String asOf) {
        Days days = new Days(LocalDate.parse(from), LocalDate.parse(to));
        Measure.run(
                spark,
                project,
                ContractRows.open(spark, project),
                store,
                days,
                Instant.parse(asOf),
                false,
                "run of " + from,
                line -> {});
    }

    private List<String> quarantine() {
        return store
                .read(Table.QUARANTINE)
                .selectExpr("concat(key['response_id'], ' ', coalesce(CAST(day AS STRING), 'no day'))")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }
}
