package dev.touchstone.project;

import com.fasterxml.jackson.databind.JsonNode;
import dev.touchstone.fault.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/**
 * Passwords of sources may not stand in a project file, which is kept, copied and shown, nor in a database's address,
 * which drivers and Spark repeat in their messages.
 */
final class Secrets {
    private static final String NAMES = "(pass(w|code|phrase)|pwd|secret|token|(access|private|api).?key|credential)";
    private static final Pattern SECRET = Pattern.compile("(?i)" + NAMES);
    private static final Pattern OF_ENVIRONMENT = Pattern.compile("\\s*[$][{][^}]+[}]\\s*");

    /** A parameter of such a name, or a name with a password before the host. */
    private static final Pattern ADDRESS_WITH_SECRET =
            Pattern.compile("(?i)" + NAMES + "[a-z_]*\\s*=|^[^?;]*[^/:@?;]+[:/][^/:@?;]+@");

    private Secrets() {}

    /** @param file as it is written, before environment variables are put in */
    static List<Problem> written(JsonNode file) {
        return options(
                file,
                (option, value) -> SECRET.matcher(option).find()
                        && !OF_ENVIRONMENT.matcher(value).matches(),
                "the secret '%s' stands in the project file",
                "take it from the environment, e.g. ${CX_PASSWORD}, or from Hadoop's credential providers by"
                        + " `credentials`");
    }

    /** @param file with environment variables put in */
    static List<Problem> inAddresses(JsonNode file) {
        return options(
                file,
                (option, value) -> option.equalsIgnoreCase("url")
                        && ADDRESS_WITH_SECRET.matcher(value).find(),
                "the address of the database holds a password",
                "give the options user and password instead: addresses are shown in messages");
    }

    private static List<Problem> options(
            JsonNode file, BiPredicate<String, String> wrong, String problem, String remedy) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < file.path("sources").size(); i++) {
            String place = "sources[%d].options.".formatted(i);
            file.path("sources").get(i).path("options").properties().forEach(option -> {
                if (wrong.test(option.getKey(), option.getValue().asText())) {
                    problems.add(new Problem(problem.formatted(option.getKey()), place + option.getKey(), remedy));
                }
            });
        }
        return problems;
    }
}
