package dev.touchstone.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.touchstone.TestProject;
import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Grain;
import dev.touchstone.calendar.Period;
import dev.touchstone.clv.BgNbd;
import dev.touchstone.clv.ClvModel;
import dev.touchstone.clv.GammaGamma;
import dev.touchstone.observe.Histories;
import dev.touchstone.project.Project;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The 18 months of CDNOW, against figures that were computed without Spark. Lies in {@code CDNOW_DATA}, or beside the
 * project; skipped where it is in neither.
 */
class CdnowPeriodsTest {
    private static final Instant AS_OF = Instant.parse("1998-07-01T00:00:00Z");
    private static final String KPI =
            """
            - name: %s
              title: %1$s
              of: customers
              per: period
              counts: %s
              score: %s
              scale: {unit: %s, factor: %d, better: none}
            """;
    private static final String PROJECT =
            """
            name: cdnow
            time_zone: UTC
            active: ordered_in_period
            output: {path: out}
            sources:
            - {name: orders, contract: orders, format: csv, path: orders.csv, select: SELECT * FROM source}
            use_kpis: [at_start, at_end, new, stayed, spent, worth, expected]
            kpis:
            """
                    + KPI.formatted("at_start", "at_start", "'1'", "count", 1)
                    + KPI.formatted("at_end", "at_end", "'1'", "count", 1)
                    + KPI.formatted("new", "is_new", "'1'", "count", 1)
                    + KPI.formatted("stayed", "at_start AND at_end", "'1'", "count", 1)
                    + KPI.formatted("spent", "orders > 0", "revenue", "money", 10000)
                    + KPI.formatted("worth", "orders_to_date > 0", "value_to_date", "money", 10000)
                    + KPI.formatted("expected", "orders_to_date > 0", "expected_value", "money", 10000);

    @TempDir
    private static Path folder;

    private static Path data;
    private static JsonNode expected;
    private static final Map<String, Row> CELLS = new TreeMap<>();
    private static final Map<String, Map<String, Long>> COHORTS = new TreeMap<>();
    private static BigDecimal revenueOfCohorts = BigDecimal.ZERO;

    @BeforeAll
    static void measure() throws IOException {
        String named = System.getenv("CDNOW_DATA");
        data = named != null ? Path.of(named) : Path.of("../shared/data/cdnow");
        assumeTrue(Files.isDirectory(data), "no data of CDNOW");
        expected = JsonMapper.builder()
                .build()
                .readTree(data.resolve("expected.json").toFile())
                .required("master");
        Project project = TestProject.project(folder, PROJECT);
        SparkSession spark = TestProject.session(project);
        Dataset<Row> orders = spark.read()
                .option("header", true)
                .csv(data.resolve("cdnow_master.csv").toString())
                .selectExpr(
                        "customer_id",
                        "CAST(date AS TIMESTAMP) AS ordered_at",
                        "CAST(amount_usd AS DECIMAL(28,10)) AS amount",
                        "CAST(NULL AS DECIMAL(28,10)) AS margin",
                        "CAST(NULL AS STRING) AS currency",
                        "CAST(NULL AS STRING) AS refund_of")
                .cache();
        Histories histories = new Histories(orders, false, null, null);
        List<Period> months = Calendar.periods(
                        List.of(Calendar.GREGORIAN),
                        LocalDate.parse("1997-01-01"),
                        LocalDate.parse("1998-07-01"),
                        DayOfWeek.MONDAY)
                .stream()
                .filter(period -> period.grain() == Grain.MONTH)
                .toList();
        PeriodStatistics.of(
                        spark,
                        project,
                        histories,
                        List.copyOf(project.catalogue().kpis().values()),
                        List.of(),
                        null,
                        months,
                        AS_OF)
                .collectAsList()
                .forEach(row -> CELLS.put(row.getAs("kpi") + " " + row.getAs("period"), row));
        for (Row row : Cohorts.of(spark, project, histories, List.of(), null, months, AS_OF)
                .collectAsList()) {
            COHORTS.computeIfAbsent(row.getAs("cohort"), cohort -> new TreeMap<>())
                    .put(String.valueOf(row.<Integer>getAs("age")), row.getAs("active"));
            assertThat(row.<Long>getAs("customers"))
                    .isEqualTo(expected.at("/months/" + row.getAs("cohort") + "/first_time_N")
                            .asLong());
            revenueOfCohorts = revenueOfCohorts.add(row.getAs("revenue"));
        }
        orders.unpersist();
    }

    private static BigDecimal sum(String kpi, String month) {
        Row cell = CELLS.get(kpi + " " + month);
        return cell == null ? BigDecimal.ZERO : cell.getAs("s");
    }

