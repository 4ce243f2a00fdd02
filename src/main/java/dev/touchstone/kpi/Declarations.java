package dev.touchstone.kpi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Instruments and KPIs as they are written down: the built-in catalogue with a project's own entries laid over it.
 *
 * <p>An own entry with the name of a built-in one replaces just the keys that it gives; of {@code scale}, {@code title}
 * and {@code description} just the inner keys, while {@code labels}, {@code items} and {@code weights} are replaced
 * whole. A KPI declared {@code for_each: dimension} becomes one KPI for each dimension: the catalogue's and every one
 * that an instrument's {@code items} name. Own entries may be laid over such a KPI as well
 * ({@code servqual_reliability}).
 */
public final class Declarations {
    /** What {@code for_each} KPIs hold in their name and texts in the place of a dimension. */
    public static final String DIMENSION = "<dimension>";

    private static final String RESOURCE = "/dev/touchstone/kpis.yaml";
    private static final Set<String> MERGED_INSIDE = Set.of("scale", "title", "description");

    /** What expressions and the description write for the KPI's own window. */
    public static final String WINDOW = ":matures";

    private static final BigDecimal MEDIAN = new BigDecimal("0.5");
    private static final JsonNode PERCENTILES =
            JsonNodeFactory.instance.arrayNode().add("0.5").add("0.9");

    private final Map<String, ObjectNode> instruments;
    private final Map<String, ObjectNode> kpis;
    private final Map<String, ObjectNode> templates;

    private Declarations(
            Map<String, ObjectNode> instruments, Map<String, ObjectNode> kpis, Map<String, ObjectNode> templates) {
        this.instruments = instruments;
        this.kpis = kpis;
        this.templates = templates;
    }

    /**
     * The built-in entries with a project's own laid over them; what has no name or the wrong shape is passed over, so
     * that whoever checks the file can name all its problems.
     *
     * @param ownInstruments a list of instruments, or a missing node
     * @param ownKpis a list of KPIs, or a missing node
     */
    public static Declarations overBuiltIn(JsonNode ownInstruments, JsonNode ownKpis) {
        JsonNode builtIn = builtIn();
        Map<String, ObjectNode> instruments = new LinkedHashMap<>();
        lay(builtIn.path("instruments"), instruments);
        lay(ownInstruments, instruments);

        Map<String, ObjectNode> templates = new LinkedHashMap<>();
        lay(builtIn.path("kpis"), templates);
        List<ObjectNode> others = new ArrayList<>();
        for (ObjectNode own : named(ownKpis)) {
            if (templates.containsKey(name(own)) || own.has("for_each")) {
                lay(own, templates);
            } else {
                others.add(own);
            }
        }
        Map<String, ObjectNode> kpis = expand(templates, dimensions(builtIn.path("dimensions"), instruments));
        others.forEach(own -> lay(own, kpis));
        Map<String, ObjectNode> all = withPercentiles(kpis);
        templates.values().removeIf(kpi -> !kpi.has("for_each"));
        return new Declarations(instruments, all, templates);
    }

