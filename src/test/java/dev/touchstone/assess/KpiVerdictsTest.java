package dev.touchstone.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.TestProject;
import dev.touchstone.calendar.Grain;
import dev.touchstone.inference.ChangeDetection;
import dev.touchstone.inference.Rules;
import dev.touchstone.inference.Status;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.table.Table;
import java.nio.file.Path;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows of {@code kpi_values} a verdict is made of; what is made of them is told by the tests of the statistics. */
class KpiVerdictsTest {
    private static final StructType ROW = shape();
    /** Dey 1404 to Farvardin 1405; 1403 is a leap year, so Esfand had a day more the year before. */
    private static final LocalDate DEY = LocalDate.parse("2025-12-22");

    private static final LocalDate BAHMAN = LocalDate.parse("2026-01-21");
    private static final LocalDate ESFAND = LocalDate.parse("2026-02-20");
    private static final LocalDate FARVARDIN = LocalDate.parse("2026-03-21");
    private static final LocalDate ESFAND_1403 = LocalDate.parse("2025-02-19");
    private static final LocalDate FARVARDIN_1404 = LocalDate.parse("2025-03-21");

    @TempDir
    private Path folder;

    private final List<Row> rows = new ArrayList<>();
    private Project project;

    @BeforeEach
    void readProject() {
        project = TestProject.project(
                folder,
                """
                name: shop
                time_zone: Asia/Tehran
                calendars: [persian]
                output: {path: out}
                sources: [{name: a, contract: responses, format: csv, path: a.csv, select: SELECT * FROM source}]
                use_kpis: [csat_5]
                kpis: [{name: csat_5, benchmark: previous_year}]
                """);
    }

    /** (62/104 - (82/104 - .05)) / sqrt of the two variances of the shares that are tested, -2.2733 -> .011504. */
    @Test
    void aYearBeforeIsTheSameMonthOfThatYear() {
        rows.add(share(ESFAND, "shop", 100, 60));
        rows.add(share(ESFAND_1403, "shop", 100, 80));
        rows.add(share(FARVARDIN_1404, "shop", 100, 20));
        rows.add(share(BAHMAN, "shop", 100, 90));
        Map<String, Object> row = judged(csat(), ESFAND, ESFAND).get(0).values();
        assertThat(row)
                .containsEntry("period", "1404-12")
                .containsEntry("benchmark_type", "previous_year")
                .containsEntry("benchmark", .8)
                .containsEntry("status", "CONFIRMED");
        assertThat((Double) row.get("p_test")).isEqualTo(0.011503921349124202, within(1e-9));
        assertThat((Double) row.get("change")).as("since Bahman").isEqualTo(-.3, within(1e-12));
        assertThat((String) row.get("reason_en")).contains("below the 80.0 % of a year before");
    }

    @Test
    void aNewYearIsComparedWithTheNewYearBefore() {
        rows.add(share(FARVARDIN, "shop", 100, 60));
        rows.add(share(ESFAND_1403, "shop", 100, 80));
        rows.add(share(FARVARDIN_1404, "shop", 100, 20));
        assertThat(judged(csat(), FARVARDIN, FARVARDIN).get(0).values())
                .containsEntry("period", "1405-01")
                .containsEntry("benchmark", .2)
                .containsEntry("status", "OK");
    }

    @Test
    void withoutAYearBeforeThereIsNoBenchmark() {
        rows.add(share(ESFAND, "shop", 100, 60));
        assertThat(judged(csat(), ESFAND, ESFAND).get(0).values())
                .containsEntry("benchmark", null)
                .containsEntry("status", "NO_BENCHMARK");
    }

    @Test
    void ofAWeightedCellTheWeightedRowIsJudged() {
        rows.add(share(ESFAND, "shop", 100, 85));
        Map<String, Object> weighted = values(ESFAND, "shop", "all", 100, .55, .25);
        weighted.put("weighted", true);
        weighted.put("n_eff", 80.0);
        rows.add(row(weighted));
        rows.add(share(ESFAND_1403, "shop", 100, 80));
        List<PeriodVerdicts.Judgement> judged = judged(csat(), ESFAND, ESFAND);
        assertThat(judged).hasSize(1);
        assertThat(judged.get(0).values())
                .containsEntry("weighted", true)
                .containsEntry("value", .55)
                .containsEntry("n_eff", 80.0)
                .containsEntry("status", "CONFIRMED");
    }

    /** Weak in Dey since Azar; Bahman cannot be told yet; in Esfand it is still weak, in Farvardin it is not. */
    @Test
    void sinceHoldsOverAPeriodThatIsOpen() {
        for (LocalDate start : List.of(DEY, BAHMAN, ESFAND, FARVARDIN)) {
            Map<String, Object> cell = values(start, "shop", "all", 100, start.equals(FARVARDIN) ? .95 : .5, .25);
            cell.put("immature", start.equals(BAHMAN) ? 3L : 0L);
            rows.add(row(cell));
        }
        for (int month = 0; month < 4; month++) {
            rows.add(share(
                    List.of(LocalDate.parse("2024-12-21"), LocalDate.parse("2025-01-20"), ESFAND_1403, FARVARDIN_1404)
                            .get(month),
                    "shop",
                    100,
                    80));
        }
        Map<String, Object> before = values(LocalDate.parse("2025-11-22"), "shop", "all", 100, .5, .25);
        before.put("judged_before", true);
        before.put("since", "1404-09");
        rows.add(row(before));
        List<PeriodVerdicts.Judgement> judged = judged(csat(), DEY, FARVARDIN);
        assertThat(judged)
                .extracting(each -> each.verdict().status())
                .containsExactly(Status.CONFIRMED, Status.IMMATURE, Status.CONFIRMED, Status.OK);
        assertThat(judged)
                .extracting(each -> each.values().get("since"))
                .containsExactly("1404-09", "1404-09", "1404-09", null);
    }

