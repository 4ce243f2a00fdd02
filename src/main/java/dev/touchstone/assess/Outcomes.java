package dev.touchstone.assess;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.calendar.Days;
import dev.touchstone.calendar.Period;
import dev.touchstone.kpi.Answers;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Instrument;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.Outcome;
import dev.touchstone.kpi.State;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * What good and bad experiences go with, at the finding grain, from {@code daily_outcomes}: its days are summed up to
 * the 365 that end with a period, and what is left, small counts by answer and stratum, is compared by {@link
 * OutcomeComparisons}.
 */
final class Outcomes {
    private static final int DAYS_COMPARED = 365;
    private static final StructType DAYS = StructType.fromDDL("day DATE, _period INT");
    private static final StructType ANSWERS =
            StructType.fromDDL("instrument STRING, item STRING, part STRING, touchpoint STRING, answer INT");
    private static final StructType SCORES = StructType.fromDDL(
            "instrument STRING, touchpoint STRING, answer INT, _kpis ARRAY<STRUCT<kpi: STRING, x: BIGINT>>");
    private static final List<String> KEYS =
            List.of("_period", "instrument", "touchpoint", "outcome", "kpi", "companion", "segment", "tenure", "x");

    private Outcomes() {}

    /** What was compared anew: rows, and the predicate on the rows that they replace. */
    record Result(Dataset<Row> rows, String replaced) {}

    /** First of the days whose answers a period looks at. */
    static LocalDate firstDay(Period period) {
        return period.end().minusDays(DAYS_COMPARED);
    }

    /**
     * Compares the periods from the first on that changed days lie in: later ones look back at them. Days on which windows
     * of outcomes closed count as changed; {@code daily_outcomes} knows them by what was known when they were written.
     *
     * @param project declares outcomes
     * @param changed days that were measured
     */
    static Result of(SparkSession spark, Project project, Store store, List<Days> changed) {
        String segmentation = project.outcomes().segmentation();
        // Days that were measured by another declaration do not mix with those of this one.
        Dataset<Row> daily = store.read(Table.DAILY_OUTCOMES)
                .where(col("within_days")
                        .equalTo(project.outcomes().withinDays())
                        .and(col("segmentation").equalTo(segmentation == null ? "all" : segmentation))
                        .and(col("instrument")
                                .isin(project.catalogue().instruments().keySet().toArray())));
        Row stored = store.read(Table.OUTCOMES)
                .agg(max("as_of"), max("period_start"))
                .first();
        Column isNews = stored.isNullAt(0) ? lit(true) : col("as_of").gt(lit(stored.getTimestamp(0)));
        Row found = daily.agg(min(when(isNews, col("day"))), max("day"), max("as_of"))
                .first();
        LocalDate first = Stream.concat(changed.stream().map(Days::from), day(found, 0))
                .min(LocalDate::compareTo)
                .orElseThrow();
        // What is replaced goes on to the end.
        LocalDate last = Stream.of(changed.stream().map(days -> days.to().minusDays(1)), day(found, 1), day(stored, 1))
                .flatMap(Function.identity())
                .max(LocalDate::compareTo)
                .orElseThrow();
        Timestamp asOf = found.getTimestamp(2);
        List<Period> periods =
                Judged.of(project, first, last).stream().map(Judged::period).toList();
        LocalDate from = firstDay(periods.get(0));
        daily = daily.where("month >= DATE'%s' AND day >= DATE'%s'".formatted(from.withDayOfMonth(1), from));
        List<Kpi> kpis = Answers.kpis(spark, project.catalogue()).stream()
                .filter(kpi -> kpi.state() == State.MEAN)
                .toList();
        List<Kpi> precedence = precedence(spark, kpis);
        List<Row> scores = scores(spark, project, precedence, daily);
        StructType schema = Table.OUTCOMES.schema();
        OutcomeComparisons comparisons = new OutcomeComparisons(
                periods,
                scales(project, precedence, scores),
                kpis.stream()
                        .collect(Collectors.toMap(Kpi::name, kpi -> kpi.scale().factor())),
                project.outcomes().withinDays(),
                asOf,
                schema);
        Dataset<Row> rows = summed(spark, daily, periods, kpis, scores)
                .groupByKey(
                        (MapFunction<Row, String>) row ->
                                row.getAs("instrument") + "/" + row.getAs("touchpoint") + "/" + row.getAs("outcome"),
                        Encoders.STRING())
                .flatMapGroups(comparisons, Encoders.row(schema));
        Period start = periods.get(0);
        return new Result(
                rows,
                "period_end > DATE'%s' OR grain <> '%s' OR calendar <> '%s'"
                        .formatted(
                                start.start(),
                                start.grain().code(),
                                start.calendar().code()));
    }

    private static Stream<LocalDate> day(Row row, int column) {
        return row.isNullAt(column)
                ? Stream.of()
                : Stream.of(row.getDate(column).toLocalDate());
    }

