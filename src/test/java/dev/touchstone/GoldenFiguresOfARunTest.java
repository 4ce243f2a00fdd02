package dev.touchstone;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.calendar.Days;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Answers that can be scored by eye, as text in a file, through one real run to {@code kpi_values}. Every touchpoint is
 * a case of its own.
 */
class GoldenFiguresOfARunTest {
    private static final Map<String, Row> VALUES = new HashMap<>();
    private static final List<String> RESPONSES =
            new ArrayList<>(List.of("response_id,instrument,touchpoint,item,part,score,weight"));
    private static final List<String> INVITATIONS =
            new ArrayList<>(List.of("invitation_id,touchpoint,instrument,invited_at,response_id"));
    private static final List<Row> QUARANTINE = new ArrayList<>();
    private static Map<String, Long> counts;
    private static int respondents;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void runOnce() throws IOException {
        ask("csat_5", "eighty", repeated(80, "4"));
        ask("csat_5", "eighty", repeated(20, "3"));
        ask("csat_5", "each answer", "1", "2", "3", "4", "5", "", "N/A");
        ask("csat_5", "nobody answered", "", "N/A", "");
        ask("csat_4", "each answer", "1", "2", "3", "4");
        ask("csat_100", "cut", "0", "79", "80", "100");
        ask("ces_5", "each answer", "1", "2", "3", "4", "5", "");
        ask("ease_5", "each answer", "1", "2", "3", "4", "5");
        ask("ces_7", "seven", "1", "2", "3", "5", "6", "7", "7");
        ask("ces_7", "neutral", "3", "4");
        ask("ces2_7", "each answer", "1", "2", "3", "4", "5", "6", "7");
        ask("nps_0_10", "five", "0", "6", "7", "9", "10");
        ask("nps_0_10", "70/15/15", repeated(70, "9"));
        ask("nps_0_10", "70/15/15", repeated(15, "7"));
        ask("nps_0_10", "70/15/15", repeated(15, "6"));
        ask("nps_1_10", "five", "0", "6", "7", "9", "10");
        weigh("nps_0_10", "weighted", "10", "2.5");
        weigh("nps_0_10", "weighted", "8", "1");
        weigh("nps_0_10", "weighted", "3", "0.5");
        weigh("nps_0_10", "weighted", "0", "");

        // 1: gaps -2 and 1 in empathy, -1 in reliability. 2: perception without expectation. 3: expectation without
        // perception. 4: the expectation is "no answer".
        halves("pairs", "empathy", "4", "6", "reliability", "5", "6");
        halves("pairs", "empathy", "6", "5");
        halves("pairs", "empathy", "2", null);
        halves("pairs", "empathy", null, "7");
        halves("pairs", "empathy", "3", "");
        // Points: tangibles 11, reliability 32, responsiveness 22, assurance 19, empathy 16. Tangibles twice: mean -.5.
        halves(
                "total",
                "tangibles",
                "6",
                "7",
                "tangibles_2",
                "7",
                "7",
                "reliability",
                "5",
                "7",
                "responsiveness",
                "6",
                "6",
                "assurance",
                "7",
                "6",
                "empathy",
                "4",
                "7");
        halves(
                "total",
                "tangibles",
                "7",
                "7",
                "reliability",
                "7",
                "7",
                "responsiveness",
                "7",
                "7",
                "assurance",
                "7",
                "7",
                "empathy",
                "7",
                "6");
        halves(
                "total",
                "tangibles",
                "7",
                "6",
                "reliability",
                "7",
                "6",
                "responsiveness",
                "7",
                "6",
                "assurance",
                "7",
                "6");

        // As of 1 February a window of 14 days has passed for 17 January, not for the 19th.
        invite("mail", "2026-01-05", "answer-1");
        invite("mail", "2026-01-06", "answer-1");
        invite("mail", "2026-01-06", "answer-2");
        invite("mail", "2026-01-07", "");
        invite("mail", "2026-01-17", "");
        invite("mail", "2026-01-19", "answer-3");
        invite("mail", "2026-01-20", "");
        invite("too young", "2026-01-25", "answer-4");

        Files.write(folder.resolve("responses.csv"), RESPONSES);
        Files.write(folder.resolve("invitations.csv"), INVITATIONS);
        Files.writeString(
                folder.resolve("project.yaml"),
                """
                name: golden
                time_zone: UTC
                output: {path: out}
                sources:
                - name: responses
                  contract: responses
                  format: csv
                  path: responses.csv
                  select: SELECT *, '2026-01-10 12:00' AS responded_at FROM source
                - {name: invitations, contract: invitations, format: csv, path: invitations.csv, select: SELECT * FROM source}
                instruments:
                - {name: csat_5, no_answer: [N/A]}
                - name: servqual_7
                  items: {reliability: reliability, assurance: assurance, responsiveness: responsiveness,
                          empathy: empathy, tangibles: tangibles, tangibles_2: tangibles}
                  weights: {tangibles: 11, reliability: 32, responsiveness: 22, assurance: 19, empathy: 16}
                """);
        Project project = Stages.project(folder.resolve("project.yaml"), Map.of(), folder.resolve("out"));
        SparkSession spark = Stages.session(project);
        Stages.Outcome outcome = Stages.run(
                spark,
                project,
                new Days(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 2, 1)),
                Instant.parse("2026-02-01T00:00:00Z"));
        counts = outcome.counts();
        outcome.store()
                .read(Table.KPI_VALUES)
                .where(col("grain").equalTo("month"))
                .collectAsList()
                .forEach(row -> VALUES.put(
                        row.getAs("kpi") + "/" + row.getAs("touchpoint")
                                + (row.<Boolean>getAs("weighted") ? "/weighted" : ""),
                        row));
        QUARANTINE.addAll(outcome.store().read(Table.QUARANTINE).collectAsList());
    }

    @Test
    void satisfaction() {
        assertCell("csat_5/eighty", 0.8, 100, 0);
        assertCell("csat_5/each answer", 0.4, 5, 2);
        assertCell("csat_5/nobody answered", null, 0, 3);
        assertCell("csat_4/each answer", 0.5, 4, 0);
        assertCell("csat_100/cut", 0.5, 4, 0);
        // 80 + 2 of 100 + 5, not the mean of .8, .4 and nothing.
        assertCell("csat_5/all", 82 / 105.0, 105, 5);
    }

    @Test
    void effort() {
        assertCell("ces_5/each answer", 3.0, 5, 1);
        assertCell("ease_5/each answer", 3.0, 5, 0);
        assertCell("ease_5_share/each answer", 0.4, 5, 0);
        assertCell("ces_7/seven", 200 / 7.0, 7, 0);
        assertCell("net_easy_7/seven", -200 / 7.0, 7, 0);
        assertCell("ces_7/neutral", 0.0, 2, 0);
        assertCell("ces2_7/each answer", 4.0, 7, 0);
        assertCell("ces2_7_share/each answer", 3 / 7.0, 7, 0);
    }

    @Test
    void loyalty() {
        assertCell("nps_0_10/five", 0.0, 5, 0);
        assertCell("nps_0_10/70/15/15", 55.0, 100, 0);
    }

    /** On the scale from 1 to 10 a zero is no answer: {6, 7, 9, 10} are left. */
    @Test
    void zeroIsQuarantinedWhereTheScaleStartsAtOne() {
        assertCell("nps_1_10/five", 25.0, 4, 0);
        assertThat(QUARANTINE).singleElement().satisfies(row -> {
            assertThat(row.<String, String>getJavaMap(row.fieldIndex("key"))).containsEntry("instrument", "nps_1_10");
            assertThat(row.getList(row.fieldIndex("reasons")))
                    .singleElement()
                    .asString()
                    .isEqualTo("[outside the instrument's range,score,0]");
        });
        assertThat(counts)
                .containsEntry("responses_quarantined", 1L)
                .containsEntry("responses_read", RESPONSES.size() - 1L)
                .containsEntry("responses_kept", RESPONSES.size() - 2L);
    }

    /** Promoter 2.5, passive 1, detractor .5; the answer without weight counts in the plain cell only. */
    @Test
    void weights() {
        assertCell("nps_0_10/weighted", -25.0, 4, 0);
        assertCell("nps_0_10/weighted/weighted", 50.0, 3, 0);
        Row weighted = VALUES.get("nps_0_10/weighted/weighted");
        assertThat(weighted.<Double>getAs("total")).isEqualTo(200);
        // 4 squared over 6.25 + 1 + .25.
        assertThat(weighted.<Double>getAs("n_eff")).isCloseTo(16 / 7.5, within(1e-12));
        assertThat(VALUES).doesNotContainKey("nps_0_10/five/weighted");
    }

    /** Halves without the other leave the gap, not the perception. */
    @Test
    void serviceQualityNeedsBothHalves() {
        assertCell("servqual_empathy/pairs", -0.5, 2, 0);
        assertCell("servqual_reliability/pairs", -1.0, 1, 0);
        assertCell("servperf_empathy/pairs", 3.75, 4, 0);
        assertCell("servperf_reliability/pairs", 5.0, 1, 0);
        assertThat(VALUES).doesNotContainKey("servqual_tangibles/pairs").doesNotContainKey("servqual_total/pairs");
    }

    /** -.5 x .11 - 2 x .32 + 0 x .22 + 1 x .19 - 3 x .16 = -.985 and 1 x .16; the third left a dimension out. */
    @Test
    void weightedServiceQuality() {
        assertCell("servqual_tangibles/total", 0.0, 4, 0);
        assertCell("servqual_total/total", (-0.985 + 0.16) / 2, 2, 0);
    }

    /** Five mature invitations, two answered: the reminder of answer-1 is no second answer. */
    @Test
    void responseRate() {
        assertCell("response_rate/mail", 0.4, 5, 0);
        assertThat(VALUES.get("response_rate/mail").<Long>getAs("immature")).isEqualTo(2);
        assertThat(VALUES.get("response_rate/mail").<Double>getAs("total")).isEqualTo(2);
        assertCell("response_rate/too young", null, 0, 0);
        assertThat(VALUES.get("response_rate/too young").<Long>getAs("immature"))
                .isOne();
    }

    @Test
    void everySurveyKpiOfTheCatalogueIsThere() {
        assertThat(VALUES.values())
                .extracting(row -> row.<String>getAs("kpi"))
                .containsAll(Catalogue.builtIn().kpis().values().stream()
                        .filter(kpi -> List.of("responses", "invitations").contains(kpi.of()))
                        .map(Kpi::name)
                        .toList());
    }

    private static void assertCell(String name, Double value, long n, long excluded) {
        Row cell = VALUES.get(name);
        assertThat(cell).as(name).isNotNull();
        assertThat(cell.<Long>getAs("n")).as(name + " n").isEqualTo(n);
        assertThat(cell.<Long>getAs("excluded")).as(name + " excluded").isEqualTo(excluded);
        if (value == null) {
            assertThat(cell.<Double>getAs("value")).as(name).isNull();
            assertThat(cell.<Double>getAs("ci_low")).as(name).isNull();
            assertThat(cell.<Double>getAs("ci_high")).as(name).isNull();
        } else {
            assertThat(cell.<Double>getAs("value")).as(name).isCloseTo(value, within(1e-12 * 100));
        }
    }

    private static void ask(String instrument, String touchpoint, String... scores) {
        for (String score : scores) {
            weigh(instrument, touchpoint, score, "");
        }
    }

    private static void weigh(String instrument, String touchpoint, String score, String weight) {
        RESPONSES.add("r%d,%s,%s,,,%s,%s".formatted(respondents++, instrument, touchpoint, score, weight));
    }

    /** One respondent: item, perception, expectation, and so on; null: no such row. */
    private static void halves(String touchpoint, String... parts) {
        for (int i = 0; i < parts.length; i += 3) {
            String row = "r%d,servqual_7,%s,%s,%s,%s,";
            if (parts[i + 1] != null) {
                RESPONSES.add(row.formatted(respondents, touchpoint, parts[i], "perception", parts[i + 1]));
            }
            if (parts[i + 2] != null) {
                RESPONSES.add(row.formatted(respondents, touchpoint, parts[i], "expectation", parts[i + 2]));
            }
        }
        respondents++;
    }

    private static void invite(String touchpoint, String day, String response) {
        INVITATIONS.add("i%d,%s,csat_5,%s,%s".formatted(INVITATIONS.size(), touchpoint, day, response));
    }

    private static String[] repeated(int times, String score) {
        return Collections.nCopies(times, score).toArray(String[]::new);
    }
}
