package dev.touchstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.assess.Overview;
import dev.touchstone.kpi.Benchmark;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Interval;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.Scale;
import dev.touchstone.kpi.State;
import dev.touchstone.project.Project;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people see of all KPIs after a run. */
class OverviewTest {
    @TempDir
    private static Path folder;

    private static Project project;

    @BeforeAll
    static void read() {
        project = TestProject.project(
                folder,
                """
                name: shop
                title: Shop
                time_zone: UTC
                output: {path: out}
                sources:
                - {name: answers, contract: responses, format: csv, path: a.csv, select: SELECT * FROM source}
                """);
    }

    @Test
    void everyUnitReadsAsPeopleReadIt() {
        assertThat(print(List.of(
                        figure(kpi("csat_5", "share", Better.HIGHER), 0.8432, 0.8311, 0.8522, 12_345),
                        figure(kpi("nps_0_10", "points", Better.HIGHER), -12.34, -20.0, -4.5, 400),
                        figure(kpi("ease_5", "answer", Better.HIGHER), 4.1, 4.0, 4.2, 400),
                        figure(kpi("ease_5_share", "share", Better.HIGHER), 0.81, 0.8, 0.82, 400),
                        figure(total("tickets", "count"), 1_234_567.0, null, null, 1_234_567),
                        figure(total("revenue", "money"), 12_345_678_901.0, null, null, 90_000),
                        figure(kpi("order_value", "money", Better.HIGHER), 137_174.21, 130_000.5, 144_000.6, 90_000),
                        figure(kpi("orders", "count", Better.HIGHER), 1.5, 1.25, 1.75, 9),
                        figure(kpi("cost", "money", Better.LOWER), 9.5, 9.25, null, 7))))
                .containsExactly(
                        "All KPIs of Shop, 2026-10 (October)",
                        "",
                        "  KPI                value  95 % interval               n",
                        "  csat_5      ↑     84.3 %  [83.1 %, 85.2 %]       12,345",
                        "  nps_0_10    ↑      -12.3  [-20.0, -4.5]             400",
                        "  ease_5      ↑       4.10  [4.00, 4.20]              400  share 81.0 %",
                        "  tickets        1,234,567                      1,234,567",
                        "  revenue       12,345.7 M                         90,000",
                        "  order_value ↑    137,174  [130,001, 144,001]     90,000",
                        "  orders      ↑       1.50  [1.25, 1.75]                9",
                        "  cost        ↓       9.50  [9.25, open]                7",
                        "  ↑ higher is better, ↓ lower is better. Intervals are of 95 %; open: beyond what is known.");
    }

    @Test
    void percentilesStandBesideTheirMean() {
        assertThat(print(List.of(
                                duration("wait", null, "2026-10", 3_725.4, 3_600.0, 3_850.0, 90, 10L),
                                duration("wait_median", 0.5, "2026-10", 59.6, 50.0, 70.0, 100, 10L),
                                duration("wait_p99_9", 0.999, "2026-10", null, 900_000.0, null, 100, 10L),
                                duration("reply", null, "2026-10", 400_000.0, 380_000.0, 450_000.0, 98, 2L),
                                // Of another month than its mean, and alone.
                                duration("reply_p90", 0.9, "2026-09", 0.0, null, null, 3, 0L),
                                duration("close_median", 0.5, "2026-10", null, 30.0, null, 10, 6L)))
                        .subList(2, 7))
                .containsExactly(
                        "  KPI               value  95 % interval          n",
                        "  wait         ↓  1:02:05  [1:00:00, 1:04:10]    90  10 % open, median 0:01:00, p99.9 open",
                        "  reply        ↓ 4.6 days  [4.4 days, 5.2 days]  98",
                        "  reply_p90    ↓  0:00:00                         3  in 2026-09",
                        "  close_median ↓     open  [0:00:30, open]       10  60 % open");
    }

    @Test
    void theCompanyIsNamed() {
        Kpi nps = kpi("nps_0_10", "points", Better.HIGHER);
        assertThat(print(List.of(new Overview.Figure(nps, "2026-10", true, 10.0, -2.0, 22.0, 50, null))))
                .contains("  nps_0_10 ↑ +10.0  [-2.0, +22.0]  50  of the company");
    }

    @Test
    void aTerminalWithoutArrowsGetsWhatItCanShow() {
        Overview overview = Overview.of(List.of(figure(kpi("wait", "seconds", Better.LOWER), 5.0, 4.0, 6.0, 9)))
                .orElseThrow();
        assertThat(Print.overview(project, overview, StandardCharsets.US_ASCII))
                .contains("  wait v 0:00:05  [0:00:04, 0:00:06]  9")
                .contains(
                        "  ^ higher is better, v lower is better. Intervals are of 95 %; open: beyond what is known.");
    }

    @Test
    void nothingGivesNothing() {
        assertThat(Overview.of(List.of())).isEmpty();
    }

    /** With the widest figures that are likely, of an earlier month, and cases open. */
    @Test
    void theWholeCatalogueFitsAScreen() {
        List<Overview.Figure> figures = Catalogue.builtIn().kpis().values().stream()
                .map(kpi -> new Overview.Figure(
                        kpi, "2026-10", false, 98_765.4321, 87_654.4321, 109_876.4321, 12_345_678, 2_345_678L))
                .toList();
        List<String> lines = print(figures);
        assertThat(lines).hasSizeLessThan(55).allMatch(line -> line.length() <= Print.WIDTH);
        Overview overview = Overview.of(figures).orElseThrow();
        assertThat(overview.lines().stream()
                        .mapToInt(line -> 1 + line.beside().size())
                        .sum())
                .isEqualTo(figures.size());
    }

    @Test
    void aLongNameIsShortened() {
        assertThat(print(List.of(figure(
                        kpi("share_of_customers_who_came_back_within_a_year", "share", Better.HIGHER),
                        0.5,
                        0.4,
                        0.6,
                        100))))
                .contains("  share_of_customers_who_cam.. ↑ 50.0 %  [40.0 %, 60.0 %]  100");
    }

    private static List<String> print(List<Overview.Figure> figures) {
        return Print.overview(project, Overview.of(figures).orElseThrow(), StandardCharsets.UTF_8);
    }

    private static Overview.Figure figure(Kpi kpi, Double value, Double low, Double high, long n) {
        return new Overview.Figure(kpi, "2026-10", false, value, low, high, n, null);
    }

    private static Overview.Figure duration(
            String name, Double percentile, String period, Double value, Double low, Double high, long n, Long open) {
        Kpi kpi = kpi(name, name.split("_")[0], "seconds", State.DURATION, percentile, Better.LOWER);
        return new Overview.Figure(kpi, period, false, value, low, high, n, open);
    }

    private static Kpi kpi(String name, String unit, Better better) {
        return kpi(name, name, unit, State.MEAN, null, better);
    }

    private static Kpi total(String name, String unit) {
        return kpi(name, name, unit, State.TOTAL, null, Better.NONE);
    }

    private static Kpi kpi(String name, String stateOf, String unit, State state, Double percentile, Better better) {
        return new Kpi(
                name,
                null,
                null,
                null,
                null,
                "tickets",
                "true",
                "1",
                null,
                null,
                0,
                state,
                stateOf,
                percentile,
                false,
                new Scale(unit, 1, null, null, better),
                Interval.T,
                null,
                null,
                Benchmark.of(Benchmark.Kind.PEERS),
                List.of(),
                null,
                1);
    }
}
