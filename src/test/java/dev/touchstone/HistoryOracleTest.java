package dev.touchstone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.calendar.Days;
import dev.touchstone.generate.GenerateOptions;
import dev.touchstone.generate.Generator;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Generated histories of customers, with everything that goes wrong in them: all KPIs of service and of customers,
 * measured by Touchstone and by plain SQL in another engine (histories.sql), from the same files. Whatever cell one of
 * them has, the other must have, with equal figures. Surveys have {@link SurveyOracleTest}.
 *
 * <p>The days hold the turn of a Gregorian year and of a Persian one, and whole quarters of both calendars.
 */
class HistoryOracleTest {
    private static final long ANSWERS = 8_000;
    private static final LocalDate FROM = LocalDate.of(2025, 12, 20);
    private static final LocalDate TO = LocalDate.of(2026, 4, 24);
    /** Hours after the end: windows of one day and more have passed for some rows and not for others. */
    private static final LocalDateTime AS_OF = TO.atTime(10, 0);

    /** The later one of a corrected pair of rows may not know the customer. */
    private static final String KNOWN_CLIENT =
            "CASE WHEN CAST(substr(loaded_at, 9, 2) AS INT) % 3 <> 0 THEN client END AS customer_id";

    private static final String[][] HARDER = {
        {"began AS started_at, ended AS ended_at", daily("began", "started_at") + ", " + daily("ended", "ended_at")},
        {"ordered AS ordered_at", atTen("ordered", "order_no", "ordered_at")},
        {
            "amount, currency, margin,",
            "concat(amount, '.12345') AS amount, currency,"
                    + " CASE WHEN refund_of IS NULL THEN margin ELSE abs(margin) END AS margin,"
        },
        {
            "touch_point AS touchpoint, refund_of",
            "CASE WHEN order_no % 7 <> 0 THEN touch_point END AS touchpoint,"
                    + " CASE WHEN order_no % 47 = 0 THEN -order_no - 1 ELSE refund_of END AS refund_of"
        },
        {
            "ticket_no AS ticket_id, client AS customer_id, touch_point AS touchpoint,\n      reason, offered",
            "ticket_no AS ticket_id, IF(copy = 1, 10001 + contact_no * 7 % 1500, client) AS customer_id,"
                    + " touch_point AS touchpoint,\n      reason, offered"
        },
        {"visit_no AS visit_id, client AS customer_id", "visit_no AS visit_id, " + KNOWN_CLIENT},
        {
            "reason, offered AS offered_at, answered AS answered_at, ended AS ended_at",
            String.join(
                    ", ",
                    "CASE WHEN contact_no % 5 <> 0 THEN reason END AS reason",
                    atTen("offered", "contact_no", "offered_at"),
                    atTen("answered", "contact_no", "answered_at"),
                    atTen("ended", "contact_no", "ended_at"))
        },
        {
            "wrap AS wrap_seconds, abandoned,",
            "wrap + 0.5 AS wrap_seconds, CASE WHEN contact_no % 4 <> 0 THEN abandoned END AS abandoned,"
        },
        {
            "      cost, loaded_at AS ingested_at",
            "      CASE WHEN contact_no % 6 <> 0 THEN cost + 0.00005 END AS cost,"
                    + " IF(copy = 1, '2001-01-01', loaded_at) AS ingested_at"
        },
        {
            "SELECT ticket_no AS ticket_id, client AS customer_id, touch_point AS touchpoint, reason,",
            "SELECT ticket_no AS ticket_id, CASE WHEN ticket_no % 8 <> 0 THEN client END AS customer_id,"
                    + " touch_point AS touchpoint, CASE WHEN ticket_no % 5 <> 0 THEN reason END AS reason,"
        },
        {
            "created AS created_at, first_reply AS first_replied_at, first_solved AS first_resolved_at",
            String.join(
                    ", ",
                    atTen("created", "ticket_no", "created_at"),
                    atTen("first_reply", "ticket_no", "first_replied_at"),
                    atTen("first_solved", "ticket_no", "first_resolved_at"))
        },
        {
            "solved AS resolved_at, reopens, replies,",
            atTen("solved", "ticket_no", "resolved_at") + ", CASE WHEN ticket_no % 9 <> 0 THEN reopens END AS reopens,"
                    + " CASE WHEN ticket_no % 10 <> 0 THEN replies END AS replies,"
        },
        {
            "touch_point AS touchpoint, asked AS asked_at",
            "CASE WHEN ticket_no % 5 <> 0 THEN touch_point END AS touchpoint, asked AS asked_at"
        },
        {
            "contact_no AS contact_id, weight, critical",
            "contact_no AS contact_id, CASE WHEN review_no % 5 <> 0 THEN weight END AS weight, critical"
        },
        {"visited AS visited_at", atTen("visited", "CASE WHEN journey_no IS NULL THEN visit_no % 5 END", "visited_at")},
    };

