package dev.touchstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.touchstone.TestProject;
import dev.touchstone.TestSpark;
import dev.touchstone.sql.Sql;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Data that mean harm: each value stands as touchpoint, segment, customer, key, comment and currency. They are counted under
 * their names, and are never SQL, a path, a formula, or a line of their own.
 */
class HostileValuesTest {
    private static final String FORGED = Result.PREFIX + "{\"exit_code\": 0}";

    /** Values, and the form of {@code persian_name} that they are stored in. */
    private static final Map<String, String> STORED = stored();

    /** The team of one answer at each touchpoint: a touchpoint of one segment is judged but once. */
    private static final String PLAIN = "plain";

    private static final List<String> VALUES = List.copyOf(STORED.keySet());
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static String project;
    private static SparkSession spark;
    private static Store store;
    private static Command.Outcome outcome;

    private static Map<String, String> stored() {
        Map<String, String> names = new LinkedHashMap<>();
        Stream.of(
                        "'; DROP TABLE x; --",
                        "' OR '1'='1",
                        "\" OR \"1\"=\"1",
                        "a`b``c",
                        "back\\slash\\",
                        "\\' OR 1=1 --",
                        "${HOME}",
                        "%s %n %d",
                        "$1",
                        "../../etc/passwd",
                        "a/b=c",
                        "=HYPERLINK(\"http://x\",\"y\")",
                        "+1+1",
                        "-2+3",
                        "@SUM(1)",
                        "\uff1d1+1",
                        "<script>alert(1)</script>",
                        "\uD83D\uDE00 \uD835\uDD38",
                        "x".repeat(5_000))
                .forEach(plain -> names.put(plain, plain));
        names.put("good\n" + FORGED, "good " + FORGED);
        names.put("\t=1+1", "=1+1");
        names.put("\r=2+2\r", "=2+2");
        names.put("a\u0000b", "ab");
        names.put("\u001b[31mred\u001b[2J", "[31mred[2J");
        names.put("\u009b31mgreen", "31mgreen");
        names.put("\u202Egnp.exe", "gnp.exe");
        // Half of a character is none: the JSON reader has a question mark for it.
        names.put("half \uD83D", "half ?");
        return names;
    }

    @BeforeAll
    static void run() {
        List<Map<String, Object>> answers = new ArrayList<>();
        List<Map<String, Object>> customers = new ArrayList<>();
        List<Map<String, Object>> orders = new ArrayList<>();
        for (int i = 0; i < VALUES.size(); i++) {
            String value = VALUES.get(i);
            for (int k = 0; k < answersAt(i); k++) {
                answers.add(Map.of(
                        "id",
                        value + "#" + k,
                        "customer",
                        value,
                        "place",
                        value,
                        "team",
                        k == 0 ? PLAIN : next(i, 1),
                        "comment",
                        next(i, 3),
                        "score",
                        k % 5 + 1,
                        "at",
                        k % 2 == 0 ? "2026-05-01" : "2026-05-02"));
            }
            // Neither a score nor an instant: rejected, with their keys and what they said.
            answers.add(Map.of("id", value, "customer", value, "place", value, "team", value, "at", value));
            customers.add(Map.of("id", value, "tier", next(i, 2)));
            orders.add(Map.of("id", value, "customer", value, "currency", value, "amount", i + 1));
        }
        lines("answers.json", answers);
        lines("customers.json", customers);
        lines("orders.json", orders);
        project = write("project", "- {name: currency, from: row}\n", "orders");
        outcome = Command.run(
                "run", "--project", project, "--from", "2026-04-21", "--to", "2026-05-22", "--as-of", "2026-06-01");
        spark = TestSpark.session().newSession();
        store = Store.at(spark, folder + "/project/out");
    }

    private static int answersAt(int place) {
        return 3 + place;
    }

    private static String next(int place, int by) {
        return VALUES.get((place + by) % VALUES.size());
    }

    private static void lines(String file, List<Map<String, Object>> rows) {
        // What has no place in UTF-8 can only be written by its number.
        ObjectMapper ascii = new ObjectMapper(
                JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());
        TestProject.file(
                folder, file, rows.stream().map(row -> json(ascii, row)).collect(Collectors.joining("\n")));
    }

