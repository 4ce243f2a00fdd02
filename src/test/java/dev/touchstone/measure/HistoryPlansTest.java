package dev.touchstone.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.TestSpark;
import dev.touchstone.calendar.Days;
import dev.touchstone.observe.AnswerOutcomes;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.OffsetWindowFunction;
import org.apache.spark.sql.catalyst.expressions.SpecifiedWindowFrame;
import org.apache.spark.sql.catalyst.expressions.UnboundedPreceding$;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** What histories cost: one customer or one reason with very many rows, many KPIs, many segmentations. */
class HistoryPlansTest {
    private static final List<Contract> CONTRACTS =
            List.of(Contract.TICKETS, Contract.CONTACTS, Contract.VISITS, Contract.ORDERS);
    private static final Days DAYS = new Days(LocalDate.parse("2026-11-01"), LocalDate.parse("2026-11-02"));
    private static final Instant AS_OF = Instant.parse("2027-11-01T00:00:00Z");
    private static final String MORE =
            """
            kpis:
            - {name: fcr_14, title: x, of: tickets, counts: 'true', score: 'IF(next_contact_at <= created_at + :matures, 0, 1)',
               matures: 14 days, scale: {unit: share, low: 0, high: 1, better: higher}}
            - {name: slow, title: x, of: tickets, counts: handle_seconds IS NOT NULL, score: handle_seconds, clock: resolved_at,
               state: duration, scale: {unit: seconds, better: lower}}
            - {name: calls_sold, title: x, of: contacts, counts: 'true', score: 'IF(converted_at IS NULL, 0, 1)',
               matures: 60 days, scale: {unit: share, low: 0, high: 1, better: higher}}
            - {name: visits_sold, title: x, of: visits, counts: 'true', score: 'IF(converted_at IS NULL, 0, 1)',
               matures: 60 days, scale: {unit: share, low: 0, high: 1, better: higher}}
            - {name: gaps, title: x, of: orders, counts: previous_order_at IS NOT NULL,
               score: 'datediff(ordered_at, previous_order_at)', scale: {unit: count, factor: 1, better: none}}
            segmentations:
            - {name: reason, from: row}
            - {name: team, from: row}
            - {name: currency, from: row}
            - {name: place, from: row, column: touchpoint}
            """;
    private static final String FEW =
            """
            kpis:
            - {name: gaps, title: x, of: orders, counts: previous_order_at IS NOT NULL,
               score: 'datediff(ordered_at, previous_order_at)', scale: {unit: count, factor: 1, better: none}}
            segmentations: [{name: team, from: row}]
            """;

    @TempDir
    private static Path folder;

    /**
     * One customer with 100,000 contacts, tickets, visits and orders, and 100,000 customers who all share its reason, a
     * contact and a ticket each.
     */
    @BeforeAll
    static void write() {
        SparkSession spark = TestSpark.session();
        String at = "timestamp_micros(unix_micros(TIMESTAMP'2026-11-01') + id * 400000)";
        Dataset<Row> rows = spark.range(0, 200_000, 1, 2)
                .selectExpr(
                        "id AS number",
                        "CAST(id AS STRING) AS id",
                        "IF(id % 2 = 0, 'many', concat('c', id)) AS customer_id",
                        "'bill' AS reason",
                        "'a' AS team",
                        "'place' AS touchpoint",
                        at + " AS at");
        rows.selectExpr(
                        "id AS ticket_id",
                        "customer_id",
                        "reason",
                        "team",
                        "touchpoint",
                        "at AS created_at",
                        "at AS resolved_at",
                        "0 AS reopens")
                .write()
                .parquet(folder + "/tickets");
        rows.selectExpr(
                        "id AS contact_id",
                        "id AS ticket_id",
                        "customer_id",
                        "reason",
                        "team",
                        "touchpoint",
                        "at - INTERVAL 1 SECOND AS offered_at",
                        "at AS answered_at",
                        "at AS ended_at",
                        "1 AS talk_seconds",
                        "0 AS hold_seconds",
                        "0 AS wrap_seconds")
                .write()
                .parquet(folder + "/contacts");
        Dataset<Row> many = rows.where("number % 2 = 0");
        many.selectExpr(
                        "id AS visit_id",
                        "customer_id",
                        "team",
                        "touchpoint",
                        "at AS visited_at",
                        "'one' AS journey_id")
                .write()
                .parquet(folder + "/visits");
        many.selectExpr(
                        "id AS order_id",
                        "customer_id",
                        "team",
                        "touchpoint",
                        "at + INTERVAL 100 MILLISECONDS AS ordered_at",
                        "1 AS amount",
                        "'EUR' AS currency")
                .write()
                .parquet(folder + "/orders");
    }

    private static Project project(String more) {
        return TestProject.project(
                folder,
                Stream.of(CONTRACTS)
                                .flatMap(List::stream)
                                .map(Contract::contractName)
                                .map(
                                        "- {name: %1$s, contract: %1$s, format: parquet, path: %1$s, select: SELECT * FROM source}\n"
                                                ::formatted)
                                .reduce("name: plans\ntime_zone: UTC\noutput: {path: out}\nsources:\n", String::concat)
                        + more);
    }

    private static Dataset<Row> statistics(Project project, Contract contract) {
        return DailyStatistics.of(TestProject.session(project), project, contract, DAYS, AS_OF);
    }

