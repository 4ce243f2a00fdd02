package dev.touchstone.generate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.exp;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Orders and refunds: those that follow an answer (fewer after a bad one), those of paid journeys, of calls to order, of
 * visits to stores, and plain ones that nothing else in the data explains.
 */
final class Orders implements Source {
    static final String CURRENCY = "IRT";

    private static final String UNKNOWN_REFUND = "refund_of_unknown_order";
    private static final String NO_CLIENT = "no_customer_id";
    private static final String UNREADABLE_AMOUNT = "unreadable_amount";

    /** By what the probability of an order after an answer is multiplied when the answer was bad. */
    static final double AFTER_BAD = 0.7;

    /** Days within which such an order follows. */
    static final int FOLLOWS_WITHIN = 60;

    static final double REFUNDED = 0.06;

    /** Share of refunds of half the amount. */
    private static final double HALF = 0.3;

    static final double NO_MARGIN = 0.03;

    private static final double LEAST_AMOUNT = 200_000;
    private static final double AMOUNT_POWER = 2.5;

    static final int FOLLOWING = 0;
    static final int OF_JOURNEY = 1;
    static final int OF_CALL = 2;
    static final int OF_STORE_VISIT = 3;
    static final int PLAIN = 4;

    static final int KINDS = 8;

    /** Where orders are placed that have no visit or contact of their own. */
    private static final List<Share> PLACES =
            List.of(new Share("store_checkout", 0.5), new Share("app_checkout", 0.3), new Share("web_checkout", 0.2));

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;
    private final CustomerHistory history;

    Orders(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
        this.history = new CustomerHistory(options, span, chance);
    }

    /** Expected amount of an order; customers differ by a factor that is 1 on average. */
    static double expectedAmount() {
        return LEAST_AMOUNT * (Math.exp(AMOUNT_POWER) - 1) / AMOUNT_POWER;
    }

    @Override
    public String name() {
        return "orders";
    }

    /** Columns: row, at, client, touchpoint, is_refund, order (whose row it is), amount, margin. */
    @Override
    public Dataset<Row> frame(SparkSession spark, int tasks) {
        Column order = col("order");
        Column refunded = chance.happens(REFUNDED, order, "refunded");
        Column spend = chance.uniform(col("client").multiply(-1), "spend").plus(0.5);
        Column amount = round(exp(chance.uniform(order, "amount").multiply(AMOUNT_POWER))
                        .multiply(spend)
                        .multiply(LEAST_AMOUNT / 1000))
                .cast("bigint")
                .multiply(1000L);
        Column part = when(chance.happens(HALF, order, "half"), 0.5).otherwise(1.0);
        Column later =
                chance.uniform(order, "refunded at").multiply(18.0 * Span.DAY).plus(2.0 * Span.DAY);
        Column shareOfMargin = chance.uniform(order, "margin").multiply(0.25).plus(0.10);
        Column isRefund = col("is_refund");
        return following(spark, tasks)
                .unionAll(ofJourneys(spark, tasks))
                .unionAll(ofCalls(spark, tasks))
                .unionAll(ofStoreVisits(spark, tasks))
                .unionAll(plain(spark, tasks))
                .where(col("at").lt(span.end()))
                .select(
                        col("*"),
                        amount.as("full"),
                        explode(when(refunded, array(lit(false), lit(true))).otherwise(array(lit(false))))
                                .as("is_refund"))
                .select(
                        order.multiply(2).plus(isRefund.cast("int")).as("row"),
                        when(isRefund, col("at").plus(later.cast("bigint")))
                                .otherwise(col("at"))
                                .as("at"),
                        col("client"),
                        when(isRefund, "returns").otherwise(col("touchpoint")).as("touchpoint"),
                        isRefund,
                        order,
                        when(isRefund, round(col("full").multiply(part)).cast("bigint"))
                                .otherwise(col("full"))
                                .as("amount"))
                .where(col("at").lt(span.end()))
                .select(
                        col("*"),
                        when(
                                        not(chance.happens(NO_MARGIN, col("row"), "no margin")),
                                        round(col("amount").multiply(shareOfMargin))
                                                .cast("bigint")
                                                .multiply(when(isRefund, -1L).otherwise(1L)))
                                .as("margin"));
    }

