package dev.touchstone.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.TestSpark;
import dev.touchstone.calendar.Days;
import dev.touchstone.generate.GenerateOptions;
import dev.touchstone.generate.Generator;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.observe.CustomerBuckets;
import dev.touchstone.project.Project;
import dev.touchstone.project.ProjectFile;
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
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sums by bucket of customers. That they do not depend on how the days are cut into runs is the law of
 * RepeatedRunsTest and DayByDayTest.
 */
class ClustersTest {
    private static final LocalDate FROM = LocalDate.of(2026, 3, 3);
    private static final LocalDate TO = LocalDate.of(2026, 3, 17);

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Project project;

    /** A retailer with everything that goes wrong, whose amounts and weights are no whole numbers. */
    @BeforeAll
    static void measureRetailer() {
        Path data = folder.resolve("retailer");
        Generator.write(
                TestSpark.session(), new GenerateOptions(5, 3_000, 1, FROM, TO, data.toString(), "parquet", false));
        project = ProjectFile.read(data.resolve("project.yaml"), Map.of()).project();
        spark = TestProject.session(project);
        // Hours after the end: the windows of some rows have passed and those of others have not.
        Store store = measure(
                spark,
                project,
                new Days(FROM, TO),
                TO.atTime(6, 0).atZone(project.zone()).toInstant());
        for (Table table : Table.values()) {
            if (store.exists(table)) {
                store.read(table).createOrReplaceTempView(table.tableName());
            }
        }
        spark.sql("SELECT * EXCEPT (buckets), inline(buckets) FROM daily_clusters")
                .createOrReplaceTempView("daily_buckets");
    }

    private static Store measure(SparkSession spark, Project project, Days days, Instant asOf) {
        Store store = Store.at(spark, project.output().path());
        Map<Contract, ContractRows> sources = ContractRows.open(spark, project);
        Measure.run(spark, project, sources, store, days, asOf, false, "run", line -> {});
        return store;
    }

    @Test
    void bucketsAddUpToTheCountsOfAnswers() {
        String cell = "day, touchpoint, instrument, item, part, answer";
        assertThat(differences(
                        "SELECT " + cell
                                + ", n, CAST(NULL AS DECIMAL(38,0)) AS s, w, CAST(NULL AS DECIMAL(38,10)) AS wx"
                                + " FROM daily_answers WHERE segmentation = 'all' AND answer IS NOT NULL",
                        "kpi IS NULL",
                        cell))
                .isEmpty();
        assertThat(number("SELECT count(*) FROM daily_clusters WHERE kpi IS NULL"))
                .isGreaterThan(1_000);
        assertThat(number("SELECT count(*) FROM daily_buckets WHERE kpi IS NULL AND w IS NOT NULL"))
                .isPositive();
    }

    @Test
    void bucketsAddUpToTheMomentsOfEveryMean() {
        assertThat(differences(
                        "SELECT day, kpi, touchpoint, n, s, w, wx FROM daily_moments"
                                + " WHERE segmentation = 'all' AND s IS NOT NULL AND kpi IN (" + kpis(State.MEAN) + ")",
                        "kpi IN (" + kpis(State.MEAN) + ")",
                        "day, kpi, touchpoint"))
                .isEmpty();
        // The law says little of KPIs that have no rows, of which all rows count, or that nothing has to be waited for.
        assertThat(texts("SELECT DISTINCT kpi FROM daily_clusters"))
                .contains("servqual_total", "response_rate", "fcr", "order_value", "cost_per_contact", "iqs");
        assertThat(number("SELECT count(*) FROM daily_moments WHERE s <> s_n")).isPositive();
        assertThat(number("SELECT sum(immature) FROM daily_moments WHERE kpi = 'fcr'"))
                .isPositive();
        assertThat(number("SELECT count(*) FROM daily_buckets WHERE kpi IS NOT NULL AND wx IS NOT NULL"))
                .isPositive();
    }

    @Test
    void bucketsAddUpToTheClosedCasesOfEveryDuration() {
        assertThat(differences(
                        "SELECT day, kpi, touchpoint, sum(n) AS n, sum(s) AS s, CAST(NULL AS DECIMAL(38,10)) AS w,"
                                + " CAST(NULL AS DECIMAL(38,10)) AS wx FROM daily_durations"
                                + " WHERE segmentation = 'all' AND bin IS NOT NULL GROUP BY day, kpi, touchpoint",
                        "kpi IN (" + kpis(State.DURATION) + ")",
                        "day, kpi, touchpoint"))
                .isEmpty();
        assertThat(number("SELECT sum(n) FROM daily_durations WHERE bin IS NULL"))
                .isPositive();
    }

    @Test
    void totalsHaveNone() {
        assertThat(number("SELECT count(*) FROM daily_moments WHERE kpi IN (" + kpis(State.TOTAL) + ")"))
                .isPositive();
        assertThat(number("SELECT count(*) FROM daily_clusters WHERE kpi IN (" + kpis(State.TOTAL) + ")"))
                .isZero();
    }

