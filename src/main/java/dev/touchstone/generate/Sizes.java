package dev.touchstone.generate;

/**
 * How many of everything that customers do, so that the rows of contacts, of orders and of visits come near to the wanted
 * number each.
 */
final class Sizes {
    /** Share of happy customers' turns on which they really ask for help; unhappy ones always do. */
    static final double HAPPY_ASKS = 0.4;

    /** Contacts that come of one turn on average: further contacts and legs of transfers included. */
    private static final double CONTACTS_OF_TURN =
            1.19 * (CustomerHistory.UNHAPPY + (1 - CustomerHistory.UNHAPPY) * HAPPY_ASKS);

    /** Share of visits that are calm looks into self-service. */
    private static final double CALM = 0.25;

    private final double wanted;
    private final double followUps;

    Sizes(GenerateOptions options) {
        wanted = options.history() * options.responses();
        followUps = 0.37 * options.responses() * afterGood(options) * 0.93;
    }

    /** Turns at which a customer may ask for help. */
    long turns() {
        return Math.max(40, Math.round(wanted / CONTACTS_OF_TURN));
    }

    /** Probability of a calm visit on a turn. */
    static double calm() {
        return CALM * CONTACTS_OF_TURN;
    }

    /** Purchase journeys begun, before unhappy customers are thinned out. */
    long journeys() {
        return Math.max(20, Math.round(0.28 * wanted));
    }

    /** Visits to stores, before unhappy customers are thinned out. */
    long storeVisits() {
        return Math.max(10, Math.round(0.16 * wanted));
    }

    /** Orders that come of nothing else in the data, before unhappy customers are thinned out. */
    long plainOrders() {
        return Math.max(10, Math.round((0.78 * wanted - followUps) / 0.94));
    }

    /** Probability that an answer of satisfaction is followed by an order of its own; smaller for short histories. */
    static double afterGood(GenerateOptions options) {
        return 0.25 * Math.min(1, 4 * options.history());
    }
}
