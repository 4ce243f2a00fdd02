package dev.touchstone.project;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.touchstone.fault.Problem;
import dev.touchstone.kpi.Declarations;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a schema cannot say of a project file. Every check passes over values of the wrong shape, which the schema
 * reports, so that one run names all problems.
 */
final class Checks {
    private static final int SCORECARD_SIZE = 7;
    private static final int EARLIEST_YEAR = 1900;
    private static final Set<String> RESERVED_SEGMENTATIONS = Set.of("all");
    private static final Set<String> RESERVED_TOUCHPOINTS = Set.of("all", "unknown");
    private static final Set<String> WITHIN_ONE_ROW = Set.of("wilson", "adjusted_wald");
    /** Contracts whose rows may carry a weight. */
    private static final Set<String> WEIGHTED = Set.of("responses", "reviews");

    private static final List<String> OF_A_PERCENTILE =
            List.of("name", "title", "description", "good_for", "not_for", "target", "source", "version");
    private static final Map<String, List<String>> NEEDED =
            Map.of("kpis", List.of("title", "of", "counts", "score", "scale"), "instruments", List.of("low", "high"));
    /** A CAST to anything but STRING, which never fails and which {@code stack} needs where columns differ in type. */
    private static final Pattern CONVERSION = Pattern.compile(
            "(?i)\\b(cast\\s*\\((?![^()]*\\bas\\s+string\\s*\\))|to_(date|number|timestamp(_ntz|_ltz)?)\\s*\\()");

    private static final Pattern PERIOD = Pattern.compile("[0-9]{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?");

    private final JsonNode file;
    private final Declarations declarations;
    private final List<Problem> problems = new ArrayList<>();

    private Checks(JsonNode file, Declarations declarations) {
        this.file = file;
        this.declarations = declarations;
    }

    /** Everything that is wrong in a project file beyond its shape. */
    static List<Problem> problems(JsonNode file, Declarations declarations) {
        Checks checks = new Checks(file, declarations);
        for (String list : List.of("sources", "instruments", "kpis", "touchpoints", "segmentations", "actions")) {
            checks.duplicates(list, "name");
        }
        checks.duplicates("scorecard", "kpi");
        checks.timeZone();
        checks.output();
        checks.sources();
        checks.instruments();
        checks.kpis();
        checks.names();
        checks.segmentationsOfCustomers();
        checks.outcomes();
        checks.kpiReferences();
        checks.targets();
        checks.actions();
        checks.drivers();
        return checks.problems;
    }

    /** What is allowed and yet likely to be regretted. */
    static List<Problem> warnings(JsonNode file) {
        List<Problem> warnings = new ArrayList<>();
        int size = file.path("scorecard").size();
        if (size > SCORECARD_SIZE) {
            warnings.add(new Problem(
                    "the scorecard has %d KPIs, more than %d".formatted(size, SCORECARD_SIZE),
                    "scorecard",
                    "keep the few that serve a goal and stay for years"));
        }
        each(file.path("sources"), "sources", (source, place) -> {
            if (CONVERSION.matcher(source.path("select").asText()).find()) {
                warnings.add(new Problem(
                        "the select converts values with CAST or the like, which stops the whole run at one unreadable value",
                        place + ".select",
                        "hand over the raw value: Touchstone converts it and quarantines what it cannot read; dates of another"
                                + " order are rearranged as text, see docs/project-file.md"));
            }
        });
        return warnings;
    }

    private void duplicates(String list, String key) {
        Map<String, String> seen = new HashMap<>();
        each(file.path(list), list, (entry, place) -> {
            String name = entry.path(key).asText();
            String first = name.isEmpty() ? null : seen.putIfAbsent(name.strip(), place);
            if (first != null) {
                add(
                        "'%s' is declared twice, first at %s".formatted(name, first),
                        place,
                        "rename or remove one of them");
            }
        });
    }

    private void timeZone() {
        String zone = file.path("time_zone").asText();
        if (zone.isEmpty()) {
            return;
        }
        try {
            ZoneId.of(zone);
        } catch (DateTimeException e) {
            add(
                    "unknown time zone '%s'".formatted(zone),
                    "time_zone",
                    Nearest.hint(zone, ZoneId.getAvailableZoneIds()) + "write a name such as Asia/Tehran or UTC");
        }
    }

    private void output() {
        JsonNode output = file.path("output");
        if (output.isObject() && output.has("path") == output.has("schema")) {
            add(
                    output.has("path") ? "both path and schema are given" : "neither path nor schema is given",
                    "output",
                    "give path (a folder or URI) or schema (of a catalog)");
        }
    }

