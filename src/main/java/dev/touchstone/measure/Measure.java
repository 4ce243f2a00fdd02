package dev.touchstone.measure;

import static org.apache.spark.sql.functions.array_append;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.trunc;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.calendar.Days;
import dev.touchstone.calendar.Period;
import dev.touchstone.fault.Fault;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.observe.AnswerOutcomes;
import dev.touchstone.observe.CustomerVersions;
import dev.touchstone.observe.Duplicates;
import dev.touchstone.observe.Histories;
import dev.touchstone.observe.KpiExpressions;
import dev.touchstone.observe.Observations;
import dev.touchstone.observe.Refunds;
import dev.touchstone.observe.Scope;
import dev.touchstone.observe.Segments;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.sql.Sql;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * The stage {@code measure}: reads the sources' rows of some days and replaces the statistics of just those days.
 *
 * <p>Each contract is scanned once for its statistics, and once more for the quarantine where rows were rejected.
 * Nothing is written before every contract has been counted and found to be within the project's limit.
 */
public final class Measure {
    /** Every contract but the customers', who are joined to the others. */
    private static final Set<Contract> OBSERVED = EnumSet.complementOf(EnumSet.of(Contract.CUSTOMERS));

    private static final int VALUE_CHARACTERS = 100;
    /** A shown value that begins as a year of the Solar Hijri calendar does, in digits of any script. */
    private static final Pattern SOLAR_HIJRI = Pattern.compile("e\\.g\\. '(1[34]|۱[۳۴])\\p{Nd}{2}[/-]");
    /** In sources above {@link #SMALL_BYTES}, one key of this many is followed over the days. */
    private static final int KEYS_PER_SAMPLED_KEY = 64;

    private static final String UNDATED = "_undated";
    private static final long SMALL_BYTES = 16L << 20;

    private final SparkSession spark;
    private final Project project;
    private final Store store;
    private final Days days;
    private final Instant asOf;
    private final String runId;
    private final Consumer<String> progress;
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<Counted> counted = new ArrayList<>();
    private final List<Dataset<Row>> persisted = new ArrayList<>();
    private Dataset<Row> pairs;
    private List<Windows.Closed> closed = List.of();
    private List<Period> closedPeriods = List.of();
    private boolean allCustomersStand;

    private Measure(
            SparkSession spark,
            Project project,
            Store store,
            Days days,
            Instant asOf,
            String runId,
            Consumer<String> progress) {
        this.spark = spark;
        this.project = project;
        this.store = store;
        this.days = days;
        this.asOf = asOf;
        this.runId = runId;
        this.progress = progress;
    }

    /** The statistics of one contract, cached, with what became of its rows. */
    private record Counted(
            Contract contract,
            ContractRows rows,
            List<Kpi> kpis,
            Dataset<Row> statistics,
            long broken,
            long duplicates) {}

    /**
     * What was done.
     *
     * @param counts rows read, kept, quarantined and written, by contract and table
     * @param closedDays days outside the given ones that were written again because a window closed on them, and the
     *     last days of periods that were
     */
    public record Outcome(Map<String, Long> counts, List<LocalDate> closedDays) {}

    /**
     * Runs the stage.
     *
     * @param sources the opened sources of the project
     * @param rebuild whether everything that is stored gives way to the given days
     * @param progress takes a line for each step
     * @throws Fault exit 2 where the run knows less than what it would replace, exit 3 where too many rows are bad
     */
    public static Outcome run(
            SparkSession spark,
            Project project,
            Map<Contract, ContractRows> sources,
            Store store,
            Days days,
            Instant asOf,
            boolean rebuild,
            String runId,
            Consumer<String> progress) {
        Measure measure = new Measure(spark, project, store, days, asOf, runId, progress);
        try {
            return measure.run(sources, rebuild);
        } finally {
            measure.persisted.forEach(Dataset::unpersist);
        }
    }

