package dev.touchstone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.touchstone.fault.ExitCode;
import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What a command came to, as one JSON object: the last line of its output, and the file of {@code --result}. */
final class Result {
    static final String PREFIX = "TOUCHSTONE_RESULT ";

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final String uri;

    private Result(String command, String uri) {
        this.uri = uri;
        values.put("command", command);
    }

    Result with(String key, Object value) {
        values.put(key, value);
        return this;
    }

    /**
     * Does the work of a command and ends it: with its problems on standard error where it fails, and with the result
     * line in any case.
     *
     * @param uri where to write the object too; null for nowhere
     * @return the exit code; that of a fault where all went well but the object could not be written
     */
    static int of(String command, String uri, Consumer<Result> work) {
        Result result = new Result(command, uri);
        try {
            work.accept(result);
            return result.end(ExitCode.DONE);
        } catch (Fault fault) {
            result.show(fault);
            return result.end(fault.exitCode());
        } catch (Exception unexpected) { // Spark's are checked and undeclared
            result.with("problems", List.of(String.valueOf(unexpected)));
            result.end(ExitCode.FAULT);
            throw Failures.unchecked(unexpected);
        }
    }

    private void show(Fault fault) {
        fault.problems().forEach(problem -> System.err.println(Print.problem("ERROR", problem, null)));
        with("problems", fault.problems().stream().map(Problem::problem).toList());
    }

    private int end(ExitCode exitCode) {
        ExitCode told = exitCode;
        values.put("exit_code", told.number());
        if (uri != null) {
            try {
                write(json());
            } catch (Fault unwritten) {
                show(unwritten);
                told = exitCode == ExitCode.DONE ? unwritten.exitCode() : exitCode;
                values.put("exit_code", told.number());
            }
        }
        Print.line(PREFIX + json());
        System.out.flush();
        return told.number();
    }

    private String json() {
        try {
            return new ObjectMapper().writeValueAsString(values);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void write(String json) {
        try {
            Path path = new Path(uri);
            FileSystem files = FileSystem.get(
                    path.toUri().isAbsolute() ? path.toUri() : URI.create("file:///"), new Configuration());
            try (OutputStream out = files.create(path, true)) {
                out.write(json.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException | IllegalArgumentException problem) {
            throw Fault.outside(
                    "the result cannot be written: " + problem.getMessage(),
                    "--result " + uri,
                    "give a file that can be written; the command itself has done its work",
                    problem);
        }
    }
}
