package dev.touchstone.measure;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.calendar.Period;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.observe.CustomerPeriods;
import dev.touchstone.observe.Derived;
import dev.touchstone.observe.Histories;
import dev.touchstone.observe.Segments;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.sql.Expressions;
import dev.touchstone.sql.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Sums the scores of KPIs per period over {@linkplain CustomerPeriods customers}: first by all their segments at once,
 * of which customers have few combinations, then unfolded over the segmentations. The number of exchanges does not
 * depend on how many KPIs, periods or segmentations there are.
 */
final class PeriodStatistics {
    private static final String SCORE = "_score";
    private static final String MATURE = "_mature";
    private static final String IN_N = "_in_n";
    private static final String TOUCHPOINT = "_touchpoint";
    private static final String KPI = "_kpi";
    /** Squares of scores below this sum up to a BIGINT for any number of customers (2^40). */
    private static final int SMALL = 1 << 11;

    private static final List<String> COUNTS = List.of("n", "excluded", "immature");
    private static final List<String> SUMS = List.of("s", "ss", "s_n");
    private static final StructType RESULT =
            StructType.fromDDL("kpi STRING, calendar STRING, grain STRING, period STRING, "
                    + "period_start DATE, period_end DATE, segmentation STRING, segment STRING, touchpoint STRING, n BIGINT, "
                    + "excluded BIGINT, immature BIGINT, s DECIMAL(38,0), ss DECIMAL(38,0), s_n DECIMAL(38,0)");
    private static final StructType PERIODS = StructType.fromDDL(CustomerPeriods.PERIOD + " INT, calendar STRING, "
            + "grain STRING, period STRING, period_start DATE, period_end DATE");

    private PeriodStatistics() {}

    /**
     * @param histories what is known of customers
     * @param kpis of customers, per period, whose columns are available
     * @param segmentations those from customers, and the one by the currency of orders if there is one: KPIs of money
     *     then lie under it only
     * @param versions standing versions of customers, null where no segmentation comes from customers
     * @param periods months, quarters and years to compute; those that have not ended at as-of are left out
     * @return columns kpi, calendar, grain, period, period_start, period_end, segmentation, segment, touchpoint ({@code
     *     all} or an exposure), n, excluded, immature, s, ss, s_n
     */
    static Dataset<Row> of(
            SparkSession spark,
            Project project,
            Histories histories,
            List<Kpi> kpis,
            List<Segmentation> segmentations,
            Dataset<Row> versions,
            List<Period> periods,
            Instant asOf) {
        List<Period> complete = complete(project, periods, asOf);
        if (complete.isEmpty() || kpis.isEmpty()) {
            return spark.createDataFrame(List.of(), RESULT);
        }
        Map<Kpi, Set<String>> references = references(spark, kpis);
        Set<String> wanted = new TreeSet<>();
        references.values().forEach(wanted::addAll);
        int nextOrderDays = references.entrySet().stream()
                .filter(kpi -> kpi.getValue().contains("next_order_at"))
                .mapToInt(kpi -> kpi.getKey().maturesDays())
                .max()
                .orElse(0);
        Dataset<Row> rows = CustomerPeriods.of(
                spark,
                project,
                histories,
                segmentations,
                versions,
                CustomerPeriods.SegmentsAsOf.PERIOD_START,
                wanted,
                nextOrderDays,
                complete,
                asOf);
        Dataset<Row> combinations = ofCombinations(rows, kpis, segmentations, histories.touches() != null, asOf);
        Dataset<Row> sums = ofSegments(combinations, segmentations);
        return sums.join(broadcast(labelled(spark, complete)), CustomerPeriods.PERIOD)
                .withColumn("kpi", expr(element(kpis.stream().map(Kpi::name).toList(), KPI)))
                .withColumnRenamed(TOUCHPOINT, "touchpoint")
                .withColumn("s_n", expr("IF(s IS NULL, NULL, coalesce(s_n, CAST(0 AS DECIMAL(38,0))))"))
                .selectExpr(RESULT.fieldNames());
    }

