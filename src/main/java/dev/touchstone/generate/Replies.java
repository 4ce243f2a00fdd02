package dev.touchstone.generate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The messages of customers about their tickets, each with the first answer to it. */
final class Replies implements Source {
    private static final String ANSWERED_EARLY = "answered_before_asked";
    private static final String NO_TICKET = "no_ticket_id";

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;

    Replies(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
    }

    @Override
    public String name() {
        return "replies";
    }

    @Override
    public Dataset<Row> frame(SparkSession spark, int tasks) {
        Column[] asked = IntStream.range(0, Tickets.MOST_MESSAGES)
                .mapToObj(Tickets::asked)
                .toArray(Column[]::new);
        Column[] answered = IntStream.range(0, Tickets.MOST_MESSAGES)
                .mapToObj(Tickets::answered)
                .toArray(Column[]::new);
        return new Tickets(options, span, chance)
                .frame(spark, tasks)
                .where(col("messages").gt(0))
                .select(
                        col("*"),
                        explode(sequence(lit(0), col("messages").minus(1))).as("message"))
                .select(
                        col("row")
                                .multiply(Tickets.MOST_MESSAGES)
                                .plus(col("message"))
                                .as("row"),
                        get(array(asked), col("message")).as("at"),
                        col("row").as("ticket"),
                        col("client"),
                        col("desk"),
                        span.known(get(array(answered), col("message"))).as("answered"))
                .where(col("at").lt(span.end()));
    }

    @Override
    public List<Share> faults() {
        return List.of(Faults.TWICE, Faults.NO_DATE, new Share(ANSWERED_EARLY, 0.0015), new Share(NO_TICKET, 0.0010));
    }

    @Override
    public List<Column> columns(Faults faults) {
        return List.of(
                when(faults.is(NO_TICKET).equalTo(false), col("ticket")).as("ticket_no"),
                col("client"),
                get(lit(Columns.desks()), col("desk")).as("touch_point"),
                faults.clock().as("asked"),
                span.shownSeconds(when(faults.is(ANSWERED_EARLY), col("at").minus(600))
                                .otherwise(col("answered")))
                        .as("answered"),
                faults.loaded(col("answered")).as("loaded_at"));
    }
}
