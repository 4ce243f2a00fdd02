package dev.touchstone.observe;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.calendar.Period;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Active;
import dev.touchstone.project.Project.ActiveBy;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.ContractRows;
import dev.touchstone.sql.Sql;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * What KPIs per period look at: one row a customer and period, from the histories of orders and memberships.
 *
 * <p>Law: a row says the same whichever other periods are computed with it.
 *
 * <p>Everything known of a customer is brought together once, by customer, and summed up to each {@linkplain
 * PeriodBounds bound} of the periods. A period is then the difference between its two ends, however many orders and
 * periods there are: what it costs grows with the rows that come out.
 */
public final class CustomerPeriods {
    /** Place of the period in the list that was asked for. */
    public static final String PERIOD = "_period";
    /** Instant at which the period ends: when a KPI's window begins, unless the KPI has another clock. */
    public static final String END_AT = "_end_at";
    /**
     * The currency whose orders alone the row is about (activity is still the whole customer's); NULL: the row is about
     * the customer, all currencies thrown together.
     */
    public static final String CURRENCY = "_currency";
    /** The touchpoints that the customer used in the period, each once; empty where nothing is known of them. */
    public static final String TOUCHED = "_touched";

    private static final String MONEY = "DECIMAL(34,10)";
    private static final List<String> ORDERS = List.of("orders.ordered_at");
    private static final List<String> ACTIVE = List.of("active");

    /** The columns that KPIs may use. What they need is a contract ({@code orders}), a column of it, or {@code active}. */
    public static final List<Derived> DERIVED = List.of(
            Derived.ofCustomer(
                    "at_start",
                    "BOOLEAN",
                    ACTIVE,
                    "active at the period's start (by ordered_in_period: in the period before)"),
            Derived.ofCustomer(
                    "at_end", "BOOLEAN", ACTIVE, "active at the period's end (by ordered_in_period: in the period)"),
            Derived.ofCustomer("is_new", "BOOLEAN", ACTIVE, "first_active_at lies in the period"),
            Derived.ofCustomer(
                    "first_active_at",
                    "TIMESTAMP",
                    ACTIVE,
                    "the customer's first order, or first start of a membership where active means membership"),
            Derived.ofCustomer("orders", "BIGINT", ORDERS, "orders in the period, refunds aside"),
            Derived.ofCustomer("first_order_at", "TIMESTAMP", ORDERS, "the first order in the period, refunds aside"),
            Derived.ofCustomer(
                    "next_order_at",
                    "TIMESTAMP",
                    ORDERS,
                    "the order after first_order_at, in the period or later, within the longest window (matures) of the "
                            + "KPIs that use it; later than first_order_at"),
            Derived.ofCustomer("revenue", MONEY, ORDERS, "orders less refunds of the period"),
            Derived.ofCustomer("orders_to_date", "BIGINT", ORDERS, "orders up to the period's end, refunds aside"),
            Derived.ofCustomer("revenue_to_date", MONEY, ORDERS, "orders less refunds up to the period's end"),
            Derived.ofCustomer(
                    "value_to_date",
                    MONEY,
                    ORDERS,
                    "margin up to the period's end where margin is mapped (NULL where that of any order is missing), else "
                            + "revenue_to_date"),
            Derived.ofCustomer(
                    ExpectedValue.NAME,
                    "DOUBLE",
                    ORDERS,
                    "what the customer's orders of the 12 months after the period are expected to be worth, discounted by 1 "
                            + "% a month, refunds aside: BG/NBD and gamma-gamma models of all customers' days with orders "
                            + "up to the period's end; NULL where these are not enough for the models"));

    private static final String TOUCHED_SQL =
            "array_distinct(transform(filter(touches, each -> each.slot >= _start_bound "
                    + "AND each.slot < _end_bound), each -> each.touchpoint))";

    private static final Column KNOWN = col("touchpoint").isNull();

    private final SparkSession spark;
    private final Project project;
    private final Histories histories;
    private final boolean currencies;
    private final Set<String> wanted;
    private final int nextOrderDays;
    private final PeriodBounds bounds;
    private final Instant asOf;

    private CustomerPeriods(
            SparkSession spark,
            Project project,
            Histories histories,
            boolean currencies,
            Set<String> wanted,
            int nextOrderDays,
            List<Period> periods,
            Instant asOf) {
        this.spark = spark;
        this.project = project;
        this.histories = histories;
        this.currencies = currencies;
        this.wanted = wanted;
        this.nextOrderDays = nextOrderDays;
        this.bounds = new PeriodBounds(periods, project.zone());
        this.asOf = asOf;
    }