    /** An answer is good or bad by the first question of its questionnaire. */
    private Dataset<Row> following(SparkSession spark, int tasks) {
        Column number = col("questionnaire");
        double good = Sizes.afterGood(options);
        Column later = chance.uniform(number, "follows")
                .multiply(FOLLOWS_WITHIN * (double) Span.DAY - 3600)
                .plus(3600);
        Dataset<Row> answers = new Responses(options, span, chance)
                .frame(spark, tasks)
                .where(col("slot")
                        .equalTo(0)
                        .and(col("copy").equalTo(0))
                        .and(col("kind").notEqual(Questionnaires.SERVQUAL))
                        .and(col("client").isNotNull()))
                .where(chance.happens(when(col("is_good"), good).otherwise(good * AFTER_BAD), number, "follow up"));
        return orders(answers, FOLLOWING, number, col("answered").plus(later.cast("bigint")), place(number));
    }

    private Dataset<Row> ofJourneys(SparkSession spark, int tasks) {
        Dataset<Row> paid =
                new Visits(options, span, chance).journeys(spark, tasks).where(col("is_paid"));
        return orders(paid, OF_JOURNEY, col("journey"), col("at_payment").plus(30), Visits.checkout());
    }

    private Dataset<Row> ofCalls(SparkSession spark, int tasks) {
        Dataset<Row> calls =
                new Arrivals(options, span, chance).frame(spark, tasks).where(col("converted"));
        return orders(calls, OF_CALL, col("turn"), col("answered").plus(60), lit(Desk.PHONE_ORDER));
    }

    private Dataset<Row> ofStoreVisits(SparkSession spark, int tasks) {
        Column visit = col("store_visit");
        Column later = chance.uniform(visit, "buys at").multiply(80 * 60.0).plus(600);
        Dataset<Row> buying = new Visits(options, span, chance)
                .stores(spark, tasks)
                .where(chance.happens(Visits.STORE_ORDER, visit, "buys in store"));
        return orders(buying, OF_STORE_VISIT, visit, col("at").plus(later.cast("bigint")), lit("store_checkout"));
    }

    private Dataset<Row> plain(SparkSession spark, int tasks) {
        long orders = new Sizes(options).plainOrders();
        Column number = col("number");
        Column isThinnedOut = history.isUnhappy(col("client"))
                .and(not(chance.happens(CustomerHistory.UNHAPPY_ORDERS, number, "plainly buys")));
        Dataset<Row> rows = spark.range(0, orders, 1, tasks)
                .toDF("number")
                .select(number, history.someone(number, "buyer", 0).as("client"))
                .where(not(isThinnedOut));
        Column at = span.second(number.plus(chance.uniform(number, "plain")).divide((double) orders));
        return orders(rows, PLAIN, number, at, place(number));
    }

    private Column place(Column number) {
        return Share.oneOf(PLACES, chance.uniform(number, "place of order"));
    }

    private static Dataset<Row> orders(Dataset<Row> rows, int kind, Column number, Column at, Column touchpoint) {
        return rows.select(
                number.multiply(KINDS).plus(kind).as("order"), at.as("at"), col("client"), touchpoint.as("touchpoint"));
    }

    @Override
    public List<Share> faults() {
        return List.of(
                Faults.TWICE,
                Faults.CORRECTED,
                Faults.NO_DATE,
                new Share(UNKNOWN_REFUND, 0.0010),
                new Share(NO_CLIENT, 0.0010),
                new Share(UNREADABLE_AMOUNT, 0.0010));
    }

    @Override
    public List<Column> columns(Faults faults) {
        // The earlier one of a corrected pair lacks a digit.
        Column amount = faults.number(
                when(faults.isEarlier(), round(col("amount").divide(10)).cast("bigint"))
                        .otherwise(col("amount")));
        Column shown = options.typed()
                ? amount
                : when(faults.is(UNREADABLE_AMOUNT), "?").otherwise(amount);
        Column unknown = col("row").plus(1).multiply(-1);
        return List.of(
                col("row").as("order_no"),
                when(not(faults.is(NO_CLIENT)), col("client")).as("client"),
                faults.clock().as("ordered"),
                shown.as("amount"),
                lit(CURRENCY).as("currency"),
                col("margin"),
                col("touchpoint").as("touch_point"),
                when(faults.is(UNKNOWN_REFUND), unknown)
                        .when(col("is_refund"), col("order").multiply(2))
                        .as("refund_of"),
                faults.loaded().as("loaded_at"));
    }
}
