package dev.touchstone.generate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Visits of four kinds: the steps of purchase journeys, visits to stores, looks into self-service that sufficed, and such
 * that did not: the customer asked people within two days.
 *
 * <p>A look that sufficed lies half a round of turns away from the customer's own turn, so that no contact follows it by
 * accident.
 */
final class Visits implements Source {
    private static final String NO_TOUCHPOINT = "no_touchpoint";

    /** With which probability a journey goes from the product page to the cart, from there to checkout and to payment. */
    static final double[] NEXT_STEP = {0.5, 0.6, 0.8};

    /** With which probability a payment succeeds, before and from the break day. */
    static final double PAID_BEFORE = 0.88;

    static final double PAID_AFTER = 0.66;

    /** Share of journeys that look at the product page twice. */
    static final double LOOKS_TWICE = 0.2;

    /** Probability that a visit to a store ends in an order. */
    static final double STORE_ORDER = 0.35;

    /** Share of arrivals that looked for help in self-service before. */
    static final double LOOKED_BEFORE = 0.06;

    private static final double APP = 0.4;
    private static final double NOT_LOGGED_IN = 0.3;
    static final double UNKNOWN_CLIENT = 0.1;

    /** Where customers help themselves, with shares of the looks that fail and of those that suffice. */
    static final List<Share> FAILED_LOOKS =
            List.of(new Share("help_pages", 0.5), new Share("order_tracking", 0.3), new Share("app_account", 0.2));

    static final List<Share> CALM_LOOKS =
            List.of(new Share("help_pages", 0.4), new Share("order_tracking", 0.4), new Share("app_account", 0.2));

    private static final int JOURNEY = 0;
    private static final int STORE = 1;
    private static final int FAILED = 2;
    private static final int CALM = 3;

    private static final int KINDS = 4;
    private static final int MOST_STEPS = 8;

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;
    private final CustomerHistory history;

    Visits(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
        this.history = new CustomerHistory(options, span, chance);
    }

    @Override
    public String name() {
        return "visits";
    }

    /** Columns: row, at, client (NULL: unknown), touchpoint, converted (true or NULL), journey (or NULL). */
    @Override
    public Dataset<Row> frame(SparkSession spark, int tasks) {
        return steps(spark, tasks)
                .unionAll(kind(stores(spark, tasks), STORE, col("store_visit"), col("client"), lit("store_visit")))
                .unionAll(failed(spark, tasks))
                .unionAll(calm(spark, tasks))
                .where(col("at").geq(span.start()).and(col("at").lt(span.end())));
    }

    /** Purchase journeys: journey (number), client, at_page, at_cart, at_checkout, at_payment (NULL: not reached), is_app, is_paid. */
    Dataset<Row> journeys(SparkSession spark, int tasks) {
        long journeys = new Sizes(options).journeys();
        Column journey = col("journey");
        Column paid = chance.happens(
                when(col("at_payment").geq(span.breakInstant()), PAID_AFTER).otherwise(PAID_BEFORE), journey, "paid");
        Dataset<Row> rows = spark.range(0, journeys, 1, tasks)
                .toDF("journey")
                .select(
                        journey,
                        history.someone(journey, "shopper", 0).as("client"),
                        span.second(journey.plus(chance.uniform(journey, "journey"))
                                        .divide((double) journeys))
                                .as("at_page"),
                        chance.happens(APP, journey, "app").as("is_app"))
                .where(buys(journey, "shops"));
        List<String> steps = List.of("at_page", "at_cart", "at_checkout", "at_payment");
        for (int step = 1; step < steps.size(); step++) {
            Column pause = chance.uniform(journey, "pause " + step)
                    .multiply(840)
                    .plus(60)
                    .cast("bigint");
            rows = rows.select(
                    col("*"),
                    when(
                                    chance.happens(NEXT_STEP[step - 1], journey, "step " + step),
                                    span.known(col(steps.get(step - 1)).plus(pause)))
                            .as(steps.get(step)));
        }
        return rows.select(col("*"), col("at_payment").isNotNull().and(paid).as("is_paid"));
    }

    /** Visits to stores: store_visit (number), client, at. */
    Dataset<Row> stores(SparkSession spark, int tasks) {
        long visits = new Sizes(options).storeVisits();
        Column visit = col("store_visit");
        return spark.range(0, visits, 1, tasks)
                .toDF("store_visit")
                .select(
                        visit,
                        history.someone(visit, "store visitor", 0).as("client"),
                        span.second(visit.plus(chance.uniform(visit, "store visit"))
                                        .divide((double) visits))
                                .as("at"))
                .where(buys(visit, "visits"));
    }

