package dev.touchstone.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.TestSpark;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Groups of customers in hand-made days; the oracle has four groups, not 64. */
class DesignEffectsTest {
    private static final SparkSession SPARK = TestSpark.session();

    /** n = 3, 2, 4, 1 and s = 3, 0, 2, 1: V = .0426667 where 10 customers had .024. A cell of 200 or more has its own. */
    @Test
    void theOracle() {
        Map<String, Row> found = effects(
                """
                ('2026-01-01', 'a', 0, 60L, 60), ('2026-01-01', 'a', 1, 40L, 0), ('2026-01-02', 'a', 2, 80L, 40),
                ('2026-01-02', 'a', 3, 20L, 20)
                """);
        // V and V0 are both a twentieth of the oracle's at twenty times the groups' sizes; s is twenty times, too.
        assertThat(found.get("a").<Double>getAs("deff")).isCloseTo(20 * 1.777778, within(1e-5));
        assertThat(found.get("all").<Double>getAs("deff")).isCloseTo(20 * 1.777778, within(1e-5));
        assertThat(found.get("a").<Object>getAs("weighted_deff")).isNull();
    }

    /** A cell below 200 has that of all touchpoints: scatter of all over simple scatter of all. */
    @Test
    void smallCellsHaveThatOfTheKpi() {
        Map<String, Row> found = effects(
                """
                ('2026-01-01', 'a', 0, 3L, 3), ('2026-01-01', 'a', 1, 2L, 0), ('2026-01-01', 'a', 2, 4L, 2),
                ('2026-01-01', 'a', 3, 1L, 1),
                ('2026-01-01', 'b', 0, 100L, 50), ('2026-01-01', 'b', 1, 100L, 50), ('2026-01-01', 'b', 2, 100L, 50),
                ('2026-01-01', 'b', 3, 100L, 50)
                """);
        // a: V N^2 = 4.26667, V0 N^2 = 2.4; b: 0 and 100.
        assertThat(found.get("b").<Double>getAs("deff")).isEqualTo(1);
        assertThat(found.get("a").<Double>getAs("deff")).isEqualTo(1);
        Map<String, Row> alone = effects(
                """
                ('2026-01-01', 'a', 0, 3L, 3), ('2026-01-01', 'a', 1, 2L, 0), ('2026-01-01', 'a', 2, 4L, 2),
                ('2026-01-01', 'a', 3, 1L, 1)
                """);
        assertThat(alone.get("a").<Double>getAs("deff")).isCloseTo(1.777778, within(5e-7));
    }

    /** Customers of whom each gives the same answer ten times on different days are worth a tenth over the month. */
    @Test
    void theSameCustomersOnManyDays() {
        StringBuilder rows = new StringBuilder();
        for (int day = 1; day <= 10; day++) {
            for (int group = 0; group < 4; group++) {
                rows.append(rows.isEmpty() ? "" : ", ")
                        .append("('2026-01-%02d', 'a', %d, 10L, %d)".formatted(day, group, group % 2 == 0 ? 6 : 4));
            }
        }
        double month = effects(rows.toString()).get("a").getAs("deff");
        // Each group is 100 answers off by 10: V N^2 = 4/3 x 400, V0 N^2 = 100.
        assertThat(month).isCloseTo(4 / 3.0 * 4, within(1e-9));
    }

    @Test
    void withoutVarianceItIsOne() {
        Map<String, Row> found = effects(
                "('2026-01-01', 'a', 0, 300L, 300), ('2026-01-01', 'a', 1, 100L, 100), ('2026-01-01', 'b', 0, 0L, 0)");
        assertThat(found.get("a").<Double>getAs("deff")).isEqualTo(1);
        assertThat(found.get("b").<Double>getAs("deff")).isEqualTo(1);
    }

    /** Scores of 0 and 1, weights of 2: the weights cancel, and the effect is that of the counts. */
    @Test
    void equalWeightsChangeNothing() {
        Row found = effects(
                        """
                        ('2026-01-01', 'a', 0, 60L, 60), ('2026-01-01', 'a', 1, 40L, 0), ('2026-01-01', 'a', 2, 80L, 40),
                        ('2026-01-01', 'a', 3, 20L, 20)
                        """)
                .get("a");
        Row weighted = DesignEffects.of(
                        groups(
                                        """
                                ('2026-01-01', 'a', 0, 60L, 60), ('2026-01-01', 'a', 1, 40L, 0),
                                ('2026-01-01', 'a', 2, 80L, 40), ('2026-01-01', 'a', 3, 20L, 20)
                                """)
                                .withColumn("w", org.apache.spark.sql.functions.expr("CAST(2 * n AS DECIMAL(38,10))"))
                                .withColumn("wx", org.apache.spark.sql.functions.expr("CAST(2 * s AS DECIMAL(38,10))"))
                                .withColumn(
                                        "wx2", org.apache.spark.sql.functions.expr("CAST(2 * s AS DECIMAL(38,10))")),
                        periods(),
                        4)
                .where("touchpoint = 'a'")
                .first();
        assertThat(weighted.<Double>getAs("weighted_deff")).isCloseTo(found.<Double>getAs("deff"), within(1e-9));
    }

    /** Of the same scatter, whatever the unit: sums beyond any BIGINT among small ones. */
    @Test
    void largeSumsAddUpWithSmallOnes() {
        String sums =
                "('2026-01-01', 'a', 0, 60L, 6%1$s), ('2026-01-01', 'a', 1, 40L, 1), ('2026-01-02', 'a', 1, 40L, 2%1$s),"
                        + " ('2026-01-01', 'a', 2, 80L, 4%1$s), ('2026-01-01', 'a', 3, 20L, 2%1$s)";
        double exact =
                effects(sums.formatted("0000000000000000000000")).get("a").getAs("deff");
        double small = effects(sums.formatted("0000000000")).get("a").getAs("deff");
        assertThat(exact).isCloseTo(small, within(1e-6));
    }

    private static Map<String, Row> effects(String rows) {
        Map<String, Row> byTouchpoint = new HashMap<>();
        DesignEffects.of(groups(rows), periods(), 4)
                .collectAsList()
                .forEach(row -> byTouchpoint.put(row.getAs("touchpoint"), row));
        return byTouchpoint;
    }

    private static Dataset<Row> groups(String rows) {
        return SPARK.sql("SELECT DATE(day) AS day, 'k' AS kpi, touchpoint, bucket, n, CAST(s AS DECIMAL(38,0)) AS s,"
                + " CAST(s AS DECIMAL(38,0)) AS ss, CAST(NULL AS DECIMAL(38,10)) AS w,"
                + " CAST(NULL AS DECIMAL(38,10)) AS wx, CAST(NULL AS DECIMAL(38,10)) AS wx2 FROM VALUES " + rows
                + " AS t(day, touchpoint, bucket, n, s)");
    }

    private static Dataset<Row> periods() {
        return KpiStates.numbered(SPARK.sql("SELECT explode(sequence(DATE'2026-01-01', DATE'2026-01-31')) AS day,"
                + " 'gregorian' AS calendar, 'month' AS grain, '2026-01' AS label, DATE'2026-01-01' AS period_start,"
                + " DATE'2026-02-01' AS period_end"));
    }
}
