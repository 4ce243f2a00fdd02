package dev.touchstone.generate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Tickets with their whole life: a first one for an arrival, a second one where the customer came back and it was not
 * booked on the first, spam among the mails, and doubles that were merged.
 */
final class Tickets implements Source {
    static final String SOLVED_EARLY = "resolved_before_created";
    static final String REPLIED_EARLY = "replied_before_created";
    static final String SELF_MERGED = "merged_into_itself";

    /** Share of first tickets that come twice and are merged. */
    static final double DOUBLE = 0.03;

    /** Share of reopened tickets that are reopened twice. */
    private static final double TWICE_REOPENED = 0.2;

    /** Share of reopened tickets that stay open. */
    private static final double STUCK = 0.1;

    /** Seconds that a solution lasts at least after the first reply. */
    static final long LEAST_SOLUTION = 600;

    private static final double REOPENED_AFTER = 1.5 * Span.DAY;

    /** Messages of the customer: at most so many, and the shares of one, two and three. */
    static final int MOST_MESSAGES = 3;

    static final double ONE_MESSAGE = 0.6;
    static final double TWO_MESSAGES = 0.25;

    /** Share of tickets at weak desks that take a message more. */
    static final double ONE_MORE = 0.3;

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;

    Tickets(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
    }

    @Override
    public String name() {
        return "tickets";
    }

    /**
     * Columns: row (number of the ticket), at, client, desk, reason, team, is_spam, merged_into, replied, first_solved,
     * solved, reopens, messages (of the customer), replies, transfers; instants in epoch seconds.
     */
    @Override
    public Dataset<Row> frame(SparkSession spark, int tasks) {
        Column row = col("row");
        Column isDouble = col("part").equalTo(2);
        Column isTrue = not(isDouble).and(not(col("is_spam")));
        Column doubles =
                col("attempt").equalTo(0).and(col("has_ticket")).and(chance.happens(DOUBLE, col("turn"), "double"));
        Column delay = chance.uniform(col("turn"), "doubled")
                .multiply(110 * 60)
                .plus(600)
                .cast("bigint");
        Column isSolved = not(chance.happens(Arrivals.of(Desk::unsolved), row, "unsolved"));
        Column firstSolved = col("replied")
                .plus(LEAST_SOLUTION)
                .plus(chance.exponential(Arrivals.of(desk -> desk.solution()), row, "solution"));
        Column reopened = when(
                chance.happens(Arrivals.of(Desk::reopen), row, "reopened"),
                span.known(col("first_solved").plus(60).plus(chance.exponential(lit(REOPENED_AFTER), row, "reopen"))));
        Column again = when(
                not(chance.happens(STUCK, row, "stuck")),
                col("reopened")
                        .plus(LEAST_SOLUTION)
                        .plus(chance.exponential(Arrivals.of(desk -> desk.solution()), row, "second solution")));
        Column luck = chance.uniform(row, "messages");
        Column messages = when(luck.lt(ONE_MESSAGE), 1)
                .when(luck.lt(ONE_MESSAGE + TWO_MESSAGES), 2)
                .otherwise(MOST_MESSAGES);
        Column isWeak = Arrivals.of(Desk::quality).lt(Desk.COMMON_QUALITY);
        Column answeredMessages = IntStream.range(0, MOST_MESSAGES)
                .mapToObj(message -> when(
                                coalesce(
                                        col("messages")
                                                .gt(message)
                                                .and(answered(message).lt(span.end())),
                                        lit(false)),
                                1)
                        .otherwise(0))
                .reduce(Column::plus)
                .orElseThrow();
        return new Arrivals(options, span, chance)
                .frame(spark, tasks)
                .where(col("has_ticket").or(col("is_spam")))
                .select(
                        col("*"),
                        explode(when(doubles, array(lit(0), lit(2))).otherwise(array(lit(0))))
                                .as("part"))
                .select(
                        col("turn")
                                .multiply(Arrivals.MOST_ROWS)
                                .plus(col("attempt"))
                                .plus(col("part"))
                                .as("row"),
                        when(isDouble, col("offered").plus(delay))
                                .otherwise(col("offered"))
                                .as("at"),
                        when(not(col("is_spam")), col("client")).as("client"),
                        col("desk"),
                        when(not(col("is_spam")), col("reason")).as("reason"),
                        col("team"),
                        col("is_spam"),
                        when(isDouble, col("turn").multiply(Arrivals.MOST_ROWS)).as("merged_into"),
                        when(isTrue, col("answered")).as("replied"),
                        when(isTrue.and(col("is_transferred")), 1).otherwise(0).as("transfers"),
                        isTrue.as("is_true"))
                .where(col("at").lt(span.end()))
                .select(
                        col("*"),
                        when(col("is_true").and(isSolved), span.known(firstSolved))
                                .as("first_solved"),
                        when(
                                        col("is_true"),
                                        when(isWeak.and(chance.happens(ONE_MORE, row, "one more")), 1)
                                                .otherwise(0)
                                                .plus(messages))
                                .otherwise(0)
                                .as("wanted"))
                .select(
                        col("*"),
                        reopened.as("reopened"),
                        // Further messages come between the reply and the solution.
                        when(
                                        col("first_solved").isNull(),
                                        when(col("is_true"), 1).otherwise(0))
                                .when(col("wanted").gt(MOST_MESSAGES), MOST_MESSAGES)
                                .otherwise(col("wanted"))
                                .as("messages"))
                .select(
                        col("*"),
                        when(col("reopened").isNull(), col("first_solved"))
                                .otherwise(span.known(again))
                                .as("solved"),
                        when(
                                        col("reopened").isNotNull(),
                                        when(chance.happens(TWICE_REOPENED, row, "twice"), 2)
                                                .otherwise(1))
                                .otherwise(0)
                                .as("reopens"),
                        answeredMessages.as("replies"));
    }