    /** Thins unhappy customers out, so that they do it as much more rarely as planted. */
    private Column buys(Column id, String purpose) {
        return not(history.isUnhappy(col("client"))).or(chance.happens(CustomerHistory.UNHAPPY_ORDERS, id, purpose));
    }

    private Dataset<Row> steps(SparkSession spark, int tasks) {
        Column journey = col("journey");
        Column knownLate = col("client");
        Column knownEarly = when(not(chance.happens(NOT_LOGGED_IN, journey, "not logged in")), knownLate);
        Column never = lit(null).cast("boolean");
        Column steps = array(
                step(0, col("at_page"), knownEarly, lit(Retailer.PRODUCT_PAGE), never),
                step(
                        1,
                        when(
                                chance.happens(LOOKS_TWICE, journey, "looks twice"),
                                col("at_page").plus(30)),
                        knownEarly,
                        lit(Retailer.PRODUCT_PAGE),
                        never),
                step(2, col("at_cart"), knownEarly, lit(Retailer.CART), never),
                step(3, col("at_checkout"), knownLate, checkout(), never),
                step(4, col("at_payment"), knownLate, lit(Retailer.DROPPING), when(col("is_paid"), true)));
        return journeys(spark, tasks)
                .select(
                        journey,
                        explode(filter(steps, each -> each.getField("at").isNotNull()))
                                .as("step"))
                .select(
                        row(JOURNEY, journey.multiply(MOST_STEPS).plus(col("step.step"))),
                        col("step.at"),
                        col("step.client"),
                        col("step.touchpoint"),
                        col("step.converted"),
                        journey);
    }

    /** The touchpoint at which a journey orders. */
    static Column checkout() {
        return when(col("is_app"), "app_checkout").otherwise("web_checkout");
    }

    private static Column step(int step, Column at, Column client, Column touchpoint, Column converted) {
        return struct(
                lit(step).as("step"),
                at.as("at"),
                client.as("client"),
                touchpoint.as("touchpoint"),
                converted.as("converted"));
    }

    private Dataset<Row> failed(SparkSession spark, int tasks) {
        Column turn = col("turn");
        Column before =
                chance.uniform(turn, "looked at").multiply(2.0 * Span.DAY - 600).plus(600);
        Dataset<Row> rows = new Arrivals(options, span, chance)
                .frame(spark, tasks)
                .where(col("attempt")
                        .equalTo(0)
                        .and(col("is_known"))
                        .and(not(col("is_spam")))
                        .and(chance.happens(LOOKED_BEFORE, turn, "looked before")))
                .select(
                        turn,
                        col("client"),
                        col("offered").minus(before.cast("bigint")).as("at"));
        return kind(rows, FAILED, turn, col("client"), Share.oneOf(FAILED_LOOKS, chance.uniform(turn, "failed at")));
    }

    private Dataset<Row> calm(SparkSession spark, int tasks) {
        Column turn = col("turn");
        // Half a round before or after their own turn.
        Column other = history.inTurn(turn.plus(history.count() / 2));
        Dataset<Row> rows = new Arrivals(options, span, chance)
                .turns(spark, tasks)
                .where(chance.happens(Sizes.calm(), turn, "calm"))
                .select(turn, other.as("client"), span.second(col("share")).as("at"));
        return kind(
                rows,
                CALM,
                turn,
                when(not(chance.happens(UNKNOWN_CLIENT, turn, "calm unknown")), col("client")),
                Share.oneOf(CALM_LOOKS, chance.uniform(turn, "calm at")));
    }

    private static Dataset<Row> kind(Dataset<Row> rows, int kind, Column number, Column client, Column touchpoint) {
        return rows.select(
                row(kind, number),
                col("at"),
                client.as("client"),
                touchpoint.as("touchpoint"),
                lit(null).cast("boolean").as("converted"),
                lit(null).cast("bigint").as("journey"));
    }

    private static Column row(int kind, Column number) {
        return number.multiply(KINDS).plus(kind).as("row");
    }

    @Override
    public List<Share> faults() {
        return List.of(Faults.TWICE, Faults.NO_DATE, new Share(NO_TOUCHPOINT, 0.0010));
    }

    @Override
    public List<Column> columns(Faults faults) {
        return List.of(
                col("row").as("visit_no"),
                col("client"),
                when(not(faults.is(NO_TOUCHPOINT)), col("touchpoint")).as("touch_point"),
                faults.clock().as("visited"),
                col("converted"),
                col("journey").as("journey_no"),
                faults.loaded().as("loaded_at"));
    }
}