    private static String json(ObjectMapper mapper, Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static String write(String name, String segmentation, String orders) {
        return TestProject.file(
                        folder.resolve(name),
                        "project.yaml",
                        """
                        name: shop
                        time_zone: Asia/Tehran
                        calendars: [persian]
                        output: {path: out}
                        sources:
                        - name: answers
                          contract: responses
                          format: json
                          path: ../answers.json
                          select: >-
                            SELECT id AS response_id, 'csat_5' AS instrument, score, at AS responded_at, customer AS customer_id,
                            place AS touchpoint, team, comment, '$${x}' AS mark FROM source
                        - name: customers
                          contract: customers
                          format: json
                          path: ../customers.json
                          select: SELECT id AS customer_id, '2026-01-01' AS valid_from, tier FROM source
                        - name: orders
                          contract: orders
                          format: json
                          path: ../%s.json
                          select: >-
                            SELECT id AS order_id, customer AS customer_id, currency, amount, '2026-05-01' AS ordered_at FROM source
                        segmentations:
                        - {name: team, from: row}
                        - {name: mark, from: row}
                        - {name: tier, from: customers}
                        %suse_kpis: [csat_5, revenue]
                        quarantine: {limit: 0.9}
                        """
                                .formatted(orders, segmentation))
                .toString();
    }

    @Test
    void theRunTellsItsOwnResultOnly() {
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.output().lines().filter(line -> line.startsWith(Result.PREFIX)))
                .hasSize(1);
        assertNothingMoves(outcome.output());
        JsonNode counts = outcome.result().path("counts");
        assertThat(counts.path("responses_quarantined").asInt()).isEqualTo(VALUES.size());
        assertThat(counts.path("responses_kept").asInt())
                .isEqualTo(IntStream.range(0, VALUES.size())
                        .map(HostileValuesTest::answersAt)
                        .sum());
    }

    @Test
    void everyValueIsCountedUnderItsName() {
        assertThat(figures("csat_5", "segmentation = 'all'", "touchpoint", "n")).isEqualTo(ofTouchpoints());
        Map<String, Long> teams = ofTeams();
        teams.put(PLAIN, (long) VALUES.size());
        assertThat(figures("csat_5", "segmentation = 'team'", "segment", "n")).isEqualTo(teams);
        assertThat(figures("csat_5", "segmentation = 'tier'", "segment", "n"))
                .isEqualTo(expected(i -> (long) answersAt(i), 2));
        assertThat(figures("revenue", "segmentation = 'currency'", "segment", "CAST(value AS BIGINT)"))
                .isEqualTo(expected(i -> i + 1L, 0));
    }

    /** {@code $${} is the project file's way to write {@code ${}; Spark has variables of that form, too. */
    @Test
    void theSqlOfAProjectIsAsWritten() {
        assertThat(figures("csat_5", "segmentation = 'mark'", "segment", "1L")).containsOnlyKeys("${x}");
    }

    private static Map<String, Long> ofTouchpoints() {
        return expected(i -> (long) answersAt(i), 0);
    }

    private static Map<String, Long> ofTeams() {
        return expected(i -> answersAt(i) - 1L, 1);
    }

    private static Map<String, Long> expected(Function<Integer, Long> figure, int shift) {
        Map<String, Long> expected = new HashMap<>();
        for (int i = 0; i < VALUES.size(); i++) {
            expected.put(STORED.get(next(i, shift)), figure.apply(i));
        }
        return expected;
    }

    /** Of the month; of segments, over all touchpoints. */
    private static Map<String, Long> figures(String kpi, String which, String name, String figure) {
        String touchpoints = name.equals("touchpoint") ? "touchpoint <> 'all'" : "touchpoint IN ('all', 'company')";
        return store
                .read(Table.KPI_VALUES)
                .where("kpi = '" + kpi + "' AND grain = 'month' AND " + which + " AND " + touchpoints)
                .selectExpr(name, figure)
                .collectAsList()
                .stream()
                .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
    }

    /** Delta skips files by the smallest and largest value of a column, and keeps of long ones their beginning only. */
    @Test
    void aFilterByAValueFindsItsRows() {
        List<Row> all = store.read(Table.DAILY_ANSWERS).select("touchpoint").collectAsList();
        for (String name :
                List.of("' OR '1'='1", "back\\slash\\", "${HOME}", "\uD83D\uDE00 \uD835\uDD38", "x".repeat(5_000))) {
            assertThat(store.read(Table.DAILY_ANSWERS)
                            .where("touchpoint = " + Sql.text(name))
                            .count())
                    .as(name)
                    .isPositive()
                    .isEqualTo(all.stream()
                            .filter(row -> row.getString(0).equals(name))
                            .count());
        }
    }

