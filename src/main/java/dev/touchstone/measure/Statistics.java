package dev.touchstone.measure;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.calendar.Days;
import dev.touchstone.kpi.Estimate;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.observe.CustomerBuckets;
import dev.touchstone.observe.Duplicates;
import dev.touchstone.observe.KpiExpressions;
import dev.touchstone.observe.Scope;
import dev.touchstone.observe.Segments;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.sql.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * <p>A row of the result is either a cell (kept observations), told by its segmentation, or an account: of rows that do
 * not count ({@link #BROKEN}, {@link #DUPLICATE}), of sampled keys ({@link #KEY}), or of the customers of the cells of
 * segment all ({@link #CLUSTER}). The names of accounts begin with an underscore.
 */
final class Statistics {
    /** Account of rows that break rules: n. */
    static final String BROKEN = "_broken";
    /** Account of rows that lost against a duplicate: n, and the hash of the key as segment. */
    static final String DUPLICATE = "_duplicate";
    /** Account of a kept row of a sampled key, by day: the hash of the key as segment. */
    static final String KEY = "_key";
    /** Account of what scored in the total, by its bucket of customers ({@link CustomerBuckets}) as segment. */
    static final String CLUSTER = "_cluster";

    private static final String BUCKET = "_bucket";
    private static final String VALUE = "_value";
    private static final String MATURE = "_mature";
    private static final String IN_N = "_in_n";
    private static final String ON = "_on";
    private static final String OWN = "_own";
    private static final String LN = "_ln";
    private static final String ENTRY = "_entry_";

    private final Contract contract;
    private final List<Segmentation> segmentations;
    private final List<Kpi> moments;
    private final KpiExpressions expressions;
    private final Scope scope;
    private final boolean weighted;
    private final int keySample;
    private final boolean simple;

    private Statistics(
            Contract contract,
            List<Segmentation> segmentations,
            List<Kpi> moments,
            KpiExpressions expressions,
            Scope scope,
            boolean weighted,
            int keySample) {
        this.contract = contract;
        this.segmentations = segmentations;
        this.moments = moments;
        this.expressions = expressions;
        this.scope = scope;
        this.weighted = weighted;
        this.keySample = keySample;
        this.simple = scope.closed().isEmpty()
                && moments.stream().allMatch(kpi -> expressions.clock(kpi).equals(contract.clock()));
    }

    /**
     * @param observations of one contract, flagged and with segments
     * @param moments the KPIs that are counted row by row
     * @param expressions what they refer to
     * @param weighted whether observations carry a weight
     * @param keySample of how many keys one is accounted for by day; 0: none
     * @return columns day, kpi (NULL: counts of answers), segmentation, segment, touchpoint, instrument, item, part,
     *     answer, bin, n, excluded, immature, s, ss, s_n, ln_s, ln_ss, weighted_n, w, w2, wx, wx2
     */
    static Dataset<Row> of(
            Dataset<Row> observations,
            Contract contract,
            List<Segmentation> segmentations,
            List<Kpi> moments,
            KpiExpressions expressions,
            boolean weighted,
            int keySample,
            Scope scope) {
        return new Statistics(contract, segmentations, moments, expressions, scope, weighted, keySample)
                .of(observations);
    }

    /**
     * The account {@link #CLUSTER} as one row a cell.
     *
     * @param statistics as {@link #of} gives them
     * @return columns day, kpi (NULL: counts of answers), touchpoint, instrument, item, part, answer, buckets: sorted by
     *     bucket, none of them empty
     */
    static Dataset<Row> clusters(Dataset<Row> statistics) {
        Column bucket = struct(
                col("segment").cast("int").as("bucket"),
                col("n"),
                col("s"),
                col("ss"),
                col("w"),
                col("wx"),
                col("wx2"));
        return statistics
                .where(col("segmentation").equalTo(CLUSTER))
                .groupBy("day", "kpi", "touchpoint", "instrument", "item", "part", "answer")
                .agg(sort_array(collect_list(bucket)).as("buckets"));
    }

    private Dataset<Row> of(Dataset<Row> observations) {
        boolean answers = contract == Contract.RESPONSES;
        Column touchpoint =
                contract.field("touchpoint").isEmpty() ? lit("company") : coalesce(col("touchpoint"), lit("company"));
        List<Column> columns = new ArrayList<>();
        columns.add(col(ContractRows.DAY));
        columns.add(col("touchpoint"));
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
        columns.add(CustomerBuckets.of(contract).cast("string").as(BUCKET));
        columns.add((simple ? lit(true) : coalesce(expr(scope.days().covers(ContractRows.DAY)), lit(true))).as(OWN));
        segmentations.forEach(segmentation -> columns.add(col(Sql.name(Segments.column(segmentation)))));
        for (int i = 0; i < moments.size(); i++) {
            columns.addAll(scored(moments.get(i), i));
        }
        // Before the KPIs' expressions look at it, so that they see the touchpoint that the figure lies under.
        Dataset<Row> rows = observations.withColumn("touchpoint", touchpoint).select(columns.toArray(Column[]::new));
        if (!moments.isEmpty()) {
            rows = unfoldedOverKpis(rows);
        } else {
            rows = rows.where(col(OWN))
                    .withColumn("kpi", lit(null).cast("string"))
                    .withColumn(VALUE, lit(null).cast("bigint"))
                    .withColumn(MATURE, lit(true));
        }
        Dataset<Row> unfolded = unfoldedOverSegments(withBins(rows), answers);
        List<Column> keys = new ArrayList<>();
        List.of("day", "kpi", "segmentation", "segment", "touchpoint").forEach(name -> keys.add(col(name)));
        Column isAnswer = col("kpi").isNull();
        for (String name : List.of("instrument", "item", "part", "answer")) {
            keys.add(
                    moments.isEmpty() || !answers
                            ? col(name)
                            : when(isAnswer, col(name)).as(name));
        }
        keys.add(col("bin"));
        List<Column> sums = sums();
        return unfolded.groupBy(keys.toArray(Column[]::new))
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
    }

    private List<Column> scored(Kpi kpi, int index) {
        // A survey row without an answer has no score, whatever the KPI's ELSE says.
        String answered = contract == Contract.RESPONSES ? "score IS NOT NULL AND " : "";
        String score = "CASE WHEN " + answered + "true THEN CAST(round((" + kpi.score() + ") * "
                + kpi.scale().factor() + ") AS BIGINT) END";
        List<String> counts = new ArrayList<>(List.of("coalesce(" + kpi.counts() + ", false)"));
        if (kpi.state() == State.DURATION) {
            // No duration is negative; the rows' own rules quarantine those that they know.
            counts.add("coalesce((" + score + ") >= 0, true)");
        }
        String clock = expressions.clock(kpi);
        String day = clock.equals(contract.clock()) ? ContractRows.DAY : "to_date(" + clock + ")";
        if (!simple) {
            counts.add("coalesce(" + Days.covers(scope.spans(), day) + ", false)");
        }
        String mature = kpi.maturesDays() == 0 ? "true" : matured(clock, kpi.maturesDays(), scope.asOf());
        List<String> fields = new ArrayList<>(List.of(
                "'kpi', " + Sql.text(kpi.stateOf()), "'" + VALUE + "', " + score, "'" + MATURE + "', " + mature));
        if (hasDenominators()) {
            fields.add("'" + IN_N + "', "
                    + (kpi.denominator() == null ? "true" : "coalesce(" + kpi.denominator() + ", false)"));
        }
        if (!simple) {
            fields.add("'" + ON + "', " + day);
        }
        return List.of(
                expr(counts.stream().collect(Collectors.joining(" AND "))).as("_counts_" + index),
                expr("named_struct(" + String.join(", ", fields) + ")").as(ENTRY + index));
    }

    /** SQL: whether a window has elapsed. What happens at its very end belongs to it, so as-of must be later. */
    static String matured(String clock, int days, Instant asOf) {
        return "coalesce(" + clock + " + INTERVAL " + days + " DAYS < TIMESTAMP'" + asOf + "', false)";
    }

    private boolean hasDenominators() {
        return moments.stream().anyMatch(kpi -> kpi.denominator() != null);
    }

    /** The row itself (a count of its answer, or just an account of it), and once for each KPI that it counts for. */
    private Dataset<Row> unfoldedOverKpis(Dataset<Row> rows) {
        List<String> fields = new ArrayList<>(List.of(
                "'kpi', CAST(NULL AS STRING)", "'" + VALUE + "', CAST(NULL AS BIGINT)", "'" + MATURE + "', true"));
        if (hasDenominators()) {
            fields.add("'" + IN_N + "', true");
        }
        if (!simple) {
            fields.add("'" + ON + "', " + ContractRows.DAY);
        }
        String itself = "named_struct(" + String.join(", ", fields) + ")";
        String counts = IntStream.range(0, moments.size())
                .mapToObj(i -> "_counts_" + i)
                .collect(Collectors.joining(" OR ", "_kept AND (", ")"));
        String entries = IntStream.range(0, moments.size())
                .mapToObj(i -> ", IF(_counts_%d, %s%d, NULL)".formatted(i, ENTRY, i))
                .collect(Collectors.joining("", "array(IF(" + OWN + ", " + itself + ", NULL)", ")"));
        List<Column> columns = new ArrayList<>();
        for (String column : rows.columns()) {
            boolean replaced = !simple && column.equals(ContractRows.DAY);
            if (!column.startsWith("_counts_") && !column.startsWith(ENTRY) && !replaced) {
                columns.add(col(Sql.name(column)));
            }
        }
        // Most rows count for none: they all share one constant array.
        String none = simple ? "array(" + itself + ")" : "array_compact(array(IF(" + OWN + ", " + itself + ", NULL)))";
        columns.add(expr("inline(IF(%s, array_compact(%s), %s))".formatted(counts, entries, none)));
        Dataset<Row> unfolded = rows.select(columns.toArray(Column[]::new));
        return simple ? unfolded : unfolded.withColumnRenamed(ON, ContractRows.DAY);
    }

    private Dataset<Row> withBins(Dataset<Row> rows) {
        List<String> durations = durations();
        if (durations.isEmpty()) {
            return rows.withColumn("bin", lit(null).cast("int"));
        }
        String binned = "kpi IN " + Sql.texts(durations) + " AND " + MATURE + " AND " + VALUE + " IS NOT NULL";
        return rows.withColumn(
                        "bin",
                        expr(
                                "CASE WHEN %1$s THEN CASE WHEN %2$s = 0 THEN -1 ELSE CAST(ceil(ln(%2$s) / ln(%3$s)) AS INT) END END"
                                        .formatted(binned, VALUE, Estimate.BIN_BASE)))
                .withColumn(
                        LN,
                        expr("CASE WHEN %1$s AND %2$s > 0 THEN CAST(round(ln(%2$s) * 1000000) AS BIGINT) END"
                                .formatted(binned, VALUE)));
    }

    private Dataset<Row> unfoldedOverSegments(Dataset<Row> rows, boolean answers) {
        Set<String> ofOneCurrency = Money.ofOneCurrency(moments, contract, segmentations);
        String everywhere = ofOneCurrency.isEmpty()
                ? ""
                : " AND coalesce(kpi NOT IN " + Sql.texts(List.copyOf(ofOneCurrency)) + ", true)";
        List<String> entries = new ArrayList<>();
        entries.add("CASE WHEN _kept" + everywhere
                + " THEN 'all' WHEN %s THEN '%s' WHEN %s THEN '%s' END, "
                        .formatted(Conversion.BROKEN, BROKEN, Duplicates.DUPLICATE, DUPLICATE)
                + "CASE WHEN _kept THEN 'all' WHEN %s THEN CAST(%s AS STRING) END"
                        .formatted(Duplicates.DUPLICATE, Duplicates.KEY_HASH));
        for (Segmentation segmentation : segmentations) {
            entries.add("CASE WHEN _kept" + (answers ? "" : " AND kpi IS NOT NULL")
                    + (segmentation.byCurrency() ? "" : everywhere) + " THEN "
                    + Sql.text(segmentation.name()) + " END, "
                    + Sql.name(Segments.column(segmentation)));
        }
        clustered(answers, ofOneCurrency)
                .ifPresent(which ->
                        entries.add("CASE WHEN _kept AND (%s) THEN '%s' END, %s".formatted(which, CLUSTER, BUCKET)));
        if (keySample > 0) {
            entries.add("CASE WHEN _kept AND kpi IS NULL AND pmod(%2$s, %1$d) = 0 THEN '%3$s' END, CAST(%2$s AS STRING)"
                    .formatted(keySample, Duplicates.KEY_HASH, KEY));
        }
        String stack = entries.stream()
                .collect(Collectors.joining(", ", "stack(" + entries.size() + ", ", ") AS (segmentation, segment)"));
        List<String> names = new ArrayList<>(List.of(
                "day", "kpi", "touchpoint", "instrument", "item", "part", "answer", "bin", "weight", VALUE, MATURE));
        for (String name : List.of(IN_N, LN)) {
            if (List.of(rows.columns()).contains(name)) {
                names.add(name);
            }
        }
        List<Column> columns = new ArrayList<>();
        names.forEach(name -> columns.add(col(name)));
        columns.add(expr(stack));
        Dataset<Row> unfolded = rows.select(columns.toArray(Column[]::new))
                .where(col("segmentation").isNotNull());
        if (durations().isEmpty()) {
            return unfolded;
        }
        // Buckets need no histogram.
        Column histogram = col("segmentation").notEqual(CLUSTER);
        return unfolded.withColumn("bin", when(histogram, col("bin"))).withColumn(LN, when(histogram, col(LN)));
    }

    /** SQL: which kept rows are accounted for by bucket: answers, and what scored for a KPI that is a mean. */
    private Optional<String> clustered(boolean answers, Set<String> ofOneCurrency) {
        List<String> which = new ArrayList<>();
        if (answers) {
            which.add("kpi IS NULL AND answer IS NOT NULL");
        }
        List<String> means = moments.stream()
                .filter(kpi -> kpi.state() != State.TOTAL)
                .map(Kpi::stateOf)
                .filter(name -> !ofOneCurrency.contains(name))
                .toList();
        if (!means.isEmpty()) {
            which.add("kpi IN " + Sql.texts(means) + " AND " + MATURE + " AND " + VALUE + " IS NOT NULL");
        }
        return which.isEmpty() ? Optional.empty() : Optional.of(String.join(" OR ", which));
    }

    private List<String> durations() {
        return moments.stream()
                .filter(kpi -> kpi.state() == State.DURATION)
                .map(Kpi::stateOf)
                .toList();
    }

    private List<Column> sums() {
        boolean durations = !durations().isEmpty();
        Column known = col("kpi").isNull().or(col(VALUE).isNotNull());
        if (durations) {
            known = known.or(col("kpi").isin(durations().toArray()));
        }
        Column inN = hasDenominators() ? col(IN_N) : lit(true);
        Column scored = col(MATURE).and(known);
        List<Column> sums = new ArrayList<>();
        if (moments.isEmpty()) {
            sums.add(count(lit(1)).as("n"));
            for (String name : List.of("excluded", "immature")) {
                sums.add(lit(0L).as(name));
            }
            for (String name : List.of("s", "ss", "s_n")) {
                sums.add(lit(null).cast("decimal(38,0)").as(name));
            }
        } else {
            Column value = when(col(MATURE), col(VALUE));
            value = moments.stream().allMatch(kpi -> kpi.scale().bounded()) ? value : value.cast("decimal(18,0)");
            sums.add(count_if(scored.and(inN)).as("n"));
            sums.add(count_if(col(MATURE).and(inN).and(col("kpi").isNotNull()).and(known.equalTo(false)))
                    .as("excluded"));
            sums.add(count_if(col(MATURE).equalTo(false).and(inN)).as("immature"));
            sums.add(sum(value).cast("decimal(38,0)").as("s"));
            sums.add(sum(value.multiply(value)).cast("decimal(38,0)").as("ss"));
            sums.add((hasDenominators() ? sum(when(inN, value)) : sum(value))
                    .cast("decimal(38,0)")
                    .as("s_n"));
        }
        Column ln = durations ? col(LN).cast("decimal(12,0)") : null;
        sums.add(decimal(durations ? sum(ln) : null, "decimal(38,0)").as("ln_s"));
        sums.add(decimal(durations ? sum(ln.multiply(ln)) : null, "decimal(38,0)")
                .as("ln_ss"));
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
