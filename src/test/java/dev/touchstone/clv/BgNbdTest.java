package dev.touchstone.clv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.hipparchus.special.Gamma;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BgNbdTest {
    /** As published for CDNOW, in weeks; see {@link #publishedParameters()}. */
    private static final BgNbd CDNOW = new BgNbd(0.242593, 4.413532, 0.792886, 2.425752);

    @Test
    void publishedParameters() {
        JsonNode published = Cdnow.published("lifetimes docs/Quickstart.md, BetaGeoFitter");
        List<BgNbd.Group> groups = Cdnow.histories(Cdnow.customers());
        assertThat(groups).hasSize(2357);

        BgNbd model = BgNbd.fit(groups).orElseThrow();

        assertThat(model.r()).isCloseTo(published.required("r").asDouble(), withinPercentage(0.01));
        assertThat(model.alpha()).isCloseTo(published.required("alpha").asDouble(), withinPercentage(0.01));
        assertThat(model.a()).isCloseTo(published.required("a").asDouble(), withinPercentage(0.01));
        assertThat(model.b()).isCloseTo(published.required("b").asDouble(), withinPercentage(0.01));
    }

    /** Fader, Hardie and Lee's own spreadsheet: 39 weeks after week 38.86. */
    @Test
    void publishedExpectationOfACustomer() {
        assertThat(CDNOW.expectedPurchases(2, 30.43, 38.86, 39)).isCloseTo(1.226, within(0.0005));
    }

    /** The spreadsheet's expectations of a new customer, formula (9); its series ends early at long horizons. */
    @ParameterizedTest
    @CsvSource({"0.1429, 0.0078", "1, 0.0532", "3, 0.1506", "31.8571, 1.0405", "32, 1.0437", "78, 1.8576"})
    void publishedExpectationOfANewCustomer(double weeks, double expected) {
        assertThat(CDNOW.expectedPurchases(0, 0, 0, weeks)).isCloseTo(expected, within(0.0005));
    }

    /** The five best customers of lifetimes' Quickstart.md, next week. */
    @ParameterizedTest
    @CsvSource({
        "18, 35.14, 35.86, 0.424877",
        "19, 34.00, 34.14, 0.474738",
        "17, 28.43, 28.86, 0.486526",
        "29, 37.71, 38.00, 0.662396",
        "26, 30.86, 31.00, 0.710623",
    })
    void publishedBestCustomers(long frequency, double recency, double age, double expected) {
        assertThat(CDNOW.expectedPurchases(frequency, recency, age, 1)).isCloseTo(expected, within(0.000002));
    }

    /** Formula (10) as it is printed, where its series behaves. */
    @ParameterizedTest
    @CsvSource({
        "0.24, 4.4, 0.79, 2.43, 0, 0, 38, 39",
        "0.24, 4.4, 0.79, 2.43, 7, 30, 38, 39",
        "0.24, 4.4, 0.79, 2.43, 60, 37, 38, 10",
        "5, 20, 2.5, 4, 3, 10, 50, 200",
        "0.05, 0.5, 1.5, 0.2, 1, 0, 2, 365",
        "30, 100, 0.2, 9, 12, 30, 40, 52",
    })
    void formula10(
            double r, double alpha, double a, double b, long frequency, double recency, double age, double horizon) {
        double z = horizon / (alpha + age + horizon);
        double c = a + b + frequency - 1;
        double active = c / (a - 1) * (1 - Math.pow(1 - z, r + frequency) * gauss(r + frequency, b + frequency, c, z));
        double odds = frequency == 0
                ? 0
                : a / (b + frequency - 1) * Math.pow((alpha + age) / (alpha + recency), r + frequency);

        assertThat(new BgNbd(r, alpha, a, b).expectedPurchases(frequency, recency, age, horizon))
                .isCloseTo(active / (1 + odds), withinPercentage(1e-8));
    }

    /** Gauss: F(1, 1; 2; z) = -ln(1 - z) / z, F(1/2, 1; 1; z) = (1 - z)^(-1/2). */
    @Test
    void theOracleOfFormula10() {
        assertThat(gauss(1, 1, 2, 0.9)).isCloseTo(-Math.log(0.1) / 0.9, withinPercentage(1e-10));
        assertThat(gauss(0.5, 1, 1, 0.75)).isCloseTo(2, withinPercentage(1e-10));
    }

    /** The integral over the probability to leave, for parameters where formula (10) overflows, cancels or is 0/0. */
    @ParameterizedTest
    @CsvSource({
        // a = 1
        "0.24, 4.4, 1, 2.43, 3, 39, 39",
        // a + b < 1, no repeat purchase: a + b + x - 1 is negative
        "0.24, 4.4, 0.3, 0.2, 0, 39, 39",
        // a short horizon
        "0.24, 4.4, 0.79, 2.43, 3, 39, 1e-9",
        // customers as good as equal
        "1000, 400, 300, 700, 2, 39, 39",
        "1000, 400, 0.02, 0.9, 2, 39, 39",
        // many purchases
        "0.24, 4.4, 0.79, 2.43, 5000, 365, 365",
        // a new customer, and a year in units that are long for the model
        "0.3, 0.01, 0.8, 2.4, 0, 0, 365",
    })
    void whereFormula10Fails(double r, double alpha, double a, double b, long frequency, double age, double horizon) {
        BgNbd model = new BgNbd(r, alpha, a, b);
        double recency = frequency == 0 ? 0 : age;
        double active = model.probabilityActive(frequency, recency, age);

        assertThat(model.expectedPurchases(frequency, recency, age, horizon))
                .isPositive()
                .isCloseTo(active * integral(model, frequency, age, horizon), withinPercentage(1e-6));
    }

    @Test
    void nothingIsExpectedOfNoTime() {
        assertThat(CDNOW.expectedPurchases(2, 30.43, 38.86, 0)).isZero();
    }

    @Test
    void onlyRepeatPurchasesLetCustomersLeave() {
        assertThat(CDNOW.probabilityActive(0, 0, 38.86)).isEqualTo(1);
        // r = 1, alpha = 1, a = 1, b = 1, x = 1, just bought: 1 / (1 + a / b)
        assertThat(new BgNbd(1, 1, 1, 1).probabilityActive(1, 3, 3)).isEqualTo(0.5);
        // and 3 later: 1 / (1 + ((1 + 7) / (1 + 3))^2)
        assertThat(new BgNbd(1, 1, 1, 1).probabilityActive(1, 3, 7)).isEqualTo(0.2);
        assertThat(CDNOW.probabilityActive(1_000_000, 1, 10_000)).isZero();
    }

    /** Formula (6) as it is printed, customer by customer. */
    @Test
    void likelihoodOfGroupsIsTheOneOfTheirCustomers() {
        List<BgNbd.Group> groups =
                List.of(new BgNbd.Group(0, 0, 10, 40), new BgNbd.Group(1, 4, 10, 20), new BgNbd.Group(3, 0, 7, 1));
        double r = 0.7;
        double alpha = 3;
        double a = 0.6;
        double b = 1.9;
        double sum = 0;
        for (BgNbd.Group group : groups) {
            double x = group.frequency();
            double stayed = beta(a, b + x) / beta(a, b) * Math.pow(alpha + group.age(), -r - x);
            double left = x == 0 ? 0 : beta(a + 1, b + x - 1) / beta(a, b) * Math.pow(alpha + group.recency(), -r - x);
            double likelihood = (stayed + left) * Gamma.gamma(r + x) * Math.pow(alpha, r) / Gamma.gamma(r);
            sum += group.count() * Math.log(likelihood);
        }

        assertThat(new BgNbd(r, alpha, a, b).logLikelihood(groups)).isCloseTo(sum / 61, withinPercentage(1e-10));
    }

    @Test
    void groupsMayBeSplitDoubledAndReordered() {
        List<BgNbd.Group> groups = groups(CDNOW, 3000);
        BgNbd model = BgNbd.fit(groups).orElseThrow();

        List<BgNbd.Group> doubled = groups.stream()
                .map(group -> new BgNbd.Group(group.frequency(), group.recency(), group.age(), 2 * group.count()))
                .toList();
        List<BgNbd.Group> split = new ArrayList<>(groups);
        split.addAll(groups);
        Collections.shuffle(split, new Random(1));

        assertThat(model.logLikelihood(split)).isEqualTo(model.logLikelihood(groups));
        assertThat(BgNbd.fit(doubled)).contains(model);
        assertThat(BgNbd.fit(split)).contains(model);
    }

    /** Days are weeks times seven. */
    @Test
    void theUnitOfTimeHasNoSay() {
        List<BgNbd.Group> weeks = groups(CDNOW, 3000);
        List<BgNbd.Group> days = weeks.stream()
                .map(group -> new BgNbd.Group(group.frequency(), 7 * group.recency(), 7 * group.age(), group.count()))
                .toList();
        BgNbd model = BgNbd.fit(weeks).orElseThrow();

        assertThat(BgNbd.fit(days).orElseThrow().alpha()).isCloseTo(7 * model.alpha(), withinPercentage(0.01));
        assertThat(BgNbd.fit(days).orElseThrow().b()).isCloseTo(model.b(), withinPercentage(0.01));
    }

    @Test
    void nothingIsMoreLikelyThanTheFit() {
        List<BgNbd.Group> groups = groups(CDNOW, 3000);
        BgNbd model = BgNbd.fit(groups).orElseThrow();
        double most = model.logLikelihood(groups);

        for (double factor : new double[] {0.5, 0.9, 0.99, 1.01, 1.1, 2}) {
            assertThat(List.of(
                            new BgNbd(model.r() * factor, model.alpha(), model.a(), model.b()),
                            new BgNbd(model.r(), model.alpha() * factor, model.a(), model.b()),
                            new BgNbd(model.r(), model.alpha(), model.a() * factor, model.b()),
                            new BgNbd(model.r(), model.alpha(), model.a(), model.b() * factor),
                            new BgNbd(model.r() * factor, model.alpha() * factor, model.a(), model.b()),
                            new BgNbd(model.r(), model.alpha(), model.a() * factor, model.b() * factor)))
                    .allSatisfy(other -> assertThat(other.logLikelihood(groups)).isLessThan(most));
        }
    }

    /** Customers made by the model's own story give its parameters back, within their standard errors. */
    @ParameterizedTest
    @CsvSource({"0.24, 4.4, 0.8, 2.4", "2, 8, 0.5, 4", "0.6, 1.5, 1.5, 1.5"})
    void parametersOfMadeCustomersAreFound(double r, double alpha, double a, double b) {
        BgNbd model = BgNbd.fit(groups(new BgNbd(r, alpha, a, b), 40_000)).orElseThrow();

        assertThat(model.r()).isCloseTo(r, withinPercentage(10));
        assertThat(model.alpha()).isCloseTo(alpha, withinPercentage(10));
        assertThat(model.a()).isCloseTo(a, withinPercentage(15));
        assertThat(model.b()).isCloseTo(b, withinPercentage(15));
    }

    @Test
    void tooFewRepeatCustomersAreNotEnoughData() {
        BgNbd.Group once = new BgNbd.Group(0, 0, 10, 1_000_000);

        assertThat(BgNbd.fit(List.of())).isEmpty();
        assertThat(BgNbd.fit(List.of(once))).isEmpty();
        assertThat(BgNbd.fit(List.of(new BgNbd.Group(5, 3, 10, 1)))).isEmpty();
        assertThat(BgNbd.fit(List.of(once, new BgNbd.Group(1, 3, 10, 29)))).isEmpty();
        assertThat(BgNbd.fit(List.of(once, new BgNbd.Group(1, 3, 10, 30)))).isPresent();
    }

    @Test
    void noTimeObservedIsNotEnoughData() {
        assertThat(BgNbd.fit(List.of(new BgNbd.Group(1, 0, 0, 100)))).isEmpty();
    }

    /** 2 purchases in 10, by everybody, the last one just now: 4 are expected in 20. */
    @Test
    void equalCustomersGoOnAsTheyDid() {
        BgNbd model = BgNbd.fit(List.of(new BgNbd.Group(2, 10, 10, 100))).orElseThrow();

        assertThat(model.expectedPurchases(2, 10, 10, 20)).isCloseTo(4, withinPercentage(1));
    }

    /** Everybody buys a second time at once and never again, for long. */
    @Test
    void customersWhoAllLeftAreNotExpected() {
        BgNbd model = BgNbd.fit(List.of(new BgNbd.Group(1, 1, 100, 100))).orElseThrow();

        assertThat(model.expectedPurchases(1, 1, 100, 100)).isLessThan(0.02);
    }

    @Test
    void impossibleHistoriesAreRefused() {
        assertThatThrownBy(() -> new BgNbd.Group(-1, 0, 10, 1)).hasMessage("expected frequency 0 or more, not -1");
        assertThatThrownBy(() -> new BgNbd.Group(1, 11, 10, 1))
                .hasMessage("expected recency from 0 to the age 10.0, not 11.0");
        assertThatThrownBy(() -> new BgNbd.Group(0, 1, 10, 1)).hasMessage("expected recency 0 at frequency 0, not 1.0");
        assertThatThrownBy(() -> new BgNbd.Group(0, 0, Double.NaN, 1)).hasMessage("expected age 0 or more, not NaN");
        assertThatThrownBy(() -> new BgNbd.Group(0, 0, 10, 0)).hasMessage("expected count above 0, not 0");
        assertThatThrownBy(() -> CDNOW.expectedPurchases(1, 1, 10, -1))
                .hasMessage("expected horizon 0 or more, not -1.0");
        assertThatThrownBy(() -> new BgNbd(1, 1e-9, 1, 1).expectedPurchases(0, 0, 0, 1))
                .hasMessage("expected horizon within 1e8 times alpha + age, not 1.0");
        assertThatThrownBy(() -> new BgNbd(1, 1, 0, 1)).hasMessage("expected a above 0, not 0.0");
    }

    /** Customers who live the model's story: ages of 27 to 38 weeks, times to the day. */
    private static List<BgNbd.Group> groups(BgNbd model, int customers) {
        Random random = new Random(20260101);
        List<BgNbd.Group> groups = new ArrayList<>();
        for (int i = 0; i < customers; i++) {
            double age = (27 * 7 + random.nextInt(84)) / 7.0;
            double rate = gamma(model.r(), random) / model.alpha();
            double first = gamma(model.a(), random);
            double leaving = first / (first + gamma(model.b(), random));
            long frequency = 0;
            double recency = 0;
            double time = 0;
            while (true) {
                time -= Math.log(1 - random.nextDouble()) / rate;
                if (!(time < age)) {
                    break;
                }
                frequency++;
                recency = Math.floor(time * 7) / 7;
                if (random.nextDouble() < leaving) {
                    break;
                }
            }
            groups.add(new BgNbd.Group(frequency, recency, age, 1));
        }
        return groups;
    }

    /** Marsaglia and Tsang 2000; shapes below 1 by a power of a uniform number. */
    static double gamma(double shape, Random random) {
        if (shape < 1) {
            return gamma(shape + 1, random) * Math.pow(1 - random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        while (true) {
            double normal = random.nextGaussian();
            double cube = Math.pow(1 + normal / Math.sqrt(9 * d), 3);
            if (cube > 0
                    && Math.log(1 - random.nextDouble()) < normal * normal / 2 + d - d * cube + d * Math.log(cube)) {
                return d * cube;
            }
        }
    }

    /** Gauss hypergeometric function by its series. */
    private static double gauss(double a, double b, double c, double z) {
        double term = 1;
        double sum = 1;
        for (int k = 0; k < 100_000; k++) {
            term *= (a + k) * (b + k) / (c + k) / (k + 1) * z;
            sum += term;
        }
        return sum;
    }

    /**
     * Expected purchases of an active customer, averaged over the probability p to leave, which is Beta(a, b + x): of
     * (1 - (1 + p horizon / (alpha + age))^-(r + x)) / p. With p = 1 / (1 + e^-y) the trapezoidal rule is exact to all
     * digits that count.
     */
    private static double integral(BgNbd model, long frequency, double age, double horizon) {
        double shape = model.r() + frequency;
        double left = model.a();
        double right = model.b() + frequency;
        double middle = Math.log(left / right);
        double logBeta = Gamma.logGamma(left) + Gamma.logGamma(right) - Gamma.logGamma(left + right);
        double step = 0.002;
        double sum = 0;
        for (double y = middle - 50 - 50 / left; y < middle + 50 + 50 / right; y += step) {
            double logP = Math.min(y, 0) - Math.log1p(Math.exp(-Math.abs(y)));
            double p = Math.exp(logP);
            double unit = horizon / (model.alpha() + age);
            double within = p * unit < 1e-300 ? shape * unit : -Math.expm1(-shape * Math.log1p(p * unit)) / p;
            sum += step * Math.exp(left * logP + right * (logP - y) - logBeta) * within;
        }
        return sum;
    }

    private static double beta(double a, double b) {
        return Gamma.gamma(a) * Gamma.gamma(b) / Gamma.gamma(a + b);
    }
}
