package dev.touchstone.planted;

import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Daily statistics as the stage measure would write them, drawn directly: no rows of answers are made. */
final class DrawnTables {
    private static final Timestamp AS_OF = Timestamp.from(Weeks.AS_OF);

    private DrawnTables() {}

    /** Writes the tables of a seed. */
    static void write(SparkSession spark, Store store, Company company, long seed) {
        write(spark, store, Table.DAILY_ANSWERS, DrawnTables::answers, company, seed);
        write(spark, store, Table.DAILY_MOMENTS, DrawnTables::moments, company, seed);
        write(spark, store, Table.DAILY_CLUSTERS, DrawnTables::clusters, company, seed);
    }

    /** The rows of one table from what was drawn at a touchpoint. */
    private interface Rows extends Serializable {
        List<Map<String, Object>> of(Plan plan, int touchpoint, Tally tally);
    }

    private static void write(SparkSession spark, Store store, Table table, Rows rows, Company company, long seed) {
        StructType schema = table.schema();
        int questions = Question.values().length;
        Dataset<Row> drawn = spark.range(0, (long) questions * company.touchpoints(), 1, 2)
                .as(Encoders.LONG())
                .flatMap(
                        (FlatMapFunction<Long, Row>) number -> {
                            Question question = Question.values()[(int) (number % questions)];
                            int touchpoint = (int) (number / questions);
                            Plan plan = Plan.of(question, company, seed);
                            return rows.of(plan, touchpoint, Tally.of(plan, touchpoint, seed)).stream()
                                    .map(values -> row(schema, values))
                                    .iterator();
                        },
                        Encoders.row(schema));
        store.replace(table, drawn, "true", "planted");
    }

    private static Row row(StructType schema, Map<String, Object> values) {
        return RowFactory.create(
                Arrays.stream(schema.fieldNames()).map(values::get).toArray());
    }

    private static List<Map<String, Object>> answers(Plan plan, int touchpoint, Tally tally) {
        Question question = plan.question();
        if (question.ofTickets()) {
            return List.of();
        }
        int[] codes = question.codes();
        return ofCells(touchpoint, tally, (cell, counts) -> IntStream.range(0, codes.length)
                .filter(code -> counts[code] > 0)
                .mapToObj(code -> {
                    Map<String, Object> row = new HashMap<>(cell);
                    row.put("instrument", question.instrument());
                    row.put("answer", codes[code]);
                    row.put("n", (long) counts[code]);
                    row.put("weighted_n", 0L);
                    return row;
                }));
    }

    private static List<Map<String, Object>> moments(Plan plan, int touchpoint, Tally tally) {
        Question question = plan.question();
        if (!question.ofTickets()) {
            return List.of();
        }
        return ofCells(touchpoint, tally, (cell, counts) -> {
            long n = IntStream.of(counts).sum();
            if (n == 0) {
                return Stream.of();
            }
            Map<String, Object> row = new HashMap<>(cell);
            BigDecimal good = BigDecimal.valueOf(counts[1]);
            row.put("kpi", question.kpi());
            row.put("n", n);
            row.put("excluded", 0L);
            row.put("immature", 0L);
            List.of("s", "ss", "s_n").forEach(sum -> row.put(sum, good));
            row.put("weighted_n", 0L);
            return Stream.of(row);
        });
    }

    /** The rows of every week and segment: made of a row that says which, and how often each answer was given. */
    private static List<Map<String, Object>> ofCells(
            int touchpoint,
            Tally tally,
            BiFunction<Map<String, Object>, int[], Stream<Map<String, Object>>> rowsOfCell) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int week = 0; week < Weeks.ALL; week++) {
            for (Split split : Split.values()) {
                for (int segment = 0; segment < split.segments(); segment++) {
                    Map<String, Object> cell = ofDay(week, touchpoint);
                    cell.put("segmentation", split.code());
                    cell.put("segment", split.segment(segment));
                    rowsOfCell.apply(cell, tally.counts(week, split, segment)).forEach(rows::add);
                }
            }
        }
        return rows;
    }

    private static List<Map<String, Object>> clusters(Plan plan, int touchpoint, Tally tally) {
        List<Map<String, Object>> rows = new ArrayList<>();
        Question question = plan.question();
        int[] codes = question.codes();
        for (int week = 0; week < Weeks.ALL; week++) {
            if (question.ofTickets()) {
                List<Row> buckets = new ArrayList<>();
                for (int bucket = 0; bucket < Drawing.BUCKETS; bucket++) {
                    int[] counts = tally.ofBucket(week, bucket);
                    add(buckets, bucket, IntStream.of(counts).sum(), BigDecimal.valueOf(counts[1]));
                }
                Map<String, Object> row = ofDay(week, touchpoint);
                row.put("kpi", question.kpi());
                row.put("buckets", buckets.toArray());
                rows.add(row);
            } else {
                for (int code = 0; code < codes.length; code++) {
                    List<Row> buckets = new ArrayList<>();
                    for (int bucket = 0; bucket < Drawing.BUCKETS; bucket++) {
                        add(buckets, bucket, tally.ofBucket(week, bucket)[code], null);
                    }
                    if (!buckets.isEmpty()) {
                        Map<String, Object> row = ofDay(week, touchpoint);
                        row.put("instrument", question.instrument());
                        row.put("answer", codes[code]);
                        row.put("buckets", buckets.toArray());
                        rows.add(row);
                    }
                }
            }
        }
        return rows;
    }

    /** Adds a bucket that has observations; of scores 0 and 1 the sum of squares is the sum. */
    private static void add(List<Row> buckets, int bucket, long n, BigDecimal sum) {
        if (n > 0) {
            buckets.add(RowFactory.create(bucket, n, sum, sum, null, null, null));
        }
    }

    private static Map<String, Object> ofDay(int week, int touchpoint) {
        LocalDate day = Weeks.day(week);
        Map<String, Object> row = new HashMap<>();
        row.put("month", Date.valueOf(day.withDayOfMonth(1)));
        row.put("day", Date.valueOf(day));
        row.put("touchpoint", Cell.touchpoint(touchpoint));
        row.put("as_of", AS_OF);
        return row;
    }
}
