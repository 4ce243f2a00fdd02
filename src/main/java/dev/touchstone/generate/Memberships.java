package dev.touchstone.generate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Memberships of the customers' club. Nobody leaves before the span; in it members leave at a constant rate, unhappy ones
 * at a higher one, and some come back.
 */
final class Memberships implements Source {
    private static final String ENDS_EARLY = "ends_before_it_starts";
    private static final String NO_CLIENT = "no_customer_id";
    private static final String OVERLAPS = "overlaps_the_first";

    /** Share of later memberships that begin before the first one ends. */
    private static final double OVERLAPPING = 0.05;

    static final double MEMBERS = 0.6;

    /** Share of members who join within the span. */
    static final double JOIN_IN_SPAN = 0.25;

    /** Share of those there at a month's start who leave within it. */
    static final double MONTHLY_CHURN = 0.02;

    static final double UNHAPPY_MONTHLY_CHURN = 0.05;

    /** Days of a month on average. */
    static final double MONTH = 30.436875;

    static final double COMES_BACK = 0.25;

    private static final List<Share> PLACES =
            List.of(new Share("app_account", 0.5), new Share("store_checkout", 0.3), new Share("web_checkout", 0.2));

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;
    private final CustomerHistory history;

    Memberships(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
        this.history = new CustomerHistory(options, span, chance);
    }

    /** Seconds that a member stays on average from the span's start, or from joining in it. */
    static double meanStay(double monthlyChurn) {
        return MONTH * Span.DAY / -Math.log(1 - monthlyChurn);
    }

    @Override
    public String name() {
        return "memberships";
    }

    /** Columns: row, at (when it starts), client, ended, touchpoint, part (0, or 1 for a later one). */
    @Override
    public Dataset<Row> frame(SparkSession spark, int tasks) {
        Column customer = col("customer");
        Column share = chance.uniform(customer, "member since");
        Column joined = get(history.starts(customer), lit(0));
        Column early =
                joined.plus(share.multiply(lit(span.start()).minus(joined)).cast("bigint"));
        Column started = when(
                        chance.happens(JOIN_IN_SPAN, customer, "new member").or(joined.geq(span.start())),
                        greatest(joined, span.second(share)))
                .otherwise(early);
        Column comesBack = col("first_end").lt(span.end()).and(chance.happens(COMES_BACK, customer, "member again"));
        Column overlaps = lit(!options.clean()).and(chance.happens(OVERLAPPING, customer, "overlaps"));
        Column away = when(overlaps, -5.0 * Span.DAY)
                .otherwise(chance.uniform(customer, "away")
                        .multiply(130.0 * Span.DAY)
                        .plus(20.0 * Span.DAY));
        Column row = col("row");
        return spark.range(0, history.count(), 1, tasks)
                .toDF("customer")
                .where(chance.happens(MEMBERS, customer, "member"))
                .select(customer, CustomerHistory.client(customer).as("client"), started.as("first_start"))
                .select(
                        col("*"),
                        greatest(col("first_start"), lit(span.start()))
                                .plus(stay(customer, "stays"))
                                .as("first_end"))
                .select(
                        col("*"),
                        explode(when(comesBack, array(lit(0), lit(1))).otherwise(array(lit(0))))
                                .as("part"))
                .select(
                        customer.multiply(2).plus(col("part")).as("row"),
                        when(col("part").equalTo(0), col("first_start"))
                                .otherwise(col("first_end").plus(away.cast("bigint")))
                                .as("at"),
                        col("client"),
                        col("first_end"),
                        col("part"))
                .where(col("at").lt(span.end()))
                .select(
                        row,
                        col("at"),
                        col("client"),
                        col("part"),
                        col("first_end"),
                        span.known(when(col("part").equalTo(0), col("first_end"))
                                        .otherwise(col("at").plus(stay(row, "stays again"))))
                                .as("ended"),
                        Share.oneOf(PLACES, chance.uniform(row, "joined at")).as("touchpoint"));
    }

    private Column stay(Column id, String purpose) {
        Column mean = when(history.isUnhappy(col("client")), meanStay(UNHAPPY_MONTHLY_CHURN))
                .otherwise(meanStay(MONTHLY_CHURN));
        return chance.exponential(mean, id, purpose).plus(1);
    }

    @Override
    public List<Share> faults() {
        return List.of(Faults.TWICE, Faults.NO_DATE, new Share(ENDS_EARLY, 0.0010), new Share(NO_CLIENT, 0.0010));
    }

    @Override
    public List<Column> furtherCounts() {
        return List.of(count_if(col("part").equalTo(1).and(col("at").lt(col("first_end"))))
                .as(OVERLAPS));
    }

    @Override
    public List<Column> columns(Faults faults) {
        return List.of(
                col("row").as("contract_no"),
                when(not(faults.is(NO_CLIENT)), col("client")).as("client"),
                faults.clock().as("began"),
                span.shownSeconds(when(faults.is(ENDS_EARLY), col("at").minus(Span.DAY))
                                .otherwise(col("ended")))
                        .as("ended"),
                col("touchpoint").as("touch_point"),
                faults.loaded(col("ended")).as("loaded_at"));
    }
}