    private static long number(String kpi, String month) {
        return sum(kpi, month).longValueExact();
    }

    @Test
    void customersOfEveryMonth() {
        assertThat(expected.required("months").size()).isEqualTo(18);
        expected.required("months").properties().forEach(month -> {
            JsonNode figures = month.getValue();
            String name = month.getKey();
            assertThat(number("at_end", name))
                    .as("E of %s", name)
                    .isEqualTo(figures.required("active_E").asLong());
            assertThat(number("new", name))
                    .as("N of %s", name)
                    .isEqualTo(figures.required("first_time_N").asLong());
            // The first month has none before it.
            assertThat(number("at_start", name))
                    .as("S of %s", name)
                    .isEqualTo(figures.required("previous_month_active_S").asLong(0));
            assertThat(number("stayed", name))
                    .as("S and E of %s", name)
                    .isEqualTo(figures.required("S_and_E").asLong(0));
        });
    }

    @Test
    void revenueOfEveryMonth() {
        expected.required("months").properties().forEach(month -> assertThat(
                        sum("spent", month.getKey()).movePointLeft(4))
                .as("revenue of %s", month.getKey())
                .isEqualByComparingTo(month.getValue().required("revenue").decimalValue()));
    }

    @Test
    void everyCohortIsFollowed() {
        Map<String, Map<String, Long>> published = new TreeMap<>();
        expected.required("cohort_active_customers_by_month_age").properties().forEach(cohort -> {
            Map<String, Long> ages = new TreeMap<>();
            cohort.getValue()
                    .properties()
                    .forEach(age -> ages.put(age.getKey(), age.getValue().asLong()));
            published.put(cohort.getKey(), ages);
        });
        assertThat(COHORTS).isEqualTo(published);
        assertThat(revenueOfCohorts.doubleValue())
                .isCloseTo(expected.required("revenue_total").asDouble(), within(0.005));
    }

    @Test
    void historicValueOfACustomer() {
        Row cell = CELLS.get("worth 1998-06");
        assertThat(cell.<Long>getAs("n"))
                .isEqualTo(expected.required("customers").asLong());
        assertThat(cell.<BigDecimal>getAs("s").doubleValue() / 10000 / cell.<Long>getAs("n"))
                .isCloseTo(
                        expected.required("historic_clv_mean_revenue_per_customer")
                                .asDouble(),
                        within(1e-9));
    }

    /** The same models, fitted to every customer's exact history. Months before anyone could come again have none. */
    @Test
    void expectedValueOfACustomer() throws IOException {
        Row first = CELLS.get("expected 1998-06");
        double mean = meanExpected(LocalDate.parse("1998-07-01"));
        assertThat(first.<Long>getAs("n"))
                .isEqualTo(expected.required("customers").asLong());
        assertThat(first.<BigDecimal>getAs("s").doubleValue() / 10000 / first.<Long>getAs("n"))
                .isCloseTo(mean, withinPercentage(0.5));
        assertThat(CELLS.get("expected 1997-09").<Long>getAs("n")).isEqualTo(23570);
    }

    private static double meanExpected(LocalDate end) throws IOException {
        Map<String, TreeMap<LocalDate, Double>> customers = new HashMap<>();
        List<String> lines = Files.readAllLines(data.resolve("cdnow_master.csv"));
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",");
            customers
                    .computeIfAbsent(fields[0], customer -> new TreeMap<>())
                    .merge(LocalDate.parse(fields[1]), Double.valueOf(fields[3]), Double::sum);
        }
        List<BgNbd.Group> purchases = new ArrayList<>();
        List<GammaGamma.Group> values = new ArrayList<>();
        List<double[]> histories = new ArrayList<>();
        for (TreeMap<LocalDate, Double> days : customers.values()) {
            long frequency = days.size() - 1;
            double recency = ChronoUnit.DAYS.between(days.firstKey(), days.lastKey());
            double age = ChronoUnit.DAYS.between(days.firstKey(), end);
            double value = days.tailMap(days.firstKey(), false).values().stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0);
            purchases.add(new BgNbd.Group(frequency, recency, age, 1));
            if (value > 0) {
                values.add(new GammaGamma.Group(frequency, value, 1));
            }
            histories.add(new double[] {frequency, recency, age, value});
        }
        ClvModel model = ClvModel.fit(purchases, values, ClvModel.DAYS_A_MONTH).orElseThrow();
        return histories.stream()
                .mapToDouble(of -> model.expectedClv((long) of[0], of[1], of[2], of[3], 12, 0.01))
                .average()
                .orElseThrow();
    }
}
