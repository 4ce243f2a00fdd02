package dev.touchstone.assess;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.dense_rank;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import dev.touchstone.kpi.Answers;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.sql.Sql;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * From daily statistics to the state of each KPI, by day and then by period.
 *
 * <p>Law: states are sums, so the state of a period is the sum of its days', and that of touchpoint {@code all} the sum
 * over the touchpoints other than {@code company}; in which order makes no difference. KPIs per period are no sums of
 * days: their states come from {@code period_moments} and are never added up.
 */
final class KpiStates {
    private static final List<String> SUMS =
            List.of("n", "excluded", "immature", "s", "ss", "s_n", "weighted_n", "w", "w2", "wx", "wx2");
    private static final String WHOLE = "decimal(38,0)";
    private static final List<String> DAY_CELL = List.of("day", "kpi", "segmentation", "segment", "touchpoint");
    /** A cell of a numbered period. */
    static final List<String> NUMBERED_CELL = List.of("kpi", "_period", "segmentation", "segment", "touchpoint");

    /** The columns of the state of a period, with what stands where a kind of state lacks one. */
    private static final Map<String, String> STATE = new LinkedHashMap<>();

    static {
        List.of("kpi", "calendar", "grain", "period", "period_start", "period_end", "segmentation", "segment")
                .forEach(name -> STATE.put(name, name));
        STATE.put("touchpoint", "touchpoint");
        STATE.put("exposure", "false");
        List.of("n", "excluded", "immature").forEach(name -> STATE.put(name, "0L"));
        STATE.put("open", "CAST(NULL AS BIGINT)");
        STATE.put("s", "s");
        STATE.put("ss", "ss");
        STATE.put("s_n", "s");
        STATE.put("weighted_n", "0L");
        STATE.put("w", "CAST(NULL AS DECIMAL(38,10))");
        STATE.put("w2", "CAST(NULL AS DECIMAL(38,20))");
        STATE.put("wx", "CAST(NULL AS DECIMAL(38,10))");
        STATE.put("wx2", "CAST(NULL AS DECIMAL(38,10))");
        STATE.put("ln_s", "CAST(NULL AS BIGINT)");
        STATE.put("ln_ss", "CAST(NULL AS DOUBLE)");
        STATE.put("positive", "CAST(NULL AS BIGINT)");
        List.of("rank_value", "rank_low", "rank_high").forEach(name -> STATE.put(name, "CAST(NULL AS DOUBLE)"));
    }

    private KpiStates() {}

    /**
     * Applies each survey KPI's SQL to the counts of answers.
     *
     * @param answers rows of {@code daily_answers}
     * @param kpis survey KPIs that need nothing but the answer; not empty
     * @return columns day, kpi, segmentation, segment, touchpoint and the sums
     */
    static Dataset<Row> ofAnswers(Dataset<Row> answers, List<Kpi> kpis, Catalogue catalogue) {
        Dataset<Row> scored = scored(answers, kpis, catalogue);
        Column answered = col("x").isNotNull();
        List<Column> columns = new ArrayList<>();
        DAY_CELL.forEach(name -> columns.add(col(name)));
        columns.add(expr("CASE WHEN x IS NOT NULL THEN n ELSE 0L END").as("n"));
        columns.add(expr("CASE WHEN x IS NULL THEN n ELSE 0L END").as("excluded"));
        columns.add(lit(0L).as("immature"));
        String whole = kpis.stream().allMatch(kpi -> kpi.scale().bounded()) ? "BIGINT" : "DECIMAL(20,0)";
        columns.add(expr("CAST(n * x AS " + whole + ")").as("s"));
        columns.add(expr("CAST(n * x * x AS " + whole + ")").as("ss"));
        columns.add(expr("CASE WHEN x IS NOT NULL THEN weighted_n ELSE 0L END").as("weighted_n"));
        for (String name : List.of("w", "w2")) {
            columns.add(org.apache.spark.sql.functions.when(answered, col(name)).as(name));
        }
        columns.add(expr("CAST(w AS DECIMAL(28,10)) * CAST(x AS DECIMAL(9,0))").as("wx"));
        columns.add(
                expr("CAST(w AS DECIMAL(22,10)) * CAST(x * x AS DECIMAL(15,0))").as("wx2"));
        List<String> sums = new ArrayList<>(SUMS);
        sums.remove("s_n");
        return summed(scored.select(columns.toArray(Column[]::new)), DAY_CELL, sums)
                .withColumn("s", col("s").cast(WHOLE))
                .withColumn("ss", col("ss").cast(WHOLE))
                .withColumn("s_n", col("s"));
    }

