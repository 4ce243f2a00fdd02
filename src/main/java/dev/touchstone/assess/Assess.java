package dev.touchstone.assess;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.CalendarTable;
import dev.touchstone.calendar.Days;
import dev.touchstone.kpi.Answers;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.project.Project;
import dev.touchstone.sql.Sql;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The stage {@code assess}: replaces the KPI values of every period that touches the given days, from the statistics of
 * those periods, and then what they say: findings, changes, the scorecard.
 */
public final class Assess {
    private final SparkSession spark;
    private final Project project;
    private final Store store;
    private final List<Days> days;
    private final boolean rebuild;
    private final String runId;
    private final Consumer<String> progress;
    private final Map<String, Long> counts = new LinkedHashMap<>();

    private Assess(
            SparkSession spark,
            Project project,
            Store store,
            List<Days> days,
            boolean rebuild,
            String runId,
            Consumer<String> progress) {
        this.spark = spark;
        this.project = project;
        this.store = store;
        this.days = days;
        this.rebuild = rebuild;
        this.runId = runId;
        this.progress = progress;
    }

    /**
     * Runs the stage.
     *
     * @param days the run's own days first, then further ones whose statistics have changed; not empty. Periods between
     *     them that touch none stay as they are
     * @param rebuild whether everything stored gives way
     * @param progress takes a line for each step
     * @return rows written, by table
     */
    public static Map<String, Long> run(
            SparkSession spark,
            Project project,
            Store store,
            List<Days> days,
            Instant asOf,
            boolean rebuild,
            String runId,
            Consumer<String> progress) {
        Distributions.register(spark);
        Assess assess = new Assess(spark, project, store, days, rebuild, runId, progress);
        assess.values(asOf);
        // Findings are priced by what customers did, and drivers look at findings.
        assess.outcomes();
        assess.findings();
        assess.drivers(asOf);
        return assess.counts;
    }

    /** The values of all KPIs in every period that touches the days, and the days of those periods. */
    private void values(Instant asOf) {
        List<Days> changed = Days.merged(days);
        List<Days> spans = Days.merged(changed.stream()
                .flatMap(each ->
                        Calendar.periods(project.calendars(), each.from(), each.to(), project.weekStart()).stream())
                .map(period -> new Days(period.start(), period.end()))
                .toList());
        String touches = changed.stream()
                .map(each -> "(period_start < DATE'%s' AND period_end > DATE'%s')".formatted(each.to(), each.from()))
                .collect(Collectors.joining(" OR "));
        Dataset<Row> periods = spans.stream()
                .map(span ->
                        CalendarTable.periods(spark, project.calendars(), span.from(), span.to(), project.weekStart()))
                .reduce(Dataset::unionByName)
                .orElseThrow()
                .where(touches);
        Dataset<Row> effects = effects(periods, spans);
        Dataset<Row> values = KpiValues.of(
                spark,
                states(spark, project, store, periods, spans, touches, effects),
                project.catalogue().kpis().values(),
                effects.join(broadcast(KpiStates.numbered(periods).drop("day").distinct()), "_period")
                        .select("kpi", "calendar", "grain", "period_start", "touchpoint", "deff", "weighted_deff"),
                asOf.atZone(project.zone()).toLocalDate());
        write(
                Table.KPI_VALUES,
                values.hint("rebalance", col("grain")).sortWithinPartitions("grain", "kpi", "period_start"),
                touches);
        Dataset<Row> calendar = spans.stream()
                .map(span -> CalendarTable.days(spark, span.from(), span.to(), project.weekStart()))
                .reduce(Dataset::unionByName)
                .orElseThrow();
        spark.sparkContext().setJobDescription("assess: calendar");
        store.replace(Table.CALENDAR, calendar.coalesce(1), rebuild ? "true" : Days.covers(spans, "day"), runId);
    }

    /** What the values say, of the periods that findings are given for. */
    private void findings() {
        spark.sparkContext().setJobDescription("assess: periods to judge");
        List<Judged> judged = Judged.since(project, store, days);
        String replaced = Judged.replaced(judged);
        store.ensure(Table.WEAK_TOUCHPOINTS);
        write(
                Table.WEAK_TOUCHPOINTS,
                Costs.added(project, store, WeakTouchpoints.of(project, store, judged), judged)
                        .hint("rebalance", col("grain"))
                        .sortWithinPartitions("kpi", "period_start", "segmentation", "rank"),
                replaced);
        write(
                Table.KPI_CHANGES,
                KpiChanges.of(project, store, judged)
                        .hint("rebalance", col("grain"))
                        .sortWithinPartitions("kpi", "period_start", "segmentation", "touchpoint"),
                replaced);
        write(
                Table.SCORECARD,
                Scorecard.of(
                                spark,
                                project,
                                store,
                                days,
                                judged.get(judged.size() - 1).period().end().minusDays(1))
                        .coalesce(1),
                Scorecard.replaced(project, days));
        store.ensure(Table.ACTION_EFFECTS);
        ActionEffects.of(project, store)
                .ifPresentOrElse(
                        effects -> write(Table.ACTION_EFFECTS, effects.coalesce(1), "true"),
                        () -> store.delete(Table.ACTION_EFFECTS, "true"));
    }

