package dev.touchstone.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The figures that the example data must give, computed without Spark, under the names that the example projects use.
 *
 * <p>One entry is one cell of {@code kpi_values}, so that a test is a join.
 */
final class ExpectedFigures {
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

    /** The folder of airlinesat.csv: {@code ODDJOB_DATA}, or beside the project; null where it is in neither. */
    static String airlineData() {
        String named = System.getenv("ODDJOB_DATA");
        Path beside = Path.of("../shared/data/oddjob-airways").toAbsolutePath().normalize();
        return named != null ? named : Files.exists(beside) ? beside.toString() : null;
    }

    /**
     * A cell and its figures.
     *
     * @param grain {@code year} or {@code day}
     * @param period label of the Gregorian period: {@code 2017}, {@code 2017-05-13}
     * @param weighted whether respondents count by their weight
     * @param n answers that count
     * @param excluded rows without an answer; null where the source of the figures does not tell
     * @param total sum of scores: of a share, how many satisfied it; of NPS, 100 x (promoters - detractors); null where
     *     the source of the figures does not tell
     * @param value in the KPI's unit
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
            double value) {

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
