package dev.touchstone.assess;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.TestSpark;
import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.CalendarTable;
import dev.touchstone.kpi.Benchmark;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Interval;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.Scale;
import dev.touchstone.kpi.State;
import java.math.BigDecimal;
import java.sql.Date;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Means and percentiles of histograms, against figures worked out by hand and against the sorted durations themselves.
 *
 * <p>All cells are computed in one job; each test looks at its own, named by its segment.
 */
class DurationsTest {
    private static final SparkSession SPARK = TestSpark.session();
    private static final StructType BINS = StructType.fromDDL(
            "day DATE, kpi STRING, segmentation STRING, segment STRING, touchpoint STRING, bin INT, n BIGINT,"
                    + " immature BIGINT, s DECIMAL(38,0), ss DECIMAL(38,0), ln_s DECIMAL(38,0), ln_ss DECIMAL(38,0)");
    private static final LocalDate FIRST = LocalDate.of(2026, 11, 1);
    private static final Dataset<Row> PERIODS =
            CalendarTable.periods(SPARK, List.of(Calendar.GREGORIAN), FIRST, FIRST.plusMonths(1), DayOfWeek.MONDAY);
    /** What a case that is not closed stands for among the durations of a test. */
    private static final Long OPEN = null;

    private static final List<Kpi> KPIS = List.of(wait(null), wait(0.07), wait(0.5), wait(0.9), wait(0.999));
    /** Closed durations, and open cases, by touchpoint. */
    private static final Map<String, List<Long>> RANDOM = random();

    private static final Map<String, Row> VALUES = new HashMap<>();

    /** One case at a day and touchpoint; no seconds: still open. */
    private record Case(LocalDate day, String segment, String touchpoint, Long seconds) {}

    @BeforeAll
    static void computeAllCellsAtOnce() {
        List<Case> cases = new ArrayList<>();
        add(cases, "oracle", 30L, 45L, 60L, 90L, 120L, 300L, 600L);
        add(cases, "half open", 60L, 120L, 180L, 240L, 300L, OPEN, OPEN, OPEN, OPEN, OPEN);
        add(cases, "all open", OPEN, OPEN, OPEN, OPEN);
        add(cases, "one case", 75L);
        add(cases, "zeros", 0L, 0L, 0L, 50L);
        add(cases, "seconds 1 to 1000", LongStream.rangeClosed(1, 1000).boxed().toArray(Long[]::new));
        add(
                cases,
                "thousands 1 to 100",
                LongStream.rangeClosed(1, 100).mapToObj(i -> 1000 * i).toArray(Long[]::new));
        cases.add(new Case(FIRST, "company", "company", 10L));
        cases.add(new Case(FIRST, "company", "chat", 1_000L));
        RANDOM.forEach((touchpoint, durations) -> scatter(cases, "random", touchpoint, durations));
        List<Row> rows = new ArrayList<>(histogram(cases));
        rows.add(row(FIRST, "too young", "phone", null, 0, 3, null));
        rows.add(row(FIRST.plusDays(1), "zeros", "phone", null, 0, 2, null));
        values(rows, KPIS).forEach(row -> VALUES.put(name(row), row));
    }

    /** Buckets 172, 193, 207, 228, 242, 289, 324; the median's, 228, is taken for 90.4727 s (worked out in Python). */
    @Test
    void theMedianIsTheMiddleOfItsBin() {
        Row median = VALUES.get("oracle/phone/wait_median");
        assertThat(median.<Double>getAs("value")).isCloseTo(90.4727, within(5e-5));
        assertThat(median.<Long>getAs("n")).isEqualTo(7);
        // Ranks .5 -+ 1.96 x .5 / sqrt 7 = .1296, .8704 of 7: the first and the seventh.
        assertThat(median.<Double>getAs("ci_low")).isCloseTo(Math.pow(1.02, 171), within(1e-9));
        assertThat(median.<Double>getAs("ci_high")).isCloseTo(Math.pow(1.02, 324), within(1e-9));
        assertThat(median.<Double>getAs("total")).isNull();
        assertThat(median.<Double>getAs("geometric_mean")).isNull();
        // Rank ceil(6.3), and an upper end above all ranks.
        Row last = VALUES.get("oracle/phone/wait_p90");
        assertThat(last.<Double>getAs("value")).isCloseTo(2 * Math.pow(1.02, 324) / 2.02, within(1e-9));
        assertThat(last.<Double>getAs("ci_low")).isCloseTo(Math.pow(1.02, 241), within(1e-9));
        assertThat(last.<Double>getAs("ci_high")).isNull();
    }

