package dev.touchstone.table;

import dev.touchstone.calendar.Days;
import dev.touchstone.fault.ExitCode;
import dev.touchstone.fault.Fault;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The table {@code runs}: claims an interval before anything is written and records how the run ended.
 *
 * <p>Law: of two runs whose intervals overlap at most one passes {@link #claim}. Both write their claim before they
 * look, and the one whose commit came first wins. A claim whose driver gave no sign of life for
 * {@value #LEASE_MINUTES} minutes, or whose process is known to be gone, is dead.
 */
public final class RunLog implements AutoCloseable {
    static final int LEASE_MINUTES = 10;
    private static final int HEARTBEAT_SECONDS = 120;

    private final SparkSession spark;
    private final Store store;
    private final Row claim;
    private final StructType schema;
    private final ScheduledExecutorService heart;
    private boolean ended;

    private RunLog(SparkSession spark, Store store, StructType schema, Row claim) {
        this.spark = spark;
        this.store = store;
        this.schema = schema;
        this.claim = claim;
        this.heart = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "touchstone-heartbeat");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** What a run asks for; one that rebuilds claims all days. */
    public record Request(String command, String project, Days days, boolean rebuild, Instant asOf, String settings) {}

    /**
     * Claims the days of the request.
     *
     * @return the open run; close it in any case
     */
    public static RunLog claim(SparkSession spark, Store store, Request request) {
        store.ensure(Table.RUNS);
        StructType schema = store.read(Table.RUNS).schema();
        Instant now = Instant.now();
        String id = now.toString().replaceAll("[-:]", "").substring(0, 15) + "-"
                + UUID.randomUUID().toString().substring(0, 8);
        Row row = RowFactory.create(
                id,
                request.command(),
                request.project(),
                "running",
                java.sql.Date.valueOf(request.days().from()),
                java.sql.Date.valueOf(request.days().to()),
                request.rebuild(),
                Timestamp.from(request.asOf()),
                Timestamp.from(now),
                Timestamp.from(now),
                null,
                process(),
                request.settings(),
                null,
                null,
                null,
                null,
                null,
                version());
        RunLog log = new RunLog(spark, store, schema, row);
        log.write(row);
        Optional<Row> rival = log.rival(request);
        if (rival.isPresent()) {
            log.end("refused", Map.of(), Map.of(), List.of(), "another run holds the interval");
            log.close();
            throw Fault.outside(
                    "run " + rival.get().<String>getAs("run_id") + " ("
                            + rival.get().<String>getAs("process")
                            + ") is writing days from " + rival.get().getAs("from_day") + " to "
                            + rival.get().getAs("to_day"),
                    store.location(Table.RUNS),
                    "wait until it has ended; a run that died is passed over after " + LEASE_MINUTES + " minutes",
                    null);
        }
        log.heart.scheduleAtFixedRate(log::beat, HEARTBEAT_SECONDS, HEARTBEAT_SECONDS, TimeUnit.SECONDS);
        return log;
    }

    public String runId() {
        return claim.getAs(0);
    }

    /** The latest completed run of {@code measure} or {@code run}, if there is one. */
    public static Optional<Row> lastMeasured(Store store) {
        if (!store.exists(Table.RUNS)) {
            return Optional.empty();
        }
        return store
                .read(Table.RUNS)
                .where("state = 'done' AND command IN ('run', 'measure')")
                .orderBy(functions.col("run_id").desc())
                .limit(1)
                .collectAsList()
                .stream()
                .findFirst();
    }

    /** The version in which each of the latest completed runs that assessed left a table, the newest first. */
    public static List<Long> assessedVersions(Store store, Table table, int runs) {
        String version = "table_versions['" + table.tableName() + "']";
        return store
                .read(Table.RUNS)
                .where("state = 'done' AND command IN ('run', 'assess') AND " + version + " IS NOT NULL")
                .orderBy(functions.col("run_id").desc())
                .limit(runs)
                .selectExpr(version)
                .collectAsList()
                .stream()
                .map(row -> row.getLong(0))
                .toList();
    }

    /** The days that runs of {@code measure} wrote beyond their own since KPI values were last assessed. */
    public static List<LocalDate> closedSinceAssessed(Store store) {
        if (!store.exists(Table.RUNS)) {
            return List.of();
        }
        Dataset<Row> done = store.read(Table.RUNS).where("state = 'done'");
        Row last = done.where("command IN ('run', 'assess')")
                .agg(functions.max("run_id"))
                .first();
        Dataset<Row> since = done.where("command = 'measure'");
        if (!last.isNullAt(0)) {
            since = since.where(functions.col("run_id").gt(last.getString(0)));
        }
        return since.selectExpr("explode(closed_days) AS day").distinct().orderBy("day").collectAsList().stream()
                .map(row -> row.getDate(0).toLocalDate())
                .toList();
    }

    /**
     * Records success with the version of every table that is there.
     *
     * @param closedDays days beyond the run's own that were written or assessed because a window closed on them
     */
    public void done(Map<String, Long> counts, Map<String, Long> sourceVersions, List<LocalDate> closedDays) {
        end("done", counts, sourceVersions, closedDays, null);
    }

    /** Records that the run ended without publishing. */
    public void failed(Map<String, Long> counts, Throwable problem) {
        boolean refused = problem instanceof Fault fault && fault.exitCode() == ExitCode.DATA;
        try {
            end(refused ? "refused" : "failed", counts, Map.of(), List.of(), String.valueOf(problem.getMessage()));
        } catch (Exception unrecorded) { // Spark's are checked and undeclared
            // Where the tables are out of reach, what the run failed of matters more.
            problem.addSuppressed(unrecorded);
        }
    }

    /** The Delta version of every table of the store, by name. */
    public static Map<String, Long> versions(Store store) {
        Map<String, Long> versions = new TreeMap<>();
        Set<Table> tables = EnumSet.allOf(Table.class);
        tables.remove(Table.RUNS);
        tables.stream().filter(store::exists).forEach(table -> versions.put(table.tableName(), store.version(table)));
        return versions;
    }

    @Override
    public void close() {
        heart.shutdownNow();
        if (!ended) {
            end("failed", Map.of(), Map.of(), List.of(), "ended without a result");
        }
    }

    private synchronized void beat() {
        if (!ended) {
            try {
                write(with(claim, Map.of("heartbeat_at", Timestamp.from(Instant.now()))));
            } catch (Exception missed) { // Spark's are checked and undeclared
                // The next beat tries again; a lease outlives several missed ones.
                LoggerFactory.getLogger(RunLog.class).warn("heartbeat missed: {}", missed.getMessage());
            }
        }
    }

    private synchronized void end(
            String state,
            Map<String, Long> counts,
            Map<String, Long> sourceVersions,
            List<LocalDate> closedDays,
            String message) {
        ended = true;
        heart.shutdownNow();
        Timestamp now = Timestamp.from(Instant.now());
        Map<String, Object> changes = new LinkedHashMap<>();
        changes.put("state", state);
        changes.put("heartbeat_at", now);
        changes.put("ended_at", now);
        changes.put("counts", CollectionConverters.asScala(counts));
        changes.put("table_versions", CollectionConverters.asScala("done".equals(state) ? versions(store) : Map.of()));
        changes.put("source_versions", CollectionConverters.asScala(sourceVersions));
        changes.put(
                "closed_days", closedDays.stream().map(java.sql.Date::valueOf).toArray(java.sql.Date[]::new));
        changes.put("message", message);
        write(with(claim, changes));
    }

    private void write(Row row) {
        Dataset<Row> rows = spark.createDataFrame(List.of(row), schema);
        store.replace(Table.RUNS, rows, "run_id = '" + runId() + "'", runId());
    }

    private Row with(Row row, Map<String, Object> changes) {
        Object[] values = new Object[schema.length()];
        for (int i = 0; i < values.length; i++) {
            String name = schema.fields()[i].name();
            values[i] = changes.containsKey(name) ? changes.get(name) : row.get(i);
        }
        return RowFactory.create(values);
    }

    private Optional<Row> rival(Request request) {
        Timestamp alive = Timestamp.from(Instant.now().minus(Duration.ofMinutes(LEASE_MINUTES)));
        List<Row> others = store.read(Table.RUNS)
                .where(functions
                        .col("state")
                        .equalTo("running")
                        .and(functions.col("run_id").notEqual(runId()))
                        .and(functions.col("heartbeat_at").gt(alive)))
                .where("%s OR rebuild OR from_day < DATE'%s' AND to_day > DATE'%s'"
                        .formatted(
                                request.rebuild(),
                                request.days().to(),
                                request.days().from()))
                .collectAsList();
        List<Row> live =
                others.stream().filter(other -> !gone(other.getAs("process"))).toList();
        if (live.isEmpty()) {
            return Optional.empty();
        }
        long mine = store.firstCommit(Table.RUNS, runId());
        return live.stream()
                .filter(other -> store.firstCommit(Table.RUNS, other.getAs("run_id")) < mine)
                .findFirst();
    }

    /** A process of this host that has ended cannot be writing. */
    private static boolean gone(String process) {
        String[] parts = process.split(" ");
        return parts.length == 2
                && parts[0].equals(host())
                && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty();
    }

    private static String process() {
        return host() + " " + ProcessHandle.current().pid();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }

    private static String version() {
        String version = RunLog.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
