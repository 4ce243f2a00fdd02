package dev.touchstone;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.calendar.Days;
import dev.touchstone.project.Project;
import dev.touchstone.table.Table;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Customers' histories that can be scored by eye, through one real run to {@code kpi_values}. Every touchpoint is a case
 * of its own, and so are its customers.
 */
class GoldenHistoriesOfARunTest {
    private static final Map<String, Row> VALUES = new HashMap<>();
    private static final Map<String, StringBuilder> FILES = new TreeMap<>();
    private static Map<String, Long> counts;
    private static int rows;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void runOnce() {
        contacts();
        tickets();
        repliesAndReviews();
        visits();
        orders();
        memberships();
        FILES.forEach((contract, text) -> TestProject.file(folder, contract + ".csv", text.toString()));
        StringBuilder sources = new StringBuilder();
        FILES.keySet()
                .forEach(contract -> sources.append(
                        "- {name: %1$s, contract: %1$s, format: csv, path: %1$s.csv, select: SELECT * FROM source}\n"
                                .formatted(contract)));
        TestProject.file(
                folder,
                "project.yaml",
                """
                name: golden
                time_zone: UTC
                output: {path: out}
                active: membership
                touchpoints: [{name: help pages, self_service: true}]
                use_kpis: [
                  abandonment_rate, handled_rate, aht, queue_wait, cost_per_contact, service_cost, fcr, ticket_volume,
                  one_touch, resolution_rate, resolved_count, first_response_time, first_resolution_time,
                  last_resolution_time, handle_time_per_ticket, response_time, iqs, self_service_success,
                  conversion_rate, contact_conversion_rate, step_completion, revenue, order_value, buyers,
                  revenue_per_customer, clv_historic, repurchase_rate, crr, crr_set, churn_rate, churned]
                sources:
                """
                        + sources);
        Project project = Stages.project(folder.resolve("project.yaml"), Map.of(), folder.resolve("out"));
        SparkSession spark = Stages.session(project);
        Stages.Outcome outcome = Stages.run(
                spark,
                project,
                new Days(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 2, 1)),
                Instant.parse("2026-06-01T00:00:00Z"));
        counts = outcome.counts();
        outcome.store()
                .read(Table.KPI_VALUES)
                .where(col("grain").equalTo("month"))
                .collectAsList()
                .forEach(row -> VALUES.put(row.getAs("kpi") + "/" + row.getAs("touchpoint"), row));
    }

    /** A row of a contract's file; an empty text is NULL. */
    private static void row(String contract, String columns, Object... values) {
        StringBuilder file = FILES.computeIfAbsent(contract, name -> new StringBuilder(columns).append('\n'));
        file.append(String.join(
                        ",",
                        Stream.of(values)
                                .map(value -> Objects.toString(value, ""))
                                .toList()))
                .append('\n');
        rows++;
    }

    private static void contact(String touchpoint, String offered, String more) {
        row(
                "contacts",
                "contact_id,touchpoint,offered_at,answered_at,ended_at,talk_seconds,hold_seconds,wrap_seconds,abandoned,"
                        + "transferred_from,cost,customer_id,reason,ticket_id,converted",
                "k" + rows,
                touchpoint,
                "2026-01-" + offered,
                more);
    }

    private static void contacts() {
        for (int i = 0; i < 95; i++) {
            contact("line", "05 10:00:00", "2026-01-05 10:00:20,2026-01-05 10:05:00,,,,false,,,,,,");
        }
        contact("line", "05 10:00:00", ",2026-01-05 10:00:30,,,,true,,,,,,");
        contact("line", "05 10:00:00", ",2026-01-05 10:01:00,,,,true,,,,,,");
        // No mark, but nobody answered; five seconds are no longer short; after how long is unknown.
        contact("line", "05 10:00:00", ",2026-01-05 10:01:00,,,,,,,,,,");
        contact("line", "05 10:00:00", ",2026-01-05 10:00:05,,,,true,,,,,,");
        contact("line", "05 10:00:00", ",,,,,true,,,,,,");
        for (int i = 0; i < 7; i++) {
            contact("line", "05 10:00:00", ",2026-01-05 10:00:04.999,,,,true,,,,,,");
        }
        contact("line", "05 10:05:00", "2026-01-05 10:05:00,2026-01-05 10:06:00,,,,false,k0,,,,,");
        contact("line", "05 10:05:00", ",2026-01-05 10:06:00,,,,true,k1,,,,,");

        String answered = "2026-01-05 10:00:00,2026-01-05 10:10:00,";
        contact("handled", "05 10:00:00", answered + "200,60,40,false,,,,,,");
        contact("handled", "05 10:00:00", answered + "100,20,60,false,,,,,,");
        contact("handled", "05 10:00:00", answered + "100,,60,false,,,,,,");
        contact("handled", "05 10:00:00", ",2026-01-05 10:10:00,100,20,60,true,,,,,,");
        // The work after it ends in February.
        contact("handled", "31 23:59:00", "2026-01-31 23:59:00,2026-01-31 23:59:50,50,0,10,false,,,,,,");
        contact("no time", "05 10:00:00", "2026-01-05 10:00:00,2026-01-05 10:00:00,0,0,0,false,,,,,,");
        contact("waits", "05 10:00:00", "2026-01-05 10:00:00,,,,,false,,,,,,");
        contact("waits", "05 10:00:00", "2026-01-05 10:01:30,,,,,false,waits,,,,,");
        contact("waits", "05 10:00:00", ",2026-01-05 11:00:00,,,,true,,,,,,");

        contact("paid", "05 10:00:00", ",,,,,,,10.5,,,,");
        contact("paid", "05 10:10:00", ",,,,,,paid,4.5,,,,");
        contact("paid", "05 10:00:00", ",,,,,,,5,,,,");
        contact("paid", "05 10:00:00", ",,,,,,,,,,,");
    }

    private static void ticket(String touchpoint, String id, String customer, String reason, String more) {
        row(
                "tickets",
                "ticket_id,touchpoint,created_at,customer_id,reason,first_replied_at,first_resolved_at,resolved_at,reopens,"
                        + "replies,transfers,merged_into,spam",
                id,
                touchpoint,
                "2026-01-05 10:00:00",
                customer,
                reason,
                more);
    }

    private static void came(String customer, String reason, String offered, String transferredFrom) {
        contact("desk", offered, ",,,,,," + transferredFrom + ",," + customer + "," + reason + ",,");
    }

    private static void tickets() {
        String never = ",,,0,,,,";
        ticket("once", "f1", "stays away", "bill", never);
        ticket("once", "f2", "comes late", "bill", never);
        came("comes late", "bill", "12 10:00:00.000001", "");
        ticket("once", "f3", "comes for something else", "bill", never);
        came("comes for something else", "parcel", "06 10:00:00", "");
        ticket("once", "f4", "is passed on", "bill", never);
        came("is passed on", "bill", "05 10:10:00", "f4");
        ticket("once", "f5", "called before", "bill", never);
        came("called before", "bill", "05 09:00:00", "");
        came("called before", "bill", "05 10:00:00", "");
        ticket("once", "f6", "wrote twice", "bill", never);
        ticket("once", "f6b", "wrote twice", "bill", ",,,0,,,f6,");
        ticket("once", "f6c", "wrote twice", "bill", ",,,0,,,,true");
        ticket("again", "f7", "comes back", "bill", never);
        came("comes back", "bill", "12 10:00:00", "");
        ticket("again", "f8", "comes back without reason", "", never);
        came("comes back without reason", "", "06 10:00:00", "");
        ticket("again", "f9", "reopens", "bill", ",,,1,,,,");
        ticket("again", "f10", "nobody knows", "bill", ",,,,,,,");
        ticket("again", "f11", "", "bill", never);

        ticket("touches", "o1", "", "", ",,,0,1,0,,");
        ticket("touches", "o2", "", "", ",,,0,0,0,,");
        ticket("touches", "o3", "", "", ",,,0,2,0,,");
        ticket("touches", "o4", "", "", ",,,1,1,0,,");
        ticket("touches", "o5", "", "", ",,,0,1,1,,");
        ticket("touches", "o6", "", "", ",,,0,1,,,");
        ticket("touches", "o7", "", "", ",,,0,1,0,o1,");

        // Replied, first resolved, last resolved.
        ticket("solved", "s1", "", "", "2026-01-05 10:00:00,2026-01-05 10:00:00,2026-01-05 10:00:00,,,,,");
        ticket("solved", "s2", "", "", "2026-01-05 10:02:00,2026-01-05 11:00:00,2026-02-04 10:00:00,1,,,,");
        ticket("solved", "s3", "", "", "2026-01-12 10:00:01,2026-01-06 10:00:00,2026-02-04 10:00:01,2,,,,");
        ticket("solved", "s4", "", "", ",2026-01-06 10:00:00,,1,,,,");
        ticket("solved", "s5", "", "", ",,,,,,,");
        ticket("solved", "s6", "", "", "2026-01-05 10:00:00,2026-01-05 10:00:00,2026-01-05 10:00:00,,,,s1,");
        ticket("solved", "s7", "", "", "2026-01-05 10:00:00,2026-01-05 10:00:00,2026-01-05 10:00:00,,,,,true");

        ticket("worked on", "w1", "", "", ",,2026-01-06 00:00:00,,,,,");
        worked("w1", "05 11:00:00", "100,0,50,false");
        worked("w1", "05 12:00:00", "200,20,30,false");
        worked("w1", "05 12:30:00", ",,,true");
        worked("w1", "07 12:00:00", "1000,0,0,false");
        ticket("worked on", "w2", "", "", ",,2026-01-06 00:00:00,,,,,");
        worked("w2", "05 11:00:00", "100,0,,false");
        ticket("worked on", "w3", "", "", ",,,,,,,");
        worked("w3", "05 11:00:00", "100,0,0,false");
        ticket("worked on", "w4", "", "", ",,2026-01-06 00:00:00,,,,,");
    }

    private static void worked(String ticket, String offered, String parts) {
        boolean abandoned = parts.endsWith("true");
        String at = "2026-01-" + offered;
        contact("desk", offered, (abandoned ? "" : at) + "," + at + "," + parts + ",,,,," + ticket + ",");
    }

    private static void repliesAndReviews() {
        String replies = "ticket_id,asked_at,answered_at,touchpoint";
        row("replies", replies, "s1", "2026-01-05 10:00:00", "2026-01-05 10:00:00", "mail");
        row("replies", replies, "s1", "2026-01-05 12:00:00", "2026-01-05 12:01:00", "mail");
        row("replies", replies, "s1", "2026-01-06 12:00:00", "2026-01-13 12:00:01", "mail");
        row("replies", replies, "s2", "2026-01-06 12:00:00", "", "mail");
        row("replies", replies, "s2", "2026-01-06 13:00:00", "", "nobody answers");

        String reviews = "review_id,category,score,minimum,maximum,reviewed_at,touchpoint,weight,critical";
        row("reviews", reviews, "r1", "greeting", 4, 1, 5, "2026-01-05", "four of five", "", "");
        // 3 x .75 and 1 x 0 of four; a category without weight weighs 1.
        row("reviews", reviews, "r2", "greeting", 4, 1, 5, "2026-01-05", "weighed", 3, "false");
        row("reviews", reviews, "r2", "solution", 0, 0, 10, "2026-01-05", "weighed", "", "false");
        row("reviews", reviews, "r3", "greeting", 5, 1, 5, "2026-01-05", "critical", 9, "false");
        row("reviews", reviews, "r3", "privacy", 2.99, 1, 5, "2026-01-05", "critical", 1, "true");
        row("reviews", reviews, "r4", "greeting", 5, 1, 5, "2026-01-05", "critical", "", "false");
        row("reviews", reviews, "r4", "privacy", 3, 1, 5, "2026-01-05", "critical", "", "true");
    }

    private static void visit(String touchpoint, String visited, String customer, String converted, String journey) {
        row(
                "visits",
                "visit_id,touchpoint,visited_at,customer_id,converted,journey_id",
                "v" + rows,
                touchpoint,
                "2026-01-" + visited,
                customer,
                converted,
                journey);
    }

    private static void visits() {
        visit("help pages", "05 10:00:00", "finds it", "", "");
        visit("help pages", "05 10:00:00", "calls at once", "", "");
        contact("desk", "05 10:05:00", ",,,,,,,,calls at once,,,");
        visit("help pages", "05 10:00:00", "calls on the third day", "", "");
        contact("desk", "08 10:00:00", ",,,,,,,,calls on the third day,,,");
        visit("help pages", "05 10:00:00", "calls later", "", "");
        contact("desk", "08 10:00:01", ",,,,,,,,calls later,,,");
        visit("help pages", "05 10:00:00", "called before", "", "");
        visit("help pages", "05 10:00:00", "", "", "");
        ticket("desk", "h1", "writes", "bill", ",,,0,,,,");
        visit("help pages", "05 09:00:00", "writes", "", "");

        // Two visits and a call before an order, and a second order after it: one credit each.
        visit("first visit", "05 10:00:00", "orders", "", "");
        visit("last visit", "06 10:00:00", "orders", "", "");
        order("shop", "06 10:30:00", "orders", 10, "");
        order("shop", "06 11:30:00", "orders", 10, "");
        visit("before a call", "05 10:00:00", "calls and orders", "", "");
        contact("sales", "06 10:00:00", ",,,,,,,,calls and orders,,,");
        contact("sales", "06 10:01:00", ",,,,,,sales,,calls and orders,,,");
        order("shop", "06 10:00:00", "calls and orders", 10, "");
        visit("subscribes", "05 10:00:00", "subscribes", "", "");
        membership("subscribes", "2026-02-04 10:00:00", "2026-02-05");
        visit("too late", "05 10:00:00", "orders too late", "", "");
        order("shop", "2026-02-04 10:00:01", "orders too late", 10, "");
        visit("gives back", "05 10:00:00", "gives back", "", "");
        order("shop", "06 10:00:00", "gives back", -10, "known");
        // The visit's own mark needs no customer; one that has neither is left out.
        visit("marked", "05 10:00:00", "", "true", "");
        visit("marked", "05 10:00:00", "", "false", "");
        visit("marked", "05 10:00:00", "", "", "");

        visit("cart", "05 10:00:00", "", "", "goes on");
        visit("cart", "05 10:10:00", "", "", "goes on");
        visit("checkout", "05 10:05:00", "", "true", "goes on");
        visit("cart", "05 10:00:00", "", "", "gives up");
        visit("cart", "05 10:00:00", "", "", "takes a day");
        visit("checkout", "06 10:00:00", "", "", "takes a day");
        visit("cart", "05 10:00:00", "", "", "takes longer");
        visit("checkout", "06 10:00:01", "", "", "takes longer");
        visit("cart", "05 10:00:00", "", "", "");
    }

    private static void order(String touchpoint, String ordered, String customer, Object amount, String refundOf) {
        order("n" + rows, touchpoint, ordered, customer, amount, refundOf);
    }

    private static void order(
            String id, String touchpoint, String ordered, String customer, Object amount, String refundOf) {
        row(
                "orders",
                "order_id,touchpoint,ordered_at,customer_id,amount,refund_of,currency",
                id,
                touchpoint,
                ordered.length() > 14 ? ordered : "2026-01-" + ordered,
                customer,
                amount,
                refundOf,
                "EUR");
    }

    private static void orders() {
        order("known", "warehouse", "2025-12-01 10:00:00", "someone", 10, "");
        // Of 10, 20 and 30 a refund of 5, another one of 15 that is written as a negative amount.
        order("a", "counter", "05 10:00:00", "ann", "10", "");
        order("b", "counter", "05 10:00:00", "bob", "20", "");
        order("c", "counter", "05 10:00:00", "bob", "30", "");
        order("counter", "06 10:00:00", "ann", "5", "a");
        order("counter", "07 10:00:00", "bob", "-15", "b");
        // Given back is more than was ever paid, in a month without an order.
        order("returns", "05 10:00:00", "someone", "30.25", "known");
        // The same, beside an order.
        order("d", "dearer", "05 10:00:00", "eve", "10", "");
        order("dearer", "05 11:00:00", "eve", "30", "d");

        order("again", "05 10:00:00", "twice", 1, "");
        order("again", "05 10:00:01", "twice", 1, "");
        order("again", "05 10:00:00", "on the ninetieth day", 1, "");
        order("elsewhere", "2026-04-05 10:00:00", "on the ninetieth day", 1, "");
        order("again", "05 10:00:00", "too late to count", 1, "");
        order("elsewhere", "2026-04-05 10:00:01", "too late to count", 1, "");
        order("e", "again", "05 10:00:00", "gave it back", 2, "");
        order("again", "06 10:00:00", "gave it back", 2, "e");
    }

    private static void membership(String customer, String started, String ended) {
        row("memberships", "membership_id,customer_id,started_at,ended_at", "m" + rows, customer, started, ended);
    }

    /** S = 200, E = 210, N = 30; five of the 180 who are there and not new were not there at the start. */
    private static void memberships() {
        IntStream.range(0, 175).forEach(i -> membership("kept " + i, "2025-01-10", ""));
        IntStream.range(0, 25).forEach(i -> membership("lost " + i, "2025-01-10", "2026-01-20"));
        IntStream.range(0, 5).forEach(i -> membership("back " + i, "2025-01-10", "2025-06-01"));
        IntStream.range(0, 5).forEach(i -> membership("back " + i, "2026-01-15", ""));
        IntStream.range(0, 30).forEach(i -> membership("new " + i, "2026-01-15", ""));
        // Two that overlap are one customer.
        membership("kept 0", "2025-06-01", "2026-01-10");
    }

    @Test
    void everyRowOfTheDaysIsKept() {
        assertThat(counts)
                .containsEntry("contacts_quarantined", 0L)
                .containsEntry("tickets_quarantined", 0L)
                .containsEntry("replies_quarantined", 0L)
                .containsEntry("reviews_quarantined", 0L)
                .containsEntry("visits_quarantined", 0L)
                .containsEntry("orders_quarantined", 0L)
                .containsEntry("memberships_quarantined", 0L);
    }

    @Test
    void abandonment() {
        assertCell("abandonment_rate/line", 0.05, 100, 0);
        assertCell("handled_rate/line", 0.95, 100, 0);
        // The seven short ones and both legs of transfers are in neither.
        assertThat(counts.get("contacts_read")).isGreaterThan(109);
    }

    @Test
    void handleTime() {
        assertCell("aht/handled", 240.0, 2, 0);
        assertCell("aht/no time", 0.0, 1, 0);
        assertThat(VALUES.get("aht/no time").<Double>getAs("geometric_mean")).isNull();
        assertCell("aht_median/no time", 0.0, 1, 0);
        assertCell("queue_wait/waits", 45.0, 2, 0);
        assertThat(VALUES.get("queue_wait/waits").<Double>getAs("geometric_mean"))
                .isCloseTo(90.0, within(1e-3));
        assertThat(VALUES).doesNotContainKey("queue_wait/paid").doesNotContainKey("aht/waits");
    }

    @Test
    void cost() {
        assertCell("cost_per_contact/paid", 10.0, 2, 1);
        assertTotal("service_cost/paid", 20);
    }

    @Test
    void firstContactResolution() {
        assertCell("fcr/once", 1.0, 6, 0);
        assertCell("fcr/again", 0.0, 3, 1);
        assertTotal("ticket_volume/once", 6);
        assertTotal("ticket_volume/again", 5);
        assertCell("one_touch/touches", 2 / 5.0, 5, 1);
    }

    /** In time are the first, and the second whose last resolution is thirty days old to the second. */
    @Test
    void resolution() {
        assertCell("resolution_rate/solved", 2 / 5.0, 5, 0);
        // By its day; two were solved in February.
        assertTotal("resolved_count/solved", 1);
        assertDuration("first_response_time/solved", 60.0, 2, 3);
        assertThat(VALUES.get("first_response_time_median/solved").<Double>getAs("value"))
                .as("the third of five waits")
                .isNull();
        assertDuration("first_resolution_time/solved", (3600 + 2 * 86400) / 4.0, 4, 1);
        assertDuration("last_resolution_time/solved", 0.0, 1, 0);
    }

    @Test
    void handleTimeOfTickets() {
        assertDuration("handle_time_per_ticket/worked on", 400.0, 1, 0);
    }

    @Test
    void replies() {
        assertDuration("response_time/mail", 30.0, 2, 2);
        assertThat(VALUES.get("response_time_median/mail").<Double>getAs("value"))
                .as("the second of four")
                .isCloseTo(60.0, within(0.6));
        assertDuration("response_time/nobody answers", null, 0, 1);
        assertThat(VALUES.get("response_time/nobody answers").<Double>getAs("ci_low"))
                .isNull();
    }

    @Test
    void quality() {
        assertCell("iqs/four of five", 0.75, 1, 0);
        assertCell("iqs/weighed", 0.5625, 1, 0);
        assertCell("iqs/critical", 0.375, 2, 0);
    }

    @Test
    void selfService() {
        assertCell("self_service_success/help pages", 3 / 6.0, 6, 0);
    }

    @Test
    void conversion() {
        assertCell("conversion_rate/first visit", 0.0, 1, 0);
        assertCell("conversion_rate/last visit", 1.0, 1, 0);
        assertCell("conversion_rate/before a call", 0.0, 1, 0);
        assertCell("contact_conversion_rate/sales", 1.0, 1, 0);
        assertCell("conversion_rate/subscribes", 1.0, 1, 0);
        assertCell("conversion_rate/too late", 0.0, 1, 0);
        assertCell("conversion_rate/gives back", 0.0, 1, 0);
        assertCell("conversion_rate/marked", 0.5, 2, 1);
    }

    /** "goes on" and "takes a day" of four; at the last step one converts. */
    @Test
    void steps() {
        assertCell("step_completion/cart", 2 / 4.0, 4, 0);
        assertCell("step_completion/checkout", 1 / 3.0, 3, 0);
    }

    @Test
    void money() {
        assertTotal("revenue/counter", 40);
        assertCell("order_value/counter", 40 / 3.0, 3, 0);
        assertTotal("revenue/returns", -30.25);
        assertCell("order_value/returns", null, 0, 0);
        assertTotal("revenue/dearer", -20);
        assertCell("order_value/dearer", -20.0, 1, 0);
    }

    @Test
    void buyers() {
        assertTotal("buyers/counter", 2);
        assertCell("revenue_per_customer/counter", 20.0, 2, 0);
        assertCell("revenue_per_customer/dearer", -20.0, 1, 0);
        // Who only gave something back is no buyer.
        assertThat(VALUES).doesNotContainKey("buyers/returns").doesNotContainKey("revenue_per_customer/returns");
        assertCell("clv_historic/returns", -20.25, 1, 0);
        assertCell("repurchase_rate/again", 2 / 4.0, 4, 0);
        assertThat(VALUES.get("repurchase_rate/again").<Boolean>getAs("exposure"))
                .isTrue();
        assertThat(VALUES.get("repurchase_rate/all").<Boolean>getAs("exposure")).isFalse();
    }

    @Test
    void retention() {
        assertCell("crr/all", 0.9, 200, 0);
        assertCell("crr_set/all", 0.875, 200, 0);
        assertCell("churn_rate/all", 0.125, 200, 0);
        assertTotal("churned/all", 25);
    }

    private static void assertDuration(String name, Double value, long n, long open) {
        assertCell(name, value, n, 0);
        assertThat(VALUES.get(name).<Long>getAs("open")).as(name + " open").isEqualTo(open);
    }

    private static void assertTotal(String name, double total) {
        assertThat(VALUES.get(name)).as(name).isNotNull();
        assertThat(VALUES.get(name).<Double>getAs("value")).as(name).isCloseTo(total, within(1e-9));
    }

    private static void assertCell(String name, Double value, long n, long excluded) {
        Row cell = VALUES.get(name);
        assertThat(cell).as(name).isNotNull();
        assertThat(cell.<Long>getAs("n")).as(name + " n").isEqualTo(n);
        assertThat(cell.<Long>getAs("excluded")).as(name + " excluded").isEqualTo(excluded);
        assertThat(cell.<Long>getAs("immature")).as(name + " immature").isZero();
        if (value == null) {
            assertThat(cell.<Double>getAs("value")).as(name).isNull();
        } else {
            assertThat(cell.<Double>getAs("value")).as(name).isCloseTo(value, within(1e-9));
        }
    }
}
