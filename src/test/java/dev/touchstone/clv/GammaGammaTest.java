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

class GammaGammaTest {
    private static final GammaGamma MODEL = new GammaGamma(6.25, 3.74, 15.45);

    @Test
    void publishedParameters() {
        List<GammaGamma.Group> groups = Cdnow.values(Cdnow.customersWithValues());
        assertThat(groups).hasSize(946);
        assertPublished(GammaGamma.fit(groups).orElseThrow());
        assertPublished(GammaGamma.fit(binned(groups)).orElseThrow());
    }

    private static void assertPublished(GammaGamma model) {
        JsonNode published = Cdnow.published("same, GammaGammaFitter");
        assertThat(model.p()).isCloseTo(published.required("p").asDouble(), withinPercentage(0.2));
        assertThat(model.q()).isCloseTo(published.required("q").asDouble(), withinPercentage(0.2));
        assertThat(model.v()).isCloseTo(published.required("v").asDouble(), withinPercentage(0.2));
    }

    @Test
    void publishedExpectedValues() {
        List<Cdnow.Customer> customers = Cdnow.customersWithValues();
        GammaGamma model = GammaGamma.fit(Cdnow.values(customers)).orElseThrow();
        JsonNode published = Cdnow.published("conditional_expected_average_profit");

        assertThat(published).hasSize(10);
        for (int i = 0; i < published.size(); i++) {
            Cdnow.Customer customer = customers.get(i);
            assertThat(model.expectedValue(customer.frequency(), customer.meanValue()))
                    .as("customer %s", customer.id())
                    .isCloseTo(published.get(i).asDouble(), withinPercentage(0.01));
        }
        assertThat(customers.stream()
                        .mapToDouble(customer -> model.expectedValue(customer.frequency(), customer.meanValue()))
                        .average()
                        .orElseThrow())
                .isCloseTo(Cdnow.published("mean expected profit").asDouble(), withinPercentage(0.01));
    }

    /** p = 2, q = 3, v = 10: all customers' mean is 10; two purchases weigh 4 against 2. */
    @Test
    void expectedValueLiesBetweenTheCustomersOwnMeanAndAllCustomers() {
        GammaGamma model = new GammaGamma(2, 3, 10);
        assertThat(model.expectedValue(0, 0)).isEqualTo(10);
        assertThat(model.expectedValue(0, Double.NaN)).isEqualTo(10);
        assertThat(model.expectedValue(2, 40)).isCloseTo(30, within(1e-12));
        assertThat(model.expectedValue(2, 0)).isCloseTo(10.0 / 3, within(1e-12));
    }

    /** Formula (1a) as it is printed. */
    @Test
    void likelihoodOfGroupsIsTheOneOfTheirCustomers() {
        List<GammaGamma.Group> groups = List.of(new GammaGamma.Group(1, 20, 3), new GammaGamma.Group(4, 7.5, 2));
        double p = MODEL.p();
        double q = MODEL.q();
        double v = MODEL.v();
        double sum = 0;
        for (GammaGamma.Group group : groups) {
            double x = group.frequency();
            double z = group.meanValue();
            sum += group.count()
                    * Math.log(Gamma.gamma(p * x + q)
                            / (Gamma.gamma(p * x) * Gamma.gamma(q))
                            * Math.pow(v, q)
                            * Math.pow(z, p * x - 1)
                            * Math.pow(x, p * x)
                            / Math.pow(v + x * z, p * x + q));
        }

        assertThat(MODEL.logLikelihood(groups)).isCloseTo(sum / 5, withinPercentage(1e-9));
    }

    /** Values of bins give the parameters of exact values; a factor of a million has 13,816 bins. */
    @Test
    void binsAreFineEnoughAndBounded() {
        List<GammaGamma.Group> exact = groups(MODEL, 20_000);
        List<GammaGamma.Group> binned = binned(exact);
        GammaGamma model = GammaGamma.fit(exact).orElseThrow();
        GammaGamma ofBins = GammaGamma.fit(binned).orElseThrow();

        assertThat(ofBins.p()).isCloseTo(model.p(), withinPercentage(0.1));
        assertThat(ofBins.q()).isCloseTo(model.q(), withinPercentage(0.1));
        assertThat(ofBins.v()).isCloseTo(model.v(), withinPercentage(0.1));
        assertThat(GammaGamma.bin(1e6) - GammaGamma.bin(1)).isEqualTo(13_816);
        assertThat(GammaGamma.bin(1)).isZero();
        assertThat(GammaGamma.middle(GammaGamma.bin(35.27))).isCloseTo(35.27, withinPercentage(0.05));
    }

    @Test
    void parametersOfMadeCustomersAreFound() {
        GammaGamma model = GammaGamma.fit(groups(MODEL, 40_000)).orElseThrow();

        assertThat(model.p()).isCloseTo(MODEL.p(), withinPercentage(5));
        assertThat(model.q()).isCloseTo(MODEL.q(), withinPercentage(5));
        assertThat(model.v()).isCloseTo(MODEL.v(), withinPercentage(5));
    }