    @Test
    void aRowIsACellAndItsBucketsAreInOrder() {
        String cell = "day, kpi, touchpoint, instrument, item, part, answer";
        assertThat(number("SELECT count(*) FROM (SELECT 1 FROM daily_clusters GROUP BY " + cell
                        + " HAVING count(*) > 1)"))
                .isZero();
        assertThat(number("SELECT count(*) FROM daily_clusters WHERE size(buckets) = 0"
                        + " OR buckets.bucket <> sort_array(array_distinct(buckets.bucket))"))
                .isZero();
        assertThat(texts("SELECT DISTINCT CAST(bucket AS STRING) FROM daily_buckets"))
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, CustomerBuckets.COUNT)
                        .mapToObj(String::valueOf)
                        .toList());
    }

    /**
     * Of one customer: answers on two days at two touchpoints, and a ticket. Of nobody known: a ticket, a pair of
     * answers, and 200 questionnaires. The third ticket has no score.
     */
    @Test
    void bucketsFollowCustomersAndElseTheKey() {
        StringBuilder answers = new StringBuilder("id,instrument,item,part,score,at,place,customer\n");
        answers.append("a1,csat_5,,,5,2026-11-01,shop,ann\n").append("a2,csat_5,,,1,2026-11-02,web,ann\n");
        answers.append("a3,servqual_7,q1,expectation,7,2026-11-01,desk,\n");
        answers.append("a3,servqual_7,q1,perception,3,2026-11-01,desk,\n");
        IntStream.range(0, 200).forEach(i -> answers.append("n%d,csat_5,,,4,2026-11-01,kiosk,\n".formatted(i)));
        Path small = folder.resolve("small");
        TestProject.file(small, "answers.csv", answers.toString());
        TestProject.file(
                small,
                "tickets.csv",
                "ticket_id,touchpoint,created_at,customer_id,replies,reopens,transfers\n"
                        + "t1,mail,2026-11-01,ann,1,0,0\nt2,mail,2026-11-01,,1,0,0\nt3,mail,2026-11-01,bob,,0,0\n");
        Project read = TestProject.project(
                small,
                """
                name: small
                time_zone: UTC
                output: {path: out}
                sources:
                - name: answers
                  contract: responses
                  format: csv
                  path: answers.csv
                  select: >-
                    SELECT id AS response_id, instrument, item, part, score, at AS responded_at, place AS touchpoint,
                    customer AS customer_id FROM source
                - {name: tickets, contract: tickets, format: csv, path: tickets.csv, select: SELECT * FROM source}
                use_kpis: [csat_5, one_touch]
                """);
        SparkSession session = TestProject.session(read);
        Store store = measure(
                session,
                read,
                new Days(LocalDate.of(2026, 11, 1), LocalDate.of(2026, 11, 3)),
                Instant.parse("2026-12-01T00:00:00Z"));
        Map<String, List<Integer>> buckets = new TreeMap<>();
        for (Row row : store.read(Table.DAILY_CLUSTERS)
                .selectExpr("touchpoint", "inline(buckets)")
                .collectAsList()) {
            buckets.computeIfAbsent(row.getString(0), place -> new ArrayList<>())
                    .add(row.getInt(1));
        }
        int ann = bucket(session, "ann");
        assertThat(buckets.get("shop")).containsExactly(ann);
        assertThat(buckets.get("web")).containsExactly(ann);
        assertThat(buckets.get("mail")).containsExactlyInAnyOrder(ann, bucket(session, "t2"));
        assertThat(buckets.get("desk")).containsExactly(bucket(session, "a3"), bucket(session, "a3"));
        assertThat(buckets.get("kiosk")).hasSizeBetween(50, CustomerBuckets.COUNT);
    }

    private static int bucket(SparkSession session, String somebody) {
        return session.sql("SELECT CAST(pmod(xxhash64('" + somebody + "'), 64) AS INT)")
                .first()
                .getInt(0);
    }

    /** Cells that one side lacks or whose sums differ. */
    private static List<Row> differences(String expected, String which, String cell) {
        String summed = "SELECT " + cell + ", sum(n) AS n, sum(s) AS s, sum(w) AS w, sum(wx) AS wx FROM daily_buckets"
                + " WHERE " + which + " GROUP BY " + cell;
        return spark.sql("(%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)"
                        .formatted("SELECT * FROM (" + expected + ")", "SELECT * FROM (" + summed + ")"))
                .limit(10)
                .collectAsList();
    }

    private static String kpis(State state) {
        return project.catalogue().kpis().values().stream()
                .filter(kpi -> kpi.state() == state)
                .map(Kpi::stateOf)
                .distinct()
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(", "));
    }

    private static long number(String sql) {
        return ((Number) spark.sql(sql).first().get(0)).longValue();
    }

    private static List<String> texts(String sql) {
        return spark.sql(sql).collectAsList().stream()
                .map(row -> row.getString(0))
                .toList();
    }
}
