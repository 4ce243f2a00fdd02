package dev.touchstone.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestSpark;
import dev.touchstone.kpi.Catalogue;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a raw row becomes, and every reason for which it does not count. One job for each contract looked at. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConversionTest {
    private static final String GOOD_INSTANT = "2026-11-03 10:00:00";

    private final List<Row> raw = new ArrayList<>();
    private final Map<String, List<String>> expected = new LinkedHashMap<>();
    private Map<String, Row> converted;

    @BeforeAll
    void convert() {
        // Columns of a case: response_id, instrument, score, responded_at, touchpoint, part, weight; then its reasons.
        add("whole number", row("r", "csat_5", "4", GOOD_INSTANT, "shop", null, "1.5"));
        add("padded", row(" r ", "csat_5", " 4 ", " " + GOOD_INSTANT + " ", " shop ", " ", ""));
        add("whole number with decimals", row("r", "csat_5", "4.0", GOOD_INSTANT, "shop", null, null));
        add("Persian digits", row("r", "csat_5", "۴", "۲۰۲۶-۱۱-۰۳ ۱۰:۰۰:۰۰", "shop", null, "۱٫۵"));
        add("instant with an offset", row("r", "csat_5", "4", "2026-11-03T13:30:00+03:30", "shop", null, null));
        add("day only", row("r", "csat_5", "4", "2026-11-03", "shop", null, null));
        add("no answer is no fault", row("r", "csat_5", "", GOOD_INSTANT, "shop", null, null));
        add("NULL score is no fault", row("r", "csat_5", null, GOOD_INSTANT, null, null, null));
        add("company is a touchpoint", row("r", "csat_5", "4", GOOD_INSTANT, "company", null, null));
        add("weight of zero", row("r", "csat_5", "4", GOOD_INSTANT, "shop", null, "0"));
        add("perception", row("r", "csat_5", "4", GOOD_INSTANT, "shop", "perception", null));

        String range = "score: outside the instrument's range";
        add("above", row("r", "csat_5", "6", GOOD_INSTANT, "shop", null, null), range + " '6'");
        add("below", row("r", "nps_1_10", "0", GOOD_INSTANT, "shop", null, null), range + " '0'");
        add("far above", row("r", "csat_5", "99999999", GOOD_INSTANT, "shop", null, null), range + " '99999999'");
        add(
                "not whole",
                row("r", "csat_5", "3.5", GOOD_INSTANT, "shop", null, null),
                "score: not a whole number '3.5'");
        add("a word", row("r", "csat_5", "good", GOOD_INSTANT, "shop", null, null), "score: unreadable 'good'");
        add("no number", row("r", "csat_5", "NaN", GOOD_INSTANT, "shop", null, null), "score: unreadable 'NaN'");
        add(
                "endless",
                row("r", "csat_5", "Infinity", GOOD_INSTANT, "shop", null, null),
                "score: unreadable 'Infinity'");
        add("a Java number", row("r", "csat_5", "4d", GOOD_INSTANT, "shop", null, null), "score: unreadable '4d'");
        add(
                "unknown instrument",
                row("r", "stars_9", "4", GOOD_INSTANT, "shop", null, null),
                "instrument: unknown instrument 'stars_9'");
        add("no instrument", row("r", null, "4", GOOD_INSTANT, "shop", null, null), "instrument: missing");
        add("NULL key", row(null, "csat_5", "4", GOOD_INSTANT, "shop", null, null), "response_id: missing");
        add("blank key", row("  ", "csat_5", "4", GOOD_INSTANT, "shop", null, null), "response_id: missing '  '");
        add("no instant", row("r", "csat_5", "4", null, "shop", null, null), "responded_at: missing");
        add(
                "unreadable instant",
                row("r", "csat_5", "4", "yesterday", "shop", null, null),
                "responded_at: unreadable 'yesterday'");
        add("time only", row("r", "csat_5", "4", "12:30", "shop", null, null), "responded_at: unreadable '12:30'");
        add("year only", row("r", "csat_5", "4", "2026", "shop", null, null), "responded_at: unreadable '2026'");
        add(
                "no such day",
                row("r", "csat_5", "4", "2026-02-30", "shop", null, null),
                "responded_at: unreadable '2026-02-30'");
        add(
                "no such zone",
                row("r", "csat_5", "4", "2026-11-03 10:00:00 Mars/Base", "shop", null, null),
                "responded_at: unreadable '2026-11-03 10:00:00 Mars/Base'");
        add(
                "day first",
                row("r", "csat_5", "4", "03.11.2026", "shop", null, null),
                "responded_at: unreadable '03.11.2026'");
        add(
                "Solar Hijri",
                row("r", "csat_5", "4", "1402-05-12", "shop", null, null),
                "responded_at: before 1900 (a Solar Hijri date? use persian_date) '1402-05-12'");
        add(
                "Solar Hijri in Persian digits",
                row("r", "csat_5", "4", "۱۴۰۲-۰۵-۱۲", "shop", null, null),
                "responded_at: before 1900 (a Solar Hijri date? use persian_date) '۱۴۰۲-۰۵-۱۲'");
        add(
                "reserved: all",
                row("r", "csat_5", "4", GOOD_INSTANT, "all", null, null),
                "touchpoint: reserved name 'all'");
        add(
                "reserved: unknown",
                row("r", "csat_5", "4", GOOD_INSTANT, " unknown ", null, null),
                "touchpoint: reserved name ' unknown '");
        add(
                "bad part",
                row("r", "csat_5", "4", GOOD_INSTANT, "shop", "hope", null),
                "part: perception or expectation 'hope'");
        add(
                "negative weight",
                row("r", "csat_5", "4", GOOD_INSTANT, "shop", null, "-0.5"),
                "weight: weight below zero '-0.5'");
        add(
                "unreadable weight",
                row("r", "csat_5", "4", GOOD_INSTANT, "shop", null, "heavy"),
                "weight: unreadable 'heavy'");
        add(
                "weight beyond all",
                row("r", "csat_5", "4", GOOD_INSTANT, "shop", null, "1e30"),
                "weight: unreadable '1e30'");
        add(
                "everything at once",
                row(null, "csat_5", "9", "12:30", "all", "hope", "-1"),
                "response_id: missing",
                "responded_at: unreadable '12:30'",
                "touchpoint: reserved name 'all'",
                "score: outside the instrument's range '9'",
                "part: perception or expectation 'hope'",
                "weight: weight below zero '-1'");
        add(
                "long value",
                row("r", "csat_5", "x".repeat(300), GOOD_INSTANT, "shop", null, null),
                "score: unreadable '" + "x".repeat(100) + "'");

        StructType schema = StructType.fromDDL("response_id STRING, instrument STRING, score STRING, "
                + "responded_at STRING, touchpoint STRING, part STRING, weight STRING, of_case STRING");
        converted = converted(TestSpark.session().createDataFrame(raw, schema), Contract.RESPONSES);
    }

    @Test
    void everyRowComesOutOnce() {
        assertThat(converted.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    }

    @Test
    void everyRowHasExactlyItsReasons() {
        Map<String, List<String>> found = new LinkedHashMap<>();
        expected.keySet().forEach(name -> found.put(name, reasons(converted.get(name))));
        assertThat(found).containsExactlyEntriesOf(expected);
    }

    @Test
    void aRowIsBrokenWhereItHasAReason() {
        converted.forEach((name, row) -> assertThat(row.<Boolean>getAs(Conversion.BROKEN))
                .as(name)
                .isEqualTo(!expected.get(name).isEmpty()));
    }

    @Test
    void whatCanBeReadIsRead() {
        assertThat(List.of("whole number", "padded", "whole number with decimals", "Persian digits"))
                .allSatisfy(name ->
                        assertThat(converted.get(name).<Integer>getAs("score")).isEqualTo(4));
        assertThat(converted.get("no answer is no fault").<Object>getAs("score"))
                .isNull();
        assertThat(converted.get("padded").<String>getAs("touchpoint")).isEqualTo("shop");
        assertThat(converted.get("padded").<Object>getAs("part")).isNull();
        assertThat(converted.get("Persian digits").<java.math.BigDecimal>getAs("weight"))
                .isEqualByComparingTo("1.5");
        assertThat(List.of("whole number", "padded", "Persian digits", "instant with an offset"))
                .allSatisfy(name -> assertThat(converted.get(name).<Timestamp>getAs("responded_at"))
                        .isEqualTo(Timestamp.from(Instant.parse("2026-11-03T10:00:00Z"))));
        assertThat(converted.get("day only").<Timestamp>getAs("responded_at"))
                .isEqualTo(Timestamp.from(Instant.parse("2026-11-03T00:00:00Z")));
    }

    /** Numbers that do not fit their column are no silent NULLs, which would pass for "no answer". */
    @Test
    void numbersByTypeAreCheckedToo() {
        Dataset<Row> numbers = TestSpark.session()
                .sql("SELECT 'r' AS response_id, 'csat_5' AS instrument, score, TIMESTAMP'2026-11-03 10:00:00' AS "
                        + "responded_at, weight, of_case FROM VALUES (4L, 1.0D, 'fits'), (3000000000L, 1.0D, 'huge score'), "
                        + "(4L, 1e12D, 'huge weight'), (4L, double('NaN'), 'no weight') AS t(score, weight, of_case)");
        Map<String, Row> rows = converted(numbers, Contract.RESPONSES);
        assertThat(reasons(rows.get("fits"))).isEmpty();
        assertThat(reasons(rows.get("huge score")))
                .containsExactly("score: outside the instrument's range '3000000000'");
        assertThat(reasons(rows.get("huge weight"))).containsExactly("weight: unreadable '1.0E12'");
        assertThat(reasons(rows.get("no weight"))).containsExactly("weight: unreadable 'NaN'");
    }

    @Test
    void aVersionMustNotEndBeforeItStarts() {
        Dataset<Row> versions = TestSpark.session()
                .sql(
                        "SELECT * FROM VALUES ('a', '2026-01-01', '2026-02-01', 'right'), ('a', '2026-01-01', NULL, 'open'), "
                                + "('a', '2026-01-01', '2026-01-01', 'empty'), ('a', '2026-02-01', '2026-01-01', 'backwards'), "
                                + "(NULL, '2026-01-01', 'soon', 'nobody') AS t(customer_id, valid_from, valid_to, of_case)");
        Map<String, Row> rows = converted(versions, Contract.CUSTOMERS);
        assertThat(reasons(rows.get("right"))).isEmpty();
        assertThat(reasons(rows.get("open"))).isEmpty();
        assertThat(reasons(rows.get("empty"))).isEmpty();
        assertThat(reasons(rows.get("backwards"))).containsExactly("valid_to: ends before it starts '2026-01-01'");
        assertThat(reasons(rows.get("nobody"))).containsExactly("customer_id: missing", "valid_to: unreadable 'soon'");
    }

    private void add(String name, Object[] columns, String... reasons) {
        Object[] values = Arrays.copyOf(columns, columns.length + 1);
        values[columns.length] = name;
        raw.add(RowFactory.create(values));
        expected.put(name, List.of(reasons));
    }

    private static Object[] row(String... columns) {
        return columns;
    }

    private static Map<String, Row> converted(Dataset<Row> rows, Contract contract) {
        Map<String, Row> byCase = new LinkedHashMap<>();
        Conversion.of(rows, contract, Catalogue.builtIn().instruments(), List.of("of_case"), true)
                .collectAsList()
                .forEach(
                        row -> assertThat(byCase.put(row.getAs("of_case"), row)).isNull());
        return byCase;
    }

    private static List<String> reasons(Row row) {
        return row.<Row>getList(row.fieldIndex(Conversion.REASONS)).stream()
                .map(reason -> reason.getString(1) + ": " + reason.getString(0)
                        + (reason.isNullAt(2) ? "" : " '" + reason.getString(2) + "'"))
                .toList();
    }
}
