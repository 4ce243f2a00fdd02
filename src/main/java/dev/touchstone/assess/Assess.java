package dev.touchstone.assess;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.CalendarTable;
import dev.touchstone.calendar.Days;
import dev.touchstone.calendar.Period;
import dev.touchstone.kpi.Answers;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The stage {@code assess}: replaces the KPI values of every period that touches the given days, from the daily
 * statistics of those periods.
 */
public final class Assess {
    private Assess() {}

    /**
     * Runs the stage.
     *
     * @param rebuild whether everything stored gives way
     * @param progress takes a line for each step
     * @return rows written, by table
     */
    public static Map<String, Long> run(
            SparkSession spark,
            Project project,
            Store store,
            Days days,
            Instant asOf,
            boolean rebuild,
            String runId,
            Consumer<String> progress) {
        Distributions.register(spark);
        List<Period> touched = Calendar.periods(project.calendars(), days.from(), days.to(), project.weekStart());
        Days span = new Days(
                touched.stream().map(Period::start).min(LocalDate::compareTo).orElseThrow(),
                touched.stream().map(Period::end).max(LocalDate::compareTo).orElseThrow());
        String ofSpan = "month >= DATE'%s' AND %s".formatted(span.from().withDayOfMonth(1), span.covers("day"));
        Dataset<Row> daily = KpiStates.ofMoments(store.read(Table.DAILY_MOMENTS).where(ofSpan));
        List<Kpi> ofAnswers = Answers.kpis(spark, project.catalogue());
        if (!ofAnswers.isEmpty()) {
            Dataset<Row> answers = store.read(Table.DAILY_ANSWERS).where(ofSpan);
            daily = KpiStates.ofAnswers(answers, ofAnswers, project.catalogue()).unionByName(daily);
        }
        String touches = "period_start < DATE'%s' AND period_end > DATE'%s'".formatted(days.to(), days.from());
        Dataset<Row> periods = CalendarTable.periods(
                        spark, project.calendars(), span.from(), span.to(), project.weekStart())
                .where(touches);
        Dataset<Row> values = KpiValues.of(
                spark,
                KpiStates.byPeriod(daily, periods, project.catalogue().kpis().values()),
                project.catalogue().kpis().values(),
                asOf.atZone(project.zone()).toLocalDate());
        Map<String, Long> counts = new LinkedHashMap<>();
        spark.sparkContext().setJobDescription("assess: KPI values of periods that touch " + days);
        long written = store.replace(
                Table.KPI_VALUES,
                values.hint("rebalance", functions.col("grain")).sortWithinPartitions("grain", "kpi", "period_start"),
                rebuild ? "true" : touches,
                runId);
        counts.put("kpi_values_rows", written);
        progress.accept("assess   %-13s %,13d rows written".formatted(Table.KPI_VALUES.tableName(), written));
        spark.sparkContext().setJobDescription("assess: calendar");
        store.replace(
                Table.CALENDAR,
                CalendarTable.days(spark, span.from(), span.to(), project.weekStart())
                        .coalesce(1),
                rebuild ? "true" : span.covers("day"),
                runId);
        return counts;
    }
}
