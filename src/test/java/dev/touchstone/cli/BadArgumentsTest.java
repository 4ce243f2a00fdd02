package dev.touchstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused with exit code 2 before any work: problem, place and remedy, and no table is touched. */
class BadArgumentsTest {
    private static final String HEAD =
            """
            name: shop
            time_zone: Asia/Tehran
            output: {path: out}
            """;
    private static final String SOURCE =
            """
            - name: %s
              contract: responses
              format: csv
              path: answers.csv
              select: %s
            """;
    private static final String SELECT =
            "SELECT id AS response_id, 'csat_5' AS instrument, score, at AS responded_at FROM source";
    private static final String PROJECT = HEAD + "sources:\n" + SOURCE.formatted("answers", SELECT);
    private static final String KPI =
            """
            - name: %s
              title: Own
              of: responses
              counts: %s
              score: %s
              scale: {unit: share, factor: 1, low: 0, high: 1, better: higher}
            """;

    @TempDir
    private static Path folder;

    private static String project;

    @BeforeAll
    static void write() {
        TestProject.file(folder, "answers.csv", "id,score,at,epoch,day\n1,4,2022-03-22,1647892800,1\n");
        project = TestProject.file(folder, "project.yaml", PROJECT).toString();
    }

    @Test
    void aProjectFileThatIsNotThere() {
        Command.Outcome outcome =
                Command.run("run", "--project", folder + "/none.yaml", "--from", "2022-03-22", "--to", "2022-03-23");
        refused(outcome);
        told(outcome, "there is no such project file", folder + "/none.yaml", "give --project an existing file");
    }

    @Test
    void optionsThatAreNotThere() {
        Command.Outcome outcome = Command.run("run", "--form", "2022-03-22");
        assertThat(outcome.exitCode()).isEqualTo(2);
        told(
                outcome,
                "Missing required options: '--project=FILE', '--from=DAY', '--to=DAY'",
                "command line",
                "see `touchstone run --help`");
    }

    @Test
    void allFaultsOfTheFileAtOnce() {
        Command.Outcome outcome = run(PROJECT.replace("time_zone: Asia/Tehran", "time_zone: Asia/Teheran")
                + "use_kpis: [csat5]\nquarantine: {limit: much}\nweekstart: monday\n");
        refused(outcome);
        assertThat(outcome.errors())
                .isEqualTo(
                        """
                        ERROR the text 'much' stands where a number is expected
                            at: quarantine.limit
                            do: give the share of rejected rows, 0 to 1, above which a run is refused
                        ERROR unknown key 'weekstart'
                            at: the project file
                            do: did you mean 'week_start'? known keys: name, title, time_zone, calendars, week_start, \
                        output, sources, instruments, kpis, use_kpis, touchpoints, segmentations, active, \
                        outcomes, scorecard, actions, findings, drivers, quarantine
                        ERROR unknown time zone 'Asia/Teheran'
                            at: time_zone
                            do: did you mean 'Asia/Tehran'? write a name such as Asia/Tehran or UTC
                        ERROR unknown KPI 'csat5'
                            at: use_kpis[0]
                            do: did you mean 'csat_5'? `touchstone kpis` lists all
                        """);
    }

    @Test
    void allFaultsOfTheSourcesAtOnce() {
        Command.Outcome outcome = run(HEAD + "sources:\n"
                + SOURCE.formatted("no_such_column", SELECT.replace("score", "scor"))
                + SOURCE.formatted("no_sql", SELECT.replace("FROM", "FORM"))
                + SOURCE.formatted("column_missing", SELECT.replace("score, ", ""))
                + SOURCE.formatted("epoch", SELECT.replace("at AS", "bigint(epoch) AS"))
                + SOURCE.formatted("twice", SELECT.replace("score,", "score, epoch AS SCORE,"))
                + SOURCE.formatted("pruned", SELECT)
                + "  prune: dya >= :from AND day < :to\n");
        refused(outcome);
        String columns = "[id, score, at, epoch, day, source_file]";
        assertThat(outcome.errors())
                .contains("ERROR the select of source no_such_column is not valid: [UNRESOLVED_COLUMN.WITH_SUGGESTION] "
                        + "A column, variable, or function parameter with name `scor` cannot be resolved.")
                .contains(
                        """
                            at: sources[no_such_column].select
                            do: correct the SQL; the view is called source and has the columns %s
                        ERROR the select of source no_sql is not valid: [PARSE_SYNTAX_ERROR] Syntax error at or near 'FORM'."""
                                .formatted(columns))
                .contains("ERROR prune is not valid: [UNRESOLVED_COLUMN.WITH_SUGGESTION] "
                        + "A column, variable, or function parameter with name `dya` cannot be resolved.")
                .contains(
                        """
                            at: sources[pruned].prune
                            do: give a SQL predicate on raw columns with :from and :to, which stand for DATE values
                        """);
        told(
                outcome,
                "the select of source column_missing yields no column score",
                "sources[column_missing].select",
                "add `... AS score`: responses needs it; it yields [response_id, instrument, responded_at]");
        told(
                outcome,
                "column responded_at of source epoch is of type BIGINT, which cannot be read as TIMESTAMP",
                "sources[epoch].select",
                "hand over the raw text or a timestamp; for epoch numbers use timestamp_seconds() or "
                        + "timestamp_millis()");
        told(
                outcome,
                "the select of source twice yields column score twice",
                "sources[twice].select",
                "give one of the two another name with AS");
        assertThat(outcome.result().path("problems")).hasSize(6);
    }

