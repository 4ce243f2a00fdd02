package dev.touchstone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

    private record Outcome(int exitCode, String output, String errors) {}

    @BeforeEach
    void write() {
        TestProject.file(folder, "project.yaml", PROJECT);
        TestProject.file(folder, "answers.csv", "id,score,at\n1,4,2026-11-01\n2,9,2026-11-01\n");
    }

    @Test
    void doneIsZero() throws Exception {
        Outcome outcome = run("check", "--project", folder + "/project.yaml");
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output())
                .contains("\nTOUCHSTONE_RESULT {\"command\":\"check\"")
                .endsWith("\"exit_code\":0}\n");
    }

    @Test
    void aFaultOutsideIsOne() throws Exception {
        Files.delete(folder.resolve("answers.csv"));
        Outcome outcome = measure("2026-11-01", "2026-11-02");
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
        Outcome outcome = measure("2026-11-01", "2026-11-02");
        assertThat(outcome.errors()).contains("ERROR source answers cannot be read: Unexpected end of input stream");
        ended(outcome, 1);
        assertThat(folder.resolve("out/daily_answers")).doesNotExist();
    }

    @Test
    void wrongArgumentsAreTwo() throws Exception {
        Outcome outcome = measure("2026-11-02", "2026-11-01");
        assertThat(outcome.errors()).startsWith("ERROR --from 2026-11-02 is not before --to 2026-11-01");
        ended(outcome, 2);
    }

    @Test
    void refusedDataAreThree() throws Exception {
        Outcome outcome = measure("2026-11-01", "2026-11-02");
        assertThat(outcome.errors()).startsWith("ERROR 1 of 2 rows of responses break rules (50.0 %)");
        ended(outcome, 3);
        assertThat(folder.resolve("out/runs")).exists();
        assertThat(folder.resolve("out/daily_answers")).doesNotExist();
    }

    private static void ended(Outcome outcome, int exitCode) {
        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.output()).endsWith("\"exit_code\":" + exitCode + "}\n");
        assertThat(outcome.output() + outcome.errors()).doesNotContain("\tat ");
    }

    private Outcome measure(String from, String to) throws IOException, InterruptedException {
        return run("measure", "--project", folder + "/project.yaml", "--from", from, "--to", to);
    }

    private Outcome run(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("jobs/touchstone", "--master", "local[2]", "--driver-memory", "1g");
        builder.command().addAll(List.of(arguments));
        // On a machine whose figures are Persian by default.
        builder.environment().put("TOUCHSTONE_JAVA_OPTIONS", "-Duser.language=fa -Duser.country=IR");
        Path output = folder.resolve("output.txt");
        Path errors = folder.resolve("errors.txt");
        int exitCode = builder.redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start()
                .waitFor();
        return new Outcome(exitCode, Files.readString(output), Files.readString(errors));
    }
}