    private Outcome run(Map<Contract, ContractRows> sources, boolean rebuild) {
        if (!rebuild) {
            refuseToForget();
            closed = Windows.closed(store, project.catalogue(), days, asOf, project.zone());
        }
        CustomerVersions customers = sources.containsKey(Contract.CUSTOMERS)
                ? CustomerVersions.of(project, sources.get(Contract.CUSTOMERS))
                : null;
        Dataset<Row> standing = customers == null ? null : standing(customers);
        for (Contract contract : OBSERVED) {
            if (sources.containsKey(contract)) {
                count(contract, sources, standing);
            }
        }
        publish(customers, rebuild);
        measurePeriods(sources, standing, rebuild);
        measureOutcomes(sources, standing, rebuild);
        Set<LocalDate> again = new TreeSet<>(Windows.days(closed));
        // Their last days: what is judged again begins there, and not a year earlier.
        closedPeriods.forEach(period -> again.add(period.end().minusDays(1)));
        return new Outcome(counts, List.copyOf(again));
    }

    /** The versions of customers that stand, with what became of the others. */
    private Dataset<Row> standing(CustomerVersions customers) {
        Observation read = new Observation(Contract.CUSTOMERS.contractName() + "-" + runId);
        Dataset<Row> standing = persisted(customers.standing(read));
        describe("measure: versions of customers");
        long kept = standing.count();
        long seen = observed(read, "rows");
        long broken = observed(read, "broken");
        report(Contract.CUSTOMERS, seen, kept, broken, seen - kept - broken);
        refuseAboveLimit(Contract.CUSTOMERS, broken, seen, customers::rejected);
        allCustomersStand = kept == seen;
        return leaf(standing);
    }

    private Dataset<Row> persisted(Dataset<Row> rows) {
        persisted.add(rows);
        return rows.persist(StorageLevel.MEMORY_AND_DISK());
    }

    /**
     * Persisted rows as a leaf of the plans above them, once they have been counted (what observes them is not in the
     * leaf). Spark numbers the common table expressions of a whole plan and finds persisted rows again only where the
     * numbers agree: below a union it computed most of them anew.
     */
    private static Dataset<Row> leaf(Dataset<Row> persisted) {
        var rows = (org.apache.spark.sql.classic.Dataset<Row>) persisted;
        return org.apache.spark.sql.classic.Dataset.ofRows(
                rows.sparkSession(), rows.queryExecution().withCachedData());
    }

