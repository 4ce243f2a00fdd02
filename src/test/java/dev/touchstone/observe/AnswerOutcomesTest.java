package dev.touchstone.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.calendar.Days;
import dev.touchstone.fault.Problem;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What followed answers, on histories that fit on a page: windows are 10 days, most answers are of noon on 1 March 2026,
 * so that most windows end at noon on the 11th. Each customer answers about a touchpoint of its own name.
 */
class AnswerOutcomesTest {
    private static final String NOON = "2026-03-01 12:00";
    private static final String END = "2026-03-11 12:00";
    private static final String MOMENT_AFTER_END = END + ":00.000001";
    private static final Instant LATER = Instant.parse("2026-06-01T00:00:00Z");
    private static final Map<Contract, List<String>> ROWS = new EnumMap<>(Map.of(
            Contract.RESPONSES,
                    new ArrayList<>(List.of("response_id,customer_id,instrument,score,responded_at,item,place")),
            Contract.ORDERS, new ArrayList<>(List.of("order_id,customer_id,ordered_at,amount,refund_of")),
            Contract.MEMBERSHIPS, new ArrayList<>(List.of("membership_id,customer_id,started_at,ended_at"))));

    @TempDir
    private static Path folder;

    /** By customer and answer. */
    private static Map<String, Found> members;

    private static Map<String, Found> buyers;
    private static Map<String, Found> aMomentAfterEnd;

    /** What an answer came to, by outcome ({@code ?}: it waits). */
    private record Found(
            Map<String, String> outcomes,
            String tenure,
            boolean apart,
            List<String> companions,
            List<String> companionsApart) {}

    private static void answer(String customer, String instrument, int score, String at) {
        answer("r" + ROWS.get(Contract.RESPONSES).size(), customer, instrument, score, at);
    }

    private static void answer(String response, String customer, String instrument, int score, String at) {
        answer(response, customer, "", instrument, score, at);
    }

    private static void answer(
            String response, String customer, String place, String instrument, int score, String at) {
        add(Contract.RESPONSES, response, customer, instrument, score, at, "", place);
    }

    private static void answersAtNoon(String... customers) {
        Stream.of(customers).forEach(customer -> answer("of " + customer, customer, "csat_5", 5, NOON));
    }

    private static void order(String customer, String at, double amount) {
        add(Contract.ORDERS, "o" + ROWS.get(Contract.ORDERS).size(), customer, at, amount, "");
    }

    private static void membership(String customer, String from, String to) {
        add(Contract.MEMBERSHIPS, ROWS.get(Contract.MEMBERSHIPS).size(), customer, from, to);
    }

    private static void add(Contract contract, Object... values) {
        ROWS.get(contract).add(Stream.of(values).map(String::valueOf).collect(Collectors.joining(",")));
    }

    private static Map<String, Found> outcomes(String declared, Instant asOf) {
        String sources = ROWS.keySet().stream()
                .map(contract ->
                        "- {name: %1$s, contract: %1$s, format: csv, path: %1$s.csv, select: 'SELECT *%2$s FROM source'}\n"
                                .formatted(
                                        contract.contractName(),
                                        contract == Contract.RESPONSES
                                                ? ", coalesce(place, customer_id) AS touchpoint"
                                                : ""))
                .collect(Collectors.joining());
        Project project = TestProject.project(
                folder,
                "name: shop\ntime_zone: UTC\noutput: {path: out}\noutcomes: {within: 10 days}\n" + declared
                        + "sources:\n" + sources);
        SparkSession spark = TestProject.session(project);
        Days days = new Days(LocalDate.parse("2026-03-01"), LocalDate.parse("2026-03-12"));
        Map<String, Found> found = new TreeMap<>();
        for (Row row : AnswerOutcomes.of(project, ContractRows.open(spark, project), null, List.of(days), asOf)
                .collectAsList()) {
            assertThat(row.<String>getAs("segment")).isEqualTo("all");
            found.computeIfAbsent(
                            row.getAs("touchpoint") + " " + row.getAs("answer"),
                            answer -> new Found(
                                    new TreeMap<>(),
                                    row.getAs("tenure"),
                                    row.getAs("apart"),
                                    sorted(row.getList(row.fieldIndex("companions"))),
                                    sorted(row.getList(row.fieldIndex("companions_apart")))))
                    .outcomes()
                    .put(row.getAs("outcome"), row.<Boolean>getAs("waits") ? "?" : "" + row.<Object>getAs("x"));
        }
        return found;
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted().toList();
    }