    @TempDir
    private static Path folder;

    private static Stages.Outcome outcome;
    private static Duck duck;

    @BeforeAll
    static void measureTwice() throws SQLException, IOException {
        Path data = folder.resolve("retailer");
        Generator.write(
                TestSpark.session(),
                new GenerateOptions(2026, ANSWERS, 0.5, FROM, TO, data.toString(), "parquet", false));
        Project project = Stages.project(histories(data), Map.of(), folder.resolve("out"));
        SparkSession spark = Stages.session(project);
        TestSpark.compile(spark);
        outcome = Stages.run(
                spark, project, new Days(FROM, TO), AS_OF.atZone(project.zone()).toInstant());
        String calendar = Duck.calendar(spark, folder, FROM, TO, project.weekStart());
        duck = Duck.run(
                List.of("periods.sql", "histories.sql"),
                Map.of(
                        "data", data.toString(),
                        "calendar", calendar,
                        "from", FROM.toString(),
                        "to", TO.toString(),
                        "as_of", AS_OF.toString(),
                        "self_service",
                                project.touchpoints().stream()
                                        .filter(Project.Touchpoint::selfService)
                                        .map(each -> "'" + each.name() + "'")
                                        .collect(Collectors.joining(", "))));
        duck.show(outcome.store(), Table.KPI_VALUES);
        duck.show(outcome.store(), Table.COHORTS);
    }

    @AfterAll
    static void close() throws SQLException {
        if (duck != null) {
            duck.close();
        }
    }

    /** Every row that was read is either in the other engine's tables or one that it found wrong. */
    @Test
    void rows() throws SQLException {
        // Members of the first days began before them.
        String ofDays = " WHERE moment IS NULL OR moment >= TIMESTAMP '%s' AND moment < TIMESTAMP '%s'"
                .formatted(FROM.atStartOfDay(), TO.atStartOfDay());
        for (String contract :
                List.of("memberships", "orders", "contacts", "tickets", "replies", "reviews", "visits")) {
            long read = duck.number("SELECT count(*) FROM read_" + contract + ofDays);
            long kept = duck.number(
                    "SELECT count(*) FROM " + (contract.equals("tickets") ? "all_tickets" : contract) + ofDays);
            assertThat(outcome.counts())
                    .containsEntry(contract + "_read", read)
                    .containsEntry(contract + "_kept", kept)
                    .containsEntry(contract + "_quarantined", read - kept);
            assertThat(kept).as(contract).isLessThan(read);
        }
    }

    @Test
    void cellsHoldTheSameFigures() throws SQLException {
        assertThat(duck.number("SELECT count(*) FROM kpi_values")).isGreaterThan(200_000);
        assertThat(
                        duck.differences(
                                "expected",
                                "kpi_values",
                                "kpi, calendar, grain, period, segmentation, segment, touchpoint",
                                """
                        e.exposure IS DISTINCT FROM a.exposure OR a.weighted
                        OR e.n + e.excluded <> a.n + a.excluded OR e.immature IS DISTINCT FROM a.immature
                        OR e.open IS DISTINCT FROM a.open
                        OR e.kpi <> 'clv_predicted' AND (e.n <> a.n OR differ(e.value, a.value)
                            OR differ(e.total, a.total) OR differ(e.geometric_mean, a.geometric_mean))
                        OR abs(a.value - e.exact) > 0.01 * e.exact
                        """))
                .isEmpty();
    }

    @Test
    void cohortsHoldTheSameFigures() throws SQLException {
        assertThat(duck.number("SELECT count(*) FROM cohorts")).isGreaterThan(1_000);
        assertThat(
                        duck.differences(
                                "expected_cohorts",
                                "cohorts",
                                "calendar, grain, cohort, cohort_start, period, period_start, period_end, age, segmentation, segment",
                                """
                        e.customers <> a.customers OR e.active IS DISTINCT FROM a.active
                        OR e.revenue IS DISTINCT FROM a.revenue
                        """))
                .isEmpty();
    }

    @Test
    void periodsHaveTheirBounds() throws SQLException {
        assertThat(duck.texts(
                        """
                        SELECT DISTINCT CAST(ROW(b, a.period_start, a.period_end, a.is_complete) AS VARCHAR)
                        FROM kpi_values AS a LEFT JOIN bounds AS b USING (calendar, grain, period)
                        WHERE a.period_start IS DISTINCT FROM b.starts OR a.period_end IS DISTINCT FROM b.ends
                          OR a.is_complete IS DISTINCT FROM (b.ends <= TIMESTAMP '%s') LIMIT 10
                        """
                                .formatted(AS_OF)))
                .isEmpty();
    }

