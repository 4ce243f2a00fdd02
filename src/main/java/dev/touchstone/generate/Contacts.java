package dev.touchstone.generate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The legs of calls, chats and threads; a transfer makes a second leg, with another team. */
final class Contacts implements Source {
    private static final String ANSWERED_EARLY = "answered_before_offered";
    private static final String ENDED_EARLY = "ended_before_offered";
    private static final String NEGATIVE = "negative_duration";

    /** Share of answered legs in which one of talk, hold and wrap is missing, for each of them. */
    static final double MISSING_PART = 0.01;

    /** Mean seconds that the second leg waits. */
    static final long NEXT_WAIT = 30;

    /** What an answered leg costs beside its minutes, in tomans. */
    static final int COST = 2_000;

    static final int COST_OF_MINUTE = 3_500;
    static final int COST_UNANSWERED = 500;

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;

    Contacts(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
    }

    @Override
    public String name() {
        return "contacts";
    }

    /** The columns of {@link Arrivals#frame} with leg, talk, hold, wrap and ended. */
    @Override
    public Dataset<Row> frame(SparkSession spark, int tasks) {
        Column row = col("row");
        Column isFirst = col("leg").equalTo(0);
        Column wait = when(col("is_short"), chance.below(4, row, "short").plus(1))
                .when(
                        col("is_abandoned"),
                        chance.exponential(lit(60.0), row, "patience").plus(5));
        Column firstLeg = col("arrival").multiply(2);
        Column firstEnd = col("answered").plus(talk(firstLeg)).plus(hold(firstLeg));
        return new Arrivals(options, span, chance)
                .frame(spark, tasks)
                .where(not(col("is_spam")))
                .select(
                        col("*"),
                        explode(when(col("is_transferred"), array(lit(0), lit(1)))
                                        .otherwise(array(lit(0))))
                                .as("leg"))
                .select(col("*"), firstLeg.plus(col("leg")).as("row"), firstEnd.as("first_end"))
                .select(
                        row,
                        when(isFirst, col("offered"))
                                .otherwise(col("first_end"))
                                .as("at"),
                        col("leg"),
                        col("client"),
                        col("is_known"),
                        col("desk"),
                        col("reason"),
                        col("ticket"),
                        col("is_abandoned"),
                        col("answered").isNotNull().as("is_answered"),
                        when(isFirst, col("converted")).as("converted"),
                        when(isFirst, col("answered"))
                                .otherwise(span.known(col("first_end")
                                        .plus(chance.exponential(lit((double) NEXT_WAIT), row, "next wait"))))
                                .as("answered"),
                        when(isFirst, col("team"))
                                .when(
                                        col("team").isNotNull(),
                                        col("team")
                                                .plus(chance.below(Retailer.TEAMS.size() - 1, row, "next team"))
                                                .plus(1)
                                                .mod(Retailer.TEAMS.size()))
                                .as("team"),
                        wait.as("at_wait"))
                .where(col("at").lt(span.end()))
                .select(
                        col("*"),
                        when(col("answered").isNotNull(), talk(row)).as("talk"),
                        when(col("answered").isNotNull(), hold(row)).as("hold"),
                        when(
                                        col("answered").isNotNull(),
                                        chance.exponential(lit((double) Desk.WRAP), row, "wrap")
                                                .plus(Desk.LEAST_WRAP))
                                .as("wrap"))
                .select(
                        col("*"),
                        span.known(when(
                                                col("answered").isNotNull(),
                                                col("answered")
                                                        .plus(col("talk"))
                                                        .plus(col("hold")))
                                        .when(col("is_abandoned"), col("at").plus(col("at_wait"))))
                                .as("ended"));
    }

    private Column talk(Column row) {
        return chance.exponential(Arrivals.of(desk -> desk.talk() - Desk.LEAST_TALK), row, "talk")
                .plus(Desk.LEAST_TALK);
    }

    private Column hold(Column row) {
        return when(chance.happens(Desk.HELD, row, "held"), chance.exponential(lit((double) Desk.HOLD), row, "hold"))
                .otherwise(0L);
    }

    @Override
    public List<Share> faults() {
        return List.of(
                Faults.TWICE,
                Faults.NO_DATE,
                new Share(ANSWERED_EARLY, 0.0010),
                new Share(ENDED_EARLY, 0.0010),
                new Share(NEGATIVE, 0.0010));
    }

    @Override
    public List<Column> columns(Faults faults) {
        Column row = col("row");
        Column early = col("at").minus(60);
        return List.of(
                row.as("contact_no"),
                col("ticket").as("ticket_no"),
                when(col("is_known"), col("client")).as("client"),
                get(lit(Columns.desks()), col("desk")).as("touch_point"),
                col("reason"),
                get(lit(Columns.teams()), col("team")).as("team"),
                faults.clock().as("offered"),
                span.shownSeconds(when(faults.is(ANSWERED_EARLY), early).otherwise(col("answered")))
                        .as("answered"),
                span.shownSeconds(when(faults.is(ENDED_EARLY), early).otherwise(col("ended")))
                        .as("ended"),
                when(faults.is(NEGATIVE), -7L)
                        .otherwise(when(not(missing("talk")), col("talk")))
                        .as("talk"),
                when(not(missing("hold")), col("hold")).as("hold"),
                when(not(missing("wrap")), col("wrap")).as("wrap"),
                col("is_abandoned").as("abandoned"),
                when(col("leg").equalTo(1), row.minus(1)).as("from_contact"),
                col("converted"),
                cost().as("cost"),
                faults.loaded(col("answered"), col("ended")).as("loaded_at"));
    }

    private Column missing(String part) {
        return chance.happens(MISSING_PART, col("row"), "missing " + part);
    }

    /** In tomans: a fixed part and the minutes of handling. */
    private static Column cost() {
        Column handled = col("talk").plus(col("hold")).plus(col("wrap"));
        return when(
                        col("answered").isNotNull(),
                        round(handled.multiply(COST_OF_MINUTE / 60.0))
                                .cast("bigint")
                                .plus(COST))
                .otherwise(COST_UNANSWERED);
    }
}
