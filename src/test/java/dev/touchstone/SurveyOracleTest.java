package dev.touchstone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.calendar.Days;
import dev.touchstone.generate.GenerateOptions;
import dev.touchstone.generate.Generator;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.project.Project;
import dev.touchstone.table.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Generated answers, with everything that goes wrong in them, measured by Touchstone and by plain SQL in another engine
 * (retailer.sql), from the same files. Whatever cell one of them has, the other must have, with equal figures. The
 * system property touchstone.test.answers gives their number.
 *
 * <p>The span of days holds the turn of a Persian year, of a Gregorian quarter and month, and whole weeks.
 */
class SurveyOracleTest {
    private static final long ANSWERS = Long.getLong("touchstone.test.answers", 200_000);
    private static final LocalDate FROM = LocalDate.of(2026, 3, 10);
    private static final LocalDate TO = LocalDate.of(2026, 4, 9);
    /** Ten days after the end: the window of 14 days has passed for some invitations and not for others. */
    private static final LocalDate AS_OF = LocalDate.of(2026, 4, 19);

    @TempDir
    private static Path folder;

    private static Stages.Outcome outcome;
    private static Duck duck;

    @BeforeAll
    static void measureTwice() throws SQLException, IOException {
        String data = folder.resolve("retailer").toString();
        Generator.write(
                TestSpark.session(), new GenerateOptions(2026, ANSWERS, 0.01, FROM, TO, data, "parquet", false));
        Project project =
                Stages.project(TestProject.surveysOf(Path.of(data, "project.yaml")), Map.of(), folder.resolve("out"));
        SparkSession spark = Stages.session(project);
        TestSpark.compile(spark);
        outcome = Stages.run(
                spark,
                project,
                new Days(FROM, TO),
                AS_OF.atStartOfDay(project.zone()).toInstant());
        String calendar = Duck.calendar(spark, folder, FROM, TO, project.weekStart());
        String touchpoints = project.touchpoints().stream()
                .map(each -> "('%s', '%s', '%s')".formatted(each.name(), each.stage(), each.channel()))
                .collect(Collectors.joining(", "));
        duck = Duck.run(
                List.of("periods.sql", "retailer.sql"),
                Map.of(
                        "data",
                        data,
                        "calendar",
                        calendar,
                        "from",
                        FROM.toString(),
                        "to",
                        TO.toString(),
                        "as_of",
                        AS_OF.toString(),
                        "touchpoints",
                        touchpoints));
        duck.show(outcome.store(), Table.KPI_VALUES);
        duck.show(outcome.store(), Table.DAILY_ANSWERS);
        duck.show(outcome.store(), Table.DAILY_CLUSTERS);
    }

    @AfterAll
    static void close() throws SQLException {
        if (duck != null) {
            duck.close();
        }
    }

    /** Every row that was read is either in the other engine's answers or one that it found wrong. */
    @Test
    void rows() throws SQLException {
        assertThat(duck.number("SELECT count(*) FROM read_answers"))
                .isEqualTo(outcome.counts().get("responses_read"))
                .isBetween(ANSWERS * 97 / 100, ANSWERS * 103 / 100);
        assertThat(duck.number("SELECT count(*) FROM answers"))
                .isEqualTo(outcome.counts().get("responses_kept"));
        assertThat(duck.number("SELECT count(*) FROM read_answers") - duck.number("SELECT count(*) FROM answers"))
                .isEqualTo(outcome.counts().get("responses_quarantined"))
                .isGreaterThan(ANSWERS / 200);
        assertThat(duck.number("SELECT count(*) FROM invitations"))
                .isEqualTo(outcome.counts().get("invitations_kept"));
    }

    @Test
    void daysHoldTheSameCounts() throws SQLException {
        String cell = "day, segmentation, segment, touchpoint, instrument, item, part, answer";
        assertThat(duck.number("SELECT count(*) FROM expected_days"))
                .isEqualTo(duck.number("SELECT count(*) FROM daily_answers"));
        assertThat(
                        duck.differences(
                                "expected_days",
                                "daily_answers",
                                cell,
                                """
                        e.n IS DISTINCT FROM a.n OR e.weighted_n IS DISTINCT FROM a.weighted_n
                        OR e.w IS DISTINCT FROM a.w OR e.w2 IS DISTINCT FROM a.w2
                        """))
                .isEmpty();
    }

