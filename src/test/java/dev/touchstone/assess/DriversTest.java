package dev.touchstone.assess;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.Kernel;
import dev.touchstone.TestProject;
import dev.touchstone.calendar.Days;
import dev.touchstone.inference.KeyDrivers;
import dev.touchstone.inference.PairSums;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From {@code daily_pairs} to {@code drivers}: August without outcome, September with one touchpoint a questionnaire,
 * October and November with all.
 */
class DriversTest {
    /** Scores are quarters, stored as whole numbers 0 to 4. */
    private static final String PROJECT =
            """
            name: drivers
            time_zone: UTC
            output: {path: out}
            sources:
            - {name: answers, contract: responses, format: csv, path: a.csv, select: SELECT * FROM source}
            kpis:
            - name: care
              title: Care
              of: responses
              counts: instrument = 'csat_5'
              score: (score - 1) / 4
              scale: {unit: share, factor: 4, low: 0, high: 1, better: higher}
            segmentations:
            - {name: tier, from: row}
            - {name: branch, from: row}
            """;

    private static final List<String> TOUCHPOINTS =
            List.of("art", "food", "queue", "rare", "shop", "signs", "wifi", "company");
    private static final int OUTCOME = TOUCHPOINTS.size() - 1;
    private static final List<String> WEIGHED = List.of("art", "food", "queue", "shop", "signs", "wifi");
    private static final String CARE_NPS = "drivers: {kpi: care, outcome: nps_0_10, segmentations: [tier]}\n";

    @TempDir
    private static Path folder;

    private static Project project;
    private static SparkSession spark;
    private static Store store;
    private static List<Response> responses;
    private static List<Row> whole;

    /** Scores in order of {@link #TOUCHPOINTS}, null for none. */
    private record Response(LocalDate day, String tier, int block, Long[] scores) {}

    @BeforeAll
    static void storeWhatTheyFollowFrom() {
        project = TestProject.project(folder, PROJECT + CARE_NPS);
        spark = TestProject.session(project);
        store = Store.at(spark, project.output().path());
        responses = new ArrayList<>();
        Random random = new Random(11);
        for (int i = 0; i < 300; i++) {
            responses.add(response(random, "2026-08-02", i, 0, 6));
            responses.add(response(random, "2026-09-02", i, i % 7, OUTCOME));
        }
        for (int i = 0; i < 2000; i++) {
            responses.add(response(
                    random,
                    "2026-10-%02d".formatted(1 + i % 4),
                    i,
                    IntStream.range(0, 8).toArray()));
            responses.add(response(
                    random,
                    "2026-11-%02d".formatted(1 + i % 4),
                    i,
                    IntStream.range(0, 8).toArray()));
        }
        store.replace(Table.DAILY_PAIRS, pairs(), "true", "test");
        performance();
        replace(project, "2026-08-01", "2026-12-01", "2026-12-01");
        whole = rows("true");
    }

    /**
     * Scores at some places: food, shop and signs each raise the outcome, queue lowers it, art and wifi do nothing. Rare
     * is met by every fiftieth, gold by one in twenty.
     */
    private static Response response(Random random, String day, int number, int... places) {
        Long[] all = new Long[8];
        for (int j = 0; j < OUTCOME; j++) {
            all[j] = (long) random.nextInt(5);
        }
        all[OUTCOME] = all[1] + all[4] + all[5] - all[2] + random.nextInt(3);
        Long[] scores = new Long[8];
        for (int place : places) {
            scores[place] = place == 3 && places.length == 8 && number % 50 > 0 ? null : all[place];
        }
        return new Response(LocalDate.parse(day), number % 20 == 0 ? "gold" : "silver", number % 16, scores);
    }

    private record Key(LocalDate day, String segmentation, String segment, int block, int first, int second) {}

    private static Dataset<Row> pairs() {
        Map<Key, PairSums> sums = new LinkedHashMap<>();
        for (Response response : responses) {
            for (int j = 0; j < 8; j++) {
                for (int k = j; k < 8; k++) {
                    PairSums one = one(response, j, k);
                    if (one != null) {
                        sums.merge(new Key(response.day, "all", "all", response.block, j, k), one, PairSums::plus);
                        sums.merge(
                                new Key(response.day, "tier", response.tier, response.block, j, k),
                                one,
                                PairSums::plus);
                        // What nobody asks for is not looked at.
                        sums.merge(new Key(response.day, "branch", "b", response.block, j, k), one, PairSums::plus);
                    }
                }
            }
        }
        List<Row> rows = new ArrayList<>();
        sums.forEach((key, sum) -> rows.add(RowFactory.create(
                Date.valueOf(key.day.withDayOfMonth(1)),
                Date.valueOf(key.day),
                "care",
                "nps_0_10",
                key.segmentation,
                key.segment,
                key.block,
                TOUCHPOINTS.get(key.first),
                TOUCHPOINTS.get(key.second),
                sum.n(),
                BigDecimal.valueOf((long) sum.first()),
                BigDecimal.valueOf((long) sum.second()),
                BigDecimal.valueOf((long) sum.firstSquares()),
                BigDecimal.valueOf((long) sum.secondSquares()),
                BigDecimal.valueOf((long) sum.products()),
                Timestamp.from(Instant.EPOCH))));
        return spark.createDataFrame(rows, Table.DAILY_PAIRS.schema());
    }

