package dev.touchstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.touchstone.TestProject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A month in which 100 customers answered about the web shop, 90 of them well, and 100 about {@code =till}, a name that a
 * spreadsheet takes for a formula: 60 well in the first run, 50 after late answers. Five answered about the kiosk.
 */
class FindingsCommandTest {
    @TempDir
    private static Path folder;

    private static String project;
    private static Command.Outcome run;

    @BeforeAll
    static void runTwice() {
        // With nothing let pass there is no distance in tolerances to list by.
        project = write("kpis: [{name: csat_5, min_effect: 0}]");
        answers(76);
        Command.Outcome first = run();
        assertThat(first.errors()).isEmpty();
        assertThat(first.exitCode()).isZero();
        assertThat(first.output()).contains("BORDERLINE");
        assertThat(findings("--new", "--period", "1405-02").output())
                .contains("No complete run came before the last one: all is new.");
        project = write("");
        answers(50);
        run = run();
    }

    private static String write(String kpis) {
        return TestProject.file(
                        folder,
                        "project.yaml",
                        """
                        name: shop
                        title: My shop
                        time_zone: Asia/Tehran
                        calendars: [persian]
                        output: {path: out}
                        sources:
                        - name: answers
                          contract: responses
                          format: csv
                          path: answers.csv
                          select: SELECT id AS response_id, 'csat_5' AS instrument, score, at AS responded_at, place AS touchpoint FROM source
                        touchpoints:
                        - {name: web, title: {en: Web shop, fa: فروشگاه اینترنتی}}
                        - {name: =till, title: {en: Till, fa: صندوق}}
                        use_kpis: [csat_5]
                        """
                                + kpis)
                .toString();
    }

    private static void answers(int goodAtTheTill) {
        StringBuilder csv = new StringBuilder("id,score,at,place\n");
        for (int i = 0; i < 100; i++) {
            csv.append("w%d,%d,2026-05-01,web%n".formatted(i, i < 90 ? 5 : 1));
            csv.append("t%d,%d,2026-05-01,=till%n".formatted(i, i < goodAtTheTill ? 4 : 2));
        }
        for (int i = 0; i < 5; i++) {
            csv.append("k%d,%d,2026-05-01,kiosk%n".formatted(i, 3 + i % 2));
        }
        TestProject.file(folder, "answers.csv", csv.toString());
    }

    private static Command.Outcome run() {
        return Command.run("run", "--project", project, "--from", "2026-04-21", "--to", "2026-05-22");
    }

    @Test
    void aRunShowsWhatItFound() {
        assertThat(run.exitCode()).isZero();
        assertThat(run.output())
                .contains("Findings of My shop, 1405-02: 3 cells judged, 1 CONFIRMED, 1 OK, 1 NOT_ENOUGH_DATA")
                .contains("  1  CONFIRMED       csat_5  Till\n")
                .contains(
                        "     Till is weak: 50.0 % [40.4 %, 59.6 %] (n = 100), below the target of 80.0 % by more than the");
    }

    @Test
    void asJson() throws IOException {
        Command.Outcome outcome = findings("--format", "json");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output().lines()).hasSize(1);
        JsonNode finding = new ObjectMapper().readTree(outcome.output());
        assertThat(finding.path("touchpoint").asText()).isEqualTo("=till");
        assertThat(finding.path("period_start").asText()).isEqualTo("2026-04-21");
        assertThat(finding.path("n").asInt()).isEqualTo(100);
        assertThat(finding.path("reason_fa").asText()).startsWith("صندوق ضعیف است");
    }

    /** No text is a formula for a spreadsheet. */
    @Test
    void asCsv() {
        Command.Outcome outcome = findings("--format", "csv", "--status", "CONFIRMED,OK");
        assertThat(outcome.output().lines().toList())
                .hasSize(3)
                .first()
                .asString()
                .startsWith("level,kpi,weighted,calendar");
        assertThat(outcome.output())
                .contains(",'=till,")
                .doesNotContain(",=till")
                .contains(",web,");
    }

    @Test
    void nothingIsFoundTwice() {
        assertThat(findings("--new", "--period", "1405-02").output())
                .contains("1 CONFIRMED")
                .contains("  1  CONFIRMED");
        assertThat(findings("--status", "PROBABLE").output()).contains("None is PROBABLE.");
        Command.Outcome again =
                Command.run("assess", "--project", project, "--from", "2026-04-21", "--to", "2026-05-22");
        assertThat(again.exitCode()).isZero();
        assertThat(findings("--new").output()).contains("Nothing that the complete run before had not found.");
    }

    @Test
    void inLinesOfSeveralPeriods() {
        assertThat(findings("--format", "lines", "--period", "1405-02,all").errors())
                .contains("period all is not judged");
        assertThat(findings("--format", "lines", "--period", "all", "--segmentation", "all")
                        .output())
                .isEqualTo(
                        """
                        Findings of My shop, 1405-02, touchpoints: 1 of 3 judged
                          CONFIRMED        csat_5  Till: 50.0 % (n = 100), compared with 80.0 %, since 1405-02
                        """);
    }

    @Test
    void everyStepOfACell() {
        Command.Outcome outcome =
                Command.run("explain", "--project", project, "--kpi", "csat_5", "--touchpoint", "=till");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output())
                .startsWith("csat_5 of Till, 1405-02\n")
                .contains("n = 100 scored, 0 without a score")
                .contains("50.0 % = 50 / 100")
                .contains("95 % interval [40.4 %, 59.6 %], wilson at n_eff")
                .contains("target: 80.0 %", "let pass is a distance of up to 5.0 points, so the limit is 75.0 %")
                .contains("T = (0.5 - (0.8 - 0.05)) / sqrt(0.04903^2 + 0^2) = -5.099, so p = below 0.001")
                .contains("among 3 tests")
                .contains("fewer than five to learn from: the test alone decides")
                .contains("no value in the period before")
                .contains("CONFIRMED, since 1405-02")
                .contains("صندوق ضعیف است");
    }

    @Test
    void whatIsNotThere() {
        Command.Outcome outcome =
                findings("--kpi", "csat5", "--segmentation", "tier", "--level", "cell", "--limit", "0");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errors())
                .contains("unknown KPI 'csat5'", "did you mean 'csat_5'?")
                .contains("unknown segmentation 'tier'")
                .contains("unknown level 'cell'")
                .contains("--limit 0 is less than 1");
        assertThat(findings("--period", "1404-02").errors())
                .contains("period 1404-02 is not judged", "with the label of a month that is judged: 1405-02");
        Command.Outcome cell = Command.run("explain", "--project", project, "--kpi", "csat_5", "--touchpoint", "attic");
        assertThat(cell.exitCode()).isEqualTo(2);
        assertThat(cell.errors()).contains("there is no verdict on csat_5 of touchpoint 'attic'");
    }

    private static Command.Outcome findings(String... options) {
        String[] arguments = new String[options.length + 3];
        arguments[0] = "findings";
        arguments[1] = "--project";
        arguments[2] = project;
        System.arraycopy(options, 0, arguments, 3, options.length);
        return Command.run(arguments);
    }
}
