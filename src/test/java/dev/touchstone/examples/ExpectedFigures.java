package dev.touchstone.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The figures that the example data must give, computed without Spark, under the names that the example projects use.
 *
 * <p>One entry is one cell of {@code kpi_values}, so that a test is a join.
 */
final class ExpectedFigures {
    /** Grain and period of all years together. */
    static final String EVER = "ever";

    static final String ALL = "all";
    static final String COMPANY = "company";

    private static final Map<String, String> AIRPORT_TOUCHPOINTS = Map.ofEntries(
            Map.entry("ROADS", "roads"),
            Map.entry("PARK", "parking"),
            Map.entry("LTPARKING", "long_term_parking"),
            Map.entry("AIRTRAIN", "airtrain"),
            Map.entry("RENTAL", "rental_cars"),
            Map.entry("SIGN", "signs"),
            Map.entry("SCREENS", "screens"),
            Map.entry("INFODOWN", "information_arrivals"),
            Map.entry("INFOUP", "information_departures"),
            Map.entry("WALKWAYS", "walkways"),
            Map.entry("FOOD", "food"),
            Map.entry("STORE", "shops"),
            Map.entry("ART", "art"),
            Map.entry("WIFI", "wifi"),
            Map.entry("ALL", COMPANY),
            Map.entry("Q9BOARDING", "boarding"),
            Map.entry("Q9AIRTRAIN", "airtrain"),
            Map.entry("Q9RENTAL", "rental_cars"),
            Map.entry("Q9FOOD", "food"),
            Map.entry("Q9RESTROOM", "restrooms"),
            Map.entry("Q9ALL", COMPANY),
            Map.entry("Q14FIND", "finding_way"),
            Map.entry("Q14PASSTHRU", "security"));

    /** Codes that the airport's select names; boarding areas and purposes stay as they are. */
    private static final Map<String, Map<String, String>> AIRPORT_SEGMENTS = Map.of(
            "peak", Map.of("1", "domestic peak", "2", "domestic off-peak", "3", "international"),
            "time_of_day", Map.of("1", "morning", "2", "midday", "3", "evening"));

    /** Under which name the mean of a share's answers stands. */
    private static final Map<String, String> MEANS = Map.of(
            "csat_5", "csat_5_mean",
            "clean_csat", "clean_mean",
            "safe_csat", "safe_mean",
            "ease_5_share", "ease_5",
            "satisfaction_7", "satisfaction_7_mean");

    private ExpectedFigures() {}

    /** The airport's touchpoints by share of satisfied passengers, the worst first, by year. */
    static Map<String, List<String>> airportWeakestFirst() {
        Map<String, List<String>> orders = new TreeMap<>();
        read("sfo-airport.json").path("years").properties().forEach(year -> {
            List<String> order = new ArrayList<>();
            year.getValue()
                    .path("weakest_first")
                    .forEach(question -> order.add(AIRPORT_TOUCHPOINTS.get(question.asText())));
            orders.put(year.getKey(), order);
        });
        return orders;
    }

    /** The sum of weights of those who answered NETPRO, by year. */
    static Map<String, Double> airportWeights() {
        Map<String, Double> sums = new TreeMap<>();
        read("sfo-airport.json").path("years").properties().forEach(year -> {
            JsonNode weighted = year.getValue().path("nps_weighted");
            if (!weighted.isMissingNode()) {
                sums.put(year.getKey(), weighted.required("sum_w").asDouble());
            }
        });
        return sums;
    }

    /** The airline's items by gap, the worst first. */
    static List<String> airlineWeakestFirst() {
        List<String> order = new ArrayList<>();
        read("oddjob-airways.json").path("weak_first").forEach(item -> order.add(item.asText()));
        return order;
    }

