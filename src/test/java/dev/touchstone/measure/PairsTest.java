package dev.touchstone.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.calendar.Days;
import dev.touchstone.observe.KpiExpressions;
import dev.touchstone.observe.Scope;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Six responses, each a case of its own, measured to {@code daily_pairs}: sums that can be made by eye. */
class PairsTest {
    private static final LocalDate FIRST = LocalDate.parse("2026-11-01");
    private static final LocalDate SECOND = LocalDate.parse("2026-11-02");
    private static final LocalDate END = LocalDate.parse("2026-11-03");
    private static final Instant AS_OF = Instant.parse("2026-11-03T00:00:00Z");

    private static final String ANSWERS =
            """
            response,instrument,score,at,place,item,customer,branch
            1,csat_5,5,2026-11-01,food,,c1,north
            1,csat_5,2,2026-11-01,wifi,,c1,north
            1,nps_0_10,10,2026-11-01,,,c1,south
            2,csat_5,4,2026-11-01,food,,c2,north
            2,csat_5,4,2026-11-01,wifi,,c2,south
            2,nps_0_10,0,2026-11-01,company,,c2,north
            3,csat_5,1,2026-11-01,food,q1,,north
            3,csat_5,5,2026-11-01,food,q2,,north
            3,csat_5,5,2026-11-01,wifi,,,north
            3,nps_0_10,8,2026-11-01,company,,,north
            4,csat_5,5,2026-11-01,food,,c1,north
            4,csat_5,5,2026-11-02,wifi,,c1,north
            4,nps_0_10,9,2026-11-02,company,,c1,north
            5,csat_5,5,2026-11-02,food,,c3,north
            5,csat_5,5,2026-11-02,food,,c3,north
            5,csat_5,9,2026-11-02,wifi,,c3,north
            5,nps_0_10,,2026-11-02,company,,c3,north
            6,csat_5,3,2026-11-02,company,,c4,north
            6,nps_0_10,9,2026-11-02,food,,c4,north
            6,ces_5,1,2026-11-02,wifi,,c4,north
            """;

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Project project;
    private static Store once;
    private static Store apart;

    @BeforeAll
    static void measureAtOnceAndApart() {
        TestProject.file(folder, "answers.csv", ANSWERS);
        project = TestProject.project(
                folder,
                """
                name: pairs
                time_zone: UTC
                output: {path: out}
                sources:
                - name: answers
                  contract: responses
                  format: csv
                  path: answers.csv
                  options: {header: true}
                  select: >-
                    SELECT response AS response_id, instrument, score, at AS responded_at, place AS touchpoint, item,
                    customer AS customer_id, branch FROM source
                segmentations:
                - {name: branch, from: row}
                - {name: shift, from: row, column: branch}
                drivers: {kpi: csat_5, outcome: nps_0_10, segmentations: [branch]}
                quarantine: {limit: 0.5}
                """);
        spark = TestProject.session(project);
        once = Store.at(spark, folder.resolve("once").toString());
        measure(once, new Days(FIRST, END));
        apart = Store.at(spark, folder.resolve("apart").toString());
        measure(apart, new Days(SECOND, END));
        measure(apart, new Days(FIRST, SECOND));
        measure(apart, new Days(SECOND, END));
    }

    private static void measure(Store store, Days days) {
        Measure.run(spark, project, ContractRows.open(spark, project), store, days, AS_OF, false, "pairs", line -> {});
    }

    /**
     * CSAT scores 1 from 4 on, NPS -100, 0 or 100. On the first day responses 1, 2, 3 and 4; the third scores food twice,
     * the fourth says the rest a day later. On the second day 4 and 5: a duplicate does not count, nor what is broken or
     * missing; the sixth has a CSAT of the company and an NPS of food, and neither is asked for.
     */
    @Test
    void sumsOfPairs() {
        assertThat(cells("segmentation = 'all'"))
                .containsExactlyInAnyOrder(
                        "2026-11-01 company company: 3 responses, 0 0, 20000 20000, 20000",
                        "2026-11-01 food company: 2 responses, 2 0, 2 20000, 0",
                        "2026-11-01 food food: 3 responses, 3 3, 3 3, 3",
                        "2026-11-01 food wifi: 2 responses, 2 1, 2 1, 1",
                        "2026-11-01 wifi company: 3 responses, 2 0, 2 20000, -100",
                        "2026-11-01 wifi wifi: 3 responses, 2 2, 2 2, 2",
                        "2026-11-02 company company: 1 responses, 100 100, 10000 10000, 10000",
                        "2026-11-02 food food: 1 responses, 1 1, 1 1, 1",
                        "2026-11-02 wifi company: 1 responses, 1 100, 1 10000, 100",
                        "2026-11-02 wifi wifi: 1 responses, 1 1, 1 1, 1");
    }