    /** As of which instant a row's segments are. */
    public enum SegmentsAsOf {
        /** The period's start; of a customer who is new in it, the first activity. */
        PERIOD_START,
        /** The first activity, whatever the period. */
        FIRST_ACTIVITY
    }

    /**
     * The rows: {@code customer_id}, {@link #PERIOD}, {@link #END_AT}, {@link #CURRENCY}, {@link #TOUCHED}, {@link
     * #DERIVED} and one column a segmentation from customers.
     *
     * <p>A customer has a row where it ordered or was active ever before the period's end. Where a segmentation is by
     * currency, it has further rows: one for each currency that it ordered in.
     *
     * @param segmentations those that split the rows
     * @param versions standing versions of customers, null where no segmentation comes from customers
     * @param wanted the columns of {@link #DERIVED} that are looked at; costly ones are NULL else
     * @param nextOrderDays how many days after {@code first_order_at} an order is looked for
     * @param periods months, quarters and years; not empty
     * @param asOf what happened later is not known
     */
    public static Dataset<Row> of(
            SparkSession spark,
            Project project,
            Histories histories,
            List<Segmentation> segmentations,
            Dataset<Row> versions,
            SegmentsAsOf segmentsAsOf,
            Set<String> wanted,
            int nextOrderDays,
            List<Period> periods,
            Instant asOf) {
        boolean currencies = segmentations.stream().anyMatch(Segmentation::byCurrency);
        CustomerPeriods rows =
                new CustomerPeriods(spark, project, histories, currencies, wanted, nextOrderDays, periods, asOf);
        List<Segmentation> fromCustomers =
                segmentations.stream().filter(Segmentation::fromCustomers).toList();
        Dataset<Row> customers = rows.customers(rows.days(Stream.of(rows.orders(), rows.memberships(), rows.touches())
                .filter(Objects::nonNull)
                .reduce(Dataset::unionByName)
                .orElseThrow()));
        // The models are fitted before the rows are made: nothing but orders need be read for them.
        ExpectedValue expected = wanted.contains(ExpectedValue.NAME) && histories.orders() != null
                ? ExpectedValue.fitted(rows.ordersAtEnds(rows.customers(rows.days(rows.orders()))))
                : null;
        return rows.periods(customers, fromCustomers, versions, segmentsAsOf, expected);
    }

    /** Orders as events: what happened to customers, as rows of one shape; null where none are known. */
    private Dataset<Row> orders() {
        if (histories.orders() == null) {
            return null;
        }
        boolean active = project.active() == null || project.active().by() != ActiveBy.MEMBERSHIP;
        String refund = "(refund_of IS NOT NULL OR amount < 0)";
        Column currency = currencies
                ? expr("explode(array(CAST(NULL AS STRING), coalesce(_folded_currency, '" + Segments.UNKNOWN + "')))")
                : lit(null).cast("string");
        Dataset<Row> orders = histories.orders();
        if (currencies) {
            orders = orders.withColumn("_folded_currency", Segments.folded(col("currency")));
        }
        return orders.select(
                col("customer_id"),
                currency.as(CURRENCY),
                col("ordered_at").as("at"),
                expr("IF(" + refund + ", NULL, ordered_at)").as("ordered_at"),
                expr("IF(" + refund + ", -abs(amount), amount)").as("amount"),
                (histories.margins()
                                ? expr("IF(" + refund + ", -abs(margin), margin)")
                                : lit(null).cast("decimal(28,10)"))
                        .as("margin"),
                lit(0).as("members"),
                expr(active ? "IF(" + refund + ", NULL, ordered_at)" : "CAST(NULL AS TIMESTAMP)")
                        .as("activity_at"),
                lit(null).cast("string").as("touchpoint"));
    }

    /** Starts and ends of memberships as events; null where none are known. */
    private Dataset<Row> memberships() {
        if (histories.memberships() == null) {
            return null;
        }
        boolean active = project.active() == null || project.active().by() == ActiveBy.MEMBERSHIP;
        // Who is a member at an instant started before it and ends after it: an end is felt one moment earlier.
        return histories
                .memberships()
                .selectExpr(
                        "customer_id",
                        "explode(array(named_struct('at', started_at, 'members', 1), IF(ended_at IS NULL, NULL, "
                                + "named_struct('at', greatest(started_at, ended_at - INTERVAL 1 MICROSECOND), "
                                + "'members', -1)))) AS event")
                .where("event.at IS NOT NULL")
                .select(
                        col("customer_id"),
                        lit(null).cast("string").as(CURRENCY),
                        col("event.at"),
                        lit(null).cast("timestamp").as("ordered_at"),
                        lit(null).cast("decimal(28,10)").as("amount"),
                        lit(null).cast("decimal(28,10)").as("margin"),
                        col("event.members"),
                        expr(active ? "IF(event.members = 1, event.at, NULL)" : "CAST(NULL AS TIMESTAMP)")
                                .as("activity_at"),
                        lit(null).cast("string").as("touchpoint"));
    }