    /**
     * A cell and its figures.
     *
     * @param grain {@code year}, {@code month} or {@code day}; {@link #EVER} for all years together
     * @param period label of the Gregorian period: {@code 2017}, {@code 2017-05}, {@code 2017-05-13}
     * @param weighted whether respondents count by their weight
     * @param n answers that count
     * @param excluded rows without an answer; null where the source of the figures does not tell
     * @param total sum of scores: of a share, how many satisfied it; of NPS, 100 x (promoters - detractors); null where
     *     the source of the figures does not tell
     * @param value in the KPI's unit; null where nothing counts
     */
    record Figure(
            String grain,
            String period,
            String kpi,
            String touchpoint,
            String segmentation,
            String segment,
            boolean weighted,
            long n,
            Long excluded,
            Double total,
            Double value) {

        /** What the figure is of, for messages and joins. */
        String cell() {
            return String.join(
                    " | ", grain, period, kpi, touchpoint, segmentation, segment, weighted ? "weighted" : "plain");
        }
    }

    /** Project {@code sfo-airport}. */
    static List<Figure> airport() {
        List<Figure> figures = new ArrayList<>();
        read("sfo-airport.json").path("years").properties().forEach(year -> {
            String period = year.getKey();
            JsonNode of = year.getValue();
            Map.of("csat", "csat_5", "clean_csat", "clean_csat", "ease", "ease_5_share")
                    .forEach((questions, kpi) -> of.path(questions).properties().forEach(question -> {
                        String touchpoint = AIRPORT_TOUCHPOINTS.get(question.getKey());
                        shareAndMean(figures, period, kpi, touchpoint, ALL, ALL, question.getValue());
                    }));
            shareAndMean(figures, period, "safe_csat", COMPANY, ALL, ALL, of.path("safe_csat"));
            bySegment(figures, period, "csat_5", of.path("overall_csat_by"));
            bySegment(figures, period, "nps_0_10", of.path("nps"));
            of.path("nps")
                    .path("by_interview_day")
                    .properties()
                    .forEach(day -> figures.add(promoters(
                            "day",
                            "%s-05-%02d".formatted(period, Integer.parseInt(day.getKey())),
                            "nps_0_10",
                            ALL,
                            ALL,
                            day.getValue())));
            if (of.has("nps_weighted")) {
                JsonNode weighted = of.path("nps_weighted");
                figures.add(new Figure(
                        "year",
                        period,
                        "nps_0_10",
                        COMPANY,
                        ALL,
                        ALL,
                        true,
                        weighted.path("n").asLong(),
                        null,
                        null,
                        weighted.path("nps").asDouble()));
            }
        });
        return List.copyOf(figures);
    }

    /** Project {@code oddjob-airways}; its select puts all answers into 2020. */
    static List<Figure> airline() {
        String period = "2020";
        JsonNode file = read("oddjob-airways.json");
        List<Figure> figures = new ArrayList<>();
        file.path("gap").properties().forEach(segmentation -> {
            if (segmentation.getKey().equals(ALL)) {
                gaps(figures, period, ALL, ALL, segmentation.getValue());
            } else {
                segmentation
                        .getValue()
                        .properties()
                        .forEach(segment ->
                                gaps(figures, period, segmentation.getKey(), segment.getKey(), segment.getValue()));
            }
        });
        bySegment(figures, period, "nps_1_11", file.path("nps"));
        bySegment(figures, period, "satisfaction_7", file.path("overall_sat_top2_of_7"));
        return List.copyOf(figures);
    }

    /** Project {@code incidents}, medians aside. */
    static List<Figure> incidents() {
        List<Figure> figures = new ArrayList<>();
        incidentCells((cell, of) -> {
            long incidents = of.required("incidents").asLong();
            figures.add(cell.total("ticket_volume", incidents, incidents));
            figures.add(cell.share("one_touch", of.required("one_touch_no_reassign_no_reopen")));
            figures.add(cell.share("reopened", of.required("reopened")));
            figures.add(cell.share("made_sla", of.required("made_sla_last_row")));
            figures.add(cell.share("fcr_7d", of.required("fcr_7d_same_caller_same_category")));
            double missing = of.required("resolved_at_missing").asDouble();
            figures.add(cell.figure("unresolved", incidents, missing, missing / incidents));
            JsonNode hours = of.required("hours_opened_to_resolved_mean");
            figures.add(cell.figure(
                    "resolution_time",
                    incidents - (long) missing,
                    null,
                    hours.isNull() ? null : (Double) (3600 * hours.asDouble())));
        });
        return List.copyOf(figures);
    }

