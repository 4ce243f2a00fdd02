package dev.touchstone.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Grain;
import dev.touchstone.calendar.Period;
import dev.touchstone.observe.Histories;
import dev.touchstone.project.Project;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** KPIs per period of histories that fit on a page. */
class PeriodStatisticsTest {
    private static final String PROJECT =
            """
            name: periods
            time_zone: %s
            calendars: [gregorian, persian]
            output: {path: out}
            sources:
            - {name: customers, contract: customers, format: csv, path: customers.csv, select: SELECT * FROM source}
            - {name: orders, contract: orders, format: csv, path: orders.csv, select: SELECT * FROM source}
            segmentations: [%s]
            %s
            use_kpis: [%s]
            kpis:
            - name: crr
              title: crr
              of: customers
              per: period
              counts: at_start OR (at_end AND NOT is_new)
              score: CASE WHEN at_end AND NOT is_new THEN 1 ELSE 0 END
              denominator: at_start
              scale: {unit: share, factor: 1, low: 0, better: higher}
              interval: t
            - name: crr_set
              title: crr_set
              of: customers
              per: period
              counts: at_start
              score: CASE WHEN at_end THEN 1 ELSE 0 END
              scale: {unit: share, factor: 1, low: 0, high: 1, better: higher}
            - name: at_end
              title: at_end
              of: customers
              per: period
              counts: at_end
              score: '1'
              state: total
              interval: none
              scale: {unit: count, factor: 1, better: none}
            - name: new
              title: new
              of: customers
              per: period
              counts: is_new
              score: '1'
              state: total
              interval: none
              scale: {unit: count, factor: 1, better: none}
            - name: spent
              title: spent
              of: customers
              per: period
              counts: revenue <> 0 OR orders > 0
              score: revenue
              scale: {unit: money, factor: 10000, better: higher}
            - name: repurchase
              title: repurchase
              of: customers
              per: period
              counts: orders > 0
              score: CASE WHEN next_order_at <= first_order_at + :matures THEN 1 ELSE 0 END
              clock: first_order_at
              matures: 30 days
              scale: {unit: share, factor: 1, low: 0, high: 1, better: higher}
            - name: worth
              title: worth
              of: customers
              per: period
              counts: orders_to_date > 0
              score: value_to_date
              scale: {unit: money, factor: 10000, better: higher}
            - name: expected
              title: expected
              of: customers
              per: period
              counts: orders_to_date > 0
              score: expected_value
              scale: {unit: money, factor: 10000, better: higher}
            - name: orders_a_buyer
              title: orders_a_buyer
              of: customers
              per: period
              counts: orders > 0
              score: orders
              scale: {unit: count, factor: 1, better: higher}
            """;

    @TempDir
    private Path folder;

    private SparkSession spark;
    private Project project;
    private Dataset<Row> orders;
    private Dataset<Row> memberships;
    private Dataset<Row> touches;
    private Dataset<Row> versions;
    private Instant asOf = Instant.parse("2026-12-01T00:00:00Z");
    private boolean margins;

    private void project(String zone, String segmentations, String active, String kpis) {
        TestProject.file(folder, "customers.csv", "customer_id,valid_from,tier\n");
        project = TestProject.project(folder, PROJECT.formatted(zone, segmentations, active, kpis));
        spark = TestProject.session(project);
    }

    private Dataset<Row> rows(String columns, String... rows) {
        return spark.sql("SELECT * FROM VALUES "
                + Stream.of(rows).map(row -> "(" + row + ")").collect(Collectors.joining(", ")) + " AS t(" + columns
                + ")");
    }

    /** Rows: customer, instant, amount, margin, currency, refund of. */
    private void orders(String... rows) {
        orders = rows("customer_id, ordered_at, amount, margin, currency, refund_of", rows)
                .selectExpr(
                        "customer_id",
                        "CAST(ordered_at AS TIMESTAMP) AS ordered_at",
                        "CAST(amount AS DECIMAL(28,10)) AS amount",
                        "CAST(margin AS DECIMAL(28,10)) AS margin",
                        "CAST(currency AS STRING) AS currency",
                        "CAST(refund_of AS STRING) AS refund_of");
    }

