package dev.touchstone.assess;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.try_divide;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.inference.Status;
import dev.touchstone.project.Project;
import dev.touchstone.table.RunLog;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The findings of a period, those that matter most first: confirmed before probable ones, then by what they cost where
 * that is above 0 by its whole interval, then by how far they fall short, in units of what is let pass, times how many
 * observations stand behind it.
 */
public final class Findings {
    private static final List<String> CELL = List.of("kpi", "segmentation", "segment", "touchpoint");

    private Findings() {}

    /**
     * Which findings are wanted; an empty set or null means any.
     *
     * @param level {@code touchpoint} or {@code segment}
     * @param period label; null: the latest that is complete
     * @param fresh only cells that the complete run before the last had not found weak: in the same period, or where none is
     *     named in its own latest
     */
    public record Filter(
            Set<String> kpis, String level, String segmentation, Set<Status> statuses, String period, boolean fresh) {}

    /**
     * Findings of a period.
     *
     * @param asked which are wanted
     * @param judged how many cells have which verdict, whatever verdicts are wanted
     * @param first whether it is asked what is new, and no complete run came before the last one, so that all is
     * @param found how many are wanted, of which the first are in {@code rows}
     * @param rows of {@code weak_touchpoints}
     */
    public record Answer(
            Filter asked, String period, Map<Status, Long> judged, boolean first, long found, List<Row> rows) {}

    /** @return empty where no period has been judged, or not the one that is asked for */
    public static Optional<Answer> of(Project project, Store store, Filter filter, int limit) {
        Dataset<Row> all = atGrain(project, store.read(Table.WEAK_TOUCHPOINTS));
        Row latest = all.where(
                        filter.period == null
                                ? col("is_complete")
                                : col("period").equalTo(filter.period))
                .agg(max("period"))
                .first();
        if (latest.isNullAt(0)) {
            return Optional.empty();
        }
        String period = latest.getString(0);
        Dataset<Row> judged = all.where(col("period").equalTo(period)).where(wanted(filter));
        Map<Status, Long> counts = new EnumMap<>(Status.class);
        judged.groupBy("status")
                .count()
                .collectAsList()
                .forEach(row -> counts.put(Status.valueOf(row.getString(0)), row.getLong(1)));
        Dataset<Row> wanted = filter.statuses.isEmpty()
                ? judged
                : judged.where(col("status")
                        .isin(filter.statuses.stream().map(Status::name).toArray()));
        Optional<Dataset<Row>> before = filter.fresh ? before(project, store, filter.period) : Optional.empty();
        if (before.isPresent()) {
            wanted = wanted.join(
                    before.get().select(CELL.stream().map(name -> col(name)).toArray(Column[]::new)),
                    scala.jdk.javaapi.CollectionConverters.asScala(CELL).toSeq(),
                    "left_anti");
        }
        Column weight = try_divide(col("shortfall"), col("min_effect")).multiply(col("n"));
        Dataset<Row> ordered = wanted.orderBy(
                order(),
                when(col("cost_low").gt(0), col("cost_mid")).desc_nulls_last(),
                coalesce(weight, lit(0.0)).desc(),
                col("kpi"),
                col("segmentation"),
                col("touchpoint"),
                col("segment"));
        List<Row> rows = ordered.limit(limit).collectAsList();
        long found = rows.size() < limit ? rows.size() : wanted.count();
        return Optional.of(new Answer(filter, period, counts, filter.fresh && before.isEmpty(), found, rows));
    }

    /** The labels of all complete periods that have been judged, the latest first. */
    public static List<String> periods(Project project, Store store) {
        return atGrain(project, store.read(Table.WEAK_TOUCHPOINTS))
                .where(col("is_complete"))
                .select("period")
                .distinct()
                .orderBy(col("period").desc())
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private static Dataset<Row> atGrain(Project project, Dataset<Row> findings) {
        return findings.where(col("grain").equalTo(project.findings().grain().code()));
    }

    private static Column wanted(Filter filter) {
        Column wanted = lit(true);
        if (!filter.kpis.isEmpty()) {
            wanted = wanted.and(col("kpi").isin(filter.kpis.toArray()));
        }
        if (filter.level != null) {
            wanted = wanted.and(col("level").equalTo(filter.level));
        }
        if (filter.segmentation != null) {
            wanted = wanted.and(col("segmentation").equalTo(filter.segmentation));
        }
        return wanted;
    }

    private static Column order() {
        Column order = lit(Status.values().length);
        List<Status> first =
                List.of(Status.CONFIRMED, Status.PROBABLE, Status.BORDERLINE, Status.NOT_ENOUGH_DATA, Status.OK);
        for (int i = 0; i < first.size(); i++) {
            order = when(col("status").equalTo(first.get(i).name()), i).otherwise(order);
        }
        return order;
    }

    /**
     * What was weak in a period, or the latest complete one, as the complete run before the last one left it; empty: no
     * such run.
     */
    private static Optional<Dataset<Row>> before(Project project, Store store, String label) {
        List<Long> versions = RunLog.assessedVersions(store, Table.WEAK_TOUCHPOINTS, 2);
        if (versions.size() < 2) {
            return Optional.empty();
        }
        Dataset<Row> then = atGrain(project, store.read(Table.WEAK_TOUCHPOINTS, versions.get(1)));
        Row latest = then.where("is_complete").agg(max("period")).first();
        String period = label != null ? label : latest.isNullAt(0) ? "" : latest.getString(0);
        return Optional.of(then.where(col("period")
                .equalTo(period)
                .and(col("status").isin(Status.CONFIRMED.name(), Status.PROBABLE.name()))));
    }
}