    /** Median hours from opening to resolution; null where nothing was resolved. */
    static Map<Cell, Double> incidentMedians() {
        Map<Cell, Double> medians = new LinkedHashMap<>();
        incidentCells((cell, of) -> {
            JsonNode hours = of.required("hours_median");
            medians.put(cell, hours.isNull() ? null : (Double) hours.asDouble());
        });
        return medians;
    }

    private static void incidentCells(BiConsumer<Cell, JsonNode> each) {
        JsonNode file = read("incidents.json");
        each.accept(new Cell(EVER, EVER, ALL, ALL, ALL), file.required("all"));
        each(file.required("by_priority"), (key, of) -> each.accept(new Cell(EVER, EVER, ALL, "priority", key), of));
        each(file.required("by_contact_type"), (key, of) -> each.accept(new Cell(EVER, EVER, key, ALL, ALL), of));
        each(file.required("by_opened_month"), (key, of) -> each.accept(new Cell("month", key, ALL, ALL, ALL), of));
    }

    /** Project {@code online-shoppers}; its select puts all visits into 2018. */
    static List<Figure> onlineShoppers() {
        List<Figure> figures = new ArrayList<>();
        String kpi = "conversion_rate";
        each(read("online-shoppers.json").required("conversion"), (by, of) -> {
            switch (by) {
                case ALL -> figures.add(Cell.of("2018", ALL, ALL).share(kpi, of));
                case "VisitorType" ->
                    each(
                            of,
                            (key, segment) -> figures.add(Cell.of("2018", "visitor", key.replace("_Visitor", ""))
                                    .share(kpi, segment)));
                case "Month" ->
                    each(
                            of,
                            (key, segment) -> figures.add(
                                    Cell.of(month("2018", key), ALL, ALL).share(kpi, segment)));
                case "Weekend" ->
                    each(
                            of,
                            (key, segment) ->
                                    figures.add(Cell.of("2018", "day_kind", key.equals("True") ? "weekend" : "weekday")
                                            .share(kpi, segment)));
                case "Region" ->
                    each(
                            of,
                            (key, segment) ->
                                    figures.add(Cell.of("2018", "region", key).share(kpi, segment)));
                case "TrafficType" ->
                    each(
                            of,
                            (key, segment) ->
                                    figures.add(Cell.of("2018", "traffic", key).share(kpi, segment)));
                case "VisitorType x Month" ->
                    each(of, (key, segment) -> {
                        String[] both = key.split("\\|");
                        figures.add(Cell.of(month("2018", both[1]), "visitor", both[0].replace("_Visitor", ""))
                                .share(kpi, segment));
                    });
                default -> throw new IllegalArgumentException(by);
            }
        });
        return List.copyOf(figures);
    }

    /** Project {@code bank-calls}; its select puts all calls into 2010. */
    static List<Figure> bankCalls() {
        JsonNode file = read("bank-calls.json");
        Map<Cell, Long> calls = new HashMap<>();
        List<Figure> figures = new ArrayList<>();
        bankCells(file.required("conversion"), (cell, of) -> {
            calls.put(cell, of.required("den").asLong());
            figures.add(cell.share("contact_conversion_rate", of));
        });
        bankCells(
                file.required("duration_s_mean"),
                (cell, of) -> figures.add(cell.figure("talk_time", calls.get(cell), null, of.asDouble())));
        return List.copyOf(figures);
    }

    private static void bankCells(JsonNode file, BiConsumer<Cell, JsonNode> each) {
        each(file, (by, of) -> {
            if (by.equals(ALL)) {
                each.accept(Cell.of("2010", ALL, ALL), of);
                return;
            }
            each(
                    of,
                    (key, segment) -> each.accept(
                            switch (by) {
                                case "contact" -> new Cell("year", "2010", key, ALL, ALL);
                                case "month" -> Cell.of(month("2010", key), ALL, ALL);
                                case "job", "day_of_week" -> Cell.of("2010", by, key);
                                case "poutcome" -> Cell.of("2010", "last_campaign", key);
                                case "calls_in_campaign_1..5_and_6+" ->
                                    Cell.of("2010", "calls", key.equals("6") ? "6+" : key);
                                default -> throw new IllegalArgumentException(by);
                            },
                            segment));
        });
    }

