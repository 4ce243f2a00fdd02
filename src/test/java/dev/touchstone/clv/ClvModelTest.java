package dev.touchstone.clv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClvModelTest {
    private static final BgNbd PURCHASES = new BgNbd(0.242593, 4.413532, 0.792886, 2.425752);
    private static final GammaGamma VALUES = new GammaGamma(6.25, 3.74, 15.45);

    /** Quickstart.md takes the weeks of the data for days: its months are 30 of the data's units long. */
    @Test
    void publishedCustomerLifetimeValues() {
        List<Cdnow.Customer> customers = Cdnow.customersWithValues();
        ClvModel model = ClvModel.fit(Cdnow.histories(customers), Cdnow.values(customers), 30)
                .orElseThrow();
        JsonNode published = Cdnow.published("customer_lifetime_value");

        assertThat(published).hasSize(10);
        for (int i = 0; i < published.size(); i++) {
            Cdnow.Customer customer = customers.get(i);
            assertThat(model.expectedClv(
                            customer.frequency(), customer.recency(), customer.age(), customer.meanValue(), 12, 0.01))
                    .as("customer %s", customer.id())
                    .isCloseTo(published.get(i).asDouble(), withinPercentage(0.001));
        }
    }

    @Test
    void eachMonthIsDiscountedAtItsEnd() {
        ClvModel model = new ClvModel(PURCHASES, VALUES, 4);
        double first = PURCHASES.expectedPurchases(2, 30, 38, 4);
        double second = PURCHASES.expectedPurchases(2, 30, 38, 8) - first;
        double third = PURCHASES.expectedPurchases(2, 30, 38, 12) - first - second;
        double value = VALUES.expectedValue(2, 22.35);

        assertThat(model.expectedClv(2, 30, 38, 22.35, 3, 0.25))
                .isCloseTo(
                        value * (first / 1.25 + second / (1.25 * 1.25) + third / (1.25 * 1.25 * 1.25)),
                        withinPercentage(1e-9));
    }

    @Test
    void withoutDiscountItIsPurchasesTimesValue() {
        ClvModel model = new ClvModel(PURCHASES, VALUES, 4);

        assertThat(model.expectedClv(2, 30, 38, 22.35, 3, 0))
                .isEqualTo(PURCHASES.expectedPurchases(2, 30, 38, 12) * VALUES.expectedValue(2, 22.35));
        assertThat(model.expectedClv(2, 30, 38, 22.35, 0, 0.01)).isZero();
    }

    @Test
    void twelveMonthsAreAYear() {
        assertThat(12 * ClvModel.DAYS_A_MONTH).isEqualTo(365.25);
    }

    @Test
    void bothModelsAreNeeded() {
        List<BgNbd.Group> purchases = List.of(new BgNbd.Group(0, 0, 10, 100), new BgNbd.Group(2, 6, 10, 50));
        List<GammaGamma.Group> values = List.of(new GammaGamma.Group(2, 10, 25), new GammaGamma.Group(2, 20, 25));

        assertThat(ClvModel.fit(purchases, values, 30)).isPresent();
        assertThat(ClvModel.fit(purchases, List.of(), 30)).isEmpty();
        assertThat(ClvModel.fit(List.of(), values, 30)).isEmpty();
    }

    @Test
    void travelsSerialized() throws IOException, ClassNotFoundException {
        ClvModel model = new ClvModel(PURCHASES, VALUES, ClvModel.DAYS_A_MONTH);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(model);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(model);
        }
    }

    @Test
    void impossibleTermsAreRefused() {
        ClvModel model = new ClvModel(PURCHASES, VALUES, 4);
        assertThatThrownBy(() -> model.expectedClv(0, 0, 1, 0, -1, 0.01))
                .hasMessage("expected months 0 or more, not -1");
        assertThatThrownBy(() -> model.expectedClv(0, 0, 1, 0, 12, -0.01))
                .hasMessage("expected monthly discount 0 or more, not -0.01");
        assertThatThrownBy(() -> new ClvModel(PURCHASES, VALUES, 0))
                .hasMessage("expected length of a month above 0, not 0.0");
    }
}
