package dev.touchstone.kpi;

import java.util.Locale;

/** What a customer did within a window after an answer, strictly after it and up to the window's end. */
public enum Outcome {
    /** Whether there was an order that is no refund: 1 or 0. */
    REPURCHASE,
    /** Orders less refunds, each at its own time; may be negative. */
    SPEND,
    /** Of customers who were active at the answer: 1 where they are not at the window's end, else 0. */
    CHURN,
    /** Of customers who answered an NPS question again: 1 where the first such answer is a detractor's, else 0. */
    DETRACTOR;

    private static final long MONEY_FACTOR = 10_000;

    /** The word for it in tables: {@code repurchase}, {@code spend}, {@code churn}, {@code detractor}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it happens or does not; else it is an amount of money. */
    public boolean isShare() {
        return this != SPEND;
    }

    /** What makes it a whole number: stored = outcome x factor, as money of KPIs. */
    public long factor() {
        return isShare() ? 1 : MONEY_FACTOR;
    }
}