    private void sources() {
        each(file.path("sources"), "sources", (source, place) -> {
            boolean table = source.has("table");
            boolean files = source.has("format") || source.has("path");
            if ("jdbc".equals(source.path("format").asText())) {
                database(source, place);
            } else if (table && files) {
                add("both table and format or path are given", place, "keep table, or format and path");
            } else if (!table && !(source.has("format") && source.has("path"))) {
                String problem = files
                        ? "the key '%s' is missing".formatted(source.has("format") ? "path" : "format")
                        : "neither files nor a table are given";
                add(problem, place, "give format and path, or table; of a database format: jdbc and options");
            }
            if (source.has("credentials") && table) {
                add("a table has no options, so no credentials", place + ".credentials", "remove it");
            }
            if (source.path("credentials").has("url")) {
                add("the address of a database is no secret", place + ".credentials.url", "give it under options");
            }
            String prune = source.path("prune").asText();
            if (!prune.isEmpty() && "customers".equals(source.path("contract").asText())) {
                add(
                        "a source of customers has a prune, but every run needs all versions of a customer",
                        place + ".prune",
                        "remove it");
            }
            if (!prune.isEmpty() && !(prune.contains(":from") && prune.contains(":to"))) {
                add(
                        "prune does not hold both :from and :to",
                        place + ".prune",
                        "write it with both, e.g. day >= :from AND day < :to");
            }
        });
        contractsAreEnough();
    }

    private void database(JsonNode source, String place) {
        for (String key : List.of("path", "table")) {
            if (source.has(key)) {
                add(
                        "a database is read, but %s is given".formatted(key),
                        place + "." + key,
                        "remove it: options say where");
            }
        }
        JsonNode options = source.path("options");
        if (!options.has("url")) {
            add(
                    "the option 'url' is missing",
                    place + ".options",
                    "give it, e.g. url: 'jdbc:postgresql://host/database'");
        }
        if (options.has("dbtable") == options.has("query")) {
            add(
                    options.has("query") ? "both dbtable and query are given" : "neither dbtable nor query is given",
                    place + ".options",
                    "give dbtable (a table or view) or query (a SELECT of the database)");
        }
    }

    private void contractsAreEnough() {
        List<String> contracts = contracts();
        if (!contracts.isEmpty() && contracts.stream().allMatch("customers"::equals)) {
            add(
                    "customers is the only source, so nothing can be measured",
                    "sources",
                    "add a source of another contract, e.g. responses");
        }
    }

    private void instruments() {
        each(file.path("instruments"), "instruments", (own, place) -> {
            ObjectNode inForce = declarations.instrument(own.path("name").asText());
            if (inForce == null) {
                return;
            }
            complete("instruments", inForce, place, "instrument");
            JsonNode low = inForce.path("low");
            JsonNode high = inForce.path("high");
            if (low.isNumber() && high.isNumber() && low.asInt() >= high.asInt()) {
                add(
                        "low is %s and high is %s".formatted(low.asText(), high.asText()),
                        place,
                        "give a low that is less than high");
            }
            weights(inForce.path("weights"), inForce.path("items"), place + ".weights");
        });
    }

    private void weights(JsonNode weights, JsonNode items, String place) {
        if (weights.isEmpty()) {
            return;
        }
        int sum = 0;
        for (JsonNode weight : weights) {
            sum += weight.asInt();
        }
        if (sum != 100) {
            add("the weights sum to %d".formatted(sum), place, "share out exactly 100 points");
        }
        Collection<String> dimensions = new ArrayList<>();
        items.forEach(dimension -> dimensions.add(dimension.asText()));
        weights.fieldNames().forEachRemaining(dimension -> {
            if (!dimensions.contains(dimension)) {
                add(
                        "no item has the weighted dimension '%s'".formatted(dimension),
                        place,
                        Nearest.hint(dimension, dimensions) + "name a dimension that items gives");
            }
        });
    }