    /** What customers did after their answers, of the periods that findings are given for. */
    private void outcomes() {
        store.ensure(Table.OUTCOMES);
        if (project.outcomes() != null && store.exists(Table.DAILY_OUTCOMES)) {
            Outcomes.Result outcomes = Outcomes.of(spark, project, store, days);
            write(
                    Table.OUTCOMES,
                    outcomes.rows()
                            .hint("rebalance", col("grain"))
                            .sortWithinPartitions("period_start", "instrument", "touchpoint", "outcome"),
                    outcomes.replaced());
        } else if (store.version(Table.OUTCOMES) > 0) {
            // What an earlier declaration left must not outlive it.
            store.delete(Table.OUTCOMES, "true");
        }
    }

    /** What goes with the outcome that the project names; nothing where it names none. */
    private void drivers(Instant asOf) {
        store.ensure(Table.DRIVERS);
        if (project.drivers() != null) {
            Drivers drivers = Drivers.of(spark, project, store, days, asOf);
            write(Table.DRIVERS, drivers.rows(), drivers.replaced());
        } else if (store.version(Table.DRIVERS) > 0) {
            store.delete(Table.DRIVERS, "true");
        }
    }

    private void write(Table table, Dataset<Row> rows, String replaced) {
        spark.sparkContext()
                .setJobDescription("assess: " + table.tableName() + " of periods that touch " + days.get(0));
        long written = store.replace(table, rows, rebuild ? "true" : replaced, runId);
        counts.put(table.tableName() + "_rows", written);
        progress.accept("assess   %-16s %,12d rows written".formatted(table.tableName(), written));
    }

    /** Design effects by KPI, numbered period and touchpoint. */
    private Dataset<Row> effects(Dataset<Row> periods, List<Days> spans) {
        store.ensure(Table.DAILY_CLUSTERS);
        Dataset<Row> groups = DesignEffects.groups(
                store.read(Table.DAILY_CLUSTERS).where(covers(spans)),
                Answers.kpis(spark, project.catalogue()),
                project.catalogue());
        return DesignEffects.of(groups, KpiStates.numbered(periods));
    }

    private static String covers(List<Days> spans) {
        String ofMonths = spans.stream()
                .map(span -> "(month >= DATE'%s' AND month < DATE'%s')"
                        .formatted(span.from().withDayOfMonth(1), span.to()))
                .collect(Collectors.joining(" OR "));
        return "(%s) AND (%s)".formatted(ofMonths, Days.covers(spans, "day"));
    }

    /** The states of all KPIs in the periods: rolled up from days, or as they stand where they do not add up. */
    private static Dataset<Row> states(
            SparkSession spark,
            Project project,
            Store store,
            Dataset<Row> periods,
            List<Days> spans,
            String touches,
            Dataset<Row> effects) {
        Collection<Kpi> kpis = project.catalogue().kpis().values();
        List<Kpi> durations = Durations.of(kpis);
        List<Kpi> perPeriod = kpis.stream().filter(Kpi::perPeriod).toList();
        List<Kpi> moments = kpis.stream()
                .filter(kpi -> !kpi.perPeriod() && kpi.state() != State.DURATION)
                .toList();
        String ofSpans = covers(spans);
        Dataset<Row> daily = KpiStates.ofMoments(store.read(Table.DAILY_MOMENTS).where(ofSpans));
        List<Kpi> ofAnswers = Answers.kpis(spark, project.catalogue());
        if (!ofAnswers.isEmpty()) {
            Dataset<Row> answers = store.read(Table.DAILY_ANSWERS).where(ofSpans);
            daily = KpiStates.ofAnswers(answers, ofAnswers, project.catalogue()).unionByName(daily);
        }
        Dataset<Row> states = KpiStates.byPeriod(daily, periods, moments);
        if (!durations.isEmpty() && store.exists(Table.DAILY_DURATIONS)) {
            Dataset<Row> bins = store.read(Table.DAILY_DURATIONS).where(ofSpans);
            states = states.unionByName(Durations.byPeriod(spark, bins, periods, durations, effects));
        }
        if (!perPeriod.isEmpty() && store.exists(Table.PERIOD_MOMENTS)) {
            // Rows of a calendar that the project no longer has stay where they are.
            List<String> calendars =
                    project.calendars().stream().map(Calendar::code).toList();
            Dataset<Row> whole =
                    store.read(Table.PERIOD_MOMENTS).where("(" + touches + ") AND calendar IN " + Sql.texts(calendars));
            states = states.unionByName(KpiStates.ofPeriods(whole, perPeriod));
        }
        return states;
    }
}
