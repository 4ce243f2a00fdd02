package dev.touchstone.planted;

import static org.apache.spark.sql.functions.col;

import dev.touchstone.Stages;
import dev.touchstone.TestProject;
import dev.touchstone.assess.Assess;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One seed: a company is drawn, assessed as the product does, and its verdicts are set beside the truth. */
final class Trial {
    private Trial() {}

    /**
     * Draws daily statistics and runs the stage assess on them.
     *
     * @param folder must not exist; is removed again
     */
    static Outcome ofStatistics(Path folder, Company company, long seed) {
        try {
            Project project = project(folder);
            SparkSession spark = session(project);
            Store store = Store.at(spark, project.output().path());
            DrawnTables.write(spark, store, company, seed);
            Assess.run(spark, project, store, List.of(Weeks.DAYS), Weeks.AS_OF, false, "planted", line -> {});
            return outcome(store, company, seed);
        } finally {
            remove(folder);
        }
    }

    /** What a trial from rows has shown. */
    record FromRows(Outcome outcome, long differences) {}

    /**
     * Draws the same answers as rows of sources, and runs the stages measure and assess on them.
     *
     * @param folder must not exist; is removed again
     * @return with it the number of daily rows that differ from those drawn directly: 0, or the latter are not what
     *     measure writes
     */
    static FromRows ofRows(Path folder, Company company, long seed) {
        try {
            Project project = project(folder);
            SparkSession spark = session(project);
            DrawnRows.write(spark, folder, company, seed);
            Store measured = Stages.run(spark, project, Weeks.DAYS, Weeks.AS_OF).store();
            Store drawn = Store.at(spark, folder.resolve("drawn").toString());
            DrawnTables.write(spark, drawn, company, seed);
            long differences = differences(drawn.read(Table.DAILY_ANSWERS), measured.read(Table.DAILY_ANSWERS))
                    + differences(drawn.read(Table.DAILY_MOMENTS), measured.read(Table.DAILY_MOMENTS))
                    + differences(sums(drawn.read(Table.DAILY_CLUSTERS)), sums(measured.read(Table.DAILY_CLUSTERS)));
            return new FromRows(outcome(measured, company, seed), differences);
        } finally {
            remove(folder);
        }
    }

    private static long differences(Dataset<Row> one, Dataset<Row> other) {
        return one.exceptAll(other).count() + other.exceptAll(one).count();
    }

    /** Who is in which bucket is drawn at random, and measured by the customers' names. */
    private static Dataset<Row> sums(Dataset<Row> clusters) {
        return clusters.selectExpr("* EXCEPT (buckets)", "inline(buckets)")
                .groupBy("month", "day", "kpi", "touchpoint", "instrument", "item", "part", "answer", "as_of")
                .agg(Map.of("n", "sum", "s", "sum", "ss", "sum", "w", "sum", "wx", "sum", "wx2", "sum"));
    }

    private static SparkSession session(Project project) {
        SparkSession spark = TestProject.session(project);
        // Nothing is skipped by them here, and they cost a tenth of a trial.
        spark.conf().set("spark.databricks.delta.stats.collect", "false");
        return spark;
    }

    private static Outcome outcome(Store store, Company company, long seed) {
        Map<Question, Plan> plans = new EnumMap<>(Question.class);
        for (Question question : Question.values()) {
            plans.put(question, Plan.of(question, company, seed));
        }
        List<Row> verdicts = store.read(Table.WEAK_TOUCHPOINTS)
                .where(col("period").equalTo(Weeks.MONTH))
                .collectAsList();
        return new Outcome(verdicts.stream()
                .map(row -> {
                    Cell cell = Cell.of(row);
                    return Judgement.of(seed, plans.get(cell.question()), cell, row);
                })
                .toList());
    }

    private static Project project(Path folder) {
        String kpis = Arrays.stream(Question.values()).map(Question::kpi).collect(Collectors.joining(", "));
        String changes = Arrays.stream(Question.values())
                .map(question -> "- {name: %s, benchmark: %s, min_effect: %s}"
                        .formatted(question.kpi(), question.benchmark(), question.tolerance()))
                .collect(Collectors.joining("\n"));
        return TestProject.project(
                folder,
                """
                name: planted
                time_zone: UTC
                output: {path: tables}
                sources:
                - {name: answers, contract: responses, format: parquet, path: responses, select: SELECT * FROM source}
                - {name: tickets, contract: tickets, format: parquet, path: tickets, select: SELECT * FROM source}
                use_kpis: [%s]
                kpis:
                %s
                segmentations:
                - {name: tier, from: row}
                - {name: region, from: row}
                """
                        .formatted(kpis, changes));
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
