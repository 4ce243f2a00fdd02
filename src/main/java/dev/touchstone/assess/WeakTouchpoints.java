package dev.touchstone.assess;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import dev.touchstone.calendar.Days;
import dev.touchstone.calendar.Grain;
import dev.touchstone.inference.Rules;
import dev.touchstone.inference.Status;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.sql.Date;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The verdicts on all cells at the finding grain, from {@code kpi_values}.
 *
 * <p>A family of tests is judged as a whole, so its cells come together: one exchange by KPI and segmentation, whatever
 * the number of KPIs, periods and cells.
 */
final class WeakTouchpoints {
    private static final List<String> OBSERVED = List.of(
            "grain",
            "kpi",
            "segmentation",
            "weighted",
            "segment",
            "touchpoint",
            "period_start",
            "is_complete",
            "n",
            "n_eff",
            "deff",
            "value",
            "ci_low",
            "ci_high",
            "variance",
            "geometric_mean",
            "positive",
            "open",
            "immature");

    private WeakTouchpoints() {}

    /** What was judged anew: rows, and the predicate on the rows that they replace. */
    record Result(Dataset<Row> rows, String replaced) {}

    /**
     * Judges the periods from the first that changed days lie in on: what comes later was compared with it.
     *
     * @param changed days whose values have changed; the values are in the table already
     */
    static Result of(SparkSession spark, Project project, Store store, List<Days> changed) {
        LocalDate first =
                changed.stream().map(Days::from).min(LocalDate::compareTo).orElseThrow();
        String grain = project.findings().grain().code();
        String calendar =
                Judged.of(project, first, first).get(0).period().calendar().code();
        Column ofGrain = col("grain").equalTo(grain).and(col("calendar").equalTo(calendar));
        Row last = store.read(Table.KPI_VALUES)
                .where(ofGrain)
                .agg(max("period_start"))
                .first();
        LocalDate lastStart = last.isNullAt(0) ? first : last.getDate(0).toLocalDate();
        List<Judged> periods = Judged.of(project, first, lastStart.isBefore(first) ? first : lastStart);
        LocalDate firstStart = periods.get(0).period().start();
        Map<String, Kpi> kpis = new LinkedHashMap<>();
        project.catalogue().kpis().values().stream()
                .filter(KpiVerdicts::judges)
                .forEach(kpi -> kpis.put(kpi.name(), kpi));
        Targets targets = Targets.of(project, store);
        Map<String, double[]> targetsByKpi = new LinkedHashMap<>();
        kpis.values()
                .forEach(kpi -> targetsByKpi.put(
                        kpi.name(),
                        periods.stream()
                                .mapToDouble(judged -> targets.in(kpi, judged.period()))
                                .toArray()));
        StructType schema = Table.WEAK_TOUCHPOINTS.schema();
        KpiVerdicts verdicts = new KpiVerdicts(
                kpis,
                targetsByKpi,
                periods,
                new Rules(
                        project.findings().falseDiscoveries(),
                        project.findings().probability()),
                project.segmentations().stream()
                        .filter(Segmentation::byCurrency)
                        .map(Segmentation::name)
                        .toList(),
                new Reasons(project),
                schema);
        Set<Date> starts = new LinkedHashSet<>();
        periods.forEach(judged -> Stream.of(judged.period().start(), judged.previous(), judged.yearBefore())
                .forEach(start -> starts.add(Date.valueOf(start))));
        Column week = col("grain")
                .equalTo(Grain.WEEK.code())
                .and(col("period_start")
                        .between(
                                Date.valueOf(periods.get(0).week(0)),
                                Date.valueOf(periods.get(periods.size() - 1).lastWeek())));
        Dataset<Row> values = store.read(Table.KPI_VALUES)
                .where(ofGrain.and(col("period_start").isin(starts.toArray()))
                        .or(week)
                        .and(col("touchpoint").notEqual("all"))
                        .and(
                                kpis.isEmpty()
                                        ? lit(false)
                                        : col("kpi").isin(kpis.keySet().toArray())))
                .select(OBSERVED.stream().map(name -> col(name)).toArray(Column[]::new))
                .withColumn("judged_before", lit(false))
                .withColumn("since", lit(null).cast("string"));
        Dataset<Row> rows = values.unionByName(before(store, periods.get(0), kpis.keySet()), true)
                .groupByKey(
                        (MapFunction<Row, String>) row -> row.<String>getAs("kpi") + "/" + row.getAs("segmentation"),
                        Encoders.STRING())
                .flatMapGroups(verdicts, Encoders.row(schema));
        return new Result(
                rows,
                "period_end > DATE'%s' OR grain <> '%s' OR calendar <> '%s'".formatted(firstStart, grain, calendar));
    }

    /** Since when cells were weak that were so in the period before the first. */
    private static Dataset<Row> before(Store store, Judged first, Set<String> kpis) {
        return store.read(Table.WEAK_TOUCHPOINTS)
                .where(col("period_start")
                        .equalTo(Date.valueOf(first.previous()))
                        .and(col("grain").equalTo(first.period().grain().code()))
                        .and(col("calendar").equalTo(first.period().calendar().code()))
                        .and(col("status").isin(Status.CONFIRMED.name(), Status.PROBABLE.name()))
                        .and(kpis.isEmpty() ? lit(false) : col("kpi").isin(kpis.toArray())))
                .select("kpi", "segmentation", "segment", "touchpoint", "since")
                .withColumn("judged_before", lit(true));
    }
}