    private void count(Contract contract, Map<Contract, ContractRows> sources, Dataset<Row> versions) {
        ContractRows rows = sources.get(contract);
        KpiExpressions expressions = KpiExpressions.of(spark, project, sources, contract);
        List<Kpi> kpis = expressions.available();
        List<Kpi> moments =
                kpis.stream().filter(kpi -> !expressions.ofAnswers(kpi)).toList();
        if (contract == Contract.RESPONSES && project.drivers() != null) {
            pairs = pairs(sources, expressions, versions);
        }
        List<Segmentation> segmentations = Segments.applying(project, rows);
        String name = contract.contractName();
        int keySample = days.count() == 1 ? 0 : rows.bytes() < SMALL_BYTES ? 1 : KEYS_PER_SAMPLED_KEY;
        Observation read = new Observation(name + "-" + runId);
        Scope scope = new Scope(days, Windows.spans(closed, moments), asOf);
        if (contract == Contract.ORDERS) {
            refuseSeveralCurrencies(rows, segmentations);
        }
        describe("measure: count " + name + " of " + days);
        Dataset<Row> once = persisted(Statistics.of(
                Observations.of(project, sources, contract, expressions, kpis, versions, scope, read),
                contract,
                segmentations,
                moments,
                expressions,
                contract == Contract.RESPONSES && rows.mapped().contains("weight"),
                keySample,
                scope));
        Map<String, Long> account = new LinkedHashMap<>();
        once.where("kpi IS NULL AND segmentation IN ('all', '%s', '%s')"
                        .formatted(Statistics.BROKEN, Statistics.DUPLICATE))
                .groupBy(expr("IF(day IS NULL, '" + UNDATED + "', segmentation)"))
                .agg(sum("n"))
                .collectAsList()
                .forEach(row -> account.put(row.getString(0), row.getLong(1)));
        Dataset<Row> statistics = leaf(once);
        long undated = account.getOrDefault(UNDATED, 0L);
        long seen = observed(read, "rows");
        long broken = account.getOrDefault(Statistics.BROKEN, 0L) + undated;
        long duplicates = account.getOrDefault(Statistics.DUPLICATE, 0L);
        long kept = account.getOrDefault("all", 0L);
        counted.add(new Counted(contract, rows, moments, statistics, broken, duplicates));
        if (keySample > 0) {
            warnOfMovedKeys(name, statistics, keySample);
        }
        if (kept + broken + duplicates != seen) {
            // A repeated task counts twice as read; then the rows themselves decide.
            seen = rows.rows(days, List.of(), false).count();
        }
        if (kept + broken + duplicates != seen) {
            throw new IllegalStateException("%s: %d rows read, %d kept and %d rejected: rows were lost or added"
                    .formatted(name, seen, kept, broken + duplicates));
        }
        report(contract, seen, kept, broken, duplicates);
        // Rows without a readable instant belong to no day: each run meets them all, so they are held against all rows.
        refuseAboveLimit(contract, broken - undated, seen - undated, () -> judged(contract, rows)
                .where(col(ContractRows.DAY).isNotNull()));
        if (undated > project.quarantine().limit() * seen) {
            refuseAboveLimit(
                    contract, undated, rows.rows(null, List.of(), false).count(), () -> judged(contract, rows)
                            .where(col(ContractRows.DAY).isNull()));
        }
    }

    /** What the drivers follow from, not yet read; null where a KPI of theirs lacks a column. */
    private Dataset<Row> pairs(Map<Contract, ContractRows> sources, KpiExpressions expressions, Dataset<Row> versions) {
        for (String name : List.of(project.drivers().kpi(), project.drivers().outcome())) {
            List<String> lacking =
                    expressions.lacking(project.catalogue().kpis().get(name));
            if (!lacking.isEmpty()) {
                progress.accept("measure  %-16s WARNING: no drivers, as %s needs columns that no source yields: %s"
                        .formatted(Table.DAILY_PAIRS.tableName(), name, String.join(", ", lacking)));
                return null;
            }
        }
        return dated(Pairs.of(project, sources, expressions, versions, Scope.of(days, asOf)));
    }

    /** The rows of the days with all reasons. */
    private Dataset<Row> judged(Contract contract, ContractRows rows) {
        Dataset<Row> all = rows.rows(days, List.of(), true);
        return contract == Contract.ORDERS ? Refunds.judged(all, rows, true) : all;
    }

    /** Amounts of several currencies do not add up, be it over the days of other runs. */
    private void refuseSeveralCurrencies(ContractRows orders, List<Segmentation> segmentations) {
        if (!orders.mapped().contains("currency") || segmentations.stream().anyMatch(Segmentation::byCurrency)) {
            return;
        }
        describe("measure: currencies of orders");
        Days soFar = new Days(Conversion.EARLIEST.toLocalDate(), days.to());
        Dataset<Row> known = orders.rows(soFar, List.of(), false);
        List<String> currencies = currencies(known);
        if (currencies.size() > 1) {
            currencies = currencies(Refunds.judged(known, orders, false));
        }
        if (currencies.size() > 1) {
            throw Fault.data(
                    "the orders have several currencies (" + String.join(", ", currencies)
                            + "), and amounts of different currencies do not add up",
                    "sources with contract orders",
                    "let the select keep one currency or convert to one, or declare the segmentation "
                            + "{name: currency, from: row}: figures of money then stand by currency");
        }
    }