    /** The periods that have ended at an instant. */
    static List<Period> complete(Project project, List<Period> periods, Instant asOf) {
        return periods.stream()
                .filter(period ->
                        !period.end().atStartOfDay(project.zone()).toInstant().isAfter(asOf))
                .toList();
    }

    /** One row a period: its place in the list and what it is called. */
    static Dataset<Row> labelled(SparkSession spark, List<Period> periods) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < periods.size(); i++) {
            Period period = periods.get(i);
            rows.add(RowFactory.create(
                    i, period.calendar().code(), period.grain().code(), period.label(), period.start(), period.end()));
        }
        return spark.createDataFrame(rows, PERIODS);
    }

    /** The columns that each KPI refers to. */
    private static Map<Kpi, Set<String>> references(SparkSession spark, List<Kpi> kpis) {
        StructType columns = new StructType();
        for (Derived derived : CustomerPeriods.DERIVED) {
            columns = columns.add(
                    derived.name(),
                    StructType.fromDDL("c " + derived.type()).apply("c").dataType());
        }
        Map<Kpi, Set<String>> references = new LinkedHashMap<>();
        for (Kpi kpi : kpis) {
            List<String> expressions = new ArrayList<>(List.of(kpi.counts(), kpi.score()));
            if (kpi.denominator() != null) {
                expressions.add(kpi.denominator());
            }
            if (kpi.clock() != null) {
                expressions.add(Sql.name(kpi.clock()));
            }
            Set<String> names = new TreeSet<>();
            Expressions.analyze(spark, columns, expressions).forEach(analysis -> names.addAll(analysis.references()));
            references.put(kpi, names);
        }
        return references;
    }

    private static Dataset<Row> ofCombinations(
            Dataset<Row> rows, List<Kpi> kpis, List<Segmentation> segmentations, boolean exposures, Instant asOf) {
        List<Column> keys = new ArrayList<>(
                List.of(col(KPI), col(CustomerPeriods.PERIOD), col(CustomerPeriods.CURRENCY), col(TOUCHPOINT)));
        segmentations.stream()
                .filter(Segmentation::fromCustomers)
                .forEach(segmentation -> keys.add(col(Sql.name(Segments.column(segmentation)))));
        boolean currencies = segmentations.stream().anyMatch(Segmentation::byCurrency);
        String entries = IntStream.range(0, kpis.size())
                .mapToObj(i -> {
                    String counts = counts(kpis.get(i), currencies);
                    return "IF(%s, %d, NULL), %s".formatted(counts, i, scored(kpis.get(i), counts, asOf));
                })
                .collect(Collectors.joining(
                        ", ",
                        "stack(" + kpis.size() + ", ",
                        ") AS (" + String.join(", ", KPI, SCORE, MATURE, IN_N) + ")"));
        List<Column> unfolded = new ArrayList<>(keys.subList(1, keys.size()));
        unfolded.add(expr(entries));
        Column all = exposures ? expr("explode(concat(array('all'), " + CustomerPeriods.TOUCHED + "))") : lit("all");
        Dataset<Row> scored = rows.withColumn(TOUCHPOINT, all)
                .select(unfolded.toArray(Column[]::new))
                .where(KPI + " IS NOT NULL");
        List<Column> sums = sums();
        return scored.groupBy(keys.toArray(Column[]::new))
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
    }

    private static String counts(Kpi kpi, boolean currencies) {
        boolean money = currencies && isMoney(kpi);
        return "coalesce(%s IS %s AND (%s), false)"
                        .formatted(CustomerPeriods.CURRENCY, money ? "NOT NULL" : "NULL", kpi.counts())
                + (kpi.clock() == null ? "" : " AND " + Sql.name(kpi.clock()) + " IS NOT NULL");
    }

    /** Score, whether it is mature, and whether it is in n. */
    private static String scored(Kpi kpi, String counts, Instant asOf) {
        String clock = kpi.clock() == null ? CustomerPeriods.END_AT : Sql.name(kpi.clock());
        String score = "IF(%s, CAST(round((%s) * %d) AS BIGINT), NULL)"
                .formatted(counts, kpi.score(), kpi.scale().factor());
        String mature = kpi.maturesDays() == 0 ? "true" : Statistics.matured(clock, kpi.maturesDays(), asOf);
        String denominator = kpi.denominator() == null ? "true" : "coalesce(" + kpi.denominator() + ", false)";
        return String.join(", ", score, mature, denominator);
    }

    /** Sums of small scores are BIGINT, which is fast; those of large ones DECIMAL; together they are exact. */
    private static List<Column> sums() {
        Column scored = col(MATURE).and(col(SCORE).isNotNull());
        Column inN = scored.and(col(IN_N));
        Column small = expr("abs(" + SCORE + ") < " + SMALL);
        Column large = col(SCORE).cast("decimal(18,0)");
        Column square = col(SCORE).multiply(col(SCORE));
        return List.of(
                count_if(inN).as("n"),
                count_if(col(MATURE).and(col(SCORE).isNull())).as("excluded"),
                count_if(col(MATURE).equalTo(false)).as("immature"),
                sum(when(scored.and(small), col(SCORE))).as("s_small"),
                sum(when(scored.and(small.equalTo(false)), large))
                        .cast("decimal(38,0)")
                        .as("s_large"),
                sum(when(scored.and(small), square)).as("ss_small"),
                sum(when(scored.and(small.equalTo(false)), large.multiply(large)))
                        .cast("decimal(38,0)")
                        .as("ss_large"),
                sum(when(inN.and(small), col(SCORE))).as("s_n_small"),
                sum(when(inN.and(small.equalTo(false)), large))
                        .cast("decimal(38,0)")
                        .as("s_n_large"));
    }

    private static Dataset<Row> ofSegments(Dataset<Row> combinations, List<Segmentation> segmentations) {
        List<Column> columns = new ArrayList<>();
        List.of(KPI, CustomerPeriods.PERIOD, TOUCHPOINT).forEach(name -> columns.add(col(name)));
        COUNTS.forEach(name -> columns.add(col(name)));
        for (String name : SUMS) {
            Column small = col(name + "_small").cast("decimal(38,0)");
            Column large = col(name + "_large");
            // NULL where nothing was scored.
            columns.add(coalesce(small.plus(large), small, large)
                    .cast("decimal(38,0)")
                    .as(name));
        }
        columns.add(unfoldedOverSegments(segmentations));
        List<Column> sums = new ArrayList<>();
        COUNTS.forEach(name -> sums.add(sum(name).as(name)));
        SUMS.forEach(name -> sums.add(sum(name).cast("decimal(38,0)").as(name)));
        return combinations
                .select(columns.toArray(Column[]::new))
                .where("segmentation IS NOT NULL")
                .groupBy(KPI, CustomerPeriods.PERIOD, TOUCHPOINT, "segmentation", "segment")
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new));
    }

    /**
     * Unfolds rows over the segmentations: columns segmentation and segment, to be filtered where segmentation is NULL.
     * Rows of one currency lie under the segmentation by currency only.
     */
    static Column unfoldedOverSegments(List<Segmentation> segmentations) {
        String whole = CustomerPeriods.CURRENCY + " IS NULL";
        List<String> entries = new ArrayList<>();
        entries.add("IF(" + whole + ", 'all', NULL), 'all'");
        for (Segmentation segmentation : segmentations) {
            String name = Sql.text(segmentation.name());
            if (segmentation.fromCustomers()) {
                entries.add("IF(%s, %s, NULL), %s".formatted(whole, name, Sql.name(Segments.column(segmentation))));
            } else if (segmentation.byCurrency()) {
                entries.add("IF(%s, NULL, %s), %s".formatted(whole, name, CustomerPeriods.CURRENCY));
            }
        }
        return expr(entries.stream()
                .collect(Collectors.joining(", ", "stack(" + entries.size() + ", ", ") AS (segmentation, segment)")));
    }

    private static boolean isMoney(Kpi kpi) {
        return kpi.scale().unit().equals("money");
    }

    private static String element(List<String> texts, String index) {
        return texts.stream().map(Sql::text).collect(Collectors.joining(", ", "get(array(", "), " + index + ")"));
    }
}