    @Test
    void cellsHoldTheSameFigures() throws SQLException {
        String cell = "kpi, weighted, calendar, grain, period, segmentation, segment, touchpoint";
        assertThat(duck.number("SELECT count(*) FROM expected"))
                .isEqualTo(duck.number("SELECT count(*) FROM kpi_values"))
                .isGreaterThan(50_000);
        assertThat(
                        duck.differences(
                                "expected",
                                "kpi_values",
                                cell,
                                """
                        e.n IS DISTINCT FROM a.n OR e.excluded IS DISTINCT FROM a.excluded
                        OR e.immature IS DISTINCT FROM a.immature
                        OR (e.value IS NULL) <> (a.value IS NULL)
                        OR abs(e.value - a.value) > 1e-9 * greatest(1, abs(e.value))
                        OR abs(a.n_eff * a.deff - a.n) > 1e-9 * a.n
                        OR a.n_eff > e.n_eff * (1 + 1e-9)
                        """))
                .isEmpty();
    }

    /** The design effect of repeated customers, by the formula of random groups over the buckets that were stored. */
    @Test
    void effectiveNumbers() throws SQLException {
        String compared =
                """
                SELECT count(*) FROM (
                  SELECT kpi, touchpoint, period_start,
                    greatest(1, 64 / 63.0 * sum(power(s - y * n, 2)) / (max(total) * max(y) * (1 - max(y)))) AS deff
                  FROM (
                    SELECT *, sum(s) OVER cell / sum(n) OVER cell AS y, sum(n) OVER cell AS total FROM (
                      SELECT 'csat_5' AS kpi, touchpoint, date_trunc('month', day)::DATE AS period_start,
                        b.bucket AS bucket, sum(b.n) AS n, sum(CASE WHEN answer >= 4 THEN b.n ELSE 0 END) AS s
                      FROM (
                        SELECT day, touchpoint, answer, unnest(buckets) AS b FROM daily_clusters
                        WHERE instrument = 'csat_5')
                      GROUP BY ALL)
                    WINDOW cell AS (PARTITION BY touchpoint, period_start))
                  WHERE total >= 200 GROUP BY kpi, touchpoint, period_start) e
                JOIN kpi_values a USING (kpi, touchpoint, period_start)
                WHERE a.grain = 'month' AND a.calendar = 'gregorian' AND NOT a.weighted AND %s
                """;
        assertThat(duck.number(compared.formatted("true"))).isGreaterThan(50);
        assertThat(duck.number(compared.formatted("abs(a.deff - e.deff) > 1e-9 * e.deff")))
                .isZero();
        assertThat(duck.number(compared.formatted("a.deff > 1.2"))).isPositive();
    }

    /** A comparison of nothing would prove nothing. */
    @Test
    void everyKpiGrainAndSegmentationIsCompared() throws SQLException {
        assertThat(duck.texts("SELECT DISTINCT kpi FROM expected WHERE n > 0"))
                .containsExactlyInAnyOrderElementsOf(Catalogue.builtIn().kpis().values().stream()
                        .filter(kpi -> kpi.of().equals("responses") || kpi.of().equals("invitations"))
                        .map(kpi -> kpi.name())
                        .toList());
        assertThat(duck.texts("SELECT DISTINCT calendar || ' ' || grain FROM expected"))
                .containsExactlyInAnyOrder(
                        "gregorian day",
                        "gregorian week",
                        "gregorian month",
                        "gregorian quarter",
                        "gregorian year",
                        "persian month",
                        "persian quarter",
                        "persian year");
        assertThat(duck.texts("SELECT DISTINCT period FROM expected WHERE calendar = 'persian' AND grain = 'year'"))
                .containsExactlyInAnyOrder("1404", "1405");
        assertThat(duck.texts("SELECT DISTINCT segmentation FROM expected"))
                .containsExactlyInAnyOrder("all", "tier", "region", "channel", "stage", "agent_team");
        assertThat(duck.number("SELECT sum(immature) FROM expected WHERE grain = 'year' AND calendar = 'persian'"))
                .isPositive();
    }
}
