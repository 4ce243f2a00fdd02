package dev.touchstone.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Grain;
import dev.touchstone.calendar.Period;
import dev.touchstone.kpi.Outcome;
import dev.touchstone.table.Table;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Sums that can be added up by hand, and published figures. */
class OutcomeComparisonsTest {
    private static final StructType SUMS = StructType.fromDDL(
            "_period INT, instrument STRING, touchpoint STRING, outcome STRING, kpi STRING, companion STRING, "
                    + "segment STRING, tenure STRING, x BIGINT, n BIGINT, immature BIGINT, s DECIMAL(38,0), ss DECIMAL(38,0)");
    private static final StructType RESULT = Table.OUTCOMES.schema();
    private static final Period MARCH =
            Calendar.GREGORIAN.period(Grain.MONTH, LocalDate.parse("2026-03-01"), DayOfWeek.MONDAY);

    private final List<Row> sums = new ArrayList<>();
    private String instrument = "csat_5";
    private Outcome outcome = Outcome.REPURCHASE;

    private void answers(String kpi, String companion, String segment, long x, long n, long s) {
        answers(kpi, companion, segment, x, n, 0, s, s);
    }

    private void answers(String kpi, String companion, String segment, long x, long n, long immature, long s, long ss) {
        sums.add(new GenericRowWithSchema(
                new Object[] {
                    0,
                    instrument,
                    "shop",
                    outcome.code(),
                    kpi,
                    companion,
                    segment,
                    "under_a_year",
                    x,
                    n,
                    immature,
                    BigDecimal.valueOf(s),
                    BigDecimal.valueOf(ss)
                },
                SUMS));
    }

    /** By comparison, with KPI or companion where there is one. */
    private Map<String, Row> compared() {
        OutcomeComparisons comparisons = new OutcomeComparisons(
                List.of(MARCH),
                Map.of(
                        "csat_5", new AnswerScale("csat_5", 1, 5, true),
                        "ces_5", new AnswerScale("ces_5", 1, 5, false)),
                Map.of("csat_5", 1L, "half_points", 2L),
                90,
                Timestamp.valueOf("2026-04-01 00:00:00"),
                RESULT);
        Map<String, Row> rows = new TreeMap<>();
        comparisons.call("group", sums.iterator()).forEachRemaining(row -> {
            Object[] values = new Object[RESULT.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.get(i);
            }
            Row named = new GenericRowWithSchema(values, RESULT);
            String kpi = named.getAs("kpi");
            String companion = named.getAs("companion");
            rows.put(
                    named.getAs("comparison")
                            + (kpi == null ? "" : " " + kpi)
                            + (companion == null ? "" : " " + companion),
                    named);
        });
        return rows;
    }

    private static void assertFigure(Row row, String column, double expected) {
        assertThat(row.<Double>getAs(column)).as(column).isCloseTo(expected, within(5e-7));
    }

    /** Admissions at Berkeley: men as those with good experiences, departments as strata. */
    @Test
    void goodLessBadAmongCustomersOfLikeStrata() {
        long[][] departments = {
            {512, 825, 89, 108},
            {353, 560, 17, 25},
            {120, 325, 202, 593},
            {138, 417, 131, 375},
            {53, 191, 94, 393},
            {22, 373, 24, 341}
        };
        for (int i = 0; i < departments.length; i++) {
            long[] counts = departments[i];
            answers(null, null, "d" + i, 5, counts[1] - 100, counts[0] - 10);
            answers(null, null, "d" + i, 4, 100, 10);
            answers(null, null, "d" + i, 2, counts[3], counts[2]);
        }
        answers(null, null, "d0", 3, 7, 2, 3, 3);
        Row row = compared().get("good_bad");
        assertFigure(row, "crude", 0.1416454);
        assertFigure(row, "difference", -0.0184252);
        assertFigure(row, "difference_low", -0.0474824);
        assertFigure(row, "difference_high", 0.0106320);
        assertThat(row.<Double>getAs("q")).isCloseTo(25.4, within(0.05));
        assertThat(row.<Double>getAs("q_p")).isBetween(0.0001, 0.0002);
        assertThat(row.<Long>getAs("strata")).isEqualTo(6);
        assertThat(row.<Long>getAs("n_good")).isEqualTo(2691);
        assertThat(row.<Long>getAs("n_middle")).isEqualTo(7);
        assertThat(row.<Long>getAs("n_bad")).isEqualTo(1835);
        assertThat(row.<Long>getAs("n_mature")).isEqualTo(4533);
        assertThat(row.<Long>getAs("immature")).isEqualTo(2);
        assertFigure(row, "rate_good", 1198 / 2691.0);
        assertThat(row.<Date>getAs("from_day")).isEqualTo(Date.valueOf("2025-04-01"));
        assertThat(row.<Date>getAs("period_end")).isEqualTo(Date.valueOf("2026-04-01"));
        assertThat(row.<Timestamp>getAs("as_of")).isEqualTo(Timestamp.valueOf("2026-04-01 00:00:00"));
    }

