package dev.touchstone.project;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import dev.touchstone.fault.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the JSON schema finds, in plain words. The schema's own {@code description}s are the remedies, so that a key is
 * explained once.
 */
final class SchemaProblems {
    private static final String RESOURCE = "/dev/touchstone/project-file.schema.json";

    private final JsonNode document;
    private final SchemaRegistry registry;

    SchemaProblems() {
        try (InputStream resource = SchemaProblems.class.getResourceAsStream(RESOURCE)) {
            document = new ObjectMapper().readTree(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String id = document.path("$id").asText();
        registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(id, document.toString())));
    }

    JsonNode document() {
        return document;
    }

    /** Everything that a project file has against the schema, in the file's order of places. */
    List<Problem> of(JsonNode tree) {
        return of(tree, "");
    }

    /**
     * The same against a part of the schema.
     *
     * @param fragment such as {@code /$defs/catalogue}; empty for the whole
     */
    List<Problem> of(JsonNode tree, String fragment) {
        Schema schema =
                registry.getSchema(SchemaLocation.of(document.path("$id").asText() + "#" + fragment));
        Set<Problem> problems = new LinkedHashSet<>();
        schema.validate(tree).forEach(error -> problems.add(problem(error, document.at(fragment))));
        return new ArrayList<>(problems);
    }

    /** A value as shown in a message: its kind and, where short, itself. */
    static String shown(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "a set of keys";
            case ARRAY -> "a list";
            case STRING -> value.asText().isEmpty() ? "nothing" : "the text '%s'".formatted(clipped(value.asText()));
            case NUMBER -> "the number " + value.asText();
            case BOOLEAN -> "the truth value " + value.asText();
            case NULL, MISSING -> "nothing";
            case BINARY, POJO -> value.getNodeType().name();
        };
    }

    private Problem problem(Error error, JsonNode start) {
        String place = place(error.getInstanceLocation());
        JsonNode holder = holder(error);
        JsonNode value = error.getInstanceNode();
        String expected = described(error, start, holder);
        return switch (error.getKeyword()) {
            case "additionalProperties" -> {
                List<String> known = names(holder.path("properties"));
                yield new Problem(
                        "unknown key '%s'".formatted(error.getProperty()),
                        place,
                        Nearest.hint(error.getProperty(), known) + "known keys: " + String.join(", ", known));
            }
            case "required" -> {
                String key = error.getProperty();
                yield new Problem(
                        "the key '%s' is missing".formatted(key),
                        place,
                        add(key, holder.path("properties").path(key)));
            }
            case "type" ->
                new Problem(
                        "%s stands where %s is expected".formatted(shown(value), kinds(holder.path("type"))),
                        place,
                        expected.isEmpty() ? "look at the indentation and the dashes" : "give " + expected);
            case "enum" -> {
                List<String> known = new ArrayList<>();
                holder.path("enum").forEach(each -> known.add(each.asText()));
                yield new Problem(
                        "%s is not one of the known values".formatted(shown(value)),
                        place,
                        Nearest.hint(value.asText(), known) + "write one of " + String.join(", ", known));
            }
            case "pattern" ->
                new Problem(
                        value.asText().isEmpty() ? "the text is empty" : shown(value) + " does not have the right form",
                        place,
                        "give " + holder.path("description").asText());
            case "minLength", "minItems" ->
                new Problem(value.isArray() ? "the list is empty" : "the text is empty", place, "give " + expected);
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" ->
                new Problem(
                        "%s is out of range (%s)".formatted(shown(value), range(holder)), place, "give " + expected);
            case "uniqueItems" -> new Problem("the list names something twice", place, "keep one of the two");
            default -> new Problem(error.getMessage(), place, "give " + expected);
        };
    }

    /** The schema object that holds the failed keyword. */
    private JsonNode holder(Error error) {
        NodePath path = error.getSchemaLocation().getFragment();
        JsonNode node = document;
        for (int i = 0; i < path.getNameCount() - 1; i++) {
            node = child(node, path.getElement(i));
        }
        return node;
    }

    /** What the key that refers to a shared form says of itself, else what the form says. */
    private String described(Error error, JsonNode start, JsonNode holder) {
        NodePath path = error.getEvaluationPath();
        JsonNode node = start;
        String described = "";
        for (int i = 0; i < path.getNameCount() - 1; i++) {
            Object element = path.getElement(i);
            if (element.equals("$ref")) {
                described = node.path("description").asText(described);
                node = document.at(node.path("$ref").asText().substring(1));
            } else {
                described = "";
                node = child(node, element);
            }
        }
        return described.isEmpty() ? holder.path("description").asText() : described;
    }

    private static JsonNode child(JsonNode node, Object element) {
        return element instanceof Integer index ? node.path(index) : node.path(element.toString());
    }

    private static String add(String key, JsonNode schema) {
        String description = schema.path("description").asText("");
        return description.isEmpty() ? "add " + key : "add %s: %s".formatted(key, description);
    }

    /** {@code sources[0].select}; the file as a whole is "the project file". */
    private static String place(NodePath path) {
        StringBuilder place = new StringBuilder();
        for (int i = 0; i < path.getNameCount(); i++) {
            Object element = path.getElement(i);
            if (element instanceof Integer) {
                place.append('[').append(element).append(']');
            } else {
                place.append(place.isEmpty() ? "" : ".").append(element);
            }
        }
        return place.isEmpty() ? "the project file" : place.toString();
    }

    private static String kinds(JsonNode type) {
        Collection<String> kinds = new ArrayList<>();
        for (JsonNode each :
                type.isArray() ? type : new ObjectMapper().createArrayNode().add(type)) {
            kinds.add(
                    switch (each.asText()) {
                        case "string" -> "a text";
                        case "integer" -> "a whole number";
                        case "number" -> "a number";
                        case "boolean" -> "true or false";
                        case "array" -> "a list";
                        default -> "a set of keys";
                    });
        }
        return kinds.stream().collect(Collectors.joining(" or "));
    }

    private static String range(JsonNode holder) {
        if (holder.has("exclusiveMaximum")) {
            return "between %s and %s"
                    .formatted(
                            holder.path("exclusiveMinimum").asText(),
                            holder.path("exclusiveMaximum").asText());
        }
        if (holder.has("exclusiveMinimum")) {
            return "above " + holder.path("exclusiveMinimum").asText();
        }
        if (!holder.has("maximum")) {
            return holder.path("minimum").asText() + " or more";
        }
        return "%s to %s"
                .formatted(
                        holder.path("minimum").asText(), holder.path("maximum").asText());
    }

    private static List<String> names(JsonNode properties) {
        List<String> names = new ArrayList<>();
        properties.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String clipped(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
