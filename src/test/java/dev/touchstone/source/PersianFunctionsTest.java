package dev.touchstone.source;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestSpark;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersianFunctionsTest {
    private static final SparkSession SPARK = TestSpark.session();

    @BeforeAll
    static void register() {
        PersianFunctions.register(SPARK);
        assertThat(SPARK.conf().get("spark.sql.ansi.enabled")).isEqualTo("true");
    }

    private static String first(String sql) {
        Object value = SPARK.sql(sql).first().get(0);
        return value == null ? null : value.toString();
    }

    private static String call(String function, String text) {
        return first("SELECT CAST(%s('%s') AS STRING)".formatted(function, text));
    }

    @ParameterizedTest
    @CsvSource({
        "۱۴۰۵/۰۸/۳۰, 2026-11-21",
        "١٤٠٥/٠٨/٣٠, 2026-11-21", // Arabic digits
        "۱۴۰5/08/۳۰, 2026-11-21", // mixed
        "1405-8-30, 2026-11-21",
        "1405.08.30, 2026-11-21",
        "14050830, 2026-11-21",
        "1405/08/30 14:05, 2026-11-21",
        "1405/08/30T14:05:59, 2026-11-21",
        "1405/08/30 25:99, 2026-11-21", // the time is not looked at
        "' \u200f1405/08/30 ', 2026-11-21", // as spreadsheets copy it
        "1405/01/01, 2026-03-21",
        "1403/12/30, 2025-03-20", // leap year
        "1357/11/22, 1979-02-11",
        "1300/01/01, 1921-03-21",
    })
    void datesAreRead(String text, String day) {
        assertThat(call("persian_date", text)).isEqualTo(day);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "abc",
                "1404-12-30", // no leap year
                "1405/13/01",
                "1405/00/10",
                "1405/07/31",
                "1405/08",
                "1405/08-30",
                "05/08/30",
                "30/08/1405",
                "2026-11-21", // Gregorian
                "20261121",
                "1405/08/30 until 1405/09/02",
                "1405/08/301",
            })
    void impossibleDatesAreNull(String text) {
        assertThat(call("persian_date", text)).isNull();
        assertThat(call("persian_timestamp", text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "۱۴۰۵/۰۸/۳۰ ۱۴:۰۵, 2026-11-21 14:05:00",
        "1405/08/30 9:05:07, 2026-11-21 09:05:07",
        "1405/08/30T23:59:59.999, 2026-11-21 23:59:59",
        "1405/08/30, 2026-11-21 00:00:00",
    })
    void timestampsAreRead(String text, String instant) {
        assertThat(call("persian_timestamp", text)).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1405/08/30 24:00", "1405/08/30 14:60", "1405/08/30 14:5", "1405/08/30 14:05 PM"})
    void impossibleTimesAreNull(String text) {
        assertThat(call("persian_timestamp", text)).isNull();
    }

    @Test
    void wholeNumbersAndNullsAreTaken() {
        assertThat(first("SELECT persian_date(14050830)")).isEqualTo("2026-11-21");
        assertThat(first("SELECT latin_digits(14)")).isEqualTo("14");
        for (String function : List.of("persian_date", "persian_timestamp", "latin_digits", "persian_name")) {
            assertThat(first("SELECT %s(NULL)".formatted(function)))
                    .as(function)
                    .isNull();
            assertThat(first("SELECT %s(CAST(NULL AS STRING))".formatted(function)))
                    .as(function)
                    .isNull();
        }
    }

    @Test
    void functionsWorkWhereAWideSurveyIsUnfolded() {
        List<Row> rows = SPARK.sql("SELECT stack(2, latin_digits(a), persian_name(b), latin_digits(b), persian_name(a))"
                        + " FROM VALUES ('۵', 'كيش') AS t(a, b)")
                .collectAsList();
        assertThat(rows).extracting(Row::toString).containsExactly("[5,کیش]", "[كيش,5]");
    }

    @ParameterizedTest
    @CsvSource({"۱۲۳٫۵, 123.5", "١٢٣, 123", "۱٬۲۳۴٬۵۶۷, 1234567", "'1,5', '1,5'", "'', ''", "الف۹, الف9", "-۵, -5"})
    void digitsAreFolded(String text, String folded) {
        assertThat(call("latin_digits", text)).isEqualTo(folded);
        assertThat(PersianFunctions.latinDigits(text)).isEqualTo(folded);
    }

    @ParameterizedTest
    @CsvSource({
        "كيش, کیش",
        "علي\u200cرضا, علی رضا", // zero-width non-joiner
        "'  شعبه   ۱۲ ', شعبه 12",
        "'\u00a0شعبه\t۱۲\u200c', شعبه 12",
        "تهـــران, تهران", // tatweel
        "\u200fتهران\u200e, تهران",
        "مصطفى, مصطفی",
        "دایرة, دایرة", // kept
        "'\u001b[31mred\u0000\u009b', [31mred", // what terminals take for orders
        "Web  Site, Web Site",
        "' ', ''",
        "'', ''",
    })
    void namesAreFolded(String text, String folded) {
        assertThat(call("persian_name", text)).isEqualTo(folded);
        assertThat(PersianFunctions.persianName(text)).isEqualTo(folded);
    }

    /** Java and Spark must fold alike, else a name in the project file would not match its rows. */
    @Test
    void columnsAndStringsAgreeOnEveryCharacter() {
        String alphabet =
                "آبي ىیكکةۀ۰۹٠٩٫٬aZ05-/ \u200c\u200c  \t\n\u00a0\u0640\u200f\u2009\u3000\ufeff\u0000\u001b\u0085\u009b😀";
        int[] characters = alphabet.codePoints().toArray();
        Random random = new Random(14050830);
        List<String> texts = java.util.stream.Stream.generate(
                        () -> random.ints(random.nextInt(12), 0, characters.length)
                                .map(index -> characters[index])
                                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                                .toString())
                .limit(20_000)
                .toList();
        Dataset<Row> folded = SPARK.createDataset(texts, Encoders.STRING())
                .select(
                        col("value"),
                        PersianFunctions.latinDigits(col("value")).as("digits"),
                        PersianFunctions.persianName(col("value")).as("name"));
        List<Row> rows = folded.collectAsList();
        assertThat(rows).hasSize(20_000).allSatisfy(row -> {
            assertThat(row.<String>getAs("digits")).isEqualTo(PersianFunctions.latinDigits(row.<String>getAs("value")));
            assertThat(row.<String>getAs("name")).isEqualTo(PersianFunctions.persianName(row.<String>getAs("value")));
        });
        assertThat(folded.queryExecution().executedPlan().toString()).doesNotContain("UDF");
    }

    @Test
    void columnsGiveNullForNull() {
        assertThat(SPARK.sql("SELECT CAST(NULL AS STRING) AS value")
                        .select(PersianFunctions.latinDigits(col("value")), PersianFunctions.persianName(col("value")))
                        .first())
                .asString()
                .isEqualTo("[null,null]");
    }
}
