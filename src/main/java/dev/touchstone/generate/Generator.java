package dev.touchstone.generate;

import static org.apache.spark.sql.functions.col;

import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Writes a synthetic retailer: sources, a project file that fits them, and the truth that was planted. */
public final class Generator {
    /** Up to this many answer rows each source is one file, sorted. */
    private static final long ONE_FILE = 200_000;

    private final SparkSession spark;
    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;

    private Generator(SparkSession spark, GenerateOptions options) {
        this.spark = spark;
        if (options.responses() >= ONE_FILE) {
            // The JVM never compiles methods above 8,000 bytes of code: stages in one method took five times longer.
            spark.conf().set("spark.sql.codegen.hugeMethodLimit", "8000");
        }
        this.options = options;
        this.span = new Span(options.from(), options.to(), options.typed());
        this.chance = new Chance(options.seed());
    }

    /**
     * Writes {@code responses/}, {@code responses_call_center/}, {@code invitations/}, {@code customers/},
     * {@code project.yaml} and, last, {@code truth.json}. Equal options give equal rows, on any number of cores; below
     * 200,000 answer rows equal files.
     *
     * @throws dev.touchstone.fault.Fault exit 1 where the folder holds something else or cannot be written
     */
    public static void write(SparkSession spark, GenerateOptions options) {
        new Generator(session(spark), options).write();
    }

    /** A session of our own, so that the caller's settings (zone, overflow) cannot change the data. */
    static SparkSession session(SparkSession spark) {
        SparkSession own = spark.newSession();
        own.conf().set("spark.sql.session.timeZone", Retailer.ZONE.getId());
        own.conf().set("spark.sql.ansi.enabled", "true");
        own.conf().set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
        own.conf().set("spark.sql.shuffle.partitions", "4");
        return own;
    }

    private void write() {
        OutputFolder folder = OutputFolder.open(
                options.output(), options.format(), spark.sparkContext().hadoopConfiguration());
        int tasks = new Questionnaires(options, span, chance).tasks(spark);
        Responses responses = new Responses(options, span, chance);
        Dataset<Row> answers = responses.frame(spark, tasks);
        Dataset<Row> inOrder = ordered(answers, "row", "copy");
        Dataset<Row> invitations = new Invitations(options, span, chance).frame(spark, tasks);
        Dataset<Row> customers = new Customers(options, span, chance).frame(spark, tasks);
        describe("the survey tool's responses");
        folder.source("responses", responses.surveyTool(inOrder));
        describe("the call center's responses");
        folder.source("responses_call_center", responses.callCenter(inOrder));
        describe("invitations");
        folder.source("invitations", ordered(invitations, "order").drop("order", "is_reminded"));
        describe("customers");
        folder.source("customers", ordered(customers, "customer", "version").drop("customer", "version", "overlaps"));
        describe("counts of what was planted");
        Map<String, Object> counts = Truth.counts(answers, invitations, customers);
        spark.sparkContext().setJobDescription(null);
        folder.text("project.yaml", new ProjectFile(options).text());
        folder.text(OutputFolder.TRUTH, new Truth(options, span).text(counts));
        folder.finish();
    }

    private Dataset<Row> ordered(Dataset<Row> rows, String... by) {
        if (options.responses() >= ONE_FILE) {
            return rows;
        }
        Column[] order = java.util.Arrays.stream(by).map(name -> col(name)).toArray(Column[]::new);
        return rows.coalesce(1).sortWithinPartitions(order);
    }

    private void describe(String what) {
        spark.sparkContext().setJobDescription("generate: " + what);
    }
}