    private static List<String> currencies(Dataset<Row> orders) {
        return orders
                .where(col(Conversion.BROKEN).equalTo(false).and(col("currency").isNotNull()))
                .select("currency")
                .distinct()
                .limit(3)
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    /** Puts the rows of a contract on record. */
    private void report(Contract contract, long seen, long kept, long broken, long duplicates) {
        String name = contract.contractName();
        counts.put(name + "_read", seen);
        counts.put(name + "_kept", kept);
        counts.put(name + "_quarantined", broken + duplicates);
        progress.accept("measure  %-16s %,12d rows read  %,13d kept  %,9d quarantined (%.2f %%)%s"
                .formatted(
                        name,
                        seen,
                        kept,
                        broken + duplicates,
                        seen == 0 ? 0.0 : 100.0 * (broken + duplicates) / seen,
                        kept == 0 ? "  WARNING: no row of these days" : ""));
    }

    /** Refuses the run where too many rows break rules; nothing has been published yet. */
    private void refuseAboveLimit(Contract contract, long broken, long seen, Supplier<Dataset<Row>> explained) {
        String name = contract.contractName();
        double limit = project.quarantine().limit();
        if (broken > limit * seen) {
            String reasons = commonReasons(explained.get());
            throw Fault.data(
                    "%,d of %,d rows of %s break rules (%.1f %%), more than the limit of %.1f %%; most often: %s"
                            .formatted(broken, seen, name, 100.0 * broken / seen, 100 * limit, reasons),
                    "sources with contract " + name,
                    (SOLAR_HIJRI.matcher(reasons).find()
                                    ? "read Solar Hijri dates by persian_timestamp(...) or persian_date(...) in the select; "
                                    : "")
                            + "mend the source or its select, or raise quarantine.limit in the project file");
        }
    }

    /** A source that re-sends rows under another day counts them twice: nothing that a day's run could see. */
    private void warnOfMovedKeys(String name, Dataset<Row> statistics, int keySample) {
        long moved = keySample
                * statistics
                        .where(col("segmentation").equalTo(Statistics.KEY))
                        .groupBy("segment")
                        .count()
                        .where("count > 1")
                        .count();
        if (moved > 0) {
            progress.accept("measure  %-16s WARNING: %s%,d keys stand on more than one day and count on each; let the "
                            .formatted(name, keySample > 1 ? "about " : "", moved)
                    + "source show only their current version");
        }
    }

    private static String commonReasons(Dataset<Row> explained) {
        return explained
                .selectExpr("inline(" + Conversion.REASONS + ")")
                .groupBy("column", "rule")
                .agg(
                        org.apache.spark.sql.functions.count(lit(1)).as("n"),
                        max("value").as("value"))
                .orderBy(col("n").desc(), col("column"), col("rule"))
                .limit(3)
                .collectAsList()
                .stream()
                .map(row -> "%s: %s (%,d%s)"
                        .formatted(
                                row.getString(0),
                                row.getString(1),
                                row.getLong(2),
                                row.isNullAt(3) ? "" : ", e.g. '" + row.getString(3) + "'"))
                .reduce((one, two) -> one + "; " + two)
                .orElse("");
    }

    private void publish(CustomerVersions customers, boolean rebuild) {
        Dataset<Row> answers = null;
        Dataset<Row> moments = null;
        Dataset<Row> durations = null;
        Dataset<Row> clusters = null;
        for (Counted each : counted) {
            Dataset<Row> cells = dated(each.statistics().where("segmentation NOT LIKE '\\_%'"));
            clusters = and(clusters, dated(Statistics.clusters(each.statistics())));
            if (each.contract() == Contract.RESPONSES) {
                answers = cells.where("kpi IS NULL");
            }
            List<String> ofDurations = names(each.kpis(), kpi -> kpi.state() == State.DURATION);
            List<String> ofMoments = names(each.kpis(), kpi -> kpi.state() != State.DURATION);
            if (!ofMoments.isEmpty()) {
                moments = and(moments, cells.where(col("kpi").isin(ofMoments.toArray())));
            }
            if (!ofDurations.isEmpty()) {
                durations = and(durations, cells.where(col("kpi").isin(ofDurations.toArray())));
            }
        }
        write(Table.DAILY_ANSWERS, answers, rebuild, List.of());
        List<Kpi> kpis = counted.stream().flatMap(each -> each.kpis().stream()).toList();
        write(Table.DAILY_MOMENTS, moments, rebuild, kpis);
        write(Table.DAILY_DURATIONS, durations, rebuild, kpis);
        write(Table.DAILY_CLUSTERS, clusters, rebuild, kpis);
        write(Table.DAILY_PAIRS, pairs, rebuild, List.of());
        Dataset<Row> rejected = null;
        for (Counted each : counted) {
            if (each.broken() + each.duplicates() > 0) {
                Dataset<Row> rows = rejected(each);
                rejected = rejected == null ? rows : rejected.unionByName(rows);
            }
        }
        if (customers != null && !allCustomersStand) {
            Dataset<Row> rows = quarantine(Contract.CUSTOMERS, customers.rejected());
            rejected = rejected == null ? rows : rejected.unionByName(rows);
        }
        String measured = "'customers'"
                + counted.stream()
                        .map(each -> ", '" + each.contract().contractName() + "'")
                        .reduce("", String::concat);
        describe("measure: quarantine");
        store.delete(
                Table.QUARANTINE,
                "as_of < TIMESTAMP'"
                        + asOf.minusSeconds(86_400L * project.quarantine().keepDays()) + "'");
        write(
                Table.QUARANTINE,
                rejected,
                rebuild
                        ? "true"
                        : "contract IN (%s) AND (contract = 'customers' OR day IS NULL OR (%s))"
                                .formatted(measured, days.covers("day")));
    }

    /** The columns that every table of days has. */
    private Dataset<Row> dated(Dataset<Row> rows) {
        return rows.withColumn("month", trunc(col("day"), "month")).withColumn("as_of", lit(Timestamp.from(asOf)));
    }

    /** KPIs that do not add up over days, for the periods that are complete. */
    private void measurePeriods(Map<Contract, ContractRows> sources, Dataset<Row> versions, boolean rebuild) {
        KpiExpressions expressions = KpiExpressions.of(spark, project, sources, Contract.CUSTOMERS);
        List<Kpi> kpis = expressions.available();
        List<Period> due = Periods.due(project, store, days, rebuild, asOf);
        String predicate = rebuild ? "true" : Periods.covers(due);
        if (kpis.isEmpty() || due.isEmpty()) {
            for (Table table : List.of(Table.PERIOD_MOMENTS, Table.COHORTS)) {
                store.ensure(table);
                // What an earlier declaration left must not outlive it.
                if (store.version(table) > 0 && !predicate.isEmpty()) {
                    store.delete(table, predicate);
                }
            }
            return;
        }
        closedPeriods = due.stream()
                .filter(period ->
                        !period.start().isBefore(days.to()) || !period.end().isAfter(days.from()))
                .toList();
        List<Segmentation> segmentations = project.segmentations().stream()
                .filter(each -> each.fromCustomers() ? versions != null : each.byCurrency())
                .toList();
        Histories histories = Periods.histories(sources, due);
        describe("measure: KPIs of " + due.size() + " periods");
        replacePeriods(
                Table.PERIOD_MOMENTS,
                PeriodStatistics.of(spark, project, histories, kpis, segmentations, versions, due, asOf),
                predicate);
        describe("measure: cohorts of " + due.size() + " periods");
        replacePeriods(
                Table.COHORTS, Cohorts.of(spark, project, histories, segmentations, versions, due, asOf), predicate);
    }

    private void replacePeriods(Table table, Dataset<Row> rows, String predicate) {
        long written = store.replace(
                table,
                rows.withColumn("as_of", lit(Timestamp.from(asOf))).hint("rebalance", col("grain")),
                predicate,
                runId);
        counts.put(table.tableName() + "_rows", written);
        progress.accept("measure  %-16s %,12d rows written".formatted(table.tableName(), written));
    }

    /** What customers did after their answers, also on days on which a window has closed since. */
    private void measureOutcomes(Map<Contract, ContractRows> sources, Dataset<Row> versions, boolean rebuild) {
        boolean declared = project.outcomes() != null && sources.containsKey(Contract.RESPONSES);
        List<Days> spans = Days.merged(
                Days.and(days, declared && !rebuild ? Windows.closedOutcomes(store, project, days, asOf) : List.of()));
        String predicate = rebuild ? "true" : ofMonths(spans) + " AND " + Days.covers(spans, "day");
        if (declared) {
            Dataset<Row> outcomes = AnswerOutcomes.of(project, sources, versions, spans, asOf);
            write(Table.DAILY_OUTCOMES, OutcomeStatistics.of(outcomes, project, asOf), predicate);
            return;
        }
        store.ensure(Table.DAILY_OUTCOMES);
        // What an earlier declaration left must not outlive it.
        if (store.version(Table.DAILY_OUTCOMES) > 0) {
            store.delete(Table.DAILY_OUTCOMES, predicate);
        }
    }

    private static Dataset<Row> and(Dataset<Row> some, Dataset<Row> more) {
        return some == null ? more : some.unionByName(more);
    }

    /** Names under which the states of some KPIs are stored. */
    private static List<String> names(List<Kpi> kpis, Predicate<Kpi> which) {
        return kpis.stream().filter(which).map(Kpi::stateOf).toList();
    }

    /** Replaces the run's days, and on days whose windows closed the KPIs that were counted again on them. */
    private void write(Table table, Dataset<Row> rows, boolean rebuild, List<Kpi> kpis) {
        List<Days> all = new ArrayList<>(List.of(days));
        List<String> owned = new ArrayList<>(List.of("(" + days.covers("day") + ")"));
        for (Counted each : counted) {
            List<Days> spans = Windows.spans(closed, each.kpis());
            if (!spans.isEmpty() && kpis.containsAll(each.kpis())) {
                all.addAll(spans);
                owned.add("(kpi IN " + Sql.texts(names(each.kpis(), kpi -> true)) + " AND " + Days.covers(spans, "day")
                        + ")");
            }
        }
        write(table, rows, rebuild ? "true" : "%s AND (%s)".formatted(ofMonths(all), String.join(" OR ", owned)));
    }

    /** SQL predicate on the partitions that hold some days. */
    private static String ofMonths(List<Days> spans) {
        LocalDate first =
                spans.stream().map(Days::from).min(LocalDate::compareTo).orElseThrow();
        LocalDate last = spans.stream().map(Days::to).max(LocalDate::compareTo).orElseThrow();
        return "month >= DATE'%s' AND month <= DATE'%s'"
                .formatted(first.withDayOfMonth(1), last.minusDays(1).withDayOfMonth(1));
    }

    private void write(Table table, Dataset<Row> rows, String predicate) {
        store.ensure(table);
        if (rows == null) {
            // A table that has never been written holds nothing to remove.
            if (store.version(table) > 0) {
                store.delete(table, predicate);
            }
            return;
        }
        describe("measure: write " + table.tableName());
        List<String> names = List.of(table.columnNames());
        Dataset<Row> ordered = names.contains("month")
                ? rows.hint("rebalance", col("month"))
                        .sortWithinPartitions(Stream.of("month", "day", "segmentation", "touchpoint", "first")
                                .filter(names::contains)
                                .map(functions::col)
                                .toArray(Column[]::new))
                : rows.coalesce(1);
        long written = store.replace(table, ordered, predicate, runId);
        counts.put(table.tableName() + "_rows", written);
        progress.accept("measure  %-16s %,12d rows written".formatted(table.tableName(), written));
    }

    /** The second scan: only rows that are rejected travel. */
    private Dataset<Row> rejected(Counted each) {
        Dataset<Row> hashes = each.statistics()
                .where(col("segmentation").equalTo(Statistics.DUPLICATE))
                .select(col("segment").cast("bigint").as("_loser"))
                .distinct();
        Dataset<Row> rows = Duplicates.withKeyHash(judged(each.contract(), each.rows()), each.contract());
        Dataset<Row> candidates = each.duplicates() == 0
                ? rows.where(col(Conversion.BROKEN))
                : rows.join(broadcast(hashes), col(Duplicates.KEY_HASH).equalTo(col("_loser")), "left_outer")
                        .where(col(Conversion.BROKEN).or(col("_loser").isNotNull()))
                        .drop("_loser");
        Dataset<Row> flagged = Duplicates.flagged(candidates, each.contract(), Duplicates.Distribution.DAY_AND_KEY)
                .where(col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)));
        return quarantine(each.contract(), flagged);
    }

    private Dataset<Row> quarantine(Contract contract, Dataset<Row> rejected) {
        List<Column> key = new ArrayList<>();
        for (String name : contract.key()) {
            key.add(lit(name));
            key.add(substring(col(name).cast("string"), 1, VALUE_CHARACTERS));
        }
        Column duplicate = struct(
                lit("duplicate: another row of the day has this key").as("rule"),
                lit("ingested_at").as("column"),
                col("ingested_at").cast("string").as("value"));
        return rejected.select(
                col(ContractRows.SOURCE).as("source"),
                lit(contract.contractName()).as("contract"),
                col(ContractRows.DAY).as("day"),
                map(key.toArray(Column[]::new)).as("key"),
                when(col(Duplicates.DUPLICATE), array_append(col(Conversion.REASONS), duplicate))
                        .otherwise(col(Conversion.REASONS))
                        .as("reasons"),
                lit(Timestamp.from(asOf)).as("as_of"));
    }

    /** A run that knows less than what it would replace would make figures worse. */
    private void refuseToForget() {
        for (Table table : List.of(
                Table.DAILY_ANSWERS,
                Table.DAILY_MOMENTS,
                Table.DAILY_DURATIONS,
                Table.DAILY_CLUSTERS,
                Table.DAILY_PAIRS,
                Table.DAILY_OUTCOMES)) {
            refuseToForget(table, days.covers("day"), "days of " + days);
        }
        List<Period> complete = Periods.complete(project, days, asOf);
        if (!complete.isEmpty()) {
            refuseToForget(Table.PERIOD_MOMENTS, Periods.covers(complete), "periods that touch " + days);
        }
    }

    private void refuseToForget(Table table, String rows, String named) {
        if (!store.exists(table)) {
            return;
        }
        Row latest = store.read(table).where(rows).agg(max("as_of")).first();
        if (!latest.isNullAt(0) && latest.getTimestamp(0).toInstant().isAfter(asOf)) {
            throw Fault.arguments(
                    named + " are stored as of " + latest.getTimestamp(0).toInstant() + ", later than this run's "
                            + asOf,
                    "--as-of",
                    "give an --as-of that is not earlier, or rebuild with --rebuild");
        }
    }

    private static long observed(Observation read, String metric) {
        try {
            // Where nothing at all was read, Spark drops the plan and the counts with it.
            Number rows = (Number) read.getAsJava().get(metric);
            return rows == null ? 0 : rows.longValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Fault.outside("interrupted while counting rows", "sources", "run it again", interrupted);
        }
    }

    private void describe(String what) {
        spark.sparkContext().setJobDescription(what);
    }
}
