package dev.touchstone.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.Kernel;
import dev.touchstone.TestProject;
import dev.touchstone.calendar.Days;
import dev.touchstone.inference.Status;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From daily statistics of a hundred weeks to findings. Ten touchpoints, each asked 100 customers of gold and 100 of
 * silver a week (on Mondays, from 2024-01-01 to the end of November 2025), of whom 80 and 80 are satisfied, but:
 *
 * <ul>
 *   <li>{@code weak}: 55 and 55
 *   <li>{@code drop}: 65 and 65 from 2025-11-03 on
 *   <li>{@code mix}: 95 of gold and 65 of silver; from 2025-11-03 on 20 of gold are asked, and 180 of silver
 *   <li>{@code silver}: of silver 60
 *   <li>{@code company} has no answers but of the last day
 * </ul>
 */
class FindingsTest {
    private static final Instant AS_OF = Instant.parse("2025-12-05T00:00:00Z");
    private static final Days ALL = new Days(LocalDate.parse("2024-01-01"), LocalDate.parse("2025-12-03"));

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Project project;
    private static Store store;
    private static List<Row> findings;
    private static List<Row> changes;

    @BeforeAll
    static void assessAll() {
        project = TestProject.project(
                folder,
                """
                name: shop
                time_zone: UTC
                output: {path: out}
                sources:
                - name: answers
                  contract: responses
                  format: csv
                  path: a.csv
                  select: SELECT * FROM source
                segmentations: [{name: tier, from: row}]
                use_kpis: [csat_5]
                scorecard: [{kpi: csat_5, goal: Please, target: {baseline: '2024', improvement: 0.04}}]
                kpis: [{name: csat_5, benchmark: {value: 0.8, name: Others, year: 2024, source: Yearbook}}]
                actions: [{name: new_menu, touchpoints: [drop], date: '2025-11-03', cost: 7}]
                """);
        spark = TestProject.session(project);
        store = Store.at(spark, project.output().path());
        spark.sql(
                        """
                SELECT day, touchpoint, tier, n, CAST(round(n * rate) AS BIGINT) AS good FROM (
                  SELECT date_add(DATE'2024-01-01', 7 * w) AS day, touchpoint, tier,
                    day >= DATE'2025-11-03' AS late,
                    CASE WHEN touchpoint <> 'mix' OR NOT late THEN 100L WHEN tier = 'gold' THEN 20L ELSE 180L END AS n,
                    CASE touchpoint
                      WHEN 'weak' THEN 0.55
                      WHEN 'drop' THEN IF(late, 0.65, 0.8)
                      WHEN 'mix' THEN IF(tier = 'gold', 0.95, 0.65)
                      WHEN 'silver' THEN IF(tier = 'gold', 0.8, 0.6)
                      ELSE 0.8 END AS rate
                  FROM (SELECT explode(sequence(0, 99)) AS w),
                    (SELECT explode(array('weak', 'drop', 'mix', 'silver', 'a', 'b', 'c', 'd', 'e', 'f')) AS touchpoint),
                    (SELECT explode(array('gold', 'silver')) AS tier)
                  UNION ALL SELECT DATE'2025-12-01', 'company', 'gold', true, 40L, 0.5)""")
                .createOrReplaceTempView("weeks");
        store.replace(
                Table.DAILY_ANSWERS,
                spark.sql(
                        """
                        SELECT trunc(day, 'MONTH') AS month, day, segmentation, segment, touchpoint,
                          'csat_5' AS instrument, CAST(NULL AS STRING) AS item, CAST(NULL AS STRING) AS part,
                          answer, sum(n) AS n, 0L AS weighted_n, CAST(NULL AS DECIMAL(38,10)) AS w,
                          CAST(NULL AS DECIMAL(38,20)) AS w2, now() AS as_of
                        FROM (
                          SELECT *, inline(array(named_struct('segmentation', 'all', 'segment', 'all'),
                            named_struct('segmentation', 'tier', 'segment', tier))) FROM (
                            SELECT day, touchpoint, tier, inline(array(named_struct('answer', 5, 'n', good),
                              named_struct('answer', 2, 'n', n - good))) FROM weeks))
                        GROUP BY day, segmentation, segment, touchpoint, answer HAVING n > 0"""),
                "true",
                "test");
        store.ensure(Table.DAILY_MOMENTS);
        assess(ALL);
        findings = store.read(Table.WEAK_TOUCHPOINTS).collectAsList();
        changes = store.read(Table.KPI_CHANGES).collectAsList();
    }

