package dev.touchstone.measure;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.CalendarDate;
import dev.touchstone.calendar.Grain;
import dev.touchstone.calendar.Period;
import dev.touchstone.observe.CustomerPeriods;
import dev.touchstone.observe.Histories;
import dev.touchstone.observe.Segments;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.sql.Sql;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Follows customers from the period in which they began.
 *
 * <p>Months are numbered within their calendar, quarters and years are whole numbers of months: so the cohort of a day
 * and its age in a period are arithmetic, whatever the grain.
 */
final class Cohorts {
    /** Contracts know no earlier instant. */
    private static final LocalDate EARLIEST = LocalDate.of(1900, 1, 1);

    private static final StructType RESULT = StructType.fromDDL("calendar STRING, grain STRING, cohort STRING, "
            + "cohort_start DATE, period STRING, period_start DATE, period_end DATE, age INT, segmentation STRING, "
            + "segment STRING, customers BIGINT, active BIGINT, revenue DECIMAL(38,4)");
    private static final StructType NUMBERED =
            StructType.fromDDL(CustomerPeriods.PERIOD + " INT, _calendar INT, _months INT, _number INT");
    private static final StructType BEGUN =
            StructType.fromDDL("_calendar INT, _months INT, _cohort INT, cohort STRING, cohort_start DATE");
    private static final StructType DAYS = StructType.fromDDL("_first_day DATE, _month_numbers ARRAY<INT>");
    private static final int MONTHS_OF_A_YEAR = 12;

    private Cohorts() {}

    /**
     * @param segmentations those from customers, and the one by the currency of orders if there is one: revenue is then
     *     known under it only, of the customers who ordered in the currency
     * @param versions standing versions of customers, null where no segmentation comes from customers
     * @param periods months, quarters and years to compute; those that have not ended at as-of are left out
     * @return every cohort up to each of the periods: columns calendar, grain, cohort, cohort_start, period,
     *     period_start, period_end, age, segmentation, segment, customers, active, revenue; nothing where the project
     *     does not say what active means
     */
    static Dataset<Row> of(
            SparkSession spark,
            Project project,
            Histories histories,
            List<Segmentation> segmentations,
            Dataset<Row> versions,
            List<Period> periods,
            Instant asOf) {
        List<Period> complete = PeriodStatistics.complete(project, periods, asOf);
        if (complete.isEmpty() || project.active() == null) {
            return spark.createDataFrame(List.of(), RESULT);
        }
        boolean currencies = segmentations.stream().anyMatch(Segmentation::byCurrency);
        Column spent = histories.orders() == null ? lit(null).cast("decimal(28,10)") : col("revenue");
        Column revenue = currencies ? when(col(CustomerPeriods.CURRENCY).isNotNull(), spent) : spent;
        List<Column> keys =
                new ArrayList<>(List.of(col(CustomerPeriods.PERIOD), col("_cohort"), col(CustomerPeriods.CURRENCY)));
        segmentations.stream()
                .filter(Segmentation::fromCustomers)
                .forEach(segmentation -> keys.add(col(Sql.name(Segments.column(segmentation)))));
        Dataset<Row> combinations = CustomerPeriods.of(
                        spark,
                        project,
                        histories,
                        segmentations,
                        versions,
                        CustomerPeriods.SegmentsAsOf.FIRST_ACTIVITY,
                        Set.of(),
                        0,
                        complete,
                        asOf)
                .where("first_active_at IS NOT NULL")
                .withColumn("_first_day", to_date(col("first_active_at")))
                .join(broadcast(days(spark, last(complete))), "_first_day")
                .join(broadcast(numbered(spark, complete)), CustomerPeriods.PERIOD)
                .withColumn("_cohort", expr("CAST(_month_numbers[_calendar] DIV _months AS INT)"))
                .groupBy(keys.toArray(Column[]::new))
                .agg(
                        count(lit(1)).as("customers"),
                        count_if(col("at_end")).as("active"),
                        sum(revenue).as("revenue"));
        return combinations
                .select(
                        col(CustomerPeriods.PERIOD),
                        col("_cohort"),
                        col("customers"),
                        col("active"),
                        col("revenue"),
                        PeriodStatistics.unfoldedOverSegments(segmentations))
                .where("segmentation IS NOT NULL")
                .groupBy(CustomerPeriods.PERIOD, "_cohort", "segmentation", "segment")
                .agg(
                        sum("customers").as("customers"),
                        sum("active").as("active"),
                        sum("revenue").cast("decimal(38,4)").as("revenue"))
                .join(broadcast(numbered(spark, complete)), CustomerPeriods.PERIOD)
                .join(broadcast(PeriodStatistics.labelled(spark, complete)), CustomerPeriods.PERIOD)
                .join(broadcast(begun(spark, complete)), new String[] {"_calendar", "_months", "_cohort"})
                .withColumn("age", expr("CAST(_number - _cohort AS INT)"))
                .selectExpr(RESULT.fieldNames());
    }

    /** The periods with their calendar, how many months they have, and their number. */
    private static Dataset<Row> numbered(SparkSession spark, List<Period> periods) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < periods.size(); i++) {
            Period period = periods.get(i);
            rows.add(RowFactory.create(i, period.calendar().ordinal(), months(period.grain()), number(period)));
        }
        return spark.createDataFrame(rows, NUMBERED);
    }

    /** Every period in which a customer may have begun. */
    private static Dataset<Row> begun(SparkSession spark, List<Period> periods) {
        Set<Calendar> calendars = new TreeSet<>();
        Set<Grain> grains = new TreeSet<>();
        periods.forEach(period -> {
            calendars.add(period.calendar());
            grains.add(period.grain());
        });
        List<Row> rows = new ArrayList<>();
        for (Period period : Calendar.periods(calendars, EARLIEST, last(periods), DayOfWeek.MONDAY)) {
            if (grains.contains(period.grain())) {
                rows.add(RowFactory.create(
                        period.calendar().ordinal(),
                        months(period.grain()),
                        number(period),
                        period.label(),
                        period.start()));
            }
        }
        return spark.createDataFrame(rows, BEGUN);
    }

    /** Every day with the number of its month in each calendar. */
    private static Dataset<Row> days(SparkSession spark, LocalDate end) {
        List<Row> rows = EARLIEST.datesUntil(end)
                .map(day -> {
                    List<Integer> numbers = new ArrayList<>();
                    for (Calendar calendar : Calendar.values()) {
                        numbers.add(monthNumber(calendar.dateOf(day)));
                    }
                    return RowFactory.create(day, numbers);
                })
                .toList();
        return spark.createDataFrame(rows, DAYS);
    }

    private static LocalDate last(List<Period> periods) {
        return periods.stream().map(Period::end).max(LocalDate::compareTo).orElseThrow();
    }

    private static int number(Period period) {
        return monthNumber(period.calendar().dateOf(period.start())) / months(period.grain());
    }

    private static int monthNumber(CalendarDate date) {
        return date.year() * MONTHS_OF_A_YEAR + date.month() - 1;
    }

    private static int months(Grain grain) {
        return switch (grain) {
            case DAY, WEEK -> throw new IllegalArgumentException("no cohorts by " + grain.code());
            case MONTH -> 1;
            case QUARTER -> MONTHS_OF_A_YEAR / 4;
            case YEAR -> MONTHS_OF_A_YEAR;
        };
    }
}