    /** 1245 / 7; the variance is (479025 - 1245^2 / 7) / 6 = 42932.142857, t of six degrees is 2.446912. */
    @Test
    void theMeanIsExactAndHasTheGeometricOneBesideIt() {
        Row mean = VALUES.get("oracle/phone/wait");
        assertThat(mean.<Double>getAs("value")).isCloseTo(1245 / 7.0, within(1e-9));
        assertThat(mean.<Double>getAs("total")).isEqualTo(1245);
        assertThat(mean.<Long>getAs("n")).isEqualTo(7);
        assertThat(mean.<Long>getAs("open")).isZero();
        assertThat(mean.<Double>getAs("ci_low")).isZero(); // 177.86 - 191.63, and no duration is below zero
        assertThat(mean.<Double>getAs("ci_high"))
                .isCloseTo(1245 / 7.0 + 2.4469118511 * Math.sqrt(42932.142857142857 / 7), within(1e-6));
        assertThat(mean.<Double>getAs("geometric_mean")).isCloseTo(106.7011, within(5e-5));
        assertThat(mean.<Boolean>getAs("exposure")).isFalse();
    }

    @Test
    void openCasesAreLongerThanAllOthersAndInNoMean() {
        Row median = VALUES.get("half open/phone/wait_median");
        assertThat(median.<Long>getAs("n")).isEqualTo(10);
        assertThat(median.<Long>getAs("open")).isEqualTo(5);
        assertThat(median.<Double>getAs("value")).isCloseTo(300, within(3.0));
        // .5 -+ .3099 of 10: the second of 60, 120 ..., and an open one.
        assertThat(median.<Double>getAs("ci_low")).isLessThan(120).isCloseTo(120, within(2.4));
        assertThat(median.<Double>getAs("ci_high")).isNull();
        Row last = VALUES.get("half open/phone/wait_p90");
        assertThat(last.<Long>getAs("n")).isEqualTo(10);
        assertNothingKnown(last);
        Row mean = VALUES.get("half open/phone/wait");
        assertThat(mean.<Long>getAs("n")).isEqualTo(5);
        assertThat(mean.<Double>getAs("n_eff")).isEqualTo(5);
        assertThat(mean.<Long>getAs("open")).isEqualTo(5);
        assertThat(mean.<Double>getAs("value")).isEqualTo(180);
    }

    @Test
    void ofOpenCasesAloneNothingIsKnown() {
        Row mean = VALUES.get("all open/phone/wait");
        assertThat(mean.<Long>getAs("n")).isZero();
        assertThat(mean.<Long>getAs("open")).isEqualTo(4);
        assertThat(mean.<Double>getAs("geometric_mean")).isNull();
        assertNothingKnown(mean);
        Row median = VALUES.get("all open/phone/wait_median");
        assertThat(median.<Long>getAs("n")).isEqualTo(4);
        assertNothingKnown(median);
    }

    @Test
    void casesTooYoungAreCountedAndNothingElse() {
        for (String kpi : List.of("wait", "wait_median", "wait_p90")) {
            Row row = VALUES.get("too young/phone/" + kpi);
            assertThat(row.<Long>getAs("immature")).isEqualTo(3);
            assertThat(row.<Long>getAs("n")).isZero();
            assertThat(row.<Long>getAs("open")).isZero();
            assertNothingKnown(row);
        }
    }