    /** When the customer wrote a message; the first one is the ticket itself, the others divide the time evenly. */
    static Column asked(int message) {
        return message == 0
                ? col("at")
                : col("replied").plus(gap().multiply(message).cast("bigint"));
    }

    /** When it was answered; half a gap later. */
    static Column answered(int message) {
        return message == 0
                ? col("replied")
                : col("replied").plus(gap().multiply(message + 0.5).cast("bigint"));
    }

    private static Column gap() {
        return col("first_solved")
                .minus(col("replied"))
                .divide(col("messages").plus(1).cast("double"));
    }

    @Override
    public List<Share> faults() {
        return List.of(
                Faults.TWICE,
                Faults.CORRECTED,
                Faults.NO_DATE,
                new Share(SOLVED_EARLY, 0.0010),
                new Share(REPLIED_EARLY, 0.0010),
                new Share(SELF_MERGED, 0.0010));
    }

    @Override
    public List<Column> columns(Faults faults) {
        Column early = col("at").minus(3600);
        List<Column> columns = new ArrayList<>();
        columns.add(col("row").as("ticket_no"));
        columns.add(col("client"));
        columns.add(get(lit(Columns.desks()), col("desk")).as("touch_point"));
        columns.add(col("reason"));
        columns.add(get(lit(Columns.teams()), col("team")).as("team"));
        columns.add(faults.clock().as("created"));
        // The earlier one of a corrected pair was exported when the ticket was new.
        columns.add(span.shownSeconds(when(
                        not(faults.isEarlier()),
                        when(faults.is(REPLIED_EARLY), early).otherwise(col("replied"))))
                .as("first_reply"));
        columns.add(span.shownSeconds(when(
                        not(faults.isEarlier()),
                        when(faults.is(SOLVED_EARLY), early).otherwise(col("first_solved"))))
                .as("first_solved"));
        columns.add(span.shownSeconds(when(
                        not(faults.isEarlier()),
                        when(faults.is(SOLVED_EARLY), early).otherwise(col("solved"))))
                .as("solved"));
        columns.add(when(faults.isEarlier(), 0).otherwise(col("reopens")).as("reopens"));
        columns.add(when(faults.isEarlier(), 0).otherwise(col("replies")).as("replies"));
        columns.add(col("transfers"));
        columns.add(when(faults.is(SELF_MERGED), col("row"))
                .otherwise(col("merged_into"))
                .as("merged_into"));
        columns.add(col("is_spam").as("spam"));
        columns.add(faults.loaded(col("replied"), col("first_solved"), col("solved"))
                .as("loaded_at"));
        return columns;
    }
}