    /** Survey KPIs that an instrument's direction is taken from: those in use, then what the catalogue brings along. */
    private static List<Kpi> precedence(SparkSession spark, List<Kpi> kpis) {
        Map<String, Kpi> all = new LinkedHashMap<>();
        kpis.forEach(kpi -> all.put(kpi.name(), kpi));
        Answers.kpis(spark, Catalogue.builtIn()).forEach(kpi -> all.putIfAbsent(kpi.name(), kpi));
        return List.copyOf(all.values());
    }

    /** What every answer of the instruments that occur scores, at the touchpoints that occur, for every survey KPI. */
    private static List<Row> scores(SparkSession spark, Project project, List<Kpi> kpis, Dataset<Row> daily) {
        List<Row> answers = new ArrayList<>();
        for (Row row : daily.select("instrument", "touchpoint").distinct().collectAsList()) {
            Instrument instrument = project.catalogue().instruments().get(row.getString(0));
            for (int answer = instrument.low(); answer <= instrument.high(); answer++) {
                answers.add(RowFactory.create(instrument.name(), null, null, row.getString(1), answer));
            }
        }
        return KpiStates.scores(spark.createDataFrame(answers, ANSWERS), kpis, project.catalogue())
                .where("x IS NOT NULL")
                .collectAsList();
    }

    private static Map<String, AnswerScale> scales(Project project, Collection<Kpi> kpis, List<Row> scores) {
        Map<String, Map<String, Map<Integer, Double>>> byInstrument = new HashMap<>();
        for (Row row : scores) {
            byInstrument
                    .computeIfAbsent(row.getAs("_instrument"), instrument -> new HashMap<>())
                    .computeIfAbsent(row.getAs("kpi"), kpi -> new TreeMap<>())
                    .put(row.<Integer>getAs("_answer"), row.<Long>getAs("x").doubleValue());
        }
        Map<String, AnswerScale> scales = new HashMap<>();
        project.catalogue()
                .instruments()
                .forEach((name, instrument) ->
                        scales.put(name, AnswerScale.of(instrument, kpis, byInstrument.getOrDefault(name, Map.of()))));
        return scales;
    }

    /** Sums by period, over all touchpoints as well, by answer and by what the answer scores for each KPI. */
    private static Dataset<Row> summed(
            SparkSession spark, Dataset<Row> daily, List<Period> periods, List<Kpi> kpis, List<Row> scores) {
        List<Row> days = new ArrayList<>();
        for (int i = 0; i < periods.size(); i++) {
            int period = i;
            firstDay(periods.get(i))
                    .datesUntil(periods.get(i).end())
                    .forEach(day -> days.add(RowFactory.create(Date.valueOf(day), period)));
        }
        Column[] keys = KEYS.stream().map(name -> col(name)).toArray(Column[]::new);
        String scored =
                """
                inline(concat(array(named_struct('kpi', CAST(NULL AS STRING), 'x', CAST(answer AS BIGINT))),
                  IF(outcome = '%s' AND companion IS NULL, coalesce(_kpis, array()), array())))
                """
                        .formatted(Outcome.REPURCHASE.code());
        return daily.join(broadcast(spark.createDataFrame(days, DAYS)), "day")
                .join(
                        broadcast(spark.createDataFrame(byAnswer(kpis, scores), SCORES)),
                        new String[] {"instrument", "touchpoint", "answer"},
                        "left_outer")
                .withColumn(
                        "touchpoint",
                        expr(
                                "explode(IF(apart AND touchpoint <> 'company', array(touchpoint, 'all'), array(touchpoint)))"))
                .select(
                        col("_period"),
                        col("instrument"),
                        col("touchpoint"),
                        col("outcome"),
                        col("companion"),
                        col("segment"),
                        col("tenure"),
                        col("n"),
                        col("immature"),
                        col("s"),
                        col("ss"),
                        expr(scored))
                .groupBy(keys)
                .agg(
                        sum("n").as("n"),
                        sum("immature").as("immature"),
                        sum("s").as("s"),
                        sum("ss").as("ss"));
    }

    private static List<Row> byAnswer(List<Kpi> kpis, List<Row> scores) {
        Set<String> used = kpis.stream().map(Kpi::name).collect(Collectors.toCollection(TreeSet::new));
        Map<List<Object>, List<Row>> byAnswer = new LinkedHashMap<>();
        for (Row row : scores) {
            if (used.contains(row.<String>getAs("kpi"))) {
                byAnswer.computeIfAbsent(
                                List.of(row.getAs("_instrument"), row.getAs("_touchpoint"), row.getAs("_answer")),
                                answer -> new ArrayList<>())
                        .add(RowFactory.create(row.<Object>getAs("kpi"), row.<Object>getAs("x")));
            }
        }
        return byAnswer.entrySet().stream()
                .map(each -> RowFactory.create(
                        each.getKey().get(0),
                        each.getKey().get(1),
                        each.getKey().get(2),
                        each.getValue()))
                .toList();
    }
}