    /** The customers of one kind that have an outcome. */
    private static Map<String, String> of(Map<String, Found> all, String kind, String outcome) {
        Map<String, String> found = new TreeMap<>();
        all.forEach((answer, each) -> {
            if (answer.startsWith(kind + ": ") && each.outcomes().containsKey(outcome)) {
                found.put(answer.substring(kind.length() + 2), each.outcomes().get(outcome));
            }
        });
        return found;
    }

    @BeforeAll
    static void follow() {
        answersAtNoon(
                "buys: at once",
                "buys: a moment after",
                "buys: at the end",
                "buys: too late",
                "buys: gives back",
                "buys: refund of nothing");
        order("buys: at once", NOON, 1);
        order("buys: a moment after", NOON + ":00.000001", 2.5);
        order("buys: at the end", END, 4);
        order("buys: at the end", "2026-03-05", 0.00005);
        order("buys: too late", MOMENT_AFTER_END, 8);
        // Bought before and given back within: no order, and money lost. The other half is given back too late.
        add(Contract.ORDERS, "bought", "buys: gives back", "2026-02-01", 16, "");
        add(Contract.ORDERS, "back", "buys: gives back", "2026-03-02", 6, "bought");
        add(Contract.ORDERS, "back late", "buys: gives back", "2026-04-02", 10, "bought");
        add(Contract.ORDERS, "broken", "buys: refund of nothing", "2026-03-02", -32, "never bought");

        answer("counts: a window later", "csat_5", 1, NOON);
        answer("counts: a window later", "csat_5", 2, END);
        order("counts: a window later", END, 1);
        answer("counts: a moment less", "csat_5", 1, NOON);
        answer("counts: a moment less", "csat_5", 2, "2026-03-11 11:59:59.999999");
        // Not counted itself, the second takes the third's place.
        answer("counts: thrice", "csat_5", 1, "2026-02-25");
        answer("counts: thrice", "csat_5", 2, NOON);
        answer("counts: thrice", "csat_5", 3, "2026-03-08");
        answer("counts: other instrument", "csat_5", 1, NOON);
        answer("counts: other instrument", "ces_5", 2, "2026-03-02");
        answer("b", "counts: at one instant", "csat_5", 2, NOON);
        answer("a", "counts: at one instant", "csat_5", 1, NOON);
        add(Contract.RESPONSES, "none", "counts: refused before", "csat_5", "", "2026-02-28", "", "");
        answer("counts: refused before", "csat_5", 3, NOON);
        add(Contract.RESPONSES, "item", "counts: item", "csat_5", 3, NOON, "q1", "");
        add(Contract.RESPONSES, "unknown", "", "csat_5", 3, NOON, "", "");

        answersAtNoon(
                "leaves: at the end",
                "leaves: after it",
                "leaves: before",
                "leaves: not yet in",
                "leaves: comes back",
                "leaves: no member",
                "leaves: one of two",
                "leaves: for no time back");
        membership("leaves: at the end", "2026-01-01", END);
        membership("leaves: after it", "2026-01-01", MOMENT_AFTER_END);
        membership("leaves: before", "2026-01-01", NOON);
        membership("leaves: not yet in", NOON, "");
        membership("leaves: comes back", "2026-01-01", "2026-03-02");
        membership("leaves: comes back", "2026-03-11 11:59:59.999999", "2026-06-01");
        membership("leaves: one of two", "2026-01-01", "2026-03-02");
        membership("leaves: one of two", "2026-02-01", "");
        membership("leaves: for no time back", "2026-01-01", "2026-03-02");
        membership("leaves: for no time back", NOON, NOON);

        answersAtNoon(
                "stops: goes on",
                "stops: never after",
                "stops: long ago",
                "stops: just then",
                "stops: goes on at the end");
        order("stops: goes on", "2026-02-20", 1);
        order("stops: goes on", "2026-03-08", 1);
        order("stops: never after", "2026-02-20 12:00", 1);
        order("stops: long ago", "2026-02-14 11:59:59.999999", 1);
        order("stops: just then", "2026-02-14 12:00", 1);
        order("stops: goes on at the end", "2026-02-20", 1);
        order("stops: goes on at the end", END, 1);

        answersAtNoon(
                "nps: at once",
                "nps: in order",
                "nps: at the end",
                "nps: too late",
                "nps: two at once",
                "nps: after nps");
        answer("of nps: at once", "nps: at once", "nps_0_10", 0, NOON);
        answer("nps: in order", "nps_1_10", 7, "2026-03-05");
        answer("nps: in order", "nps_0_10", 6, "2026-03-06");
        answer("nps: at the end", "nps_0_10", 6, END);
        answer("nps: too late", "nps_0_10", 6, MOMENT_AFTER_END);
        answer("nps: two at once", "nps_0_10", 9, "2026-03-05");
        answer("nps: two at once", "nps_1_10", 6, "2026-03-05");
        answer("nps: after nps", "nps_0_10", 10, "2026-03-02");
        answer("nps: after nps", "nps_0_10", 5, "2026-03-04");

        answersAtNoon("both: three", "both: one of two");
        answer("of both: three", "both: three", "nps_0_10", 9, NOON);
        answer("of both: three", "both: three", "ces_5", 1, NOON);
        // This answer to nps_0_10 does not count, so that it is no companion.
        answer("both: one of two", "nps_0_10", 8, "2026-02-28");
        answer("of both: one of two", "both: one of two", "nps_0_10", 7, NOON);

        answer("here", "apart: here", "csat_5", 5, NOON);
        answer("there", "apart: here", "apart: there", "csat_5", 4, "2026-03-06");
        answer("there", "apart: here", "apart: there", "nps_0_10", 9, "2026-03-06");
        answer("whole", "apart: here", "company", "csat_5", 3, "2026-03-06");

        answersAtNoon(
                "since: today",
                "since: 89 days",
                "since: 90 days",
                "since: 365 days",
                "since: tomorrow",
                "since: refund",
                "since: member");
        order("since: today", NOON, 1);
        order("since: 89 days", "2025-12-01 12:00:00.000001", 1);
        order("since: 90 days", "2025-12-01 12:00", 1);
        order("since: 90 days", "2026-02-01 12:00", 1);
        order("since: 365 days", "2025-03-01 12:00", 1);
        order("since: tomorrow", "2026-03-02 12:00", 1);
        order("since: refund", "2026-02-01 12:00", -1);
        membership("since: member", "2025-03-01 12:00:00.000001", "2025-04-01");

        answersAtNoon("waits: no more");
        answer("waits: member", "csat_5", 5, NOON + ":00.000001");
        answer("waits: other", "csat_5", 5, NOON + ":00.000001");
        membership("waits: no more", "2026-01-01", "");
        membership("waits: member", "2026-01-01", "");

        ROWS.forEach((contract, lines) ->
                TestProject.file(folder, contract.contractName() + ".csv", String.join("\n", lines) + "\n"));
        members = outcomes("active: membership\n", LATER);
        aMomentAfterEnd = outcomes("active: membership\n", Instant.parse("2026-03-11T12:00:00.000001Z"));
        // Two currencies are never added up.
        buyers = outcomes("active: {ordered_within: 15}\nsegmentations: [{name: currency, from: row}]\n", LATER);
    }