    private void kpis() {
        each(file.path("kpis"), "kpis", (own, place) -> {
            String name = own.path("name").asText();
            ObjectNode inForce = declarations.kpi(name);
            if (inForce == null) {
                return;
            }
            complete("kpis", inForce, place, "KPI");
            JsonNode scale = inForce.path("scale");
            for (String key : List.of("unit", "better")) {
                if (scale.isObject() && !scale.has(key)) {
                    add("the new KPI '%s' has no scale.%s".formatted(name, key), place + ".scale", "add " + key);
                }
            }
            if (declarations.durationOf(name) != null) {
                percentile(name, own, place);
                return;
            }
            interval(name, inForce, place);
            period(name, inForce, place);
            denominator(name, inForce, place);
            duration(name, inForce, place);
            window(name, inForce, place);
            if (inForce.has("for_each") != name.contains(Declarations.DIMENSION)) {
                add(
                        inForce.has("for_each")
                                ? "the name '%s' does not hold <dimension>".formatted(name)
                                : "the name '%s' holds <dimension>, but for_each is not given".formatted(name),
                        place,
                        "give both for_each: dimension and a name with <dimension>, or neither");
            }
            if (inForce.has("for_each")
                    && !inForce.path("of").asText("responses").equals("responses")) {
                add("only responses have dimensions", place + ".for_each", "remove for_each");
            }
        });
    }

    /** An interval that does not fit its scores would look like certainty. */
    private void interval(String name, ObjectNode inForce, String place) {
        JsonNode scale = inForce.path("scale");
        boolean total = inForce.path("state").asText().equals("total");
        String unit = scale.path("unit").asText();
        boolean net = unit.equals("points") && !total && !inForce.has("denominator");
        String interval = inForce.path("interval").asText(net ? "adjusted_wald" : "none");
        if (total && !interval.equals("none")) {
            add(
                    "the KPI '%s' is a total, which has no interval".formatted(name),
                    place + ".interval",
                    "write interval: none, or leave interval out");
        }
        double high = scale.path("high").asDouble();
        if (interval.equals("adjusted_wald") && (high <= 0 || scale.path("low").asDouble() != -high)) {
            add(
                    "the KPI '%s' has the interval adjusted_wald, but no scale from -high to high".formatted(name),
                    place + ".scale",
                    "give low and high, e.g. low: -100, high: 100, or write interval: t");
        }
    }

    /** A sum over days of customers counts whoever came on two of them twice. */
    private void period(String name, ObjectNode inForce, String place) {
        boolean customers = inForce.path("of").asText().equals("customers");
        boolean perPeriod = inForce.path("per").asText().equals("period");
        if (customers && !perPeriod) {
            add("the KPI '%s' of customers does not add up over days".formatted(name), place, "write per: period");
        }
        if (perPeriod && inForce.has("of") && !customers) {
            add(
                    "the KPI '%s' is per period, but of %s"
                            .formatted(name, inForce.path("of").asText()),
                    place + ".per",
                    "leave per out, or write of: customers");
        }
    }

    private void denominator(String name, ObjectNode inForce, String place) {
        if (!inForce.has("denominator")) {
            return;
        }
        String interval = inForce.path("interval").asText();
        if (WITHIN_ONE_ROW.contains(interval)) {
            add(
                    "the KPI '%s' has a denominator, but the interval %s takes every row for one of n"
                            .formatted(name, interval),
                    place + ".interval",
                    "write interval: t, or none");
        }
        String of = inForce.path("of").asText();
        if (WEIGHTED.contains(of)) {
            add(
                    "the KPI '%s' has a denominator, but is of %s, whose rows may carry a weight".formatted(name, of),
                    place + ".denominator",
                    "leave rows out by counts, or by a score that is NULL");
        }
        if (inForce.path("state").asText().equals("total")) {
            add(
                    "the KPI '%s' is a total, which has no denominator".formatted(name),
                    place + ".denominator",
                    "remove denominator, or write state: mean");
        }
    }

    private void duration(String name, ObjectNode inForce, String place) {
        if (!inForce.path("state").asText().equals("duration")) {
            if (inForce.has("percentiles")) {
                add(
                        "the KPI '%s' has percentiles, but is no duration".formatted(name),
                        place + ".percentiles",
                        "write state: duration, or remove percentiles");
            }
            return;
        }
        JsonNode scale = inForce.path("scale");
        String unit = scale.path("unit").asText("seconds");
        if (!unit.equals("seconds")) {
            add(
                    "the KPI '%s' is a duration, but its unit is %s".formatted(name, unit),
                    place + ".scale.unit",
                    "write unit: seconds, and a score in whole seconds");
        }
        if (scale.path("factor").asLong(1) != 1) {
            add(
                    "the KPI '%s' is a duration, which is counted in whole seconds".formatted(name),
                    place + ".scale.factor",
                    "leave factor out");
        }
        if (inForce.has("denominator")) {
            add(
                    "the KPI '%s' is a duration, which has no denominator: percentiles look at every case"
                            .formatted(name),
                    place + ".denominator",
                    "leave rows out by counts");
        }
        if (inForce.path("per").asText().equals("period")) {
            add(
                    "the KPI '%s' is a duration, which is counted by day".formatted(name),
                    place + ".per",
                    "leave per out, or write state: mean");
        }
        String interval = inForce.path("interval").asText();
        if (WITHIN_ONE_ROW.contains(interval)) {
            add(
                    "the KPI '%s' is a duration, but the interval %s is for scores of two or three values"
                            .formatted(name, interval),
                    place + ".interval",
                    "write interval: t, or leave interval out");
        }
    }

