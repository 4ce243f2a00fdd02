package dev.touchstone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.calendar.Days;
import dev.touchstone.generate.GenerateOptions;
import dev.touchstone.generate.Generator;
import dev.touchstone.kpi.Outcome;
import dev.touchstone.project.Project;
import dev.touchstone.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What generated customers did after their answers, with everything that goes wrong in the data, measured by Touchstone
 * and by plain SQL in another engine (outcomes.sql), from the same files.
 */
class OutcomeOracleTest {
    private static final LocalDate FROM = LocalDate.of(2025, 3, 21);
    private static final LocalDate TO = LocalDate.of(2026, 3, 21);
    private static final int WITHIN = 60;
    /** The windows of some answers of ten o'clock end exactly then: they have not elapsed. */
    private static final LocalDateTime AS_OF = TO.atTime(10, 0);

    private static final String[][] HARDER = {
        {"outcomes: {within: 90 days", "outcomes: {within: " + WITHIN + " days"},
        {"answered AS responded_at", atTen("answered", "survey_id", "responded_at")},
        {"ordered AS ordered_at", atTen("ordered", "order_no", "ordered_at")},
        {"amount, currency", "concat(amount, '.12345') AS amount, currency"},
        {
            "began AS started_at, ended AS ended_at",
            atTen("began", "contract_no", "started_at") + ", " + atTen("ended", "contract_no", "ended_at")
        },
    };

    @TempDir
    private static Path folder;

    private static Duck duck;

    @BeforeAll
    static void measureTwice() throws SQLException, IOException {
        Path data = folder.resolve("retailer");
        Generator.write(
                TestSpark.session(), new GenerateOptions(7, 20_000, 0.25, FROM, TO, data.toString(), "parquet", false));
        Project project = Stages.project(answersAndHistories(data), Map.of(), folder.resolve("out"));
        SparkSession spark = Stages.session(project);
        TestSpark.compile(spark);
        Stages.Outcome outcome = Stages.run(
                spark, project, new Days(FROM, TO), AS_OF.atZone(project.zone()).toInstant());
        duck = Duck.run(
                List.of("outcomes.sql"),
                Map.of(
                        "data", data.toString(),
                        "within", "" + WITHIN,
                        "as_of", AS_OF.toString(),
                        // The 365 days that end with Esfand 1404.
                        "from_day", FROM.toString(),
                        "to_day", TO.toString()));
        duck.show(outcome.store(), Table.DAILY_OUTCOMES);
        duck.show(outcome.store(), Table.OUTCOMES);
        duck.show(outcome.store(), Table.WEAK_TOUCHPOINTS);
        duck.show(outcome.store(), Table.KPI_VALUES);
    }

    @AfterAll
    static void close() throws SQLException {
        if (duck != null) {
            duck.close();
        }
    }

    /** Interactions x shortfall x slope x mean order, by another engine from the tables beside it. */
    @Test
    void findingsArePriced() throws SQLException {
        String priced =
                """
                SELECT count(*) FROM weak_touchpoints w
                JOIN outcomes o ON o.kpi = w.kpi AND o.period_start = w.period_start
                JOIN kpi_values v
                  ON v.period_start = w.period_start AND v.calendar = w.calendar AND v.grain = w.grain
                WHERE o.comparison = 'kpi' AND o.outcome = 'repurchase'
                  AND o.touchpoint = CASE WHEN w.touchpoint = 'company' THEN 'company' ELSE 'all' END
                  AND v.kpi = 'order_value' AND v.segmentation = 'all' AND v.touchpoint = 'all' AND NOT v.weighted
                  AND w.shortfall IS NOT NULL AND o.slope IS NOT NULL AND v.value IS NOT NULL AND %s
                """;
        assertThat(duck.number(priced.formatted("true"))).isGreaterThan(500);
        assertThat(
                        duck.number(
                                priced.formatted(
                                        "abs(w.cost_mid - w.exposed * w.shortfall * v.value * o.slope "
                                                + "* CASE WHEN w.kpi IN ('ces_5', 'ces_7') THEN -1 ELSE 1 END) > 1e-6 * greatest(1, abs(w.cost_mid))")))
                .isZero();
        assertThat(duck.number(
                        "SELECT count(*) FROM weak_touchpoints WHERE cost_low > cost_mid OR cost_mid > cost_high"))
                .isZero();
        assertThat(duck.texts("SELECT DISTINCT exposure_kind FROM weak_touchpoints WHERE kpi = 'csat_5'"))
                .contains("responses");
    }

    @Test
    void daysHoldTheSameSums() throws SQLException {
        assertThat(duck.number("SELECT count(*) FROM daily_outcomes")).isGreaterThan(50_000);
        assertThat(duck.differences(
                        "expected_days",
                        "daily_outcomes",
                        "day, instrument, touchpoint, answer, apart, companion, segment, tenure, outcome",
                        "e.n <> a.n OR e.immature <> a.immature OR e.s <> a.s OR e.ss <> a.ss"))
                .isEmpty();
        assertThat(duck.texts(
                        "SELECT DISTINCT segmentation || ' ' || within_days || ' ' || (month = date_trunc('month', day)) "
                                + "FROM daily_outcomes"))
                .containsExactly("tier 60 true");
    }

