package dev.touchstone.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

    private ExpectedFigures() {}

    /**
     * A cell and its figures.
     *
     * @param grain {@code year} or {@code day}
     * @param period label of the Gregorian period: {@code 2017}, {@code 2017-05-13}
     * @param weighted whether respondents count by their weight
     * @param n answers that count
     * @param excluded rows without an answer; null where the source of the figures does not tell
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
            of.path("csat")
                    .properties()
                    .forEach(question -> figures.add(
                            share(period, "csat_5", AIRPORT_TOUCHPOINTS.get(question.getKey()), question.getValue())));
            of.path("clean_csat")
                    .properties()
                    .forEach(question -> figures.add(share(
                            period, "clean_csat", AIRPORT_TOUCHPOINTS.get(question.getKey()), question.getValue())));
            figures.add(share(period, "safe_csat", COMPANY, of.path("safe_csat")));
            of.path("ease").properties().forEach(question -> {
                String touchpoint = AIRPORT_TOUCHPOINTS.get(question.getKey());
                figures.add(share(period, "ease_5_share", touchpoint, question.getValue()));
                figures.add(figure("year", period, "ease_5", touchpoint, ALL, ALL, question.getValue(), "den", "mean"));
            });
            bySegment(figures, period, "csat_5", of.path("overall_csat_by"), "den", "value");
            bySegment(figures, period, "nps_0_10", of.path("nps"), "n", "nps");
            of.path("nps")
                    .path("by_interview_day")
                    .properties()
                    .forEach(day -> figures.add(figure(
                            "day",
                            "%s-05-%02d".formatted(period, Integer.parseInt(day.getKey())),
                            "nps_0_10",
                            COMPANY,
                            ALL,
                            ALL,
                            day.getValue(),
                            "n",
                            "nps")));
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
        bySegment(figures, period, "nps_1_11", file.path("nps"), "n", "nps");
        bySegment(figures, period, "satisfaction_7", file.path("overall_sat_top2_of_7"), "den", "value");
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
                            half));
                }
            } else if (item.getKey().equals("all_pairs_pooled")) {
                figures.add(figure("year", period, "servqual_100_gap", ALL, segmentation, segment, of, "pairs", "gap"));
            }
        });
    }

    private static void bySegment(
            List<Figure> figures, String period, String kpi, JsonNode by, String n, String value) {
        by.properties().forEach(segmentation -> {
            String name = segmentation.getKey();
            if (name.equals(ALL)) {
                figures.add(figure("year", period, kpi, COMPANY, ALL, ALL, segmentation.getValue(), n, value));
            } else if (!name.equals("by_interview_day")) {
                Map<String, String> names = AIRPORT_SEGMENTS.getOrDefault(name, Map.of());
                segmentation
                        .getValue()
                        .properties()
                        .forEach(segment -> figures.add(figure(
                                "year",
                                period,
                                kpi,
                                COMPANY,
                                name,
                                names.getOrDefault(segment.getKey(), segment.getKey()),
                                segment.getValue(),
                                n,
                                value)));
            }
        });
    }

    private static Figure share(String period, String kpi, String touchpoint, JsonNode of) {
        return figure("year", period, kpi, touchpoint, ALL, ALL, of, "den", "value");
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
