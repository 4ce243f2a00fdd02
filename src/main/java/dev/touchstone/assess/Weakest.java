package dev.touchstone.assess;

import static org.apache.spark.sql.functions.col;

import dev.touchstone.calendar.Grain;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The touchpoints with the worst values of a KPI in the latest complete period: a first look, without a verdict. */
public final class Weakest {
    private Weakest() {}

    /** One touchpoint; the value is null of a percentile among cases that are still open. */
    public record Line(String touchpoint, Double value, Double low, Double high, long n) {}

    /** The worst touchpoints of a KPI, worst first. */
    public record Answer(Kpi kpi, String period, boolean weighted, List<Line> lines) {}

    /**
     * Looks at the first KPI of the scorecard, or else of the catalogue, that compares touchpoints, by month of the
     * project's first calendar.
     *
     * @return empty where no KPI compares touchpoints in a complete month
     */
    public static Optional<Answer> of(Project project, Store store, int limit) {
        Dataset<Row> cells = store.read(Table.KPI_VALUES)
                .where(col("grain")
                        .equalTo(Grain.MONTH.code())
                        .and(col("calendar").equalTo(project.calendars().get(0).code()))
                        .and(col("segmentation").equalTo("all"))
                        .and(col("touchpoint").isin("all", "company").equalTo(false))
                        .and(col("is_complete"))
                        .and(col("weighted").equalTo(false))
                        .and(col("n").gt(0)));
        List<Row> candidates = cells.groupBy("kpi")
                .agg(
                        functions.max("period").as("period"),
                        functions.countDistinct("touchpoint").as("touchpoints"))
                .where("touchpoints > 1")
                .collectAsList();
        List<String> order = java.util.stream.Stream.concat(
                        project.scorecard().stream().map(Project.ScorecardEntry::kpi),
                        project.catalogue().kpis().keySet().stream())
                .distinct()
                .filter(name -> project.catalogue().kpis().get(name).scale().better() != Better.NONE)
                .toList();
        return order.stream()
                .flatMap(name ->
                        candidates.stream().filter(row -> row.getString(0).equals(name)))
                .findFirst()
                .map(row -> answer(project.catalogue().kpis().get(row.getString(0)), row.getString(1), cells, limit));
    }

    private static Answer answer(Kpi kpi, String period, Dataset<Row> cells, int limit) {
        Column value = col("value");
        List<Line> lines = cells
                .where(col("kpi").equalTo(kpi.name()).and(col("period").equalTo(period)))
                // What is still open is longer than all that is known.
                .orderBy(
                        kpi.scale().better() == Better.HIGHER ? value.asc_nulls_last() : value.desc_nulls_first(),
                        col("touchpoint"))
                .limit(limit)
                .select("touchpoint", "value", "ci_low", "ci_high", "n")
                .collectAsList()
                .stream()
                .map(row -> new Line(
                        row.getString(0),
                        row.isNullAt(1) ? null : row.getDouble(1),
                        row.isNullAt(2) ? null : row.getDouble(2),
                        row.isNullAt(3) ? null : row.getDouble(3),
                        row.getLong(4)))
                .toList();
        return new Answer(kpi, period, false, lines);
    }
}