    /** 940 of 1000 after little effort, 560 of 800 after much. */
    @Test
    void littleAndMuchEffort() {
        instrument = "ces_5";
        answers(null, null, "a", 1, 600, 570);
        answers(null, null, "b", 2, 400, 370);
        answers(null, null, "a", 3, 10, 5);
        answers(null, null, "a", 4, 500, 360);
        answers(null, null, "b", 5, 300, 200);
        Row row = compared().get("effort");
        assertFigure(row, "difference", 0.24);
        assertFigure(row, "difference_low", 0.205127);
        assertFigure(row, "difference_high", 0.275181);
        assertFigure(row, "rate_good", 0.94);
        assertFigure(row, "rate_middle", 0.5);
        assertFigure(row, "rate_bad", 0.7);
        assertThat(row.<Double>getAs("auc")).isNull();
        assertThat(compared().get("good_bad").<Double>getAs("slope"))
                .as("toward less effort")
                .isPositive();
    }

    @Test
    void slopesAlongAnswersAndKpis() {
        long[][] points = {{1, 10, 2}, {3, 10, 5}, {5, 20, 14}, {1, 5, 1}, {3, 15, 6}, {5, 10, 6}};
        for (int i = 0; i < points.length; i++) {
            String segment = i < 3 ? "a" : "b";
            answers(null, null, segment, points[i][0], points[i][1], points[i][2]);
            answers("half_points", null, segment, points[i][0], points[i][1], points[i][2]);
        }
        answers("csat_5", null, "a", 1, 4, 2);
        Map<String, Row> rows = compared();
        assertThat(rows).containsOnlyKeys("good_bad", "kpi csat_5", "kpi half_points");
        assertFigure(rows.get("good_bad"), "slope", 0.115);
        assertThat(rows.get("good_bad").<Double>getAs("slope_low"))
                .isCloseTo(0.115 - 1.996008 * 0.0368184, within(1e-5));
        assertFigure(rows.get("kpi half_points"), "slope", 0.23);
        assertThat(rows.get("kpi half_points").<Long>getAs("strata")).isEqualTo(2);
        assertThat(rows.get("kpi csat_5").<Double>getAs("slope"))
                .as("one score")
                .isNull();
        assertThat(rows.get("kpi csat_5").<Long>getAs("strata")).isZero();
    }

    @Test
    void howWellAnswersTellCustomersApart() {
        long[][] counts = {{2, 1, 4}, {3, 2, 3}, {4, 5, 1}};
        for (long[] each : counts) {
            answers(null, null, "a", each[0], each[1] + each[2], each[1]);
            answers(null, "nps_0_10", "all", each[0], each[1] + each[2], each[2]);
        }
        Map<String, Row> rows = compared();
        assertFigure(rows.get("good_bad"), "auc", 0.7890625);
        assertFigure(rows.get("companion nps_0_10"), "auc", 1 - 0.7890625);
        assertThat(rows.get("companion nps_0_10").<Long>getAs("n_mature")).isEqualTo(16);
        assertThat(rows.get("companion nps_0_10").<Long>getAs("n_good")).isNull();
    }

    /** Amounts of 1, 2 and 3 after good experiences, of 0 and 1 after bad ones, stored times 10000. */
    @Test
    void amountsOfMoney() {
        outcome = Outcome.SPEND;
        long unit = Outcome.SPEND.factor();
        answers(null, null, "a", 5, 3, 0, 6 * unit, 14 * unit * unit);
        answers(null, null, "a", 1, 2, 0, unit, unit * unit);
        Row row = compared().get("good_bad");
        assertFigure(row, "rate_good", 2);
        assertThat(row.<Double>getAs("rate_good_low")).isCloseTo(2 - 4.302653 / Math.sqrt(3), within(1e-5));
        assertFigure(row, "difference", 1.5);
        assertThat(row.<Double>getAs("difference_high"))
                .isCloseTo(1.5 + 1.959964 * Math.sqrt(1 / 3.0 + 0.25), within(1e-5));
        assertThat(row.<Double>getAs("auc")).isNull();
        assertThat(row.<Double>getAs("q")).isNull();
    }

    @Test
    void answersThatAllWait() {
        answers(null, null, "a", 5, 0, 3, 0, 0);
        Row row = compared().get("good_bad");
        assertThat(row.<Long>getAs("immature")).isEqualTo(3);
        assertThat(row.<Long>getAs("n_good")).isZero();
        for (String column : List.of("rate_good", "rate_good_low", "crude", "difference", "slope", "auc", "q")) {
            assertThat(row.<Double>getAs(column)).as(column).isNull();
        }
    }
}
