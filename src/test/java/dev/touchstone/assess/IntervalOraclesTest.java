package dev.touchstone.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.TestSpark;
import dev.touchstone.kpi.Benchmark;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Interval;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.Scale;
import dev.touchstone.kpi.State;
import java.math.BigDecimal;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Values and intervals of hand-made states, against published figures and plain arithmetic.
 *
 * <p>All cells are computed in one job; each test looks at its own. A cell is named by its touchpoint, a group of peers
 * by its period.
 */
class IntervalOraclesTest {
    private static final double PRECISION = 1e-9;
    private static final SparkSession SPARK = TestSpark.session();
    private static final StructType STATES = StructType.fromDDL(
            "kpi STRING, calendar STRING, grain STRING, period STRING, period_start DATE, period_end DATE,"
                    + " segmentation STRING, segment STRING, touchpoint STRING, n BIGINT, excluded BIGINT,"
                    + " immature BIGINT, s DECIMAL(38,0), ss DECIMAL(38,0), s_n DECIMAL(38,0), weighted_n BIGINT, w DECIMAL(38,10),"
                    + " w2 DECIMAL(38,20), wx DECIMAL(38,10), wx2 DECIMAL(38,10)");
    private static final List<Row> CELLS = new ArrayList<>();
    private static final Map<String, Row> VALUES = new HashMap<>();

    @BeforeAll
    static void computeAllCellsAtOnce() {
        share("wilson 3/10", 3, 10);
        share("wilson 20/400", 20, 400);
        share("wilson 0/10", 0, 10);
        share("wilson 10/10", 10, 10);
        share("wilson 1/1", 1, 1);
        share("nobody", 0, 0);
        points("nps 10,20,30", 10, 20, 30);
        points("nps 30,30,40", 30, 30, 40);
        points("nps 0,0,5", 0, 0, 5);
        points("nps 5,0,0", 5, 0, 0);
        points("nps 0,0,1", 0, 0, 1);
        points("nps 1,0,0", 1, 0, 0);
        points("nps 0,1,0", 0, 1, 0);
        points("nobody", 0, 0, 0);
        // Alone in its period, so that it has no peers but itself.
        answers("2026-01", "t 1..5", 1, 2, 3, 4, 5);
        answers("2026-02", "n = 1", 4);
        answers("2026-02", "nobody");
        answers("2026-03", "all equal", IntStream.generate(() -> 3).limit(20).toArray());
        answers("2026-03", "varied", 1, 2, 3, 4, 5);
        answers("2026-04", "all equal without peers", 3, 3, 3);
        answers("2026-05", "beyond the scale", 4, 5, 5);
        answers("2026-06", "total", 1, 2, 3, 4, 5);
        cell("unbounded", "2026-07", "n = 1", 1, 4, 16, null);
        cell("sum", "2026-07", "total of 3", 3, 7, 21, null);
        cell("sum", "2026-07", "nobody", 0, 0, 0, null);
        cell("csat_5", "2026-08", "weighted", 32, 20, 20, new double[] {24.6, 24.6});
        cell("nps_0_10", "2026-08", "weighted", 32, 800, 240_000, new double[] {820, 246_000});
        cell("ces_5", "2026-08", "weighted", 32, 112, 432, new double[] {113.6, 424});

        // In binary 3.3 / 1.1 is not 3, and .1 x .1 is not .01.
        weighted("2026-09", "all equal, weighted", 2, 3, "1.1", "0.61");
        weighted("2026-09", "one of weight .1", 1, 3, "0.1", "0.01");
        cell("ces_5", "2026-09", "varied", 32, 112, 432, new double[] {113.6, 424});

        returning("2026-10", "200, 175 left, 5 back", 200, 175, 5);
        returning("2026-11", "10, 9 left, 4 back", 10, 9, 4);
        returning("2026-12", "none, 2 back", 0, 0, 2);

        Map<String, Kpi> kpis = new HashMap<>(Catalogue.builtIn().kpis());
        kpis.put("unbounded", kpi("unbounded", State.MEAN, Interval.T));
        kpis.put("sum", kpi("sum", State.TOTAL, Interval.NONE));
        kpis.put("returns", kpi("returns", State.MEAN, Interval.T, new Scale("share", 1, 0.0, null, Better.HIGHER)));
        Distributions.register(SPARK);
        KpiValues.of(
                        SPARK,
                        KpiStates.state(SPARK.createDataFrame(CELLS, STATES)),
                        kpis.values(),
                        NoRepeatedCustomers.byPeriod(SPARK),
                        LocalDate.of(2026, 3, 1))
                .collectAsList()
                .forEach(row -> VALUES.put(
                        row.getAs("kpi") + "/" + row.getAs("touchpoint")
                                + (row.<Boolean>getAs("weighted") ? "/weighted" : ""),
                        row));
    }

