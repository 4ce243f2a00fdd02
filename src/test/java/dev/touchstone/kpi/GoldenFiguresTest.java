package dev.touchstone.kpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The catalogue's SQL on answers that can be scored by eye, run by a second engine (DuckDB). */
class GoldenFiguresTest {
    private static final String NOON = "TIMESTAMP '2024-03-01 12:00:00'";

    @ParameterizedTest
    @CsvSource({
        "csat_5, 1 2 3 4 5, 0.4",
        "csat_4, 1 2 3 4, 0.5",
        "csat_100, 0 79 80 100, 0.5",
        "ces_5, 1 2 3 4 5, 3",
        "ease_5, 1 2 3 4 5, 3",
        "ease_5_share, 1 2 3 4 5, 0.4",
        // Four high, two low of seven: 200 / 7.
        "ces_7, 1 2 3 5 6 7 7, 28.571428571428573",
        "net_easy_7, 1 2 3 5 6 7 7, -28.571428571428573",
        "ces_7, 3 4, 0",
        "net_easy_7, 3 4, 0",
        "ces2_7, 1 2 3 4 5 6 7, 4",
        "ces2_7_share, 3 4 5 6, 0.5",
        "nps_0_10, 0 6 7 9 10, 0",
        "nps_0_10, 6 7 8 9, 0",
        "nps_1_10, 6 7 9 10, 25",
    })
    void survey(String name, String answers, double expected) throws SQLException {
        String instrument = Catalogue.builtIn().kpis().get(name).counts().replaceAll(".*'(.*)'", "$1");
        String rows = Stream.concat(Stream.of(answers.split(" ")), Stream.of("NULL"))
                .map(answer -> "('%s', %s)".formatted(instrument, answer))
                .collect(Collectors.joining(", "));
        // The missing answer and another instrument's 1 must change nothing.
        String table = "(VALUES %s, ('another', 1)) AS t(instrument, score)".formatted(rows);
        assertThat(value(name, table)).isCloseTo(expected, within(1e-12));
    }

    /** 70 promoters, 15 passives, 15 detractors give 55 (A4); 80 satisfied of 100 give 0.80. */
    @Test
    void hundreds() throws SQLException {
        String promoters = repeated(70, "('nps_0_10', 10)");
        String table = "(VALUES %s, %s, %s) AS t(instrument, score)"
                .formatted(promoters, repeated(15, "('nps_0_10', 8)"), repeated(15, "('nps_0_10', 3)"));
        assertThat(value("nps_0_10", table)).isEqualTo(55);
        String satisfied = "(VALUES %s, %s) AS t(instrument, score)"
                .formatted(repeated(80, "('csat_5', 4)"), repeated(20, "('csat_5', 3)"));
        assertThat(value("csat_5", satisfied)).isCloseTo(0.8, within(1e-12));
    }

    /** Gaps -2 and 1 of two pairs; an answer without a part is a perception without its pair. */
    @Test
    void serviceQuality() throws SQLException {
        String table =
                """
                (VALUES
                  ('servqual_7', 'empathy', 'perception', 4, -2, NULL),
                  ('servqual_7', 'empathy', 'expectation', 6, NULL, NULL),
                  ('servqual_7', 'empathy', 'perception', 6, 1, NULL),
                  ('servqual_7', 'empathy', 'expectation', 5, NULL, NULL),
                  ('servqual_7', 'empathy', NULL, 2, NULL, NULL),
                  ('servqual_7', 'tangibles', 'perception', 7, 3, -0.3333333333)
                ) AS t(instrument, dimension, part, score, gap, weighted_gap)
                """;
        assertThat(value("servqual_empathy", table)).isEqualTo(-0.5);
        assertThat(value("servperf_empathy", table)).isEqualTo(4.0);
        assertThat(value("servqual_tangibles", table)).isEqualTo(3.0);
        assertThat(value("servqual_total", table)).isEqualTo(-0.333333);
        assertThat(value("servqual_reliability", table)).as("nothing counts").isNull();
    }

    @Test
    void responseRate() throws SQLException {
        assertThat(value(
                        "response_rate",
                        "(VALUES ('a', true), ('b', false), ('c', false), ('d', NULL)) AS t(invitation_id, responded)"))
                .isEqualTo(0.25);
    }

    /** An instant so many days, hours, minutes or seconds after noon: {@code 7d}, {@code 30s}; {@code -} is NULL. */
    private static String at(String after) {
        if (after.equals("-")) {
            return "CAST(NULL AS TIMESTAMP)";
        }
        String unit =
                switch (after.charAt(after.length() - 1)) {
                    case 'd' -> "DAYS";
                    case 'h' -> "HOURS";
                    case 'm' -> "MINUTES";
                    default -> "SECONDS";
                };
        return "(%s + INTERVAL '%s' %s)".formatted(NOON, after.substring(0, after.length() - 1), unit);
    }