    private void window(String name, ObjectNode inForce, String place) {
        boolean used = List.of("counts", "score", "denominator").stream()
                .anyMatch(key -> inForce.path(key).asText().contains(Declarations.WINDOW));
        if (used && !inForce.has("matures")) {
            add(
                    "the KPI '%s' refers to %s, but matures is not given".formatted(name, Declarations.WINDOW),
                    place,
                    "add matures, e.g. matures: 7 days");
        }
    }

    /** A percentile is read from the bins of its duration; what it counts cannot be its own. */
    private void percentile(String name, JsonNode own, String place) {
        String duration = declarations.durationOf(name);
        own.fieldNames().forEachRemaining(key -> {
            if (!OF_A_PERCENTILE.contains(key)) {
                add(
                        "the percentile '%s' has no %s of its own".formatted(name, key),
                        place + "." + key,
                        "give %s to %s, or take another name; a percentile's own keys are %s"
                                .formatted(key, duration, String.join(", ", OF_A_PERCENTILE)));
            }
        });
    }

    private void complete(String list, ObjectNode inForce, String place, String noun) {
        String name = inForce.path("name").asText();
        List<String> others = new ArrayList<>(NEEDED.get(list));
        others.remove("title");
        if (list.equals("kpis") && others.stream().noneMatch(inForce::has)) {
            Set<String> known = new TreeSet<>(declarations.kpiNames());
            known.removeIf(other -> others.stream().noneMatch(declarations.kpi(other)::has));
            add(
                    "unknown KPI '%s', and nothing says how it is computed".formatted(name),
                    place,
                    Nearest.hint(name, known) + "for one of your own add " + String.join(", ", NEEDED.get(list)));
            return;
        }
        for (String key : NEEDED.get(list)) {
            if (!inForce.has(key)) {
                add(
                        "the new %s '%s' has no %s".formatted(noun, name, key),
                        place,
                        "add %s, or take the name of a built-in one to change just some of its keys".formatted(key));
            }
        }
    }

    private void names() {
        each(
                file.path("segmentations"),
                "segmentations",
                (entry, place) -> reserved(entry, place, RESERVED_SEGMENTATIONS));
        each(file.path("touchpoints"), "touchpoints", (entry, place) -> reserved(entry, place, RESERVED_TOUCHPOINTS));
    }

    private void reserved(JsonNode entry, String place, Set<String> reserved) {
        String name = entry.path("name").asText().strip();
        if (reserved.contains(name)) {
            add("the name '%s' is reserved".formatted(name), place + ".name", "take another name");
        }
    }

    private void segmentationsOfCustomers() {
        if (contracts().contains("customers")) {
            return;
        }
        each(file.path("segmentations"), "segmentations", (segmentation, place) -> {
            if (segmentation.path("from").asText().equals("customers")) {
                add(
                        "the segmentation reads customers, but no source has that contract",
                        place + ".from",
                        "add a customers source, or write from: row");
            }
        });
    }

    private void outcomes() {
        JsonNode outcomes = file.path("outcomes");
        if (!outcomes.isObject()) {
            return;
        }
        List<String> contracts = contracts();
        if (!contracts.isEmpty() && !contracts.contains("responses")) {
            add(
                    "outcomes follow answers, but no source has the contract responses",
                    "outcomes",
                    "add a source of responses, or remove outcomes");
        }
        String name = outcomes.path("segmentation").asText();
        List<String> declared = new ArrayList<>();
        file.path("segmentations")
                .forEach(segmentation -> declared.add(segmentation.path("name").asText()));
        if (!name.isEmpty() && !declared.contains(name)) {
            add(
                    "unknown segmentation '%s'".formatted(name),
                    "outcomes.segmentation",
                    Nearest.hint(name, declared)
                            + (declared.isEmpty()
                                    ? "declare it under segmentations, or leave it out"
                                    : "write one of " + String.join(", ", declared)));
        }
    }