    /** The parts of the expected figures of {@code cdnow}, with the segment that they are of. */
    static void cdnowParts(BiConsumer<Segment, JsonNode> each) {
        JsonNode file = read("cdnow.json");
        each.accept(new Segment(ALL, ALL), file.required("master"));
        each.accept(new Segment("sample", "one tenth"), file.required("sample_one_tenth"));
    }

    /** A segmentation and one of its segments. */
    record Segment(String segmentation, String segment) {}

    /** Project {@code cdnow}, cohorts aside. */
    static List<Figure> cdnow() {
        List<Figure> figures = new ArrayList<>();
        cdnowParts((segment, of) -> {
            long customers = 0;
            BigDecimal revenue = BigDecimal.ZERO;
            for (Map.Entry<String, JsonNode> month : of.required("months").properties()) {
                JsonNode each = month.getValue();
                customers += each.required("first_time_N").asLong();
                revenue = revenue.add(each.required("revenue").decimalValue());
                cdnowMonth(figures, month.getKey(), segment, each, customers, revenue.doubleValue());
            }
            Cell ever = new Cell(EVER, EVER, COMPANY, segment.segmentation(), segment.segment());
            long rows = of.required("rows").asLong();
            double total = of.required("revenue_total").asDouble();
            figures.add(ever.total("revenue", rows, total));
            figures.add(ever.figure(
                    "order_value",
                    rows,
                    total,
                    of.required("mean_transaction_value").asDouble()));
            // To date: as of the last month.
            Cell last = Cell.of("1998-06", segment.segmentation(), segment.segment());
            figures.add(last.share("repeat_customers", of.required("repeat_customers")));
            figures.add(last.figure(
                    "clv_historic",
                    of.required("customers").asLong(),
                    total,
                    of.required("historic_clv_mean_revenue_per_customer").asDouble()));
        });
        return List.copyOf(figures);
    }

    private static void cdnowMonth(
            List<Figure> figures, String month, Segment segment, JsonNode of, long customersToDate, double toDate) {
        Cell cell = Cell.of(month, segment.segmentation(), segment.segment());
        long buyers = of.required("active_E").asLong();
        long added = of.required("first_time_N").asLong();
        long orders = of.required("transactions").asLong();
        double revenue = of.required("revenue").asDouble();
        figures.add(cell.total("buyers", buyers, buyers));
        figures.add(cell.total("new_customers", customersToDate, added));
        figures.add(cell.figure("revenue_per_customer", buyers, revenue, revenue / buyers));
        Cell company = new Cell("month", month, COMPANY, segment.segmentation(), segment.segment());
        figures.add(company.total("revenue", orders, revenue));
        figures.add(company.figure("order_value", orders, revenue, revenue / orders));
        if (!month.equals("1998-06")) {
            figures.add(cell.figure("clv_historic", customersToDate, toDate, toDate / customersToDate));
        }
        boolean first = of.required("previous_month_active_S").isNull();
        long before = of.required("previous_month_active_S").asLong();
        long kept = of.required("S_and_E").asLong();
        figures.add(cell.figure("crr", before, (double) buyers - added, percent(of, "crr_seed_pct")));
        figures.add(cell.figure("crr_set", before, (double) kept, percent(of, "crr_set_pct")));
        figures.add(cell.figure("churn_rate", before, (double) before - kept, percent(of, "churn_set_pct")));
        if (!first) {
            figures.add(cell.total("churned", before, before - kept));
        }
    }

    private static Double percent(JsonNode of, String name) {
        return of.has(name) ? (Double) (of.required(name).asDouble() / 100) : null;
    }

    /** A place in the results. */
    record Cell(String grain, String period, String touchpoint, String segmentation, String segment) {
        /** A cell of all touchpoints in a year or month. */
        static Cell of(String period, String segmentation, String segment) {
            return new Cell(period.length() == 4 ? "year" : "month", period, ALL, segmentation, segment);
        }

        Figure figure(String kpi, long n, Double total, Double value) {
            return new Figure(grain, period, kpi, touchpoint, segmentation, segment, false, n, null, total, value);
        }