    private void memberships(String... rows) {
        memberships = rows("customer_id, started_at, ended_at", rows)
                .selectExpr(
                        "customer_id",
                        "CAST(started_at AS TIMESTAMP) AS started_at",
                        "CAST(ended_at AS TIMESTAMP) AS ended_at");
    }

    private Histories histories() {
        return new Histories(orders, margins, memberships, touches);
    }

    /** kpi, period, segmentation=segment unless all, touchpoint unless all: n, excluded, immature, s, ss, s_n. */
    private Map<String, String> measured(List<Period> periods) {
        Map<String, String> cells = new TreeMap<>();
        for (Row row : PeriodStatistics.of(
                        spark,
                        project,
                        histories(),
                        List.copyOf(project.catalogue().kpis().values()),
                        project.segmentations(),
                        versions,
                        periods,
                        asOf)
                .collectAsList()) {
            String segment = row.getString(6).equals("all") ? "" : " " + row.getString(6) + "=" + row.getString(7);
            String touchpoint = row.getString(8).equals("all") ? "" : " @" + row.getString(8);
            String figures = Stream.of("n", "excluded", "immature", "s", "ss", "s_n")
                    .map(name -> String.valueOf(row.<Object>getAs(name)))
                    .collect(Collectors.joining(" "));
            assertThat(cells.put(row.getString(0) + " " + row.getString(3) + segment + touchpoint, figures))
                    .isNull();
        }
        return cells;
    }

    private static List<Period> months(String... months) {
        return Arrays.stream(months)
                .map(month -> Calendar.GREGORIAN.period(Grain.MONTH, LocalDate.parse(month + "-01"), DayOfWeek.MONDAY))
                .toList();
    }

    /** S = 200, E = 210, N = 30, and 5 of the 180 who are there and not new have been away at the start. */
    @Test
    void theGoldenFigureOfRetention() {
        project("UTC", "", "active: membership", "crr, crr_set, at_end, new");
        memberships = spark.sql(
                """
                SELECT concat('kept', id) AS customer_id, TIMESTAMP'2025-01-10' AS started_at, NULL AS ended_at
                  FROM range(175)
                UNION ALL SELECT concat('lost', id), TIMESTAMP'2025-01-10', TIMESTAMP'2026-01-20' FROM range(25)
                UNION ALL SELECT concat('back', id), TIMESTAMP'2025-01-10', TIMESTAMP'2025-06-01' FROM range(5)
                UNION ALL SELECT concat('back', id), TIMESTAMP'2026-01-15', NULL FROM range(5)
                UNION ALL SELECT concat('new', id), TIMESTAMP'2026-01-15', NULL FROM range(30)
                """);
        assertThat(measured(months("2026-01")))
                .containsOnly(
                        Map.entry("crr 2026-01", "200 0 0 180 180 175"),
                        Map.entry("crr_set 2026-01", "200 0 0 175 175 175"),
                        Map.entry("at_end 2026-01", "210 0 0 210 210 210"),
                        Map.entry("new 2026-01", "30 0 0 30 30 30"));
    }

    @Test
    void membersAtABound() {
        project("UTC", "", "active: membership", "crr, crr_set, at_end, new");
        memberships(
                "'ends at the bound', '2025-12-01', '2026-02-01'",
                "'ends after the bound', '2025-12-01', '2026-02-01 00:00:00.000001'",
                "'starts at the bound', '2026-02-01', NULL",
                "'two overlap', '2025-12-01', '2026-01-20'",
                "'two overlap', '2026-01-10', NULL",
                "'no time at all', '2026-01-05', '2026-01-05'",
                "'ends later than is known', '2025-12-01', '2027-01-01'");
        assertThat(measured(months("2026-01", "2026-02")))
                .containsOnly(
                        // Of the four members at the start one is gone at the end.
                        Map.entry("crr 2026-01", "4 0 0 3 3 3"),
                        Map.entry("crr_set 2026-01", "4 0 0 3 3 3"),
                        Map.entry("at_end 2026-01", "3 0 0 3 3 3"),
                        Map.entry("new 2026-01", "1 0 0 1 1 1"),
                        // "starts at the bound" is new in February; "ends after the bound" leaves in it.
                        Map.entry("crr 2026-02", "3 0 0 2 2 2"),
                        Map.entry("crr_set 2026-02", "3 0 0 2 2 2"),
                        Map.entry("at_end 2026-02", "3 0 0 3 3 3"),
                        Map.entry("new 2026-02", "1 0 0 1 1 1"));
    }