    private void kpiReferences() {
        Set<String> known = declarations.kpiNames();
        JsonNode used = file.path("use_kpis");
        for (int i = 0; i < used.size(); i++) {
            unknownKpi(used.path(i).asText(), "use_kpis[%d]".formatted(i), known);
        }
        each(file.path("scorecard"), "scorecard", (entry, place) -> {
            String name = entry.path("kpi").asText();
            if (!name.isEmpty() && !unknownKpi(name, place + ".kpi", known)) {
                unusedKpi(name, place + ".kpi");
            }
        });
    }

    private void targets() {
        Map<String, String> given = new HashMap<>();
        each(file.path("kpis"), "kpis", (own, place) -> {
            String name = own.path("name").asText();
            if (own.has("target")) {
                given.put(name, place);
            }
            ObjectNode inForce = declarations.kpi(name);
            if (inForce == null || declarations.durationOf(name) != null) {
                return;
            }
            target(inForce, inForce.path("target"), place + ".target");
            if (inForce.path("benchmark").asText().equals("target") && !inForce.has("target")) {
                add(
                        "the KPI '%s' is compared with its target, but has none".formatted(name),
                        place + ".benchmark",
                        "add target, or write another benchmark: peers, segment_peers, previous_period, previous_year");
            }
        });
        each(file.path("scorecard"), "scorecard", (entry, place) -> {
            String name = entry.path("kpi").asText();
            ObjectNode inForce = declarations.kpi(name);
            if (inForce == null || !entry.has("target")) {
                return;
            }
            if (given.containsKey(name)) {
                add(
                        "the target of '%s' is given twice, first at %s".formatted(name, given.get(name)),
                        place + ".target",
                        "keep one of the two");
            }
            target(inForce, entry.path("target"), place + ".target");
        });
    }

    private void target(ObjectNode kpi, JsonNode target, String place) {
        if (target.isMissingNode()) {
            return;
        }
        JsonNode scale = kpi.path("scale");
        JsonNode set = target.isNumber() ? target : target.path("value");
        boolean outside = set.isNumber()
                && (scale.has("low") && set.asDouble() < scale.path("low").asDouble()
                        || scale.has("high")
                                && set.asDouble() > scale.path("high").asDouble());
        if (outside) {
            add(
                    "the target of '%s' lies outside its scale: %s"
                            .formatted(kpi.path("name").asText(), set.asText()),
                    place,
                    scale.path("unit").asText().equals("share")
                            ? "give a share from 0 to 1, 0.8 for 80 %"
                            : "give a value from %s to %s"
                                    .formatted(
                                            scale.path("low").asText("any"),
                                            scale.path("high").asText("any")));
        }
        if (kpi.path("scale").path("better").asText().equals("none") && !target.has("direction")) {
            add(
                    "the target of '%s' has no direction, nor has the KPI"
                            .formatted(kpi.path("name").asText()),
                    place,
                    "write it as {value: ..., direction: at_least} or at_most");
        }
        if (!target.isObject()) {
            return;
        }
        boolean value = target.has("value");
        if (value == target.has("baseline")) {
            add(
                    value ? "both value and baseline are given" : "neither value nor baseline is given",
                    place,
                    "give value, or baseline and improvement");
        }
        if (target.has("baseline") != target.has("improvement") && !value) {
            add(
                    target.has("baseline") ? "the key 'improvement' is missing" : "the key 'baseline' is missing",
                    place,
                    "give both baseline and improvement");
        }
        String baseline = target.path("baseline").asText();
        if (!baseline.isEmpty() && !PERIOD.matcher(baseline).matches()) {
            add(
                    "'%s' is not the label of a month, quarter or year".formatted(baseline),
                    place + ".baseline",
                    "write it as 2025, 2025-Q3 or 2025-11, in the project's first calendar");
        }
    }