    @Test
    void allFaultsOfKpisAndSegmentationsAtOnce() {
        Command.Outcome outcome = run(
                HEAD + "sources:\n"
                        + SOURCE.formatted("answers", SELECT.replace("score,", "score, day, 'x' AS dimension,"))
                        + "kpis:\n"
                        + KPI.formatted("aggregate", "score > 0", "sum(score)")
                        + KPI.formatted("ranked", "score > 0", "row_number() OVER (ORDER BY score)")
                        + KPI.formatted("text", "score", "instrument")
                        + KPI.formatted("half", "score IN (", "score")
                        + KPI.formatted("internal", "_source = 'answers'", "CASE WHEN day > '2022' THEN 1 ELSE 0 END")
                        + KPI.formatted("late", "score > 0", "score") + "  clock: instrument\n"
                        + "segmentations:\n- {name: team, from: row}\n- {name: day, from: row}\n- {name: dimension, from: row}\n");
        refused(outcome);
        String rowWise = "the expression is not valid SQL over responses: it is not about one row: aggregates, windows "
                + "and generators have no place";
        String columns = "columns are [response_id, instrument, responded_at, score, customer_id, touchpoint, item, "
                + "part, weight, comment, language, ingested_at, dimension, expectation, gap, weighted_gap, next_order_at]";
        told(outcome, rowWise, "kpis[aggregate].score", columns);
        told(outcome, rowWise, "kpis[ranked].score", columns);
        told(outcome, "the expression gives INT, not true or false: score", "kpis[text].counts", "write a predicate");
        told(
                outcome,
                "the expression gives STRING, not a number: instrument",
                "kpis[text].score",
                "write what a row scores, e.g. CASE WHEN ... THEN 1 ELSE 0 END");
        assertThat(outcome.errors())
                .contains("[PARSE_SYNTAX_ERROR] Syntax error at or near end of input.")
                .contains("with name `_source` cannot be resolved")
                .contains("with name `day` cannot be resolved");
        String yielded = "add it to the select under a name that is neither day nor begins with an underscore; yielded "
                + "are [dimension, instrument, responded_at, response_id, score]";
        told(outcome, "no source yields the column team", "segmentations[team].column", yielded);
        // The name of a column that Touchstone adds: the local day.
        told(outcome, "no source yields the column day", "segmentations[day].column", yielded);
        told(
                outcome,
                "the column dimension is derived by Touchstone",
                "segmentations[dimension].column",
                "let the select yield it under another name");
        told(
                outcome,
                "the clock instrument is no instant of a row of responses",
                "kpis[late].clock",
                "leave clock out (responded_at), or name another instant column of the contract");
        assertThat(outcome.result().path("problems")).hasSize(11);
    }

    @Test
    void daysThatAreNone() {
        String write = "write it as 2026-11-01 or 2026-11-01T00:00:00+03:30";
        Command.Outcome reversed = measure("2022-03-23", "2022-03-23");
        refused(reversed);
        told(
                reversed,
                "--from 2022-03-23 is not before --to 2022-03-23",
                "--from, --to",
                "--to is the first day that is not written any more: for one day give the next day");
        told(
                measure("yesterday", "2022-03-23"),
                "--from yesterday is neither a day nor an instant with its offset",
                "--from",
                write);
        told(
                measure("2022-03-22", "2022-02-30"),
                "--to 2022-02-30 is neither a day nor an instant with its offset",
                "--to",
                write);
        told(
                measure("2022-03-22", "2022-03-23T00:00"),
                "--to 2022-03-23T00:00 is neither a day nor an instant with its offset",
                "--to",
                write);
        Command.Outcome asOf = measure("2022-03-22", "2022-03-23", "--as-of", "now");
        refused(asOf);
        told(asOf, "--as-of now is neither a day nor an instant with its offset", "--as-of", write);
    }

