package dev.touchstone.cli;

import dev.touchstone.fault.Fault;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Source;
import dev.touchstone.sql.Expressions;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;

/**
 * What Spark throws while rows are read and tables are written, told as a fault where the world or the project file has
 * caused it. Anything else stays what it is: a bug.
 */
final class Failures {
    private static final String UNREADABLE_FILE = "FAILED_READ_FILE";
    private static final String DATA_EXCEPTION = "22";
    private static final Pattern GLOB = Pattern.compile("[*?\\[{].*");

    private Failures() {}

    /** @param problem anything: Spark throws checked exceptions that it does not declare */
    static RuntimeException told(Exception problem, Project project) {
        if (problem instanceof Fault fault) {
            return fault;
        }
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof SparkThrowable known && known.getCondition() != null) {
                if (known.getCondition().startsWith(UNREADABLE_FILE)) {
                    return unreadable(known.getMessageParameters(), cause, project);
                }
                // By SQLSTATE: a conversion, a division or an overflow in an expression.
                if (String.valueOf(known.getSqlState()).startsWith(DATA_EXCEPTION)) {
                    return Fault.arguments(
                            "an expression fails on a value: " + Expressions.firstLine(cause),
                            "sources[].select, kpis[].counts or kpis[].score",
                            "hand over raw values, which Touchstone converts itself, or write try_cast, try_divide and "
                                    + "the like");
                }
            }
        }
        Throwable root = Expressions.root(problem);
        if (root instanceof SQLException && project.sources().stream().anyMatch(Source::isDatabase)) {
            return Fault.outside(
                    "a database failed: " + Expressions.firstLine(root),
                    "sources of format jdbc",
                    "check that it can be reached and lets this user read, then run it again",
                    problem);
        }
        if (root instanceof IOException) {
            return Fault.outside(
                    "reading or writing failed: " + Expressions.firstLine(root),
                    "sources and output of " + project.name(),
                    "check that the places can be reached and written and have space, then run it again",
                    problem);
        }
        return unchecked(problem);
    }

    static RuntimeException unchecked(Exception problem) {
        return problem instanceof RuntimeException known ? known : new IllegalStateException(problem);
    }

    private static Fault unreadable(Map<String, String> told, Throwable cause, Project project) {
        String file = told.getOrDefault("path", "a file");
        String what =
                sourceOf(file, project).map(source -> "source " + source.name()).orElse("a file");
        return Fault.outside(
                what + " cannot be read: " + Expressions.firstLine(Expressions.root(cause)),
                file,
                "check that the file is there, whole and of the format that the project file says; then run it again",
                cause);
    }

    /** The source with the longest path that the file lies under. */
    private static Optional<Source> sourceOf(String file, Project project) {
        record Candidate(Source source, String path) {}
        String place = pathOf(file);
        return project.sources().stream()
                .flatMap(source -> source.paths().stream().map(path -> new Candidate(source, pathOf(path))))
                .filter(candidate ->
                        place.startsWith(GLOB.matcher(candidate.path()).replaceFirst("")))
                .max(Comparator.comparing(candidate -> candidate.path().length()))
                .map(Candidate::source);
    }

    /** The path without scheme and authority, which Spark writes in other ways than people. */
    private static String pathOf(String uri) {
        try {
            String path = URI.create(uri).getPath();
            return path == null ? uri : path;
        } catch (IllegalArgumentException noUri) {
            return uri;
        }
    }
}
