package dev.touchstone.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.Stages;
import dev.touchstone.calendar.Days;
import dev.touchstone.table.Table;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measured and assessed, the example data give the figures that others computed from them. */
class ExpectedFiguresTest {
    private static final Map<String, String> AIRPORT = Map.ofEntries(
            Map.entry("airtrain", "Q7AIRTRAIN"),
            Map.entry("art", "Q7ART"),
            Map.entry("food", "Q7FOOD"),
            Map.entry("information_arrivals", "Q7INFODOWN"),
            Map.entry("information_departures", "Q7INFOUP"),
            Map.entry("long_term_parking", "Q7LTPARKING"),
            Map.entry("parking", "Q7PARK"),
            Map.entry("rental_cars", "Q7RENTAL"),
            Map.entry("roads", "Q7ROADS"),
            Map.entry("screens", "Q7SCREENS"),
            Map.entry("shops", "Q7STORE"),
            Map.entry("signs", "Q7SIGN"),
            Map.entry("walkways", "Q7WALKWAY"),
            Map.entry("wifi", "Q7WIFI"));

    @TempDir
    private Path output;

    /** 14,503 passengers with 24 answers, 5,640 of them with NETPRO. */
    @Test
    void theAirport() throws SQLException {
        Days days = new Days(LocalDate.of(2014, 5, 1), LocalDate.of(2018, 6, 1));
        Stages.Outcome outcome = Examples.run(
                Path.of("data-sample/sfo-airport/project.yaml"),
                Map.of(),
                output,
                days,
                Instant.parse("2019-01-01T08:00:00Z"));

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
        theAirportsDrivers(outcome);
        theAirportsVerdicts(outcome);
    }

    /** Worked out anew from the counts: (x + 2) / (n + 4) against .75, the rate of false discoveries by year. */
    private static void theAirportsVerdicts(Stages.Outcome outcome) {
        NormalDistribution normal = NormalDistribution.of(0, 1);
        Map<String, List<Row>> years = outcome
                .store()
                .read(Table.WEAK_TOUCHPOINTS)
                .where("kpi = 'csat_5' AND segmentation IN ('all', 'boarding_area')")
                .collectAsList()
                .stream()
                .collect(Collectors.groupingBy(row -> row.getAs("segmentation") + " " + row.getAs("period")));
        assertThat(years).hasSize(10);
        years.forEach((year, rows) -> {
            List<Row> sorted = rows.stream()
                    .filter(row -> row.<Long>getAs("n") > 0)
                    .sorted(Comparator.comparingDouble(row -> p(normal, row)))
                    .toList();
            int found = 0;
            for (int i = 0; i < sorted.size(); i++) {
                found = p(normal, sorted.get(i)) * sorted.size() / (i + 1) <= .10 ? i + 1 : found;
            }
            assertThat(rows)
                    .as(year)
                    .filteredOn(row -> row.getAs("status").equals("CONFIRMED"))
                    .containsExactlyInAnyOrderElementsOf(sorted.subList(0, found).stream()
                            .filter(row -> row.<Double>getAs("n_eff") >= 10)
                            .toList());
        });
        assertThat(years.get("all 2014"))
                .filteredOn(row -> row.getAs("status").equals("CONFIRMED"))
                .extracting(row -> row.<String>getAs("touchpoint"))
                .contains("shops", "food");
    }

    private static double p(NormalDistribution normal, Row row) {
        assertThat(row.<Double>getAs("benchmark")).isEqualTo(.80);
        double n = row.<Double>getAs("n_eff");
        double share = (row.<Double>getAs("value") * n + 2) / (n + 4);
        return normal.cumulativeProbability((share - .75) / Math.sqrt(share * (1 - share) / (n + 4)));
    }

    /** Until 2016 nobody was asked for the outcome. 2018 is over by the as-of. */
    private static void theAirportsDrivers(Stages.Outcome outcome) throws SQLException {
        assertThat(drivers(outcome, "touchpoint IS NULL"))
                .extracting(row -> row.getAs("period") + ": " + row.getAs("reason"))
                .containsExactlyInAnyOrder(
                        "2014: no response has a score of nps_0_10 at company",
                        "2015: no response has a score of nps_0_10 at company",
                        "2016: no response has a score of nps_0_10 at company");
        Map<String, String> scores = new HashMap<>();
        AIRPORT.forEach((touchpoint, column) -> scores.put(
                touchpoint,
                "CASE WHEN TRY_CAST(%1$s AS INT) BETWEEN 1 AND 5 THEN IF(TRY_CAST(%1$s AS INT) >= 4, 1, 0) END"
                        .formatted(column)));
        RawDrivers raw = RawDrivers.of(
                "data-sample/sfo-airport/2018_SFO_Customer_Survey.csv",
                scores,
                "CASE WHEN TRY_CAST(NETPRO AS INT) BETWEEN 0 AND 10 THEN IF(TRY_CAST(NETPRO AS INT) >= 9, 100, "
                        + "IF(TRY_CAST(NETPRO AS INT) <= 6, -100, 0)) END");
        raw.assertSame(drivers(outcome, "period = '2018' AND segmentation = 'all'"), "LMG", raw.lmg());
    }

    private static List<Row> drivers(Stages.Outcome outcome, String condition) {
        return outcome.store()
                .read(Table.DRIVERS)
                .where("scope = 'period' AND " + condition)
                .collectAsList();
    }

    /** 1,065 passengers with 46 halves and 2 answers, all on one day. */
    @Test
    void theAirline() throws SQLException {
        String data = Examples.data("ODDJOB_DATA", "oddjob-airways");
        Days days = new Days(LocalDate.of(2020, 1, 1), LocalDate.of(2020, 1, 2));
        Stages.Outcome outcome = Examples.run(
                Path.of("jobs/examples/oddjob-airways/project.yaml"),
                Map.of("ODDJOB_DATA", data),
                output,
                days,
                Instant.parse("2021-01-01T00:00:00Z"));

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
        theAirlinesDrivers(outcome, data);
    }

    /** A perception counts where the expectation was given, too. */
    private static void theAirlinesDrivers(Stages.Outcome outcome, String data) throws SQLException {
        Map<String, String> scores = new HashMap<>();
        for (int item = 1; item <= 23; item++) {
            scores.put(
                    "item" + item,
                    "IF(TRY_CAST(e%1$d AS INT) IS NOT NULL, TRY_CAST(s%1$d AS INT), NULL)".formatted(item));
        }
        RawDrivers raw = RawDrivers.of(
                data + "/airlinesat.csv",
                scores,
                "IF(TRY_CAST(nps AS INT) >= 10, 100, IF(TRY_CAST(nps AS INT) <= 7, -100, "
                        + "IF(TRY_CAST(nps AS INT) IS NOT NULL, 0, NULL)))");
        raw.assertSame(drivers(outcome, "segmentation = 'all'"), "JOHNSON", raw.johnson());
        assertThat(drivers(outcome, "touchpoint IS NULL"))
                .extracting(row -> row.getAs("segment") + ": " + row.getAs("reason"))
                .containsExactly("Gold: none can be weighed: 'item23' was answered in 143 responses, 200 are needed");
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