    /** Touches as events; null where none are known. */
    private Dataset<Row> touches() {
        if (histories.touches() == null) {
            return null;
        }
        return histories
                .touches()
                .where("touchpoint IS NOT NULL AND customer_id IS NOT NULL")
                .select(
                        col("customer_id"),
                        lit(null).cast("string").as(CURRENCY),
                        col("at"),
                        lit(null).cast("timestamp").as("ordered_at"),
                        lit(null).cast("decimal(28,10)").as("amount"),
                        lit(null).cast("decimal(28,10)").as("margin"),
                        lit(0).as("members"),
                        lit(null).cast("timestamp").as("activity_at"),
                        col("touchpoint"));
    }

    /** One row a customer, currency and day, summed up to it. */
    private Dataset<Row> days(Dataset<Row> all) {
        Dataset<Row> events = all.where(col("at").leq(lit(Timestamp.from(asOf))))
                .withColumn(ContractRows.DAY, to_date(col("at")))
                .repartition(col("customer_id"));
        boolean next = wanted.contains("next_order_at");
        if (next) {
            WindowSpec orders = Window.partitionBy(
                            col("customer_id"), col(CURRENCY), col("ordered_at").isNull())
                    .orderBy("ordered_at");
            Column following = lead("ordered_at", 1).over(orders);
            // Of orders at one instant the last one knows the next instant; the smallest of a day follows its first.
            events = events.withColumn("_following", following)
                    .withColumn("next_at", when(col("_following").gt(col("ordered_at")), col("_following")));
        } else {
            events = events.withColumn("next_at", lit(null).cast("timestamp"));
        }
        Column isOrder = col("ordered_at").isNotNull();
        Column money = col("amount").isNotNull();
        Dataset<Row> days = events.groupBy("customer_id", CURRENCY, ContractRows.DAY, "touchpoint")
                .agg(
                        count(col("ordered_at")).as("orders"),
                        min("ordered_at").as("first_at"),
                        max("ordered_at").as("last_at"),
                        min("next_at").as("next_at"),
                        sum("amount").as("revenue"),
                        sum("margin").as("margin"),
                        sum(when(isOrder, col("amount"))).as("gross"),
                        count(when(money.and(col("margin").isNull()), lit(1))).as("without_margin"),
                        sum("members").as("members"),
                        min("activity_at").as("activity_at"));
        Dataset<Row> slots = broadcast(bounds.slots(spark));
        Column slot = coalesce(
                col("_slot"),
                when(col(ContractRows.DAY).lt(lit(java.sql.Date.valueOf(bounds.first()))), lit(0))
                        .otherwise(lit(bounds.last())));
        WindowSpec ordered = Window.partitionBy("customer_id", CURRENCY).orderBy(ContractRows.DAY, "touchpoint");
        WindowSpec upToHere = ordered.rowsBetween(Window.unboundedPreceding(), Window.currentRow());
        boolean expected = wanted.contains(ExpectedValue.NAME);
        Column firstOfDay = when(
                col("orders").gt(0),
                struct(
                        col("first_at"),
                        col("next_at"),
                        (expected ? col(ContractRows.DAY) : lit(null).cast("date")).as("day"),
                        (expected ? col("gross") : lit(null).cast("decimal(38,10)")).as("gross")));
        Column orderDay = when(col("orders").gt(0), col(ContractRows.DAY));
        return days.join(slots, col(ContractRows.DAY).equalTo(col("_slot_day")), "left_outer")
                .select(
                        col("customer_id"),
                        col(CURRENCY),
                        col("touchpoint"),
                        slot.as("slot"),
                        col("activity_at"),
                        lead(slot, 1).over(ordered).as("next_slot"),
                        count(when(KNOWN, lit(1))).over(upToHere).as("known"),
                        sum("orders").over(upToHere).as("orders"),
                        sum("revenue").over(upToHere).cast(MONEY).as("revenue"),
                        sum("margin").over(upToHere).cast(MONEY).as("margin"),
                        sum("without_margin").over(upToHere).as("without_margin"),
                        sum("members").over(upToHere).as("members"),
                        max("last_at").over(upToHere).as("last_at"),
                        (expected ? count(orderDay).over(upToHere) : lit(null).cast("bigint")).as("order_days"),
                        (expected ? max(orderDay).over(upToHere) : lit(null).cast("date")).as("last_day"),
                        (expected ? sum("gross").over(upToHere) : lit(null).cast("decimal(38,10)")).as("gross"),
                        first(firstOfDay, true).over(upToHere).as("first"),
                        lead(firstOfDay, 1, null, true).over(ordered).as("later"));
    }