    @Test
    void ordersAfterTheAnswerUpToTheWindowsEnd() {
        assertThat(of(members, "buys", "repurchase"))
                .containsOnly(
                        Map.entry("at once 5", "0"),
                        Map.entry("a moment after 5", "1"),
                        Map.entry("at the end 5", "1"),
                        Map.entry("too late 5", "0"),
                        Map.entry("gives back 5", "0"),
                        Map.entry("refund of nothing 5", "0"));
        assertThat(of(members, "buys", "spend"))
                .containsOnly(
                        Map.entry("at once 5", "0"),
                        Map.entry("a moment after 5", "25000"),
                        Map.entry("at the end 5", "40001"),
                        Map.entry("too late 5", "0"),
                        Map.entry("gives back 5", "-60000"),
                        Map.entry("refund of nothing 5", "0"));
        assertThat(of(buyers, "buys", "spend")).isEmpty();
    }

    @Test
    void answersCountWhereNoneWasGivenLessThanAWindowBefore() {
        assertThat(of(members, "counts", "repurchase"))
                .containsOnly(
                        // The order at the first window's end lies in the first alone.
                        Map.entry("a window later 1", "1"),
                        Map.entry("a window later 2", "0"),
                        Map.entry("a moment less 1", "0"),
                        Map.entry("other instrument 1", "0"),
                        Map.entry("other instrument 2", "0"),
                        Map.entry("at one instant 1", "0"),
                        Map.entry("refused before 3", "0"));
    }

    @Test
    void membersWhoAreGoneAtTheWindowsEnd() {
        assertThat(of(members, "leaves", "churn"))
                .containsOnly(
                        Map.entry("at the end 5", "1"),
                        Map.entry("after it 5", "0"),
                        Map.entry("comes back 5", "0"),
                        Map.entry("one of two 5", "0"),
                        Map.entry("for no time back 5", "1"));
    }

