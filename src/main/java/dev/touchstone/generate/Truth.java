package dev.touchstone.generate;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What was planted: expectations by definition, and exact counts of the rows that were spoilt. */
final class Truth {
    private final GenerateOptions options;
    private final Span span;

    Truth(GenerateOptions options, Span span) {
        this.options = options;
        this.span = span;
    }

    /**
     * Rows of each source, and of those planted, counted over the very frames that are written.
     *
     * @param observed for each further source what {@link Faults#counts} observed
     */
    static Map<String, Object> counts(
            Dataset<Row> answers,
            Dataset<Row> invitations,
            Dataset<Row> customers,
            Map<String, Map<String, Object>> observed) {
        Map<String, Object> rows = new LinkedHashMap<>();
        Map<String, Map<String, Long>> planted = new LinkedHashMap<>();
        List<String> answerSources = List.of("responses", "responses_call_center");
        for (String source : answerSources) {
            rows.put(source, 0L);
            planted.put(source, new TreeMap<>());
        }
        for (Row row : answers.groupBy(
                        when(col("in_call_center"), answerSources.get(1))
                                .otherwise(answerSources.get(0))
                                .as("source"),
                        coalesce(col("plant"), lit("")).as("plant"))
                .agg(
                        count(lit(1)).as("rows"),
                        count_if(col("copy").equalTo(1)).as("copies"),
                        count_if(col("is_late")).as("late"))
                .collectAsList()) {
            String source = row.getAs("source");
            String plant = row.getAs("plant");
            long copies = row.<Long>getAs("copies");
            rows.merge(source, row.getAs("rows"), (one, other) -> (Long) one + (Long) other);
            if (!plant.isEmpty()) {
                // Of two rows with one key one is kept: only the copies count as planted.
                planted.get(source).put(plant, copies > 0 ? copies : row.<Long>getAs("rows"));
            }
            long late = row.<Long>getAs("late");
            if (late > 0) {
                planted.get(source).merge("late", late, Long::sum);
            }
        }
        Row sent = invitations
                .agg(
                        count(lit(1)).as("rows"),
                        count(col("survey_id")).as("answered"),
                        count_if(col("is_reminded")).as("reminders"))
                .first();
        rows.put("invitations", sent.getAs("rows"));
        planted.put("invitations", Map.of("answered_twice_invited", sent.getAs("reminders")));
        Row history = customers
                .agg(
                        count(lit(1)).as("rows"),
                        count_distinct(when(col("overlaps"), col("customer"))).as("customers"),
                        count_if(col("overlaps")).as("versions"))
                .first();
        rows.put("customers", history.getAs("rows"));
        Map<String, Long> overlapping = new LinkedHashMap<>();
        overlapping.put("customers_with_overlapping_versions", history.getAs("customers"));
        overlapping.put("versions_of_these_customers", history.getAs("versions"));
        planted.put("customers", overlapping);
        observed.forEach((source, found) -> {
            Map<String, Long> faults = new TreeMap<>();
            found.forEach((name, count) -> {
                if (name.equals("rows")) {
                    rows.put(source, count);
                } else if ((Long) count > 0) {
                    faults.put(name, (Long) count);
                }
            });
            planted.put(source, faults);
        });
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("rows", rows);
        counts.put("planted_rows", planted);
        return counts;
    }

    String text(Map<String, Object> counts) {
        Map<String, Object> truth = new LinkedHashMap<>();
        truth.put("seed", options.seed());
        truth.put("responses", options.responses());
        truth.put("history", options.history());
        truth.put("from", options.from().toString());
        truth.put("to", options.to().toString());
        truth.put("time_zone", Retailer.ZONE.getId());
        truth.put("clean", options.clean());
        truth.put("break_day", span.breakDay().toString());
        truth.putAll(counts);
        truth.put("common_level", Retailer.COMMON_LEVEL);
        truth.put("ordinary_levels_within", Retailer.SPREAD);
        truth.put("planted", planted());
        truth.put("cells", cells());
        truth.put("servqual", servqual());
        truth.put("response_rates", responseRates());
        truth.putAll(new HistoryTruth(options).values());
        try {
            return new ObjectMapper()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .writeValueAsString(truth)
                            .replace("\r\n", "\n")
                    + "\n";
        } catch (JsonProcessingException exception) {
            throw new IllegalStateException("maps of texts and numbers are always JSON", exception);
        }
    }

    private static List<Map<String, Object>> planted() {
        List<Map<String, Object>> planted = new ArrayList<>();
        for (Retailer.Touchpoint touchpoint : Retailer.TOUCHPOINTS) {
            if (touchpoint.level() == Retailer.WEAK_LEVEL) {
                planted.add(plant("weak", touchpoint.name(), "all", "all", touchpoint.level(), touchpoint.level()));
            }
        }
        planted.add(plant(
                "weak_in_segment",
                Retailer.WEAK_IN_REGION,
                "region",
                Retailer.WEAK_REGION,
                Retailer.WEAK_REGION_LEVEL,
                Retailer.WEAK_REGION_LEVEL));
        planted.add(plant(
                "drop",
                Retailer.DROPPING,
                "all",
                "all",
                Retailer.TOUCHPOINTS.get(Retailer.number(Retailer.DROPPING)).level(),
                Retailer.DROPPED_LEVEL));
        Map<String, Object> mix = plant("drop_by_mix", Retailer.MIXED, "all", "all", mixed(false), mixed(true));
        mix.put("mix_of", "agent_team");
        mix.put("low_segment", Retailer.LOW_TEAM);
        mix.put("low_segment_level", Retailer.LOW_TEAM_LEVEL);
        mix.put("other_segments_level", Retailer.OTHER_TEAMS_LEVEL);
        mix.put("low_segment_share_before", Retailer.LOW_TEAM_SHARE_BEFORE);
        mix.put("low_segment_share_after", Retailer.LOW_TEAM_SHARE_AFTER);
        planted.add(mix);
        for (String small : Retailer.SMALL) {
            double level = Retailer.TOUCHPOINTS.get(Retailer.number(small)).level();
            planted.add(plant("small_but_not_weak", small, "all", "all", level, level));
        }
        return planted;
    }

