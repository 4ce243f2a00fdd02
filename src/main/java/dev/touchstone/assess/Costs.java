package dev.touchstone.assess;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.sql.Sql;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.sql.Date;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What a weak touchpoint costs: interactions of the period x expected shortfall x repurchases that a unit of the KPI goes
 * with among like customers ({@code outcomes}) x value of a repurchase. Bounds come from the slope's interval; they do
 * not hold the error of the shortfall. Only KPIs that are computed from answers have a slope, and so a cost.
 */
final class Costs {
    private static final List<String> CELL = List.of("period_start", "segmentation", "segment", "touchpoint");
    /** Where interactions are counted, the best first: rows that counted for a KPI, or are still to. */
    private static final Map<String, String> INTERACTIONS = new LinkedHashMap<>();

    static {
        INTERACTIONS.put("abandonment_rate", "contacts");
        INTERACTIONS.put("conversion_rate", "visits");
        INTERACTIONS.put("ticket_volume", "tickets");
        INTERACTIONS.put("order_value", "orders");
        INTERACTIONS.put("response_rate", "invitations");
    }

    private Costs() {}

    /**
     * Fills the columns response_rate, exposed, exposure_kind, cost_low, cost_mid and cost_high.
     *
     * @param verdicts rows of {@code weak_touchpoints}
     */
    static Dataset<Row> added(Project project, Store store, Dataset<Row> verdicts, List<Judged> periods) {
        Object[] starts = periods.stream()
                .map(judged -> Date.valueOf(judged.period().start()))
                .toArray();
        Dataset<Row> values = store.read(Table.KPI_VALUES)
                .where(periods.get(0)
                        .isAtGrain()
                        .and(col("period_start").isin(starts))
                        .and(col("weighted").equalTo(false)));
        Dataset<Row> exposures = exposures(values);
        Dataset<Row> priced = verdicts.drop(
                        "response_rate", "exposed", "exposure_kind", "cost_low", "cost_mid", "cost_high")
                .join(exposures, columns(CELL), "left_outer")
                .withColumn(
                        "exposure_kind", expr("CASE WHEN _exposed > 0 THEN _kind ELSE " + contract(project) + " END"))
                .withColumn("exposed", expr("CASE WHEN _exposed > 0 THEN _exposed ELSE n END"))
                .withColumn("response_rate", expr("CASE WHEN " + contract(project) + " = 'responses' THEN _rate END"));
        Column none = lit(null).cast("double");
        if (project.outcomes() == null) {
            priced = priced.withColumn("cost_low", none)
                    .withColumn("cost_mid", none)
                    .withColumn("cost_high", none);
        } else {
            priced = priced.withColumn("_about", expr("IF(touchpoint = 'company', 'company', 'all')"))
                    .join(
                            broadcast(slopes(store, periods, starts)),
                            columns(List.of("kpi", "period_start", "_about")),
                            "left_outer")
                    .join(broadcast(worth(project, values)), columns(List.of("period_start")), "left_outer")
                    .withColumn("_lost", expr("exposed * shortfall * _worth * " + sign(project)))
                    .withColumn("cost_mid", col("_lost").multiply(col("_slope")))
                    .withColumn("cost_low", expr("least(_lost * _slope_low, _lost * _slope_high)"))
                    .withColumn("cost_high", expr("greatest(_lost * _slope_low, _lost * _slope_high)"));
        }
        return priced.select(Table.WEAK_TOUCHPOINTS.columns().stream()
                .map(column -> col(column.name()))
                .toArray(Column[]::new));
    }

    private static Dataset<Row> exposures(Dataset<Row> values) {
        List<String> places = new ArrayList<>(INTERACTIONS.keySet());
        String place = "array_position(array(%s), kpi)"
                .formatted(places.stream().map(Sql::text).collect(Collectors.joining(", ")));
        String kind = "element_at(array(%s), CAST(%s AS INT))"
                .formatted(INTERACTIONS.values().stream().map(Sql::text).collect(Collectors.joining(", ")), place);
        return values.where(col("kpi").isin(places.toArray()))
                .withColumn("_place", expr(place))
                .withColumn("_kind", expr(kind))
                .withColumn("_exposed", expr("n + immature"))
                .groupBy(CELL.stream().map(name -> col(name)).toArray(Column[]::new))
                .agg(
                        expr("min_by(_exposed, IF(_exposed > 0, _place, NULL))").as("_exposed"),
                        expr("min_by(_kind, IF(_exposed > 0, _place, NULL))").as("_kind"),
                        expr("max(IF(kpi = 'response_rate', value, NULL))").as("_rate"));
    }

    /**
     * Repurchases by unit of each KPI, over all touchpoints and of answers about the company as a whole. A KPI of two
     * instruments has two slopes, so none here.
     */
    private static Dataset<Row> slopes(Store store, List<Judged> periods, Object[] starts) {
        return store.read(Table.OUTCOMES)
                .where(periods.get(0)
                        .isAtGrain()
                        .and(col("period_start").isin(starts))
                        .and(col("comparison").equalTo("kpi"))
                        .and(col("outcome").equalTo("repurchase"))
                        .and(col("touchpoint").isin("all", "company")))
                .groupBy(col("kpi"), col("period_start"), col("touchpoint").as("_about"))
                .agg(
                        expr("any_value(slope)").as("_slope"),
                        expr("any_value(slope_low)").as("_slope_low"),
                        expr("any_value(slope_high)").as("_slope_high"),
                        expr("count(*)").as("_instruments"))
                .where("_instruments = 1")
                .drop("_instruments");
    }

    private static Dataset<Row> worth(Project project, Dataset<Row> values) {
        Double value = project.outcomes().value();
        Dataset<Row> orders =
                values.where("kpi = 'order_value' AND segmentation = 'all' AND touchpoint IN ('all', 'company')");
        return (value == null ? orders : values)
                .groupBy("period_start")
                .agg((value == null ? expr("min_by(value, touchpoint)") : expr("any_value(" + value + "D)"))
                        .as("_worth"));
    }

    private static String contract(Project project) {
        return project.catalogue().kpis().values().stream()
                .map(kpi -> "WHEN " + Sql.text(kpi.name()) + " THEN " + Sql.text(kpi.of()))
                .collect(Collectors.joining(" ", "CASE kpi ", " END"));
    }

    private static String sign(Project project) {
        List<String> lower = project.catalogue().kpis().values().stream()
                .filter(kpi -> kpi.scale().better() == Better.LOWER)
                .map(Kpi::name)
                .toList();
        return lower.isEmpty() ? "1" : "IF(kpi IN " + Sql.texts(lower) + ", -1, 1)";
    }

    private static Seq<String> columns(List<String> names) {
        return CollectionConverters.asScala(names).toSeq();
    }
}