    @Test
    void comparisonsHoldTheSameFigures() throws SQLException {
        String latest = "(FROM outcomes WHERE period = '1404-12' AND comparison = 'good_bad')";
        assertThat(duck.number("SELECT count(*) FROM " + latest)).isGreaterThan(150);
        assertThat(
                        duck.differences(
                                "expected",
                                latest,
                                "instrument, touchpoint, outcome",
                                """
                        e.n_mature <> a.n_mature OR e.immature <> a.immature
                        OR coalesce(e.n_good, 0) <> a.n_good OR coalesce(e.n_bad, 0) <> a.n_bad
                        OR e.n_middle <> a.n_middle OR coalesce(e.strata, 0) <> a.strata
                        OR differ(e.rate_good, a.rate_good) OR differ(e.rate_bad, a.rate_bad)
                        OR differ(e.rate_good - e.rate_bad, a.crude) OR differ(e.difference, a.difference)
                        OR differ(e.slope, a.slope) OR differ(e.auc, a.auc)
                        OR NOT a.rate_good BETWEEN a.rate_good_low AND a.rate_good_high
                        OR NOT a.difference BETWEEN a.difference_low AND a.difference_high
                        OR NOT a.slope BETWEEN a.slope_low AND a.slope_high
                        OR NOT a.auc BETWEEN a.auc_low AND a.auc_high
                        """))
                .isEmpty();
    }

    /** A comparison of nothing would prove nothing. */
    @Test
    void everyOutcomeTenureAndKindOfAnswerIsCompared() throws SQLException {
        assertThat(duck.texts("SELECT DISTINCT outcome FROM expected_days WHERE n > 0 AND s > 0"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Outcome.values()).map(Outcome::code).toList());
        assertThat(duck.texts("SELECT DISTINCT outcome FROM expected_days WHERE immature > 0"))
                .hasSize(4);
        assertThat(duck.texts("SELECT DISTINCT tenure FROM expected_days WHERE companion IS NULL"))
                .containsExactlyInAnyOrder("under_90_days", "under_a_year", "year_or_more", "unknown");
        assertThat(duck.texts("SELECT DISTINCT segment FROM expected_days"))
                .contains("all", "unknown")
                .hasSizeGreaterThan(4);
        assertThat(duck.number("SELECT count(*) FROM expected_days WHERE s < 0"))
                .isPositive();
        assertThat(duck.number("SELECT sum(n) FROM expected_days WHERE NOT apart AND companion IS NULL"))
                .isPositive();
        assertThat(duck.number("SELECT count(*) FROM answers"))
                .isGreaterThan(duck.number("SELECT count(*) FROM counting"));
    }

    /**
     * One answer in four is followed by an order that it caused, of bad answers three in ten fewer (truth.json): the
     * difference is 0.075 times the share of customers whom nothing else makes order.
     */
    @Test
    void goodAnswersAreFollowedByMoreOrdersAsWasPlanted() throws SQLException {
        String csat = "FROM outcomes WHERE period = '1404-12' AND instrument = 'csat_5' AND touchpoint = 'all' AND "
                + "outcome = 'repurchase' AND ";
        assertThat(duck.texts(
                        "SELECT difference_low > 0 AND difference_high < 0.2 " + csat + "comparison = 'good_bad'"))
                .containsExactly("true");
        assertThat(duck.texts(
                        "SELECT slope_low > 0 AND slope_high < 0.2 " + csat + "comparison = 'kpi' AND kpi = 'csat_5'"))
                .containsExactly("true");
    }

    /** The project file with the sources that outcomes look at, and with data that are harder (as in the histories' test). */
    private static Path answersAndHistories(Path data) throws IOException {
        String text = Files.readString(data.resolve("project.yaml"))
                // The other engine compares by month.
                .replace("findings: {grain: quarter}\n", "")
                .replaceAll(
                        "(?ms)^- name: (responses_call_center|invitations|contacts|tickets|replies|reviews|visits)$.*?(?=^- name: |^[a-z])",
                        "")
                .replaceAll("(?m)^- \\{name: (region|channel|stage|agent_team), .*\\R", "")
                .replaceAll("(?ms)^scorecard:.*", "use_kpis: [csat_5, nps_0_10, order_value]\n");
        for (String[] harder : HARDER) {
            assertThat(text).contains(harder[0]);
            text = text.replace(harder[0], harder[1]);
        }
        return Files.writeString(data.resolve("outcomes.yaml"), text);
    }

    private static String atTen(String column, String id, String name) {
        return "CASE WHEN %2$s %% 3 = 0 THEN concat(substr(%1$s, 1, 10), ' 10:00') ELSE %1$s END AS %3$s"
                .formatted(column, id, name);
    }
}