    /** Wilson 1927; figures of Commons Statistics' own tests, and of the formula at 1/1 and at all of 10. */
    @Test
    void shares() {
        assertCell("csat_5/wilson 3/10", 0.3, 0.1077912674, 0.6032218525);
        assertCell("csat_5/wilson 20/400", 0.05, 0.0325974298, 0.0759636351);
        assertCell("csat_5/wilson 0/10", 0.0, 0.0, 0.2775327999);
        assertCell("csat_5/wilson 10/10", 1.0, 1 - 0.2775327999, 1.0);
        assertCell("csat_5/wilson 1/1", 1.0, 0.2065493144, 1.0);
    }

    /** Rocks 2016: detractors, passives, promoters; in points. */
    @Test
    void promoters() {
        assertCell("nps_0_10/nps 10,20,30", 33.333333333333336, 13.301182535638, 50.190880956425);
        assertCell("nps_0_10/nps 30,30,40", 10.0, -6.271937087850, 25.689412816013);
        assertCell("nps_0_10/nps 0,0,5", 100.0, 17.491453034169, 100.0);
        assertCell("nps_0_10/nps 5,0,0", -100.0, -100.0, -17.491453034169);
    }

    /** With one answer the adjusted interval ends at .985: it is extended to hold the value. */
    @Test
    void oneAnswerToNps() {
        assertCell("nps_0_10/nps 0,0,1", 100.0, -48.498649420253, 100.0);
        assertCell("nps_0_10/nps 1,0,0", -100.0, -100.0, 48.498649420253);
        assertCell("nps_0_10/nps 0,1,0", 0.0, -60.011395954441, 60.011395954441);
    }

    /** t of four degrees of freedom is 2.776445: 3 -+ 2.776445 x sqrt(2.5 / 5). */
    @Test
    void means() {
        assertCell("ces_5/t 1..5", 3.0, 1.0367568385, 4.9632431615);
        // 14/3 -+ 4.302653 x 1/3 reaches 6.1, beyond the highest answer.
        assertCell("ces_5/beyond the scale", 4.666666666666667, 3.2324490901, 5.0);
    }

    @Test
    void oneAnswerToAMeanSaysNoMoreThanTheScale() {
        assertCell("ces_5/n = 1", 4.0, 1.0, 5.0);
        assertCell("unbounded/n = 1", 4.0, null, null);
    }

    /** Variance over both cells is (0 + 10) / (19 + 4); t of 19 degrees is 2.093024. */
    @Test
    void equalAnswersTakeTheVarianceOfTheirPeers() {
        assertCell("ces_5/all equal", 3.0, 2.6914004391, 3.3085995609);
        assertCell("ces_5/all equal without peers", 3.0, 1.0, 5.0);
    }

    /** What binary numbers make of weights is no variance: two equal answers say no more than the scale here, as one. */
    @Test
    void roundingIsNoVariance() {
        assertCell("ces_5/all equal, weighted/weighted", 3.0, 1.0, 5.0);
        assertCell("ces_5/one of weight .1/weighted", 3.0, 1.0, 5.0);
        assertThat(VALUES.get("ces_5/one of weight .1/weighted").<Double>getAs("n_eff"))
                .isEqualTo(1.0);
    }

    /**
     * The article's retention: 200 customers, 180 at the end who are not new, of whom 5 have returned. Its squared
     * standard error is p (1 - p) / S + R / S^2 = .875 x .125 / 200 + 5 / 200^2 = .000671875, here with n - 1 as in every
     * mean; t of 199 degrees is 1.971957.
     */
    @Test
    void whoeverReturnsIsInTheSumButNotAmongTheCounted() {
        double reach = 1.9719565442 * Math.sqrt(0.000671875 * 200 / 199);
        assertCell("returns/200, 175 left, 5 back", 0.9, 0.9 - reach, 0.9 + reach);
        // 1.3 -+ 2.262157 x sqrt((.9 x .1 / 10 + 4 / 10^2) x 10 / 9)
        assertCell("returns/10, 9 left, 4 back", 1.3, 0.7721633287, 1.8278366713);
        assertCell("returns/none, 2 back", null, null, null);
    }

    @Test
    void nothingIsKnownOfNobody() {
        for (String cell : List.of("csat_5/nobody", "nps_0_10/nobody", "ces_5/nobody", "sum/nobody")) {
            assertCell(cell, null, null, null);
            assertThat(VALUES.get(cell).<Long>getAs("n")).isZero();
        }
    }

    @Test
    void totalsHaveNoInterval() {
        assertCell("sum/total of 3", 7.0, null, null);
    }

    /** Kish: weights .8, 1.2, 1.5, .6, eight times each, are worth 28.67377 answers (documentation of R's rwa). */
    @Test
    void weights() {
        for (String kpi : List.of("csat_5", "nps_0_10", "ces_5")) {
            Row cell = VALUES.get(kpi + "/weighted/weighted");
            assertThat(cell.<Double>getAs("n_eff")).isCloseTo(28.67377398720682, within(PRECISION));
            assertThat(cell.<Long>getAs("n")).isEqualTo(32);
            assertThat(VALUES.get(kpi + "/weighted").<Double>getAs("n_eff")).isEqualTo(32);
        }
        assertCell("csat_5/weighted/weighted", 0.75, 0.5687267370, 0.8722015836);
        assertCell("csat_5/weighted", 0.625, 0.4525440735, 0.7706611269);
        assertCell("nps_0_10/weighted/weighted", 25.0, -5.982128178261, 51.246348979338);
        assertCell("ces_5/weighted/weighted", 3.463414634146, 3.0873826297, 3.8394466386);
    }