    /** One row a customer and currency: what is known at each bound from the first one that anything is known at. */
    private Dataset<Row> customers(Dataset<Row> days) {
        Column state = struct(
                col("slot"),
                coalesce(col("next_slot"), lit(bounds.last())).as("next_slot"),
                col("known"),
                col("orders"),
                col("revenue"),
                col("margin"),
                col("without_margin"),
                col("members"),
                col("last_at"),
                col("order_days"),
                col("last_day"),
                col("gross"),
                col("first"),
                col("later"));
        Column last = col("slot")
                .lt(bounds.last())
                .and(col("next_slot").isNull().or(col("next_slot").notEqual(col("slot"))));
        List<Column> collected = new ArrayList<>();
        collected.add(
                collect_list(when(last.and(col(CURRENCY).isNull()), state)).as("whole"));
        collected.add(min("activity_at").as("first_active_at"));
        collected.add(collect_set(when(col("touchpoint").isNotNull(), struct(col("slot"), col("touchpoint"))))
                .as("touches"));
        collected.add(collect_list(when(
                        last.and(col(CURRENCY).isNotNull()),
                        struct(col(CURRENCY).as("currency"), state.as("state"))))
                .as("by_currency"));
        Dataset<Row> customers = days.groupBy("customer_id")
                .agg(collected.get(0), collected.subList(1, collected.size()).toArray(Column[]::new))
                .where("size(whole) > 0")
                .withColumn("whole", expr("sort_array(whole)"));
        if (currencies) {
            customers = customers
                    .withColumn(
                            CURRENCY, expr("explode(array_union(array(CAST(NULL AS STRING)), by_currency.currency))"))
                    .withColumn(
                            "own",
                            expr("IF(" + CURRENCY + " IS NULL, whole, sort_array(transform(filter(by_currency, "
                                    + "each -> each.currency = " + CURRENCY + "), each -> each.state)))"));
        } else {
            customers = customers.withColumn(CURRENCY, lit(null).cast("string")).withColumn("own", col("whole"));
        }
        String atBounds = "flatten(transform(%1$s, each -> array_repeat(each, each.next_slot - each.slot)))";
        return customers.select(
                col("customer_id"),
                col(CURRENCY),
                col("first_active_at").as("_first_active_at"),
                col("touches"),
                expr("whole[0].slot").as("whole_from"),
                expr(atBounds.formatted("whole")).as("whole"),
                expr("own[0].slot").as("own_from"),
                (currencies ? expr(atBounds.formatted("own")) : lit(null)).as("own"));
    }

    /** What the models of expected value look at: one row a customer, currency and end of a period. */
    private Dataset<Row> ordersAtEnds(Dataset<Row> customers) {
        String end =
                "named_struct('" + ExpectedValue.END_BOUND + "', %d, '" + ExpectedValue.PERIOD_END + "', DATE'%s')";
        String ends = bounds.ends().entrySet().stream()
                .map(each -> end.formatted(each.getKey(), each.getValue()))
                .collect(Collectors.joining(", ", "inline(array(", "))"));
        String state = at(currencies ? "own" : "whole", ExpectedValue.END_BOUND);
        return customers
                .select(col("*"), expr(ends))
                .select(
                        col(ExpectedValue.END_BOUND),
                        col(ExpectedValue.PERIOD_END),
                        col(CURRENCY),
                        expr(state).as(ExpectedValue.STATE))
                .where(ExpectedValue.STATE + ".order_days > 0")
                .where(currencies ? col(CURRENCY).isNotNull() : lit(true));
    }

