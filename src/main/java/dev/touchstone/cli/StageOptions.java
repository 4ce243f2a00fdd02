package dev.touchstone.cli;

import dev.touchstone.assess.Assess;
import dev.touchstone.assess.Findings;
import dev.touchstone.assess.Overview;
import dev.touchstone.calendar.Days;
import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import dev.touchstone.inference.Status;
import dev.touchstone.measure.Measure;
import dev.touchstone.observe.AnswerOutcomes;
import dev.touchstone.observe.KpiExpressions;
import dev.touchstone.observe.Segments;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.table.RunLog;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import io.delta.tables.DeltaTable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code run}, {@code measure} and {@code assess} have in common: their options, and how a stage is run. */
final class StageOptions {
    private static final int EARLIEST_YEAR = 1900;
    /** Findings that a run shows; the command findings shows all. */
    private static final int SHOWN = 5;

    @Mixin
    private ProjectOption project;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "DAY",
            description =
                    "First day to write: 2026-11-01, or an instant that is a local midnight of the project's zone.")
    private String from;

    @Option(names = "--to", required = true, paramLabel = "DAY", description = "First day after the last one to write.")
    private String to;

    @Option(
            names = "--as-of",
            paramLabel = "INSTANT",
            description =
                    "What is known: windows and periods are judged as of this instant. Default: the later of --to "
                            + "and the latest completed run's.")
    private String asOf;

    @Option(
            names = "--rebuild",
            description = "Forget everything stored and write just these days: needed after a change of time zone, "
                    + "week start or segmentations.")
    private boolean rebuild;

    @Option(names = "--result", paramLabel = "URI", description = "Write the result's JSON object to this file, too.")
    private String result;

    /** Which stages a command runs. */
    enum Stages {
        RUN(true, true),
        MEASURE(true, false),
        ASSESS(false, true);

        private final boolean measure;
        private final boolean assess;

        Stages(boolean measure, boolean assess) {
            this.measure = measure;
            this.assess = assess;
        }

        String command() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Runs the stages; prints progress, the first findings, all KPIs and the result line. */
    int execute(Stages stages) {
        long started = System.nanoTime();
        return Result.of(stages.command(), result, outcome -> {
            Project read = project.read();
            Days days = days(read.zone());
            try {
                run(stages, read, days, outcome);
            } catch (Exception problem) { // Spark's are checked and undeclared
                throw Failures.told(problem, read);
            }
            outcome.with("seconds", (System.nanoTime() - started) / 1_000_000_000L);
        });
    }

    private void run(Stages stages, Project read, Days days, Result outcome) {
        SparkSession spark = Sessions.open(stages.command(), read);
        Store store = Sessions.store(spark, read);
        Map<Contract, ContractRows> sources = stages.measure ? sources(spark, read) : Map.of();
        // Whether every place of a table is ours or free is known before the first one is written.
        for (Table table : Table.values()) {
            store.exists(table);
        }
        Optional<Row> last = RunLog.lastMeasured(store);
        String settings = settings(read);
        if (!rebuild) {
            last.ifPresent(run -> refuseChangedSettings(run.getAs("settings"), settings));
        }
        Instant known = asOf(read, days, last);
        Print.printf(
                "%s: days %s to %s, as of %s%n",
                read.title().en(),
                days.from(),
                days.to().minusDays(1),
                known.atZone(read.zone()).toLocalDateTime());
        RunLog.Request request = new RunLog.Request(stages.command(), read.name(), days, rebuild, known, settings);
        Map<String, Long> counts = new LinkedHashMap<>();
        // Taken before the rows are read: what is recorded is then in what was read.
        Map<String, Long> sourceVersions = stages.measure ? sourceVersions(spark, read) : Map.of();
        try (RunLog log = RunLog.claim(spark, store, request)) {
            List<LocalDate> closed = stages.measure ? List.of() : RunLog.closedSinceAssessed(store);
            try {
                if (stages.measure) {
                    Measure.Outcome measured =
                            Measure.run(spark, read, sources, store, days, known, rebuild, log.runId(), Print::line);
                    counts.putAll(measured.counts());
                    closed = measured.closedDays();
                }
                if (stages.assess) {
                    counts.putAll(Assess.run(
                            spark, read, store, Days.and(days, closed), known, rebuild, log.runId(), Print::line));
                }
                log.done(counts, sourceVersions, closed);
            } catch (Exception problem) { // Spark's are checked and undeclared
                RuntimeException told = Failures.told(problem, read);
                log.failed(counts, told);
                throw told;
            }
            outcome.with("run_id", log.runId());
        }
        if (stages.assess) {
            Findings.Filter weak = new Findings.Filter(
                    Set.of(),
                    "touchpoint",
                    null,
                    EnumSet.of(Status.CONFIRMED, Status.PROBABLE, Status.BORDERLINE, Status.NOT_ENOUGH_DATA),
                    null,
                    false);
            Print.line("");
            Findings.of(read, store, weak, SHOWN)
                    .ifPresentOrElse(
                            findings -> {
                                Print.findings(read, findings, weak.statuses());
                                Print.caveats(List.of(findings));
                            },
                            () -> Print.printf(
                                    "No findings yet: no %s is over. `findings --period LABEL` shows one that is not; `findings:"
                                            + " {grain: week}` in the project file judges shorter ones.%n",
                                    read.findings().grain().code()));
            Findings.Filter segments = new Findings.Filter(
                    Set.of(), "segment", null, EnumSet.of(Status.CONFIRMED, Status.PROBABLE), null, false);
            Findings.of(read, store, segments, SHOWN)
                    .filter(findings -> findings.found() > 0)
                    .ifPresent(findings -> {
                        Print.line("");
                        Print.lines("Weak segments", read, findings);
                    });
            Overview.of(read, store).ifPresent(overview -> {
                Print.line("");
                Print.overview(read, overview, Print.charset()).forEach(Print::line);
            });
        }
        Print.printf(
                "%nTables: %s%nQuery:  SELECT kpi, touchpoint, period, n, value, ci_low, ci_high FROM %s%n"
                        + "        WHERE segmentation = 'all' AND NOT weighted AND grain = 'month' AND calendar = '%s'%n%n",
                read.output().path() == null
                        ? read.output().schema()
                        : read.output().path(),
                read.output().path() == null
                        ? store.location(Table.KPI_VALUES)
                        : "delta.`" + store.location(Table.KPI_VALUES) + "`",
                read.calendars().get(0).code());
        outcome.with("project", read.name())
                .with("from", days.from().toString())
                .with("to", days.to().toString())
                .with("as_of", known.toString())
                .with("counts", counts)
                .with("tables", store.location(Table.KPI_VALUES).replaceAll("[/.]kpi_values$", ""))
                .with("table_versions", RunLog.versions(store));
    }

    /** Opens the sources; everything that can be found wrong without reading rows is found here, before any work. */
    static Map<Contract, ContractRows> sources(SparkSession spark, Project project) {
        Map<Contract, ContractRows> sources = ContractRows.open(spark, project);
        List<Problem> problems = new ArrayList<>();
        sources.forEach((contract, rows) -> problems.addAll(
                KpiExpressions.of(spark, project, sources, contract).problems()));
        if (!sources.containsKey(Contract.CUSTOMERS)) {
            problems.addAll(KpiExpressions.of(spark, project, sources, Contract.CUSTOMERS)
                    .problems());
        }
        problems.addAll(Segments.problems(project, sources));
        problems.addAll(AnswerOutcomes.problems(project, sources));
        if (!problems.isEmpty()) {
            throw Fault.arguments(problems);
        }
        return sources;
    }

    /** The version of each Delta source, by its name; where it has several paths, by name and path. */
    private static Map<String, Long> sourceVersions(SparkSession spark, Project project) {
        Map<String, Long> versions = new TreeMap<>();
        for (Project.Source source : project.sources()) {
            if ("delta".equals(source.format())) {
                for (String path : source.paths()) {
                    String name = source.paths().size() == 1 ? source.name() : source.name() + " " + path;
                    versions.put(name, version(DeltaTable.forPath(spark, path)));
                }
            } else if (source.table() != null && isDelta(spark, source.table())) {
                versions.put(source.name(), version(DeltaTable.forName(spark, source.table())));
            }
        }
        return versions;
    }

    /** A view of the catalog, or a table in another format, has no version. */
    private static boolean isDelta(SparkSession spark, String table) {
        try {
            DeltaTable.forName(spark, table);
            return true;
        } catch (Exception noDelta) { // Spark's AnalysisException is checked and undeclared
            return false;
        }
    }

    private static long version(DeltaTable table) {
        return table.history(1).select("version").first().getLong(0);
    }

    private Days days(ZoneId zone) {
        LocalDate first = localDay("--from", from, zone);
        LocalDate end = localDay("--to", to, zone);
        if (!first.isBefore(end)) {
            throw Fault.arguments(
                    "--from " + first + " is not before --to " + end,
                    "--from, --to",
                    "--to is the first day that is not written any more: for one day give the next day");
        }
        return new Days(first, end);
    }

    /** The day that an option names, or whose first instant it gives. */
    static LocalDate localDay(String option, String text, ZoneId zone) {
        try {
            if (text.length() == 10) {
                LocalDate day = LocalDate.parse(text);
                refuseSolarHijri(option, day);
                return day;
            }
            ZonedDateTime instant = OffsetDateTime.parse(text.replace(' ', 'T')).atZoneSameInstant(zone);
            LocalDate day = instant.toLocalDate();
            if (!day.atStartOfDay(zone).toInstant().equals(instant.toInstant())) {
                throw Fault.arguments(
                        option + " " + text + " is " + instant.toLocalTime() + " of " + day + " in " + zone
                                + ", not the start of a day",
                        option,
                        "give a day (" + day + ") or the instant of its midnight ("
                                + day.atStartOfDay(zone).toOffsetDateTime() + ")");
            }
            return day;
        } catch (DateTimeException wrong) {
            throw Fault.arguments(
                    option + " " + text + " is neither a day nor an instant with its offset",
                    option,
                    "write it as 2026-11-01 or 2026-11-01T00:00:00+03:30");
        }
    }

    private static void refuseSolarHijri(String option, LocalDate day) {
        if (day.getYear() < EARLIEST_YEAR) {
            throw Fault.arguments(
                    option + " " + day + " is before " + EARLIEST_YEAR + ": is it a Solar Hijri date?",
                    option,
                    "give the Gregorian day: 1405-01-01 is 2026-03-21");
        }
    }

    private Instant asOf(Project read, Days days, Optional<Row> last) {
        if (asOf != null) {
            try {
                return asOf.length() == 10
                        ? LocalDate.parse(asOf).atStartOfDay(read.zone()).toInstant()
                        : OffsetDateTime.parse(asOf.replace(' ', 'T')).toInstant();
            } catch (DateTimeException wrong) {
                throw Fault.arguments(
                        "--as-of " + asOf + " is neither a day nor an instant with its offset",
                        "--as-of",
                        "write it as 2026-11-01 or 2026-11-01T00:00:00+03:30");
            }
        }
        Instant end = days.end(read.zone());
        return last.map(run -> run.<java.sql.Timestamp>getAs("as_of").toInstant())
                .filter(before -> !rebuild && before.isAfter(end))
                .orElse(end);
    }

    private static String settings(Project project) {
        return "time_zone=%s; week_start=%s; segmentations=%s"
                .formatted(
                        project.zone().getId(),
                        project.weekStart(),
                        project.segmentations().stream()
                                .map(each -> each.name()
                                        + (each.fromCustomers() ? " of customers." : " of row.")
                                        + each.column())
                                .toList());
    }

    private static void refuseChangedSettings(String before, String now) {
        if (!now.equals(before)) {
            throw Fault.arguments(
                    "the stored days were measured with other settings: " + before + "; now: " + now,
                    "time_zone, week_start, segmentations",
                    "undo the change, or measure all days again with --rebuild");
        }
    }
}