    /** Scans and exchanges of a contract. */
    private static Map<Contract, String> shapes(String more) {
        Project project = project(more);
        Map<Contract, String> shapes = new TreeMap<>();
        for (Contract contract : CONTRACTS) {
            var plan = ((org.apache.spark.sql.classic.Dataset<Row>) statistics(project, contract))
                    .queryExecution()
                    .executedPlan();
            shapes.put(
                    contract,
                    PlanShapeTest.nodes(plan, "FileSourceScanExec") + " scans, "
                            + PlanShapeTest.nodes(plan, "ShuffleExchangeExec") + " exchanges");
        }
        return shapes;
    }

    @Test
    void plansDoNotGrowWithKpisAndSegmentations() {
        Map<Contract, String> few = shapes(FEW);
        assertThat(shapes(MORE)).isEqualTo(few);
        // Each window by another key costs an exchange; each contract that is looked at a scan, and an exchange that
        // finds its duplicates.
        assertThat(few)
                .isEqualTo(Map.of(
                        Contract.TICKETS, "3 scans, 6 exchanges",
                        Contract.CONTACTS, "3 scans, 5 exchanges",
                        Contract.VISITS, "5 scans, 9 exchanges",
                        Contract.ORDERS, "1 scans, 3 exchanges"));
    }

    /** A frame that slides or shrinks is computed anew for every row: quadratic in the rows of a customer. */
    @Test
    void everyWindowPassesOverItsRowsOnce() {
        Project project = project(MORE);
        for (Contract contract : CONTRACTS) {
            LogicalPlan plan = ((org.apache.spark.sql.classic.Dataset<Row>) statistics(project, contract))
                    .queryExecution()
                    .optimizedPlan();
            passesOnce(contract.contractName(), plan);
        }
    }

    @Test
    void outcomesOfAnswersPassOverTheirRowsOnce() {
        TestProject.file(folder, "responses.csv", "response_id,customer_id,instrument,score,responded_at,touchpoint\n");
        for (String active : List.of("membership", "{ordered_within: 30}")) {
            Project project = TestProject.project(
                    folder,
                    """
                    name: outcomes
                    time_zone: UTC
                    output: {path: out}
                    outcomes: {}
                    active: %s
                    sources:
                    - {name: answers, contract: responses, format: csv, path: responses.csv, select: SELECT * FROM source}
                    - {name: orders, contract: orders, format: parquet, path: orders, select: SELECT * FROM source}
                    - {name: members, contract: memberships, format: parquet, path: orders,
                       select: 'SELECT order_id AS membership_id, customer_id, ordered_at AS started_at FROM source'}
                    """
                            .formatted(active));
            SparkSession spark = TestProject.session(project);
            passesOnce(
                    active,
                    ((org.apache.spark.sql.classic.Dataset<Row>) AnswerOutcomes.of(
                                    project, ContractRows.open(spark, project), null, List.of(DAYS), AS_OF))
                            .queryExecution()
                            .optimizedPlan());
        }
    }

    private static void passesOnce(String what, LogicalPlan plan) {
        assertThat(windows(plan).toList()).as(what).isNotEmpty().allSatisfy(window -> {
            SpecifiedWindowFrame frame =
                    (SpecifiedWindowFrame) window.windowSpec().frameSpecification();
            assertThat(window.windowFunction() instanceof OffsetWindowFunction
                            || frame.lower().equals(UnboundedPreceding$.MODULE$))
                    .as("%s", window)
                    .isTrue();
        });
    }

    private static Stream<WindowExpression> windows(LogicalPlan plan) {
        Stream<WindowExpression> here = plan instanceof Window window
                ? CollectionConverters.asJava(window.windowExpressions()).stream()
                        .flatMap(each -> windows((Expression) each))
                : Stream.empty();
        return Stream.concat(
                here, CollectionConverters.asJava(plan.children()).stream().flatMap(HistoryPlansTest::windows));
    }

    private static Stream<WindowExpression> windows(Expression expression) {
        return expression instanceof WindowExpression window
                ? Stream.of(window)
                : CollectionConverters.asJava(expression.children()).stream().flatMap(HistoryPlansTest::windows);
    }

    /** Seconds where a pass is linear, hours where it is not. */
    @Test
    @Timeout(120)
    void oneCustomerAndOneReasonWithVeryManyRows() {
        Project project = project("kpis: [{name: fcr, matures: 1 day}]\n");
        Map<String, String> figures = new TreeMap<>();
        for (Contract contract : List.of(Contract.TICKETS, Contract.CONTACTS, Contract.VISITS)) {
            statistics(project, contract)
                    .where("kpi IN ('fcr', 'conversion_rate', 'contact_conversion_rate', 'step_completion', "
                            + "'handle_time_per_ticket')")
                    .groupBy("kpi")
                    .agg(org.apache.spark.sql.functions.expr("concat_ws(' ', sum(n), sum(s))"))
                    .collectAsList()
                    .forEach(row -> figures.put(row.getString(0), row.getString(1)));
        }
        assertThat(figures)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        // Nobody comes back but the one customer, after each ticket but its last.
                        "fcr", "200000 100001",
                        "handle_time_per_ticket", "200000 200000",
                        // Each contact is followed by a visit, each visit by an order; three contacts were the day
                        // before.
                        "contact_conversion_rate", "199997 0",
                        "conversion_rate", "100000 100000",
                        "step_completion", "1 1"));
    }
}