    /** Nobody there at the start: n is 0, and the returning customer is still in the sum. */
    @Test
    void nobodyAtTheStart() {
        project("UTC", "", "active: ordered_in_period", "crr, crr_set");
        orders("'c', '2025-06-01', 1, NULL, NULL, NULL", "'c', '2026-01-05', 1, NULL, NULL, NULL");
        assertThat(measured(months("2026-01"))).containsOnly(Map.entry("crr 2026-01", "0 0 0 1 1 0"));
    }

    @Test
    void activeWithinDays() {
        project("UTC", "", "active: {ordered_within: 31}", "crr, at_end, new");
        orders(
                "'just within', '2026-01-01', 1, NULL, NULL, NULL",
                "'just too long ago', '2025-12-31 23:59:59', 1, NULL, NULL, NULL",
                "'on the bound', '2026-02-01', 1, NULL, NULL, NULL");
        assertThat(measured(months("2026-01")))
                .containsOnly(
                        // At the start only "just too long ago" is active, at the end only "just within", who is new.
                        Map.entry("crr 2026-01", "1 0 0 0 0 0"),
                        Map.entry("at_end 2026-01", "1 0 0 1 1 1"),
                        Map.entry("new 2026-01", "1 0 0 1 1 1"));
    }

    @Test
    void refundsLowerRevenueAtTheirOwnDate() {
        project("UTC", "", "", "spent, orders_a_buyer");
        orders(
                "'c', '2026-01-05', 10.5, NULL, NULL, NULL",
                "'c', '2026-02-05', 20, NULL, NULL, '1'",
                "'c', '2026-02-06', -1, NULL, NULL, '1'",
                "'c', '2026-02-07', 4, NULL, NULL, NULL",
                "'known by a refund', '2026-02-07', 3, NULL, NULL, '0'");
        assertThat(measured(months("2026-01", "2026-02")))
                .containsOnly(
                        Map.entry("spent 2026-01", "1 0 0 105000 11025000000 105000"),
                        Map.entry("orders_a_buyer 2026-01", "1 0 0 1 1 1"),
                        // -17 and -3
                        Map.entry("spent 2026-02", "2 0 0 -200000 29800000000 -200000"),
                        Map.entry("orders_a_buyer 2026-02", "1 0 0 1 1 1"));
    }

    @Test
    void anUnknownMarginIsNotZero() {
        project("UTC", "", "", "worth");
        margins = true;
        orders(
                "'known', '2026-01-05', 10, 2, NULL, NULL",
                "'known', '2026-02-05', 10, 3, NULL, NULL",
                "'unknown later', '2026-01-05', 10, 4, NULL, NULL",
                "'unknown later', '2026-02-05', 10, NULL, NULL, NULL",
                "'gives back', '2026-02-05', 10, 5, NULL, NULL",
                "'gives back', '2026-02-06', 10, 5, NULL, '1'");
        assertThat(measured(months("2026-01", "2026-02")))
                .containsOnly(
                        Map.entry("worth 2026-01", "2 0 0 60000 2000000000 60000"),
                        Map.entry("worth 2026-02", "2 1 0 50000 2500000000 50000"));
        margins = false;
        assertThat(measured(months("2026-02")))
                .containsOnly(Map.entry("worth 2026-02", "3 0 0 400000 80000000000 400000"));
    }