    private static void assess(Days days) {
        Assess.run(spark, project, store, List.of(days), AS_OF, false, "test", line -> {});
    }

    @Test
    void weakFromTheFirstMonthOn() {
        Row weak = finding("2025-11", "weak", "all");
        assertThat(weak.<String>getAs("status")).isEqualTo("CONFIRMED");
        assertThat(weak.<String>getAs("since")).isEqualTo("2024-01");
        assertThat(weak.<String>getAs("benchmark_type")).isEqualTo("external");
        assertThat(weak.<Double>getAs("value")).isCloseTo(.55, within(1e-12));
        assertThat(weak.<Integer>getAs("rank")).isEqualTo(1);
        assertThat(weak.<String>getAs("reason_en"))
                .startsWith("weak is weak: 55.0 %")
                .contains("the 80.0 % of Others in 2024")
                .endsWith("since 2024-01.");
        assertThat(weak.<Object>getAs("alarm_since")).isNull();
    }

    @Test
    void ordinaryTouchpointsAreNotWeak() {
        assertThat(findings)
                .filteredOn(row -> row.<String>getAs("touchpoint").length() == 1
                        && !row.<String>getAs("period").equals("2025-12"))
                .hasSizeGreaterThan(6 * 22)
                .allMatch(row -> row.<String>getAs("status").equals("OK"));
    }

    /** 65 of 100 from the first week of November on. */
    @Test
    void aDropAlarms() {
        Row drop = finding("2025-11", "drop", "all");
        assertThat(drop.<String>getAs("status")).isEqualTo("CONFIRMED");
        assertThat(drop.<String>getAs("since")).isEqualTo("2025-11");
        assertThat(drop.<java.sql.Date>getAs("alarm_since").toLocalDate())
                .isBetween(LocalDate.parse("2025-11-03"), LocalDate.parse("2025-11-10"));
        assertThat(drop.<Double>getAs("change")).isCloseTo(-.15, within(1e-12));
        assertThat(findings)
                .filteredOn(row -> row.getAs("alarm_since") != null)
                .extracting(row -> row.<String>getAs("touchpoint"))
                .containsOnly("drop", "mix");
    }

    @Test
    void aSegmentThatIsWeakAlone() {
        assertThat(finding("2025-10", "silver", "silver").<String>getAs("status"))
                .isEqualTo("CONFIRMED");
        assertThat(finding("2025-10", "silver", "gold").<String>getAs("status")).isEqualTo("OK");
    }

    /** No segment of it changed, and none is called weak for the fall of the total. */
    @Test
    void aDropByMixAlone() {
        Row total = change("2025-11", "mix", "all");
        assertThat(total.<Double>getAs("change")).isCloseTo(.68 - .8, within(1e-12));
        for (String tier : List.of("gold", "silver")) {
            Row part = change("2025-11", "mix", tier);
            assertThat(part.<Double>getAs("rate_effect")).isCloseTo(0, within(1e-12));
            assertThat(part.<Object>getAs("change_low")).isNotNull();
            assertThat(finding("2025-11", "mix", tier).<Object>getAs("alarm_since"))
                    .isNull();
        }
        // Shares .5, .5 to .1, .9; about the middle of .8 and .68.
        assertThat(change("2025-11", "mix", "gold").<Double>getAs("mix_effect"))
                .isCloseTo(-.4 * (.95 - .74), within(1e-12));
        assertThat(change("2025-11", "mix", "silver").<Double>getAs("mix_effect"))
                .isCloseTo(.4 * (.65 - .74), within(1e-12));
        Row silver = finding("2025-11", "mix", "silver");
        assertThat(silver.<Double>getAs("rate_effect")).isCloseTo(0, within(1e-12));
        assertThat(silver.<Double>getAs("mix_effect"))
                .isCloseTo(change("2025-11", "mix", "silver").<Double>getAs("mix_effect"), within(1e-12));
    }

