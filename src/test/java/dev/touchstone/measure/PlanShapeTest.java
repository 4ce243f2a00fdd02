package dev.touchstone.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.TestSpark;
import dev.touchstone.calendar.Days;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.observe.CustomerVersions;
import dev.touchstone.observe.KpiExpressions;
import dev.touchstone.observe.Observations;
import dev.touchstone.observe.Scope;
import dev.touchstone.observe.Segments;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.table.Store;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** How often rows are read and sent around does not depend on how much is asked of them. */
class PlanShapeTest {
    private static final Days DAYS = new Days(LocalDate.parse("2026-11-01"), LocalDate.parse("2026-11-04"));
    private static final Instant AS_OF = Instant.parse("2026-11-04T00:00:00Z");
    private static final String PROJECT =
            """
            name: shape
            time_zone: UTC
            output: {path: out}
            sources:
            - name: answers
              contract: responses
              format: parquet
              path: answers
              select: >-
                SELECT id AS response_id, instrument, %s AS score, at AS responded_at, place AS touchpoint, part, item,
                customer AS customer_id, team, shift, lang FROM source
            - {name: customers, contract: customers, format: parquet, path: customers, select: SELECT * FROM source}
            quarantine: {limit: 0.5}
            """;
    private static final String ALL_SEGMENTATIONS =
            """
            segmentations:
            - {name: tier, from: customers}
            - {name: region, from: customers}
            - {name: age, from: customers}
            - {name: team, from: row}
            - {name: shift, from: row}
            - {name: lang, from: row}
            """;

    @TempDir
    private static Path folder;

    private static long answers;

    @BeforeAll
    static void write() {
        SparkSession spark = TestSpark.session();
        Dataset<Row> rows = spark.range(0, 120, 1, 2)
                .selectExpr(
                        "concat('r', id % 118) AS id",
                        "CASE WHEN id % 3 = 0 THEN 'csat_5' WHEN id % 3 = 1 THEN 'nps_0_10' ELSE 'servqual_7' END AS "
                                + "instrument",
                        "CASE WHEN id % 40 = 7 THEN 99 ELSE CAST(1 + id % 5 AS INT) END AS score",
                        "TIMESTAMP'2026-11-01 10:00:00' + make_interval(0, 0, 0, CAST(id % 3 AS INT)) AS at",
                        "concat('place ', id % 4) AS place",
                        "CASE WHEN id % 6 = 2 THEN 'expectation' WHEN id % 6 = 5 THEN 'perception' END AS part",
                        "CASE WHEN id % 3 = 2 THEN 'q1' END AS item",
                        "concat('c', id % 10) AS customer",
                        "'a' AS team",
                        "'b' AS shift",
                        "'fa' AS lang");
        rows.write().parquet(folder + "/answers");
        answers = rows.count();
        spark.range(0, 10)
                .selectExpr(
                        "concat('c', id) AS customer_id",
                        "DATE'2020-01-01' AS valid_from",
                        "'gold' AS tier",
                        "'north' AS region",
                        "'old' AS age")
                .write()
                .parquet(folder + "/customers");
    }

    /** What the plan of the statistics of responses consists of. */
    private record Shape(long scans, long exchanges) {}

    @Test
    void thePlanDoesNotGrowWithKpisAndSegmentations() {
        String fewest = "segmentations:\n- {name: tier, from: customers}\nuse_kpis: [%s]\n";
        Shape one = shape(fewest.formatted("csat_5"));
        assertThat(one.scans()).isEqualTo(1);
        // One more is to come: the tables are written by month.
        assertThat(one.exchanges()).isBetween(1L, 2L);
        assertThat(shape(ALL_SEGMENTATIONS)).as("all KPIs, six segmentations").isEqualTo(one);
    }

    /**
     * Counted by a function in the select that every row passes as often as it is read: once for the statistics of all
     * tables, and once more for the quarantine where rows are rejected.
     */
    @Test
    void rowsAreReadTwiceAtMost() {
        String invitations =
                """
                - name: invitations
                  contract: invitations
                  format: parquet
                  path: answers
                  select: >-
                    SELECT concat('i', sent(CAST(substr(id, 2) AS INT))) AS invitation_id, at AS invited_at,
                    id AS response_id, instrument, customer AS customer_id, place AS touchpoint FROM source
                """;
        Project project = TestProject.project(
                folder,
                PROJECT.formatted("seen(score)").replace("quarantine:", invitations + "quarantine:")
                        + ALL_SEGMENTATIONS);
        SparkSession spark = TestProject.session(project);
        LongAccumulator seen = counting(spark, "seen");
        LongAccumulator sent = counting(spark, "sent");
        Map<String, Long> counts = Measure.run(
                        spark,
                        project,
                        ContractRows.open(spark, project),
                        Store.at(spark, project.output().path()),
                        DAYS,
                        AS_OF,
                        false,
                        "shape",
                        line -> {})
                .counts();
        assertThat(counts)
                .containsEntry("responses_read", answers)
                .containsEntry("responses_quarantined", 3L)
                .containsEntry("invitations_kept", answers);
        assertThat(seen.value()).isEqualTo(2 * answers);
        assertThat(sent.value()).isEqualTo(answers);
    }

    private static LongAccumulator counting(SparkSession spark, String name) {
        LongAccumulator calls = spark.sparkContext().longAccumulator();
        UDF1<Integer, Integer> counted = number -> {
            calls.add(1);
            return number;
        };
        spark.udf().register(name, functions.udf(counted, DataTypes.IntegerType).asNondeterministic());
        return calls;
    }

    private static Shape shape(String asked) {
        Project project = TestProject.project(folder, PROJECT.formatted("score") + asked);
        SparkSession spark = TestProject.session(project);
        Map<Contract, ContractRows> sources = ContractRows.open(spark, project);
        ContractRows rows = sources.get(Contract.RESPONSES);
        KpiExpressions expressions = KpiExpressions.of(spark, project, sources, Contract.RESPONSES);
        List<Kpi> kpis = expressions.available();
        // As Measure hands them over: few, at hand, and no part of the plan of the responses.
        Dataset<Row> standing =
                CustomerVersions.of(project, sources.get(Contract.CUSTOMERS)).standing(new Observation());
        Dataset<Row> versions = spark.createDataFrame(standing.collectAsList(), standing.schema());
        Dataset<Row> statistics = Statistics.of(
                Observations.of(
                        project,
                        sources,
                        Contract.RESPONSES,
                        expressions,
                        kpis,
                        versions,
                        Scope.of(DAYS, AS_OF),
                        new Observation()),
                Contract.RESPONSES,
                Segments.applying(project, rows),
                kpis.stream().filter(kpi -> !expressions.ofAnswers(kpi)).toList(),
                expressions,
                false,
                0,
                Scope.of(DAYS, AS_OF));
        SparkPlan plan = ((org.apache.spark.sql.classic.Dataset<Row>) statistics)
                .queryExecution()
                .executedPlan();
        return new Shape(
                nodes(plan, "FileSourceScanExec") + nodes(plan, "BatchScanExec"), nodes(plan, "ShuffleExchangeExec"));
    }

    /** How many nodes of a kind a plan has, before anything is known of the data. */
    static long nodes(SparkPlan plan, String kind) {
        if (plan instanceof AdaptiveSparkPlanExec adaptive) {
            return nodes(adaptive.initialPlan(), kind);
        }
        long here = plan.getClass().getSimpleName().equals(kind) ? 1 : 0;
        return here
                + CollectionConverters.asJava(plan.children()).stream()
                        .mapToLong(child -> nodes(child, kind))
                        .sum();
    }
}
