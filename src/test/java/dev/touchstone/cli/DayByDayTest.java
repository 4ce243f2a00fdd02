package dev.touchstone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.touchstone.Kernel;
import dev.touchstone.Stages;
import dev.touchstone.TestProject;
import dev.touchstone.TestSpark;
import dev.touchstone.calendar.Days;
import dev.touchstone.fault.ExitCode;
import dev.touchstone.fault.Fault;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Law: runs over days in turn, each with what was known at the end of its days, end with the same tables as one run over
 * all days with the last one's knowledge. Windows are 1 day, and 3 days for second orders, so that January's close when the
 * days of January are no longer touched; measured and assessed apart in the end. Calls stretch over midnight. What
 * follows answers is looked at for 2 days, over the cuts, and so are earlier answers. These tables, which hold rows of most
 * kinds, are also what readers other than Touchstone are tried on.
 */
class DayByDayTest {
    private static final String CATALOG = "cx_days";
    private static final String ONE_RUN = CATALOG + "_run";

    @TempDir
    private static Path folder;

    private static Path file;
    private static Store whole;
    private static Store pieces;
    private static List<String> afterTheFirst;
    private static List<String> outcomesAfterTheFirst;

    @BeforeAll
    static void runInOneAndDayByDay() {
        TestProject.file(
                folder,
                "tickets.csv",
                """
                ticket_id,touchpoint,created_at,customer_id,reason,first_replied_at,first_resolved_at,resolved_at,reopens
                1,mail,2026-01-30 10:00,ann,bill,2026-01-30 11:00,2026-01-31 09:00,2026-02-01 12:00,1
                2,mail,2026-01-31 10:00,bob,bill,2026-02-01 09:00,2026-02-01 09:00,2026-02-01 09:00,0
                3,mail,2026-01-31 23:00,cid,bill,2026-02-01 22:00,2026-02-03 09:00,2026-02-03 09:00,0
                4,chat,2026-02-01 10:00,bob,bill,,,,0
                5,chat,2026-02-02 10:00,ann,bill,2026-02-03 09:00,2026-02-03 10:00,2026-02-03 10:00,0
                6,chat,2026-02-03 10:00,dan,bill,2026-02-03 10:00,2026-02-03 10:00,2026-02-03 10:00,0
                """);
        // Some that midnight parts: waiting, talking and the work after it.
        TestProject.file(
                folder,
                "contacts.csv",
                """
                contact_id,touchpoint,offered_at,customer_id,reason,answered_at,ended_at,talk_seconds,hold_seconds,wrap_seconds,ticket_id
                1,phone,2026-01-30 12:00,ann,parcel,2026-01-30 12:01,2026-01-30 12:05,240,0,30,1
                2,phone,2026-01-31 23:59:30,bob,parcel,2026-02-01 00:00:30,2026-02-01 00:05,270,0,30,2
                3,phone,2026-02-01 23:50,cid,bill,2026-02-01 23:51,2026-02-01 23:59:50,530,0,60,3
                4,phone,2026-02-01 23:59:57,dan,parcel,,2026-02-02 00:00:01,,,,
                5,phone,2026-02-02 12:00,dan,parcel,,2026-02-02 12:01,,,,
                6,phone,2026-02-03 12:00,eve,parcel,2026-02-03 12:00,2026-02-03 12:10,600,0,0,
                """);
        TestProject.file(
                folder,
                "orders.csv",
                """
                order_id,touchpoint,ordered_at,customer_id,amount,refund_of
                1,shop,2025-12-20,ann,10,
                2,shop,2026-01-30 13:00,ann,10,
                3,shop,2026-01-31 22:00,bob,20,
                4,shop,2026-01-31 22:00,eve,20,
                5,shop,2026-02-01 10:00,bob,40,
                6,shop,2026-02-02 13:00,dan,80,
                7,shop,2026-02-03 21:00,eve,160,
                8,shop,2026-02-03 12:30,eve,320,
                9,shop,2026-02-01 10:00,ann,5,2
                """);
        TestProject.file(
                folder,
                "responses.csv",
                """
                response_id,customer_id,instrument,score,responded_at,touchpoint
                1,ann,csat_5,5,2026-01-30 09:00,mail
                2,bob,csat_5,1,2026-01-31 12:00,mail
                3,cid,csat_5,2,2026-01-31 12:00,chat
                4,cid,nps_0_10,3,2026-02-01 09:00,company
                5,bob,csat_5,3,2026-02-01 13:00,mail
                6,dan,csat_5,5,2026-02-01 23:00,chat
                6,dan,nps_0_10,9,2026-02-01 23:00,company
                7,cid,csat_5,1,2026-02-02 13:00,chat
                8,eve,csat_5,4,2026-02-03 20:00,mail
                9,eve,csat_5,7,2026-02-03 21:00,mail
                """);
        file = TestProject.file(
                folder,
                "project.yaml",
                """
                name: days
                time_zone: UTC
                output: {path: pieces}
                active: {ordered_within: 20}
                outcomes: {within: 2 days}
                quarantine: {limit: 0.5}
                sources:
                - {name: tickets, contract: tickets, format: csv, path: tickets.csv, select: SELECT * FROM source}
                - {name: contacts, contract: contacts, format: csv, path: contacts.csv, select: SELECT * FROM source}
                - {name: orders, contract: orders, format: csv, path: orders.csv, select: SELECT * FROM source}
                - {name: responses, contract: responses, format: csv, path: responses.csv, select: SELECT * FROM source}
                kpis:
                - {name: fcr, matures: 1 day}
                - {name: first_response_time, matures: 1 day}
                - {name: repurchase_rate, clock: first_order_at, matures: 3 days}
                use_kpis: [fcr, first_response_time, repurchase_rate, resolved_count,
                  last_resolution_time, abandonment_rate, aht, queue_wait, handle_time_per_ticket, revenue, order_value,
                  buyers, crr, churned, csat_5]
                """);
        Project project = project("whole");
        SparkSession spark = Stages.session(project);
        whole = Stages.run(spark, project, days("2026-01-30", "2026-02-04"), start("2026-02-04"))
                .store();
        Project inPieces = project("pieces");
        pieces = Stages.run(spark, inPieces, days("2026-01-30", "2026-02-01"), start("2026-02-01"))
                .store();
        afterTheFirst = immature();
        outcomesAfterTheFirst = pieces
                .read(Table.DAILY_OUTCOMES)
                .where("outcome = 'repurchase'")
                .groupBy("day")
                .agg(org.apache.spark.sql.functions.sum("immature").as("n"))
                .selectExpr("concat(day, ' ', n, ' waiting')")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
        done(Command.run("measure", "--project", file.toString(), "--from", "2026-02-01", "--to", "2026-02-04"));
        done(Command.run("assess", "--project", file.toString(), "--from", "2026-02-01", "--to", "2026-02-04"));
    }