    private static PairSums one(Response response, int j, int k) {
        Long x = response.scores[j];
        Long y = response.scores[k];
        return x == null || y == null ? null : new PairSums(1, x, y, x * x, y * y, x * y);
    }

    /** Values of each month, and verdicts on the total: food and wifi are low, shop and art are not. */
    private static void performance() {
        String cells =
                """
                SELECT 'care' AS kpi, weighted, 'gregorian' AS calendar, 'month' AS grain, period,
                  to_date(period || '-01') AS period_start, add_months(to_date(period || '-01'), 1) AS period_end,
                  true AS is_complete, segmentation, segment, touchpoint, value, ci_low, ci_high, benchmark,
                  shrunk_value, status
                FROM VALUES ('2026-08'), ('2026-09'), ('2026-10'), ('2026-11'), ('2026-12') AS p(period),
                VALUES
                  (false, 'all', 'all', 'food', 0.50, 0.45, 0.55, 0.7, 0.52, 'CONFIRMED'),
                  (false, 'all', 'all', 'wifi', 0.60, 0.55, 0.65, 0.7, NULL, 'PROBABLE'),
                  (false, 'all', 'all', 'shop', 0.80, 0.75, 0.85, 0.7, 0.79, 'OK'),
                  (false, 'all', 'all', 'art', 0.80, 0.75, NULL, 0.7, 0.79, 'OK'),
                  (false, 'all', 'all', 'signs', 0.73, 0.71, 0.75, 0.7, 0.69, 'BORDERLINE'),
                  (false, 'all', 'all', 'queue', 0.50, 0.45, 0.55, 0.7, 0.52, 'CONFIRMED'),
                  (false, 'tier', 'silver', 'food', 0.4, 0.3, 0.5, NULL, NULL, NULL),
                  (true, 'tier', 'silver', 'food', 0.6, 0.5, 0.7, NULL, NULL, NULL)
                  AS c(weighted, segmentation, segment, touchpoint, value, ci_low, ci_high, benchmark, shrunk_value,
                  status)
                """;
        Dataset<Row> all = spark.sql(cells);
        store.replace(Table.KPI_VALUES, shaped(all, Table.KPI_VALUES), "true", "test");
        store.replace(
                Table.WEAK_TOUCHPOINTS,
                shaped(all.where("status IS NOT NULL"), Table.WEAK_TOUCHPOINTS),
                "true",
                "test");
    }

    private static Dataset<Row> shaped(Dataset<Row> rows, Table table) {
        List<String> given = List.of(rows.columns());
        return rows.select(table.columns().stream()
                .map(column -> (given.contains(column.name()) ? functions.col(column.name()) : lit(null))
                        .cast(column.type())
                        .as(column.name()))
                .toArray(org.apache.spark.sql.Column[]::new));
    }

    private static void replace(Project of, String from, String to, String asOf) {
        Drivers drivers = Drivers.of(
                spark,
                of,
                store,
                List.of(new Days(LocalDate.parse(from), LocalDate.parse(to))),
                Instant.parse(asOf + "T00:00:00Z"));
        store.replace(Table.DRIVERS, drivers.rows(), drivers.replaced(), "test");
    }

    /** DayByDayTest has Kernel read every table, but has no rows for these. */
    @Test
    void bothTablesByDeltaKernel() throws IOException {
        for (Table table : List.of(Table.DAILY_PAIRS, Table.DRIVERS)) {
            assertThat(Kernel.assertReads(store, table)).isPositive();
        }
    }

