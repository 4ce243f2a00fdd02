package dev.touchstone.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.Stages;
import dev.touchstone.calendar.Days;
import dev.touchstone.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 69,659 orders of 23,570 customers over 18 months: who comes back, what they bring, how cohorts shrink. */
class CustomersOfCdnowTest {
    @TempDir
    private static Path folder;

    @TempDir
    private static Path output;

    private static Stages.Outcome outcome;
    private static Map<String, Row> cells;

    @BeforeAll
    static void measureAll() throws IOException {
        String data = Examples.data("CDNOW_DATA", "cdnow");
        // A model for each of 25 periods takes longer than all the rest, and nobody published what they predict.
        String project = Files.readString(Path.of("jobs/examples/cdnow/project.yaml"));
        assertThat(project).contains("- clv_predicted\n");
        outcome = Examples.run(
                Files.writeString(folder.resolve("project.yaml"), project.replace("- clv_predicted\n", "")),
                Map.of("CDNOW_DATA", data),
                output,
                new Days(LocalDate.of(1997, 1, 1), LocalDate.of(1998, 7, 1)));
        cells = Examples.cells(outcome, "grain IN ('month', 'year')");
    }

    @Test
    void equalRowsAreOrdersOfTheirOwn() {
        assertThat(outcome.counts())
                .containsEntry("orders_read", 69_659L)
                .containsEntry("orders_kept", 69_659L)
                .containsEntry("orders_quarantined", 0L)
                .containsEntry("customers_kept", 2_357L);
    }

    @Test
    void retentionRevenueAndLifetimeValue() {
        assertThat(ExpectedFigures.cdnow()).hasSize(2 * (18 * 10 - 1 - 1 + 4));
        Examples.assertFigures(ExpectedFigures.cdnow(), cells);
    }

    /** A month in which nobody was a customer before has neither a retention nor a churn. */
    @Test
    void theFirstMonthKeepsNobody() {
        assertThat(cells.get("month | 1997-02 | crr_set | all | all | all | plain"))
                .isNotNull();
        Row first = cells.get("month | 1997-01 | crr_set | all | all | all | plain");
        assertThat(first == null || first.isNullAt(first.fieldIndex("value"))).isTrue();
    }

    @Test
    void cohorts() {
        Map<String, Long> active = new HashMap<>();
        outcome.store()
                .read(Table.COHORTS)
                .where("grain = 'month'")
                .collectAsList()
                .forEach(row -> active.put(
                        String.join(
                                " | ",
                                row.getAs("segment"),
                                row.getAs("cohort"),
                                row.getAs("age").toString(),
                                row.getAs("customers").toString()),
                        row.getAs("active")));
        Map<String, Long> expected = new HashMap<>();
        ExpectedFigures.cdnowParts((segment, of) -> of.required("cohort_active_customers_by_month_age")
                .properties()
                .forEach(cohort -> cohort.getValue()
                        .properties()
                        .forEach(age -> expected.put(
                                String.join(
                                        " | ",
                                        segment.segment(),
                                        cohort.getKey(),
                                        age.getKey(),
                                        cohort.getValue().required("0").asText()),
                                age.getValue().asLong()))));
        assertThat(expected).hasSize(2 * (18 + 17 + 16));
        assertThat(active).containsAllEntriesOf(expected);
        // The third segment is that of the customers outside the sample.
        assertThat(active).hasSize(3 * (18 + 17 + 16));
    }
}