    /** Active are those who have ordered in the 15 days before an instant: on 14 February at noon or later. */
    @Test
    void customersWhoStopOrdering() {
        assertThat(of(buyers, "stops", "churn"))
                .containsOnly(
                        Map.entry("goes on 5", "0"),
                        Map.entry("never after 5", "1"),
                        Map.entry("just then 5", "1"),
                        // Who is active at an instant has ordered before it.
                        Map.entry("goes on at the end 5", "1"));
    }

    @Test
    void theNextAnswerToAnNpsQuestion() {
        assertThat(of(members, "nps", "detractor"))
                .containsOnly(
                        Map.entry("in order 5", "0"),
                        Map.entry("in order 7", "1"),
                        Map.entry("at the end 5", "1"),
                        Map.entry("two at once 5", "1"),
                        Map.entry("after nps 5", "0"),
                        Map.entry("after nps 10", "1"));
    }

    @Test
    void companionsAreOtherInstrumentsOfTheQuestionnaire() {
        assertThat(members.get("both: three 5").companions()).containsExactly("ces_5", "nps_0_10");
        assertThat(members.get("both: three 9").companions()).containsExactly("ces_5", "csat_5");
        assertThat(members.get("both: three 1").companions()).containsExactly("csat_5", "nps_0_10");
        assertThat(members.get("both: one of two 5").companions()).isEmpty();
        assertThat(members).doesNotContainKey("both: one of two 7");
    }

    @Test
    void answersAboutSeveralTouchpointsAreNotAllApart() {
        Found there = members.get("apart: there 4");
        assertThat(members.get("apart: here 5").apart()).isTrue();
        assertThat(there.apart()).isFalse();
        assertThat(members.get("company 3").apart()).as("no touchpoint").isTrue();
        assertThat(there.companions()).containsExactly("nps_0_10");
        assertThat(there.companionsApart()).containsExactly("nps_0_10");
        assertThat(members.get("apart: there 9").companions()).containsExactly("csat_5");
        assertThat(members.get("apart: there 9").companionsApart()).isEmpty();
    }

    /** What happens at a window's end belongs to it, so that it is over a moment later. */
    @Test
    void answersWaitUntilTheirWindowHasEnded() {
        assertThat(aMomentAfterEnd.get("waits: no more 5").outcomes())
                .isEqualTo(Map.of("repurchase", "0", "spend", "0", "churn", "0"));
        assertThat(aMomentAfterEnd.get("waits: member 5").outcomes())
                .isEqualTo(Map.of("repurchase", "?", "spend", "?", "churn", "?", "detractor", "?"));
        assertThat(aMomentAfterEnd.get("waits: other 5").outcomes())
                .isEqualTo(Map.of("repurchase", "?", "spend", "?", "detractor", "?"));
    }

    @Test
    void tenureIsSinceTheFirstOrderOrMembership() {
        Map<String, String> tenures = new TreeMap<>();
        members.forEach((answer, found) -> {
            if (answer.startsWith("since")) {
                tenures.put(answer.substring("since: ".length()), found.tenure());
            }
        });
        assertThat(tenures)
                .containsOnly(
                        Map.entry("today 5", "under_90_days"),
                        Map.entry("89 days 5", "under_90_days"),
                        Map.entry("90 days 5", "under_a_year"),
                        Map.entry("365 days 5", "year_or_more"),
                        Map.entry("tomorrow 5", "unknown"),
                        Map.entry("refund 5", "unknown"),
                        Map.entry("member 5", "under_a_year"));
    }

    @Test
    void saysWhatOutcomesLack() {
        Project without = TestProject.project(
                folder,
                """
                name: shop
                time_zone: UTC
                output: {path: out}
                outcomes: {segmentation: team}
                segmentations: [{name: team, from: row}]
                sources:
                - {name: a, contract: responses, format: csv, path: responses.csv,
                   select: 'SELECT response_id, instrument, score, responded_at FROM source'}
                """);
        assertThat(AnswerOutcomes.problems(without, ContractRows.open(TestProject.session(without), without)))
                .containsExactly(
                        new Problem(
                                "outcomes follow answers of customers, but no source of responses yields customer_id",
                                "outcomes",
                                "let a select yield customer_id, or remove outcomes"),
                        new Problem(
                                "no source of responses yields the column team of the segmentation team",
                                "outcomes.segmentation",
                                "name a segmentation of customers or of a column of responses, or leave it out"));
    }
}
