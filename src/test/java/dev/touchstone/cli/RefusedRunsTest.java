package dev.touchstone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.touchstone.TestProject;
import dev.touchstone.TestSpark;
import dev.touchstone.calendar.Days;
import dev.touchstone.fault.ExitCode;
import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import dev.touchstone.table.RunLog;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that fail over tables that are there already: the right exit code and message, and every table but {@code runs}
 * as it was.
 */
class RefusedRunsTest {
    private static final String SELECT =
            "SELECT id AS response_id, 'csat_5' AS instrument, score, at AS responded_at FROM source";

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static List<String> commits;

    @BeforeAll
    static void publish() {
        spark = TestSpark.session();
        TestProject.file(folder, "good.csv", "id,score,at\n1,4,2026-11-01\n2,5,2026-11-01\n3,1,2026-11-02\n");
        Command.Outcome outcome = run(source("csv", "good.csv", SELECT), "2026-11-01", "2026-11-03");
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        commits = commits();
        // Every table that measure writes has been made, and answers stand in one.
        assertThat(commits).hasSize(11).contains("daily_answers/_delta_log/00000000000000000001.json");
    }

    @AfterEach
    void nothingIsPublished() {
        assertThat(commits()).isEqualTo(commits);
    }

    @Test
    void aSourceThatIsNotThere() {
        Command.Outcome outcome = run(source("csv", "gone.csv", SELECT));
        ended(outcome, 1, "source answers cannot be read: [PATH_NOT_FOUND] Path does not exist");
        assertThat(outcome.errors())
                .contains("at: " + folder + "/gone.csv")
                .contains("do: check the path, the format (csv) and the permissions");
    }

    @Test
    void aDeltaTableThatIsNotThere() {
        ended(run(source("delta", "gone", SELECT)), 1, "source answers cannot be read: ");
        TestProject.file(folder, "no_delta/part.txt", "text");
        ended(run(source("delta", "no_delta", SELECT)), 1, "source answers cannot be read: ");
    }

    @Test
    void aFileThatIsNoParquet() {
        TestProject.file(folder, "garbage.parquet", "this is no Parquet");
        ended(run(source("parquet", "garbage.parquet", SELECT)), 1, "source answers cannot be read: ");
    }

    /** The first file gives the columns, so the second one is found to be no Parquet only when rows are read. */
    @Test
    void aFileThatTurnsOutToBeNoParquet() {
        rows().coalesce(1).write().parquet(folder + "/mixed");
        TestProject.file(folder, "mixed/part-99999.parquet", "this is no Parquet, yet long enough to look like it");
        Command.Outcome outcome = run(source("parquet", "mixed", SELECT));
        ended(outcome, 1, "source answers cannot be read: ");
        assertThat(outcome.errors())
                .contains("part-99999.parquet is not a Parquet file")
                .containsPattern("at: file:.*/mixed/part-99999.parquet")
                .contains("do: check that the file is there, whole and of the format that the project file says");
        assertThat(lastRun().<String>getAs("state")).isEqualTo("failed");
        assertThat(lastRun().<String>getAs("message")).startsWith("source answers cannot be read: ");
    }