    /** Windows of 30 days, known up to 2026-02-10; one that ends at that very instant has not passed. */
    @Test
    void repurchase() {
        project("UTC", "", "", "repurchase");
        asOf = Instant.parse("2026-02-10T00:00:00Z");
        orders(
                "'in the period', '2026-01-02', 1, NULL, NULL, NULL",
                "'in the period', '2026-01-03', 1, NULL, NULL, NULL",
                "'after it', '2026-01-05', 1, NULL, NULL, NULL",
                "'after it', '2026-02-04', 1, NULL, NULL, NULL",
                "'too late', '2026-01-06', 1, NULL, NULL, NULL",
                "'too late', '2026-02-05 00:00:01', 1, NULL, NULL, NULL",
                "'twice at once', '2026-01-07', 1, NULL, NULL, NULL",
                "'twice at once', '2026-01-07', 1, NULL, NULL, NULL",
                "'a refund', '2026-01-08', 1, NULL, NULL, NULL",
                "'a refund', '2026-01-09', 1, NULL, NULL, '1'",
                "'just mature', '2026-01-10 23:59:59', 1, NULL, NULL, NULL",
                "'just mature', '2026-02-09 23:59:59', 1, NULL, NULL, NULL",
                "'immature', '2026-01-11', 1, NULL, NULL, NULL",
                "'immature', '2026-01-12', 1, NULL, NULL, NULL",
                "'not known yet', '2026-01-02', 1, NULL, NULL, NULL",
                "'not known yet', '2026-02-10 00:00:01', 1, NULL, NULL, NULL");
        assertThat(measured(months("2026-01"))).containsOnly(Map.entry("repurchase 2026-01", "7 0 1 3 3 3"));
        asOf = Instant.parse("2026-01-31T23:59:59Z");
        assertThat(measured(months("2026-01"))).as("the month has not ended").isEmpty();
    }

    /** Each customer spends an amount of its own, so that sums tell who is in them. */
    @Test
    void segmentsAreThoseAtThePeriodsStartOrOfNewCustomersAtTheirFirstActivity() {
        project("UTC", "{name: tier, from: customers}", "active: ordered_in_period", "spent");
        orders(
                "'old', '2025-12-05', 1, NULL, NULL, NULL",
                "'old', '2026-01-20', 1, NULL, NULL, NULL",
                "'new', '2026-01-20', 10, NULL, NULL, NULL",
                "'nobody', '2026-01-20', 100, NULL, NULL, NULL");
        versions = rows(
                        "_version_of, _valid_from, _valid_to, tier",
                        "'old', '2025-01-01', '2026-01-02', 'silver'",
                        "'old', '2026-01-02', '9999-12-31', 'gold'",
                        "'new', '2025-01-01', '2026-01-20', 'silver'",
                        "'new', '2026-01-20', '9999-12-31', 'gold'")
                .selectExpr(
                        "_version_of",
                        "CAST(_valid_from AS TIMESTAMP) AS _valid_from",
                        "CAST(_valid_to AS TIMESTAMP) AS _valid_to",
                        "tier AS `segment:tier`");
        assertThat(measured(months("2026-01")))
                .containsOnly(
                        Map.entry("spent 2026-01", "3 0 0 1110000 1010100000000 1110000"),
                        Map.entry("spent 2026-01 tier=silver", "1 0 0 10000 100000000 10000"),
                        Map.entry("spent 2026-01 tier=gold", "1 0 0 100000 10000000000 100000"),
                        Map.entry("spent 2026-01 tier=unknown", "1 0 0 1000000 1000000000000 1000000"));
        assertThat(cohorts(months("2026-01")))
                .containsOnly(
                        "2026-01 2025-12 +1: 1 of 1, 1.0000",
                        "2026-01 2025-12 +1 tier=silver: 1 of 1, 1.0000",
                        "2026-01 2026-01 +0: 2 of 2, 110.0000",
                        "2026-01 2026-01 +0 tier=gold: 1 of 1, 10.0000",
                        "2026-01 2026-01 +0 tier=unknown: 1 of 1, 100.0000");
    }

    @Test
    void exposures() {
        project("UTC", "", "", "orders_a_buyer");
        orders(
                "'c', '2026-01-05', 1, NULL, NULL, NULL",
                "'c', '2026-02-05', 1, NULL, NULL, NULL",
                "'d', '2026-01-05', 1, NULL, NULL, NULL",
                "'d', '2026-01-06', 1, NULL, NULL, NULL");
        touches = rows(
                        "customer_id, touchpoint, at",
                        "'c', 'web', '2026-01-31 23:59:59'",
                        "'c', 'web', '2026-01-02'",
                        "'c', 'shop', '2026-02-01'",
                        "'d', 'web', '2025-12-31 23:59:59'",
                        "'d', 'shop', '2026-01-01'",
                        "'e', 'shop', '2026-01-01'",
                        "'d', CAST(NULL AS STRING), '2026-01-01'")
                .withColumn("at", org.apache.spark.sql.functions.expr("CAST(at AS TIMESTAMP)"));
        assertThat(measured(months("2026-01", "2026-02")))
                .containsOnly(
                        Map.entry("orders_a_buyer 2026-01", "2 0 0 3 5 3"),
                        Map.entry("orders_a_buyer 2026-01 @web", "1 0 0 1 1 1"),
                        Map.entry("orders_a_buyer 2026-01 @shop", "1 0 0 2 4 2"),
                        Map.entry("orders_a_buyer 2026-02", "1 0 0 1 1 1"),
                        Map.entry("orders_a_buyer 2026-02 @shop", "1 0 0 1 1 1"));
    }

