package dev.touchstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    @Test
    void ordersSufficeForKpisOfCustomers(@TempDir Path folder) {
        TestProject.file(
                folder,
                "orders.csv",
                "order_id,ordered_at,customer_id,amount\n1,2026-01-01,ann,5\n2,2026-01-08,ann,5\n");
        TestProject.file(folder, "answers.csv", "response_id,responded_at,customer_id,instrument,score\n");
        Path project = TestProject.file(
                folder,
                "project.yaml",
                """
                name: shop
                time_zone: UTC
                output: {path: out}
                active: ordered_in_period
                outcomes: {}
                sources:
                - {name: answers, contract: responses, format: csv, path: answers.csv, select: SELECT * FROM source}
                - {name: orders, contract: orders, format: csv, path: orders.csv, select: SELECT * FROM source}
                """);
        assertThat(Command.run("check", "--project", project.toString()).output())
                .contains("  KPIs          revenue, order_value\n")
                .contains(
                        "  active        of 1 orders that follow another of the same customer, 80 % come within 7 days")
                .contains("customers by period: who orders or is a member\n  KPIs          crr, ")
                .contains("\noutcomes within 90 days after an answer: repurchase, spend, detractor\n");
    }
}
