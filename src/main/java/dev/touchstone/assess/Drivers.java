package dev.touchstone.assess;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Days;
import dev.touchstone.calendar.Grain;
import dev.touchstone.calendar.Period;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.sql.Sql;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.sql.Date;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
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
 * What drives the outcome that the project names, for complete periods of the finding grain and the year up to their
 * ends: sums of {@code daily_pairs}, weighed segment by segment, beside how the touchpoints perform.
 */
final class Drivers {
    private static final String SHRUNK = "_shrunk";
    /** SQL: the performance as far as it is known. */
    private static final String SEEN = "coalesce(%s, performance)".formatted(SHRUNK);

    private static final String PERIOD = "period";
    private static final String YEAR_TO_DATE = "year_to_date";
    private static final StructType SCOPE = StructType.fromDDL("_number INT, calendar STRING, grain STRING,"
            + " period STRING, period_start DATE, period_end DATE, scope STRING, _from DATE, _to DATE");
    private static final List<String> SUMS = List.of("n", "s_first", "s_second", "ss_first", "ss_second", "s_product");
    private static final List<String> CELL =
            List.of("calendar", "grain", "period_start", "segmentation", "segment", "touchpoint");

    private final SparkSession spark;
    private final Project project;
    private final Store store;
    private final Kpi kpi;
    private final Kpi outcome;
    private final LocalDate first;
    private final List<Period> periods;

    private Drivers(SparkSession spark, Project project, Store store, LocalDate first, LocalDate asOf) {
        this.spark = spark;
        this.project = project;
        this.store = store;
        this.kpi = project.catalogue().kpis().get(project.drivers().kpi());
        this.outcome = project.catalogue().kpis().get(project.drivers().outcome());
        this.first = first;
        this.periods = periods(asOf);
    }

    /**
     * Weighs the complete periods from the first that changed days lie in on, since later ones of a year contain it, and
     * in any case the latest that has values: it may have become complete without a change. Rows of earlier periods stay.
     *
     * @param project names drivers
     * @param changed days whose statistics have changed; {@code kpi_values} and {@code weak_touchpoints} are up to date
     */
    static Drivers of(SparkSession spark, Project project, Store store, List<Days> changed, Instant asOf) {
        LocalDate first =
                changed.stream().map(Days::from).min(LocalDate::compareTo).orElseThrow();
        return new Drivers(
                spark, project, store, first, asOf.atZone(project.zone()).toLocalDate());
    }

    /** The predicate on the rows that give way: those of the periods and later ones, and all that other KPIs left. */
    String replaced() {
        return "period_end > DATE'%s' OR grain <> '%s' OR calendar <> '%s' OR kpi <> %s OR outcome <> %s"
                .formatted(
                        periods.isEmpty() ? first : periods.get(0).start(),
                        grain().code(),
                        calendarCode(),
                        Sql.text(kpi.name()),
                        Sql.text(outcome.name()));
    }

    private Grain grain() {
        return project.findings().grain();
    }

    private Calendar calendar() {
        return project.calendars().get(0);
    }

    /** Weeks are no periods of a calendar of their own. */
    private String calendarCode() {
        return calendar()
                .period(grain(), LocalDate.EPOCH, project.weekStart())
                .calendar()
                .code();
    }

    /** In order; empty where none is complete. */
    private List<Period> periods(LocalDate asOf) {
        Row latest = store.read(Table.KPI_VALUES)
                .where(col("grain").equalTo(grain().code()).and(col("calendar").equalTo(calendarCode())))
                .where(col("period_end").leq(lit(Date.valueOf(asOf))))
                .agg(max("period_start"))
                .first();
        if (latest.isNullAt(0)) {
            return List.of();
        }
        LocalDate last = latest.getDate(0).toLocalDate();
        return Judged.of(project, first.isBefore(last) ? first : last, last).stream()
                .map(Judged::period)
                .toList();
    }

    /** Rows of the table {@link Table#DRIVERS}. */
    Dataset<Row> rows() {
        Dataset<Row> scopes = scopes();
        Dataset<Row> weighed = summed(scopes)
                .groupByKey(
                        (MapFunction<Row, String>) row ->
                                row.getAs("_number") + "/" + row.getAs("segmentation") + "/" + row.getAs("segment"),
                        Encoders.STRING())
                .flatMapGroups(
                        new DriverWeights(
                                kpi.name(),
                                outcome.name(),
                                (double) kpi.scale().factor() / outcome.scale().factor()),
                        Encoders.row(DriverWeights.SCHEMA))
                .join(broadcast(scopes.drop("_from", "_to")), "_number");
        return weighed.join(performance(), CELL.toArray(String[]::new), "left_outer")
                .withColumn("kpi", lit(kpi.name()))
                .withColumn("outcome", lit(outcome.name()))
                .withColumn("quadrant", expr(quadrant()))
                .withColumn("points_gained", expr(pointsGained()))
                .hint("rebalance", col("grain"))
                .sortWithinPartitions("period_start", "scope", "segmentation", "segment", "touchpoint");
    }

    /** Two of each period: itself, and the year up to its end. */
    private Dataset<Row> scopes() {
        List<Row> scopes = new ArrayList<>();
        for (Period period : periods) {
            LocalDate yearStart = calendar()
                    .period(Grain.YEAR, period.start(), project.weekStart())
                    .start();
            for (String scope : List.of(PERIOD, YEAR_TO_DATE)) {
                scopes.add(RowFactory.create(
                        scopes.size(),
                        period.calendar().code(),
                        period.grain().code(),
                        period.label(),
                        Date.valueOf(period.start()),
                        Date.valueOf(period.end()),
                        scope,
                        Date.valueOf(scope.equals(PERIOD) ? period.start() : yearStart),
                        Date.valueOf(period.end())));
            }
        }
        return spark.createDataFrame(scopes, SCOPE);
    }