    private void actions() {
        Set<String> segmentations = new TreeSet<>();
        each(
                file.path("segmentations"),
                "segmentations",
                (segmentation, place) ->
                        segmentations.add(segmentation.path("name").asText()));
        each(file.path("actions"), "actions", (action, place) -> {
            if (action.has("segmentation") != action.has("segments")) {
                add(
                        action.has("segments") ? "the key 'segmentation' is missing" : "the key 'segments' is missing",
                        place,
                        "give both segmentation and segments, or neither");
            }
            String segmentation = action.path("segmentation").asText();
            if (!segmentation.isEmpty() && !segmentations.contains(segmentation)) {
                add(
                        "unknown segmentation '%s'".formatted(segmentation),
                        place + ".segmentation",
                        Nearest.hint(segmentation, segmentations) + "name one of segmentations");
            }
            String date = action.path("date").asText();
            try {
                if (!date.isEmpty() && LocalDate.parse(date).getYear() < EARLIEST_YEAR) {
                    add(
                            "%s is before %d: is it a Solar Hijri date?".formatted(date, EARLIEST_YEAR),
                            place + ".date",
                            "give the Gregorian day: 1405-01-01 is 2026-03-21");
                }
            } catch (DateTimeException impossible) {
                add("there is no day '%s'".formatted(date), place + ".date", "write it as 2026-11-01");
            }
        });
    }

    private void drivers() {
        JsonNode drivers = file.path("drivers");
        if (!drivers.isObject()) {
            return;
        }
        if (!contracts().contains("responses")) {
            add(
                    "drivers are found in responses, but no source has that contract",
                    "drivers",
                    "add a source of responses, or remove drivers");
        }
        for (String key : List.of("kpi", "outcome")) {
            driver(drivers.path(key).asText(), "drivers." + key);
        }
        List<String> declared = new ArrayList<>();
        file.path("segmentations")
                .forEach(each -> declared.add(each.path("name").asText()));
        JsonNode wanted = drivers.path("segmentations");
        for (int i = 0; i < wanted.size(); i++) {
            String name = wanted.path(i).asText();
            if (!declared.contains(name)) {
                add(
                        "unknown segmentation '%s'".formatted(name),
                        "drivers.segmentations[%d]".formatted(i),
                        Nearest.hint(name, declared) + "name one that segmentations declares");
            }
        }
    }

    /** Scores of one questionnaire are weighed against each other, as they stand when it is filled in. */
    private void driver(String name, String place) {
        if (name.isEmpty() || unknownKpi(name, place, declarations.kpiNames()) || unusedKpi(name, place)) {
            return;
        }
        ObjectNode inForce = declarations.kpi(name);
        String of = inForce.path("of").asText();
        String state = inForce.path("state").asText("mean");
        if (!of.equals("responses")) {
            add(
                    "the KPI '%s' is of %s, and no questionnaire holds its scores".formatted(name, of),
                    place,
                    "name a KPI of responses");
        } else if (!state.equals("mean")) {
            add(
                    "the KPI '%s' is a %s, and only scores that have a mean are weighed".formatted(name, state),
                    place,
                    "name a KPI of state mean");
        } else if (inForce.has("matures") || inForce.has("clock")) {
            add(
                    "the KPI '%s' has a window or a clock of its own".formatted(name),
                    place,
                    "name a KPI that is scored by what the questionnaire says, on its day");
        }
    }

    private boolean unusedKpi(String name, String place) {
        JsonNode used = file.path("use_kpis");
        List<String> names = new ArrayList<>();
        used.forEach(each -> names.add(each.asText()));
        boolean unused = used.isArray() && !names.contains(name) && !names.contains(declarations.durationOf(name));
        if (unused) {
            add("the KPI '%s' is not in use_kpis".formatted(name), place, "add it to use_kpis");
        }
        return unused;
    }

    private boolean unknownKpi(String name, String place, Set<String> known) {
        boolean unknown = !known.contains(name);
        if (unknown && !name.isEmpty()) {
            String hint = Nearest.hint(name, known);
            add(
                    "unknown KPI '%s'".formatted(name),
                    place,
                    hint.isEmpty() ? "write one of " + String.join(", ", known) : hint + "`touchstone kpis` lists all");
        }
        return unknown;
    }

    private List<String> contracts() {
        List<String> contracts = new ArrayList<>();
        file.path("sources")
                .forEach(source -> contracts.add(source.path("contract").asText()));
        return contracts;
    }

    private void add(String problem, String place, String remedy) {
        problems.add(new Problem(problem, place, remedy));
    }

    private static void each(JsonNode list, String name, Entry entry) {
        for (int i = 0; i < list.size(); i++) {
            if (list.path(i).isObject()) {
                entry.accept(list.path(i), "%s[%d]".formatted(name, i));
            }
        }
    }

    /** One entry of a list with its place. */
    private interface Entry {
        void accept(JsonNode entry, String place);
    }
}