    /** What is said of amounts in one currency is the same whatever the amounts in the other. */
    @Test
    void currenciesAreFamiliesOfTheirOwn() {
        List<Map<String, Object>> besideEuros = orderValuesOfEurosAnd(100, 900);
        List<Map<String, Object>> besideRials = orderValuesOfEurosAnd(5e6, 3e12);
        assertThat(besideRials).hasSize(12);
        assertThat(ofEuros(besideRials)).isEqualTo(ofEuros(besideEuros)).hasSize(6);
        assertThat(ofEuros(besideRials))
                .filteredOn(row -> row.get("alarm_since") != null)
                .hasSize(2);
        assertThat(besideRials)
                .filteredOn(row -> row.get("status").equals("CONFIRMED"))
                .extracting(row -> row.get("touchpoint") + " " + row.get("segment") + " " + row.get("rank"))
                .containsExactlyInAnyOrder("t0 EUR 1", "t1 EUR 2", "t0 other 1", "t1 other 2");
    }

    private static List<Map<String, Object>> ofEuros(List<Map<String, Object>> judged) {
        return judged.stream().filter(row -> row.get("segment").equals("EUR")).toList();
    }

    /** Two of six touchpoints fall by a third in Esfand, of which one has a fixed price. */
    private List<Map<String, Object>> orderValuesOfEurosAnd(double level, double variance) {
        rows.clear();
        for (int touchpoint = 0; touchpoint < 6; touchpoint++) {
            for (LocalDate start : List.of(BAHMAN, ESFAND)) {
                double share = start.equals(ESFAND) && touchpoint < 2 ? .7 : 1 + touchpoint / 50.0;
                rows.add(row(values(start, "t" + touchpoint, "EUR", 200, 100 * share, touchpoint == 0 ? 0 : 900)));
                rows.add(row(values(start, "t" + touchpoint, "other", 300, level * share, variance)));
            }
            Judged judged = Judged.of(project, ESFAND, ESFAND).get(0);
            for (int week = 0; week < ChangeDetection.WEEKS; week++) {
                boolean fallen = !judged.week(week).isBefore(ESFAND) && touchpoint < 2;
                double share = (fallen ? .7 : 1 + touchpoint / 50.0) + .01 * (week % 3);
                for (boolean euros : new boolean[] {true, false}) {
                    Map<String, Object> values = values(
                            judged.week(week),
                            "t" + touchpoint,
                            euros ? "EUR" : "other",
                            50,
                            (euros ? 100 : level) * share,
                            !euros ? variance : touchpoint == 0 ? 0 : 900);
                    values.put("grain", Grain.WEEK.code());
                    rows.add(row(values));
                }
            }
        }
        return judged(Catalogue.builtIn().kpis().get("order_value"), ESFAND, ESFAND).stream()
                .map(PeriodVerdicts.Judgement::values)
                .toList();
    }

    private Kpi csat() {
        return project.catalogue().kpis().get("csat_5");
    }

    private List<PeriodVerdicts.Judgement> judged(Kpi kpi, LocalDate first, LocalDate last) {
        List<Judged> periods = Judged.of(project, first, last);
        double[] targets = new double[periods.size()];
        Arrays.fill(targets, Double.NaN);
        return new KpiVerdicts(
                        Map.of(kpi.name(), kpi),
                        Map.of(kpi.name(), targets),
                        periods,
                        Rules.DEFAULT,
                        Set.of("currency"),
                        new Reasons(project),
                        Table.WEAK_TOUCHPOINTS.schema())
                .judge(rows.iterator());
    }

    private static Row share(LocalDate start, String touchpoint, long n, long good) {
        double share = (double) good / n;
        return row(values(start, touchpoint, "all", n, share, share * (1 - share) * n / (n - 1)));
    }

    private static Map<String, Object> values(
            LocalDate start, String touchpoint, String segment, long n, double value, double variance) {
        boolean money = !segment.equals("all");
        Map<String, Object> values = new HashMap<>();
        values.put("grain", Grain.MONTH.code());
        values.put("kpi", money ? "order_value" : "csat_5");
        values.put("segmentation", money ? "currency" : "all");
        values.put("period_start", Date.valueOf(start));
        values.put("weighted", false);
        values.put("segment", segment);
        values.put("touchpoint", touchpoint);
        values.put("is_complete", true);
        values.put("n", n);
        values.put("weight", (double) n);
        values.put("n_eff", (double) n);
        values.put("deff", 1.0);
        values.put("value", value);
        values.put("variance", variance);
        values.put("immature", 0L);
        values.put("judged_before", false);
        return values;
    }

    private static Row row(Map<String, Object> values) {
        return new GenericRowWithSchema(
                Arrays.stream(ROW.fieldNames()).map(values::get).toArray(), ROW);
    }

    private static StructType shape() {
        StructType all = Table.KPI_VALUES.schema();
        StructType shape = new StructType();
        List<Collection<String>> names =
                List.of(List.of("grain", "kpi", "segmentation", "period_start"), Observed.COLUMNS);
        for (Collection<String> some : names) {
            for (String name : some) {
                shape = shape.add(all.apply(name));
            }
        }
        return shape.add("judged_before", DataTypes.BooleanType).add("since", DataTypes.StringType);
    }
}