    /** The sums of each scope; of the total there is a row without touchpoints even where nothing was scored. */
    private Dataset<Row> summed(Dataset<Row> scopes) {
        List<String> segmentations = new ArrayList<>(List.of("all"));
        segmentations.addAll(project.drivers().segmentations());
        Dataset<Row> days = scopes.select(col("_number"), expr("explode(sequence(_from, date_sub(_to, 1))) AS _day"));
        Dataset<Row> pairs = store.read(Table.DAILY_PAIRS)
                .where(periods.isEmpty() ? "false" : covered())
                .where(col("kpi").equalTo(kpi.name()).and(col("outcome").equalTo(outcome.name())))
                .where(col("segmentation").isin(segmentations.toArray()))
                .join(broadcast(days), col("day").equalTo(col("_day")), "inner");
        List<Column> sums =
                SUMS.stream().map(name -> sum(name).cast("double").as(name)).toList();
        Dataset<Row> nothing = scopes.select(
                col("_number"),
                lit("all").as("segmentation"),
                lit("all").as("segment"),
                lit(null).cast("int").as("block"),
                lit(null).cast("string").as("first"));
        return pairs.groupBy("_number", "segmentation", "segment", "block", "first", "second")
                .agg(sums.get(0), sums.subList(1, sums.size()).toArray(Column[]::new))
                .unionByName(nothing, true);
    }

    private String covered() {
        LocalDate from = calendar()
                .period(Grain.YEAR, periods.get(0).start(), project.weekStart())
                .start();
        LocalDate to = periods.get(periods.size() - 1).end();
        return "month >= DATE'%s' AND month < DATE'%s' AND %s"
                .formatted(from.withDayOfMonth(1), to, new Days(from, to).covers("day"));
    }

    /** How the touchpoints do: as the verdicts see it where the KPI gets any, else by its values. */
    private Dataset<Row> performance() {
        Column ofPeriods = col("kpi")
                .equalTo(kpi.name())
                .and(col("grain").equalTo(grain().code()))
                .and(col("calendar").equalTo(calendarCode()))
                .and(col("period_start")
                        .isin(periods.stream()
                                .map(period -> Date.valueOf(period.start()))
                                .toArray()));
        Dataset<Row> values = store.read(Table.KPI_VALUES)
                .where(ofPeriods)
                .groupBy(columns(CELL))
                .agg(max_by(struct("value", "ci_low", "ci_high"), col("weighted"))
                        .as("_shown"));
        Dataset<Row> verdicts = store.read(Table.WEAK_TOUCHPOINTS)
                .where(ofPeriods)
                .withColumn("_judged", struct("value", "ci_low", "ci_high"))
                .withColumnRenamed("status", "performance_status")
                .withColumnRenamed("shrunk_value", SHRUNK)
                .select(columns(CELL, "_judged", "benchmark", "performance_status", SHRUNK));
        return values.join(verdicts, CELL.toArray(String[]::new), "left_outer")
                .withColumn("_shown", coalesce(col("_judged"), col("_shown")))
                .withColumn("performance", col("_shown.value"))
                .withColumn("performance_low", col("_shown.ci_low"))
                .withColumn("performance_high", col("_shown.ci_high"))
                .select(columns(
                        CELL,
                        "performance",
                        "performance_low",
                        "performance_high",
                        "benchmark",
                        "performance_status",
                        SHRUNK));
    }

    private static Column[] columns(List<String> names, String... more) {
        return Stream.concat(names.stream(), Stream.of(more))
                .map(name -> col(name))
                .toArray(Column[]::new);
    }

    /**
     * SQL: what to do about a touchpoint. The shrunk value belongs to what is known of the performance, so it widens the
     * interval where it lies outside.
     */
    private String quadrant() {
        boolean lower = kpi.scale().better() == Better.LOWER;
        boolean opposed = lower != (outcome.scale().better() == Better.LOWER);
        String crossed = ("least(coalesce(performance_low, double('-infinity')), %1$s) < benchmark"
                        + " AND benchmark < greatest(coalesce(performance_high, double('infinity')), %1$s)")
                .formatted(SEEN);
        String contrary = outcome.scale().better() == Better.NONE ? "false" : "beta " + (opposed ? ">" : "<") + " 0";
        return """
                CASE
                  WHEN weight IS NULL OR performance IS NULL OR benchmark IS NULL THEN NULL
                  WHEN %1$s = 0 OR %2$s OR (%1$s > 0 AND %3$s) THEN 'UNCERTAIN'
                  WHEN %4$s THEN IF(%1$s > 0, 'CONCENTRATE_HERE', 'LOW_PRIORITY')
                  ELSE IF(%1$s > 0, 'KEEP_UP', 'POSSIBLE_OVERKILL')
                END
                """
                .formatted(DriverWeights.IMPORTANCE, crossed, contrary, low());
    }

    private String low() {
        return SEEN + (kpi.scale().better() == Better.LOWER ? " > " : " < ") + "benchmark";
    }

    /** SQL: what the outcome would gain; of what is as good as its benchmark nothing. */
    private String pointsGained() {
        return "CASE WHEN slope IS NULL OR benchmark IS NULL OR performance IS NULL THEN NULL"
                + " WHEN %1$s THEN share * slope * (benchmark - %2$s) ELSE 0D END".formatted(low(), SEEN);
    }
}
