package dev.touchstone.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.touchstone.TestProject;
import dev.touchstone.calendar.Days;
import dev.touchstone.fault.ExitCode;
import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of customers' histories that cannot be true: each is quarantined with all its reasons, and the counts add up. */
class BadHistoriesTest {
    private static final String SOURCE =
            "- {name: %1$s, contract: %1$s, format: csv, path: %1$s.csv, select: SELECT * FROM source}\n";
    private static final String ORDERS = SOURCE.formatted("orders");

    private static final Days DAYS = new Days(LocalDate.parse("2026-11-01"), LocalDate.parse("2026-11-02"));
    private static final String CURRENCIES =
            """
            order_id,customer_id,ordered_at,amount,refund_of,currency
            earlier,bob,2026-03-01,1,,EUR
            later,bob,2026-12-01,1,,USD
            1,ann,2026-11-01,10,,%s
            2,ann,2026-11-01,1000,,IRR
            3,ann,2026-11-01,400,earlier,IRR
            4,ann,2026-11-01,1,,
            """;

    @TempDir
    private static Path folder;

    private static Map<String, Long> counts;
    private static List<String> quarantine;
    private static List<String> moments;

    @BeforeAll
    static void measureOnce() {
        TestProject.file(
                folder,
                "contacts.csv",
                """
                contact_id,touchpoint,offered_at,answered_at,ended_at,talk_seconds,hold_seconds,wrap_seconds
                good,phone,2026-11-01 10:00,2026-11-01 10:00,2026-11-01 10:00,31622400,0,0
                early,phone,2026-11-01 10:00,2026-11-01 09:59:59,2026-11-01 09:59:59.999,10,0,0
                negative,phone,2026-11-01 10:00,2026-11-01 10:00,,-1,-0.5,-2
                a year,phone,2026-11-01 10:00,2026-11-01 10:00,,31622401,31622401,31622400.5
                unreadable,phone,2026-11-01 10:00,2026-11-01 10:00,soon,ten,0,0
                ,,2026-11-01 10:00,,,-1,0,0
                """);
        TestProject.file(
                folder,
                "tickets.csv",
                """
                ticket_id,touchpoint,created_at,first_replied_at,first_resolved_at,resolved_at,merged_into,reopens
                good,mail,2026-11-01 10:00,2026-11-01 10:00,2026-11-01 10:00,2026-11-01 10:00,,0
                early,mail,2026-11-01 10:00,2026-11-01 09:59,2026-11-01 09:59,2026-11-01 09:58,,0
                itself,mail,2026-11-01 10:00,,,,itself,0
                half,mail,2026-11-01 10:00,,,,,1.5
                good,mail,2026-11-01 10:00,2026-11-01 10:00,2026-11-01 10:00,2026-11-01 10:00,,0
                """);
        TestProject.file(
                folder,
                "replies.csv",
                """
                ticket_id,asked_at,answered_at
                good,2026-11-01 10:00,2026-11-01 10:00
                early,2026-11-01 10:00,2026-11-01 09:00
                """);
        TestProject.file(
                folder,
                "reviews.csv",
                """
                review_id,category,score,minimum,maximum,reviewed_at,touchpoint,weight
                good,tone,5,1,5,2026-11-01,mail,0
                above,tone,5.01,1,5,2026-11-01,mail,1
                below,tone,0,1,5,2026-11-01,mail,1
                no width,tone,5,5,5,2026-11-01,mail,1
                turned,tone,3,5,1,2026-11-01,mail,1
                light,tone,3,1,5,2026-11-01,mail,-1
                """);
        TestProject.file(
                folder,
                "memberships.csv",
                """
                membership_id,customer_id,started_at,ended_at
                good,ann,2026-11-01,2026-11-01
                overlaps,ann,2026-11-01,
                backwards,bob,2026-11-01,2026-10-31
                """);
        TestProject.file(
                folder,
                "orders.csv",
                """
                order_id,customer_id,ordered_at,amount,refund_of,currency
                before,ann,2026-10-01,10,,EUR
                good,ann,2026-11-01,10,,EUR
                back,ann,2026-11-01,4,before,EUR
                unknown,ann,2026-11-01,5,nothing,IRR
                itself,ann,2026-11-01,5,itself,EUR
                both,,2026-11-01,much,nothing,EUR
                """);
        Project project = project(List.of("contacts", "tickets", "replies", "reviews", "memberships", "orders").stream()
                        .map(SOURCE::formatted)
                        .reduce("", String::concat)
                + "use_kpis: [revenue, iqs, ticket_volume, response_time, queue_wait, buyers]\n"
                + "quarantine: {limit: 0.9}\n");
        Store store = measure(project);
        quarantine = store
                .read(Table.QUARANTINE)
                .selectExpr("concat(contract, ' ', array_join(map_values(key), '/', '-'), ': ', array_join(transform("
                        + "reasons, r -> concat_ws(' ', r.column, r.rule, r.value)), '; '))")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
        moments =
                store
                        .read(Table.DAILY_MOMENTS)
                        .selectExpr("concat_ws(' ', kpi, n, excluded, s)")
                        .collectAsList()
                        .stream()
                        .map(row -> row.getString(0))
                        .toList();
    }

    private static Project project(String sources) {
        return TestProject.project(folder, "name: bad\ntime_zone: UTC\noutput: {path: out}\nsources:\n" + sources);
    }

    private static Store measure(Project project) {
        SparkSession spark = TestProject.session(project);
        Store store = Store.at(spark, project.output().path());
        counts = Measure.run(
                        spark,
                        project,
                        ContractRows.open(spark, project),
                        store,
                        DAYS,
                        Instant.parse("2026-11-02T00:00:00Z"),
                        false,
                        "bad",
                        line -> {})
                .counts();
        return store;
    }

