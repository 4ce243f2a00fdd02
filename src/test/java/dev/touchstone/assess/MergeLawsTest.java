package dev.touchstone.assess;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.Stages;
import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.CalendarTable;
import dev.touchstone.calendar.Days;
import dev.touchstone.calendar.Grain;
import dev.touchstone.kpi.Answers;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.measure.DailyStatistics;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The laws of states, for every survey KPI of the catalogue, on random answers: what Spark counts is what {@link SlowSurvey}
 * counts answer by answer; the states of parts sum to the state of the whole, in any order; missing answers change
 * nothing but {@code excluded}; no KPI depends on which others are computed.
 */
class MergeLawsTest {
    private static final List<String> SUMS =
            List.of("n", "excluded", "immature", "s", "ss", "weighted_n", "w", "w2", "wx", "wx2");
    private static final List<String> DAY_CELL = List.of("day", "kpi", "segmentation", "segment", "touchpoint");
    private static final List<String> PERIOD_CELL =
            List.of("calendar", "grain", "period", "kpi", "segmentation", "segment", "touchpoint");
    private static final List<Calendar> CALENDARS = List.of(Calendar.GREGORIAN, Calendar.PERSIAN);

    /** The turn of a Persian year, and of a Gregorian month and quarter. */
    private static final Days DAYS = new Days(LocalDate.of(2026, 3, 17), LocalDate.of(2026, 4, 3));
    /** Fourteen days have passed for the first half of the days. */
    private static final Instant AS_OF = Instant.parse("2026-04-08T12:00:00Z");

    private static final String PROJECT =
            """
            name: laws
            time_zone: UTC
            calendars: [gregorian, persian]
            output: {path: out}
            sources:
            - {name: answers, contract: responses, table: answers, select: SELECT * FROM source}
            - {name: mails, contract: invitations, table: mails, select: SELECT * FROM source}
            instruments:
            - name: servqual_7
              items: {i1: tangibles, i2: tangibles, i3: tangibles, i4: reliability, i5: reliability,
                      i6: responsiveness, i7: assurance, i8: empathy}
              weights: {tangibles: 11, reliability: 32, responsiveness: 22, assurance: 19, empathy: 16}
            segmentations:
            - {name: tier, from: row}
            - {name: channel, from: row}
            """;

    @TempDir
    private static Path folder;

    private static Project project;
    private static SparkSession spark;
    private static SlowSurvey survey;
    private static Dataset<Row> answers;
    private static Dataset<Row> mails;
    private static Dataset<Row> counted;
    private static Map<String, List<BigDecimal>> whole;

    @BeforeAll
    static void countTheWhole() throws IOException {
        Files.writeString(folder.resolve("project.yaml"), PROJECT);
        project = ofSurveys(Stages.project(folder.resolve("project.yaml"), Map.of(), folder.resolve("out")));
        spark = Stages.session(project);
        Distributions.register(spark);
        survey = new SlowSurvey(new Random(20260321), DAYS, AS_OF);
        answers = survey.answerRows(spark);
        mails = survey.mailRows(spark);
        // One reading of the whole serves several laws.
        counted = statistics(project, answers, mails);
        whole = sums(states(project.catalogue(), counted), DAY_CELL);
    }

    @Test
    void countsAreThoseOfTheSlowSurvey() {
        Map<String, List<BigDecimal>> slow = survey.daily();
        for (String kpi : project.catalogue().kpis().keySet()) {
            assertThat(of(kpi, whole)).as(kpi).isNotEmpty().isEqualTo(of(kpi, slow));
        }
        assertThat(whole.keySet()).isEqualTo(slow.keySet());
    }

    /** Also of the empty part, which adds nothing. */
    @Test
    void partsSumToTheWholeInAnyOrder() {
        List<Map.Entry<String, List<BigDecimal>>> parts = new ArrayList<>();
        for (int part = 0; part < 3; part++) {
            String ofPart = part < 2 ? "pmod(hash(response_id), 2) = " + part : "false";
            Map<String, List<BigDecimal>> states = sums(
                    states(
                            project.catalogue(),
                            statistics(
                                    project, answers.where(ofPart), mails.where(ofPart.replace("response", "group")))),
                    DAY_CELL);
            assertThat(states.isEmpty()).isEqualTo(part == 2);
            parts.addAll(states.entrySet());
        }
        Collections.shuffle(parts, new Random(4));
        assertThat(merged(parts, key -> List.of(key))).isEqualTo(whole);
    }

    @Test
    void neitherOrderNorPartitionsMatter() {
        Dataset<Row> shuffled = statistics(
                project,
                answers.repartition(5, col("score"), col("item"))
                        .sortWithinPartitions(col("item").desc()),
                mails.orderBy(col("invitation_id").desc()));
        assertThat(sums(states(project.catalogue(), shuffled), DAY_CELL)).isEqualTo(whole);
    }

