package dev.touchstone.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.Stages;
import dev.touchstone.calendar.Days;
import dev.touchstone.table.Table;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measured and assessed, the example data give the figures that others computed from them. */
class ExpectedFiguresTest {
    @TempDir
    private Path output;

    /** 14,503 passengers with 24 answers, 5,640 of them with NETPRO. */
    @Test
    void theAirport() {
        Days days = new Days(LocalDate.of(2014, 5, 1), LocalDate.of(2018, 6, 1));
        Stages.Outcome outcome = Examples.run(Path.of("data-sample/sfo-airport/project.yaml"), Map.of(), output, days);

        assertThat(outcome.counts())
                .containsEntry("responses_read", 353_712L)
                .containsEntry("responses_kept", 353_712L)
                .containsEntry("responses_quarantined", 0L);
        Map<String, Row> cells = Examples.cells(outcome, "grain = 'year' OR (grain = 'day' AND kpi = 'nps_0_10')");
        assertThat(ExpectedFigures.airport()).hasSize(576);
        Examples.assertFigures(ExpectedFigures.airport(), cells);

        assertThat(ExpectedFigures.airportWeakestFirst()).hasSize(5);
        ExpectedFigures.airportWeakestFirst()
                .forEach((year, order) -> assertThat(weakestFirst(cells, year, "csat_5", order.size() + 1))
                        .as(year)
                        .containsExactlyElementsOf(order));

        Map<String, Double> weights = new HashMap<>();
        outcome.store()
                .read(Table.DAILY_ANSWERS)
                .where("instrument = 'nps_0_10' AND segmentation = 'all' AND answer IS NOT NULL")
                .selectExpr("CAST(year(day) AS STRING) AS year", "w")
                .groupBy("year")
                .agg(Map.of("w", "sum"))
                .collectAsList()
                .forEach(row -> weights.put(row.getString(0), row.getDecimal(1).doubleValue()));
        assertThat(ExpectedFigures.airportWeights()).hasSize(2);
        ExpectedFigures.airportWeights()
                .forEach((year, sum) -> assertThat(weights.get(year)).as(year).isCloseTo(sum, within(1e-6)));
    }

    /** 1,065 passengers with 46 halves and 2 answers, all on one day. */
    @Test
    void theAirline() {
        String data = Examples.data("ODDJOB_DATA", "oddjob-airways");
        Days days = new Days(LocalDate.of(2020, 1, 1), LocalDate.of(2020, 1, 2));
        Stages.Outcome outcome = Examples.run(
                Path.of("jobs/examples/oddjob-airways/project.yaml"), Map.of("ODDJOB_DATA", data), output, days);

        assertThat(outcome.counts())
                .containsEntry("responses_read", 51_120L)
                .containsEntry("responses_kept", 51_120L)
                .containsEntry("responses_quarantined", 0L);
        Map<String, Row> cells = Examples.cells(outcome, "grain = 'year'");
        assertThat(ExpectedFigures.airline()).hasSize(1387);
        Examples.assertFigures(ExpectedFigures.airline(), cells);
        assertThat(ExpectedFigures.airlineWeakestFirst()).hasSize(23);
        assertThat(weakestFirst(cells, "2020", "servqual_100_gap", 24))
                .containsExactlyElementsOf(ExpectedFigures.airlineWeakestFirst());
    }

    /** Touchpoints of a year by value, ascending; neither the company nor the total is one. */
    private static List<String> weakestFirst(Map<String, Row> cells, String year, String kpi, int expected) {
        List<Row> ranked = new ArrayList<>();
        cells.forEach((name, row) -> {
            if (name.startsWith("year | " + year + " | " + kpi + " | ") && name.endsWith(" | all | all | plain")) {
                ranked.add(row);
            }
        });
        ranked.removeIf(row -> row.getAs("touchpoint").equals("company"));
        assertThat(ranked).as("touchpoints and their total").hasSize(expected);
        ranked.removeIf(row -> row.getAs("touchpoint").equals("all"));
        ranked.sort(Comparator.comparingDouble(row -> row.<Double>getAs("value")));
        return ranked.stream().map(row -> row.<String>getAs("touchpoint")).toList();
    }
}
