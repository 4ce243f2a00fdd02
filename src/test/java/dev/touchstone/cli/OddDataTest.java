package dev.touchstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.TestSpark;
import dev.touchstone.table.Column;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import io.delta.tables.DeltaTable;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One run over odd and bad rows, within the limit: what is published, what is quarantined, and what the tables look
 * like. The zone has no midnight on the second day.
 */
class OddDataTest {
    /** With a byte order mark, names in upper case, quotes, line breaks, and columns that clash with Touchstone's own. */
    private static final String ANSWERS = "\uFEFF"
            + """
            ID,SCORE,AT,PLACE,CUSTOMER,day,kpi,Agent team,LANGUAGE,COMMENT
            1,5,2022-03-21 23:59:59,"The ""Corner"" shop",c1,x,y,a.b,fa,"two
            lines, and a ""quote\"""
            2,4,2022-03-22,"The ""Corner"" shop",c1,x,y,a.b,fa,
            3,1,2022-03-22 00:30:00,it's,c2,x,y,a:b,en,
            4,2,2022-03-22 23:59:59,it's,,x,y,,en,
            4,2,2022-03-22 23:59:59,it's,,x,y,,en,
            5,3,2022-03-22 12:00:00,شعبه‌ي كرج,c3,x,y,a:b,,
            5,3,2022-03-21 12:00:00,شعبه ی  کرج,c3,x,y,a:b,,
            6,,2022-03-22 12:00:00,it's,c1,x,y,a:b,,
            7,9,2022-03-22 12:00:00,it's,c1,x,y,a:b,,
            8,4,12:30,it's,c1,x,y,a:b,,
            ,4,1402-01-02,all,c1,x,y,a:b,,
            9,4,2022-03-23,it's,c1,x,y,a:b,,
            """;

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Store store;
    private static Command.Outcome outcome;

    @BeforeAll
    static void run() {
        TestProject.file(folder, "answers.csv", ANSWERS);
        TestProject.file(folder, "invitations.csv", "id,at\n");
        TestProject.file(
                folder,
                "customers.csv",
                "customer_id,valid_from,valid_to,score\nc1,2022-01-01,,gold\nc2,2022-01-01,2022-03-01,gold\n"
                        + "c3,2022-01-01,,gold\nc3,2022-02-01,,silver\n");
        String project = TestProject.file(
                        folder,
                        "project.yaml",
                        """
                        name: odd
                        time_zone: Asia/Tehran
                        calendars: [persian]
                        output: {path: out}
                        sources:
                        - name: answers
                          contract: responses
                          format: csv
                          path: answers.csv
                          options: {multiLine: true}
                          select: >-
                            SELECT ID AS RESPONSE_ID, 'csat_5' AS Instrument, SCORE, AT AS Responded_At,
                            PLACE AS Touchpoint, CUSTOMER AS Customer_ID, LANGUAGE, COMMENT, day, kpi, `Agent team`,
                            'dotted' AS `A.B` FROM source
                        - name: invitations
                          contract: invitations
                          format: csv
                          path: invitations.csv
                          select: SELECT id AS invitation_id, 'x' AS touchpoint, 'csat_5' AS instrument, at AS invited_at FROM source
                        - {name: customers, contract: customers, format: csv, path: customers.csv, select: SELECT * FROM source}
                        segmentations:
                        - {name: team, from: row, column: Agent Team}
                        - {name: dotted, from: row, column: a.b}
                        - {name: kpi, from: row}
                        - {name: language, from: row}
                        - {name: score, from: customers}
                        use_kpis: [csat_5]
                        quarantine: {limit: 0.5}
                        """)
                .toString();
        outcome = Command.run("run", "--project", project, "--from", "2022-03-21", "--to", "2022-03-23");
        spark = TestSpark.session().newSession();
        spark.conf().set("spark.sql.session.timeZone", "Asia/Tehran");
        store = Store.at(spark, folder + "/out");
    }

    @Test
    void itIsDone() {
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
    }

    /** Of 12 rows one lies outside the days; two of those left have no readable instant, of whichever day. */
    @Test
    void readIsKeptAndQuarantined() {
        var counts = outcome.result().path("counts");
        assertThat(counts.path("responses_read").asLong()).isEqualTo(11);
        assertThat(counts.path("responses_kept").asLong()).isEqualTo(7);
        assertThat(counts.path("responses_quarantined").asLong()).isEqualTo(4);
        assertThat(outcome.output()).containsPattern("responses +11 rows read +7 kept +4 quarantined");
    }

    @Test
    void anEmptySourceIsAWarning() {
        assertThat(outcome.output())
                .containsPattern("measure  invitations +0 rows read .* WARNING: no row of these days");
    }

    @Test
    void keysOnSeveralDaysAreAWarning() {
        // 5 stands on both days, under the same folded touchpoint.
        assertThat(outcome.output()).contains("WARNING: 1 keys stand on more than one day and count on each");
    }