    @Test
    void groupsMayBeSplitDoubledAndReordered() {
        List<GammaGamma.Group> groups = binned(groups(MODEL, 1000));
        GammaGamma model = GammaGamma.fit(groups).orElseThrow();

        List<GammaGamma.Group> doubled = groups.stream()
                .map(group -> new GammaGamma.Group(group.frequency(), group.meanValue(), 2 * group.count()))
                .toList();
        List<GammaGamma.Group> split = new ArrayList<>(groups);
        split.addAll(groups);
        Collections.shuffle(split, new Random(1));

        assertThat(model.logLikelihood(split)).isEqualTo(model.logLikelihood(groups));
        assertThat(GammaGamma.fit(doubled)).contains(model);
        assertThat(GammaGamma.fit(split)).contains(model);
    }

    /** Cents are euros times a hundred. */
    @Test
    void theUnitOfMoneyHasNoSay() {
        List<GammaGamma.Group> euros = groups(MODEL, 1000);
        List<GammaGamma.Group> cents = euros.stream()
                .map(group -> new GammaGamma.Group(group.frequency(), 100 * group.meanValue(), group.count()))
                .toList();
        GammaGamma model = GammaGamma.fit(euros).orElseThrow();

        assertThat(GammaGamma.fit(cents).orElseThrow().v()).isCloseTo(100 * model.v(), withinPercentage(0.01));
        assertThat(GammaGamma.fit(cents).orElseThrow().p()).isCloseTo(model.p(), withinPercentage(0.01));
    }

    @Test
    void nothingIsMoreLikelyThanTheFit() {
        List<GammaGamma.Group> groups = groups(MODEL, 1000);
        GammaGamma model = GammaGamma.fit(groups).orElseThrow();
        double most = model.logLikelihood(groups);

        for (double factor : new double[] {0.5, 0.9, 0.99, 1.01, 1.1, 2}) {
            assertThat(List.of(
                            new GammaGamma(model.p() * factor, model.q(), model.v()),
                            new GammaGamma(model.p(), model.q() * factor, model.v()),
                            new GammaGamma(model.p(), model.q(), model.v() * factor),
                            new GammaGamma(model.p(), model.q() * factor, model.v() * factor)))
                    .allSatisfy(other -> assertThat(other.logLikelihood(groups)).isLessThan(most));
        }
    }

    @Test
    void tooFewCustomersAreNotEnoughData() {
        assertThat(GammaGamma.fit(List.of())).isEmpty();
        assertThat(GammaGamma.fit(List.of(new GammaGamma.Group(3, 9.99, 1)))).isEmpty();
        assertThat(GammaGamma.fit(groups(MODEL, 29))).isEmpty();
        assertThat(GammaGamma.fit(groups(MODEL, 30))).isPresent();
    }

    /** A single price: everybody will go on paying it. */
    @Test
    void equalValuesAreExpectedAgain() {
        GammaGamma model = GammaGamma.fit(List.of(
                        new GammaGamma.Group(1, 9.99, 100),
                        new GammaGamma.Group(2, 9.99, 50),
                        new GammaGamma.Group(20, 9.99, 1)))
                .orElseThrow();

        assertThat(model.expectedValue(0, 0)).isCloseTo(9.99, withinPercentage(0.5));
        assertThat(model.expectedValue(2, 9.99)).isCloseTo(9.99, withinPercentage(0.5));
    }

    /** q = 0.5: the customers' means are so scattered that they have no mean themselves. */
    @Test
    void valuesWithoutAMeanAreNotEnoughData() {
        assertThat(GammaGamma.fit(groups(6.25, 1.5, 15.45, 1000))).isPresent();
        assertThat(GammaGamma.fit(groups(6.25, 0.5, 15.45, 1000))).isEmpty();
    }

    @Test
    void impossibleValuesAreRefused() {
        assertThatThrownBy(() -> new GammaGamma.Group(0, 5, 1)).hasMessage("expected frequency above 0, not 0");
        assertThatThrownBy(() -> new GammaGamma.Group(1, 0, 1)).hasMessage("expected mean value above 0, not 0.0");
        assertThatThrownBy(() -> new GammaGamma.Group(1, 5, 0)).hasMessage("expected count above 0, not 0");
        assertThatThrownBy(() -> MODEL.expectedValue(1, -5)).hasMessage("expected mean value 0 or more, not -5.0");
        assertThatThrownBy(() -> new GammaGamma(1, 1, 1)).hasMessage("expected q above 1, not 1.0");
    }

    private static List<GammaGamma.Group> binned(List<GammaGamma.Group> groups) {
        return groups.stream()
                .map(group -> new GammaGamma.Group(
                        group.frequency(), GammaGamma.middle(GammaGamma.bin(group.meanValue())), group.count()))
                .toList();
    }

    private static List<GammaGamma.Group> groups(GammaGamma model, int customers) {
        return groups(model.p(), model.q(), model.v(), customers);
    }

    /** Customers who live the model's story, with 1 to 20 purchases. */
    private static List<GammaGamma.Group> groups(double p, double q, double v, int customers) {
        Random random = new Random(20260101);
        List<GammaGamma.Group> groups = new ArrayList<>();
        for (int i = 0; i < customers; i++) {
            long frequency = 1 + (long) (random.nextDouble() * random.nextDouble() * 20);
            double rate = BgNbdTest.gamma(q, random) / v;
            double spent = BgNbdTest.gamma(p * frequency, random) / rate;
            groups.add(new GammaGamma.Group(frequency, spent / frequency, 1));
        }
        return groups;
    }
}