    /** The bin of 75 s is 219: (74.9, 76.5]. */
    @Test
    void oneCaseHasAValueAndAnOpenInterval() {
        Row median = VALUES.get("one case/phone/wait_median");
        assertThat(median.<Double>getAs("value")).isCloseTo(2 * Math.pow(1.02, bin(75)) / 2.02, within(1e-9));
        assertThat(median.<Double>getAs("ci_low")).isNull();
        assertThat(median.<Double>getAs("ci_high")).isNull();
        Row mean = VALUES.get("one case/phone/wait");
        assertThat(mean.<Double>getAs("value")).isEqualTo(75);
        assertThat(mean.<Double>getAs("ci_low")).isZero();
        assertThat(mean.<Double>getAs("ci_high")).isNull();
    }

    @Test
    void zeroSecondsAreZeroAndInNoLogarithm() {
        Row median = VALUES.get("zeros/phone/wait_median");
        assertThat(median.<Double>getAs("value")).isZero();
        // Ranks .01 and .99 of 4.
        assertThat(median.<Double>getAs("ci_low")).isZero();
        assertThat(median.<Double>getAs("ci_high")).isCloseTo(Math.pow(1.02, bin(50)), within(1e-9));
        assertThat(median.<Long>getAs("immature")).isEqualTo(2);
        Row mean = VALUES.get("zeros/phone/wait");
        assertThat(mean.<Double>getAs("value")).isEqualTo(12.5);
        assertThat(mean.<Double>getAs("geometric_mean")).isCloseTo(50, within(1e-4));
        assertThat(mean.<Long>getAs("n")).isEqualTo(4);
    }

    /** The median of 1000 has its interval at .46901 and .53099: the 470th and the 531st. */
    @Test
    void theIntervalReachesToTheEdgesOfItsBins() {
        Row median = VALUES.get("seconds 1 to 1000/phone/wait_median");
        assertThat(median.<Double>getAs("value")).isCloseTo(2 * Math.pow(1.02, bin(500)) / 2.02, within(1e-9));
        assertThat(median.<Double>getAs("ci_low")).isCloseTo(Math.pow(1.02, bin(470) - 1), within(1e-9));
        assertThat(median.<Double>getAs("ci_high")).isCloseTo(Math.pow(1.02, bin(531)), within(1e-9));
    }

    /** In binary .07 x 100 is a little above 7. */
    @Test
    void ranksAreTakenInDecimalNumbers() {
        Row value = VALUES.get("thousands 1 to 100/phone/wait_p7");
        assertThat(value.<Double>getAs("value")).isCloseTo(7_000, within(70.0));
    }

    @Test
    void theCompanyIsNotInAll() {
        assertThat(VALUES.get("company/company/wait").<Double>getAs("value")).isEqualTo(10);
        assertThat(VALUES.get("company/all/wait").<Double>getAs("value")).isEqualTo(1_000);
        assertThat(VALUES.get("company/all/wait_median").<Long>getAs("n")).isEqualTo(1);
    }

    /** Within 1 % of the duration at the nearest rank; open where that one is. */
    @Test
    void percentilesAreThoseOfTheSortedDurations() {
        Map<String, List<Long>> cells = new TreeMap<>(RANDOM);
        cells.put("all", RANDOM.values().stream().flatMap(List::stream).collect(Collectors.toList()));
        cells.forEach((touchpoint, durations) -> {
            List<Long> sorted = new ArrayList<>(durations);
            sorted.sort(java.util.Comparator.nullsLast(java.util.Comparator.naturalOrder()));
            int n = sorted.size();
            Map.of("wait_p7", 7, "wait_median", 50, "wait_p90", 90).forEach((kpi, percent) -> {
                Row row = VALUES.get("random/" + touchpoint + "/" + kpi);
                assertThat(row.<Long>getAs("n")).isEqualTo(n);
                Long exact = sorted.get((percent * n + 99) / 100 - 1);
                assertNear(row.getAs("value"), exact, kpi + " " + touchpoint);
                double q = percent / 100.0;
                double reach = 1.959963984540054 * Math.sqrt(q * (1 - q) / n);
                assertEnd(row.getAs("ci_low"), q - reach, sorted, kpi + " " + touchpoint);
                assertEnd(row.getAs("ci_high"), q + reach, sorted, kpi + " " + touchpoint);
            });
            Row mean = VALUES.get("random/" + touchpoint + "/wait");
            assertThat(mean.<Double>getAs("value"))
                    .isCloseTo(
                            sorted.stream()
                                    .filter(each -> each != null)
                                    .mapToLong(each -> each)
                                    .average()
                                    .orElseThrow(),
                            within(1e-6));
            assertThat(mean.<Double>getAs("geometric_mean"))
                    .isCloseTo(
                            Math.exp(sorted.stream()
                                    .filter(each -> each != null && each > 0)
                                    .mapToDouble(Math::log)
                                    .average()
                                    .orElseThrow()),
                            within(0.01));
        });
        assertThat(RANDOM.values()).allMatch(durations -> durations.contains(0L) && durations.contains(OPEN));
    }

