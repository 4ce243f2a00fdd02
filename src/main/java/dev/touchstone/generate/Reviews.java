package dev.touchstone.generate;

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

/** Quality reviews of answered contacts: four categories each, of which the last is critical. */
final class Reviews implements Source {
    private static final String OUTSIDE = "score_outside_scale";
    private static final String NO_SCALE = "minimum_not_below_maximum";

    static final double REVIEWED = 0.09;

    static final List<String> CATEGORIES = List.of("greeting", "diagnosis", "solution", "compliance");

    /** The critical category has none: 1. */
    static final int[] WEIGHTS = {1, 2, 3};

    private static final int CRITICAL = 3;
    private static final int HIGHEST = 5;

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;

    Reviews(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
    }

    /** Expected score of a review in [0, 1] where each point of the scale is given with the probability of quality. */
    static double expected(double quality, double breach) {
        int weights = IntStream.of(WEIGHTS).sum();
        return (1 - breach) * (weights * quality + 1) / (weights + 1);
    }

    @Override
    public String name() {
        return "reviews";
    }

    @Override
    public Dataset<Row> frame(SparkSession spark, int tasks) {
        Column row = col("row");
        Column contact = col("contact");
        Column later =
                chance.uniform(contact, "reviewed at").multiply(4.0 * Span.DAY).plus(Span.DAY);
        Column quality = when(
                        col("desk").equalTo(Desk.number(Retailer.MIXED)),
                        when(col("team").equalTo(Arrivals.lowTeam()), Desk.WEAK_QUALITY)
                                .otherwise(Desk.COMMON_QUALITY))
                .otherwise(Arrivals.of(Desk::quality));
        Column points = IntStream.range(1, HIGHEST)
                .mapToObj(point -> when(chance.happens(col("quality"), row, "point " + point), 1)
                        .otherwise(0))
                .reduce(Column::plus)
                .orElseThrow();
        Column passes = when(chance.happens(Arrivals.of(Desk::breach), contact, "breach"), 0)
                .otherwise(1);
        return new Contacts(options, span, chance)
                .frame(spark, tasks)
                .where(col("ended")
                        .isNotNull()
                        .and(col("answered").isNotNull())
                        .and(col("leg").equalTo(0))
                        .and(chance.happens(REVIEWED, row, "reviewed")))
                .select(
                        row.as("contact"),
                        col("ticket"),
                        col("desk"),
                        col("team"),
                        col("ended").plus(later.cast("bigint")).as("at"),
                        explode(sequence(lit(0), lit(CRITICAL))).as("category"))
                .where(col("at").lt(span.end()))
                .select(
                        col("*"),
                        contact.multiply(CATEGORIES.size())
                                .plus(col("category"))
                                .as("row"),
                        quality.as("quality"))
                .select(
                        col("*"),
                        when(col("category").equalTo(CRITICAL), passes)
                                .otherwise(points.plus(1))
                                .as("score"));
    }

    @Override
    public List<Share> faults() {
        return List.of(Faults.TWICE, Faults.NO_DATE, new Share(OUTSIDE, 0.0015), new Share(NO_SCALE, 0.0010));
    }

    @Override
    public List<Column> columns(Faults faults) {
        Column isCritical = col("category").equalTo(CRITICAL);
        Column highest = when(isCritical, 1).otherwise(HIGHEST);
        return List.of(
                col("contact").as("review_no"),
                get(lit(CATEGORIES.toArray(String[]::new)), col("category")).as("category"),
                when(faults.is(OUTSIDE), HIGHEST + 1).otherwise(col("score")).as("score"),
                when(faults.is(NO_SCALE), highest)
                        .when(isCritical, 0)
                        .otherwise(1)
                        .as("lowest"),
                highest.as("highest"),
                get(lit(WEIGHTS), col("category")).as("weight"),
                isCritical.as("critical"),
                faults.clock().as("reviewed"),
                get(lit(Columns.desks()), col("desk")).as("touch_point"),
                get(lit(Columns.teams()), col("team")).as("team"),
                col("ticket").as("ticket_no"),
                col("contact").as("contact_no"),
                faults.loaded().as("loaded_at"));
    }
}
