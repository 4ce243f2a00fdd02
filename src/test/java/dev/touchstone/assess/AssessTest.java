package dev.touchstone.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.TestProject;
import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.CalendarTable;
import dev.touchstone.calendar.Days;
import dev.touchstone.fault.ExitCode;
import dev.touchstone.fault.Fault;
import dev.touchstone.kpi.Benchmark;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Interval;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.Scale;
import dev.touchstone.kpi.State;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/**
 * From stored statistics of every kind to {@code kpi_values}: a day of May 2026 is assessed, and then one of November
 * together with one of February 2024.
 */
class AssessTest {
    private static final Kpi WAIT = kpi("wait", State.DURATION, null, "seconds", false, null);
    private static final Kpi WAIT_MEDIAN = kpi("wait_median", State.DURATION, 0.5, "seconds", false, null);
    private static final Kpi ORDER_VALUE = kpi("order_value", State.MEAN, null, "money", false, "amount > 0");
    private static final Kpi CRR = kpi("crr", State.MEAN, null, "share", true, "at_start");
    private static final Instant AS_OF = Instant.parse("2026-12-05T00:00:00Z");

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Project project;
    private static Store store;
    private static List<Row> values;
    private static Overview overview;

    @BeforeAll
    static void assessTwice() {
        project = project();
        spark = TestProject.session(project);
        store = Store.at(spark, project.output().path());
        daily();
        store.replace(
                Table.PERIOD_MOMENTS,
                rows(
                        "'crr' AS kpi, 'gregorian' AS calendar, grain, period, DATE(period_start) AS period_start,"
                                + " DATE(period_end) AS period_end, 'all' AS segmentation, 'all' AS segment, touchpoint,"
                                + " n, 0L AS excluded, 1L AS immature, CAST(s AS DECIMAL(38,0)) AS s,"
                                + " CAST(s AS DECIMAL(38,0)) AS ss, CAST(s_n AS DECIMAL(38,0)) AS s_n, now() AS as_of",
                        """
                        ('month', '2024-02', '2024-02-01', '2024-03-01', 'all', 200L, 180, 175),
                        ('month', '2026-05', '2026-05-01', '2026-06-01', 'all', 100L, 90, 90),
                        ('month', '2026-11', '2026-11-01', '2026-12-01', 'all', 200L, 180, 175),
                        ('month', '2026-11', '2026-11-01', '2026-12-01', 'shop', 50L, 40, 40)
                        AS t(grain, period, period_start, period_end, touchpoint, n, s, s_n)
                        """),
                "true",
                "test");
        store.replace(
                Table.DRIVERS,
                spark.createDataFrame(
                        List.of(RowFactory.create(
                                new Object[Table.DRIVERS.columns().size()])),
                        Table.DRIVERS.schema()),
                "true",
                "test");
        assess(days("2026-05-20", "2026-05-21"));
        assess(days("2026-11-03", "2026-11-04"), days("2024-02-10", "2024-02-11"));
        values = store.read(Table.KPI_VALUES).collectAsList();
        overview = Overview.of(project, store).orElseThrow();
    }

    /** Days with a wait of 100 s, and with orders of 100 and 200 and a refund of 50. */
    private static void daily() {
        store.replace(
                Table.DAILY_MOMENTS,
                rows(
                        "trunc(day, 'MONTH') AS month, DATE(day) AS day, kpi, 'all' AS segmentation, 'all' AS segment,"
                                + " 'shop' AS touchpoint, n, 0L AS excluded, 0L AS immature,"
                                + " CAST(s AS DECIMAL(38,0)) AS s, CAST(ss AS DECIMAL(38,0)) AS ss,"
                                + " CAST(s_n AS DECIMAL(38,0)) AS s_n, 0L AS weighted_n,"
                                + " CAST(NULL AS DECIMAL(38,10)) AS w, CAST(NULL AS DECIMAL(38,20)) AS w2,"
                                + " CAST(NULL AS DECIMAL(38,10)) AS wx, CAST(NULL AS DECIMAL(38,10)) AS wx2,"
                                + " now() AS as_of",
                        """
                        ('2024-02-10', 'order_value', 2L, 250, 52500, 300),
                        ('2026-05-20', 'order_value', 2L, 250, 52500, 300),
                        ('2026-11-02', 'order_value', 2L, 250, 52500, 300),
                        ('2026-11-03', 'order_value', 2L, 250, 52500, 300),
                        -- left by an earlier definition of it
                        ('2026-11-03', 'crr', 1000L, 1000, 1000, 1000)
                        AS t(day, kpi, n, s, ss, s_n)
                        """),
                "true",
                "test");
        store.replace(
                Table.DAILY_DURATIONS,
                rows(
                        "trunc(day, 'MONTH') AS month, DATE(day) AS day, 'wait' AS kpi, 'all' AS segmentation,"
                                + " 'all' AS segment, 'phone' AS touchpoint, bin, n, 0L AS immature,"
                                + " CAST(n * 100 AS DECIMAL(38,0)) AS s, CAST(n * 10000 AS DECIMAL(38,0)) AS ss,"
                                + " CAST(n * 4605170 AS DECIMAL(38,0)) AS ln_s,"
                                + " CAST(NULL AS DECIMAL(38,0)) AS ln_ss, now() AS as_of",
                        """
                        ('2024-02-10', 233, 1L), ('2026-05-20', 233, 1L), ('2026-11-02', 233, 1L),
                        ('2026-11-03', 233, 1L), ('2026-11-30', 233, 1L)
                        AS t(day, bin, n)
                        """),
                "true",
                "test");
    }

