package dev.touchstone.clv;

import java.io.Serial;
import java.io.Serializable;
import java.util.Collection;
import java.util.Optional;

/**
 * Predicted customer lifetime value: how often a customer will buy, times how much the customer will spend at once.
 *
 * <p>Source: P. S. Fader, B. G. S. Hardie, K. L. Lee (2005), RFM and CLV: Using Iso-Value Curves for Customer Base
 * Analysis, Journal of Marketing Research 42 (4), 415-430; discounted by months as the Python package lifetimes does
 * ({@code GammaGammaFitter.customer_lifetime_value}).
 *
 * @param purchases how often; its unit of time is the one of all times here
 * @param values how much at once
 * @param month length of a month in that unit, above 0: {@link #DAYS_A_MONTH} where times are in days
 */
public record ClvModel(BgNbd purchases, GammaGamma values, double month) implements Serializable {
    @Serial
    private static final long serialVersionUID = 1;

    /** 365.25 / 12 = 30.4375, so that twelve months are a year; lifetimes counts 30 days, or 4.345 weeks. */
    public static final double DAYS_A_MONTH = 365.25 / 12;

    public ClvModel {
        BgNbd.check(month > 0 && month < Double.POSITIVE_INFINITY, "length of a month above 0", month);
    }

    /** Both models of largest likelihood; empty where either cannot be fitted. */
    public static Optional<ClvModel> fit(
            Collection<BgNbd.Group> purchases, Collection<GammaGamma.Group> values, double month) {
        return BgNbd.fit(purchases)
                .flatMap(often -> GammaGamma.fit(values).map(much -> new ClvModel(often, much, month)));
    }

    /**
     * Expected value of a customer's purchases within the next months, discounted at the end of each month: the sum
     * over i from 1 to {@code months} of (purchases expected within month i) / (1 + monthlyDiscount)^i, times the
     * expected value of one. Purchases up to now do not count.
     *
     * @param frequency repeat purchases, 0 or more
     * @param recency time from the first purchase to the last one, from 0 to {@code age}
     * @param age time from the first purchase until now
     * @param meanValue mean value of the repeat purchases, 0 or more; has no say at frequency 0
     * @param months 0 or more
     * @param monthlyDiscount 0 or more; 0.01 is 12.7 % a year
     * @return money, 0 or more
     */
    public double expectedClv(
            long frequency, double recency, double age, double meanValue, int months, double monthlyDiscount) {
        return purchases.probabilityActive(frequency, recency, age)
                * purchasesIfActive(frequency, age, months, monthlyDiscount)
                * values.expectedValue(frequency, meanValue);
    }

    /**
     * Expected purchases of a customer who has not left, within the next months, discounted at the end of each month:
     * {@link #expectedClv} is this, times the probability that the customer has not left, times the expected value of a
     * purchase. Unlike those two it is costly, and the same for many customers.
     *
     * @return 0 or more
     */
    public double purchasesIfActive(long frequency, double age, int months, double monthlyDiscount) {
        BgNbd.check(months >= 0, "months 0 or more", months);
        BgNbd.check(monthlyDiscount >= 0, "monthly discount 0 or more", monthlyDiscount);
        // Summed by parts: purchases up to a month count with the discount's step after it, so that nothing cancels.
        double sum = 0;
        for (int i = 1; i <= months; i++) {
            double discount = Math.pow(1 + monthlyDiscount, -i);
            double step = i == months ? discount : discount * monthlyDiscount / (1 + monthlyDiscount);
            if (step > 0) {
                sum += purchases.purchasesIfActive(frequency, age, i * month) * step;
            }
        }
        return sum;
    }
}