    /** The month of cases that lie on its days in any order is that of the same cases on one day. */
    @Test
    void daysSumToTheirPeriod() {
        List<Case> together = new ArrayList<>();
        RANDOM.forEach((touchpoint, durations) ->
                durations.forEach(each -> together.add(new Case(FIRST.plusDays(3), "random", touchpoint, each))));
        List<Row> rows = histogram(together);
        Collections.shuffle(rows, new Random(5));
        List<Row> values = values(rows, KPIS);
        assertThat(values).hasSize(KPIS.size() * (RANDOM.size() + 1));
        for (Row row : values) {
            assertThat(row).as(name(row)).isEqualTo(VALUES.get(name(row)));
        }
    }

    @Test
    void aPercentileStandsWithoutItsMean() {
        List<Row> values = values(histogram(List.of(new Case(FIRST, "oracle", "phone", 60L))), List.of(wait(0.9)));
        assertThat(values).extracting(row -> row.<String>getAs("kpi")).containsOnly("wait_p90");
        assertThat(values).extracting(row -> row.<String>getAs("touchpoint")).containsExactlyInAnyOrder("phone", "all");
        assertThat(values).allSatisfy(row -> assertNear(row.getAs("value"), 60L, "p90"));
    }

    private static void assertNothingKnown(Row row) {
        assertThat(row.<Double>getAs("value")).isNull();
        assertThat(row.<Double>getAs("ci_low")).isNull();
        assertThat(row.<Double>getAs("ci_high")).isNull();
    }

    private static void assertEnd(Double end, double share, List<Long> sorted, String name) {
        boolean beyond = share < 0 || share > 1;
        // An edge is at most a whole bin away.
        Long exact = beyond ? null : sorted.get((int) Math.max(1, Math.ceil(share * sorted.size())) - 1);
        if (exact == null) {
            assertThat(end).as(name).isNull();
        } else {
            assertThat(end).as(name).isCloseTo(exact, within(0.021 * exact));
        }
    }

    private static void assertNear(Double value, Long exact, String name) {
        if (exact == null) {
            assertThat(value).as(name).isNull();
        } else {
            assertThat(value).as(name).isCloseTo(exact, within(0.01 * exact));
        }
    }

    private static void add(List<Case> cases, String segment, Long... durations) {
        for (Long each : durations) {
            cases.add(new Case(FIRST, segment, "phone", each));
        }
    }

    private static void scatter(List<Case> cases, String segment, String touchpoint, List<Long> durations) {
        Random random = new Random(touchpoint.hashCode());
        durations.forEach(each -> cases.add(new Case(FIRST.plusDays(random.nextInt(30)), segment, touchpoint, each)));
    }

    private static Map<String, List<Long>> random() {
        Random random = new Random(20261101);
        Map<String, List<Long>> durations = new TreeMap<>();
        // The share that is open: below and above a tenth, so that p90 is known and not.
        Map.of("phone", 0.02, "chat", 0.08, "mail", 0.3)
                .forEach((touchpoint, open) -> durations.put(
                        touchpoint,
                        IntStream.range(0, 700)
                                .mapToObj(i -> random.nextDouble() < open
                                        ? OPEN
                                        : i % 50 == 0
                                                ? (Long) 0L
                                                : (Long) Math.round(Math.exp(5 + 1.8 * random.nextGaussian())))
                                .collect(Collectors.toList())));
        return durations;
    }

