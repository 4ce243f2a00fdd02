package dev.touchstone.planted;

import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The same answers as {@link DrawnTables}, one row each, as the sources of a project: responses and tickets. */
final class DrawnRows {
    private static final StructType RESPONSES = StructType.fromDDL("response_id STRING, instrument STRING,"
            + " touchpoint STRING, score INT, responded_at TIMESTAMP, customer_id STRING, tier STRING, region STRING");
    private static final StructType TICKETS = StructType.fromDDL("ticket_id STRING, touchpoint STRING,"
            + " created_at TIMESTAMP, customer_id STRING, reason STRING, reopens INT, tier STRING, region STRING");

    private DrawnRows() {}

    /** Writes the folders {@code responses} and {@code tickets}. */
    static void write(SparkSession spark, Path folder, Company company, long seed) {
        write(spark, folder.resolve("responses"), RESPONSES, false, company, seed);
        write(spark, folder.resolve("tickets"), TICKETS, true, company, seed);
    }

    private static void write(
            SparkSession spark, Path folder, StructType schema, boolean ofTickets, Company company, long seed) {
        List<Question> questions = Stream.of(Question.values())
                .filter(question -> question.ofTickets() == ofTickets)
                .toList();
        Dataset<Row> rows = spark.range(0, (long) questions.size() * company.touchpoints(), 1, 2)
                .as(Encoders.LONG())
                .flatMap(
                        (FlatMapFunction<Long, Row>) number -> {
                            Plan plan = Plan.of(questions.get((int) (number % questions.size())), company, seed);
                            return rows(plan, (int) (number / questions.size()), seed)
                                    .iterator();
                        },
                        Encoders.row(schema));
        rows.write().parquet(folder.toString());
    }

    private static List<Row> rows(Plan plan, int touchpoint, long seed) {
        Question question = plan.question();
        int[] codes = question.codes();
        String place = Cell.touchpoint(touchpoint);
        List<Row> rows = new ArrayList<>();
        Drawing.answers(plan, touchpoint, seed, (week, customer, bucket, answer, tier, region, code) -> {
            String who = "%s-%s-%d-%d".formatted(question.kpi(), place, week, customer);
            String which = who + "-" + answer;
            Timestamp when = Timestamp.from(Weeks.instant(week).plusSeconds(rows.size() % 86_400));
            String ofTier = Split.TIER.segment(tier);
            String ofRegion = Split.REGION.segment(region);
            rows.add(
                    question.ofTickets()
                            // Each ticket has a reason of its own, so that none is another one's repeated contact.
                            ? RowFactory.create(which, place, when, who, which, 1 - codes[code], ofTier, ofRegion)
                            : RowFactory.create(
                                    which, question.instrument(), place, codes[code], when, who, ofTier, ofRegion));
        });
        return rows;
    }
}
