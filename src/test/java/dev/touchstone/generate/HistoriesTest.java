package dev.touchstone.generate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.touchstone.TestSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What customers did: coherent between the sources, and as often as planted. */
class HistoriesTest {
    private static final List<String> SOURCES =
            List.of("memberships", "orders", "contacts", "tickets", "replies", "reviews", "visits");

    /** Rows later than this may miss what follows them: the longest chains end within 45 days. */
    private static final String OLD = "timestamp'2026-02-04T00:00:00+03:30'";

    private static final String BREAK = "timestamp'2025-10-26T00:00:00+03:30'";

    private static SparkSession spark;
    private static JsonNode truth;

    @BeforeAll
    static void read() throws IOException {
        spark = TestSpark.session().newSession();
        truth = truth(Companies.large());
        for (String source : SOURCES) {
            spark.read().parquet(Companies.large().resolve(source).toString()).createOrReplaceTempView(source);
            spark.read()
                    .option("header", true)
                    .option("inferSchema", true)
                    .csv(Companies.small().resolve(source).toString())
                    .createOrReplaceTempView("small_" + source);
        }
    }

    @Test
    void gives_about_the_wanted_number_of_rows() {
        JsonNode rows = truth.get("rows");
        for (String source : List.of("orders", "contacts", "visits")) {
            assertThat(rows.get(source).asLong()).as(source).isBetween(47_500L, 52_500L);
        }
        for (String source : SOURCES) {
            assertThat(rows.get(source).asLong())
                    .as(source)
                    .isEqualTo(spark.table(source).count())
                    .isPositive();
        }
    }