    @Test
    void aPackedFileThatEndsEarly() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            StringBuilder csv = new StringBuilder("id,score,at\n");
            for (int i = 0; i < 20_000; i++) {
                csv.append(Long.toHexString(i * 0x9E3779B97F4A7C15L)).append(",4,2026-11-01\n");
            }
            out.write(csv.toString().getBytes(StandardCharsets.UTF_8));
        }
        Files.write(folder.resolve("short.csv.gz"), Arrays.copyOf(packed.toByteArray(), packed.size() / 2));
        Fault fault = told(
                spark.read().option("header", true).csv(folder + "/short.csv.gz"), source("csv", "s*.csv.gz", SELECT));
        assertThat(fault.exitCode()).isEqualTo(ExitCode.FAULT);
        assertThat(fault.problems().get(0).problem())
                .isEqualTo("source answers cannot be read: Unexpected end of input stream");
        assertThat(fault.problems().get(0).place()).endsWith("/short.csv.gz");
    }

    @Test
    void aFileThatGoesAwayBeforeItIsRead() throws IOException {
        rows().coalesce(1).write().parquet(folder + "/fleeting");
        Dataset<Row> planned = spark.read().parquet(folder + "/fleeting");
        planned.schema();
        try (Stream<Path> files = Files.list(folder.resolve("fleeting"))) {
            files.filter(file -> file.toString().endsWith(".parquet"))
                    .forEach(file -> assertThat(file.toFile().delete()).isTrue());
        }
        Fault fault = told(planned, source("parquet", "fleeting", SELECT));
        assertThat(fault.exitCode()).isEqualTo(ExitCode.FAULT);
        assertThat(fault.problems().get(0).problem())
                .startsWith("source answers cannot be read: ")
                .endsWith(" does not exist");
        assertThat(fault.problems().get(0).place()).contains("/fleeting/part-");
    }

    @Test
    void anExpressionThatFailsOnAValue() {
        Fault fault = told(rows().selectExpr("int('four' || id)"), source("csv", "good.csv", SELECT));
        assertThat(fault.exitCode()).isEqualTo(ExitCode.ARGUMENTS);
        Problem problem = fault.problems().get(0);
        assertThat(problem.problem())
                .startsWith("an expression fails on a value: [CAST_INVALID_INPUT] The value 'four1' of the type");
        assertThat(problem.place()).isEqualTo("sources[].select, kpis[].counts or kpis[].score");
        assertThat(problem.remedy())
                .isEqualTo("hand over raw values, which Touchstone converts itself, or write try_cast, try_divide and "
                        + "the like");
    }

    /** Anything else is a bug of Touchstone and stays one. */
    @Test
    void whatNobodyExpectsStaysUnexpected() {
        IllegalStateException bug = new IllegalStateException("rows were lost");
        assertThat(Failures.told(bug, null)).isSameAs(bug);
    }

    @Test
    void datesOfTheSolarHijriCalendarAsTheyAre() {
        TestProject.file(folder, "hijri.csv", "id,score,at\n1,4,1405/08/10\n2,4,۱۴۰۵/۰۸/۱۱ ۱۰:۰۰\n");
        Command.Outcome outcome = run(source("csv", "hijri.csv", SELECT));
        ended(
                outcome,
                3,
                "2 of 2 rows of responses break rules (100.0 %), more than the limit of 5.0 %; most often: "
                        + "responded_at: unreadable (2, e.g. '۱۴۰۵/۰۸/۱۱ ۱۰:۰۰')");
        assertThat(outcome.errors())
                .contains(
                        "do: read Solar Hijri dates by persian_timestamp(...) or persian_date(...) in the select; mend");
    }

    @Test
    void tooManyBadRows() {
        TestProject.file(
                folder,
                "bad.csv",
                "id,score,at\n1,9,2026-11-01\n2,4,2026-11-01\n3,7,yesterday\n,5,2026-11-01\n4,4,2026-11-01\n");
        Command.Outcome outcome = run(source("csv", "bad.csv", SELECT));
        ended(
                outcome,
                3,
                "2 of 4 rows of responses break rules (50.0 %), more than the limit of 5.0 %; most often: "
                        + "response_id: missing (1); score: outside the instrument's range (1, e.g. '9')");
        assertThat(outcome.errors())
                .contains("at: sources with contract responses")
                .contains("do: mend the source or its select, or raise quarantine.limit in the project file");
        assertThat(lastRun().<String>getAs("state")).isEqualTo("refused");
        assertThat(lastRun().<String>getAs("message")).startsWith("2 of 4 rows of responses break rules (50.0 %)");
    }

    @Test
    void aRunThatKnowsLess() {
        Command.Outcome outcome =
                run(source("csv", "good.csv", SELECT), "2026-11-01", "2026-11-03", "--as-of", "2026-11-02T00:00:00Z");
        ended(
                outcome,
                2,
                "days of [2026-11-01, 2026-11-03) are stored as of 2026-11-03T00:00:00Z, later than this run's "
                        + "2026-11-02T00:00:00Z");
        assertThat(outcome.errors())
                .contains("at: --as-of")
                .contains("do: give an --as-of that is not earlier, or rebuild with --rebuild");
    }

    @Test
    void changedSettings() {
        Command.Outcome outcome = run(source("csv", "good.csv", SELECT) + "week_start: saturday\n");
        ended(
                outcome,
                2,
                "the stored days were measured with other settings: time_zone=UTC; week_start=MONDAY; "
                        + "segmentations=[]; now: time_zone=UTC; week_start=SATURDAY; segmentations=[]");
        assertThat(outcome.errors()).contains("do: undo the change, or measure all days again with --rebuild");
    }

    @Test
    void anotherRunOnTheDays() {
        Store store = Store.at(spark, folder + "/out");
        RunLog.Request request = new RunLog.Request(
                "measure",
                "shop",
                new Days(LocalDate.parse("2026-11-02"), LocalDate.parse("2026-11-09")),
                false,
                Instant.parse("2026-11-09T00:00:00Z"),
                "");
        try (RunLog other = RunLog.claim(spark, store, request)) {
            Command.Outcome outcome = run(source("csv", "good.csv", SELECT));
            ended(outcome, 1, "run " + other.runId() + " (");
            assertThat(outcome.errors())
                    .contains(") is writing days from 2026-11-02 to 2026-11-09")
                    .contains("do: wait until it has ended; a run that died is passed over after 10 minutes");
        }
    }

    @Test
    void anOutputThatCannotBeWritten() {
        TestProject.file(folder, "file", "");
        Command.Outcome outcome = runTo("file/out");
        ended(outcome, 1, "");
        assertThat(outcome.errors()).contains("at: " + folder + "/file/out/");
    }

    @Test
    void anOutputThatHoldsSomethingElse() {
        TestProject.file(folder, "files/runs/letter.txt", "Dear reader");
        Command.Outcome files = runTo("files");
        ended(files, 1, "something that Touchstone did not write lies in the place of an output table");
        assertThat(files.errors())
                .contains("at: " + folder + "/files/runs")
                .contains("do: choose another output location, or move that away");
        assertThat(folder.resolve("files/runs/letter.txt")).hasContent("Dear reader");

        rows().write().format("delta").save(folder + "/foreign/kpi_values");
        List<String> before = commits(folder.resolve("foreign"));
        Command.Outcome table = runTo("foreign");
        ended(table, 1, "something that Touchstone did not write lies in the place of an output table");
        assertThat(table.errors()).contains("at: " + folder + "/foreign/kpi_values");
        assertThat(commits(folder.resolve("foreign"))).isEqualTo(before);
    }

    /** What a command tells of the failure of these rows. */
    private static Fault told(Dataset<Row> rows, String sources) {
        Throwable problem = catchThrowable(rows::collectAsList);
        RuntimeException told =
                Failures.told((Exception) problem, TestProject.project(folder, project(sources, "out")));
        assertThat(told).isInstanceOf(Fault.class);
        return (Fault) told;
    }

    private static Dataset<Row> rows() {
        return spark.sql("SELECT '1' AS id, 4 AS score, '2026-11-01' AS at");
    }

    private static Row lastRun() {
        return Store.at(spark, folder + "/out")
                .read(Table.RUNS)
                .orderBy(org.apache.spark.sql.functions.col("started_at").desc())
                .first();
    }

    private static String source(String format, String path, String select) {
        return """
                sources:
                - name: answers
                  contract: responses
                  format: %s
                  path: %s
                  select: %s
                """
                .formatted(format, path, select);
    }

    private static String project(String sources, String output) {
        return "name: shop\ntime_zone: UTC\noutput: {path: " + output + "}\n" + sources;
    }

    private static Command.Outcome run(String sources) {
        return run(sources, "2026-11-01", "2026-11-03");
    }

    private static Command.Outcome run(String sources, String from, String to, String... further) {
        String file = TestProject.file(folder, "project.yaml", project(sources, "out"))
                .toString();
        return Command.run(
                Stream.concat(Stream.of("measure", "--project", file, "--from", from, "--to", to), Stream.of(further))
                        .toArray(String[]::new));
    }

    private static Command.Outcome runTo(String output) {
        String file = TestProject.file(folder, "other.yaml", project(source("csv", "good.csv", SELECT), output))
                .toString();
        return Command.run("run", "--project", file, "--from", "2026-11-01", "--to", "2026-11-03");
    }

    private static void ended(Command.Outcome outcome, int exitCode, String problem) {
        assertThat(outcome.errors()).startsWith("ERROR " + problem);
        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.result().path("exit_code").asInt()).isEqualTo(exitCode);
    }

    /** Every commit of every output table but {@code runs}. */
    private static List<String> commits() {
        return commits(folder.resolve("out"));
    }

    private static List<String> commits(Path output) {
        try (Stream<Path> files = Files.walk(output)) {
            return files.map(file -> output.relativize(file).toString())
                    .filter(name -> name.matches("[^/]+/_delta_log/[0-9]+\\.json"))
                    .filter(name -> !name.startsWith("runs/"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
