package dev.touchstone.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The segment that a customer had at an instant. All instants are UTC. */
class AsOfJoinTest {
    private static final String VERSIONS =
            """
            customer_id,valid_from,valid_to,tier,REGION
            two,2026-01-01,2026-02-01,gold,north
            two,2026-02-01,,silver,south
            gap,2026-01-01,2026-02-01,gold,
            gap,2026-03-01,2026-04-01,  ,north
            clash,2026-01-01,2026-03-01,gold,north
            clash,2026-02-01,2026-04-01,silver,north
            clash,2026-05-01,2026-06-01,bronze,north
            nested,2026-01-01,,gold,north
            nested,2026-02-01,2026-02-02,silver,north
            nested,2026-06-01,2026-06-02,silver,north
            twice,2026-01-01,,gold,north
            twice,2026-01-01,,silver,north
            backwards,2026-02-01,2026-01-01,gold,north
            letters,2026-01-01,,كليدي‌  ويژه,north
            ,2026-01-01,,gold,north
            late,2026-01-01 10:00:00,,gold,north
            instant,2026-01-01,2026-01-01,silver,south
            instant,2026-01-01,2026-02-01,gold,north
            """;

    @TempDir
    private static Path folder;

    private static Map<String, String> segments;
    private static int asked;
    private static List<String> rejected;
    private static long standing;
    private static long all;

    @BeforeAll
    static void join() throws InterruptedException {
        TestProject.file(folder, "customers.csv", VERSIONS);
        TestProject.file(folder, "answers.csv", "id,at\n");
        Project project = TestProject.project(
                folder,
                """
                name: joins
                time_zone: UTC
                output: {path: out}
                sources:
                - {name: customers, contract: customers, format: csv, path: customers.csv, select: SELECT * FROM source}
                - name: answers
                  contract: responses
                  format: csv
                  path: answers.csv
                  select: SELECT id AS response_id, 'csat_5' AS instrument, 4 AS score, at AS responded_at FROM source
                segmentations:
                - {name: tier, from: customers}
                - {name: area, from: customers, column: Region}
                """);
        SparkSession session = TestProject.session(project);
        CustomerVersions versions =
                CustomerVersions.of(project, ContractRows.open(session, project).get(Contract.CUSTOMERS));
        rejected = versions.rejected().collectAsList().stream()
                .map(row -> row.<String>getAs("customer_id") + " from "
                        + row.getAs("valid_from").toString().substring(0, 10) + ": "
                        + row.<Row>getList(row.fieldIndex(Conversion.REASONS)).stream()
                                .map(reason -> reason.getString(0))
                                .toList()
                        + (row.<Boolean>getAs(Duplicates.DUPLICATE) ? " duplicate" : ""))
                .sorted()
                .toList();
        Observation read = new Observation();
        standing = versions.standing(read).count();
        all = ((Number) read.getAsJava().get("rows")).longValue();

        List<Row> asks = new ArrayList<>();
        for (String ask : List.of(
                "two 2025-12-31T23:59:59.999999Z",
                "two 2026-01-01T00:00:00Z",
                "two 2026-01-31T23:59:59.999999Z",
                "two 2026-02-01T00:00:00Z",
                "two 2099-01-01T00:00:00Z",
                "gap 2026-02-15T00:00:00Z",
                "gap 2026-03-15T00:00:00Z",
                "gap 2026-04-01T00:00:00Z",
                "clash 2026-01-15T00:00:00Z",
                "clash 2026-02-15T00:00:00Z",
                "clash 2026-05-15T00:00:00Z",
                "nested 2026-01-15T00:00:00Z",
                "nested 2026-06-01T12:00:00Z",
                "twice 2026-01-15T00:00:00Z",
                "backwards 2026-01-15T00:00:00Z",
                "letters 2026-01-15T00:00:00Z",
                "nobody 2026-01-15T00:00:00Z",
                "NULL 2026-01-15T00:00:00Z",
                "late 2026-01-01T09:59:59Z",
                "late 2026-01-01T10:00:00Z",
                "instant 2026-01-15T00:00:00Z")) {
            String[] parts = ask.split(" ");
            asks.add(RowFactory.create(
                    ask,
                    parts[0].equals("NULL") ? null : parts[0],
                    java.sql.Timestamp.from(java.time.Instant.parse(parts[1]))));
        }
        asked = asks.size();
        Dataset<Row> observed = session.createDataFrame(
                asks, StructType.fromDDL("ask STRING, customer_id STRING, responded_at TIMESTAMP"));
        segments = new TreeMap<>();
        Segments.of(observed, project.segmentations(), versions.standing(new Observation()), "responded_at")
                .collectAsList()
                .forEach(row -> assertThat(segments.put(
                                row.getAs("ask"), row.getAs("segment:tier") + ", " + row.getAs("segment:area")))
                        .as("one row in, one row out")
                        .isNull());
    }

