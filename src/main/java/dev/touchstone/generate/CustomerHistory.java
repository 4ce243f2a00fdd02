package dev.touchstone.generate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.math.BigInteger;
import org.apache.spark.sql.Column;

/**
 * What a customer is and was, as functions of the customer's number (from 0), so that a response can know its
 * customer's region without a join.
 */
final class CustomerHistory {
    private static final long FIRST_CLIENT = 10_001;

    /** Share of answers whose mood is the customer's own, the same in all of them. */
    static final double OWN_MOOD = 0.2;

    /** Customers whose own mood lies below are unhappy: the share of them. */
    static final double UNHAPPY = 0.2;

    /** By what the rate of orders of unhappy customers is multiplied. */
    static final double UNHAPPY_ORDERS = 0.7;

    private static final double JOINS_IN_SPAN = 0.10;
    private static final double MOVES = 0.10;

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;

    CustomerHistory(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
    }

    /** One customer for four answer rows. */
    long count() {
        return Math.max(50, options.responses() / 4);
    }

    static Column client(Column customer) {
        return customer.plus(FIRST_CLIENT);
    }

    static Column customer(Column client) {
        return client.minus(FIRST_CLIENT);
    }

    /**
     * A client by chance, NULL with the given probability. Half of the choices fall on all customers alike, three in
     * ten on the first tenth of them and two in ten on the first fiftieth: so some answer often.
     */
    Column someone(Column id, String purpose, double anonymous) {
        Column who = chance.uniform(id, purpose);
        Column group = chance.uniform(id, purpose + " group");
        Column among = when(group.lt(0.5), (double) count())
                .when(group.lt(0.8), Math.ceil(count() / 10.0))
                .otherwise(Math.ceil(count() / 50.0));
        return when(
                chance.uniform(id, purpose + " known").geq(anonymous),
                client(who.multiply(among).cast("bigint")));
    }

    /**
     * Whether a client's own mood is bad: such a customer dislikes more of what happens, buys less, asks for help more
     * often and leaves sooner. NULL clients are not.
     */
    Column isUnhappy(Column client) {
        return client.isNotNull().and(chance.uniform(moodRow(client), "mood").lt(UNHAPPY));
    }

    /** The number that a client's own mood hangs on; rows of answers are told from clients by their sign. */
    static Column moodRow(Column client) {
        return client.multiply(-1);
    }

    /**
     * Customers in turn, each once in {@link #count()} numbers, in an order that looks like chance: so no one comes twice
     * within a short time by accident, and what follows from a first contact can be told apart from what does not.
     */
    Column inTurn(Column number) {
        long step = 7919;
        while (BigInteger.valueOf(step).gcd(BigInteger.valueOf(count())).longValue() != 1) {
            step += 2;
        }
        long customers = count();
        return client(number.mod(customers).multiply(step % customers).mod(customers));
    }

    /** Number of versions, 1 to 3. */
    Column versions(Column customer) {
        Column choice = chance.uniform(customer, "versions");
        return when(choice.lt(0.5), 1).when(choice.lt(0.85), 2).otherwise(3);
    }

    /** Epoch seconds at which the first, second and third version start, as an array; not all need exist. */
    Column starts(Column customer) {
        Column share = chance.uniform(customer, "joined");
        Column joined = when(chance.uniform(customer, "joins late").lt(JOINS_IN_SPAN), span.at(share.multiply(0.09)))
                .otherwise(Span.minutes(share.multiply(-3.0 * 365 * Span.DAY).plus(span.start())));
        Column third =
                span.at(chance.uniform(customer, "third version").multiply(0.4).plus(0.55));
        return array(joined, second(customer), third);
    }

    private Column second(Column customer) {
        return span.at(chance.uniform(customer, "second version").multiply(0.4).plus(0.10));
    }

    /** Tiers of the three versions, as numbers in an array; each moves by one, more often up than down. */
    Column tiers(Column customer) {
        Column first = get(lit(Retailer.TIER_SLOTS), chance.below(Retailer.TIER_SLOTS.length, customer, "tier"));
        Column second = moved(first, customer, "second tier");
        return array(first, second, moved(second, customer, "third tier"));
    }

    private Column moved(Column tier, Column customer, String purpose) {
        int highest = Retailer.TIERS.size() - 1;
        Column up = chance.uniform(customer, purpose).lt(0.65);
        return when(tier.equalTo(0).or(up.and(tier.lt(highest))), tier.plus(1)).otherwise(tier.minus(1));
    }

    /** Region of a version, as a number; some move with the second version. */
    Column region(Column customer, Column version) {
        return region(customer, version.geq(1), lit(true));
    }

    /** Region at an instant in epoch seconds, as a number; gaps between versions are ignored. */
    Column regionAt(Column customer, Column instant) {
        return region(
                customer, instant.geq(second(customer)), versions(customer).geq(2));
    }

    private Column region(Column customer, Column late, Column hasSecond) {
        int slots = Retailer.REGION_SLOTS.length;
        Column slot = when(
                        late.and(hasSecond)
                                .and(chance.uniform(customer, "moves").lt(MOVES)),
                        chance.below(slots, customer, "next region"))
                .otherwise(chance.below(slots, customer, "region"));
        return get(lit(Retailer.REGION_SLOTS), slot);
    }
}