    private static void done(Command.Outcome outcome) {
        assertThat(outcome.errors()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
    }

    private static Project project(String output) {
        return Stages.project(file, Map.of(), folder.resolve(output));
    }

    private static Days days(String from, String to) {
        return new Days(LocalDate.parse(from), LocalDate.parse(to));
    }

    private static Instant start(String day) {
        return Instant.parse(day + "T00:00:00Z");
    }

    @ParameterizedTest
    @EnumSource(
            value = Table.class,
            names = {
                "DAILY_MOMENTS",
                "DAILY_DURATIONS",
                "DAILY_CLUSTERS",
                "PERIOD_MOMENTS",
                "COHORTS",
                "KPI_VALUES",
                "WEAK_TOUCHPOINTS",
                "DAILY_OUTCOMES",
                "OUTCOMES"
            })
    void tablesAreEqual(Table table) {
        assertThat(rows(pieces, table)).isNotEmpty().containsExactlyElementsOf(rows(whole, table));
    }

    /** The law says little where nothing had to be waited for. */
    @Test
    void muchWasNotKnownInTheBeginning() {
        assertThat(afterTheFirst)
                .containsExactly(
                        "fcr 2026-01-31 2", "first_response_time 2026-01-31 2", "repurchase_rate month 2026-01-01 3");
        assertThat(pieces.read(Table.PERIOD_MOMENTS)
                        .where("kpi = 'repurchase_rate' AND period = '2026-01' AND touchpoint = 'all'")
                        .selectExpr("concat_ws(' ', n, immature, s)")
                        .first()
                        .getString(0))
                .as("ann did not, bob did, eve came a few hours too early to be known in time")
                .isEqualTo("3 0 2");
    }

    @Test
    void outcomesWereNotKnownInTheBeginning() {
        assertThat(outcomesAfterTheFirst).containsExactly("2026-01-30 1 waiting", "2026-01-31 2 waiting");
        assertThat(pieces
                        .read(Table.DAILY_OUTCOMES)
                        .where("outcome = 'repurchase' AND companion IS NULL")
                        .groupBy("day", "instrument", "answer")
                        .agg(org.apache.spark.sql.functions.expr("concat_ws(' ', sum(n), sum(immature), sum(s))"))
                        .selectExpr("concat_ws(' ', *)")
                        .collectAsList()
                        .stream()
                        .map(row -> row.getString(0))
                        .sorted())
                .containsExactly(
                        "2026-01-30 csat_5 5 1 0 1",
                        "2026-01-31 csat_5 1 1 0 1",
                        "2026-01-31 csat_5 2 1 0 0",
                        "2026-02-01 csat_5 5 1 0 1",
                        "2026-02-01 nps_0_10 3 1 0 0",
                        "2026-02-01 nps_0_10 9 1 0 1",
                        "2026-02-02 csat_5 1 0 1 0",
                        "2026-02-03 csat_5 4 0 1 0");
    }

    /** Days of their own that were never stored: but January is known better than they could tell. */
    @Test
    void aRunThatKnowsLessOfAPeriodIsRefused() {
        Project project = project("pieces");
        List<String> before = rows(pieces, Table.PERIOD_MOMENTS);
        Fault fault = catchThrowableOfType(
                Fault.class,
                () -> Stages.run(
                        Stages.session(project), project, days("2026-01-05", "2026-01-06"), start("2026-02-02")));
        assertThat(fault.exitCode()).isEqualTo(ExitCode.ARGUMENTS);
        assertThat(fault.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.problem())
                    .isEqualTo(
                            "periods that touch [2026-01-05, 2026-01-06) are stored as of 2026-02-04T00:00:00Z, later "
                                    + "than this run's 2026-02-02T00:00:00Z");
            assertThat(problem.place()).isEqualTo("--as-of");
        });
        assertThat(rows(pieces, Table.PERIOD_MOMENTS)).isEqualTo(before);
    }

    /** What this project does not ask for has no rows; DriversTest and FindingsTest show some to Kernel. */
    @Test
    void everyTableReadsTheSameByDeltaKernel() throws IOException {
        Set<Table> withoutRows = EnumSet.noneOf(Table.class);
        for (Table table : Table.values()) {
            if (Kernel.assertReads(pieces, table) == 0) {
                withoutRows.add(table);
            }
        }
        assertThat(withoutRows).containsExactlyInAnyOrder(Table.DAILY_PAIRS, Table.DRIVERS, Table.ACTION_EFFECTS);
    }

    @Test
    void tablesOfACatalogAndViewsOfOneRun() throws IOException {
        SparkSession spark = TestSpark.session().newSession();
        spark.conf().set("schema", CATALOG);
        Store begun = Store.at(spark, folder.resolve("begun").toString());
        begun.ensure(Table.RUNS);
        spark.conf().set("output", folder.resolve("begun").toString());
        // A task refuses, and Spark would log it with its stack trace.
        spark.sparkContext().setLogLevel("OFF");
        assertThatThrownBy(() -> execute(spark, "register.sql"))
                .hasMessageContaining("not all tables are there: assess some days first");
        spark.sparkContext().setLogLevel("ERROR");
        assertThat(begun.exists(Table.SCORECARD)).isFalse();
        assertThat(spark.catalog().databaseExists(CATALOG)).isFalse();

        spark.conf().set("output", folder.resolve("pieces").toString());
        execute(spark, "register.sql");
        execute(spark, "register.sql");
        execute(spark, "one-run.sql");
        List<String> names =
                Arrays.stream(Table.values()).map(Table::tableName).sorted().toList();
        assertThat(texts(spark, "SHOW TABLES IN " + CATALOG, "tableName")).isEqualTo(names);
        assertThat(texts(spark, "SHOW VIEWS IN " + ONE_RUN, "viewName")).isEqualTo(names);
        for (Table table : Table.values()) {
            var registered = spark.table(CATALOG + "." + table.tableName());
            assertThat(registered.schema()).isEqualTo(pieces.read(table).schema());
            assertThat(registered.inputFiles()).isEqualTo(pieces.read(table).inputFiles());
        }

        // The guide's query of what moved: since the table was made, all of it.
        String guide = Files.readString(Path.of("docs/operations.md"));
        String moved = guide.substring(guide.indexOf("SELECT kpi, touchpoint, period, old.value AS was"));
        moved = moved.substring(0, moved.indexOf(";")).replace("cx.", CATALOG + ".");
        assertThat(spark.sql(moved.replace("AS OF 17", "AS OF 0"))
                        .where("was IS NULL")
                        .count())
                .isPositive();
        String now = "AS OF " + version(spark, "kpi_values");
        assertThat(spark.sql(moved.replace("AS OF 17", now)).count()).isZero();

        // What comes later is not the run's.
        long before = version(spark, "scorecard");
        spark.sql("INSERT INTO %1$s.scorecard SELECT * FROM %1$s.scorecard".formatted(CATALOG));
        assertThat(spark.table(CATALOG + ".scorecard").count()).isEqualTo(8);
        assertThat(spark.table(ONE_RUN + ".scorecard").count()).isEqualTo(4);
        assertThat(texts(spark, "SELECT command FROM " + ONE_RUN + ".runs", "command"))
                .containsExactly("assess");
        execute(spark, "one-run.sql");
        assertThat(spark.table(ONE_RUN + ".scorecard").count()).isEqualTo(4);
        spark.sql("RESTORE TABLE " + CATALOG + ".scorecard TO VERSION AS OF " + before);
    }

    private static long version(SparkSession spark, String table) {
        return spark.sql("DESCRIBE HISTORY " + CATALOG + "." + table + " LIMIT 1")
                .first()
                .<Long>getAs("version");
    }

    /** As spark-sql does: one statement after the other, with {@code ${name}} of the session's settings. */
    private static void execute(SparkSession spark, String file) throws IOException {
        for (String statement :
                Files.readString(Path.of("jobs/sql/catalog", file)).split(";\n")) {
            spark.sql(statement).collectAsList();
        }
    }

    private static List<String> texts(SparkSession spark, String query, String column) {
        return spark.sql(query).select(column).collectAsList().stream()
                .map(row -> row.getString(0))
                .sorted()
                .toList();
    }

    @AfterAll
    static void forget() {
        TestSpark.session().sql("DROP SCHEMA IF EXISTS " + ONE_RUN + " CASCADE");
        TestSpark.session().sql("DROP SCHEMA IF EXISTS " + CATALOG + " CASCADE");
    }

    private static List<String> immature() {
        List<String> waiting = new java.util.ArrayList<>();
        for (Table table : List.of(Table.DAILY_MOMENTS, Table.DAILY_DURATIONS)) {
            pieces.read(table)
                    .where("immature > 0 AND segmentation = 'all'")
                    .groupBy("kpi", "day")
                    .agg(org.apache.spark.sql.functions.sum("immature").as("n"))
                    .selectExpr("concat_ws(' ', kpi, day, n)")
                    .collectAsList()
                    .forEach(row -> waiting.add(row.getString(0)));
        }
        pieces.read(Table.PERIOD_MOMENTS)
                .where("immature > 0 AND touchpoint = 'all'")
                .selectExpr("concat_ws(' ', kpi, grain, period_start, immature)")
                .collectAsList()
                .forEach(row -> waiting.add(row.getString(0)));
        return waiting.stream().sorted().toList();
    }

    /** All rows as text, in order; who wrote them and what was known then is no part of them. */
    private static List<String> rows(Store store, Table table) {
        String[] columns = Arrays.stream(table.columnNames())
                .filter(name -> !name.equals("as_of") && !name.equals("run_id"))
                .map(name -> store.read(table)
                                .schema()
                                .apply(name)
                                .dataType()
                                .typeName()
                                .equals("double")
                        ? "round(" + name + ", 9) AS " + name
                        : name)
                .toArray(String[]::new);
        return store.read(table).selectExpr(columns).collectAsList().stream()
                .map(Object::toString)
                .sorted()
                .toList();
    }
}