    @Test
    void moneyOfSeveralCurrencies() {
        project("UTC", "{name: currency, from: row}", "active: ordered_in_period", "spent, crr_set, orders_a_buyer");
        orders(
                "'c', '2025-12-05', 1, NULL, 'EUR', NULL",
                "'c', '2026-01-05', 10, NULL, 'EUR', NULL",
                "'c', '2026-01-06', 20, NULL, 'IRR', NULL",
                "'d', '2026-01-06', 40, NULL, 'IRR', NULL",
                "'d', '2026-01-06', 5, NULL, NULL, NULL");
        assertThat(measured(months("2026-01")))
                .containsOnly(
                        Map.entry("crr_set 2026-01", "1 0 0 1 1 1"),
                        Map.entry("orders_a_buyer 2026-01", "2 0 0 4 8 4"),
                        Map.entry("spent 2026-01 currency=EUR", "1 0 0 100000 10000000000 100000"),
                        Map.entry("spent 2026-01 currency=IRR", "2 0 0 600000 200000000000 600000"),
                        Map.entry("spent 2026-01 currency=unknown", "1 0 0 50000 2500000000 50000"));
    }

    /** Farvardin 1405 is 2026-03-21 to 2026-04-20; midnight in Tehran is 20:30 UTC of the day before. */
    @Test
    void persianMonthsInTheProjectsZone() {
        project("Asia/Tehran", "", "active: ordered_in_period", "new, spent");
        orders(
                "'before', '2026-03-20 20:29:59Z', 1, NULL, NULL, NULL",
                "'first', '2026-03-20 20:30:00Z', 10, NULL, NULL, NULL",
                "'last', '2026-04-20 20:29:59Z', 100, NULL, NULL, NULL",
                "'after', '2026-04-20 20:30:00Z', 1000, NULL, NULL, NULL");
        List<Period> periods = List.of(
                Calendar.PERSIAN.period(Grain.MONTH, LocalDate.parse("2026-04-01"), DayOfWeek.SATURDAY),
                Calendar.PERSIAN.period(Grain.QUARTER, LocalDate.parse("2026-04-01"), DayOfWeek.SATURDAY));
        assertThat(measured(periods))
                .containsOnly(
                        Map.entry("new 1405-01", "2 0 0 2 2 2"),
                        Map.entry("spent 1405-01", "2 0 0 1100000 1010000000000 1100000"),
                        Map.entry("new 1405-Q1", "3 0 0 3 3 3"),
                        Map.entry("spent 1405-Q1", "3 0 0 11100000 101010000000000 11100000"));
        assertThat(cohorts(periods))
                .containsOnly(
                        "1405-01 1404-12 +1: 0 of 1, 0.0000",
                        "1405-01 1405-01 +0: 2 of 2, 110.0000",
                        "1405-Q1 1404-Q4 +1: 0 of 1, 0.0000",
                        "1405-Q1 1405-Q1 +0: 3 of 3, 1110.0000");
    }

    @Test
    void cohortsOfMembersKnowNoRevenueWithoutOrders() {
        project("UTC", "", "active: membership", "new");
        memberships(
                "'a', '2025-11-05', NULL",
                "'b', '2025-11-06', '2026-01-05'",
                "'c', '2026-01-07', NULL",
                "'a', '2026-01-08', NULL");
        assertThat(cohorts(months("2026-01", "2025-12")))
                .containsOnly(
                        "2025-12 2025-11 +1: 2 of 2, null",
                        "2026-01 2025-11 +2: 1 of 2, null",
                        "2026-01 2026-01 +0: 1 of 1, null");
    }