    private static void assess(Days... days) {
        Assess.run(spark, project, store, List.of(days), AS_OF, false, "test", line -> {});
    }

    @Test
    void driversOfAnEarlierDeclarationAreGone() {
        assertThat(store.read(Table.DRIVERS).count()).isZero();
    }

    /** Those of the first run stay, and the year that both touch stands once. */
    @Test
    void justThePeriodsThatTouchTheDaysAreReplaced() {
        assertThat(n("order_value", "all"))
                .containsOnly(
                        Map.entry("day 2024-02-10", 2L),
                        Map.entry("week 2024-W06", 2L),
                        Map.entry("month 2024-02", 2L),
                        Map.entry("quarter 2024-Q1", 2L),
                        Map.entry("year 2024", 2L),
                        Map.entry("day 2026-05-20", 2L),
                        Map.entry("week 2026-W21", 2L),
                        Map.entry("month 2026-05", 2L),
                        Map.entry("quarter 2026-Q2", 2L),
                        // The second of November was not asked for; week, month, quarter and year hold it.
                        Map.entry("day 2026-11-03", 2L),
                        Map.entry("week 2026-W45", 4L),
                        Map.entry("month 2026-11", 4L),
                        Map.entry("quarter 2026-Q4", 4L),
                        Map.entry("year 2026", 6L));
        assertThat(n("wait", "all"))
                .containsEntry("month 2024-02", 1L)
                .containsEntry("month 2026-05", 1L)
                .containsEntry("week 2026-W45", 2L)
                .containsEntry("month 2026-11", 3L)
                .containsEntry("year 2026", 4L)
                .hasSize(14);
        assertThat(n("wait_median", "phone")).containsEntry("month 2026-11", 3L).hasSize(14);
    }

    /** Each row of the period stands once; daily rows of an earlier definition and other grains have no part in it. */
    @Test
    void kpisPerPeriodStandAsTheyAre() {
        assertThat(n("crr", "all"))
                .containsOnly(
                        Map.entry("month 2024-02", 200L),
                        Map.entry("month 2026-05", 100L),
                        Map.entry("month 2026-11", 200L));
        Row november = row("crr", "all", "2026-11");
        assertThat(november.<Double>getAs("value")).isCloseTo(0.9, within(1e-12));
        assertThat(november.<Long>getAs("immature")).isEqualTo(1);
        assertThat(november.<Boolean>getAs("exposure")).isFalse();
        assertThat(november.<Long>getAs("open")).isNull();
        Row users = row("crr", "shop", "2026-11");
        assertThat(users.<Long>getAs("n")).isEqualTo(50);
        assertThat(users.<Boolean>getAs("exposure")).isTrue();
        assertThat(row("order_value", "shop", "2026-11").<Boolean>getAs("exposure"))
                .isFalse();
    }

    /** 4 orders of 600 less 100 refunded; (105000 - 600^2 / 4) / 3 = 5000, t of three degrees is 3.182446. */
    @Test
    void refundsLowerTheSumAndAreNoOrders() {
        Row month = row("order_value", "all", "2026-11");
        assertThat(month.<Double>getAs("value")).isEqualTo(125);
        assertThat(month.<Double>getAs("total")).isEqualTo(500);
        double reach = 3.1824463053 * Math.sqrt(5000 / 4.0);
        assertThat(month.<Double>getAs("ci_low")).isCloseTo(125 - reach, within(1e-6));
        assertThat(month.<Double>getAs("ci_high")).isCloseTo(125 + reach, within(1e-6));
    }

