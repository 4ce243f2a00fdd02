package dev.touchstone.generate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The filled-in questionnaires, one row each: what responses and invitations have in common.
 *
 * <p>Of every 200 questionnaires one is a SERVQUAL survey, 28 are relationship surveys that rate the company and three
 * touchpoints, and 171 are journey surveys that rate the touchpoint just met by one to three instruments. Their numbers
 * rise with time, save for SERVQUAL, which is asked in two waves a span.
 */
final class Questionnaires {
    static final int JOURNEY = 0;
    static final int RELATIONSHIP = 1;
    static final int SERVQUAL = 2;

    /** Shares of journey questionnaires that ask the second instrument, and NPS as the third. */
    static final double SECOND = 0.7;

    static final double THIRD = 0.3;

    /** Share of SERVQUAL halves (perception or expectation of an item) that stay empty. */
    static final double MISSING_HALF = 0.04;

    private static final int CYCLE = 200;
    private static final int RELATIONSHIP_IN_CYCLE = 28;
    private static final double ROWS_IN_CYCLE = (CYCLE - 1 - RELATIONSHIP_IN_CYCLE) * (1 + SECOND + THIRD)
            + RELATIONSHIP_IN_CYCLE * (1 + Retailer.DRIVERS.size())
            + 2 * Retailer.SERVQUAL_ITEMS * (1 - MISSING_HALF);

    /** Share of phone touchpoints' journey questionnaires that the call center keeps in its own system. */
    private static final double CALL_CENTER = 0.85;

    private static final double ANONYMOUS = 0.04;
    private static final double PERSIAN = 0.75;
    private static final int TOUCHPOINT_SLOTS = 1000;

    /** A task makes about this many questionnaires, so that large data come in many files. */
    private static final long QUESTIONNAIRES_PER_TASK = 400_000;

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;

    Questionnaires(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
    }

    /** How many questionnaires give about the wanted number of answer rows. */
    long count() {
        return Math.max(CYCLE, Math.round(options.responses() * CYCLE / ROWS_IN_CYCLE));
    }

    /** How many tasks make them. */
    int tasks(SparkSession spark) {
        return (int) Math.max(spark.sparkContext().defaultParallelism(), count() / QUESTIONNAIRES_PER_TASK);
    }

    /**
     * Columns: questionnaire (number from 0), kind, touchpoint (number; of a journey questionnaire, else the company),
     * answered (epoch seconds), client (NULL: anonymous), in_call_center, persian.
     */
    Dataset<Row> frame(SparkSession spark, int tasks) {
        Column number = col("questionnaire");
        Column inCycle = number.mod(CYCLE);
        Column kind = when(inCycle.equalTo(0), SERVQUAL)
                .when(inCycle.leq(RELATIONSHIP_IN_CYCLE), RELATIONSHIP)
                .otherwise(JOURNEY);
        Column wave = chance.below(2, number, "wave").multiply(0.5);
        Column share = when(
                        col("kind").equalTo(SERVQUAL),
                        wave.plus(0.20).plus(chance.uniform(number, "answered").multiply(0.08)))
                .otherwise(number.plus(chance.uniform(number, "answered")).divide((double) count()));
        Column isJourney = col("kind").equalTo(JOURNEY);
        return spark.range(0, count(), 1, tasks)
                .toDF("questionnaire")
                .select(number, kind.as("kind"))
                .select(
                        number,
                        col("kind"),
                        when(isJourney, touchpoint(number))
                                .otherwise(Retailer.number(Retailer.COMPANY))
                                .as("touchpoint"),
                        span.at(share).as("answered"),
                        new CustomerHistory(options, span, chance)
                                .someone(number, "client", ANONYMOUS)
                                .as("client"),
                        chance.uniform(number, "language").lt(PERSIAN).as("persian"))
                .select(
                        col("*"),
                        isJourney
                                .and(get(lit(phones()), col("touchpoint")))
                                .and(chance.uniform(number, "call center").lt(CALL_CENTER))
                                .as("in_call_center"));
    }

    private Column touchpoint(Column number) {
        double small = Math.min(0.001, Retailer.SMALL_QUESTIONNAIRES / (double) count());
        Column rare = chance.uniform(number, "rare touchpoint");
        Column choice = when(rare.lt(small), Retailer.number(Retailer.SMALL.get(0)));
        for (int position = 1; position < Retailer.SMALL.size(); position++) {
            choice = choice.when(rare.lt(small * (position + 1)), Retailer.number(Retailer.SMALL.get(position)));
        }
        return choice.otherwise(get(lit(touchpointSlots()), chance.below(TOUCHPOINT_SLOTS, number, "touchpoint")));
    }

    private static int[] touchpointSlots() {
        return IntStream.range(0, Retailer.TOUCHPOINTS.size())
                .flatMap(number -> IntStream.generate(() -> number)
                        .limit(Retailer.TOUCHPOINTS.get(number).share()))
                .toArray();
    }

    private static boolean[] phones() {
        boolean[] phones = new boolean[Retailer.TOUCHPOINTS.size()];
        for (int number = 0; number < phones.length; number++) {
            phones[number] = "phone".equals(Retailer.TOUCHPOINTS.get(number).channel());
        }
        return phones;
    }
}
