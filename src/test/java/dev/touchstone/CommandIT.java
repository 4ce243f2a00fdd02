package dev.touchstone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The four exit codes through {@code jobs/touchstone}, the packaged jar and a real spark-submit; what else there is to
 * say of each failure is tested in this JVM.
 */
class CommandIT {
    private static final String PROJECT =
            """
            name: shop
            time_zone: UTC
            output: {path: out}
            sources:
            - name: answers
              contract: responses
              format: csv
              path: answers.csv
              select: SELECT id AS response_id, 'csat_5' AS instrument, score, at AS responded_at FROM source
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        TestProject.file(folder, "project.yaml", PROJECT);
        TestProject.file(folder, "answers.csv", "id,score,at\n1,4,2026-11-01\n2,9,2026-11-01\n");
    }

    @Test
    void doneIsZero() throws Exception {
        Launched outcome = run("check", "--project", folder + "/project.yaml");
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output())
                .contains("\nTOUCHSTONE_RESULT {\"command\":\"check\"")
                .endsWith("\"exit_code\":0}\n");
    }

    @Test
    void standardErrorMayBeJson() throws Exception {
        Files.delete(folder.resolve("answers.csv"));
        Map<String, String> environment = Map.of("TOUCHSTONE_LOG_FORMAT", "json", "TOUCHSTONE_LOG_LEVEL", "info");
        Launched outcome = Launched.run(folder, environment, "check", "--project", folder + "/project.yaml");
        assertThat(outcome.exitCode()).isEqualTo(1);
        List<String> loggers = new ArrayList<>();
        List<String> messages = new ArrayList<>();
        for (String line : outcome.errors().lines().toList()) {
            JsonNode entry = new ObjectMapper().readTree(line);
            assertThat(entry.has("@timestamp") && entry.has("log.level")).isTrue();
            messages.add(entry.path("message").asText());
            loggers.add(entry.path("log.logger").asText());
        }
        assertThat(messages).anyMatch(message -> message.startsWith("source answers cannot be read"));
        assertThat(loggers).contains("org.apache.spark.SparkContext");

        Launched unknown = Launched.run(folder, Map.of("TOUCHSTONE_LOG_FORMAT", "xml"), "kpis");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.errors()).startsWith("unknown log format 'xml'\n");
    }

    @Test
    void aFaultOutsideIsOne() throws Exception {
        Files.delete(folder.resolve("answers.csv"));
        Launched outcome = measure("2026-11-01", "2026-11-02");
        assertThat(outcome.errors()).startsWith("ERROR source answers cannot be read: [PATH_NOT_FOUND]");
        ended(outcome, 1);
    }

    /** Found only when rows are read: Spark's own log must stay silent about it. */
    @Test
    void aFaultAtRunTimeIsOne() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            StringBuilder csv = new StringBuilder("id,score,at\n");
            for (int i = 0; i < 20_000; i++) {
                csv.append(Long.toHexString(i * 0x9E3779B97F4A7C15L)).append(",4,2026-11-01\n");
            }
            out.write(csv.toString().getBytes(StandardCharsets.UTF_8));
        }
        Files.write(folder.resolve("answers.csv.gz"), Arrays.copyOf(packed.toByteArray(), packed.size() / 2));
        TestProject.file(folder, "project.yaml", PROJECT.replace("answers.csv", "answers.csv.gz"));
        Launched outcome = measure("2026-11-01", "2026-11-02");
        assertThat(outcome.errors()).contains("ERROR source answers cannot be read: Unexpected end of input stream");
        ended(outcome, 1);
        assertThat(folder.resolve("out/daily_answers")).doesNotExist();
    }

    @Test
    void wrongArgumentsAreTwo() throws Exception {
        Launched outcome = measure("2026-11-02", "2026-11-01");
        assertThat(outcome.errors()).startsWith("ERROR --from 2026-11-02 is not before --to 2026-11-01");
        ended(outcome, 2);
    }

    @Test
    void refusedDataAreThree() throws Exception {
        Launched outcome = measure("2026-11-01", "2026-11-02");
        assertThat(outcome.errors()).startsWith("ERROR 1 of 2 rows of responses break rules (50.0 %)");
        ended(outcome, 3);
        assertThat(folder.resolve("out/runs")).exists();
        assertThat(folder.resolve("out/daily_answers")).doesNotExist();
    }

    private static void ended(Launched outcome, int exitCode) {
        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.output()).endsWith("\"exit_code\":" + exitCode + "}\n");
        assertThat(outcome.output() + outcome.errors()).doesNotContain("\tat ");
    }

    private Launched measure(String from, String to) throws IOException, InterruptedException {
        return run("measure", "--project", folder + "/project.yaml", "--from", from, "--to", to);
    }

    private Launched run(String... arguments) throws IOException, InterruptedException {
        return Launched.run(folder, Map.of(), arguments);
    }
}