    @Test
    void weightsAreThoseOfTheResponsesThemselves() {
        for (String scope : List.of("period", "year_to_date")) {
            LocalDate from = LocalDate.parse(scope.equals("period") ? "2026-11-01" : "2026-01-01");
            for (String tier : List.of("all", "silver")) {
                KeyDrivers expected = expected(from, tier);
                assertThat(expected.reason()).isEmpty();
                for (KeyDrivers.Driver driver : expected.drivers()) {
                    Row row = row(scope, tier, driver.predictor());
                    same(row, "weight", driver.weight());
                    same(row, "weight_low", driver.low());
                    same(row, "weight_high", driver.high());
                    same(row, "beta", driver.beta());
                    // One unit of care is four of its scores.
                    same(row, "slope", 4 * driver.slope());
                    same(row, "r_squared", expected.rSquared());
                    same(row, "shrinkage", expected.shrinkage());
                    assertThat(row.<String>getAs("method")).isEqualTo("LMG");
                    assertThat(row.<Long>getAs("min_n")).isEqualTo(expected.fewestResponses());
                }
            }
        }
        assertThat(row("period", "all", "food").<Long>getAs("n")).isEqualTo(2000);
        assertThat(row("period", "all", "food").<Double>getAs("slope")).isCloseTo(4, within(0.2));
        assertThat(row("year_to_date", "all", "food").<Long>getAs("n"))
                .as("Oct., Nov., and a seventh of September's")
                .isEqualTo(4043);
        assertThat(whole).extracting(row -> row.<String>getAs("segmentation")).containsOnly("all", "tier");
    }

    @Test
    void aRareTouchpointIsLeftOutAndSaysSo() {
        Row rare = row("period", "all", "rare");
        assertThat(rare.<String>getAs("status")).isEqualTo("NOT_AVAILABLE");
        assertThat(rare.<String>getAs("reason")).isEqualTo("'rare' was answered in 40 responses, 200 are needed");
        assertThat(rare.<Long>getAs("n")).isEqualTo(40);
        assertThat(rare.<Double>getAs("weight")).isNull();
        assertThat(rare.<String>getAs("quadrant")).isNull();
    }

    @Test
    void aSegmentThatCannotBeWeighedHasOneRow() {
        assertThat(periods(whole)).containsExactly("2026-08", "2026-09", "2026-10", "2026-11");
        assertThat(only("2026-11", "period", "gold"))
                .isEqualTo(
                        "null NOT_AVAILABLE 100: none can be weighed: 'art' was answered in 100 responses, 200 are needed");
        assertThat(only("2026-08", "period", "all"))
                .isEqualTo("null NOT_AVAILABLE 0: no response has a score of nps_0_10 at company");
        assertThat(only("2026-09", "period", "all"))
                .isEqualTo(
                        "null NOT_AVAILABLE 300: the questionnaires rate one touchpoint each by care: what one adds to"
                                + " the others cannot be told");
        assertThat(only("2026-09", "year_to_date", "silver"))
                .as("August's pairs, September's outcome")
                .startsWith("null NOT_AVAILABLE 285: ");
    }

    @Test
    void importanceMeetsPerformance() {
        for (String scope : List.of("period", "year_to_date")) {
            Map<String, String> quadrants = new TreeMap<>();
            WEIGHED.forEach(touchpoint ->
                    quadrants.put(touchpoint, row(scope, "all", touchpoint).getAs("quadrant")));
            assertThat(quadrants)
                    .containsEntry("food", "CONCENTRATE_HERE")
                    .containsEntry("shop", "KEEP_UP")
                    .containsEntry("wifi", "LOW_PRIORITY")
                    // Of art no upper bound is known; it is good all the same.
                    .containsEntry("art", "POSSIBLE_OVERKILL")
                    // The interval lies above the benchmark, the shrunk value does not.
                    .containsEntry("signs", "UNCERTAIN")
                    // Important, yet those who are content with it recommend less.
                    .containsEntry("queue", "UNCERTAIN");
        }
        Row food = row("period", "all", "food");
        assertThat(food.<Double>getAs("performance")).isEqualTo(0.5);
        assertThat(food.<Double>getAs("performance_high")).isEqualTo(0.55);
        assertThat(food.<Double>getAs("benchmark")).isEqualTo(0.7);
        assertThat(food.<String>getAs("performance_status")).isEqualTo("CONFIRMED");
        assertThat(food.<Double>getAs("share")).isEqualTo(1);
        assertThat(row("year_to_date", "all", "food").<Double>getAs("share"))
                .as("of 300 responses in September a seventh rates it")
                .isCloseTo(4043 / 4300.0, within(1e-12));
        assertThat(food.<Double>getAs("points_gained"))
                .as("share x slope x (benchmark - shrunk value)")
                .isCloseTo(food.<Double>getAs("slope") * (0.7 - 0.52), within(1e-12));
        assertThat(row("period", "all", "shop").<Double>getAs("points_gained"))
                .as("nothing to gain")
                .isZero();
        Row silver = row("period", "silver", "food");
        assertThat(silver.<Double>getAs("points_gained")).isNull();
        assertThat(silver.<Double>getAs("performance")).as("weighted").isEqualTo(0.6);
        assertThat(silver.<String>getAs("quadrant")).isNull();
    }

