package dev.touchstone.assess;

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
import org.apache.spark.sql.functions;

/**
 * The stage {@code assess}: replaces the KPI values of every period that touches the given days, from the statistics of
 * those periods.
 */
public final class Assess {
    private Assess() {}

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
        Dataset<Row> values = KpiValues.of(
                spark,
                states(spark, project, store, periods, spans, touches),
                project.catalogue().kpis().values(),
                asOf.atZone(project.zone()).toLocalDate());
        Map<String, Long> counts = new LinkedHashMap<>();
        spark.sparkContext().setJobDescription("assess: KPI values of periods that touch " + days.get(0));
        long written = store.replace(
                Table.KPI_VALUES,
                values.hint("rebalance", functions.col("grain")).sortWithinPartitions("grain", "kpi", "period_start"),
                rebuild ? "true" : touches,
                runId);
        counts.put("kpi_values_rows", written);
        report(progress, Table.KPI_VALUES, written);
        spark.sparkContext().setJobDescription("assess: verdicts on touchpoints");
        store.ensure(Table.WEAK_TOUCHPOINTS);
        WeakTouchpoints.Result verdicts = WeakTouchpoints.of(spark, project, store, changed);
        written = store.replace(
                Table.WEAK_TOUCHPOINTS,
                verdicts.rows()
                        .hint("rebalance", functions.col("grain"))
                        .sortWithinPartitions("kpi", "period_start", "segmentation", "rank"),
                rebuild ? "true" : verdicts.replaced(),
                runId);
        counts.put("weak_touchpoints_rows", written);
        report(progress, Table.WEAK_TOUCHPOINTS, written);
        compareOutcomes(spark, project, store, changed, rebuild, runId, progress, counts);
        spark.sparkContext().setJobDescription("assess: calendar");
        Dataset<Row> calendar = spans.stream()
                .map(span -> CalendarTable.days(spark, span.from(), span.to(), project.weekStart()))
                .reduce(Dataset::unionByName)
                .orElseThrow();
        store.replace(Table.CALENDAR, calendar.coalesce(1), rebuild ? "true" : Days.covers(spans, "day"), runId);
        return counts;
    }

    private static void compareOutcomes(
            SparkSession spark,
            Project project,
            Store store,
            List<Days> changed,
            boolean rebuild,
            String runId,
            Consumer<String> progress,
            Map<String, Long> counts) {
        store.ensure(Table.OUTCOMES);
        if (project.outcomes() == null || !store.exists(Table.DAILY_OUTCOMES)) {
            // What an earlier declaration left must not outlive it.
            if (store.version(Table.OUTCOMES) > 0) {
                store.delete(Table.OUTCOMES, "true");
            }
            return;
        }
        spark.sparkContext().setJobDescription("assess: what customers did after answers");
        Outcomes.Result outcomes = Outcomes.of(spark, project, store, changed);
        long written = store.replace(
                Table.OUTCOMES,
                outcomes.rows()
                        .hint("rebalance", functions.col("grain"))
                        .sortWithinPartitions("period_start", "instrument", "touchpoint", "outcome"),
                rebuild ? "true" : outcomes.replaced(),
                runId);
        counts.put("outcomes_rows", written);
        report(progress, Table.OUTCOMES, written);
    }

    private static void report(Consumer<String> progress, Table table, long written) {
        progress.accept("assess   %-16s %,10d rows written".formatted(table.tableName(), written));
    }

    /** The states of all KPIs in the periods: rolled up from days, or as they stand where they do not add up. */
    private static Dataset<Row> states(
            SparkSession spark, Project project, Store store, Dataset<Row> periods, List<Days> spans, String touches) {
        Collection<Kpi> kpis = project.catalogue().kpis().values();
        List<Kpi> durations = Durations.of(kpis);
        List<Kpi> perPeriod = kpis.stream().filter(Kpi::perPeriod).toList();
        List<Kpi> moments = kpis.stream()
                .filter(kpi -> !kpi.perPeriod() && kpi.state() != State.DURATION)
                .toList();
        String ofMonths = spans.stream()
                .map(span -> "(month >= DATE'%s' AND month < DATE'%s')"
                        .formatted(span.from().withDayOfMonth(1), span.to()))
                .collect(Collectors.joining(" OR "));
        String ofSpans = "(%s) AND (%s)".formatted(ofMonths, Days.covers(spans, "day"));
        Dataset<Row> daily = KpiStates.ofMoments(store.read(Table.DAILY_MOMENTS).where(ofSpans));
        List<Kpi> ofAnswers = Answers.kpis(spark, project.catalogue());
        if (!ofAnswers.isEmpty()) {
            Dataset<Row> answers = store.read(Table.DAILY_ANSWERS).where(ofSpans);
            daily = KpiStates.ofAnswers(answers, ofAnswers, project.catalogue()).unionByName(daily);
        }
        Dataset<Row> states = KpiStates.byPeriod(daily, periods, moments);
        if (!durations.isEmpty() && store.exists(Table.DAILY_DURATIONS)) {
            Dataset<Row> bins = store.read(Table.DAILY_DURATIONS).where(ofSpans);
            states = states.unionByName(Durations.byPeriod(spark, bins, periods, durations));
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