    /** Without the rows that hold no answer everything is as before, save that nothing is excluded. */
    @Test
    void missingAnswersAreExcludedAndNothingElse() {
        Map<String, List<BigDecimal>> answered = sums(
                states(project.catalogue(), statistics(project, answers.where("score IS NOT NULL"), mails)), DAY_CELL);
        Map<String, List<BigDecimal>> expected = new TreeMap<>();
        whole.forEach((cell, sums) -> {
            if (sums.get(0).signum() > 0 || sums.get(2).signum() > 0) {
                List<BigDecimal> others = new ArrayList<>(sums);
                others.set(1, BigDecimal.ZERO);
                expected.put(cell, others);
            }
        });
        assertThat(whole.values())
                .anyMatch(sums -> sums.get(1).signum() > 0 && sums.get(0).signum() == 0);
        assertThat(answered).isEqualTo(expected);
    }

    /** KPIs of answers share one count of answers; the others are counted again, each alone. */
    @Test
    void eachKpiAloneIsWhatItIsAmongAllOthers() {
        Catalogue all = project.catalogue();
        Set<String> ofAnswers = Answers.kpis(spark, all).stream().map(Kpi::name).collect(Collectors.toSet());
        Dataset<Row> alone = null;
        for (String kpi : all.kpis().keySet()) {
            Catalogue one = all.with(Set.of(kpi));
            Dataset<Row> states = ofAnswers.contains(kpi)
                    ? KpiStates.ofAnswers(answerCounts(counted), Answers.kpis(spark, one), one)
                    : KpiStates.ofMoments(
                            statistics(with(project, one), answers, mails).where("kpi IS NOT NULL"));
            alone = alone == null ? states : alone.unionByName(states);
        }
        Map<String, List<BigDecimal>> states = sums(alone, DAY_CELL);
        for (String kpi : all.kpis().keySet()) {
            assertThat(of(kpi, states)).as(kpi).isNotEmpty().isEqualTo(of(kpi, whole));
        }
        assertThat(states.keySet()).isEqualTo(whole.keySet());
    }

    /** Days sum to periods, touchpoints to their total, the company stands apart; values are plain means of all answers. */
    @Test
    void periodsAreSumsOfDaysAndValuesAreMeans() {
        Dataset<Row> periods = KpiStates.byPeriod(
                states(project.catalogue(), counted),
                CalendarTable.periods(spark, CALENDARS, DAYS.from(), DAYS.to(), DayOfWeek.SATURDAY),
                project.catalogue().kpis().values());
        Dataset<Row> cached = spark.createDataFrame(periods.collectAsList(), periods.schema());

        List<Map.Entry<String, List<BigDecimal>>> days =
                new ArrayList<>(survey.daily().entrySet());
        Collections.shuffle(days, new Random(5));
        Map<String, List<BigDecimal>> expected = merged(days, MergeLawsTest::periodsOf);
        assertThat(sums(cached, PERIOD_CELL)).isEqualTo(expected);

        Map<String, Row> values = new HashMap<>();
        KpiValues.of(spark, cached, project.catalogue().kpis().values(), NoRepeatedCustomers.byPeriod(spark), DAYS.to())
                .collectAsList()
                .forEach(row ->
                        values.put(key(row, PERIOD_CELL) + (row.<Boolean>getAs("weighted") ? " | weighted" : ""), row));
        long weighted = expected.values().stream()
                .filter(sums -> sums.get(6).signum() > 0)
                .count();
        assertThat(values).hasSize(expected.size() + (int) weighted);
        expected.forEach((cell, sums) -> {
            Kpi kpi = project.catalogue().kpis().get(cell.split(" \\| ")[3]);
            assertValue(values.get(cell), sums.get(0), sums.get(3), sums.get(0), kpi);
            if (sums.get(6).signum() > 0) {
                assertValue(values.get(cell + " | weighted"), sums.get(5), sums.get(8), sums.get(6), kpi);
            }
        });
    }

    @Test
    void nothingGivesNothing() {
        Dataset<Row> none = statistics(project, answers.where("false"), mails.where("false"));
        assertThat(states(project.catalogue(), none).collectAsList()).isEmpty();
    }

    private static void assertValue(Row row, BigDecimal n, BigDecimal sum, BigDecimal size, Kpi kpi) {
        assertThat(row).isNotNull();
        assertThat(row.<Long>getAs("n")).isEqualTo(n.longValueExact());
        Double value = row.getAs("value");
        if (n.signum() == 0) {
            assertThat(value).isNull();
            assertThat(row.<Double>getAs("ci_low")).isNull();
            assertThat(row.<Double>getAs("ci_high")).isNull();
            return;
        }
        double expected = sum.doubleValue() / kpi.scale().factor() / size.doubleValue();
        assertThat(value).isCloseTo(expected, within(1e-12 * 100));
        assertThat(row.<Double>getAs("ci_low"))
                .isLessThanOrEqualTo(value + 1e-12)
                .isGreaterThanOrEqualTo(kpi.scale().low());
        assertThat(row.<Double>getAs("ci_high"))
                .isGreaterThanOrEqualTo(value - 1e-12)
                .isLessThanOrEqualTo(kpi.scale().high());
    }