    /** A table of the rows {@code a b c, d e f} whose instants are written as {@link #at} reads them. */
    private static String table(String columns, String rows) {
        String values = Stream.of(rows.split(","))
                .map(row -> Stream.of(row.strip().split(" +"))
                        .map(value -> value.matches("-?\\d+[dhms]|-") ? at(value) : value.equals("?") ? "NULL" : value)
                        .collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", "));
        return "(VALUES %s) AS t(%s)".formatted(values, columns);
    }

    /**
     * Of five problems one was merged away and one is spam. The first was solved after 30 days to the second, the second
     * a second later: its last resolution came after a reopening. The third is open.
     */
    @Test
    void tickets() throws SQLException {
        String tickets = table(
                "merged_into, spam, created_at, first_replied_at, first_resolved_at, resolved_at, handle_seconds",
                """
                ? false 0s 60s      1d       30d      100,
                ? ?     0s 7d       2d       2592001s 300,
                ? false 0s 604801s  2592001s -        ?,
                'a' false 0s 1s     1s       1s       7,
                ? true  0s 1s       1s       1s       7""");
        assertThat(value("ticket_volume", tickets)).isEqualTo(3);
        assertThat(value("resolution_rate", tickets)).isCloseTo(1 / 3.0, within(1e-12));
        // A minute and a week; the third was answered too late to be more than open.
        assertThat(value("first_response_time", tickets)).isEqualTo((60 + 604_800) / 2.0);
        assertThat(value("first_resolution_time", tickets)).isEqualTo(1.5 * 86_400);
        assertThat(value("last_resolution_time", tickets)).isEqualTo((2_592_000 + 2_592_001) / 2.0);
        assertThat(value("handle_time_per_ticket", tickets)).isEqualTo(200);
        assertThat(value("resolved_count", tickets)).isEqualTo(2);
    }

    /** 7 days to the second are within the window; a NULL says nothing, neither good nor bad. */
    @Test
    void firstContactResolution() throws SQLException {
        String tickets = table(
                "merged_into, spam, customer_id, created_at, reopens, next_contact_at",
                """
                ? ? 'a' 0s 0 -, ? ? 'b' 0s 0 7d, ? ? 'c' 0s 0 604801s, ? ? 'd' 0s 1 -, ? ? 'e' 0s ? 1d,
                'x' ? 'f' 0s 0 -, ? true 'g' 0s 0 -, ? ? ? 0s 0 -""");
        assertThat(value("fcr", tickets)).isEqualTo(0.5);
        String work = table(
                "merged_into, spam, replies, reopens, transfers",
                "? ? 1 0 0, ? ? 0 0 0, ? ? 2 0 0, ? ? 1 1 0, ? ? 1 0 1, ? ? ? 1 0, ? ? 1 0 ?, 'x' ? 9 0 0");
        assertThat(value("one_touch", work)).isEqualTo(0.4);
    }

    /** 100 offered, 95 handled (A3); those given up within 5 seconds and the legs after a transfer change nothing. */
    @Test
    void abandonment() throws SQLException {
        String columns = "abandoned, answered_at, offered_at, ended_at, transferred_from";
        String rows = repeated(95, "? 9s 0s 60s ?") + ", true - 0s 5s ?, ? - 0s 90s ?, true - 0s - ?, ? - 0s - ?, "
                + "true 8s 0s 9s ?, true - 0s 4s ?, ? - 0s 0s ?, ? - 0s 90s 'a', ? 9s 0s 60s 'a'";
        assertThat(value("abandonment_rate", table(columns, rows))).isCloseTo(0.05, within(1e-12));
        assertThat(value("handled_rate", table(columns, rows))).isCloseTo(0.95, within(1e-12));
        assertThat(value("abandonment_rate", table(columns, "true - 0s 1s ?"))).isNull();
    }

    @Test
    void contacts() throws SQLException {
        String contacts = table(
                "contact_id, answered_at, offered_at, handle_seconds, cost, transferred_from",
                "'a' 10s 0s 300 4 ?, 'b' 20s 0s 180 2.25 ?, 'c' 0s 0s ? 1.75 'b', 'd' - 0s ? ? ?");
        // 300 + 60 + 120 seconds over two handled contacts; the third lacks a part.
        assertThat(value("aht", contacts)).isEqualTo(240);
        assertThat(value("queue_wait", contacts)).isEqualTo(10);
        assertThat(value("service_cost", contacts)).isEqualTo(8);
        assertThat(value("cost_per_contact", contacts))
                .as("a transferred contact is one")
                .isEqualTo(4);
    }

    @Test
    void replies() throws SQLException {
        assertThat(value(
                        "response_time",
                        table("ticket_id, asked_at, answered_at", "'a' 0s 0s, 'a' 0s 7d, 'b' 0s 604801s, 'b' 0s -")))
                .isEqualTo(302_400);
    }

    /** Category 4 on 1-5 is 0.75; the other rows of a review carry no score. */
    @Test
    void reviews() throws SQLException {
        assertThat(value("iqs", table("review_score", "0.75, ?, ?"))).isEqualTo(0.75);
        assertThat(value("iqs", table("review_score", "0.33333333, 0, ?"))).isCloseTo(0.16665, within(1e-12));
    }

    @Test
    void visits() throws SQLException {
        String help = table(
                "self_service, customer_id, visited_at, next_contact_at",
                "true 'a' 0s -, true 'b' 0s 3d, true 'c' 0s 259201s, true ? 0s -, false 'd' 0s -, ? 'e' 0s -");
        assertThat(value("self_service_success", help)).isCloseTo(2 / 3.0, within(1e-12));
        String steps = table(
                "journey_id, first_visit, visited_at, next_step_at, converted_at",
                "'a' true 0s 1d -, 'b' true 0s - 5m, 'c' true 0s 86401s 2d, 'd' true 0s - -, 'd' false 0s 1m -, "
                        + "? ? 0s 1m 1m");
        assertThat(value("step_completion", steps)).isEqualTo(0.5);
        String rows = "'a' 'x' ? 0s 30d ?, 'b' 'y' false 0s 2592001s ?, 'c' ? true 0s 0s ?, 'd' ? false 0s - ?, "
                + "'e' ? ? 0s - ?";
        assertThat(value(
                        "conversion_rate",
                        table("visit_id, customer_id, converted, visited_at, converted_at, x", rows)))
                .isEqualTo(0.5);
        assertThat(value(
                        "contact_conversion_rate",
                        table(
                                "contact_id, customer_id, converted, offered_at, converted_at, transferred_from",
                                rows + ", 'f' 'z' ? 0s - 'a'")))
                .isEqualTo(0.5);
    }

    /** S = 200, E = 210, N = 30 give 0.90 (A3); 5 of the 180 returned, so 175 of 200 were kept. */
    @Test
    void retention() throws SQLException {
        String customers = table(
                "at_start, at_end, is_new",
                String.join(
                        ", ",
                        repeated(175, "true true false"),
                        repeated(25, "true false false"),
                        repeated(5, "false true false"),
                        repeated(30, "false true true"),
                        repeated(7, "false false true"),
                        repeated(9, "false false false")));
        assertThat(value("crr", customers)).isCloseTo(0.90, within(1e-12));
        assertThat(value("crr_set", customers)).isEqualTo(0.875);
        assertThat(value("churn_rate", customers)).isEqualTo(0.125);
        assertThat(value("churned", customers)).isEqualTo(25);
        String nobody = table("at_start, at_end, is_new", "false true true, false true false");
        assertThat(value("crr_set", nobody)).as("S = 0").isNull();
        assertThat(value("crr", nobody)).as("S = 0").isNull();
    }

    /** A refund larger than its order takes the sum below zero. */
    @Test
    void money() throws SQLException {
        String orders = table("order_id, signed_amount, refund_of", "'a' 30 ?, 'b' 12.5 ?, 'c' -50 'a', 'd' 0 ?");
        assertThat(value("revenue", orders)).isEqualTo(-7.5);
        assertThat(value("order_value", orders)).isEqualTo(-2.5);
        String customers = table(
                "orders, revenue, first_order_at, next_order_at, orders_to_date, value_to_date, expected_value",
                """
                2 30 0s 90d 2 30 100.00004,
                1 10.5 0s 7776001s 3 ? 50,
                1 -4.5 0s - 1 6 0,
                0 -9 - - 1 0 10,
                0 0 - - 0 ? ?""");
        assertThat(value("buyers", customers)).isEqualTo(3);
        assertThat(value("revenue_per_customer", customers)).isEqualTo(12);
        assertThat(value("repurchase_rate", customers)).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(value("clv_historic", customers))
                .as("an unknown margin is not 0")
                .isEqualTo(12);
        assertThat(value("clv_predicted", customers)).isEqualTo(40);
    }

    /** The value of a KPI over a table; NULL over nothing. Every score must be whole once multiplied by its factor. */
    private static Double value(String name, String table) throws SQLException {
        Kpi kpi = Catalogue.builtIn().kpis().get(name);
        String value = kpi.state() == State.TOTAL ? "sum(s)" : "sum(s) / nullif(count(*) FILTER (WHERE d), 0)";
        String sql =
                """
                SELECT %s, bool_and(s * %d = round(s * %d)) FROM (
                  SELECT CAST(%s AS DOUBLE) AS s, %s AS d FROM %s WHERE %s
                ) WHERE s IS NOT NULL
                """
                        .formatted(
                                value,
                                kpi.scale().factor(),
                                kpi.scale().factor(),
                                // The one function of the catalogue that DuckDB has under another name.
                                kpi.score().replace("timestampdiff(SECOND", "date_sub('second'"),
                                kpi.denominator() == null ? "true" : kpi.denominator(),
                                table,
                                kpi.counts());
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            double figure = result.getDouble(1);
            if (result.wasNull()) {
                return null;
            }
            assertThat(result.getBoolean(2)).as("whole scores").isTrue();
            return figure;
        }
    }

    private static String repeated(int times, String row) {
        return String.join(", ", Collections.nCopies(times, row));
    }
}