    private static Map<String, Object> plant(
            String kind, String touchpoint, String segmentation, String segment, double before, double after) {
        Map<String, Object> plant = new LinkedHashMap<>();
        plant.put("kind", kind);
        plant.put("touchpoint", touchpoint);
        plant.put("segmentation", segmentation);
        plant.put("segment", segment);
        plant.put("level_before", rounded(before));
        plant.put("level_after", rounded(after));
        return plant;
    }

    /** The expectation of every KPI of every touchpoint, and of the planted segments, before and from the break day. */
    private static List<Map<String, Object>> cells() {
        List<Map<String, Object>> cells = new ArrayList<>();
        for (Retailer.Touchpoint touchpoint : surveyed()) {
            String name = touchpoint.name();
            double before = touchpoint.level();
            double after = touchpoint.level();
            if (name.equals(Retailer.DROPPING)) {
                after = Retailer.DROPPED_LEVEL;
            } else if (name.equals(Retailer.MIXED)) {
                before = mixed(false);
                after = mixed(true);
            }
            cells(cells, touchpoint, "all", "all", before, after);
            if (name.equals(Retailer.WEAK_IN_REGION)) {
                for (String region : Retailer.REGIONS) {
                    double level = region.equals(Retailer.WEAK_REGION)
                            ? Retailer.WEAK_REGION_LEVEL
                            : Retailer.OTHER_REGIONS_LEVEL;
                    cells(cells, touchpoint, "region", region, level, level);
                }
            } else if (name.equals(Retailer.MIXED)) {
                for (String team : Retailer.TEAMS) {
                    double level =
                            team.equals(Retailer.LOW_TEAM) ? Retailer.LOW_TEAM_LEVEL : Retailer.OTHER_TEAMS_LEVEL;
                    cells(cells, touchpoint, "agent_team", team, level, level);
                }
            }
        }
        return cells;
    }

    private static void cells(
            List<Map<String, Object>> cells,
            Retailer.Touchpoint touchpoint,
            String segmentation,
            String segment,
            double before,
            double after) {
        Set<String> instruments = new LinkedHashSet<>(List.of(touchpoint.first(), touchpoint.second(), "nps_0_10"));
        for (String instrument : instruments) {
            Question question = Question.of(instrument);
            for (Map.Entry<String, IntToDoubleFunction> kpi : question.kpis().entrySet()) {
                Map<String, Object> cell = new LinkedHashMap<>();
                cell.put("touchpoint", touchpoint.name());
                cell.put("segmentation", segmentation);
                cell.put("segment", segment);
                cell.put("instrument", instrument);
                cell.put("kpi", kpi.getKey());
                cell.put("before", rounded(question.expected(kpi.getValue(), before)));
                cell.put("after", rounded(question.expected(kpi.getValue(), after)));
                cells.add(cell);
            }
        }
    }

    private static List<Retailer.Touchpoint> surveyed() {
        return Retailer.TOUCHPOINTS.stream()
                .filter(Retailer.Touchpoint::isSurveyed)
                .toList();
    }

    private static double mixed(boolean after) {
        return mixed(after, Retailer.LOW_TEAM_LEVEL, Retailer.OTHER_TEAMS_LEVEL);
    }

    /** What is expected of the touchpoint whose mix of teams changes, from what is of the low team and of others. */
    static double mixed(boolean after, double low, double others) {
        double share = after ? Retailer.LOW_TEAM_SHARE_AFTER : Retailer.LOW_TEAM_SHARE_BEFORE;
        return share * low + (1 - share) * others;
    }

    private static Map<String, Object> servqual() {
        Question question = Question.of("servqual_7");
        double expectation = question.expected(score -> score, Retailer.EXPECTATION_LEVEL);
        Map<String, Object> dimensions = new LinkedHashMap<>();
        for (Retailer.Dimension dimension : Retailer.DIMENSIONS) {
            double perception = question.expected(score -> score, dimension.perception());
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("perception", rounded(perception));
            values.put("expectation", rounded(expectation));
            values.put("gap", rounded(perception - expectation));
            dimensions.put(dimension.name(), values);
        }
        return dimensions;
    }

    private static Map<String, Object> responseRates() {
        Map<String, Object> rates = new LinkedHashMap<>();
        surveyed().forEach(touchpoint -> rates.put(touchpoint.name(), touchpoint.responseRate()));
        return rates;
    }

    /** Free of the noise of binary fractions. */
    static double rounded(double value) {
        return Math.round(value * 1e6) / 1e6;
    }
}