    /** With the KPIs of the sources that it has. */
    private static Project ofSurveys(Project all) {
        Set<String> names = all.catalogue().kpis().values().stream()
                .filter(kpi -> Set.of("responses", "invitations").contains(kpi.of()))
                .map(Kpi::name)
                .collect(Collectors.toSet());
        return with(all, all.catalogue().with(names));
    }

    private static Project with(Project project, Catalogue catalogue) {
        return new Project(
                project.file(),
                project.name(),
                project.title(),
                project.zone(),
                project.calendars(),
                project.weekStart(),
                project.output(),
                project.sources(),
                project.touchpoints(),
                project.segmentations(),
                project.active(),
                project.outcomes(),
                catalogue,
                project.scorecard(),
                project.findings(),
                project.actions(),
                project.drivers(),
                project.quarantine());
    }

    private static Dataset<Row> statistics(Project of, Dataset<Row> answers, Dataset<Row> mails) {
        answers.createOrReplaceTempView("answers");
        mails.createOrReplaceTempView("mails");
        Dataset<Row> all = null;
        for (Contract contract : List.of(Contract.RESPONSES, Contract.INVITATIONS)) {
            if (!of.catalogue().kpisOf(contract.contractName()).isEmpty()) {
                Dataset<Row> cells = DailyStatistics.of(spark, of, contract, DAYS, AS_OF);
                // Counts of invitations' answers, of which there are none, are no statistic.
                Dataset<Row> kept = contract == Contract.RESPONSES ? cells : cells.where("kpi IS NOT NULL");
                all = all == null ? kept : all.unionByName(kept);
            }
        }
        // Counted once, as the stage does, however often they are looked at.
        return spark.createDataFrame(all.collectAsList(), all.schema());
    }

    private static Dataset<Row> states(Catalogue catalogue, Dataset<Row> cells) {
        return KpiStates.ofAnswers(answerCounts(cells), Answers.kpis(spark, catalogue), catalogue)
                .unionByName(KpiStates.ofMoments(cells.where("kpi IS NOT NULL")));
    }

    /** The columns of {@code daily_answers}. */
    private static Dataset<Row> answerCounts(Dataset<Row> cells) {
        return cells.where("kpi IS NULL").drop("kpi", "excluded", "immature", "s", "ss", "s_n", "wx", "wx2");
    }

    private static Map<String, List<BigDecimal>> sums(Dataset<Row> states, List<String> cell) {
        Map<String, List<BigDecimal>> sums = new TreeMap<>();
        for (Row row : states.collectAsList()) {
            List<BigDecimal> numbers = SUMS.stream()
                    .map(name -> row.<Object>getAs(name))
                    .map(number -> number == null ? BigDecimal.ZERO : new BigDecimal(number.toString()))
                    .map(SlowSurvey::plain)
                    .toList();
            assertThat(sums.put(key(row, cell), numbers)).as("each cell once").isNull();
        }
        return sums;
    }

    private static String key(Row row, List<String> cell) {
        return cell.stream()
                .map(name -> String.valueOf(row.<Object>getAs(name)))
                .collect(Collectors.joining(" | "));
    }

    private static Map<String, List<BigDecimal>> of(String kpi, Map<String, List<BigDecimal>> states) {
        Predicate<String> ofKpi = key -> key.split(" \\| ")[1].equals(kpi);
        return states.entrySet().stream()
                .filter(entry -> ofKpi.test(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, two) -> one, TreeMap::new));
    }

    private static Map<String, List<BigDecimal>> merged(
            Collection<Map.Entry<String, List<BigDecimal>>> states,
            java.util.function.Function<String, Collection<String>> into) {
        Map<String, List<BigDecimal>> merged = new TreeMap<>();
        states.forEach(state ->
                into.apply(state.getKey()).forEach(key -> merged.merge(key, state.getValue(), SlowSurvey::sum)));
        return merged;
    }

    /** The cells of all periods and of the total over touchpoints that a day's cell is part of. */
    private static Collection<String> periodsOf(String dayCell) {
        String[] parts = dayCell.split(" \\| ");
        LocalDate day = LocalDate.parse(parts[0]);
        Set<String> keys = new TreeSet<>();
        for (Calendar calendar : CALENDARS) {
            for (Grain grain : Grain.values()) {
                var period = calendar.period(grain, day, DayOfWeek.SATURDAY);
                Stream<String> touchpoints =
                        parts[4].equals("company") ? Stream.of("company") : Stream.of(parts[4], "all");
                touchpoints.forEach(touchpoint -> keys.add(String.join(
                        " | ",
                        period.calendar().code(),
                        grain.code(),
                        period.label(),
                        parts[1],
                        parts[2],
                        parts[3],
                        touchpoint)));
            }
        }
        return keys;
    }
}
