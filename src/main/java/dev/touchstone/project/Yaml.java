package dev.touchstone.project;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Text of a YAML file to a tree, and environment variables into it. */
final class Yaml {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)}");
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.*?)'", Pattern.DOTALL);

    private Yaml() {}

    /** The file's tree; ends the command where it cannot be read or is no YAML object. */
    static ObjectNode read(Path file) {
        String text = text(file);
        YAMLFactory factory = YAMLFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        JsonNode tree;
        try {
            refuseAliases(factory, text, file);
            tree = new YAMLMapper(factory)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(text);
        } catch (JsonProcessingException e) {
            throw unreadable(e, file);
        } catch (IOException e) {
            throw outside(e, file);
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        String problem = tree.isMissingNode() || tree.isNull()
                ? "the project file is empty"
                : "the project file holds no keys but " + SchemaProblems.shown(tree);
        throw Fault.arguments(problem, file.toString(), "start with the keys name, time_zone, output and sources");
    }

    /**
     * The tree with every <code>${NAME}</code> in a text replaced by an environment variable; <code>$${</code> stands
     * for <code>${</code>. Values are not looked into again.
     */
    static ObjectNode withEnvironment(ObjectNode tree, Map<String, String> environment, List<Problem> problems) {
        return (ObjectNode) substitute(tree, "", environment, problems);
    }

    private static JsonNode substitute(
            JsonNode node, String place, Map<String, String> environment, List<Problem> problems) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(key -> {
                String inner = place.isEmpty() ? key.getKey() : place + "." + key.getKey();
                key.setValue(substitute(key.getValue(), inner, environment, problems));
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, substitute(array.get(i), "%s[%d]".formatted(place, i), environment, problems));
            }
        } else if (node.isTextual()) {
            return TextNode.valueOf(substitute(node.asText(), place, environment, problems));
        }
        return node;
    }

    private static String substitute(
            String text, String place, Map<String, String> environment, List<Problem> problems) {
        return REFERENCE.matcher(text).replaceAll(match -> {
            if (match.group().equals("$${")) {
                return Matcher.quoteReplacement("${");
            }
            String name = match.group(1);
            String value = environment.get(name);
            if (value == null) {
                problems.add(new Problem(
                        "the environment variable '%s' is not set".formatted(name),
                        place,
                        "set %s, or write $${ where a literal ${ is meant".formatted(name)));
                // Stands in so that the schema does not complain of an empty text on top of it.
                return Matcher.quoteReplacement(match.group());
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static String text(Path file) {
        if (Files.isDirectory(file)) {
            throw Fault.arguments("the project file is a folder", file.toString(), "name the YAML file in it");
        }
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw Fault.arguments("there is no such project file", file.toString(), "give --project an existing file");
        } catch (CharacterCodingException e) {
            throw Fault.arguments("the project file is not in UTF-8", file.toString(), "save it in UTF-8");
        } catch (IOException e) {
            throw outside(e, file);
        }
    }

    /** Jackson hands an alias over as the text of its name, which would pass as a value. */
    private static void refuseAliases(YAMLFactory factory, String text, Path file) throws IOException {
        try (YAMLParser parser = factory.createParser(text)) {
            while (parser.nextToken() != null) {
                if (parser.isCurrentAlias()) {
                    throw Fault.arguments(
                            "the YAML alias '*%s' is not supported".formatted(parser.getText()),
                            place(file, parser.currentTokenLocation()),
                            "write the value out");
                }
            }
        }
    }

    private static Fault unreadable(JsonProcessingException e, Path file) {
        String place = place(file, e.getLocation());
        Matcher duplicate = DUPLICATE.matcher(String.valueOf(e.getOriginalMessage()));
        if (duplicate.find()) {
            return Fault.arguments(
                    "the key '%s' is given twice".formatted(duplicate.group(1)), place, "keep one of the two");
        }
        String remedy = "look at quotes, colons and indentation on and above this line";
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            Mark mark = marked.getProblemMark();
            String context = marked.getContext() == null ? "" : " " + marked.getContext();
            return Fault.arguments(
                    "this is no YAML: " + marked.getProblem() + context,
                    place(file, mark.getLine() + 1, mark.getColumn() + 1),
                    remedy);
        }
        String first =
                String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
        return Fault.arguments("this is no YAML: " + first, place, remedy);
    }

    private static Fault outside(IOException e, Path file) {
        return Fault.outside(
                "the project file cannot be read: " + e.getMessage(), file.toString(), "look at its permissions", e);
    }

    private static String place(Path file, JsonLocation location) {
        return location == null ? file.toString() : place(file, location.getLineNr(), location.getColumnNr());
    }

    private static String place(Path file, int line, int column) {
        return "%s, line %d, column %d".formatted(file, line, column);
    }
}
