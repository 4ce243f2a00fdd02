package dev.touchstone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.touchstone.fault.Fault;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What a command came to, as one JSON object: the last line of its output, and the file of {@code --result}. */
final class Result {
    static final String PREFIX = "TOUCHSTONE_RESULT ";

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final String uri;

    /** @param uri where to write the object too; null for nowhere */
    Result(String command, String uri) {
        this.uri = uri;
        values.put("command", command);
    }

    Result with(String key, Object value) {
        values.put(key, value);
        return this;
    }

    /** Prints the line and writes the file. Errors: exit 1 if the file cannot be written. */
    void print(int exitCode) {
        values.put("exit_code", exitCode);
        String json;
        try {
            json = new ObjectMapper().writeValueAsString(values);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
        try {
            if (uri != null) {
                write(json);
            }
        } finally {
            System.out.println(PREFIX + json);
            System.out.flush();
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
                    "give a file that can be written; the run itself has ended as the result line says",
                    problem);
        }
    }
}