    private Dataset<Row> periods(
            Dataset<Row> customers,
            List<Segmentation> segmentations,
            Dataset<Row> versions,
            SegmentsAsOf segmentsAsOf,
            ExpectedValue expected) {
        Dataset<Row> known = segmentations.isEmpty()
                ? customers
                : customers.join(
                        CustomerVersions.byCustomer(versions),
                        col("customer_id").equalTo(col(CustomerVersions.ID)),
                        "left_outer");
        int activeDays = project.active() == null ? 0 : project.active().days();
        String own = currencies ? "own" : "whole";
        Dataset<Row> rows = known.join(
                        broadcast(bounds.periods(spark, activeDays)),
                        col("_end_bound").gt(col("whole_from")),
                        "inner")
                .where(at(own, "_end_bound") + ".known > 0");
        List<Column> columns = new ArrayList<>(List.of(
                col("customer_id"),
                col(PERIOD),
                col(CURRENCY),
                col(END_AT),
                touched().as(TOUCHED)));
        String firstActive = "IF(_first_active_at < _end_at, _first_active_at, NULL)";
        String isNew = "coalesce(_first_active_at >= _start_at AND _first_active_at < _end_at, false)";
        columns.add(expr(activeAtStart()).as("at_start"));
        columns.add(expr(activeAtEnd()).as("at_end"));
        columns.add(expr(isNew).as("is_new"));
        columns.add(expr(firstActive).as("first_active_at"));
        if (histories.orders() == null) {
            DERIVED.stream()
                    .filter(derived -> derived.needs().contains("orders"))
                    .forEach(derived ->
                            columns.add(lit(null).cast(derived.type()).as(derived.name())));
        } else {
            columns.addAll(ofOrders(at(own, "_start_bound"), at(own, "_end_bound")));
            columns.add((expected == null ? lit(null).cast("double") : expected.of(at(own, "_end_bound")))
                    .as(ExpectedValue.NAME));
        }
        if (!segmentations.isEmpty()) {
            String instant =
                    switch (segmentsAsOf) {
                        case FIRST_ACTIVITY -> firstActive;
                        case PERIOD_START -> "IF(" + isNew + ", _first_active_at, _start_at)";
                    };
            columns.add(expr(CustomerVersions.versionAt(instant)).as("_version"));
        }
        rows = rows.select(columns.toArray(Column[]::new));
        for (Segmentation segmentation : segmentations) {
            String column = Segments.column(segmentation);
            rows = rows.withColumn(column, coalesce(expr("_version." + Sql.name(column)), lit(Segments.UNKNOWN)));
        }
        return rows.drop("_version");
    }

    private Column touched() {
        return histories.touches() == null
                ? expr("CAST(array() AS ARRAY<STRING>)")
                : expr("array_distinct(transform(filter(touches, each -> each.slot >= _start_bound AND each.slot < "
                        + "_end_bound), each -> each.touchpoint))");
    }

    /** SQL for what was known at a bound; NULL where nothing was. */
    private static String at(String states, String bound) {
        return "get(%s, %s - %s_from - 1)".formatted(states, bound, states);
    }

    private String activeAtStart() {
        return active("_start_bound", "_previous_bound", "_active_from_at_start");
    }

    private String activeAtEnd() {
        return active("_end_bound", "_start_bound", "_active_from_at_end");
    }

    private String active(String bound, String before, String from) {
        Active active = project.active();
        if (active == null) {
            return "CAST(NULL AS BOOLEAN)";
        }
        String then = at("whole", bound);
        return switch (active.by()) {
            case MEMBERSHIP -> "coalesce(" + then + ".members > 0, false)";
            case ORDERED_IN_PERIOD ->
                "coalesce(" + then + ".orders, 0) > coalesce(" + at("whole", before) + ".orders, 0)";
            case ORDERED_WITHIN -> "coalesce(%s.last_at >= %s, false)".formatted(then, from);
        };
    }

    private List<Column> ofOrders(String start, String end) {
        String orders = "%s.orders - coalesce(%s.orders, 0)".formatted(end, start);
        String first = "IF(%s > 0, IF(%s IS NULL, %s.first, %s.later), NULL)".formatted(orders, start, end, start);
        String next = "IF(%1$s.next_at <= %1$s.first_at + INTERVAL %2$d DAYS, %1$s.next_at, NULL)"
                .formatted(first, nextOrderDays);
        String toDate = "coalesce(%s.%s, CAST(0 AS %s))";
        String value = histories.margins()
                ? "IF(%s.without_margin > 0, NULL, %s)".formatted(end, toDate.formatted(end, "margin", MONEY))
                : toDate.formatted(end, "revenue", MONEY);
        return List.of(
                expr(orders).as("orders"),
                expr(first + ".first_at").as("first_order_at"),
                (wanted.contains("next_order_at") ? expr(next) : lit(null).cast("timestamp")).as("next_order_at"),
                expr("CAST(coalesce(%s.revenue, 0) - coalesce(%s.revenue, 0) AS %s)".formatted(end, start, MONEY))
                        .as("revenue"),
                expr(end + ".orders").as("orders_to_date"),
                expr(toDate.formatted(end, "revenue", MONEY)).as("revenue_to_date"),
                expr(value).as("value_to_date"));
    }
}
