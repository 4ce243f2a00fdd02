package dev.touchstone.generate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The surveys sent: for each questionnaire that was not taken on the telephone the invitation that led to it, at times
 * an earlier one that it reminded of, and by chance as many unanswered ones as the touchpoint's response rate wants.
 *
 * <p>Unanswered invitations spread over the span like questionnaires; answered ones precede their answer by an hour to
 * five days and may so precede the span.
 */
final class Invitations {
    /** Share of answered invitations that had to be sent twice. */
    private static final double REMINDED = 0.08;

    private static final long MOST_PER_QUESTIONNAIRE = 8;
    private static final double LONGEST_DELAY = 5.0 * Span.DAY;

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;

    Invitations(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
    }

    /** Columns: mail_no, touch_point, question, sent, client, survey_id as exported; order, is_reminded for planning. */
    Dataset<Row> frame(SparkSession spark, int tasks) {
        Questionnaires questionnaires = new Questionnaires(options, span, chance);
        Column number = col("questionnaire");
        Column reminded = chance.uniform(number, "reminded").lt(REMINDED);
        Column unanswered = get(lit(unansweredForOne()), col("touchpoint"))
                .plus(chance.uniform(number, "unanswered"))
                .cast("int");
        Column order = number.multiply(MOST_PER_QUESTIONNAIRE).plus(col("invitation"));
        Column isAnswered = col("invitation").leq(col("reminders"));
        Column delay = chance.uniform(
                when(col("is_answered"), number.multiply(MOST_PER_QUESTIONNAIRE))
                        .otherwise(col("order")),
                "delay");
        // The reminder (0) is the one that was answered; the first mail (1) went out three days earlier.
        Column before = delay.multiply(delay)
                .multiply(LONGEST_DELAY - 3600)
                .plus(3600)
                .plus(when(col("is_answered"), col("invitation").multiply(3 * Span.DAY))
                        .otherwise(0));
        Column elsewhen =
                span.at(number.plus(chance.uniform(col("order"), "sent")).divide((double) questionnaires.count()));
        CustomerHistory history = new CustomerHistory(options, span, chance);
        return questionnaires
                .frame(spark, tasks)
                .where(not(col("in_call_center")))
                .select(
                        number,
                        col("kind"),
                        col("touchpoint"),
                        col("answered"),
                        col("client"),
                        when(reminded, 1).otherwise(0).as("reminders"),
                        unanswered.as("unanswered"))
                .select(
                        col("*"),
                        explode(sequence(lit(0), col("reminders").plus(col("unanswered"))))
                                .as("invitation"))
                .select(col("*"), order.as("order"), isAnswered.as("is_answered"))
                .select(
                        col("order"),
                        col("order").plus(1).as("mail_no"),
                        get(lit(names()), col("touchpoint")).as("touch_point"),
                        when(col("kind").equalTo(Questionnaires.SERVQUAL), "servqual_7")
                                .otherwise(get(lit(firstQuestions()), col("touchpoint")))
                                .as("question"),
                        span.shown(when(
                                                col("is_answered")
                                                        .or(col("kind").equalTo(Questionnaires.SERVQUAL)),
                                                Span.minutes(col("answered").minus(before)))
                                        .otherwise(elsewhen))
                                .as("sent"),
                        when(col("is_answered"), col("client"))
                                .otherwise(history.someone(col("order"), "invited", 0))
                                .as("client"),
                        when(col("is_answered"), number).as("survey_id"),
                        col("is_answered").and(col("invitation").equalTo(1)).as("is_reminded"));
    }

    private static double[] unansweredForOne() {
        return Retailer.TOUCHPOINTS.stream()
                .mapToDouble(touchpoint -> 1 / touchpoint.responseRate() - 1 - REMINDED)
                .toArray();
    }

    private static String[] names() {
        return strings(
                Retailer.TOUCHPOINTS.stream().map(Retailer.Touchpoint::name).toList());
    }

    private static String[] firstQuestions() {
        return strings(
                Retailer.TOUCHPOINTS.stream().map(Retailer.Touchpoint::first).toList());
    }

    private static String[] strings(List<String> texts) {
        return texts.toArray(String[]::new);
    }
}