    /** Over touchpoints, and over the segments at each of them: rate and mix are the change of the total. */
    @Test
    void effectsSumToTheChangeOfTheTotal() {
        Map<String, Double> totals = new TreeMap<>();
        changes.stream()
                .filter(row -> row.getAs("change") != null
                        && row.<String>getAs("segmentation").equals("all"))
                .forEach(row -> totals.put(key(row, row.getAs("touchpoint")), row.getAs("change")));
        Function<Row, String> total = row ->
                key(row, row.<String>getAs("segmentation").equals("all") ? "all" : row.<String>getAs("touchpoint"));
        Map<String, Double> sums = changes.stream()
                .filter(row -> row.getAs("contribution") != null)
                .collect(Collectors.groupingBy(
                        row -> total.apply(row) + " by " + row.getAs("segmentation"),
                        Collectors.summingDouble(
                                row -> row.<Double>getAs("rate_effect") + row.<Double>getAs("mix_effect"))));
        assertThat(sums.keySet()).hasSize(33 * 12);
        sums.forEach((key, sum) ->
                assertThat(sum).as(key).isCloseTo(totals.get(key.replaceFirst(" by .*", "")), within(1e-9)));
    }

    /** .80 to .65; the nine others from 6.85 to 6.73 ninths, since one fell by mix. */
    @Test
    void whatBecameOfAnAction() {
        List<Row> effects = store.read(Table.ACTION_EFFECTS).collectAsList();
        assertThat(effects).hasSize(1);
        Row effect = effects.get(0);
        assertThat(effect.<String>getAs("touchpoint")).isEqualTo("drop");
        assertThat(effect.<Integer>getAs("weeks_before")).isEqualTo(13);
        assertThat(effect.<Integer>getAs("weeks_after")).isEqualTo(4);
        assertThat(effect.<Double>getAs("peers_before")).isCloseTo(6.85 / 9, within(1e-12));
        assertThat(effect.<Double>getAs("effect")).isCloseTo(-.15 + .12 / 9, within(1e-12));
        assertThat(effect.<Double>getAs("effect_high")).isNegative();
        assertThat(effect.<Boolean>getAs("at_its_worst")).isFalse();
    }

    /** 2024 was at .765; by the end of the third quarter of 2025 .03 more are due. */
    @Test
    void theScorecardAgainstADerivedTarget() {
        Map<String, Row> scorecard = new TreeMap<>();
        store.read(Table.SCORECARD).collectAsList().forEach(row -> scorecard.put(row.<String>getAs("period"), row));
        assertThat(scorecard.get("2025-Q3").<Double>getAs("target")).isCloseTo(.765 + .03, within(1e-9));
        assertThat(scorecard.get("2025-Q3").<Double>getAs("value")).isCloseTo(.765, within(1e-9));
        assertThat(scorecard.get("2025-Q3").<String>getAs("status")).isEqualTo("MISSED");
        assertThat(scorecard.get("2024").<String>getAs("status")).isEqualTo("UNCERTAIN");
        assertThat(scorecard.get("2025").<String>getAs("status")).isEqualTo("OPEN");
        assertThat(scorecard.get("2025-Q3").<String>getAs("goal_en")).isEqualTo("Please");
    }

    /** Of 2019 nothing is known. */
    @Test
    void aTargetWhoseBaselineIsNotThere() {
        Project later = TestProject.project(
                folder.resolve("later"),
                """
                name: shop
                time_zone: UTC
                output: {path: out}
                sources: [{name: a, contract: responses, format: csv, path: a.csv, select: SELECT * FROM source}]
                use_kpis: [csat_5]
                kpis: [{name: csat_5, benchmark: target, target: {baseline: '2019', improvement: 0.04}}]
                """);
        assertThat(Scorecard.of(spark, later, store, List.of(ALL), LocalDate.parse("2024-12-31"))
                        .where("is_complete")
                        .collectAsList())
                .isNotEmpty()
                .allMatch(row -> row.getAs("status").equals("NO_BASELINE") && row.getAs("target") == null);
        assertThat(WeakTouchpoints.of(
                                later,
                                store,
                                Judged.of(later, LocalDate.parse("2024-03-01"), LocalDate.parse("2024-03-01")))
                        .collectAsList())
                .isNotEmpty()
                .allMatch(row -> row.getAs("status").equals("NO_BENCHMARK"));
    }

    /** What others may run as it is; by DuckDB they are tried on the tables of the demo. */
    @Test
    void readyQueriesOfSparkSql() throws IOException {
        SparkSession reader = spark.newSession();
        for (Table table : Table.values()) {
            if (store.exists(table)) {
                reader.read().format("delta").load(store.location(table)).createOrReplaceTempView(table.tableName());
            }
        }
        try (Stream<Path> files = Files.list(Path.of("jobs/sql"))) {
            List<Path> queries =
                    files.filter(file -> file.toString().endsWith(".sql")).toList();
            assertThat(queries).hasSize(5);
            for (Path query : queries) {
                assertThat(reader.sql(Files.readString(query)).collectAsList())
                        .as(query.toString())
                        .isNotEmpty();
            }
        }
    }

