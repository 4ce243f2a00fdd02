package dev.touchstone.measure;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.kpi.Kpi;
import dev.touchstone.observe.Duplicates;
import dev.touchstone.observe.Segments;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.sql.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Counts observations: each is unfolded over its segments (not over their combinations) and over what it is counted
 * for, and everything is summed in one aggregation. The number of exchanges does not depend on how many KPIs,
 * instruments or segmentations there are.
 *
 * <p>A row of the result is either a cell (kept observations), told by its segmentation, or an account of rows that do
 * not count ({@link #BROKEN}, {@link #DUPLICATE}) or of sampled keys ({@link #KEY}).
 */
final class Statistics {
    /** Account of rows that break rules: n. */
    static final String BROKEN = "_broken";
    /** Account of rows that lost against a duplicate: n, and the hash of the key as segment. */
    static final String DUPLICATE = "_duplicate";
    /** Account of a kept row of a sampled key, by day: the hash of the key as segment. */
    static final String KEY = "_key";

    private static final String VALUE = "_value";
    private static final String MATURE = "_mature";

    private Statistics() {}

    /**
     * @param observations of one contract, flagged and with segments
     * @param moments the KPIs that are counted row by row
     * @param weighted whether observations carry a weight
     * @param keySample of how many keys one is accounted for by day; 0: none
     * @return columns day, kpi (NULL: counts of answers), segmentation, segment, touchpoint, instrument, item, part,
     *     answer, n, excluded, immature, s, ss, weighted_n, w, w2, wx, wx2
     */
    static Dataset<Row> of(
            Dataset<Row> observations,
            Contract contract,
            List<Segmentation> segmentations,
            List<Kpi> moments,
            boolean weighted,
            int keySample,
            Instant asOf) {
        boolean answers = contract == Contract.RESPONSES;
        Column touchpoint =
                contract.field("touchpoint").isEmpty() ? lit("company") : coalesce(col("touchpoint"), lit("company"));
        List<Column> columns = new ArrayList<>();
        columns.add(col(ContractRows.DAY));
        columns.add(touchpoint.as("touchpoint"));
        for (String name : List.of("instrument", "item", "part")) {
            columns.add((answers ? col(name) : lit(null).cast("string")).as(name));
        }
        columns.add((answers ? col("score") : lit(null).cast("int")).as("answer"));
        columns.add((weighted ? col("weight") : lit(null).cast("decimal(18,10)")).as("weight"));
        Column kept = col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false);
        columns.add(kept.as("_kept"));
        columns.add(col(Conversion.BROKEN));
        columns.add(col(Duplicates.DUPLICATE));
        columns.add(col(Duplicates.KEY_HASH));
        segmentations.forEach(segmentation -> columns.add(col(Sql.name(Segments.column(segmentation)))));
        for (int i = 0; i < moments.size(); i++) {
            columns.addAll(scored(moments.get(i), i, contract, asOf));
        }
        Dataset<Row> rows = observations.select(columns.toArray(Column[]::new));
        if (!moments.isEmpty()) {
            rows = unfoldedOverKpis(rows, moments);
        } else {
            rows = rows.withColumn("kpi", lit(null).cast("string"))
                    .withColumn(VALUE, lit(null).cast("bigint"))
                    .withColumn(MATURE, lit(true));
        }
        Dataset<Row> unfolded = unfoldedOverSegments(rows, segmentations, answers, keySample);
        List<Column> keys = new ArrayList<>();
        List.of("day", "kpi", "segmentation", "segment", "touchpoint").forEach(name -> keys.add(col(name)));
        Column isAnswer = col("kpi").isNull();
        for (String name : List.of("instrument", "item", "part", "answer")) {
            keys.add(
                    moments.isEmpty()
                            ? col(name)
                            : org.apache
                                    .spark
                                    .sql
                                    .functions
                                    .when(isAnswer, col(name))
                                    .as(name));
        }
        List<Column> sums = sums(moments, weighted);
        return unfolded.groupBy(keys.toArray(Column[]::new))
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
    }

    private static List<Column> scored(Kpi kpi, int index, Contract contract, Instant asOf) {
        String clock = kpi.clock() == null ? contract.clock() : kpi.clock();
        // A survey row without an answer has no score, whatever the KPI's ELSE says.
        String answered = contract == Contract.RESPONSES ? "score IS NOT NULL AND " : "";
        Column counts = expr("coalesce(" + kpi.counts() + ", false)");
        Column score = expr("CASE WHEN " + answered + "true THEN CAST(round((" + kpi.score() + ") * "
                + kpi.scale().factor() + ") AS BIGINT) END");
        Column mature = kpi.maturesDays() == 0
                ? lit(true)
                : expr(clock + " + INTERVAL " + kpi.maturesDays() + " DAYS").leq(lit(asOf));
        return List.of(counts.as("_counts_" + index), score.as("_score_" + index), mature.as("_mature_" + index));
    }

    /** The row itself (a count of its answer, or just an account of it), and once for each KPI that it counts for. */
    private static Dataset<Row> unfoldedOverKpis(Dataset<Row> rows, List<Kpi> moments) {
        String entry = "named_struct('kpi', %s, '" + VALUE + "', %s, '" + MATURE + "', %s)";
        String itself = entry.formatted("CAST(NULL AS STRING)", "CAST(NULL AS BIGINT)", "true");
        String counts = IntStream.range(0, moments.size())
                .mapToObj(i -> "_counts_" + i)
                .collect(Collectors.joining(" OR ", "_kept AND (", ")"));
        String entries = IntStream.range(0, moments.size())
                .mapToObj(i -> ", IF(_counts_%d, %s, NULL)"
                        .formatted(i, entry.formatted(Sql.text(moments.get(i).name()), "_score_" + i, "_mature_" + i)))
                .collect(Collectors.joining("", "array(" + itself, ")"));
        List<Column> columns = new ArrayList<>();
        for (String column : rows.columns()) {
            if (!column.startsWith("_counts_") && !column.startsWith("_score_") && !column.startsWith("_mature_")) {
                columns.add(col(Sql.name(column)));
            }
        }
        // Most rows count for none: they all share one constant array.
        columns.add(expr("inline(IF(%s, array_compact(%s), array(%s)))".formatted(counts, entries, itself)));
        return rows.select(columns.toArray(Column[]::new));
    }

    private static Dataset<Row> unfoldedOverSegments(
            Dataset<Row> rows, List<Segmentation> segmentations, boolean answers, int keySample) {
        List<String> entries = new ArrayList<>();
        entries.add("CASE WHEN _kept THEN 'all' WHEN %s THEN '%s' ELSE '%s' END, "
                        .formatted(Conversion.BROKEN, BROKEN, DUPLICATE)
                + "CASE WHEN _kept THEN 'all' WHEN %s THEN CAST(%s AS STRING) END"
                        .formatted(Duplicates.DUPLICATE, Duplicates.KEY_HASH));
        for (Segmentation segmentation : segmentations) {
            entries.add("CASE WHEN _kept" + (answers ? "" : " AND kpi IS NOT NULL") + " THEN "
                    + Sql.text(segmentation.name()) + " END, "
                    + Sql.name(Segments.column(segmentation)));
        }
        if (keySample > 0) {
            entries.add("CASE WHEN _kept AND kpi IS NULL AND pmod(%2$s, %1$d) = 0 THEN '%3$s' END, CAST(%2$s AS STRING)"
                    .formatted(keySample, Duplicates.KEY_HASH, KEY));
        }
        String stack = entries.stream()
                .collect(Collectors.joining(", ", "stack(" + entries.size() + ", ", ") AS (segmentation, segment)"));
        List<Column> columns = new ArrayList<>();
        for (String name :
                List.of("day", "kpi", "touchpoint", "instrument", "item", "part", "answer", "weight", VALUE, MATURE)) {
            columns.add(col(name));
        }
        columns.add(expr(stack));
        return rows.select(columns.toArray(Column[]::new))
                .where(col("segmentation").isNotNull());
    }

    private static List<Column> sums(List<Kpi> moments, boolean weighted) {
        Column scored = col(MATURE).and(col("kpi").isNull().or(col(VALUE).isNotNull()));
        List<Column> sums = new ArrayList<>();
        if (moments.isEmpty()) {
            sums.add(count(lit(1)).as("n"));
            for (String name : List.of("excluded", "immature")) {
                sums.add(lit(0L).as(name));
            }
            sums.add(lit(null).cast("decimal(38,0)").as("s"));
            sums.add(lit(null).cast("decimal(38,0)").as("ss"));
        } else {
            Column value = when(col(MATURE), col(VALUE));
            value = moments.stream().allMatch(kpi -> kpi.scale().bounded()) ? value : value.cast("decimal(18,0)");
            sums.add(count_if(scored).as("n"));
            sums.add(count_if(col(MATURE)
                            .and(col("kpi").isNotNull())
                            .and(col(VALUE).isNull()))
                    .as("excluded"));
            sums.add(count_if(col(MATURE).equalTo(false)).as("immature"));
            sums.add(sum(value).cast("decimal(38,0)").as("s"));
            sums.add(sum(value.multiply(value)).cast("decimal(38,0)").as("ss"));
        }
        Column weight = when(scored, col("weight"));
        Column value = col(VALUE).cast("decimal(18,0)");
        sums.add((weighted ? count(weight) : lit(0L)).as("weighted_n"));
        sums.add(decimal(weighted ? sum(weight) : null, "decimal(38,10)").as("w"));
        sums.add(decimal(weighted ? sum(weight.multiply(weight)) : null, "decimal(38,20)")
                .as("w2"));
        sums.add(decimal(weighted && !moments.isEmpty() ? sum(weight.multiply(value)) : null, "decimal(38,10)")
                .as("wx"));
        Column square = value.multiply(value).cast("decimal(18,0)");
        sums.add(decimal(weighted && !moments.isEmpty() ? sum(weight.multiply(square)) : null, "decimal(38,10)")
                .as("wx2"));
        return sums;
    }

    private static Column decimal(Column sum, String type) {
        return (sum == null ? lit(null) : sum).cast(type);
    }
}