    @Test
    void everyRowHasAllItsReasons() {
        assertThat(quarantine)
                .containsExactlyInAnyOrder(
                        "contacts early: answered_at answered before offered 2026-11-01 09:59:59; "
                                + "ended_at ended before offered 2026-11-01 09:59:59.999",
                        "contacts negative: talk_seconds negative duration -1; hold_seconds negative duration -0.5; "
                                + "wrap_seconds negative duration -2",
                        "contacts a year: talk_seconds longer than a year 31622401; "
                                + "hold_seconds longer than a year 31622401; wrap_seconds longer than a year 31622400.5",
                        "contacts unreadable: ended_at unreadable soon; talk_seconds unreadable ten",
                        "contacts -: contact_id missing; touchpoint missing; talk_seconds negative duration -1",
                        "tickets early: first_replied_at replied before created 2026-11-01 09:59; "
                                + "first_resolved_at resolved before created 2026-11-01 09:59; "
                                + "resolved_at resolved before created 2026-11-01 09:58; "
                                + "resolved_at resolved before first resolved 2026-11-01 09:58",
                        "tickets itself: merged_into merged into itself itself",
                        "tickets half: reopens unreadable 1.5",
                        "tickets good: ingested_at duplicate: another row of the day has this key",
                        "replies early/2026-11-01 10:00:00: answered_at answered before asked 2026-11-01 09:00",
                        "reviews above/tone: score score outside minimum to maximum 5.01",
                        "reviews below/tone: score score outside minimum to maximum 0",
                        "reviews no width/tone: minimum minimum not below maximum 5",
                        "reviews turned/tone: minimum minimum not below maximum 5; "
                                + "score score outside minimum to maximum 3",
                        "reviews light/tone: weight weight below zero -1",
                        "memberships backwards: ended_at ends before it starts 2026-10-31",
                        "orders unknown: refund_of refund of an unknown order nothing",
                        "orders itself: refund_of refund of itself itself",
                        "orders both: customer_id missing; amount unreadable much; "
                                + "refund_of refund of an unknown order nothing");
    }

    @Test
    void readIsKeptAndQuarantined() {
        // The order of October is not of these days.
        Map.of("contacts", "6 1 5", "tickets", "5 1 4", "replies", "2 1 1").forEach(BadHistoriesTest::assertCounts);
        Map.of("reviews", "6 1 5", "memberships", "3 2 1", "orders", "5 2 3").forEach(BadHistoriesTest::assertCounts);
    }

    private static void assertCounts(String contract, String expected) {
        assertThat(counts.get(contract + "_read") + " " + counts.get(contract + "_kept") + " "
                        + counts.get(contract + "_quarantined"))
                .as(contract)
                .isEqualTo(expected);
    }

    @Test
    void aSecondCurrencyIsRefusedOnWhicheverDayItCame() {
        Path other = folder.resolve("currencies");
        TestProject.file(other, "orders.csv", CURRENCIES.formatted("IRR"));
        Fault fault = catchThrowableOfType(
                Fault.class,
                () -> measure(TestProject.project(
                        other, "name: bad\ntime_zone: UTC\noutput: {path: out}\nsources:\n" + ORDERS)));
        assertThat(fault.exitCode()).isEqualTo(ExitCode.DATA);
        assertThat(fault.problems())
                .containsExactly(new Problem(
                        "the orders have several currencies (EUR, IRR), and amounts of different currencies do not add up",
                        "sources with contract orders",
                        "let the select keep one currency or convert to one, or declare the segmentation {name: currency, "
                                + "from: row}: figures of money then stand by currency"));
    }

    @Test
    void asASegmentationCurrenciesKeepMoneyApartAndNothingElse() {
        Path other = folder.resolve("segments");
        TestProject.file(other, "orders.csv", CURRENCIES.formatted("EUR"));
        Project project = TestProject.project(
                other,
                "name: bad\ntime_zone: UTC\noutput: {path: out}\nsegmentations: [{name: money, from: row, column: currency}]\n"
                        + "use_kpis: [revenue, order_value, sales]\n"
                        + "kpis: [{name: sales, title: sales, of: orders, counts: 'refund_of IS NULL', score: '1', state: total, "
                        + "scale: {unit: count, better: higher}}]\nsources:\n" + ORDERS);
        assertThat(DailyStatistics.of(
                                TestProject.session(project),
                                project,
                                Contract.ORDERS,
                                DAYS,
                                Instant.parse("2026-11-02T00:00:00Z"))
                        .where("kpi IS NOT NULL")
                        .selectExpr("concat_ws(' ', kpi, segment, n, s)")
                        .collectAsList()
                        .stream()
                        .map(row -> row.getString(0)))
                .containsExactlyInAnyOrder(
                        "revenue EUR 1 100000",
                        "revenue IRR 2 6000000",
                        "order_value EUR 1 100000",
                        "order_value IRR 1 6000000",
                        "sales all 3 3",
                        "sales EUR 1 1",
                        "sales IRR 1 1",
                        "sales unknown 1 1",
                        "revenue unknown 1 10000",
                        "order_value unknown 1 10000");
    }

    /** The review whose categories weigh nothing has no score. A currency of rows that do not count is no second one. */
    @Test
    void onlyTheGoodCount() {
        assertThat(moments).containsExactlyInAnyOrder("revenue 2 0 60000", "ticket_volume 1 0 1");
    }
}
