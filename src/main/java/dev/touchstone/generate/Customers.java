package dev.touchstone.generate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.translate;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The history of customers: one to three versions each, the last one open.
 *
 * <p>One customer in a hundred is missing, one in ten joins within the span, one in fifty has a gap before the second
 * version: their answers have no segment there. Unless the data are clean, five in a thousand of those with a second
 * version have one that overlaps the first.
 */
final class Customers {
    private static final double MISSING = 0.01;
    private static final double WITH_GAP = 0.02;
    private static final double WITH_OVERLAP = 0.005;
    private static final double ARABIC_LETTERS = 0.2;

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;
    private final CustomerHistory history;

    Customers(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
        this.history = new CustomerHistory(options, span, chance);
    }

    /** Columns: client, valid_from, valid_to, tier, region as exported; customer, version and overlaps for planning. */
    Dataset<Row> frame(SparkSession spark, int tasks) {
        Column customer = col("customer");
        Column version = col("version");
        Column start = get(col("starts"), version);
        Column next = get(col("starts"), version.plus(1));
        Column fault = col("fault");
        Column hasNext = version.plus(1).lt(col("versions"));
        Column isFirst = version.equalTo(0).and(hasNext);
        Column hasGap = isFirst.and(fault.lt(WITH_GAP));
        Column end = when(
                        hasGap,
                        // Half-way between the versions: a gap that is never empty.
                        Span.minutes(start.plus(next).divide(2)))
                .when(col("overlaps").and(isFirst), next.plus(5 * Span.DAY))
                .when(hasNext, next);
        Column overlaps = lit(!options.clean())
                .and(col("versions").geq(2))
                .and(fault.geq(WITH_GAP))
                .and(fault.lt(WITH_GAP + WITH_OVERLAP));
        Column region = get(lit(Retailer.REGIONS.toArray(String[]::new)), history.region(customer, version));
        Column writesArabic =
                chance.uniform(customer.multiply(4).plus(version), "letters").lt(ARABIC_LETTERS);
        return spark.range(0, history.count(), 1, tasks)
                .toDF("customer")
                .where(chance.uniform(customer, "missing").geq(MISSING))
                .select(
                        customer,
                        history.versions(customer).as("versions"),
                        chance.uniform(customer, "history fault").as("fault"),
                        history.starts(customer).as("starts"),
                        history.tiers(customer).as("tiers"))
                .select(col("*"), overlaps.as("overlaps"))
                .select(
                        col("*"),
                        explode(sequence(lit(0), col("versions").minus(1))).as("version"))
                .select(
                        CustomerHistory.client(customer).as("client"),
                        span.shown(start).as("valid_from"),
                        span.shown(end).as("valid_to"),
                        get(lit(Retailer.TIERS.toArray(String[]::new)), get(col("tiers"), version))
                                .as("tier"),
                        when(writesArabic, translate(region, "یک", "يك"))
                                .otherwise(region)
                                .as("region"),
                        customer,
                        version,
                        col("overlaps"));
    }
}