    @Test
    void quarantineHoldsEveryReason() {
        assertThat(cells(
                        Table.QUARANTINE.tableName(),
                        "true",
                        "concat(source, ' ', coalesce(CAST(day AS STRING), "
                                + "'no day'), ' ', coalesce(key['response_id'], key['customer_id'], 'no key'), ': ', "
                                + "array_join(transform(reasons, r -> concat(r.column, ' ', r.rule, coalesce(concat(' ', "
                                + "r.value), ''))), '; '))"))
                .containsExactlyInAnyOrder(
                        "answers 2022-03-22 4: ingested_at duplicate: another row of the day has this key",
                        "answers 2022-03-22 7: score outside the instrument's range 9",
                        "answers no day 8: responded_at unreadable 12:30",
                        // A Solar Hijri date is on no day of anybody's interval: it must not be passed over.
                        "answers no day no key: response_id missing; responded_at before 1900 (a Solar Hijri date? use "
                                + "persian_date) 1402-01-02; touchpoint reserved name all",
                        "customers 2022-01-01 c3: valid_from overlaps another version of the customer "
                                + "2022-01-01 00:00:00",
                        "customers 2022-02-01 c3: valid_from overlaps another version of the customer "
                                + "2022-02-01 00:00:00");
    }

    @Test
    void rowsLieOnTheirLocalDay() {
        assertThat(cells(
                        "daily_answers",
                        "segmentation = 'all'",
                        "concat(day, ' ', touchpoint, ' ', coalesce(CAST(answer AS STRING), '-'), ' x', n)"))
                .containsExactlyInAnyOrder(
                        "2022-03-21 The \"Corner\" shop 5 x1",
                        "2022-03-21 شعبه ی کرج 3 x1",
                        "2022-03-22 The \"Corner\" shop 4 x1",
                        "2022-03-22 it's 1 x1",
                        "2022-03-22 it's 2 x1",
                        "2022-03-22 it's - x1",
                        "2022-03-22 شعبه ی کرج 3 x1");
    }

    @Test
    void segmentsOfOddColumnsAreThere() {
        assertThat(cells(
                        "daily_answers",
                        "day = DATE'2022-03-22' AND segmentation <> 'all' GROUP BY segmentation, segment",
                        "concat(segmentation, '=', segment, ' x', sum(n))"))
                .containsExactlyInAnyOrder(
                        "team=a.b x1",
                        "team=a:b x3",
                        "team=unknown x1",
                        "dotted=dotted x5",
                        "kpi=y x5",
                        "language=fa x1",
                        "language=en x2",
                        "language=unknown x2",
                        // Of customers, not of the answer: c1 twice is gold; c2's version has ended, c3's clash.
                        "score=gold x2",
                        "score=unknown x3");
    }

    @Test
    void theValueCountsWhatWasAnswered() {
        // Of 5 4 1 2 3 3 two are 4 or 5; one row gave no answer. The Solar Hijri year 1401 began on the first day.
        assertThat(cells(
                        "kpi_values",
                        "grain = 'year' AND segmentation = 'all' AND touchpoint = 'all'",
                        "concat_ws(' ', calendar, period, n, excluded, round(value, 4))"))
                .containsExactly("persian 1401 6 1 0.3333");
    }

    @Test
    void everyTableIsAsDeclared() {
        for (Table table : Table.values()) {
            StructField[] fields = store.read(table).schema().fields();
            assertThat(Arrays.stream(fields).map(StructField::name))
                    .as(table.tableName())
                    .containsExactly(table.columnNames());
            for (Column column : table.columns()) {
                StructField field = fields[table.columns().indexOf(column)];
                assertThat(field.getComment().getOrElse(() -> "none"))
                        .as(table.tableName() + "." + column.name())
                        .isEqualTo(column.comment())
                        .isNotBlank();
                assertThat(field.dataType().sql().replace(" NOT NULL", "").replace(" ", ""))
                        .as(table.tableName() + "." + column.name())
                        .isEqualToIgnoringCase(column.type().replace(" ", ""));
            }
            Row detail =
                    DeltaTable.forPath(spark, store.location(table)).detail().first();
            assertThat(detail.<Integer>getAs("minReaderVersion"))
                    .as(table.tableName())
                    .isEqualTo(1);
            assertThat(detail.<String>getAs("description")).isEqualTo(table.comment());
        }
    }

    @Test
    void theRunIsRecordedWithTheVersionsOfItsTables() {
        Row run = store.read(Table.RUNS).first();
        assertThat(store.read(Table.RUNS).count()).isEqualTo(1);
        assertThat(run.<String>getAs("state")).isEqualTo("done");
        assertThat(run.<String>getAs("run_id"))
                .isEqualTo(outcome.result().path("run_id").asText());
        Map<String, Long> versions = run.getJavaMap(run.fieldIndex("table_versions"));
        for (Table table : Table.values()) {
            if (table != Table.RUNS) {
                assertThat(versions).containsEntry(table.tableName(), store.version(table));
            }
        }
        assertThat(versions).hasSize(Table.values().length - 1);
        assertThat(run.<String, Long>getJavaMap(run.fieldIndex("counts"))).containsEntry("responses_read", 11L);
        assertThat(run.<Timestamp>getAs("as_of")).isEqualTo(Timestamp.from(Instant.parse("2022-03-22T19:30:00Z")));
    }

    private static List<String> cells(String table, String where, String shown) {
        return spark
                .sql("SELECT " + shown + " FROM delta.`" + folder + "/out/" + table + "` WHERE " + where)
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }
}