    /** What is expected of customers is foretold of all who ordered, once there are enough of them. */
    @Test
    void expectedValuesStandForAllWhoOrdered() throws SQLException {
        String total = "FROM kpi_values WHERE kpi = 'clv_predicted' AND segmentation = 'all' AND touchpoint = 'all'";
        assertThat(duck.texts("SELECT DISTINCT period " + total + " AND n > 0"))
                .contains("2026-01", "2026-02", "2026-03", "2026-Q1", "1404", "1404-11", "1404-12", "1405-01");
        assertThat(duck.number("SELECT count(*) " + total + " AND n > 0 AND (excluded > 0 OR value <= 0)"))
                .isZero();
        // One history of orders ends at both periods' ends.
        assertThat(duck.texts("SELECT CAST(count(DISTINCT round(value, 6)) AS VARCHAR) || ' of ' || count(*) " + total
                        + " AND period IN ('2026-03', '2026-Q1')"))
                .containsExactly("1 of 2");
    }

    /** A comparison of nothing would prove nothing. */
    @Test
    void everyKpiGrainAndSegmentationIsCompared() throws SQLException {
        assertThat(duck.texts("SELECT DISTINCT kpi FROM expected WHERE n + excluded > 0"))
                .containsExactlyInAnyOrderElementsOf(Catalogue.builtIn().kpis().values().stream()
                        .filter(kpi -> !List.of("responses", "invitations").contains(kpi.of()))
                        .map(Kpi::name)
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
        assertThat(duck.texts("SELECT DISTINCT segmentation FROM expected"))
                .containsExactlyInAnyOrder("all", "tier", "channel");
        assertThat(duck.texts("SELECT DISTINCT kpi FROM expected WHERE immature > 0 AND segmentation = 'all'"))
                .contains(
                        "resolution_rate",
                        "fcr",
                        "one_touch",
                        "self_service_success",
                        "step_completion",
                        "conversion_rate",
                        "contact_conversion_rate",
                        "first_response_time",
                        "response_time_p90",
                        "first_resolution_time_median",
                        "repurchase_rate");
        assertThat(duck.texts("SELECT DISTINCT kpi FROM expected WHERE open > 0 AND n > open"))
                .contains("first_response_time", "response_time", "first_resolution_time_p90");
        assertThat(duck.texts("SELECT DISTINCT kpi FROM expected WHERE open > 0 AND n > 0 AND value IS NULL"))
                .contains("first_response_time_p90", "first_resolution_time_p90");
        assertThat(duck.texts("SELECT DISTINCT kpi FROM expected WHERE excluded > 0 AND kpi <> 'clv_predicted'"))
                .contains("conversion_rate", "contact_conversion_rate", "clv_historic");
        assertThat(duck.texts("SELECT DISTINCT kpi FROM expected WHERE touchpoint = 'company' AND n > 0"))
                .contains("revenue", "order_value", "response_time");
        assertThat(duck.number("SELECT count(*) FROM expected WHERE exposure AND n > 0"))
                .isGreaterThan(1_000);
        assertThat(duck.texts("SELECT DISTINCT period FROM expected WHERE kpi = 'crr' AND grain <> 'month'"))
                .containsExactlyInAnyOrder("2025-Q4", "2026-Q1", "2025", "1404-Q3", "1404-Q4", "1404");
    }

    /**
     * The project file without surveys, which another test compares, and with one segmentation of each kind. Its selects
     * make the data harder: a third of all instants is set to ten o'clock (of memberships: to the day's start), so that
     * windows, as-of and periods end exactly on them, customers do several things at one instant and durations are zero;
     * values are missing that were known, and amounts are no whole numbers.
     */
    private static Path histories(Path data) throws IOException {
        String text = Files.readString(data.resolve("project.yaml"))
                .replaceAll(
                        "(?ms)^- name: (responses|responses_call_center|invitations)$.*?(?=^- name: (?!responses|invitations))",
                        "")
                .replaceAll("(?m)^- \\{name: (region|stage|agent_team), .*\\R", "")
                .replaceAll("(?ms)^instruments:.*?(?=^touchpoints:)", "")
                .replaceAll("(?m)^outcomes:.*\\R", "")
                .replaceAll("(?ms)^scorecard:.*", "")
                .replaceAll(
                        "(?s)(path: contacts\\R.*?FROM source)",
                        "$1 LATERAL VIEW explode(IF(contact_no % 20 < 5, array(0, 1), array(0))) legs AS copy");
        for (String[] harder : HARDER) {
            assertThat(text).contains(harder[0]);
            text = text.replace(harder[0], harder[1]);
        }
        return Files.writeString(data.resolve("histories.yaml"), text);
    }

    private static String atTen(String column, String id, String name) {
        return "CASE WHEN (%2$s) %% 3 = 0 THEN concat(substr(%1$s, 1, 10), ' 10:00:00') ELSE %1$s END AS %3$s"
                .formatted(column, id, name);
    }

    private static String daily(String column, String name) {
        return "CASE WHEN contract_no %% 3 = 0 THEN concat(substr(%1$s, 1, 10), ' 00:00:00') ELSE %1$s END AS %2$s"
                .formatted(column, name);
    }
}