    @Test
    void theNumberOfRowsStays() {
        assertThat(segments).hasSize(asked);
    }

    @Test
    void aVersionHoldsFromItsFirstInstantToJustBeforeItsEnd() {
        assertThat(segments)
                .containsEntry("two 2025-12-31T23:59:59.999999Z", "unknown, unknown")
                .containsEntry("two 2026-01-01T00:00:00Z", "gold, north")
                .containsEntry("two 2026-01-31T23:59:59.999999Z", "gold, north")
                .containsEntry("two 2026-02-01T00:00:00Z", "silver, south")
                .containsEntry("late 2026-01-01T09:59:59Z", "unknown, unknown")
                .containsEntry("late 2026-01-01T10:00:00Z", "gold, north");
    }

    @Test
    void aVersionWithoutEndHoldsForEver() {
        assertThat(segments).containsEntry("two 2099-01-01T00:00:00Z", "silver, south");
    }

    @Test
    void nothingIsKnownBetweenVersionsAndAfterTheLast() {
        assertThat(segments)
                .containsEntry("gap 2026-02-15T00:00:00Z", "unknown, unknown")
                .containsEntry("gap 2026-04-01T00:00:00Z", "unknown, unknown");
    }

    @Test
    void aBlankSegmentIsUnknown() {
        assertThat(segments).containsEntry("gap 2026-03-15T00:00:00Z", "unknown, north");
    }

    /** All versions that contradict each other go, for their whole time; others of the customer stay. */
    @Test
    void overlappingVersionsAreUnknown() {
        assertThat(segments)
                .containsEntry("clash 2026-01-15T00:00:00Z", "unknown, unknown")
                .containsEntry("clash 2026-02-15T00:00:00Z", "unknown, unknown")
                .containsEntry("clash 2026-05-15T00:00:00Z", "bronze, north")
                .containsEntry("nested 2026-01-15T00:00:00Z", "unknown, unknown")
                .containsEntry("nested 2026-06-01T12:00:00Z", "unknown, unknown");
    }

    @Test
    void unknownAndAbsentCustomersAreUnknown() {
        assertThat(segments)
                .containsEntry("nobody 2026-01-15T00:00:00Z", "unknown, unknown")
                .containsEntry("NULL 2026-01-15T00:00:00Z", "unknown, unknown")
                .containsEntry("backwards 2026-01-15T00:00:00Z", "unknown, unknown");
    }

    /** Of two versions with one key the smaller row stands: gold before silver. */
    @Test
    void oneOfTwoVersionsWithTheSameKeyStands() {
        assertThat(segments).containsEntry("twice 2026-01-15T00:00:00Z", "gold, north");
    }

    /** Tables kept by the date give a version that was replaced on its first day no time at all. */
    @Test
    void ofTwoVersionsThatBeginTogetherTheLongerStands() {
        assertThat(segments).containsEntry("instant 2026-01-15T00:00:00Z", "gold, north");
    }

    @Test
    void segmentsAreFolded() {
        assertThat(segments).containsEntry("letters 2026-01-15T00:00:00Z", "کلیدی ویژه, north");
    }

    @Test
    void everyRejectedVersionSaysWhy() {
        assertThat(rejected)
                .containsExactly(
                        "backwards from 2026-02-01: [ends before it starts]",
                        "clash from 2026-01-01: [overlaps another version of the customer]",
                        "clash from 2026-02-01: [overlaps another version of the customer]",
                        "instant from 2026-01-01: [] duplicate",
                        "nested from 2026-01-01: [overlaps another version of the customer]",
                        "nested from 2026-02-01: [overlaps another version of the customer]",
                        "nested from 2026-06-01: [overlaps another version of the customer]",
                        "null from 2026-01-01: [missing]",
                        "twice from 2026-01-01: [] duplicate");
    }

    @Test
    void everyVersionStandsOrIsRejected() {
        assertThat(all).isEqualTo(18);
        assertThat(standing + rejected.size()).isEqualTo(all);
    }
}
