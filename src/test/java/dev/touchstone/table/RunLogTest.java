package dev.touchstone.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.touchstone.TestSpark;
import dev.touchstone.calendar.Days;
import dev.touchstone.fault.ExitCode;
import dev.touchstone.fault.Fault;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may write which days. */
class RunLogTest {
    private static final Instant AS_OF = Instant.parse("2026-12-01T00:00:00Z");

    @TempDir
    private Path folder;

    private SparkSession spark;
    private Store store;

    @BeforeEach
    void open() {
        spark = TestSpark.session();
        store = Store.at(spark, folder.toString());
    }

    @Test
    void ofTwoRunsOnADayOneStops() {
        try (RunLog first = claim("2026-11-01", "2026-11-08")) {
            Fault fault = catchThrowableOfType(Fault.class, () -> claim("2026-11-07", "2026-11-09"));
            assertThat(fault.exitCode()).isEqualTo(ExitCode.FAULT);
            assertThat(fault.problems().get(0).problem())
                    .startsWith("run " + first.runId() + " (")
                    .endsWith(") is writing days from 2026-11-01 to 2026-11-08");
            assertThat(fault.problems().get(0).remedy())
                    .isEqualTo("wait until it has ended; a run that died is passed over after 10 minutes");
            // Half-open: the first day after an interval is free.
            claim("2026-11-08", "2026-11-09").close();
            first.done(Map.of("responses_read", 7L), Map.of("answers", 3L), List.of());
        }
        claim("2026-11-01", "2026-11-08").close();
        assertThat(runs("concat_ws(' ', state, from_day, to_day, message, counts['responses_read'], "
                        + "source_versions['answers'], array_size(map_keys(table_versions)))"))
                .containsExactly(
                        "done 2026-11-01 2026-11-08 7 3 0",
                        "refused 2026-11-07 2026-11-09 another run holds the interval 0",
                        "failed 2026-11-08 2026-11-09 ended without a result 0",
                        "failed 2026-11-01 2026-11-08 ended without a result 0");
        assertThat(RunLog.lastMeasured(store).orElseThrow().<Timestamp>getAs("as_of"))
                .isEqualTo(Timestamp.from(AS_OF));
    }

    /** A claim whose driver is gone, or has given no sign of life for the lease, holds nobody up. */
    @Test
    void theDeadArePassedOver() {
        claim("2026-11-01", "2026-11-08").close();
        Row ended = store.read(Table.RUNS).first();
        String host = ended.<String>getAs("process").split(" ")[0];
        Instant now = Instant.now();
        rival("silent", "elsewhere 1", now.minus(Duration.ofMinutes(RunLog.LEASE_MINUTES + 1)));
        // No process of this host can have that number.
        rival("gone", host + " " + Integer.MAX_VALUE, now);
        claim("2026-11-01", "2026-11-08").close();

        rival("living", "elsewhere 1", now.minus(Duration.ofMinutes(RunLog.LEASE_MINUTES - 1)));
        Fault fault = catchThrowableOfType(Fault.class, () -> claim("2026-11-01", "2026-11-08"));
        assertThat(fault.problems().get(0).problem())
                .isEqualTo("run living (elsewhere 1) is writing days from 2026-11-01 to 2026-11-08");
    }

    /** Two runs on different days of a month write the same tables at the same time, and both are there. */
    @Test
    void runsOnDifferentDaysWriteSideBySide() throws Exception {
        store.ensure(Table.RUNS);
        store.ensure(Table.QUARANTINE);
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            List<Future<Long>> written = two.invokeAll(List.of(writing("2026-11-01"), writing("2026-11-02")));
            assertThat(written.get(0).get() + written.get(1).get()).isEqualTo(2);
        } finally {
            two.shutdown();
        }
        assertThat(store.read(Table.QUARANTINE).selectExpr("CAST(day AS STRING)").collectAsList().stream()
                        .map(row -> row.getString(0)))
                .containsExactlyInAnyOrder("2026-11-01", "2026-11-02");
        assertThat(runs("state")).containsExactly("done", "done");
    }

    private Callable<Long> writing(String day) {
        return () -> {
            LocalDate first = LocalDate.parse(day);
            Store own = Store.at(spark, folder.toString());
            try (RunLog log =
                    RunLog.claim(spark, own, request(day, first.plusDays(1).toString()))) {
                Dataset<Row> rows = spark.sql("SELECT 's' AS source, 'responses' AS contract, DATE'" + day
                        + "' AS day, map('response_id', '1') AS key, "
                        + "array(named_struct('rule', 'r', 'column', 'c', 'value', 'v')) AS reasons, "
                        + "TIMESTAMP'2026-12-01 00:00:00' AS as_of");
                own.delete(Table.QUARANTINE, "as_of < TIMESTAMP'2026-01-01 00:00:00'");
                long written = own.replace(Table.QUARANTINE, rows, "day = DATE'" + day + "'", log.runId());
                log.done(Map.of(), Map.of(), List.of());
                return written;
            }
        };
    }

    private RunLog claim(String from, String to) {
        return RunLog.claim(spark, store, request(from, to));
    }

    private static RunLog.Request request(String from, String to) {
        return new RunLog.Request(
                "measure", "shop", new Days(LocalDate.parse(from), LocalDate.parse(to)), false, AS_OF, "settings");
    }

    /** A running claim of another driver, written after the standing ones and before any later one. */
    private void rival(String id, String process, Instant heartbeat) {
        Dataset<Row> row = store.read(Table.RUNS)
                .limit(1)
                .withColumn("run_id", functions.lit(id))
                .withColumn("state", functions.lit("running"))
                .withColumn("process", functions.lit(process))
                .withColumn("heartbeat_at", functions.lit(Timestamp.from(heartbeat)));
        store.replace(Table.RUNS, row.localCheckpoint(), "run_id = '" + id + "'", id);
    }

    private List<String> runs(String shown) {
        return store.read(Table.RUNS).orderBy("started_at").selectExpr(shown).collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }
}