    /** The catalogue's YAML as it stands in the resource, not expanded. */
    public static JsonNode builtIn() {
        try (InputStream resource = Declarations.class.getResourceAsStream(RESOURCE)) {
            return new YAMLMapper().readTree(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The instrument's keys in force, or null where there is none of that name. */
    public ObjectNode instrument(String name) {
        return instruments.get(name);
    }

    /** The KPI's keys in force (of a {@code for_each} KPI those not yet expanded), or null. */
    public ObjectNode kpi(String name) {
        return templates.getOrDefault(name, kpis.get(name));
    }

    /** The duration whose percentile a KPI of that name is; null where it is none. */
    public String durationOf(String name) {
        ObjectNode kpi = kpis.get(name);
        return kpi == null ? null : string(kpi, "state_of");
    }

    /** Names of all KPIs after expansion, in order of declaration. */
    public Set<String> kpiNames() {
        return kpis.keySet();
    }

    /** The values; only for declarations that the schema accepts and that are complete. */
    public Catalogue catalogue() {
        Map<String, Instrument> builtInstruments = new LinkedHashMap<>();
        instruments.forEach((name, node) -> builtInstruments.put(name, toInstrument(node)));
        Map<String, Kpi> builtKpis = new LinkedHashMap<>();
        kpis.forEach((name, node) -> builtKpis.put(name, toKpi(node)));
        return new Catalogue(builtInstruments, builtKpis);
    }

    /** A text or {@code {en, fa}}; null where the node is missing. */
    public static Text text(JsonNode node) {
        if (node.isObject()) {
            return new Text(node.path("en").asText(), string(node, "fa"));
        }
        return node.isMissingNode() ? null : new Text(node.asText(), null);
    }

    private static void lay(JsonNode entries, Map<String, ObjectNode> over) {
        named(entries).forEach(entry -> lay(entry, over));
    }

    private static void lay(ObjectNode entry, Map<String, ObjectNode> over) {
        over.merge(name(entry), entry.deepCopy(), Declarations::merge);
    }

    private static ObjectNode merge(ObjectNode lower, ObjectNode upper) {
        upper.properties().forEach(key -> {
            JsonNode below = lower.path(key.getKey());
            boolean inside = MERGED_INSIDE.contains(key.getKey())
                    && below.isObject()
                    && key.getValue().isObject();
            if (inside) {
                ((ObjectNode) below).setAll((ObjectNode) key.getValue());
            } else {
                lower.set(key.getKey(), key.getValue());
            }
        });
        return lower;
    }

    private static List<ObjectNode> named(JsonNode entries) {
        List<ObjectNode> found = new ArrayList<>();
        for (JsonNode entry : entries) {
            if (entry instanceof ObjectNode object && object.path("name").isTextual()) {
                found.add(object);
            }
        }
        return found;
    }

    private static String name(JsonNode entry) {
        return entry.path("name").asText();
    }

    private static Map<String, Text> dimensions(JsonNode builtIn, Map<String, ObjectNode> instruments) {
        Map<String, Text> dimensions = new LinkedHashMap<>();
        builtIn.properties().forEach(each -> dimensions.put(each.getKey(), text(each.getValue())));
        for (ObjectNode instrument : instruments.values()) {
            for (JsonNode dimension : instrument.path("items")) {
                dimensions.putIfAbsent(dimension.asText(), new Text(dimension.asText(), null));
            }
        }
        return dimensions;
    }

    private static Map<String, ObjectNode> expand(Map<String, ObjectNode> templates, Map<String, Text> dimensions) {
        Map<String, ObjectNode> kpis = new LinkedHashMap<>();
        templates.forEach((name, template) -> {
            if (!template.has("for_each")) {
                kpis.put(name, template);
                return;
            }
            dimensions.forEach((dimension, title) -> {
                ObjectNode kpi = expand(template, dimension, title);
                kpis.put(name(kpi), kpi);
            });
        });
        return kpis;
    }

    private static ObjectNode expand(ObjectNode template, String dimension, Text title) {
        ObjectNode kpi = template.deepCopy();
        kpi.remove("for_each");
        for (Map.Entry<String, JsonNode> key : template.properties()) {
            JsonNode value = key.getValue();
            if (value.isTextual()) {
                boolean shown = MERGED_INSIDE.contains(key.getKey());
                kpi.put(key.getKey(), value.asText().replace(DIMENSION, shown ? title.en() : dimension));
            } else if (MERGED_INSIDE.contains(key.getKey()) && value.has("en")) {
                ObjectNode text = (ObjectNode) kpi.get(key.getKey());
                text.put("en", value.path("en").asText().replace(DIMENSION, title.en()));
                if (value.has("fa")) {
                    text.put("fa", value.path("fa").asText().replace(DIMENSION, title.fa()));
                }
            }
        }
        kpi.put(
                "counts",
                "(%s) AND dimension = '%s'".formatted(kpi.path("counts").asText(), dimension));
        return kpi;
    }

    /** Behind each duration its percentiles; an own entry with the name of a percentile is laid over it. */
    private static Map<String, ObjectNode> withPercentiles(Map<String, ObjectNode> kpis) {
        Map<String, ObjectNode> all = new LinkedHashMap<>();
        kpis.forEach((name, kpi) -> {
            all.merge(name, kpi, Declarations::merge);
            if (kpi.path("state").asText().equals("duration")) {
                JsonNode percentiles = kpi.has("percentiles") ? kpi.path("percentiles") : PERCENTILES;
                percentiles.forEach(each -> {
                    ObjectNode percentile = percentile(kpi, new BigDecimal(each.asText()));
                    all.merge(name(percentile), percentile, (own, made) -> merge(made, own));
                });
            }
        });
        return all;
    }

    private static ObjectNode percentile(ObjectNode duration, BigDecimal share) {
        ObjectNode kpi = duration.deepCopy();
        boolean median = share.compareTo(MEDIAN) == 0;
        String points = share.movePointRight(2).stripTrailingZeros().toPlainString();
        kpi.put("name", name(duration) + (median ? "_median" : "_p" + points.replace('.', '_')));
        kpi.put("state_of", name(duration));
        kpi.put("percentile", share);
        kpi.put("interval", "rank");
        kpi.remove(List.of("percentiles", "target", "benchmark", "min_effect", "bands"));
        Text title = titleOf(duration);
        kpi.putObject("title")
                .put("en", title.en() + (median ? ", median" : ", " + points + "th percentile"))
                .put("fa", (median ? "میانهٔ " : "صدک " + Figures.persian(points) + " ") + title.fa());
        kpi.putObject("description")
                .put(
                        "en",
                        "The time that %s of the cases of %s take at most; open cases take longer than any closed one."
                                .formatted(median ? "half" : points + " %", name(duration)))
                .put(
                        "fa",
                        "زمانی که %s موردهای %s در آن به پایان می‌رسند؛ موردهای باز طولانی‌تر از همه به شمار می‌آیند."
                                .formatted(median ? "نیمی از" : Figures.persian(points) + "٪ از", name(duration)));
        kpi.put(
                "good_for",
                median
                        ? "The usual case; a few very long ones do not move it."
                        : "The far end of the distribution, which a mean hides.");
        kpi.put("not_for", "Budgets and sums (use the mean, %s).".formatted(name(duration)));
        return kpi;
    }

    private static Instrument toInstrument(ObjectNode node) {
        List<String> noAnswer = new ArrayList<>();
        node.path("no_answer").forEach(code -> noAnswer.add(code.asText()));
        Map<String, Integer> labels = new LinkedHashMap<>();
        node.path("labels")
                .properties()
                .forEach(each -> labels.put(each.getKey(), each.getValue().asInt()));
        Map<String, String> items = new LinkedHashMap<>();
        node.path("items")
                .properties()
                .forEach(each -> items.put(each.getKey(), each.getValue().asText()));
        Map<String, Integer> weights = new LinkedHashMap<>();
        node.path("weights")
                .properties()
                .forEach(each -> weights.put(each.getKey(), each.getValue().asInt()));
        return new Instrument(
                name(node),
                titleOf(node),
                node.path("low").asInt(),
                node.path("high").asInt(),
                noAnswer,
                labels,
                items,
                weights);
    }

    private static Kpi toKpi(ObjectNode node) {
        State state = State.valueOf(upper(node.path("state").asText("mean")));
        Scale scale = toScale(node.path("scale"));
        Text title = titleOf(node);
        Text description = text(node.path("description"));
        int matures = Integer.parseInt(node.path("matures").asText("0 days").split(" ")[0]);
        String window = "INTERVAL " + matures + " DAYS";
        boolean ratio = node.has("denominator");
        Target target = target(node.path("target"), scale.better());
        return new Kpi(
                name(node),
                title,
                description == null ? title : withWindow(description, matures),
                node.path("good_for").asText(""),
                node.path("not_for").asText(""),
                node.path("of").asText(),
                node.path("counts").asText().replace(WINDOW, window),
                node.path("score").asText().replace(WINDOW, window),
                ratio ? node.path("denominator").asText().replace(WINDOW, window) : null,
                string(node, "clock"),
                matures,
                state,
                node.path("state_of").asText(name(node)),
                number(node, "percentile"),
                node.path("per").asText().equals("period"),
                scale,
                node.has("interval")
                        ? Interval.valueOf(upper(node.path("interval").asText()))
                        : interval(state, scale, ratio),
                number(node, "min_effect"),
                target,
                benchmark(node.path("benchmark")),
                bands(node.path("bands")),
                node.path("source").asText("project file"),
                node.path("version").asInt(1));
    }

    /**
     * A number, or {@code {value}} or {@code {baseline, improvement}}, each with {@code direction} where the KPI has none.
     *
     * @return null where the node is missing
     */
    public static Target target(JsonNode node, Better better) {
        if (node.isMissingNode()) {
            return null;
        }
        if (node.isNumber()) {
            return new Target(node.asDouble(), null, 0, better);
        }
        Better direction = better;
        if (node.has("direction")) {
            direction = node.path("direction").asText().equals("at_least") ? Better.HIGHER : Better.LOWER;
        }
        return new Target(
                number(node, "value"),
                string(node, "baseline"),
                node.path("improvement").asDouble(),
                direction);
    }

    private static List<Band> bands(JsonNode list) {
        List<Band> bands = new ArrayList<>();
        list.forEach(band -> bands.add(new Band(band.path("from").asDouble(), text(band.path("label")))));
        bands.sort(Comparator.comparingDouble(Band::from).reversed());
        return bands;
    }

    private static Benchmark benchmark(JsonNode node) {
        if (node.isMissingNode()) {
            return null;
        }
        return node.isTextual()
                ? Benchmark.of(Benchmark.Kind.valueOf(upper(node.asText())))
                : new Benchmark(
                        Benchmark.Kind.EXTERNAL,
                        number(node, "value"),
                        string(node, "name"),
                        node.path("year").asInt(),
                        string(node, "source"));
    }

    private static Text withWindow(Text text, int days) {
        return new Text(
                text.en().replace(WINDOW, days == 1 ? "1 day" : days + " days"),
                text.fa().replace(WINDOW, Figures.persian(days + " روز")));
    }

    private static Scale toScale(JsonNode node) {
        return new Scale(
                node.path("unit").asText(),
                node.path("factor").asLong(1),
                number(node, "low"),
                number(node, "high"),
                Better.valueOf(upper(node.path("better").asText())));
    }

    /** The interval that fits where a project's KPI names none. */
    private static Interval interval(State state, Scale scale, boolean ratio) {
        if (state == State.TOTAL) {
            return Interval.NONE;
        }
        if (ratio) {
            return Interval.T;
        }
        return switch (scale.unit()) {
            case "share" -> Interval.WILSON;
            case "points" -> Interval.ADJUSTED_WALD;
            default -> Interval.T;
        };
    }

    private static Text titleOf(JsonNode node) {
        Text title = text(node.path("title"));
        return title == null ? new Text(name(node), null) : title;
    }

    private static String string(JsonNode node, String key) {
        return node.has(key) ? node.path(key).asText() : null;
    }

    private static Double number(JsonNode node, String key) {
        return node.has(key) ? node.path(key).asDouble() : null;
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT);
    }
}
