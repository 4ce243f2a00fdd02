package dev.touchstone.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.calendar.Days;
import dev.touchstone.project.Project;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.TimeZone;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows belong to a local day on which the clocks change. The zone of the machine has no say. */
class LocalDaysTest {
    private static final TimeZone OF_MACHINE = TimeZone.getDefault();

    @TempDir
    private Path folder;

    @BeforeEach
    void moveTheMachine() {
        TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
    }

    @AfterEach
    void moveTheMachineBack() {
        TimeZone.setDefault(OF_MACHINE);
    }

    /** 2022-03-27 has 23 hours: 02:00 becomes 03:00. */
    @Test
    void springInBerlin() {
        assertThat(lengthOf("Europe/Berlin", "2022-03-27")).isEqualTo(Duration.ofHours(23));
        assertThat(rowsOf(
                        "Europe/Berlin",
                        "2022-03-27",
                        "before: 2022-03-26 23:59:59.999999",
                        "before in UTC: 2022-03-26T22:59:59Z",
                        "midnight: 2022-03-27 00:00:00",
                        "midnight in UTC: 2022-03-26T23:00:00Z",
                        "hour that does not exist: 2022-03-27 02:30:00",
                        "last instant: 2022-03-27 23:59:59.999999",
                        "last second in UTC: 2022-03-27T21:59:59Z",
                        "after: 2022-03-28 00:00:00",
                        "after in UTC: 2022-03-27T22:00:00Z"))
                .containsExactlyInAnyOrder(
                        "hour that does not exist | 2022-03-27",
                        "last instant | 2022-03-27",
                        "last second in UTC | 2022-03-27",
                        "midnight | 2022-03-27",
                        "midnight in UTC | 2022-03-27");
    }

    /** 2022-10-30 has 25 hours: 03:00 becomes 02:00. */
    @Test
    void autumnInBerlin() {
        assertThat(lengthOf("Europe/Berlin", "2022-10-30")).isEqualTo(Duration.ofHours(25));
        assertThat(rowsOf(
                        "Europe/Berlin",
                        "2022-10-30",
                        "before in UTC: 2022-10-29T21:59:59Z",
                        "midnight in UTC: 2022-10-29T22:00:00Z",
                        "hour that comes twice: 2022-10-30 02:30:00",
                        "second time: 2022-10-30T02:30:00+01:00",
                        "last second: 2022-10-30 23:59:59",
                        "last second in UTC: 2022-10-30T22:59:59Z",
                        "after in UTC: 2022-10-30T23:00:00Z"))
                .containsExactlyInAnyOrder(
                        "hour that comes twice | 2022-10-30",
                        "last second | 2022-10-30",
                        "last second in UTC | 2022-10-30",
                        "midnight in UTC | 2022-10-30",
                        "second time | 2022-10-30");
    }

    /** 2022-03-22 begins at 01:00: its midnight does not exist. */
    @Test
    void springInTehran() {
        assertThat(lengthOf("Asia/Tehran", "2022-03-22")).isEqualTo(Duration.ofHours(23));
        assertThat(rowsOf(
                        "Asia/Tehran",
                        "2022-03-22",
                        "before: 2022-03-21 23:59:59",
                        "before in UTC: 2022-03-21T20:29:59Z",
                        "first instant in UTC: 2022-03-21T20:30:00Z",
                        "the day alone: 2022-03-22",
                        "midnight that does not exist: 2022-03-22 00:00:00",
                        "within the gap: 2022-03-22 00:30:00",
                        "last second in UTC: 2022-03-22T19:29:59Z",
                        "after: 2022-03-23 00:00:00",
                        "after in UTC: 2022-03-22T19:30:00Z"))
                .containsExactlyInAnyOrder(
                        "first instant in UTC | 2022-03-22",
                        "last second in UTC | 2022-03-22",
                        "midnight that does not exist | 2022-03-22",
                        "the day alone | 2022-03-22",
                        "within the gap | 2022-03-22");
    }

    /** Rows whose instant cannot be read are in every interval, so that none is ever overlooked. */
    @Test
    void rowsWithoutADayAreAlwaysThere() {
        assertThat(rowsOf(
                        "Asia/Tehran",
                        "2022-03-22",
                        "time only: 12:30",
                        "nothing: ",
                        "Solar Hijri: 1401-01-02",
                        "far away: 2023-01-01"))
                .containsExactlyInAnyOrder("Solar Hijri | null", "nothing | null", "time only | null");
    }

    private static Duration lengthOf(String zone, String day) {
        Days days = of(day);
        var id = java.time.ZoneId.of(zone);
        return Duration.between(days.start(id), days.end(id));
    }

    /** Of rows {@code name: instant} those that are read for the day, with the day that they are put on. */
    private List<String> rowsOf(String zone, String day, String... rows) {
        StringBuilder csv = new StringBuilder("id,at\n");
        for (String row : rows) {
            csv.append(row.replaceFirst(": ", ",")).append('\n');
        }
        TestProject.file(folder, "answers.csv", csv.toString());
        Project project = TestProject.project(
                folder,
                """
                name: days
                time_zone: %s
                output: {path: out}
                sources:
                - name: answers
                  contract: responses
                  format: csv
                  path: answers.csv
                  select: SELECT id AS response_id, 'csat_5' AS instrument, 4 AS score, at AS responded_at FROM source
                """
                        .formatted(zone));
        SparkSession session = TestProject.session(project);
        return ContractRows.open(session, project)
                .get(Contract.RESPONSES)
                .rows(of(day), List.of(), false)
                .selectExpr("concat(response_id, ' | ', coalesce(CAST(day AS STRING), 'null'))")
                .collectAsList()
                .stream()
                .map((Row row) -> row.getString(0))
                .toList();
    }

    private static Days of(String day) {
        return new Days(LocalDate.parse(day), LocalDate.parse(day).plusDays(1));
    }
}
