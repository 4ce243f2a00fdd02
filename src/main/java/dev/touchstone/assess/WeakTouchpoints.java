package dev.touchstone.assess;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.touchstone.calendar.Grain;
import dev.touchstone.inference.Rules;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.sql.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * The verdicts on all cells at the finding grain, from {@code kpi_values}.
 *
 * <p>A family of tests is judged as a whole, so its cells come together: one exchange by KPI and segmentation, whatever
 * the number of KPIs, periods and cells.
 */
final class WeakTouchpoints {
    private WeakTouchpoints() {}

    /** The verdicts on the cells of some periods, the values of which are in the table already. */
    static Dataset<Row> of(Project project, Store store, List<Judged> periods) {
        Map<String, Kpi> kpis = new LinkedHashMap<>();
        project.catalogue().kpis().values().stream()
                .filter(KpiVerdicts::judges)
                .forEach(kpi -> kpis.put(kpi.name(), kpi));
        return rows(store, periods, kpis.keySet())
                .groupByKey(
                        (MapFunction<Row, String>) row -> row.<String>getAs("kpi") + "/" + row.getAs("segmentation"),
                        Encoders.STRING())
                .flatMapGroups(verdicts(project, store, periods, kpis), Encoders.row(Table.WEAK_TOUCHPOINTS.schema()));
    }

    /** How the cells of some KPIs are judged. */
    static KpiVerdicts verdicts(Project project, Store store, List<Judged> periods, Map<String, Kpi> kpis) {
        Targets targets = Targets.of(project, store);
        Map<String, double[]> targetsByKpi = new LinkedHashMap<>();
        kpis.values()
                .forEach(kpi -> targetsByKpi.put(
                        kpi.name(),
                        periods.stream()
                                .mapToDouble(judged -> targets.ofVerdicts(kpi, judged.period()))
                                .toArray()));
        return new KpiVerdicts(
                kpis,
                targetsByKpi,
                periods,
                new Rules(
                        project.findings().falseDiscoveries(),
                        project.findings().probability()),
                project.byCurrency(),
                new Reasons(project),
                Table.WEAK_TOUCHPOINTS.schema());
    }

    /** All rows that the verdicts of some periods are made of. */
    static Dataset<Row> rows(Store store, List<Judged> periods, Set<String> kpis) {
        Column week = col("grain")
                .equalTo(Grain.WEEK.code())
                .and(col("period_start")
                        .between(
                                Date.valueOf(periods.get(0).week(0)),
                                Date.valueOf(periods.get(periods.size() - 1).lastWeek())));
        return store.read(Table.KPI_VALUES)
                .where(Judged.isCompared(periods)
                        .or(week)
                        .and(col("touchpoint").notEqual("all"))
                        .and(isOneOf(kpis)))
                .select(observed())
                .withColumn("judged_before", lit(false))
                .withColumn("since", lit(null).cast("string"))
                .unionByName(before(store, periods.get(0), kpis), true);
    }

    private static Column isOneOf(Set<String> kpis) {
        return kpis.isEmpty() ? lit(false) : col("kpi").isin(kpis.toArray());
    }

    /** What is looked at of {@code kpi_values}. */
    static Column[] observed() {
        return Stream.concat(Stream.of("grain", "kpi", "segmentation", "period_start"), Observed.COLUMNS.stream())
                .map(name -> col(name))
                .toArray(Column[]::new);
    }

    /** Since when cells were weak that were so in the period before the first. */
    private static Dataset<Row> before(Store store, Judged first, Set<String> kpis) {
        return store.read(Table.WEAK_TOUCHPOINTS)
                .where(col("period_start")
                        .equalTo(Date.valueOf(first.previous()))
                        .and(first.isAtGrain())
                        .and(col("since").isNotNull())
                        .and(isOneOf(kpis)))
                .select("kpi", "segmentation", "segment", "touchpoint", "since")
                .withColumn("judged_before", lit(true));
    }
}