    @Test
    void noExpectedValueOfAHandfulOfCustomers() {
        project("UTC", "", "", "expected");
        orders(
                "'c', '2025-06-01', 1, NULL, NULL, NULL",
                "'c', '2026-01-05', 1, NULL, NULL, NULL",
                "'refund only', '2026-01-05', 1, NULL, NULL, '1'");
        assertThat(measured(months("2026-01"))).containsOnly(Map.entry("expected 2026-01", "0 1 0 null null null"));
    }

    /** A customer whose orders are known to be many is one row among others. */
    @Test
    void aCustomerWithVeryManyOrders() {
        project("UTC", "", "active: {ordered_within: 60}", "orders_a_buyer, repurchase, worth");
        orders = spark.sql(
                """
                SELECT 'many' AS customer_id, TIMESTAMP'2025-01-01' + make_dt_interval(0, 0, CAST(5 * id AS INT)) AS ordered_at,
                  CAST(1 AS DECIMAL(28,10)) AS amount, CAST(NULL AS DECIMAL(28,10)) AS margin,
                  CAST(NULL AS STRING) AS currency, CAST(NULL AS STRING) AS refund_of FROM range(100000)
                UNION ALL SELECT 'one', TIMESTAMP'2025-01-01', 1, NULL, NULL, NULL
                """);
        // 12 orders an hour, 347 days and 5 hours long.
        assertThat(measured(months("2025-01", "2025-12")))
                .containsOnly(
                        Map.entry("orders_a_buyer 2025-01", "2 0 0 8929 79709185 8929"),
                        Map.entry("repurchase 2025-01", "2 0 0 1 1 1"),
                        Map.entry(
                                "worth 2025-01",
                                "2 0 0 89290000 " + (89280000L * 89280000 + 10000L * 10000) + " 89290000"),
                        Map.entry("orders_a_buyer 2025-12", "1 0 0 3808 14500864 3808"),
                        Map.entry("repurchase 2025-12", "1 0 0 1 1 1"),
                        Map.entry(
                                "worth 2025-12",
                                "2 0 0 1000010000 " + (1000000000L * 1000000000 + 10000L * 10000) + " 1000010000"));
    }

    @Test
    void thePlanDoesNotGrowWithKpisPeriodsAndSegmentations() {
        String ofCustomers = "{name: tier, from: customers}";
        long one = exchanges(ofCustomers, "at_end", months("2026-01"));
        // Histories by customer, versions by customer, sums by combination of segments, sums by segment.
        assertThat(one).isEqualTo(4);
        assertThat(exchanges(
                        ofCustomers + ", {name: region, from: customers}, {name: currency, from: row}",
                        "crr, crr_set, at_end, new, spent, repurchase, worth, orders_a_buyer",
                        Calendar.periods(
                                        project.calendars(),
                                        LocalDate.parse("2026-01-01"),
                                        LocalDate.parse("2026-12-01"),
                                        DayOfWeek.MONDAY)
                                .stream()
                                .filter(period -> period.grain().compareTo(Grain.MONTH) >= 0)
                                .toList()))
                .isEqualTo(one);
    }

    private long exchanges(String segmentations, String kpis, List<Period> periods) {
        project("UTC", segmentations, "active: ordered_in_period", kpis);
        orders("'c', '2026-01-05', 1, NULL, NULL, NULL");
        versions = spark.sql("SELECT 'c' AS _version_of, TIMESTAMP'2025-01-01' AS _valid_from, "
                + "TIMESTAMP'2027-01-01' AS _valid_to, 'gold' AS `segment:tier`, 'north' AS `segment:region`");
        Dataset<Row> statistics = PeriodStatistics.of(
                spark,
                project,
                histories(),
                List.copyOf(project.catalogue().kpis().values()),
                project.segmentations(),
                versions,
                periods,
                asOf);
        return PlanShapeTest.nodes(
                ((org.apache.spark.sql.classic.Dataset<Row>) statistics)
                        .queryExecution()
                        .executedPlan(),
                "ShuffleExchangeExec");
    }

    private List<String> cohorts(List<Period> periods) {
        return Cohorts.of(spark, project, histories(), project.segmentations(), versions, periods, asOf)
                .selectExpr(
                        "concat(period, ' ', cohort, ' +', age, IF(segmentation = 'all', '', concat(' ', segmentation, '=', "
                                + "segment)), ': ', active, ' of ', customers, ', ', coalesce(CAST(revenue AS STRING), 'null'))")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }
}
