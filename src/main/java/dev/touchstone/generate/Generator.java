package dev.touchstone.generate;

import static org.apache.spark.sql.functions.col;

import dev.touchstone.fault.Fault;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
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
     * Writes a folder for each source, {@code project.yaml} and, last, {@code truth.json}. Equal options give equal rows, on any number of cores; below
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
        List<Source> sources = List.of(
                new Memberships(options, span, chance),
                new Orders(options, span, chance),
                new Contacts(options, span, chance),
                new Tickets(options, span, chance),
                new Replies(options, span, chance),
                new Reviews(options, span, chance),
                new Visits(options, span, chance));
        Map<String, Map<String, Object>> observed = new LinkedHashMap<>();
        for (Source source : sources) {
            describe(source.name());
            observed.put(source.name(), write(folder, source, tasks));
        }
        describe("counts of what was planted");
        Map<String, Object> counts = Truth.counts(answers, invitations, customers, observed);
        spark.sparkContext().setJobDescription(null);
        folder.text("project.yaml", new ProjectFile(options).text());
        folder.text(OutputFolder.TRUTH, new Truth(options, span).text(counts));
        folder.finish();
    }

    /** Counts of its rows, all and those of each kind of fault. */
    private Map<String, Object> write(OutputFolder folder, Source source, int tasks) {
        Faults faults = new Faults(options, span, chance, source);
        Dataset<Row> planted = faults.planted(source.frame(spark, tasks));
        Observation observation = new Observation(source.name());
        List<Column> counts = faults.counts();
        Dataset<Row> observed = planted.observe(
                observation, counts.get(0), counts.subList(1, counts.size()).toArray(Column[]::new));
        folder.source(
                source.name(),
                ordered(observed, "at", "row", "copy")
                        .select(source.columns(faults).toArray(Column[]::new)));
        try {
            return observation.getAsJava();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Fault.outside("interrupted while counting rows", source.name(), "run it again", interrupted);
        }
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