        Figure share(String kpi, JsonNode of) {
            JsonNode value = of.required("value");
            return figure(
                    kpi,
                    of.required("den").asLong(),
                    of.required("num").asDouble(),
                    value.isNull() ? null : (Double) value.asDouble());
        }

        Figure total(String kpi, long n, double total) {
            return figure(kpi, n, total, total);
        }
    }

    private static void each(JsonNode of, BiConsumer<String, JsonNode> consumer) {
        of.properties().forEach(entry -> consumer.accept(entry.getKey(), entry.getValue()));
    }

    /** The period of a month by the beginning of its English name. */
    private static String month(String year, String name) {
        String months = "janfebmaraprmayjunjulaugsepoctnovdec";
        return "%s-%02d".formatted(year, months.indexOf(name.substring(0, 3).toLowerCase(Locale.ROOT)) / 3 + 1);
    }

    private static void gaps(List<Figure> figures, String period, String segmentation, String segment, JsonNode items) {
        items.properties().forEach(item -> {
            JsonNode of = item.getValue();
            if (item.getKey().startsWith("item")) {
                for (String half : List.of("gap", "expectation", "perception")) {
                    figures.add(figure(
                            "year",
                            period,
                            "servqual_100_" + half,
                            item.getKey(),
                            segmentation,
                            segment,
                            of,
                            "pairs",
                            null,
                            half));
                }
            } else if (item.getKey().equals("all_pairs_pooled")) {
                figures.add(figure(
                        "year", period, "servqual_100_gap", ALL, segmentation, segment, of, "pairs", null, "gap"));
            }
        });
    }

    private static void bySegment(List<Figure> figures, String period, String kpi, JsonNode by) {
        by.properties().forEach(segmentation -> {
            String name = segmentation.getKey();
            if (name.equals(ALL)) {
                ofCompany(figures, period, kpi, ALL, ALL, segmentation.getValue());
            } else if (!name.equals("by_interview_day")) {
                Map<String, String> names = AIRPORT_SEGMENTS.getOrDefault(name, Map.of());
                segmentation
                        .getValue()
                        .properties()
                        .forEach(segment -> ofCompany(
                                figures,
                                period,
                                kpi,
                                name,
                                names.getOrDefault(segment.getKey(), segment.getKey()),
                                segment.getValue()));
            }
        });
    }

    private static void ofCompany(
            List<Figure> figures, String period, String kpi, String segmentation, String segment, JsonNode of) {
        if (of.has("promoters")) {
            figures.add(promoters("year", period, kpi, segmentation, segment, of));
        } else {
            shareAndMean(figures, period, kpi, COMPANY, segmentation, segment, of);
        }
    }

    private static Figure promoters(
            String grain, String period, String kpi, String segmentation, String segment, JsonNode of) {
        double total = 100.0
                * (of.required("promoters").asLong() - of.required("detractors").asLong());
        return figure(grain, period, kpi, COMPANY, segmentation, segment, of, "n", total, "nps");
    }

    /** The same answers give two figures: how many gave one of the best answers, and the mean answer. */
    private static void shareAndMean(
            List<Figure> figures,
            String period,
            String share,
            String touchpoint,
            String segmentation,
            String segment,
            JsonNode of) {
        double satisfied = of.required("num").asDouble();
        figures.add(figure("year", period, share, touchpoint, segmentation, segment, of, "den", satisfied, "value"));
        figures.add(
                figure("year", period, MEANS.get(share), touchpoint, segmentation, segment, of, "den", null, "mean"));
    }

    private static Figure figure(
            String grain,
            String period,
            String kpi,
            String touchpoint,
            String segmentation,
            String segment,
            JsonNode of,
            String n,
            Double total,
            String value) {
        Long excluded = of.has("excluded") ? of.path("excluded").asLong() : null;
        return new Figure(
                grain,
                period,
                kpi,
                touchpoint,
                segmentation,
                segment,
                false,
                of.required(n).asLong(),
                excluded,
                total,
                of.required(value).asDouble());
    }

    private static JsonNode read(String name) {
        try (InputStream resource = ExpectedFigures.class.getResourceAsStream(name)) {
            return JsonMapper.builder().build().readTree(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
