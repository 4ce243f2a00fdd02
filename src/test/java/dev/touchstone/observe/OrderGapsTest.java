package dev.touchstone.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderGapsTest {
    private static final String HEADER = "order_id,ordered_at,customer_id,amount,refund_of\n";

    @TempDir
    private Path folder;

    /** Gaps of ann: 10, 0.5 (1), 20 and 29.5 (30) days; of bob: 40. The 80th of 100 is the 4th of 5. */
    @Test
    void fourOfFiveGapsAreWithinTheAdvice() {
        assertThat(
                        gaps(
                                HEADER
                                        + """
                        1,2026-01-01 00:00:00,ann,5,
                        2,2026-01-11 00:00:00,ann,5,
                        2,2026-01-11 00:00:00,ann,5,
                        3,2026-01-11 12:00:00,ann,5,
                        4,2026-01-31 12:00:00,ann,5,
                        5,2026-03-02 00:00:00,ann,5,
                        6,2026-03-03 00:00:00,ann,-5,5
                        7,2026-01-01 00:00:00,bob,5,
                        8,2026-02-10 00:00:00,bob,5,
                        9,2026-05-01 00:00:00,,5,
                        10,2026-06-01 00:00:00,,5,
                        11,no day,ann,5,
                        12,2026-04-01 00:00:00,eve,5,
                        """))
                .contains(new OrderGaps(5, 30));
    }

    @Test
    void nobodyOrderedTwice() {
        assertThat(gaps(HEADER + "1,2026-01-01,ann,5,\n2,2026-01-02,bob,5,\n")).isEmpty();
        assertThat(gaps(HEADER)).isEmpty();
    }

    private Optional<OrderGaps> gaps(String orders) {
        TestProject.file(folder, "orders.csv", orders);
        Project project = TestProject.project(
                folder,
                """
                name: shop
                time_zone: UTC
                output: {path: tables}
                sources:
                - {name: orders, contract: orders, format: csv, path: orders.csv, select: SELECT * FROM source}
                """);
        return OrderGaps.of(
                ContractRows.open(TestProject.session(project), project).get(Contract.ORDERS));
    }
}
