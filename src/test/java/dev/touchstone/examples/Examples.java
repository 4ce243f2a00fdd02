package dev.touchstone.examples;

import static dev.touchstone.examples.ExpectedFigures.EVER;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.touchstone.Stages;
import dev.touchstone.calendar.Days;
import dev.touchstone.examples.ExpectedFigures.Figure;
import dev.touchstone.project.Project;
import dev.touchstone.sql.Sql;
import dev.touchstone.table.Table;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.assertj.core.api.SoftAssertions;

/** Runs the example projects and compares what they publish with the expected figures. */
final class Examples {
    /** KPIs of the examples whose value is the sum of their scores, not its mean. */
    private static final List<String> TOTALS = List.of("ticket_volume", "revenue");

    private Examples() {}

    /** The folder of an example's data: named by the variable, or beside the project; else the test is skipped. */
    static String data(String variable, String folder) {
        String named = System.getenv(variable);
        Path beside = Path.of("../shared/data").resolve(folder).toAbsolutePath().normalize();
        assumeTrue(named != null || Files.exists(beside), "set " + variable + " to the folder of the data");
        return named != null ? named : beside.toString();
    }

    static Stages.Outcome run(Path file, Map<String, String> environment, Path output, Days days) {
        return run(file, environment, output, days, null);
    }

    /** @param asOf null: the end of the days */
    static Stages.Outcome run(Path file, Map<String, String> environment, Path output, Days days, Instant asOf) {
        Project project = Stages.project(file, environment, output);
        return Stages.run(Stages.session(project), project, days, asOf == null ? days.end(project.zone()) : asOf);
    }

    /** Cells by name; with all years together where the condition takes in those of grain year. */
    static Map<String, Row> cells(Stages.Outcome outcome, String condition) {
        Dataset<Row> values = outcome.store()
                .read(Table.KPI_VALUES)
                .where("calendar = 'gregorian' AND (" + condition + ")")
                .selectExpr(
                        "grain",
                        "period",
                        "kpi",
                        "touchpoint",
                        "segmentation",
                        "segment",
                        "weighted",
                        "n",
                        "excluded",
                        "immature",
                        "total",
                        "value");
        Map<String, Row> cells = new HashMap<>();
        Dataset<Row> ever = values.where("grain = 'year'")
                .groupBy("kpi", "touchpoint", "segmentation", "segment", "weighted")
                .agg(Map.of("n", "sum", "excluded", "sum", "immature", "sum", "total", "sum"))
                .selectExpr(
                        "'" + EVER + "'",
                        "'" + EVER + "'",
                        "kpi",
                        "touchpoint",
                        "segmentation",
                        "segment",
                        "weighted",
                        "`sum(n)`",
                        "`sum(excluded)`",
                        "`sum(immature)`",
                        "`sum(total)`",
                        "IF(kpi IN " + Sql.texts(TOTALS) + ", `sum(total)`, try_divide(`sum(total)`, `sum(n)`))");
        values.union(ever)
                .collectAsList()
                .forEach(row -> cells.put(
                        String.join(
                                " | ",
                                row.getAs("grain"),
                                row.getAs("period"),
                                row.getAs("kpi"),
                                row.getAs("touchpoint"),
                                row.getAs("segmentation"),
                                row.getAs("segment"),
                                row.<Boolean>getAs("weighted") ? "weighted" : "plain"),
                        row));
        return cells;
    }

    static void assertFigures(List<Figure> figures, Map<String, Row> cells) {
        SoftAssertions softly = new SoftAssertions();
        softly.assertThat(figures).extracting(Figure::cell).doesNotHaveDuplicates();
        for (Figure figure : figures) {
            Row cell = cells.get(figure.cell());
            if (cell == null) {
                // Where nothing counts there need be no cell.
                if (figure.value() != null) {
                    softly.fail("no cell " + figure.cell());
                }
                continue;
            }
            softly.assertThat(cell.<Long>getAs("n")).as(figure.cell() + " n").isEqualTo(figure.n());
            if (figure.excluded() != null) {
                softly.assertThat(cell.<Long>getAs("excluded"))
                        .as(figure.cell() + " excluded")
                        .isEqualTo(figure.excluded());
            }
            if (figure.total() != null && figure.n() > 0) {
                softly.assertThat(cell.<Double>getAs("total"))
                        .as(figure.cell() + " total")
                        .isCloseTo(figure.total(), within(precision(figure.total())));
            }
            if (figure.value() == null) {
                softly.assertThat(cell.<Double>getAs("value"))
                        .as(figure.cell() + " value")
                        .isNull();
            } else {
                softly.assertThat(cell.<Double>getAs("value"))
                        .as(figure.cell() + " value")
                        .isCloseTo(figure.value(), within(precision(figure.value())));
            }
        }
        softly.assertAll();
    }

    /** The figures are rounded to ten decimals. */
    private static double precision(double figure) {
        return Math.max(1e-9 * Math.abs(figure), 6e-11);
    }
}