    /** Each row of answers once for each KPI that it counts for: kpi, and what the answer scores for it as x. */
    static Dataset<Row> scored(Dataset<Row> answers, List<Kpi> kpis, Catalogue catalogue) {
        Dataset<Row> scores = broadcast(scores(answers, kpis, catalogue));
        Column match = answers.col("instrument")
                .equalTo(scores.col("_instrument"))
                .and(answers.col("item").eqNullSafe(scores.col("_item")))
                .and(answers.col("part").eqNullSafe(scores.col("_part")))
                .and(answers.col("touchpoint").equalTo(scores.col("_touchpoint")))
                .and(answers.col("answer").eqNullSafe(scores.col("_answer")));
        return answers.join(scores, match, "inner");
    }

    /** What each answer that occurs scores for each KPI: a small table, whatever the number of answers. */
    static Dataset<Row> scores(Dataset<Row> answers, List<Kpi> kpis, Catalogue catalogue) {
        Dataset<Row> occurring = answers.select("instrument", "item", "part", "touchpoint", "answer")
                .distinct()
                .withColumnRenamed("answer", "score")
                .withColumn("dimension", expr(Answers.dimension(catalogue)));
        List<String> entries = new ArrayList<>();
        for (Kpi kpi : kpis) {
            entries.add("%s, coalesce(%s, false), CASE WHEN score IS NOT NULL THEN CAST(round((%s) * %d) AS BIGINT) END"
                    .formatted(
                            Sql.text(kpi.name()),
                            kpi.counts(),
                            kpi.score(),
                            kpi.scale().factor()));
        }
        return occurring
                .select(
                        col("instrument").as("_instrument"),
                        col("item").as("_item"),
                        col("part").as("_part"),
                        col("touchpoint").as("_touchpoint"),
                        col("score").as("_answer"),
                        expr("stack(%d, %s) AS (kpi, counts, x)".formatted(entries.size(), String.join(", ", entries))))
                .where(col("counts"))
                .drop("counts");
    }

    /** The rows of {@code daily_moments} as states. */
    static Dataset<Row> ofMoments(Dataset<Row> moments) {
        List<Column> columns = new ArrayList<>();
        DAY_CELL.forEach(name -> columns.add(col(name)));
        SUMS.forEach(name -> columns.add(col(name)));
        return moments.select(columns.toArray(Column[]::new));
    }

    /**
     * The rows of {@code period_moments} as states: they stand as they are, nothing is added up.
     *
     * @param kpis KPIs per period, not empty: rows of others are left out
     */
    static Dataset<Row> ofPeriods(Dataset<Row> moments, Collection<Kpi> kpis) {
        return state(moments.where(named(kpis, Kpi::name)).withColumn("exposure", expr("touchpoint <> 'all'")));
    }

