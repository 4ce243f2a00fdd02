package dev.touchstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code touchstone kpis} shows what a KPI says, how it is read and where it comes from. */
class KpisCommandTest {

    @Test
    void lists_every_KPI_with_its_definition_direction_clock_window_use_and_source() {
        String list = Command.run("kpis").output();
        for (Kpi kpi : Catalogue.builtIn().kpis().values()) {
            if (kpi.percentile() == null) {
                String entry = entry(list, kpi.name());
                assertThat(entry)
                        .contains(kpi.title().en(), kpi.description().en(), "Good for: " + kpi.goodFor(), kpi.source());
            }
        }
        assertThat(entry(list, "fcr"))
                .endsWith(" share, higher is better; tickets by created_at, final after 7 days; "
                        + "A3, repeat contacts as in the field");
        assertThat(entry(list, "csat_5")).contains("; responses by responded_at, final at once; field");
        assertThat(entry(list, "step_completion")).contains("final after 1 day;");
        assertThat(entry(list, "ticket_volume")).contains("count, neither higher nor lower is better;");
        assertThat(entry(list, "crr_set"))
                .contains("; customers of a month, quarter or year, final when the period ends;");
        assertThat(entry(list, "repurchase_rate"))
                .contains("; customers of a month, quarter or year, final 90 days after the period ends;");
    }

    @Test
    void percentiles_stand_with_their_duration() {
        String list = Command.run("kpis").output();
        assertThat(entry(list, "aht")).endsWith("; A3 also aht_median, aht_p90");
        assertThat(list).doesNotContain("\naht_p90:").contains("56 KPIs and 14 percentiles.");
        assertThat(list.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void shows_one_with_its_SQL() {
        assertThat(Command.run("kpis", "order_value").output())
                .contains("order_value  (Order value)  ارزش هر سفارش")
                .contains("  rows      orders where order_id IS NOT NULL\n")
                .contains("  score     round(signed_amount, 4)\n")
                .contains("  n counts  rows where refund_of IS NULL\n")
                .contains("  shows     the sum of the scores over n\n")
                .contains("  scale     money, unbounded, higher is better\n");
        assertThat(Command.run("kpis", "first_response_time_p90").output())
                .contains("  shows     percentile 0.9 of first_response_time, open cases as the longest\n")
                .contains("INTERVAL 7 DAYS")
                .contains("  scale     seconds, from 0, lower is better\n")
                .contains("  interval  rank\n");
        assertThat(Command.run("kpis", "buyers").output()).contains("  shows     the sum of the scores\n");
    }

    @Test
    void says_which_name_may_be_meant() {
        assertThat(Command.run("kpis", "fist_response_time").errors())
                .contains(
                        "there is no KPI fist_response_time",
                        "do: did you mean 'first_response_time'? see `touchstone");
    }

    @Test
    void names_all_that_are_unknown_at_once() {
        Command.Outcome outcome = Command.run("kpis", "fcr", "cast", "csta");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errors()).contains("there is no KPI cast", "there is no KPI csta");
        assertThat(outcome.output()).doesNotContain("First contact resolution");
    }

    @Test
    void a_percentile_that_a_project_uses_without_its_duration_has_an_entry(@TempDir Path folder) throws IOException {
        Path project = Files.writeString(
                folder.resolve("project.yaml"),
                """
                name: shop
                time_zone: UTC
                output: {path: out}
                sources:
                - {name: calls, contract: contacts, format: csv, path: calls.csv, select: SELECT * FROM source}
                use_kpis: [queue_wait_p90, fcr]
                """);
        assertThat(Command.run("kpis", "--project", project.toString()).output())
                .contains("queue_wait_p90: Wait in the queue, 90th percentile")
                .contains("2 KPIs and 0 percentiles.");
    }

    /** The lines of one KPI as one text. */
    private static String entry(String list, String name) {
        List<String> lines = list.lines()
                .dropWhile(line -> !line.startsWith(name + ": "))
                .takeWhile(line -> !line.isEmpty())
                .map(String::strip)
                .toList();
        assertThat(lines).as(name).isNotEmpty();
        return String.join(" ", lines);
    }
}
