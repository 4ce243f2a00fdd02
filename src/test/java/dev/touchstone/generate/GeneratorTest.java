package dev.touchstone.generate;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.ibm.icu.util.Calendar;
import com.ibm.icu.util.TimeZone;
import com.ibm.icu.util.ULocale;
import dev.touchstone.TestSpark;
import dev.touchstone.fault.ExitCode;
import dev.touchstone.fault.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorTest {
    private static final LocalDate FROM = Companies.FROM;
    private static final LocalDate TO = Companies.TO;
    private static final String BREAK = "2025-10-26";

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Path small;
    private static Path large;

    @BeforeAll
    static void generate() {
        spark = TestSpark.session();
        small = Companies.small();
        large = Companies.large();
    }

    @Test
    void equal_options_give_equal_files() throws IOException {
        Path again = folder.resolve("again");
        // A first run with another seed: what it leaves behind must go.
        Generator.write(spark, options(8, 1_000, again, "csv", false));
        assertThat(Files.readString(again.resolve("responses/part-0.csv")))
                .isNotEqualTo(Files.readString(small.resolve("responses/part-0.csv")));

        Generator.write(spark, options(7, 20_000, again, "csv", false));

        assertThat(files(again)).isEqualTo(files(small));
        assertThat(files(small).keySet())
                .containsExactly(
                        "contacts/part-0.csv",
                        "customers/part-0.csv",
                        "invitations/part-0.csv",
                        "memberships/part-0.csv",
                        "orders/part-0.csv",
                        "project.yaml",
                        "replies/part-0.csv",
                        "responses/part-0.csv",
                        "responses_call_center/part-0.csv",
                        "reviews/part-0.csv",
                        "tickets/part-0.csv",
                        "truth.json",
                        "visits/part-0.csv");
    }

    @Test
    void rows_do_not_depend_on_the_number_of_partitions() {
        GenerateOptions options = options(3, 30_000, folder, "csv", false);
        Span span = new Span(FROM, TO, false);
        Responses responses = new Responses(options, span, new Chance(3));
        SparkSession session = Generator.session(spark);

        List<String> one = sorted(responses.surveyTool(responses.frame(session, 1)));
        List<String> seven = sorted(responses.surveyTool(responses.frame(session, 7)));

        assertThat(seven).isEqualTo(one).hasSizeBetween(27_000, 31_000);
    }

    @Test
    void rows_do_not_depend_on_the_callers_session() throws IOException {
        SparkSession other = spark.newSession();
        other.conf().set("spark.sql.session.timeZone", "America/New_York");
        other.conf().set("spark.sql.ansi.enabled", "false");
        Path elsewhere = folder.resolve("elsewhere");

        Generator.write(other, options(7, 20_000, elsewhere, "csv", false));

        assertThat(files(elsewhere)).isEqualTo(files(small));
    }

    @Test
    void gives_about_the_wanted_number_of_rows() throws IOException {
        long rows = csv(small, "responses").count()
                + csv(small, "responses_call_center").count();
        assertThat(rows).isBetween(19_600L, 20_400L);
        long large =
                parquet("responses").count() + parquet("responses_call_center").count();
        assertThat(large).isBetween(198_000L, 202_000L);
        assertThat(csv(small, "responses_call_center").count() / (double) rows).isCloseTo(0.05, within(0.01));
        Dataset<Row> invitations = csv(small, "invitations");
        long answered = invitations.select("survey_id").na().drop().distinct().count();
        assertThat(answered / (double) invitations.count()).isCloseTo(0.30, within(0.02));
    }

    /** Every planted expectation, against the means of the rows: a cell of n answers within 4 standard errors. */
    @Test
    void means_are_the_planted_ones() throws IOException {
        Dataset<Row> answers = answers();
        Map<String, String> scores = Map.ofEntries(
                Map.entry("csat_5", "IF(score >= 4, 1, 0)"),
                Map.entry("csat_4", "IF(score >= 3, 1, 0)"),
                Map.entry("csat_100", "IF(score >= 80, 1, 0)"),
                Map.entry("ces_5", "score"),
                Map.entry("ease_5", "score"),
                Map.entry("ease_5_share", "IF(score >= 4, 1, 0)"),
                Map.entry("ces_7", "IF(score >= 5, 100, IF(score <= 2, -100, 0))"),
                Map.entry("net_easy_7", "IF(score <= 2, 100, IF(score >= 5, -100, 0))"),
                Map.entry("ces2_7", "score"),
                Map.entry("ces2_7_share", "IF(score >= 5, 1, 0)"),
                Map.entry("nps_0_10", "IF(score >= 9, 100, IF(score <= 6, -100, 0))"),
                Map.entry("nps_1_10", "IF(score >= 9, 100, IF(score <= 6, -100, 0))"));
        Map<String, Map<String, Row>> found = new HashMap<>();
        scores.forEach((kpi, score) -> {
            String instrument = kpi.equals("net_easy_7") ? "ces_7" : kpi.replace("_share", "");
            Map<String, Row> cells = new HashMap<>();
            for (String segmentation : List.of("all", "region", "agent_team")) {
                answers.where(col("question").equalTo(instrument))
                        .groupBy(
                                col("touch_point"),
                                (segmentation.equals("all") ? lit("all") : col(segmentation)).as("segment"),
                                col("is_after"))
                        .agg(
                                count(lit(1)).as("n"),
                                avg(expr(score)).as("mean"),
                                expr("stddev_samp(" + score + ")").as("deviation"))
                        .collectAsList()
                        .forEach(row -> cells.put(
                                segmentation + "/" + row.getAs("touch_point") + "/" + row.getAs("segment") + "/"
                                        + row.getAs("is_after"),
                                row));
            }
            found.put(kpi, cells);
        });
        int tested = 0;
        for (JsonNode cell : truth(large).get("cells")) {
            for (boolean after : new boolean[] {false, true}) {
                String key = cell.get("segmentation").asText() + "/"
                        + cell.get("touchpoint").asText() + "/"
                        + cell.get("segment").asText() + "/" + after;
                Row row = found.get(cell.get("kpi").asText()).get(key);
                if (row == null || row.<Long>getAs("n") < 100) {
                    continue;
                }
                // Answers of one customer go together: the errors are at most about a fifth wider than for
                // independent ones.
                double error = row.<Double>getAs("deviation") / Math.sqrt(row.<Long>getAs("n")) * 1.2;
                assertThat(row.<Double>getAs("mean"))
                        .as("%s of %s, n = %d", cell.get("kpi").asText(), key, row.<Long>getAs("n"))
                        .isCloseTo(cell.get(after ? "after" : "before").asDouble(), within(4 * error));
                tested++;
            }
        }
        assertThat(tested).isGreaterThan(130);
    }

    @Test
    void servqual_gaps_are_the_planted_ones() throws IOException {
        Dataset<Row> halves =
                parquet("responses").where("question = 'servqual_7'").selectExpr("item", "part", "rating AS score");
        Map<String, String> dimensions = new HashMap<>();
        yaml(large)
                .get("instruments")
                .get(0)
                .get("items")
                .properties()
                .forEach(item -> dimensions.put(item.getKey(), item.getValue().asText()));
        assertThat(dimensions).hasSize(22).containsEntry("q01", "tangibles").containsEntry("q22", "empathy");
        truth(large).get("servqual").properties().forEach(dimension -> {
            String items = String.join(
                    "','",
                    dimensions.entrySet().stream()
                            .filter(entry -> entry.getValue().equals(dimension.getKey()))
                            .map(Map.Entry::getKey)
                            .toList());
            for (String part : List.of("perception", "expectation")) {
                Row row = halves.where("part = '" + part + "' AND item IN ('" + items + "')")
                        .selectExpr("count(*) AS n", "avg(score) AS mean", "stddev(score) AS deviation")
                        .first();
                // One respondent gives several items, a fifth of them in one mood.
                double error = row.<Double>getAs("deviation") / Math.sqrt(row.<Long>getAs("n")) * 1.2;
                assertThat(row.<Double>getAs("mean"))
                        .as(dimension.getKey() + " " + part)
                        .isCloseTo(dimension.getValue().get(part).asDouble(), within(4 * error));
            }
        });
    }

    @Test
    void counts_of_spoilt_rows_are_those_in_the_files() throws IOException {
        Dataset<Row> rows = csv(small, "responses");
        Map<String, Long> found = new TreeMap<>();
        found.put("no_response_id", rows.where("survey_id IS NULL").count());
        found.put(
                "unreadable_date",
                rows.where("try_cast(answered AS timestamp) IS NULL").count());
        found.put("unknown_instrument", rows.where("question = 'csat_6'").count());
        found.put("score_not_whole", rows.where("rating LIKE '%.5'").count());
        found.put(
                "score_out_of_range",
                rows.where(
                                """
                                NOT coalesce(try_cast(rating AS int) BETWEEN
                                  CASE WHEN question IN ('nps_0_10', 'csat_100') THEN 0 ELSE 1 END AND
                                  CASE WHEN question = 'csat_100' THEN 100 WHEN question LIKE 'nps%' THEN 10
                                    WHEN question LIKE '%_7' THEN 7 WHEN question = 'csat_4' THEN 4
                                    WHEN question = 'csat_6' THEN 100 ELSE 5 END, true)
                                """)
                        .count());
        String key = "survey_id, touch_point, question, coalesce(item, ''), coalesce(part, '')";
        rows.where("survey_id IS NOT NULL").createOrReplaceTempView("generated");
        Dataset<Row> twice = spark.sql("SELECT count(*) AS n, count(DISTINCT loaded_at) AS loads,"
                + " count(DISTINCT rating) AS ratings FROM generated GROUP BY " + key + " HAVING count(*) > 1");
        found.put(
                "exact_duplicate",
                twice.where("n = 2 AND loads = 1 AND ratings = 1").count());
        found.put(
                "corrected_duplicate",
                twice.where("n = 2 AND loads = 2 AND ratings = 2").count());
        found.put(
                "late",
                rows.where("datediff(loaded_at, try_cast(answered AS date)) > 3")
                        .count());
        JsonNode planted = truth(small).get("planted_rows");

        // A late row whose date is unreadable cannot be told from the file.
        assertThat(found.remove("late"))
                .isBetween(
                        planted.get("responses").get("late").asLong() - 3,
                        planted.get("responses").get("late").asLong());
        found.forEach(
                (name, count) -> assertThat(planted.get("responses").get(name).asLong())
                        .as(name)
                        .isEqualTo(count)
                        .isPositive());
        assertThat(twice.count()).isEqualTo(found.get("exact_duplicate") + found.get("corrected_duplicate"));

        Dataset<Row> calls = csv(small, "responses_call_center");
        JsonNode planted2 = planted.get("responses_call_center");
        assertThat(calls.where("tarikh = 'نامعلوم'").count())
                .isEqualTo(planted2.get("unreadable_date").asLong());
        assertThat(calls.where("emtiaz IN ('۹', '۰', '۸', '۱۱') AND NOT (question LIKE 'nps%' AND emtiaz <> '۱۱')")
                        .count())
                .isEqualTo(planted2.get("score_out_of_range").asLong());
        csv(small, "customers").createOrReplaceTempView("versions");
        assertThat(spark.sql(
                                "SELECT DISTINCT a.client FROM versions a JOIN versions b ON a.client = b.client"
                                        + " AND a.valid_from < b.valid_from AND (a.valid_to > b.valid_from OR a.valid_to IS NULL)")
                        .count())
                .isEqualTo(planted.get("customers")
                        .get("customers_with_overlapping_versions")
                        .asLong())
                .isPositive();
        JsonNode counted = truth(small).get("rows");
        for (String source : List.of("responses", "responses_call_center", "invitations", "customers")) {
            assertThat(counted.get(source).asLong())
                    .as(source)
                    .isEqualTo(csv(small, source).count());
        }
    }

    @Test
    void clean_data_hold_nothing_spoilt() throws IOException {
        JsonNode planted = truth(large).get("planted_rows");
        assertThat(planted.get("responses").size()).isZero();
        assertThat(planted.get("responses_call_center").size()).isZero();
        assertThat(planted.get("customers").get("versions_of_these_customers").asLong())
                .isZero();
        Dataset<Row> rows = parquet("responses");
        assertThat(rows.selectExpr("survey_id", "touch_point", "question", "item", "part")
                        .distinct()
                        .count())
                .isEqualTo(rows.count());
        assertThat(rows.where("survey_id IS NULL OR answered IS NULL OR rating IS NULL")
                        .count())
                .isZero();
        assertThat(rows.schema().apply("answered").dataType().simpleString()).isEqualTo("timestamp");
        assertThat(rows.schema().apply("rating").dataType().simpleString()).isEqualTo("int");
        assertThat(rows.where(
                                "answered < timestamp'2025-03-20T20:30:00Z' OR answered >= timestamp'2026-03-20T20:30:00Z'")
                        .count())
                .isZero();
    }

    /** The calendar's own conversion back, row by row, must give the instant that was written. */
    @Test
    void solar_hijri_dates_convert_back() {
        GenerateOptions options = options(5, 20_000, folder, "csv", true);
        // Over three turns of the year, one of them after a leap year (1403).
        LocalDate from = LocalDate.of(2023, 3, 15);
        Span span = new Span(from, LocalDate.of(2026, 4, 2), false);
        List<Row> rows = Generator.session(spark)
                .range(0, 1113)
                .selectExpr("1678825800 + id * 86400 + (id * 1987) % 1440 * 60 AS seconds")
                .select(
                        col("seconds"),
                        PersianText.instant(col("seconds"), span).as("text"))
                .collectAsList();
        assertThat(options.clean()).isTrue();
        Calendar calendar =
                Calendar.getInstance(TimeZone.getTimeZone("Asia/Tehran"), new ULocale("fa_IR@calendar=persian"));
        List<String> texts = new ArrayList<>();
        for (Row row : rows) {
            String text = row.getAs("text");
            texts.add(text);
            int[] numbers = java.util.Arrays.stream(latin(text).split("[/ :]"))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            calendar.clear();
            calendar.set(numbers[0], numbers[1] - 1, numbers[2], numbers[3], numbers[4]);
            assertThat(calendar.getTimeInMillis() / 1000).as(text).isEqualTo(row.<Long>getAs("seconds"));
        }
        // 1403 is a leap year: its last day is 30 Esfand, 2025-03-20.
        assertThat(texts)
                .anyMatch(text -> text.startsWith("۱۴۰۳/۱۲/۳۰ "))
                .anyMatch(text -> text.startsWith("۱۴۰۴/۰۱/۰۱ "));
        assertThat(texts).noneMatch(text -> text.startsWith("۱۴۰۲/۱۲/۳۰ "));
    }

    @Test
    void project_file_names_the_columns_of_the_data() throws IOException {
        for (Path company : List.of(small, large)) {
            JsonNode project = yaml(company);
            assertThat(project.get("name").asText()).isEqualTo("retailer");
            assertThat(project.get("touchpoints").size()).isEqualTo(21);
            assertThat(project.get("instruments").get(0).get("weights").toString())
                    .isEqualTo(
                            "{\"tangibles\":11,\"reliability\":32,\"responsiveness\":22,\"assurance\":19,\"empathy\":16}");
            assertThat(project.get("segmentations").findValuesAsText("name"))
                    .containsExactly("tier", "region", "channel", "stage", "agent_team");
            for (JsonNode source : project.get("sources")) {
                Dataset<Row> rows = spark.read()
                        .format(source.get("format").asText())
                        .option("header", true)
                        .load(company.resolve(source.get("path").asText()).toString());
                rows.createOrReplaceTempView("source");
                // persian_timestamp is Touchstone's own.
                String select = source.get("select").asText().replace("persian_timestamp(", "upper(");
                assertThat(spark.sql(select).count())
                        .as(source.get("name").asText())
                        .isPositive();
            }
        }
    }

    @Test
    void every_instrument_and_team_occurs() throws IOException {
        Dataset<Row> answers = answers();
        assertThat(strings(answers, "question"))
                .containsExactlyInAnyOrderElementsOf(
                        Question.ALL.stream().map(Question::name).toList());
        assertThat(strings(answers, "touch_point")).hasSize(20);
        assertThat(strings(answers.where("agent_team IS NOT NULL"), "touch_point"))
                .containsExactlyInAnyOrder("phone_order", "phone_support", "chat_support");
        // Arabic letters in some, so that folding matters.
        assertThat(strings(csv(small, "customers"), "region")).contains("کرمان", "كرمان", "گیلان", "گيلان");
    }

    @Test
    void wrong_options_are_refused_together() {
        assertThatThrownBy(() -> new GenerateOptions(1, 0, 0, TO, FROM, " ", "xlsx", false))
                .isInstanceOfSatisfying(Fault.class, fault -> {
                    assertThat(fault.exitCode()).isEqualTo(ExitCode.ARGUMENTS);
                    assertThat(fault.problems()).hasSize(5);
                })
                .hasMessageContaining("cannot generate 0 answer rows")
                .hasMessageContaining("cannot generate 0.0 contacts and orders for each answer row")
                .hasMessageContaining("the first day 2026-03-21 is not before the end 2025-03-21")
                .hasMessageContaining("no output folder")
                .hasMessageContaining("unknown format xlsx");
    }

    @Test
    void a_folder_with_other_things_is_refused_and_left_alone() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("thesis.txt"), "ten years of work");

        assertThatThrownBy(() -> Generator.write(spark, options(1, 100, other, "csv", false)))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.exitCode()).isEqualTo(ExitCode.FAULT))
                .hasMessageContaining("the folder holds 1 files or folders and no earlier truth.json");

        assertThat(other).isDirectoryContaining("glob:**/thesis.txt");
        try (var children = Files.list(other)) {
            assertThat(children).hasSize(1);
        }
    }

    @Test
    void an_output_that_is_a_file_is_refused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> Generator.write(spark, options(1, 100, file, "csv", false)))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("the output is a file");
    }

    /** Both response sources of the large company, with the segments that the truth speaks of. */
    private static Dataset<Row> answers() {
        parquet("responses").createOrReplaceTempView("survey_tool");
        parquet("responses_call_center").createOrReplaceTempView("call_center");
        parquet("customers").createOrReplaceTempView("history");
        return spark.sql(
                """
                SELECT a.*, translate(h.region, 'يك', 'یک') AS region
                FROM (
                  SELECT question, rating AS score, answered, client, touch_point, team AS agent_team,
                    answered >= timestamp'%sT00:00:00+03:30' AS is_after
                  FROM survey_tool
                  UNION ALL
                  SELECT question, CAST(translate(emtiaz, '۰۱۲۳۴۵۶۷۸۹', '0123456789') AS int), NULL, moshtari,
                    touch_point, team,
                    translate(tarikh, '۰۱۲۳۴۵۶۷۸۹', '0123456789') >= '1404/08/04'
                  FROM call_center
                ) a LEFT JOIN history h
                ON a.client = h.client AND h.valid_from <= a.answered
                  AND (h.valid_to IS NULL OR a.answered < h.valid_to)
                """
                        .formatted(BREAK));
    }

    private static String latin(String text) {
        StringBuilder latin = new StringBuilder();
        text.chars()
                .forEach(letter -> latin.append((char) (letter >= '۰' && letter <= '۹' ? letter - '۰' + '0' : letter)));
        return latin.toString();
    }

    private static GenerateOptions options(long seed, long responses, Path output, String format, boolean clean) {
        return Companies.options(seed, responses, output, format, clean);
    }

    private static Dataset<Row> csv(Path company, String source) {
        return spark.read().option("header", true).csv(company.resolve(source).toString());
    }

    private static Dataset<Row> parquet(String source) {
        return spark.read().parquet(large.resolve(source).toString());
    }

    private static JsonNode truth(Path company) throws IOException {
        return new ObjectMapper().readTree(company.resolve("truth.json").toFile());
    }

    private static JsonNode yaml(Path company) throws IOException {
        return new ObjectMapper(new YAMLFactory())
                .readTree(company.resolve("project.yaml").toFile());
    }

    private static TreeSet<String> strings(Dataset<Row> rows, String column) {
        TreeSet<String> strings = new TreeSet<>();
        rows.select(column).distinct().collectAsList().forEach(row -> strings.add(row.getString(0)));
        return strings;
    }

    private static List<String> sorted(Dataset<Row> rows) {
        return rows.collectAsList().stream()
                .map(Row::toString)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private static Map<String, String> files(Path company) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (var walk = Files.walk(company)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(company.relativize(file).toString(), Files.readString(file, StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}