    /**
     * Adds the total over touchpoints and rolls days up to all their periods.
     *
     * @param daily rows of days; those of other KPIs are left out
     * @param kpis the KPIs to roll up; sums of bounded scores are taken as BIGINT, which is several times faster.
     *     Errors: exit 2 where one is per period
     */
    static Dataset<Row> byPeriod(Dataset<Row> daily, Dataset<Row> periods, Collection<Kpi> kpis) {
        refusePerPeriod(kpis);
        Dataset<Row> numbered = numbered(periods);
        Dataset<Row> placed = placed(
                daily.where(named(kpis, Kpi::name))
                        .withColumn("_bounded", expr(in(kpis, kpi -> kpi.scale().bounded())))
                        .withColumn("_s", expr("IF(_bounded, CAST(s AS BIGINT), NULL)"))
                        .withColumn("_ss", expr("IF(_bounded, CAST(ss AS BIGINT), NULL)"))
                        .withColumn("s", expr("IF(_bounded, NULL, s)"))
                        .withColumn("ss", expr("IF(_bounded, NULL, ss)"))
                        // That of other KPIs is s.
                        .withColumn("s_n", expr("IF(" + in(kpis, kpi -> kpi.denominator() != null) + ", s_n, NULL)")),
                numbered);
        List<String> sums = new ArrayList<>(SUMS);
        sums.addAll(List.of("_s", "_ss"));
        Dataset<Row> states = summed(placed, NUMBERED_CELL, sums)
                .withColumn("s", coalesce(col("s"), col("_s").cast(WHOLE)))
                .withColumn("ss", coalesce(col("ss"), col("_ss").cast(WHOLE)))
                .withColumn("s_n", coalesce(col("s_n"), col("s")));
        return inPeriods(states, numbered);
    }

    private static void refusePerPeriod(Collection<Kpi> kpis) {
        List<Problem> problems = kpis.stream()
                .filter(Kpi::perPeriod)
                .map(kpi -> new Problem(
                        "KPI " + kpi.name() + " is declared per: period and does not add up over days or periods",
                        "daily rows of " + kpi.name(),
                        "use its rows of period_moments, one for each month, quarter and year; or declare it without"
                                + " per: period if it adds up over days"))
                .toList();
        if (!problems.isEmpty()) {
            throw Fault.arguments(problems);
        }
    }

    /** Periods with a number each: instead of five columns it makes the keys of an aggregation short. */
    static Dataset<Row> numbered(Dataset<Row> periods) {
        return periods.withColumnRenamed("label", "period")
                .withColumn("_period", dense_rank().over(Window.orderBy("calendar", "grain", "period_start")));
    }

    /** Rows of days under their touchpoint and under the total over touchpoints, in each period that holds the day. */
    static Dataset<Row> placed(Dataset<Row> daily, Dataset<Row> numbered) {
        return daily.withColumn(
                        "touchpoint",
                        expr("explode(IF(touchpoint = 'company', array('company'), array(touchpoint, 'all')))"))
                .join(
                        broadcast(numbered.select(col("day").as("_day"), col("_period"))),
                        col("day").equalTo(col("_day")),
                        "inner");
    }

    /** States of numbered periods with all their columns. */
    static Dataset<Row> inPeriods(Dataset<Row> states, Dataset<Row> numbered) {
        return state(states.join(broadcast(numbered.drop("day").distinct()), "_period"));
    }

    /** The same columns for every kind of state, so that they can stand in one table. */
    static Dataset<Row> state(Dataset<Row> rows) {
        Set<String> given = Set.of(rows.columns());
        return rows.select(STATE.entrySet().stream()
                .map(column -> given.contains(column.getKey())
                        ? col(column.getKey())
                        : expr(column.getValue()).as(column.getKey()))
                .toArray(Column[]::new));
    }

    /** Predicate on the column kpi. */
    static String named(Collection<Kpi> kpis, Function<Kpi, String> name) {
        Set<String> names = new TreeSet<>();
        kpis.forEach(kpi -> names.add(name.apply(kpi)));
        return names.isEmpty() ? "false" : "kpi IN " + Sql.texts(names);
    }

    private static String in(Collection<Kpi> kpis, Predicate<Kpi> which) {
        return named(kpis.stream().filter(which).toList(), Kpi::name);
    }

    static Dataset<Row> summed(Dataset<Row> rows, List<String> keys, List<String> sums) {
        Column[] summed = sums.stream().map(name -> sum(name).as(name)).toArray(Column[]::new);
        return rows.groupBy(keys.stream().map(name -> col(name)).toArray(Column[]::new))
                .agg(summed[0], Arrays.copyOfRange(summed, 1, summed.length));
    }
}