    /** Each query finds rows that contradict others. */
    @Test
    void sources_agree_with_each_other() {
        Map<String, String> contradictions = new LinkedHashMap<>();
        for (String prefix : List.of("", "small_")) {
            contradictions.put(
                    prefix + "contacts of no ticket",
                    "SELECT 1 FROM %1$scontacts WHERE ticket_no NOT IN (SELECT ticket_no FROM %1$stickets)"
                            .formatted(prefix));
            contradictions.put(
                    prefix + "reviews of no contact",
                    "SELECT 1 FROM %1$sreviews WHERE contact_no NOT IN (SELECT contact_no FROM %1$scontacts)"
                            .formatted(prefix));
            contradictions.put(
                    prefix + "legs transferred from nowhere",
                    "SELECT 1 FROM %1$scontacts WHERE from_contact NOT IN (SELECT contact_no FROM %1$scontacts)"
                            .formatted(prefix));
            contradictions.put(
                    prefix + "tickets merged into nowhere",
                    "SELECT 1 FROM %1$stickets WHERE merged_into NOT IN (SELECT ticket_no FROM %1$stickets)"
                            .formatted(prefix));
        }
        contradictions.put(
                "contacts unlike their tickets",
                """
                SELECT 1 FROM contacts c JOIN tickets t ON c.ticket_no = t.ticket_no
                WHERE c.client <> t.client OR c.touch_point <> t.touch_point OR NOT c.reason <=> t.reason
                  OR c.offered < t.created OR c.abandoned OR t.spam OR t.merged_into IS NOT NULL
                """);
        contradictions.put(
                "second legs before the first",
                """
                SELECT 1 FROM contacts b JOIN contacts a ON b.from_contact = a.contact_no
                WHERE b.offered < a.answered OR NOT b.client <=> a.client OR b.touch_point <> a.touch_point
                  OR b.team = a.team
                """);
        contradictions.put(
                "tickets with other transfers than their contacts",
                """
                SELECT 1 FROM tickets t LEFT JOIN (
                  SELECT ticket_no, count(from_contact) AS legs, count(DISTINCT coalesce(from_contact, contact_no)) AS n
                  FROM contacts GROUP BY 1
                ) c ON c.ticket_no = t.ticket_no
                WHERE c.n = 1 AND t.transfers <> c.legs AND t.created < %s
                """
                        .formatted(OLD));
        contradictions.put(
                "tickets whose replies are counted wrongly",
                """
                SELECT 1 FROM tickets t LEFT JOIN (SELECT ticket_no, count(answered) AS n FROM replies GROUP BY 1) r
                ON r.ticket_no = t.ticket_no WHERE t.replies <> coalesce(r.n, 0)
                """);
        contradictions.put(
                "replies before their ticket, or twice at once",
                """
                SELECT 1 FROM replies r LEFT JOIN tickets t ON r.ticket_no = t.ticket_no
                WHERE t.ticket_no IS NULL OR r.asked < t.created OR r.answered < r.asked OR r.client <> t.client
                UNION ALL SELECT 1 FROM replies GROUP BY ticket_no, asked HAVING count(*) > 1
                """);
        contradictions.put(
                "tickets out of order",
                """
                SELECT 1 FROM tickets WHERE first_reply < created OR first_solved < first_reply OR solved < first_solved
                  OR (reopens = 0 AND solved > first_solved) OR (reopens > 0 AND first_solved IS NULL)
                """);
        contradictions.put(
                "reviews before their contact ended",
                """
                SELECT 1 FROM reviews r JOIN contacts c ON r.contact_no = c.contact_no
                WHERE r.reviewed < c.ended OR NOT r.ticket_no <=> c.ticket_no OR NOT r.team <=> c.team
                """);
        contradictions.put(
                "refunds unlike their order",
                """
                SELECT 1 FROM orders r LEFT JOIN orders o ON r.refund_of = o.order_no
                WHERE r.refund_of IS NOT NULL
                  AND (o.order_no IS NULL OR o.refund_of IS NOT NULL OR o.client <> r.client OR r.ordered < o.ordered
                    OR r.amount > o.amount)
                """);
        contradictions.put(
                "payments without an order",
                """
                SELECT 1 FROM visits v LEFT ANTI JOIN orders o
                ON o.client = v.client AND o.ordered BETWEEN v.visited AND v.visited + INTERVAL 1 MINUTE
                WHERE v.converted AND v.visited < %s
                """
                        .formatted(OLD));
        contradictions.put(
                "calls to order without an order",
                """
                SELECT 1 FROM contacts c LEFT ANTI JOIN orders o
                ON o.touch_point = 'phone_order' AND o.ordered BETWEEN c.answered AND c.answered + INTERVAL 1 MINUTE
                WHERE c.converted AND c.offered < %s
                """
                        .formatted(OLD));
        contradictions.put(
                "journeys out of order",
                """
                SELECT 1 FROM (
                  SELECT journey_no, array_join(transform(sort_array(collect_list(struct(visited, touch_point))),
                    step -> regexp_replace(step.touch_point, '(web|app)_', '')), ' ') AS steps
                  FROM visits WHERE journey_no IS NOT NULL GROUP BY 1)
                WHERE steps NOT IN ('product_page', 'product_page cart', 'product_page cart checkout',
                  'product_page cart checkout payment', 'product_page product_page', 'product_page product_page cart',
                  'product_page product_page cart checkout', 'product_page product_page cart checkout payment')
                """);
        contradictions.put(
                "memberships that overlap",
                """
                SELECT 1 FROM memberships a JOIN memberships b
                ON a.client = b.client AND a.began < b.began AND (a.ended IS NULL OR a.ended > b.began)
                """);
        String found = contradictions.entrySet().stream()
                .map(each -> "SELECT '%s' AS contradiction FROM (%s)".formatted(each.getKey(), each.getValue()))
                .collect(Collectors.joining(" UNION ALL "));
        assertThat(spark.sql(found).groupBy("contradiction").count().collectAsList())
                .isEmpty();
    }