    @Test
    void theOverviewShowsTheLatestCompleteMonth() {
        assertThat(overview.period()).isEqualTo("2026-11");
        assertThat(overview.lines())
                .extracting(line -> line.figure().kpi().name() + " "
                        + line.figure().n() + " " + Math.round(line.figure().value() * 10) / 10.0)
                .containsExactly("wait 3 100.0", "order_value 4 125.0", "crr 200 0.9");
        Overview.Beside median = overview.lines().get(0).beside().get(0);
        assertThat(median.label()).isEqualTo("median");
        assertThat(median.figure().value()).isCloseTo(100, within(1.0));
        assertThat(median.figure().openShare()).isZero();
    }

    @Test
    void theCalendarHoldsThePeriodsOfAllSpans() {
        assertThat(store.read(Table.CALENDAR).groupBy("year").count().collectAsList())
                .extracting(Row::toString)
                .containsExactlyInAnyOrder("[2024,366]", "[2026,365]");
    }

    @Test
    void aKpiPerPeriodIsNotRolledUp() {
        Dataset<Row> daily =
                KpiStates.ofMoments(store.read(Table.DAILY_MOMENTS)).where("kpi = 'crr'");
        assertThatThrownBy(() -> KpiStates.byPeriod(daily, periods(), List.of(ORDER_VALUE, CRR)))
                .isInstanceOfSatisfying(Fault.class, fault -> {
                    assertThat(fault.exitCode()).isEqualTo(ExitCode.ARGUMENTS);
                    assertThat(fault.problems()).hasSize(1);
                })
                .hasMessageContaining("KPI crr is declared per: period and does not add up over days or periods")
                .hasMessageContaining("use its rows of period_moments, one for each month, quarter and year");
    }

    /** Days in any order, in one part or several, give the sums of all of them: s_n, too. */
    @Test
    void momentsOfDaysSumInAnyOrder() {
        Dataset<Row> daily =
                KpiStates.ofMoments(store.read(Table.DAILY_MOMENTS)).where("day >= DATE'2026-01-01'");
        Dataset<Row> shuffled = daily.where("day > DATE'2026-05-20'")
                .unionByName(daily.where("day <= DATE'2026-05-20'"))
                .repartition(3, functions.col("s_n"));
        Dataset<Row> together = daily.groupBy("kpi", "segmentation", "segment", "touchpoint")
                .agg(
                        functions.lit(java.sql.Date.valueOf("2026-07-01")).as("day"),
                        Stream.of("n", "excluded", "immature", "s", "ss", "s_n", "weighted_n", "w", "w2", "wx", "wx2")
                                .map(name -> functions.sum(name).as(name))
                                .toArray(org.apache.spark.sql.Column[]::new));
        List<Row> sums = year(together);
        assertThat(sums).hasSize(2).allMatch(row -> row.getAs("s_n").toString().equals("900"));
        assertThat(year(shuffled)).containsExactlyInAnyOrderElementsOf(sums);
    }

    private static List<Row> year(Dataset<Row> daily) {
        return KpiStates.byPeriod(daily, periods().where("grain = 'year'"), List.of(ORDER_VALUE))
                .collectAsList();
    }

    /** However many bins there are: they are sent around once to be summed and once to be ranked, and never multiplied. */
    @Test
    void histogramsAreSentAroundTwice() {
        Dataset<Row> bins = spark.range(1_000_000)
                .selectExpr(
                        "DATE'2026-11-01' + CAST(id % 30 AS INT) AS day",
                        "IF(id % 2 = 0, 'wait', 'hold') AS kpi",
                        "IF(id % 3 = 0, 'all', 'tier') AS segmentation",
                        "concat('s', id % 7) AS segment",
                        "concat('t', id % 11) AS touchpoint",
                        "CAST(id % 700 AS INT) AS bin",
                        "1L AS n",
                        "0L AS immature",
                        "CAST(1 AS DECIMAL(38,0)) AS s",
                        "CAST(1 AS DECIMAL(38,0)) AS ss",
                        "CAST(1 AS DECIMAL(38,0)) AS ln_s",
                        "CAST(1 AS DECIMAL(38,0)) AS ln_ss");
        Dataset<Row> states = Durations.byPeriod(
                spark, bins, periods(), List.of(WAIT, WAIT_MEDIAN), NoRepeatedCustomers.byNumber(spark));
        SparkPlan plan = ((org.apache.spark.sql.classic.Dataset<Row>) states)
                .queryExecution()
                .executedPlan();
        assertThat(nodes(plan, "CartesianProductExec") + nodes(plan, "BroadcastNestedLoopJoinExec"))
                .isZero();
        assertThat(nodes(plan, "SortMergeJoinExec") + nodes(plan, "ShuffledHashJoinExec"))
                .isZero();
        assertThat(nodes(plan, "BroadcastHashJoinExec")).isEqualTo(3);
        assertThat(nodes(plan, "ShuffleExchangeExec")).isEqualTo(2);
    }