    /** DayByDayTest has Kernel read every table, but has no row for this one. */
    @Test
    void actionEffectsByDeltaKernel() throws IOException {
        assertThat(Kernel.assertReads(store, Table.ACTION_EFFECTS)).isOne();
    }

    @Test
    void filtersNarrow() {
        Set<Status> weak = EnumSet.of(Status.CONFIRMED, Status.PROBABLE);
        assertThat(cells(Set.of("csat_5"), "touchpoint", null, weak))
                .isNotEmpty()
                .allMatch(cell -> cell.startsWith("all "));
        assertThat(cells(Set.of(), "segment", null, weak)).isNotEmpty().allMatch(cell -> cell.startsWith("tier "));
        assertThat(cells(Set.of(), null, "tier", weak)).isEqualTo(cells(Set.of(), "segment", null, weak));
        assertThat(cells(Set.of(), null, "all", weak)).isEqualTo(cells(Set.of(), "touchpoint", null, weak));
        assertThat(cells(Set.of("nps_0_10"), null, null, weak)).isEmpty();
        assertThat(cells(Set.of(), null, null, EnumSet.of(Status.OK)))
                .isNotEmpty()
                .noneMatch(cell -> cell.contains(" weak "));
    }

    private static List<String> cells(Set<String> kpis, String level, String segmentation, Set<Status> statuses) {
        return Findings.of(
                        project,
                        store,
                        new Findings.Filter(kpis, level, segmentation, statuses, "2025-11", false),
                        1_000)
                .orElseThrow()
                .rows()
                .stream()
                .map(row ->
                        "%s %s %s".formatted(row.getAs("segmentation"), row.getAs("touchpoint"), row.getAs("segment")))
                .toList();
    }

    /** Ten touchpoints: drop is at .65, the mean of all .751; .15 less than in October. */
    @Test
    void everyStepFromPeersAndChanges() {
        Explanation explanation = Explanation.of(
                        project, store, new Explanation.Cell("csat_5", "drop", "all", "all", "2025-11"))
                .orElseThrow();
        Map<String, String> steps = new TreeMap<>();
        explanation.steps().forEach(step -> steps.put(step.name(), String.join("\n", step.lines())));
        assertThat(steps.get("Peers"))
                .contains("drawn toward the mean of the touchpoints, 7")
                .contains("probability that the truth is worse than the limit");
        assertThat(steps.get("Change"))
                .contains("-15.0 points since the period before (80.0 %)")
                .contains("to the change of its total its own value adds -1.5 points, its share in it")
                .contains("alarm since the week of 2025-11-03");
        assertThat(steps.get("Cost"))
                .isEqualTo(
                        "800 responses in the period\nno price: what a repurchase is worth, or goes with, is not known");
    }

    @Test
    void anOpenPeriodIsNotJudged() {
        assertThat(findings)
                .filteredOn(row -> row.<String>getAs("period").equals("2025-12"))
                .isNotEmpty()
                .allMatch(row -> row.<String>getAs("status").equals("IMMATURE") && !row.<Boolean>getAs("is_complete"));
    }

    /** What was found before is known from the table; nothing else of it is looked at. */
    @Test
    void oneMonthAgainGivesTheSame() {
        assess(new Days(LocalDate.parse("2025-11-24"), LocalDate.parse("2025-11-25")));
        assertThat(store.read(Table.WEAK_TOUCHPOINTS).collectAsList()).containsExactlyInAnyOrderElementsOf(findings);
        assertThat(store.read(Table.KPI_CHANGES).collectAsList()).containsExactlyInAnyOrderElementsOf(changes);
    }

    private static String key(Row row, String touchpoint) {
        return "%s %s %s".formatted(row.getAs("period"), row.getAs("compared_with"), touchpoint);
    }

    private static Row finding(String period, String touchpoint, String segment) {
        return findings.stream()
                .filter(row -> row.getAs("period").equals(period)
                        && row.getAs("touchpoint").equals(touchpoint)
                        && row.getAs("segment").equals(segment))
                .findFirst()
                .orElseThrow();
    }

    private static Row change(String period, String touchpoint, String segment) {
        return changes.stream()
                .filter(row -> row.getAs("period").equals(period)
                        && row.getAs("compared_with").equals("previous_period")
                        && row.getAs("touchpoint").equals(touchpoint)
                        && row.getAs("segment").equals(segment))
                .findFirst()
                .orElseThrow();
    }
}