    @Test
    void touchpoints_of_all_sources_stand_in_the_project_file() throws IOException {
        JsonNode project = new ObjectMapper(new YAMLFactory())
                .readTree(Companies.small().resolve("project.yaml").toFile());
        List<String> known = project.get("touchpoints").findValuesAsText("name");
        Map<String, JsonNode> delivery = new HashMap<>();
        project.get("touchpoints").forEach(each -> delivery.put(each.get("name").asText(), each.get("channel")));
        assertThat(delivery.get("delivery").asText()).isEqualTo("courier");
        assertThat(project.get("active").asText()).isEqualTo("membership");
        for (String source : SOURCES) {
            List<String> used = spark
                    .sql("SELECT DISTINCT touch_point FROM small_" + source + " WHERE touch_point IS NOT NULL")
                    .collectAsList()
                    .stream()
                    .map(row -> row.getString(0))
                    .toList();
            assertThat(known).as(source).containsAll(used);
            assertThat(used).as(source).isNotEmpty();
        }
        // The selects choose the channel by touchpoint: none may be without.
        for (JsonNode source : project.get("sources")) {
            String name = source.get("name").asText();
            if (SOURCES.contains(name) && !name.equals("memberships")) {
                spark.table("small_" + name).createOrReplaceTempView("source");
                assertThat(spark.sql(source.get("select").asText())
                                .where("channel IS NULL AND touchpoint IS NOT NULL")
                                .count())
                        .as(name)
                        .isZero();
            }
        }
    }