    /** The first response tells of two branches, and so does the second. */
    @Test
    void aPairCountsForTheSegmentThatBothRowsLieIn() {
        assertThat(cells("segmentation = 'branch' AND day = '2026-11-01' AND first <> second"))
                .containsExactlyInAnyOrder(
                        "2026-11-01 food company: 1 responses, 1 -100, 1 10000, -100",
                        "2026-11-01 food wifi: 1 responses, 1 0, 1 0, 0",
                        "2026-11-01 wifi company: 1 responses, 1 0, 1 0, 0");
        assertThat(cells("segmentation = 'branch' AND segment = 'south'"))
                .containsExactlyInAnyOrder(
                        "2026-11-01 company company: 1 responses, 100 100, 10000 10000, 10000",
                        "2026-11-01 wifi wifi: 1 responses, 1 1, 1 1, 1");
        assertThat(cells("segmentation NOT IN ('all', 'branch')")).isEmpty();
    }

    /** Responses 1 and 4 are the same customer's; the third is nobody's, and goes by itself. */
    @Test
    void aCustomersResponsesAreInOneBlock() {
        assertThat(once.read(Table.DAILY_PAIRS)
                        .where("segmentation = 'all' AND first = second")
                        .selectExpr("pmod(xxhash64('c1'), 16) = block AS mine", "n", "first", "day")
                        .where("mine AND first = 'food' AND day = '2026-11-01'")
                        .first()
                        .<Long>getAs("n"))
                .isEqualTo(2);
        assertThat(once.read(Table.DAILY_PAIRS)
                        .where("block = pmod(xxhash64('3'), 16) AND first = 'wifi' AND second = 'company'")
                        .count())
                .isPositive();
    }

    @Test
    void pairsOfTwoDaysMeasuredApartAreThoseOfBothAtOnce() {
        List<String> whole = rows(once);
        assertThat(whole).isNotEmpty();
        assertThat(rows(apart)).containsExactlyElementsOf(whole);
    }

    /** One brings rows together that repeat a key, where a response comes together as well; the other is the sum. */
    @Test
    void theRowsOfAResponseComeTogetherOnce() {
        Map<Contract, ContractRows> sources = ContractRows.open(spark, project);
        Dataset<Row> pairs = Pairs.of(
                project,
                sources,
                KpiExpressions.of(spark, project, sources, Contract.RESPONSES),
                null,
                Scope.of(new Days(FIRST, END), AS_OF));
        var plan = ((org.apache.spark.sql.classic.Dataset<Row>) pairs)
                .queryExecution()
                .executedPlan();
        assertThat(PlanShapeTest.nodes(plan, "ShuffleExchangeExec")).isEqualTo(2);
    }

    /** The blocks of a pair together. */
    private static List<String> cells(String condition) {
        List<String> cells = new ArrayList<>();
        once.read(Table.DAILY_PAIRS)
                .where(condition)
                .groupBy("day", "segmentation", "segment", "first", "second")
                .agg(Map.of(
                        "n",
                        "sum",
                        "s_first",
                        "sum",
                        "s_second",
                        "sum",
                        "ss_first",
                        "sum",
                        "ss_second",
                        "sum",
                        "s_product",
                        "sum"))
                .collectAsList()
                .forEach(row -> cells.add("%s %s %s: %s responses, %s %s, %s %s, %s"
                        .formatted(
                                row.getAs("day"),
                                row.getAs("first"),
                                row.getAs("second"),
                                row.getAs("sum(n)"),
                                row.getAs("sum(s_first)"),
                                row.getAs("sum(s_second)"),
                                row.getAs("sum(ss_first)"),
                                row.getAs("sum(ss_second)"),
                                row.getAs("sum(s_product)"))));
        return cells;
    }

    private static List<String> rows(Store store) {
        return store.read(Table.DAILY_PAIRS).drop("as_of").collectAsList().stream()
                .map(Row::toString)
                .sorted()
                .toList();
    }
}