    /** Of the rows' own path: what is broadcast is small. */
    private static long nodes(SparkPlan plan, String kind) {
        if (plan instanceof AdaptiveSparkPlanExec adaptive) {
            return nodes(adaptive.initialPlan(), kind);
        }
        String here = plan.getClass().getSimpleName();
        if (here.equals("BroadcastExchangeExec")) {
            return 0;
        }
        return (here.equals(kind) ? 1 : 0)
                + CollectionConverters.asJava(plan.children()).stream()
                        .mapToLong(child -> nodes(child, kind))
                        .sum();
    }

    private static Dataset<Row> periods() {
        return CalendarTable.periods(
                spark,
                List.of(Calendar.GREGORIAN),
                LocalDate.parse("2026-01-01"),
                LocalDate.parse("2027-01-01"),
                DayOfWeek.MONDAY);
    }

    private static Map<String, Long> n(String kpi, String touchpoint) {
        Map<String, Long> n = new LinkedHashMap<>();
        values.stream()
                .filter(row ->
                        row.getAs("kpi").equals(kpi) && row.getAs("touchpoint").equals(touchpoint))
                .forEach(row -> assertThat(n.put(row.getAs("grain") + " " + row.getAs("period"), row.<Long>getAs("n")))
                        .as("each cell once")
                        .isNull());
        return n;
    }

    private static Row row(String kpi, String touchpoint, String period) {
        return values.stream()
                .filter(row -> row.getAs("kpi").equals(kpi)
                        && row.getAs("touchpoint").equals(touchpoint)
                        && row.getAs("period").equals(period))
                .findFirst()
                .orElseThrow();
    }

    private static Dataset<Row> rows(String columns, String values) {
        return spark.sql("SELECT " + columns + " FROM VALUES " + values).coalesce(1);
    }

    private static Days days(String from, String to) {
        return new Days(LocalDate.parse(from), LocalDate.parse(to));
    }

    private static Project project() {
        Project read = TestProject.project(
                folder,
                """
                name: shop
                time_zone: UTC
                output: {path: out}
                sources:
                - {name: answers, contract: responses, format: csv, path: a.csv, select: SELECT * FROM source}
                """);
        Map<String, Kpi> kpis = new LinkedHashMap<>();
        Stream.of(WAIT, WAIT_MEDIAN, ORDER_VALUE, CRR).forEach(kpi -> kpis.put(kpi.name(), kpi));
        return new Project(
                read.file(),
                read.name(),
                read.title(),
                read.zone(),
                read.calendars(),
                read.weekStart(),
                read.output(),
                read.sources(),
                read.touchpoints(),
                read.segmentations(),
                read.active(),
                read.outcomes(),
                new Catalogue(Map.of(), kpis),
                read.scorecard(),
                read.findings(),
                read.actions(),
                read.drivers(),
                read.quarantine());
    }

    private static Kpi kpi(
            String name, State state, Double percentile, String unit, boolean perPeriod, String denominator) {
        Scale scale = new Scale(unit, 1, null, null, Better.LOWER);
        return new Kpi(
                name,
                null,
                null,
                null,
                null,
                perPeriod ? "customers" : "orders",
                "true",
                "1",
                denominator,
                null,
                0,
                state,
                state == State.DURATION ? "wait" : name,
                percentile,
                perPeriod,
                scale,
                percentile == null ? Interval.T : Interval.RANK,
                null,
                null,
                Benchmark.of(Benchmark.Kind.PEERS),
                List.of(),
                null,
                1);
    }
}
