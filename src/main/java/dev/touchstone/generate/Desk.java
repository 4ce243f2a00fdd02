package dev.touchstone.generate;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A touchpoint at which people serve customers, and how well. What is planted weak for surveys is weak here, too.
 *
 * @param share of contacts, in thousandths
 * @param live whether customers wait on the line: they may hang up
 * @param abandonment share of contacts that hang up after five seconds or more, among those that stay so long
 * @param transfer share of answered contacts that go on to another leg
 * @param ticket share of answered contacts that open a ticket
 * @param recontact share of these tickets after which the customer comes back with the same reason within a week
 * @param reopen share of solved tickets that are opened again
 * @param unsolved share of tickets that stay open
 * @param queue mean seconds from the offer to the answer
 * @param talk mean seconds of talk
 * @param solution mean seconds from the answer to the first solution
 * @param quality expected share of the scale in each category of a review
 * @param breach share of reviews that fail the critical category
 */
record Desk(
        String touchpoint,
        int share,
        boolean live,
        double abandonment,
        double transfer,
        double ticket,
        double recontact,
        double reopen,
        double unsolved,
        long queue,
        long talk,
        long solution,
        double quality,
        double breach) {

    private static final long HOUR = 3600;

    static final double COMMON_RECONTACT = 0.08;
    static final double WEAK_RECONTACT = 0.30;
    static final double COMMON_QUALITY = 0.82;
    static final double WEAK_QUALITY = 0.60;

    static final String PHONE_ORDER = "phone_order";
    static final String EMAIL = "email_support";

    /** Where recontact or quality depend on team or region, the common value stands here. */
    static final List<Desk> ALL = List.of(
            new Desk(
                    "phone_support",
                    300,
                    true,
                    0.16,
                    0.22,
                    0.5,
                    0.26,
                    0.12,
                    0.06,
                    170,
                    380,
                    40 * HOUR,
                    WEAK_QUALITY,
                    0.12),
            new Desk(
                    Retailer.MIXED,
                    250,
                    true,
                    0.05,
                    0.08,
                    0.5,
                    COMMON_RECONTACT,
                    0.05,
                    0.03,
                    40,
                    300,
                    20 * HOUR,
                    COMMON_QUALITY,
                    0.04),
            new Desk(
                    EMAIL,
                    130,
                    false,
                    0,
                    0.06,
                    1,
                    COMMON_RECONTACT,
                    0.05,
                    0.03,
                    4 * HOUR,
                    260,
                    20 * HOUR,
                    COMMON_QUALITY,
                    0.04),
            new Desk(
                    "returns", 100, false, 0, 0.10, 1, 0.26, 0.14, 0.06, 20 * HOUR, 420, 60 * HOUR, WEAK_QUALITY, 0.12),
            new Desk(
                    Retailer.WEAK_IN_REGION,
                    80,
                    false,
                    0,
                    0.05,
                    1,
                    COMMON_RECONTACT,
                    0.05,
                    0.03,
                    5 * HOUR,
                    240,
                    20 * HOUR,
                    COMMON_QUALITY,
                    0.04),
            new Desk(PHONE_ORDER, 130, true, 0.05, 0.06, 0, 0, 0, 0, 45, 280, 0, COMMON_QUALITY, 0.04),
            new Desk(
                    "warranty_claim",
                    10,
                    false,
                    0,
                    0.05,
                    1,
                    COMMON_RECONTACT,
                    0.05,
                    0.03,
                    6 * HOUR,
                    300,
                    20 * HOUR,
                    COMMON_QUALITY,
                    0.04));

    /** Share of live contacts that end within five seconds: counted by nobody. */
    static final double SHORT = 0.02;

    /** Seconds that every talk lasts at least. */
    static final long LEAST_TALK = 60;

    /** Share of contacts that are put on hold, and the mean seconds of these. */
    static final double HELD = 0.3;

    static final long HOLD = 60;

    static final long LEAST_WRAP = 10;

    /** Mean seconds of work after the contact, beyond the least. */
    static final long WRAP = 40;

    /** Why customers ask, by number of the desk; the reasons of a desk are equally likely. */
    static final List<List<String>> REASONS = List.of(
            List.of("late_parcel", "wrong_item", "payment_failed", "refund", "product_question", "account"),
            List.of("late_parcel", "wrong_item", "payment_failed", "refund", "product_question", "account"),
            List.of("late_parcel", "wrong_item", "payment_failed", "refund", "product_question", "account"),
            List.of("return", "refund"),
            List.of("late_parcel", "damaged_parcel"),
            List.of("order"),
            List.of("warranty"));

    /** A multiple of every desk's number of reasons. */
    static final int MOST_REASONS = 6;

    static int number(String touchpoint) {
        for (int number = 0; number < ALL.size(); number++) {
            if (ALL.get(number).touchpoint.equals(touchpoint)) {
                return number;
            }
        }
        throw new IllegalArgumentException("no desk at " + touchpoint);
    }

    static double[] all(ToDoubleFunction<Desk> of) {
        return ALL.stream().mapToDouble(of).toArray();
    }

    /** Share of contacts that are not answered because the customer hangs up, however soon. */
    double hangsUp() {
        return live ? SHORT + (1 - SHORT) * abandonment : 0;
    }

    /** Share of mails and forms that nobody answers. */
    double ignored() {
        return live ? 0 : Arrivals.UNANSWERED;
    }

    /** Mean seconds of talk, hold and work after the contact of an answered leg. */
    double handling() {
        return talk + HELD * HOLD + LEAST_WRAP + WRAP;
    }
}