    /** Bin 1.02^(b-1) < x <= 1.02^b, found by trying. */
    private static int bin(long seconds) {
        return seconds == 0
                ? -1
                : IntStream.range(0, 2_000)
                        .filter(bin -> seconds <= Math.pow(1.02, bin))
                        .findFirst()
                        .orElseThrow();
    }

    private static List<Row> histogram(Collection<Case> cases) {
        record Key(LocalDate day, String segment, String touchpoint, Integer bin) {}
        return cases.stream()
                .collect(Collectors.groupingBy(each -> new Key(
                        each.day(),
                        each.segment(),
                        each.touchpoint(),
                        each.seconds() == null ? null : bin(each.seconds()))))
                .entrySet()
                .stream()
                .map(entry -> row(
                        entry.getKey().day(),
                        entry.getKey().segment(),
                        entry.getKey().touchpoint(),
                        entry.getKey().bin(),
                        entry.getValue().size(),
                        0,
                        entry.getKey().bin() == null
                                ? null
                                : entry.getValue().stream().map(Case::seconds).toList()))
                .collect(Collectors.toList());
    }

    private static Row row(
            LocalDate day, String segment, String touchpoint, Integer bin, long n, long immature, List<Long> seconds) {
        boolean closed = seconds != null;
        List<BigDecimal> logarithms = closed
                ? seconds.stream()
                        .filter(each -> each > 0)
                        .map(each -> BigDecimal.valueOf(Math.round(Math.log(each) * 1e6)))
                        .toList()
                : List.of();
        return RowFactory.create(
                Date.valueOf(day),
                "wait",
                "case",
                segment,
                touchpoint,
                bin,
                n,
                immature,
                closed ? sum(seconds.stream().map(BigDecimal::valueOf)) : null,
                closed ? sum(seconds.stream().map(each -> BigDecimal.valueOf(each * each))) : null,
                logarithms.isEmpty() ? null : sum(logarithms.stream()),
                logarithms.isEmpty() ? null : sum(logarithms.stream().map(each -> each.multiply(each))));
    }

    private static BigDecimal sum(Stream<BigDecimal> numbers) {
        return numbers.reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The rows of the month. */
    private static List<Row> values(List<Row> histogram, List<Kpi> kpis) {
        Distributions.register(SPARK);
        Dataset<Row> bins = SPARK.createDataFrame(histogram, BINS);
        return KpiValues.of(
                        SPARK,
                        Durations.byPeriod(
                                SPARK,
                                bins,
                                PERIODS.where(col("grain").equalTo("month")),
                                kpis,
                                NoRepeatedCustomers.byNumber(SPARK)),
                        kpis,
                        NoRepeatedCustomers.byPeriod(SPARK),
                        FIRST)
                .collectAsList();
    }

    private static String name(Row row) {
        return String.join("/", row.getAs("segment"), row.getAs("touchpoint"), row.getAs("kpi"));
    }

    private static Kpi wait(Double percentile) {
        String name = "wait";
        if (percentile != null) {
            name += percentile == 0.5
                    ? "_median"
                    : "_p"
                            + BigDecimal.valueOf(percentile)
                                    .movePointRight(2)
                                    .stripTrailingZeros()
                                    .toPlainString();
        }
        Scale scale = new Scale("seconds", 1, 0.0, null, Better.LOWER);
        return new Kpi(
                name,
                null,
                null,
                null,
                null,
                "contacts",
                "true",
                "1",
                null,
                null,
                0,
                State.DURATION,
                "wait",
                percentile,
                false,
                scale,
                percentile == null ? Interval.T : Interval.RANK,
                null,
                null,
                Benchmark.of(Benchmark.Kind.PEERS),
                List.of(),
                null,
                1);
    }
}