    /** The 22nd of March 2022 began at 01:00 in Tehran. */
    @Test
    void instantsThatStartNoDay() {
        Command.Outcome outcome = measure("2022-03-22T02:00:00+04:30", "2022-03-23");
        refused(outcome);
        told(
                outcome,
                "--from 2022-03-22T02:00:00+04:30 is 02:00 of 2022-03-22 in Asia/Tehran, not the start of a day",
                "--from",
                "give a day (2022-03-22) or the instant of its midnight (2022-03-22T01:00+04:30)");
    }

    @Test
    void instantsThatStartADay() {
        ZoneId tehran = ZoneId.of("Asia/Tehran");
        LocalDate day = LocalDate.parse("2022-03-22");
        assertThat(StageOptions.localDay("--from", "2022-03-22", tehran)).isEqualTo(day);
        assertThat(StageOptions.localDay("--from", "2022-03-22T01:00:00+04:30", tehran))
                .isEqualTo(day);
        assertThat(StageOptions.localDay("--from", "2022-03-22T00:00:00+03:30", tehran))
                .isEqualTo(day);
        // As Airflow writes its intervals.
        assertThat(StageOptions.localDay("--from", "2022-03-21 20:30:00+00:00", tehran))
                .isEqualTo(day);
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertThat(StageOptions.localDay("--to", "2022-03-27T22:00:00Z", berlin))
                .isEqualTo("2022-03-28");
        assertThat(StageOptions.localDay("--to", "2022-10-30T23:00:00Z", berlin))
                .isEqualTo("2022-10-31");
    }

    @Test
    void aMistypedCommandIsNamed() {
        assertThat(Command.run("measur").errors()).contains("do: did you mean 'measure'? see `touchstone");
    }

    @Test
    void aScorecardOfMoreThanSevenIsAWarning() {
        StringBuilder scorecard = new StringBuilder("scorecard:\n");
        for (String kpi : "csat_4 csat_5 csat_100 ces_5 ease_5 ces_7 nps_0_10 nps_1_10".split(" ")) {
            scorecard.append("- {kpi: ").append(kpi).append(", goal: Serve}\n");
        }
        String file = TestProject.file(folder, "wide.yaml", PROJECT + scorecard).toString();
        Command.Outcome outcome = Command.run("check", "--project", file);
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.errors())
                .isEqualTo(
                        """
                        WARNING the scorecard has 8 KPIs, more than 7
                            at: scorecard
                            do: keep the few that serve a goal and stay for years
                        """);
    }

    @Test
    void aResultThatCannotBeWrittenIsAFaultOfItsOwn() {
        TestProject.file(folder, "plain", "");
        Command.Outcome outcome = Command.run("check", "--project", project, "--result", folder + "/plain/result.json");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.result().path("exit_code").asInt()).isEqualTo(1);
        assertThat(outcome.output().lines().filter(line -> line.startsWith(Result.PREFIX)))
                .hasSize(1);
        assertThat(outcome.errors())
                .startsWith("ERROR the result cannot be written: ")
                .contains("at: --result " + folder + "/plain/result.json")
                .contains("do: give a file that can be written; the command itself has done its work");
    }

    private static Command.Outcome run(String yaml) {
        String file = TestProject.file(folder, "bad.yaml", yaml).toString();
        return Command.run("run", "--project", file, "--from", "2022-03-22", "--to", "2022-03-23");
    }

    private static Command.Outcome measure(String from, String to, String... further) {
        String[] arguments = new String[7 + further.length];
        System.arraycopy(
                new String[] {"measure", "--project", project, "--from", from, "--to", to}, 0, arguments, 0, 7);
        System.arraycopy(further, 0, arguments, 7, further.length);
        return Command.run(arguments);
    }

    private static void told(Command.Outcome outcome, String problem, String place, String remedy) {
        assertThat(outcome.errors()).contains("ERROR %s%n    at: %s%n    do: %s%n".formatted(problem, place, remedy));
    }

    private static void refused(Command.Outcome outcome) {
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.result().path("exit_code").asInt()).isEqualTo(2);
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
