package dev.touchstone.assess;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.row_number;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Days;
import dev.touchstone.calendar.Grain;
import dev.touchstone.calendar.Period;
import dev.touchstone.kpi.Band;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.Text;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.ScorecardEntry;
import dev.touchstone.sql.Sql;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * KPIs with a goal or a target, against it: over all touchpoints, by the finding grain, quarter and year. A target is met
 * or missed where the whole interval says so.
 */
final class Scorecard {
    private static final StructType DUE = StructType.fromDDL(
            "_kpi STRING, place INT, goal_en STRING, goal_fa STRING, _grain STRING, _start DATE, target DOUBLE,"
                    + " direction STRING");
    private static final String AT_LEAST = "at_least";
    private static final String AT_MOST = "at_most";

    private Scorecard() {}

    /** The periods from the first that changed days lie in on: targets may be derived from what they came to. */
    static Dataset<Row> of(SparkSession spark, Project project, Store store, List<Days> changed, LocalDate last) {
        Map<String, ScorecardEntry> entries = new LinkedHashMap<>();
        project.scorecard().forEach(entry -> entries.put(entry.kpi(), entry));
        List<Kpi> kpis = project.catalogue().kpis().values().stream()
                .filter(kpi -> kpi.target() != null || entries.containsKey(kpi.name()))
                .toList();
        Targets targets = Targets.of(project, store);
        Calendar calendar = project.calendars().get(0);
        LocalDate first =
                changed.stream().map(Days::from).min(LocalDate::compareTo).orElseThrow();
        List<Row> due = new ArrayList<>();
        List<String> order = new ArrayList<>(entries.keySet());
        for (Period period : periods(project, calendar, first, last)) {
            for (Kpi kpi : kpis) {
                double target = targets.in(kpi, period);
                Text goal = entries.containsKey(kpi.name())
                        ? entries.get(kpi.name()).goal()
                        : null;
                due.add(RowFactory.create(
                        kpi.name(),
                        goal == null ? null : order.indexOf(kpi.name()) + 1,
                        goal == null ? null : goal.en(),
                        goal == null ? null : goal.fa(),
                        period.grain().code(),
                        Date.valueOf(period.start()),
                        Double.isNaN(target) ? null : target,
                        kpi.target() == null ? null : kpi.target().direction() == Better.LOWER ? AT_MOST : AT_LEAST));
            }
        }
        // The total, or where there are answers about the company only, those; weighted where there are weights.
        Column best = row_number()
                .over(Window.partitionBy("kpi", "grain", "period_start")
                        .orderBy(col("touchpoint").asc(), col("weighted").desc()));
        Dataset<Row> values = store.read(Table.KPI_VALUES)
                .where(col("segmentation")
                        .equalTo("all")
                        .and(col("touchpoint").isin("all", "company"))
                        .and(col("n").gt(0).or(col("excluded").gt(0))))
                .join(
                        broadcast(spark.createDataFrame(due, DUE)),
                        col("kpi")
                                .equalTo(col("_kpi"))
                                .and(col("grain").equalTo(col("_grain")))
                                .and(col("period_start").equalTo(col("_start")))
                                .and(col("calendar")
                                        .equalTo(functions
                                                .when(
                                                        col("grain").equalTo(Grain.WEEK.code()),
                                                        Calendar.GREGORIAN.code())
                                                .otherwise(calendar.code()))),
                        "inner")
                .withColumn("_best", best)
                .where("_best = 1");
        return values.withColumn("status", expr(STATUS))
                .withColumn("band_en", expr(band(kpis, false)))
                .withColumn("band_fa", expr(band(kpis, true)))
                .select(Table.SCORECARD.columns().stream()
                        .map(column -> col(column.name()))
                        .toArray(Column[]::new));
    }

    /** Rows that give way: see {@link #of}. */
    static String replaced(Project project, List<Days> changed) {
        Calendar calendar = project.calendars().get(0);
        LocalDate first =
                changed.stream().map(Days::from).min(LocalDate::compareTo).orElseThrow();
        Set<String> grains = grains(project).stream().map(Grain::code).collect(Collectors.toCollection(TreeSet::new));
        return "period_end > DATE'%s' OR grain NOT IN (%s) OR (grain <> 'week' AND calendar <> '%s')"
                .formatted(
                        first,
                        grains.stream().map(grain -> "'" + grain + "'").collect(Collectors.joining(", ")),
                        calendar.code());
    }

    private static final String STATUS = "CASE WHEN NOT is_complete OR immature > 0 THEN 'OPEN'"
            + " WHEN target IS NULL THEN IF(direction IS NULL, 'NO_TARGET', 'NO_BASELINE')"
            + " WHEN value IS NULL THEN 'NO_DATA'"
            + " WHEN direction = 'at_least' AND coalesce(ci_low, value) >= target THEN 'MET'"
            + " WHEN direction = 'at_most' AND coalesce(ci_high, value) <= target THEN 'MET'"
            + " WHEN direction = 'at_least' AND coalesce(ci_high, value) < target THEN 'MISSED'"
            + " WHEN direction = 'at_most' AND coalesce(ci_low, value) > target THEN 'MISSED'"
            + " ELSE 'UNCERTAIN' END";

    private static List<Grain> grains(Project project) {
        return List.of(project.findings().grain(), Grain.QUARTER, Grain.YEAR).stream()
                .distinct()
                .toList();
    }

    private static List<Period> periods(Project project, Calendar calendar, LocalDate first, LocalDate last) {
        List<Period> periods = new ArrayList<>();
        for (Grain grain : grains(project)) {
            for (LocalDate day = first; !day.isAfter(last); ) {
                Period period = calendar.period(grain, day, project.weekStart());
                periods.add(period);
                day = period.end();
            }
        }
        return periods;
    }

    private static String band(List<Kpi> kpis, boolean persian) {
        String cases = kpis.stream()
                .filter(kpi -> !kpi.bands().isEmpty())
                .map(kpi -> "WHEN kpi = %s THEN CASE %s END"
                        .formatted(
                                Sql.text(kpi.name()),
                                kpi.bands().stream()
                                        .map(band -> bandCase(band, persian))
                                        .collect(Collectors.joining(" "))))
                .collect(Collectors.joining(" "));
        return cases.isEmpty() ? "CAST(NULL AS STRING)" : "CASE " + cases + " END";
    }

    private static String bandCase(Band band, boolean persian) {
        String label = Sql.text(persian ? band.label().fa() : band.label().en());
        return "WHEN value >= %sD THEN %s".formatted(band.from(), label);
    }
}