    /** What is stored is marked first, so that it can be told from what is written anew. */
    @Test
    void completePeriodsFromTheFirstThatChangedOnAreReplacedAndNoOthers() {
        Dataset<Row> marked =
                spark.createDataFrame(whole, Table.DRIVERS.schema()).withColumn("reason", lit("marked"));
        store.replace(Table.DRIVERS, marked.where("period <> '2026-11'"), "true", "test");

        replace(project, "2026-12-05", "2026-12-06", "2026-12-06");
        List<Row> later = rows("true");
        assertThat(periods(later)).hasSize(4);
        assertThat(periods(later.stream()
                        .filter(row -> !"marked".equals(row.getAs("reason")))
                        .toList()))
                .as("December is not over, and November was not when it was last looked at")
                .containsExactly("2026-11");

        replace(project, "2026-10-05", "2026-10-06", "2026-11-30");
        assertThat(periods(rows("reason <> 'marked' OR reason IS NULL")))
                .as("nothing is said of November by what was known in it")
                .containsExactly("2026-10");
        assertThat(periods(rows("true"))).containsExactly("2026-08", "2026-09", "2026-10");
    }

    @Test
    void otherDriversTakeThePlaceOfAllRows() {
        Project other =
                TestProject.project(folder.resolve("other"), PROJECT + "drivers: {kpi: csat_5, outcome: nps_0_10}\n");
        replace(other, "2026-11-05", "2026-11-06", "2026-12-01");
        List<Row> rows = rows("true");
        assertThat(rows).hasSize(2).allSatisfy(row -> {
            assertThat(row.<String>getAs("kpi")).isEqualTo("csat_5");
            assertThat(told(row))
                    .as("nothing was measured for them")
                    .isEqualTo("null NOT_AVAILABLE 0: no response has a score of nps_0_10 at company");
        });
    }

    private static KeyDrivers expected(LocalDate from, String tier) {
        List<Integer> questions = new ArrayList<>();
        WEIGHED.forEach(touchpoint -> questions.add(TOUCHPOINTS.indexOf(touchpoint)));
        questions.add(OUTCOME);
        List<PairSums[][]> blocks = new ArrayList<>();
        for (int block = 0; block < 16; block++) {
            PairSums[][] sums = new PairSums[7][7];
            for (Response response : responses) {
                if (response.block == block
                        && !response.day.isBefore(from)
                        && (tier.equals("all") || tier.equals(response.tier))) {
                    for (int j = 0; j < 7; j++) {
                        for (int k = j; k < 7; k++) {
                            PairSums one = one(response, questions.get(j), questions.get(k));
                            PairSums before = Objects.requireNonNullElse(sums[j][k], PairSums.NONE);
                            sums[j][k] = one == null ? before : before.plus(one);
                        }
                    }
                }
            }
            blocks.add(sums);
        }
        return KeyDrivers.of(WEIGHED, blocks, 200);
    }

    private static void same(Row row, String column, double expected) {
        assertThat(row.<Double>getAs(column)).as(column).isCloseTo(expected, within(1e-12));
    }

    private static List<Row> rows(String condition) {
        return store.read(Table.DRIVERS).where(condition).collectAsList();
    }

    /** Of November. */
    private static Row row(String scope, String segment, String touchpoint) {
        List<Row> rows = cell("2026-11", scope, segment).stream()
                .filter(row -> touchpoint.equals(row.getAs("touchpoint")))
                .toList();
        assertThat(rows).as(scope + " " + segment + " " + touchpoint).hasSize(1);
        return rows.get(0);
    }

    private static List<Row> cell(String period, String scope, String segment) {
        return whole.stream()
                .filter(row -> row.getAs("period").equals(period)
                        && row.getAs("scope").equals(scope)
                        && row.getAs("segment").equals(segment))
                .toList();
    }

    private static String only(String period, String scope, String segment) {
        List<Row> rows = cell(period, scope, segment);
        assertThat(rows).as(period + " " + scope + " " + segment).hasSize(1);
        return told(rows.get(0));
    }

    private static String told(Row row) {
        return "%s %s %s: %s"
                .formatted(row.getAs("touchpoint"), row.getAs("status"), row.getAs("n"), row.getAs("reason"));
    }

    private static List<String> periods(List<Row> rows) {
        return rows.stream()
                .map(row -> row.<String>getAs("period"))
                .distinct()
                .sorted(Comparator.naturalOrder())
                .toList();
    }
}
