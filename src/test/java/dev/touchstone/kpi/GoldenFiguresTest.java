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

    /** The mean of what counts, NULL over nothing; every score must be whole once multiplied by its factor. */
    private static Double value(String name, String table) throws SQLException {
        Kpi kpi = Catalogue.builtIn().kpis().get(name);
        String sql =
                """
                SELECT avg(s), bool_and(s * %d = round(s * %d)) FROM (SELECT CAST(%s AS DOUBLE) AS s FROM %s WHERE %s)
                """
                        .formatted(kpi.scale().factor(), kpi.scale().factor(), kpi.score(), table, kpi.counts());
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            double value = result.getDouble(1);
            if (result.wasNull()) {
                return null;
            }
            assertThat(result.getBoolean(2)).as("whole scores").isTrue();
            return value;
        }
    }

    private static String repeated(int times, String row) {
        return String.join(", ", Collections.nCopies(times, row));
    }
}