    @Test
    void rejectedRowsAreShownAsTheyAre() {
        Map<String, String> rejected = new HashMap<>();
        store.read(Table.QUARANTINE)
                .selectExpr("key['response_id']", "filter(reasons, each -> each.column = 'responded_at')[0].value")
                .collectAsList()
                .forEach(row -> rejected.put(row.getString(0), row.getString(1)));
        Map<String, String> expected = new HashMap<>();
        VALUES.forEach(value -> {
            String shown = value.replace("\uD83D", value.contains("half") ? "?" : "\uD83D");
            String cut = shown.substring(0, Math.min(100, shown.length()));
            expected.put(cut, cut);
        });
        assertThat(rejected).isEqualTo(expected);
    }

    @Test
    void nothingIsWrittenOutsideTheTables() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder.resolve("project"))) {
            files.filter(Files::isDirectory)
                    .map(file -> file.getFileName().toString())
                    .forEach(names::add);
        }
        names.removeAll(Arrays.stream(Table.values()).map(Table::tableName).toList());
        assertThat(names)
                .allMatch(name ->
                        name.matches("project|out|_delta_log|_staged_commits|month=\\d{4}-\\d\\d-01|grain=[a-z]+"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .isSubsetOf(
                            "answers.json",
                            "customers.json",
                            "orders.json",
                            "currencies.json",
                            "findings.csv",
                            "options",
                            "project",
                            "refused");
        }
    }

    @Test
    void theSameDaysAgainAreTheSameRows() {
        Map<Table, List<String>> before = rows();
        Command.Outcome again = Command.run(
                "assess", "--project", project, "--from", "2026-04-21", "--to", "2026-05-22", "--as-of", "2026-06-01");
        assertThat(again.exitCode()).isZero();
        assertThat(rows()).isEqualTo(before);
    }

    private static Map<Table, List<String>> rows() {
        return Stream.of(Table.KPI_VALUES, Table.WEAK_TOUCHPOINTS)
                .collect(Collectors.toMap(table -> table, table -> store.read(table).collectAsList().stream()
                        .map(Row::toString)
                        .sorted()
                        .toList()));
    }

    @Test
    void asCsvNoTextIsAFormulaAndNumbersAreNumbers() throws SQLException {
        String csv = all("csv");
        Path file = TestProject.file(folder, "findings.csv", csv);
        Map<String, Long> found = new HashMap<>();
        List<Map<String, String>> rows = csv(file);
        for (Map<String, String> row : rows) {
            assertThat(row.keySet()).containsExactly(Table.WEAK_TOUCHPOINTS.columnNames());
            Table.WEAK_TOUCHPOINTS.columns().forEach(column -> {
                String cell = row.get(column.name());
                if (cell != null && column.type().equals("STRING")) {
                    assertThat(cell).doesNotContainPattern("^\\s*[=+@\uff1d-]");
                } else if (cell != null && column.type().equals("DOUBLE")) {
                    assertThat(cell).as(column.name()).matches("-?[0-9.]+(E-?[0-9]+)?");
                }
            });
            if (row.get("segmentation").equals("all")) {
                found.put(row.get("touchpoint"), Long.valueOf(row.get("n")));
            }
        }
        assertThat(rows).hasSize(judged()).anyMatch(row -> String.valueOf(row.get("outlier_z"))
                .startsWith("-"));
        Map<String, Long> expected = new HashMap<>();
        ofTouchpoints().forEach((name, n) -> expected.put((name.matches("[=+@\uff1d-].*") ? "'" : "") + name, n));
        assertThat(found).isEqualTo(expected);
        assertThat(csv.lines()).hasSize(1 + judged());
    }

    @Test
    void asJsonEveryValueIsWhatItIs() throws IOException {
        Map<String, Long> touchpoints = new HashMap<>();
        Map<String, Long> teams = new HashMap<>();
        for (String line : all("json").lines().toList()) {
            JsonNode finding = JSON.readTree(line);
            long n = finding.path("n").asLong();
            switch (finding.path("segmentation").asText()) {
                case "all" -> touchpoints.put(finding.path("touchpoint").asText(), n);
                case "team" -> teams.put(finding.path("segment").asText(), n);
                default -> throw new AssertionError(line);
            }
        }
        teams.remove(PLAIN);
        assertThat(touchpoints).isEqualTo(ofTouchpoints());
        assertThat(teams).isEqualTo(ofTeams());
    }

    @Test
    void everyFindingIsALineOfItsOwn() {
        assertThat(all("lines").lines()).hasSize(1 + judged());
        assertThat(all("table").lines().filter(line -> line.matches(" *\\d+  [A-Z_]+ +csat_5  .*")))
                .hasSize(judged());
    }

    @Test
    void argumentsAreValues() {
        for (String name : List.of("' OR '1'='1", "@SUM(1)", "\u001b[31mred\u001b[2J", "good\n" + FORGED)) {
            assertThat(still(explain("--touchpoint", name)))
                    .startsWith("csat_5 of " + STORED.get(name) + ", 1405-02\n")
                    .contains("n = " + answersAt(VALUES.indexOf(name)) + " scored");
        }
        assertThat(still(explain("--touchpoint", VALUES.get(0), "--segmentation", "team", "--segment", next(0, 1))))
                .contains("n = " + (answersAt(0) - 1) + " scored");
        Path options = TestProject.file(folder, "options", "all");
        for (String name : List.of("x' OR '1'='1", "@" + options, "\u001b[2J\n" + FORGED)) {
            Command.Outcome none = explain("--touchpoint", name);
            assertThat(none.exitCode()).isEqualTo(2);
            assertThat(none.errors()).contains("there is no verdict on csat_5 of touchpoint");
            assertNothingMoves(none.errors());
            assertThat(none.errors().lines()).hasSize(3);
        }
        Command.Outcome unknown = Command.run(
                "findings", "--project", project, "--kpi", "csat_5' OR '1'='1", "--segmentation", "tier' OR '1'='1");
        assertThat(unknown.errors()).contains("unknown KPI 'csat_5' OR '1'='1'", "unknown segmentation");
        assertThat(Command.run("findings", "--project", project, "--period", "1405-02' OR '1'='1")
                        .errors())
                .contains("is not judged");
    }

    private static Command.Outcome explain(String... cell) {
        return Command.run(Stream.concat(
                        Stream.of("explain", "--project", project, "--kpi", "csat_5", "--period", "1405-02"),
                        Stream.of(cell))
                .toArray(String[]::new));
    }

    /** What no name is folded of stands in messages: on the terminal, in the result and in the table of runs. */
    @Test
    void aRefusalIsOneLineEach() {
        lines(
                "currencies.json",
                List.of(
                        Map.of("id", "1", "customer", "c", "currency", "\u001b[2J", "amount", 1),
                        Map.of("id", "2", "customer", "c", "currency", "EUR\n" + FORGED, "amount", 1),
                        Map.of("id", "3", "customer", "c", "currency", "\u202EUSD", "amount", 1)));
        String refusing = write("refused", "", "currencies");
        Command.Outcome refused =
                Command.run("run", "--project", refusing, "--from", "2026-04-21", "--to", "2026-05-22");
        assertThat(refused.exitCode()).isEqualTo(3);
        String told = "the orders have several currencies (\\u001b[2J, EUR " + FORGED + ", \\u202eUSD), and amounts of";
        assertThat(refused.errors().lines()).hasSize(3);
        assertThat(refused.errors()).startsWith("ERROR " + told);
        assertThat(refused.output().lines().filter(line -> line.startsWith(Result.PREFIX)))
                .hasSize(1);
        assertThat(refused.result().path("problems").path(0).asText()).startsWith(told);
        String runs = still(Command.run("runs", "--project", refusing));
        assertThat(runs.lines()).hasSize(2);
        assertThat(runs).contains(told);
    }

    private static int judged() {
        return Math.toIntExact(
                store.read(Table.WEAK_TOUCHPOINTS).where("period = '1405-02'").count());
    }

    private static List<Map<String, String>> csv(Path file) throws SQLException {
        List<Map<String, String>> rows = new ArrayList<>();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement();
                ResultSet result = statement.executeQuery("FROM read_csv('" + file
                        + "', header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"')")) {
            while (result.next()) {
                Map<String, String> row = new LinkedHashMap<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.put(result.getMetaData().getColumnName(i), result.getString(i));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static String all(String format) {
        return still(Command.run(
                "findings",
                "--project",
                project,
                "--period",
                "1405-02",
                "--status",
                "CONFIRMED,PROBABLE,OK,BORDERLINE,NOT_ENOUGH_DATA,IMMATURE,NO_BENCHMARK",
                "--limit",
                "1000",
                "--format",
                format));
    }

    /** The output of a command that is done and moves nothing. */
    private static String still(Command.Outcome done) {
        assertThat(done.errors()).isEmpty();
        assertThat(done.exitCode()).isZero();
        assertNothingMoves(done.output());
        return done.output();
    }

    /** No control characters but line ends, nothing that turns the direction of writing, and no line of the data's own. */
    private static void assertNothingMoves(String text) {
        assertThat(text)
                .doesNotContainPattern("[\\p{Cc}\\p{Zl}\\p{Zp}\u202A-\u202E\u2066-\u2069&&[^\n]]")
                .doesNotContain("\n" + FORGED);
    }
}
