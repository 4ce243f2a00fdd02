package dev.touchstone.generate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The times that customers asked people for help: what contacts, tickets, replies and reviews have in common.
 *
 * <p>Customers get their turns one after the other, so that nobody comes twice within a week for one reason unless the
 * first time did not help ({@link Desk#recontact}): rates of further contacts are exactly those planted, as long as the
 * span gives a customer at most one turn in two weeks. On a turn unhappy customers always ask, others often do not.
 */
final class Arrivals {
    /** Share of arrivals of which nobody knows who it was, where no ticket was opened. */
    static final double UNKNOWN_CLIENT = 0.05;

    static final double SPAM = 0.05;

    /** Share of further contacts that open a ticket of their own. */
    static final double NEW_TICKET = 0.5;

    /** Share of mails and forms that are never answered. */
    static final double UNANSWERED = 0.015;

    /** Probability that a call to order ends in an order, before unhappy customers are thinned out. */
    static final double ORDERS = 0.6;

    private static final double NO_REASON = 0.03;

    /** Numbers that a turn has for its contacts, and for its tickets. */
    static final int MOST_ROWS = 4;

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;
    private final CustomerHistory history;

    Arrivals(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
        this.history = new CustomerHistory(options, span, chance);
    }

    /** Columns: turn (number from 0), client (whose turn it is), share (when, as a share of the span). */
    Dataset<Row> turns(SparkSession spark, int tasks) {
        long turns = new Sizes(options).turns();
        Column turn = col("turn");
        return spark.range(0, turns, 1, tasks)
                .toDF("turn")
                .select(
                        turn,
                        history.inTurn(turn).as("client"),
                        turn.plus(chance.uniform(turn, "turn"))
                                .divide((double) turns)
                                .as("share"));
    }

    /** The first arrivals of turns: the columns of {@link #turns} with offered (epoch seconds), desk, is_spam. */
    Dataset<Row> first(SparkSession spark, int tasks) {
        Column turn = col("turn");
        Column asks =
                chance.happens(when(history.isUnhappy(col("client")), 1.0).otherwise(Sizes.HAPPY_ASKS), turn, "asks");
        return turns(spark, tasks)
                .where(asks)
                .select(
                        col("*"),
                        span.second(col("share")).as("offered"),
                        desk(turn).as("desk"))
                .select(
                        col("*"),
                        is(Desk.EMAIL).and(chance.happens(SPAM, turn, "spam")).as("is_spam"));
    }

    /**
     * Columns: turn, attempt (0, or 1 where the customer came back), arrival (number of both), client, is_known, desk,
     * reason, is_spam, offered, is_short, is_abandoned, answered, has_ticket, ticket (the one it belongs to, or NULL),
     * team, is_transferred, converted; instants in epoch seconds, after the span NULL.
     */
    Dataset<Row> frame(SparkSession spark, int tasks) {
        Column turn = col("turn");
        Column arrival = col("arrival");
        Column firstId = turn.multiply(2);
        Column region = history.regionAt(CustomerHistory.customer(col("client")), col("offered"));
        Column recontact = when(
                        is(Retailer.MIXED),
                        when(col("team").equalTo(lowTeam()), Desk.WEAK_RECONTACT)
                                .otherwise(Desk.COMMON_RECONTACT))
                .when(
                        is(Retailer.WEAK_IN_REGION),
                        when(region.equalTo(Retailer.REGIONS.indexOf(Retailer.WEAK_REGION)), Desk.WEAK_RECONTACT)
                                .otherwise(Desk.COMMON_RECONTACT))
                .otherwise(of(Desk::recontact));
        Column opensTicket =
                not(hangsUp(firstId)).and(not(col("is_spam"))).and(chance.happens(of(Desk::ticket), firstId, "ticket"));
        // Six hours to six and a half days later.
        Column back = col("offered")
                .plus(chance.uniform(turn, "comes back")
                        .multiply(6.25 * Span.DAY)
                        .cast("bigint"))
                .plus(Span.DAY / 4);
        Column isFirst = col("attempt").equalTo(0);
        Column hasAnswer =
                not(col("is_abandoned")).and(of(Desk::live, 1).or(not(chance.happens(UNANSWERED, arrival, "ignored"))));
        Column wait = chance.exponential(of(Desk::queue), arrival, "wait");
        Column answered = span.known(col("offered").plus(wait));
        Column reason = get(
                lit(reasons()),
                col("desk").multiply(Desk.MOST_REASONS).plus(chance.below(Desk.MOST_REASONS, turn, "reason")));
        Column isNew = chance.happens(NEW_TICKET, arrival, "new ticket");
        Column hasTicket = when(isFirst, col("opens_ticket"))
                .otherwise(not(col("is_abandoned")).and(isNew));
        return first(spark, tasks)
                .select(col("*"), team(firstId).as("team"), opensTicket.as("opens_ticket"))
                .select(
                        col("*"),
                        col("opens_ticket")
                                .and(chance.happens(recontact, turn, "recontact"))
                                .as("comes_back"))
                .select(
                        col("*"),
                        explode(when(col("comes_back"), array(lit(0), lit(1))).otherwise(array(lit(0))))
                                .as("attempt"))
                .select(
                        turn,
                        col("attempt"),
                        firstId.plus(col("attempt")).as("arrival"),
                        col("client"),
                        col("desk"),
                        col("is_spam"),
                        col("opens_ticket"),
                        when(isFirst, col("offered")).otherwise(back).as("offered"),
                        when(not(chance.happens(NO_REASON, turn, "no reason")), reason)
                                .as("reason"))
                .where(col("offered").lt(span.end()))
                .select(
                        col("*"),
                        not(col("is_spam")).and(isShort(arrival)).as("is_short"),
                        not(col("is_spam")).and(hangsUp(arrival)).as("is_abandoned"),
                        team(arrival).as("team"))
                .select(
                        col("*"),
                        hasTicket.as("has_ticket"),
                        when(hasAnswer.and(not(col("is_spam"))), answered).as("answered"))
                .select(
                        col("*"),
                        when(
                                        col("has_ticket").and(not(isFirst)),
                                        turn.multiply(MOST_ROWS).plus(1))
                                .when(col("opens_ticket").and(not(col("is_abandoned"))), turn.multiply(MOST_ROWS))
                                .as("ticket"),
                        col("opens_ticket")
                                .or(not(chance.happens(UNKNOWN_CLIENT, arrival, "unknown client")))
                                .as("is_known"),
                        col("answered")
                                .isNotNull()
                                .and(chance.happens(of(Desk::transfer), arrival, "transfer"))
                                .as("is_transferred"),
                        when(
                                        is(Desk.PHONE_ORDER),
                                        col("answered")
                                                .isNotNull()
                                                .and(chance.happens(
                                                        when(
                                                                        history.isUnhappy(col("client")),
                                                                        ORDERS * CustomerHistory.UNHAPPY_ORDERS)
                                                                .otherwise(ORDERS),
                                                        arrival,
                                                        "orders")))
                                .as("converted"));
    }

    /** The desk that an arrival comes to. */
    private Column desk(Column turn) {
        Column luck = chance.uniform(turn, "desk").multiply(1000);
        int reached = Desk.ALL.get(0).share();
        Column desk = when(luck.lt(reached), 0);
        for (int number = 1; number < Desk.ALL.size(); number++) {
            reached += Desk.ALL.get(number).share();
            desk = desk.when(luck.lt(reached), number);
        }
        return desk;
    }

    private static Column is(String touchpoint) {
        return col("desk").equalTo(Desk.number(touchpoint));
    }

    /** What is true of the row's desk. */
    static Column of(ToDoubleFunction<Desk> value) {
        return get(lit(Desk.all(value)), col("desk"));
    }

    private static Column of(java.util.function.Predicate<Desk> flag, int value) {
        return of(desk -> flag.test(desk) ? 1 : 0).equalTo(value);
    }

    /** Whether an arrival hangs up, however soon. */
    private Column hangsUp(Column arrival) {
        return of(Desk::live, 1).and(chance.uniform(arrival, "fate").lt(of(Desk::hangsUp)));
    }

    private Column isShort(Column arrival) {
        return of(Desk::live, 1).and(chance.uniform(arrival, "fate").lt(Desk.SHORT));
    }

    /** Number of the team that an arrival comes to, NULL where the desk has none; the mix changes on the break day. */
    Column team(Column arrival) {
        Column luck = chance.uniform(arrival, "desk team");
        Column lowShare = when(col("offered").geq(span.breakInstant()), Retailer.LOW_TEAM_SHARE_AFTER)
                .otherwise(Retailer.LOW_TEAM_SHARE_BEFORE);
        Column mixed = when(luck.lt(lowShare), lowTeam())
                .otherwise(chance.below(Retailer.TEAMS.size() - 1, arrival, "other desk team"));
        return when(is(Retailer.MIXED), mixed)
                .when(of(Desk::live, 1), luck.multiply(Retailer.TEAMS.size()).cast("int"));
    }

    static int lowTeam() {
        return Retailer.TEAMS.indexOf(Retailer.LOW_TEAM);
    }

    /** So many places for each desk, filled by its reasons in turn. */
    private static String[] reasons() {
        return Desk.REASONS.stream()
                .flatMap(each -> IntStream.range(0, Desk.MOST_REASONS).mapToObj(place -> each.get(place % each.size())))
                .toArray(String[]::new);
    }
}