    /** Every planted rate and mean at the desks, against the rows: within 4 standard errors. */
    @Test
    void service_is_as_planted() {
        Map<String, String> queries = new LinkedHashMap<>();
        queries.put(
                "abandonment_rate",
                """
                SELECT touch_point, team, client, offered AS at, CAST(abandoned AS INT) AS score FROM contacts
                WHERE from_contact IS NULL AND NOT (abandoned AND timestampdiff(SECOND, offered, ended) < 5)
                """);
        queries.put(
                "transfer_rate",
                """
                SELECT a.touch_point, a.team, a.client, a.offered AS at, IF(b.contact_no IS NULL, 0, 1) AS score
                FROM contacts a LEFT JOIN contacts b ON b.from_contact = a.contact_no
                WHERE a.from_contact IS NULL AND a.answered IS NOT NULL
                """);
        queries.put(
                "queue_wait",
                """
                SELECT touch_point, team, client, offered AS at, timestampdiff(SECOND, offered, answered) AS score
                FROM contacts WHERE answered IS NOT NULL
                """);
        queries.put(
                "aht",
                """
                SELECT touch_point, team, client, offered AS at, talk + hold + wrap AS score
                FROM contacts WHERE talk + hold + wrap IS NOT NULL
                """);
        queries.put(
                "cost_per_contact",
                """
                SELECT touch_point, first(team) AS team, first(client) AS client, min(offered) AS at, sum(cost) AS score
                FROM contacts GROUP BY coalesce(from_contact, contact_no), touch_point
                """);
        queries.put(
                "converted",
                """
                SELECT touch_point, team, client, offered AS at, CAST(converted AS INT) AS score
                FROM contacts WHERE from_contact IS NULL AND touch_point = 'phone_order'
                """);
        queries.put(
                "iqs",
                """
                SELECT touch_point, team, client, at, IF(bool_or(critical AND share < 0.5), 0,
                  sum(share * w) / sum(w)) AS score
                FROM (
                  SELECT r.review_no, r.touch_point, r.team, c.client, c.offered AS at, r.critical,
                    coalesce(r.weight, 1) AS w, (r.score - r.lowest) / (r.highest - r.lowest) AS share
                  FROM reviews r JOIN contacts c ON r.contact_no = c.contact_no)
                GROUP BY review_no, touch_point, team, client, at
                """);
        String tickets = "SELECT touch_point, team, client, created AS at, %s AS score FROM tickets"
                + " WHERE NOT spam AND merged_into IS NULL AND %s";
        queries.put(
                "first_response_time",
                tickets.formatted("timestampdiff(SECOND, created, first_reply)", "first_reply IS NOT NULL"));
        queries.put("reopen_rate", tickets.formatted("IF(reopens > 0, 1, 0)", "first_solved IS NOT NULL"));
        queries.put("unsolved_rate", tickets.formatted("IF(first_solved IS NULL, 1, 0)", "true"));
        queries.put(
                "first_resolution_time",
                tickets.formatted("timestampdiff(SECOND, created, first_solved)", "first_solved IS NOT NULL"));
        spark.sql(
                        """
                        SELECT client, reason, offered AS at FROM contacts
                        WHERE from_contact IS NULL AND client IS NOT NULL
                        UNION ALL
                        SELECT client, reason, created FROM tickets
                        WHERE NOT spam AND merged_into IS NULL
                        """)
                .createOrReplaceTempView("knocks");
        String followed =
                """
                SELECT t.touch_point, t.team, t.client, t.created AS at, %s AS score
                FROM tickets t LEFT JOIN knocks k
                ON k.client = t.client AND k.reason <=> t.reason AND k.at > t.created
                  AND k.at <= t.created + INTERVAL 7 DAYS
                WHERE NOT t.spam AND t.merged_into IS NULL AND %s
                GROUP BY t.ticket_no, t.touch_point, t.team, t.client, t.created, t.reopens
                """;
        queries.put("recontact_rate", followed.formatted("IF(count(k.at) > 0, 1, 0)", "t.ticket_no % 4 = 0"));
        queries.put("fcr", followed.formatted("IF(count(k.at) = 0 AND t.reopens = 0, 1, 0)", "true"));
        CustomerHistory history = history();
        spark.range(0, history.count())
                .select(
                        CustomerHistory.client(col("id")).as("client"),
                        history.region(col("id"), org.apache.spark.sql.functions.lit(0))
                                .as("first"),
                        history.region(col("id"), org.apache.spark.sql.functions.lit(1))
                                .as("second"))
                .where("first = second")
                .createOrReplaceTempView("regions");
        Map<String, Row> found = new HashMap<>();
        String scores = queries.entrySet().stream()
                .map(query ->
                        "SELECT '%s' AS name, touch_point, team, client, at, CAST(score AS DOUBLE) AS score FROM (%s)"
                                .formatted(query.getKey(), query.getValue()))
                .collect(Collectors.joining(" UNION ALL "));
        spark.sql(
                        """
                        SELECT concat_ws('/', name, touch_point, segment, at >= %s) AS cell, count(*) AS n,
                          avg(score) AS mean, stddev_samp(score) AS deviation
                        FROM (%s) s LEFT JOIN regions r ON s.client = r.client
                        LATERAL VIEW explode(array('all', team, CAST(r.first AS STRING))) AS segment
                        WHERE at < %s AND segment IS NOT NULL GROUP BY 1
                        """
                                .formatted(BREAK, scores, OLD))
                .collectAsList()
                .forEach(row -> found.put(row.getAs("cell"), row));
        int tested = 0;
        List<String> wrong = new ArrayList<>();
        for (JsonNode cell : truth.get("service_cells")) {
            String segment = cell.get("segment").asText();
            if (cell.get("segmentation").asText().equals("region")) {
                segment = String.valueOf(Retailer.REGIONS.indexOf(segment));
            }
            for (boolean after : new boolean[] {false, true}) {
                String key =
                        cell.get("name").asText() + "/" + cell.get("touchpoint").asText() + "/" + segment + "/" + after;
                Row row = found.get(key);
                if (row == null || row.<Long>getAs("n") < 50) {
                    continue;
                }
                double expected = cell.get(after ? "after" : "before").asDouble();
                double error = row.<Double>getAs("deviation") / Math.sqrt(row.<Long>getAs("n"));
                double distance = (row.<Double>getAs("mean") - expected) / error;
                if (Math.abs(distance) > 4) {
                    wrong.add("%s: %s, planted %s, n = %s, %.1f errors off"
                            .formatted(key, row.getAs("mean"), expected, row.getAs("n"), distance));
                }
                tested++;
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(tested).isEqualTo(191);
    }

    @Test
    void unhappy_customers_buy_less_by_the_planted_factor() {
        Sizes sizes = new Sizes(Companies.largeOptions());
        double customers = history().count();
        // How CustomerHistory.someone chooses.
        Dataset<Row> weights = customers()
                .selectExpr(
                        "unhappy",
                        "0.5D / %1$s + IF(id < ceil(%1$s / 10), 0.3D / ceil(%1$s / 10), 0)".formatted(customers)
                                + " + IF(id < ceil(%1$s / 50), 0.2D / ceil(%1$s / 50), 0) AS weight"
                                        .formatted(customers));
        double unhappyShare =
                weights.where("unhappy").selectExpr("sum(weight)").first().getDouble(0);
        assertThat(unhappyShare).isBetween(0.15, 0.25);
        customers().createOrReplaceTempView("customers_by_mood");
        for (boolean unhappy : new boolean[] {true, false}) {
            double expected =
                    sizes.plainOrders() * (unhappy ? unhappyShare * CustomerHistory.UNHAPPY_ORDERS : 1 - unhappyShare);
            long orders = spark.sql("SELECT 1 FROM orders o JOIN customers_by_mood c ON o.client = c.client"
                            + " WHERE refund_of IS NULL AND order_no DIV 2 % " + Orders.KINDS + " = "
                            + Orders.PLAIN + " AND unhappy = " + unhappy)
                    .count();
            assertThat((double) orders).as("unhappy: " + unhappy).isCloseTo(expected, within(4 * Math.sqrt(expected)));
        }
    }

    @Test
    void a_bad_answer_costs_orders_by_the_planted_factor() {
        GenerateOptions options = Companies.largeOptions();
        Span span = new Span(options.from(), options.to(), true);
        new Responses(options, span, new Chance(options.seed()))
                .frame(Generator.session(spark), 2)
                .where("slot = 0 AND copy = 0 AND kind <> " + Questionnaires.SERVQUAL + " AND client IS NOT NULL")
                .where(col("answered").lt(span.end() - Orders.FOLLOWS_WITHIN * Span.DAY))
                .selectExpr("questionnaire", "is_good", "client", "answered")
                .createOrReplaceGlobalTempView("first_answers");
        List<Row> rows = spark.sql(
                        """
                        SELECT is_good, count(*) AS n, count(o.order_no) AS orders,
                          count_if(o.client <> a.client OR o.ordered <= timestamp_seconds(a.answered)
                            OR o.ordered > timestamp_seconds(a.answered) + INTERVAL 60 DAYS) AS wrong
                        FROM global_temp.first_answers a LEFT JOIN orders o
                        ON o.order_no = (a.questionnaire * %d + %d) * 2 GROUP BY 1
                        """
                                .formatted(Orders.KINDS, Orders.FOLLOWING))
                .collectAsList();
        JsonNode planted = truth.get("orders").get("caused_by_an_answer");
        assertThat(rows).hasSize(2);
        for (Row row : rows) {
            boolean good = row.getAs("is_good");
            double expected = planted.get(good ? "probability_after_a_good_answer" : "probability_after_a_bad_answer")
                    .asDouble();
            assertThat(expected).isEqualTo(good ? 0.25 : 0.175);
            long n = row.getAs("n");
            assertThat(row.<Long>getAs("orders") / (double) n)
                    .as("good: " + good)
                    .isCloseTo(expected, within(4 * Math.sqrt(expected * (1 - expected) / n)));
            assertThat(row.<Long>getAs("wrong")).isZero();
        }
    }

    /** Ends of memberships come at a constant rate, so their number is Poisson by the time that members spent. */
    @Test
    void members_leave_as_planted() {
        customers().createOrReplaceTempView("customers_by_mood");
        List<Row> rows = spark.sql(
                        """
                        SELECT unhappy, count(ended) AS ended, sum(timestampdiff(SECOND,
                          greatest(began, timestamp'2025-03-21T00:00:00+03:30'),
                          coalesce(ended, timestamp'2026-03-21T00:00:00+03:30'))) / 86400.0D AS days
                        FROM memberships m JOIN customers_by_mood c ON m.client = c.client GROUP BY 1
                        """)
                .collectAsList();
        assertThat(rows).hasSize(2);
        for (Row row : rows) {
            JsonNode planted = truth.get("unhappy_customers");
            double monthly = planted.get(row.<Boolean>getAs("unhappy") ? "monthly_churn" : "monthly_churn_of_others")
                    .asDouble();
            double expected = row.<Double>getAs("days") / 30.436875 * -Math.log(1 - monthly);
            assertThat((double) row.<Long>getAs("ended")).isCloseTo(expected, within(4 * Math.sqrt(expected)));
        }
        assertThat(truth.get("unhappy_customers").get("monthly_churn").asDouble())
                .isEqualTo(truth.get("unhappy_customers")
                                .get("monthly_churn_of_others")
                                .asDouble()
                        + 0.03);
    }

    @Test
    void journeys_and_self_service_are_as_planted() {
        spark.sql(
                        """
                        SELECT journey_no, max(touch_point = 'cart') AS cart, max(touch_point LIKE '%checkout') AS checkout,
                          max(touch_point = 'payment') AS payment, max(coalesce(converted, false)) AS paid,
                          max(visited) >= %s AS is_after
                        FROM visits WHERE journey_no IS NOT NULL GROUP BY 1
                        """
                                .replace("%s", BREAK))
                .createOrReplaceTempView("journeys");
        JsonNode planted = truth.get("journeys");
        rate("SELECT cart FROM journeys", planted.get("product_page_to_cart"));
        rate("SELECT checkout FROM journeys WHERE cart", planted.get("cart_to_checkout"));
        rate("SELECT payment FROM journeys WHERE checkout", planted.get("checkout_to_payment"));
        rate("SELECT paid FROM journeys WHERE payment AND NOT is_after", planted.get("payment_converted_before"));
        rate("SELECT paid FROM journeys WHERE payment AND is_after", planted.get("payment_converted_after"));
        truth.get("self_service_success")
                .properties()
                .forEach(touchpoint -> rate(
                        """
                SELECT count(k.client) = 0 FROM visits v LEFT JOIN (
                  SELECT client, offered AS at FROM contacts UNION ALL SELECT client, created FROM tickets) k
                ON k.client = v.client AND k.at > v.visited AND k.at <= v.visited + INTERVAL 3 DAYS
                WHERE v.touch_point = '%s' AND v.client IS NOT NULL AND v.visited < %s GROUP BY v.visit_no
                """
                                .formatted(touchpoint.getKey(), OLD),
                        touchpoint.getValue()));
    }

    private static void rate(String query, JsonNode planted) {
        Row row = spark.sql("SELECT count(*) AS n, avg(IF(hit, 1, 0)) AS mean FROM (" + query + ") AS hits(hit)")
                .first();
        double expected = planted.asDouble();
        long n = row.getAs("n");
        assertThat(n).as(query).isGreaterThan(1000);
        assertThat(row.<Double>getAs("mean"))
                .as(query)
                .isCloseTo(expected, within(4 * Math.sqrt(expected * (1 - expected) / n)));
    }

    @Test
    void counts_of_spoilt_rows_are_those_in_the_files() throws IOException {
        Map<String, Map<String, String>> queries = new TreeMap<>();
        queries.put(
                "memberships",
                Map.of(
                        "ends_before_it_starts",
                        "ended < try_cast(began AS TIMESTAMP)",
                        "no_customer_id",
                        "client IS NULL"));
        queries.put(
                "orders",
                Map.of(
                        "no_customer_id",
                        "client IS NULL",
                        "unreadable_amount",
                        "amount = '?'",
                        "refund_of_unknown_order",
                        "refund_of < 0"));
        queries.put(
                "contacts",
                Map.of(
                        "answered_before_offered",
                        "answered < try_cast(offered AS TIMESTAMP)",
                        "ended_before_offered",
                        "ended < try_cast(offered AS TIMESTAMP)",
                        "negative_duration",
                        "talk < 0"));
        queries.put(
                "tickets",
                Map.of(
                        "resolved_before_created",
                        "solved < try_cast(created AS TIMESTAMP)",
                        "replied_before_created",
                        "first_reply < try_cast(created AS TIMESTAMP)",
                        "merged_into_itself",
                        "merged_into = ticket_no"));
        queries.put(
                "replies",
                Map.of(
                        "answered_before_asked",
                        "answered < try_cast(asked AS TIMESTAMP)",
                        "no_ticket_id",
                        "ticket_no IS NULL"));
        queries.put(
                "reviews", Map.of("minimum_not_below_maximum", "lowest = highest", "score_outside_scale", "score > 5"));
        queries.put("visits", Map.of("no_touchpoint", "touch_point IS NULL"));
        Map<String, List<String>> keys = Map.of(
                "memberships", List.of("contract_no", "began"),
                "orders", List.of("order_no", "ordered"),
                "contacts", List.of("contact_no", "offered"),
                "tickets", List.of("ticket_no", "created"),
                "replies", List.of("ticket_no, asked", "asked"),
                "reviews", List.of("review_no, category", "reviewed"),
                "visits", List.of("visit_no", "visited"));
        JsonNode planted = truth(Companies.small()).get("planted_rows");
        queries.forEach((source, faults) -> {
            Dataset<Row> rows = spark.table("small_" + source);
            Map<String, Long> found = new TreeMap<>();
            faults.forEach(
                    (name, predicate) -> found.put(name, rows.where(predicate).count()));
            found.put(
                    "unreadable_date",
                    rows.where(keys.get(source).get(1) + " = 'n/a'").count());
            Map<String, Long> expected = new TreeMap<>();
            planted.get(source)
                    .properties()
                    .forEach(each -> expected.put(each.getKey(), each.getValue().asLong()));
            long late = expected.remove("late");
            assertThat(late).as(source).isPositive();
            expected.remove("overlaps_the_first");
            long exact = expected.remove("exact_duplicate");
            Long corrected = expected.remove("corrected_duplicate");
            assertThat(found).as(source).isEqualTo(expected);
            assertThat(found.values()).as(source).allMatch(count -> count > 0);
            // Replies without a ticket share no key.
            Row twice = rows.where(keys.get(source).get(0).split(",")[0] + " IS NOT NULL")
                    .groupBy(expr("concat_ws('/', " + keys.get(source).get(0) + ")"))
                    .agg(expr("count(*) AS n"), expr("count(DISTINCT loaded_at) AS loads"))
                    .where("n > 1")
                    .agg(expr("count_if(loads = 1) AS exact"), expr("count_if(loads = 2) AS corrected"))
                    .first();
            assertThat(twice.<Long>getAs("exact")).as(source).isEqualTo(exact).isPositive();
            assertThat(twice.<Long>getAs("corrected")).as(source).isEqualTo(corrected == null ? 0 : corrected);
        });
    }

    @Test
    void rows_do_not_depend_on_the_number_of_partitions() {
        GenerateOptions options = Companies.options(3, 2_000, Path.of("unused"), "csv", false);
        Span span = new Span(options.from(), options.to(), false);
        Chance chance = new Chance(3);
        SparkSession session = Generator.session(spark);
        for (Source source : List.of(
                new Memberships(options, span, chance),
                new Orders(options, span, chance),
                new Replies(options, span, chance),
                new Reviews(options, span, chance),
                new Visits(options, span, chance))) {
            assertThat(sorted(session, source, options, 3))
                    .as(source.name())
                    .isEqualTo(sorted(session, source, options, 1))
                    .isNotEmpty();
        }
    }

    private static List<String> sorted(SparkSession session, Source source, GenerateOptions options, int tasks) {
        Faults faults = new Faults(options, new Span(options.from(), options.to(), false), new Chance(3), source);
        return faults
                .planted(source.frame(session, tasks))
                .select(source.columns(faults).toArray(org.apache.spark.sql.Column[]::new))
                .collectAsList()
                .stream()
                .map(Row::toString)
                .sorted()
                .toList();
    }

    /** All customers of the large company: id, client, unhappy. */
    private static Dataset<Row> customers() {
        CustomerHistory history = history();
        return spark.range(0, history.count())
                .select(col("id"), CustomerHistory.client(col("id")).as("client"))
                .select(col("*"), history.isUnhappy(col("client")).as("unhappy"));
    }

    private static CustomerHistory history() {
        GenerateOptions options = Companies.largeOptions();
        return new CustomerHistory(options, new Span(options.from(), options.to(), true), new Chance(options.seed()));
    }

    private static JsonNode truth(Path company) throws IOException {
        return new ObjectMapper().readTree(company.resolve("truth.json").toFile());
    }
}