    @Test
    void aPeriodIsCompleteOnceItsEndIsPast() {
        assertThat(VALUES.get("ces_5/n = 1").<Boolean>getAs("is_complete")).isTrue();
        assertThat(VALUES.get("ces_5/varied").<Boolean>getAs("is_complete")).isFalse();
    }

    private static void assertCell(String name, Double value, Double low, Double high) {
        Row cell = VALUES.get(name);
        assertThat(cell).as(name).isNotNull();
        assertNumber(name + " value", cell.getAs("value"), value);
        assertNumber(name + " low", cell.getAs("ci_low"), low);
        assertNumber(name + " high", cell.getAs("ci_high"), high);
    }

    private static void assertNumber(String name, Double actual, Double expected) {
        if (expected == null) {
            assertThat(actual).as(name).isNull();
        } else {
            assertThat(actual).as(name).isCloseTo(expected, within(PRECISION * Math.max(1, Math.abs(expected))));
        }
    }

    private static void share(String name, long satisfied, long of) {
        cell("csat_5", "2026-01", name, of, satisfied, satisfied, null);
    }

    private static void points(String name, long detractors, long passives, long promoters) {
        cell(
                "nps_0_10",
                "2026-01",
                name,
                detractors + passives + promoters,
                100 * (promoters - detractors),
                10_000 * (promoters + detractors),
                null);
    }

    private static void answers(String period, String name, int... answers) {
        cell(
                "ces_5",
                period,
                name,
                answers.length,
                IntStream.of(answers).sum(),
                IntStream.of(answers).map(answer -> answer * answer).sum(),
                null);
    }

    /** Equal answers to {@code ces_5} with weights of that sum and sum of squares. */
    private static void weighted(String period, String name, long n, long answer, String w, String w2) {
        BigDecimal sum = new BigDecimal(w);
        row(
                "ces_5",
                period,
                name,
                n,
                n * answer,
                n * answer * answer,
                n,
                sum,
                new BigDecimal(w2),
                sum.multiply(BigDecimal.valueOf(answer)),
                sum.multiply(BigDecimal.valueOf(answer * answer)));
    }

    /** {@code weighted}: sums of weight x score and weight x squared score, of 32 weights; null where there are none. */
    private static void cell(String kpi, String period, String name, long n, long s, long ss, double[] weighted) {
        row(
                kpi,
                period,
                name,
                n,
                s,
                ss,
                weighted == null ? 0L : n,
                weighted == null ? null : new BigDecimal("32.8"),
                weighted == null ? null : new BigDecimal("37.52"),
                weighted == null ? null : BigDecimal.valueOf(weighted[0]),
                weighted == null ? null : BigDecimal.valueOf(weighted[1]));
    }

    /** Of n customers {@code kept} are left, and others have returned, who are not among the n. */
    private static void returning(String period, String name, long n, long kept, long returned) {
        row("returns", period, name, n, kept + returned, kept + returned, kept, 0, null, null, null, null);
    }

    private static void row(
            String kpi,
            String period,
            String name,
            long n,
            long s,
            long ss,
            long weightedN,
            BigDecimal w,
            BigDecimal w2,
            BigDecimal wx,
            BigDecimal wx2) {
        row(kpi, period, name, n, s, ss, s, weightedN, w, w2, wx, wx2);
    }

    private static void row(
            String kpi,
            String period,
            String name,
            long n,
            long s,
            long ss,
            long ofCounted,
            long weightedN,
            BigDecimal w,
            BigDecimal w2,
            BigDecimal wx,
            BigDecimal wx2) {
        LocalDate start = LocalDate.parse(period + "-01");
        CELLS.add(RowFactory.create(
                kpi,
                "gregorian",
                "month",
                period,
                Date.valueOf(start),
                Date.valueOf(start.plusMonths(1)),
                "all",
                "all",
                name,
                n,
                0L,
                0L,
                BigDecimal.valueOf(s),
                BigDecimal.valueOf(ss),
                BigDecimal.valueOf(ofCounted),
                weightedN,
                w,
                w2,
                wx,
                wx2));
    }

    private static Kpi kpi(String name, State state, Interval interval) {
        return kpi(name, state, interval, new Scale("count", 1, null, null, Better.NONE));
    }

    private static Kpi kpi(String name, State state, Interval interval, Scale scale) {
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
                name,
                null,
                false,
                scale,
                interval,
                null,
                null,
                Benchmark.of(Benchmark.Kind.PEERS),
                List.of(),
                null,
                1);
    }
}
