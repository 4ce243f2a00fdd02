package dev.touchstone.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.calendar.Days;
import dev.touchstone.measure.DailyStatistics;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources often know the minute or the day of a ticket only. */
class NextContactTest {
    @TempDir
    private Path folder;

    @Test
    void ticketsOfOneInstantFollowEachOtherByTheirId() {
        TestProject.file(
                folder,
                "tickets.csv",
                """
                ticket_id,touchpoint,created_at,customer_id,reason,reopens
                1,first,2026-11-01,ann,bill,0
                3,last,2026-11-01,ann,bill,0
                2,middle,2026-11-01,ann,bill,0
                4,other reason,2026-11-01,ann,parcel,0
                5,called in,2026-11-01,bob,bill,0
                """);
        TestProject.file(
                folder,
                "contacts.csv",
                """
                contact_id,touchpoint,offered_at,customer_id,reason
                1,phone,2026-11-01,bob,bill
                """);
        Project project = TestProject.project(
                folder,
                """
                name: desk
                time_zone: UTC
                output: {path: tables}
                sources:
                - {name: desk, contract: tickets, format: csv, path: tickets.csv, select: SELECT * FROM source}
                - {name: calls, contract: contacts, format: csv, path: contacts.csv, select: SELECT * FROM source}
                use_kpis: [fcr]
                """);
        Days days = new Days(LocalDate.of(2026, 11, 1), LocalDate.of(2026, 11, 2));
        Map<String, Long> resolved = new HashMap<>();
        DailyStatistics.of(
                        TestProject.session(project),
                        project,
                        Contract.TICKETS,
                        days,
                        Instant.parse("2026-12-01T00:00:00Z"))
                .where("kpi = 'fcr'")
                .selectExpr("touchpoint", "CAST(s AS BIGINT)")
                .collectAsList()
                .forEach(row -> resolved.put(row.getString(0), row.getLong(1)));
        // The call of that instant is the one that the ticket came from.
        assertThat(resolved)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("first", 0L, "middle", 0L, "last", 1L, "other reason", 1L, "called in", 1L));
    }
}
