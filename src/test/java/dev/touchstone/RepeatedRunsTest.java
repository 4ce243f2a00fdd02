package dev.touchstone;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.to_json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.calendar.Days;
import dev.touchstone.generate.GenerateOptions;
import dev.touchstone.generate.Generator;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Law: however the days are cut into runs, in whatever order these come, and if some days come twice, the tables are
 * those of one run. The data hold duplicates, bad rows, and reminders that reach over the cut. DayByDayTest holds the same of
 * histories.
 */
class RepeatedRunsTest {
    private static final LocalDate FROM = LocalDate.of(2026, 3, 16);
    private static final LocalDate CUT = LocalDate.of(2026, 3, 22);
    /** The days from the cut to here come twice. */
    private static final LocalDate TWICE = LocalDate.of(2026, 3, 25);

    private static final LocalDate TO = LocalDate.of(2026, 3, 28);
    private static final Instant AS_OF = Instant.parse("2026-04-06T00:00:00Z");

    @TempDir
    private static Path folder;

    private static Store whole;
    private static Store pieces;

    @BeforeAll
    static void measureInOneAndInPieces() {
        String data = folder.resolve("retailer").toString();
        Generator.write(TestSpark.session(), new GenerateOptions(3, 600, 0.01, FROM, TO, data, "parquet", false));
        TestProject.surveysOf(folder.resolve("retailer/project.yaml"));
        whole = run("whole", new Days(FROM, TO));
        run("pieces", new Days(CUT, TO));
        pieces = run("pieces", new Days(FROM, TWICE));
    }

    @ParameterizedTest
    @EnumSource(
            value = Table.class,
            names = {"DAILY_ANSWERS", "DAILY_MOMENTS", "DAILY_CLUSTERS", "DAILY_PAIRS", "QUARANTINE", "CALENDAR"})
    void tablesAreEqual(Table table) {
        List<String> expected = rows(whole, table);
        assertThat(rows(pieces, table)).isNotEmpty().containsExactlyElementsOf(expected);
    }

    @Test
    void figuresAreEqual() {
        equal(Table.KPI_VALUES, List.of("n_eff", "total", "value", "ci_low", "ci_high"), 1_000);
    }

    @Test
    void verdictsAreEqual() {
        equal(
                Table.WEAK_TOUCHPOINTS,
                List.of(
                        "n_eff",
                        "benchmark",
                        "shrunk_value",
                        "shortfall",
                        "p_weak",
                        "p_test",
                        "q_value",
                        "outlier_z",
                        "rate_effect",
                        "mix_effect"),
                200);
        assertThat(values(whole, Table.WEAK_TOUCHPOINTS).keySet()).anyMatch(cell -> cell.contains("OK"));
    }

    private static void equal(Table table, List<String> figures, int least) {
        Map<String, Row> expected = values(whole, table);
        Map<String, Row> actual = values(pieces, table);
        assertThat(actual).hasSizeGreaterThan(least).containsOnlyKeys(expected.keySet());
        actual.forEach((cell, row) -> {
            for (String name : figures) {
                Double right = expected.get(cell).getAs(name);
                if (right == null) {
                    assertThat(row.<Double>getAs(name)).as(cell + " " + name).isNull();
                } else {
                    assertThat(row.<Double>getAs(name))
                            .as(cell + " " + name)
                            .isCloseTo(right, within(1e-9 * Math.max(1, Math.abs(right))));
                }
            }
        });
    }

    /** The law says little of data in which nothing reaches over the cut. */
    @Test
    void theCutMatters() {
        assertThat(whole.read(Table.QUARANTINE).where("day IS NULL").count()).isPositive();
        assertThat(rows(whole, Table.DAILY_MOMENTS))
                .anyMatch(row -> row.contains("servqual_total"))
                .anyMatch(row -> row.contains("response_rate"));
    }

    private static Store run(String output, Days days) {
        Project project = Stages.project(folder.resolve("retailer/project.yaml"), Map.of(), folder.resolve(output));
        SparkSession spark = Stages.session(project);
        return Stages.run(spark, project, days, AS_OF).store();
    }

    /** All rows as text, in order; what was known when they were written is no part of them. */
    private static List<String> rows(Store store, Table table) {
        List<Column> columns = new ArrayList<>();
        for (String name : table.columnNames()) {
            if (table == Table.QUARANTINE && (name.equals("key") || name.equals("reasons"))) {
                columns.add(to_json(col(name)));
            } else if (!name.equals("as_of")) {
                columns.add(col(name));
            }
        }
        return store.read(table).select(columns.toArray(Column[]::new)).collectAsList().stream()
                .map(Row::toString)
                .sorted()
                .toList();
    }

    /** The rows by all that names them and is no measured figure: cell, counts, verdict. */
    private static Map<String, Row> values(Store store, Table table) {
        List<String> names = table.columns().stream()
                .filter(column ->
                        !column.type().equals("DOUBLE") && !column.name().startsWith("reason"))
                .map(dev.touchstone.table.Column::name)
                .toList();
        Map<String, Row> values = new TreeMap<>();
        store.read(table)
                .collectAsList()
                .forEach(row -> values.put(
                        names.stream()
                                .map(name -> String.valueOf(row.<Object>getAs(name)))
                                .collect(Collectors.joining(" | ")),
                        row));
        return values;
    }
}
