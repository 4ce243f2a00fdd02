package dev.touchstone.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.calendar.Days;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which of several rows with one key counts. */
class DuplicatesTest {
    /** The remark of a row says why it wins or loses. */
    private static final String ROWS =
            """
            id,score,at,place,part,loaded,remark
            a,1,2026-11-01 09:00:00,shop,,2026-11-02,loses: came earlier
            a,2,2026-11-01 10:00:00,shop,,2026-11-03,wins: came last
            a,3,2026-11-01 11:00:00,shop,,,loses: nobody knows when it came
            b,5,2026-11-01 09:00:00,shop,,2026-11-02,loses: as late but the larger row
            b,4,2026-11-01 09:00:00,shop,,2026-11-02,wins: as late and the smaller row
            c,4,2026-11-01,shop,,,wins: the smaller row where nobody knows
            c,5,2026-11-01,shop,,,loses: the larger row where nobody knows
            d,4,2026-11-01,shop,perception,,wins: another part
            d,4,2026-11-01,shop,expectation,,wins: another part
            d,4,2026-11-01,shop,,,wins: no part is a part of its own
            d,4,2026-11-01,,,,wins: no touchpoint is one of its own
            e,4,2026-11-01,shop,,,wins: alone on its day
            e,4,2026-11-02,shop,,,wins: alone on the next day
            f,9,2026-11-01,shop,,2026-11-09,broken: does not compete
            f,4,2026-11-01,shop,,,wins: the other one breaks a rule
            ,4,2026-11-01,shop,,,broken: no key
            ,4,2026-11-01,shop,,,broken: no key
            g,4,2026-11-01,ي,,2026-11-03,wins: one place in two spellings
            g,4,2026-11-01,ی,,2026-11-02,loses: one place in two spellings
            """;

    private static final Days DAYS = new Days(LocalDate.parse("2026-11-01"), LocalDate.parse("2026-11-03"));

    @TempDir
    private static Path folder;

    private static Dataset<Row> rows;

    @BeforeAll
    static void open() {
        TestProject.file(folder, "answers.csv", ROWS);
        Project project = TestProject.project(
                folder,
                """
                name: twins
                time_zone: UTC
                output: {path: out}
                sources:
                - name: answers
                  contract: responses
                  format: csv
                  path: answers.csv
                  select: >-
                    SELECT id AS response_id, 'csat_5' AS instrument, score, at AS responded_at, place AS touchpoint,
                    part, loaded AS ingested_at, remark FROM source
                """);
        SparkSession spark = TestProject.session(project);
        rows = ContractRows.open(spark, project).get(Contract.RESPONSES).rows(DAYS, List.of("remark"), false);
    }

    @ParameterizedTest
    @EnumSource(Duplicates.Distribution.class)
    void theRemarkOfARowComesTrue(Duplicates.Distribution distribution) {
        assertThat(told(rows, distribution)).isEqualTo(expected());
    }

    /** However the rows are split and ordered before. */
    @Test
    void theAnswerDoesNotDependOnPartitions() {
        assertThat(told(rows.repartition(7), Duplicates.Distribution.DAY_AND_KEY))
                .isEqualTo(expected());
        assertThat(told(rows.orderBy(rows.col("score").desc()), Duplicates.Distribution.DAY_AND_KEY))
                .isEqualTo(expected());
    }

    private static List<String> expected() {
        return ROWS.lines()
                .skip(1)
                .map(line -> line.substring(line.lastIndexOf(',') + 1))
                .map(remark -> remark.substring(0, remark.indexOf(':')) + " | " + remark)
                .sorted()
                .toList();
    }

    private static List<String> told(Dataset<Row> rows, Duplicates.Distribution distribution) {
        return Duplicates.flagged(rows, Contract.RESPONSES, distribution)
                .selectExpr(
                        "concat(CASE WHEN _broken THEN 'broken' WHEN _duplicate THEN 'loses' ELSE 'wins' END, ' | ', "
                                + "remark)")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }
}
