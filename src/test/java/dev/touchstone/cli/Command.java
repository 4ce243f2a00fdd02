package dev.touchstone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.touchstone.TestSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a command in this JVM, on the tests' Spark, and keeps what it prints. */
final class Command {
    static {
        // Else a command would give the shared session its own settings, meant for larger data.
        System.setProperty("spark.sql.shuffle.partitions", "4");
        TestSpark.session();
    }

    private Command() {}

    /** How a command ended. */
    record Outcome(int exitCode, String output, String errors) {
        /** The object of the result line, which must be the last one. */
        JsonNode result() {
            List<String> lines = output.lines().toList();
            String last = lines.get(lines.size() - 1);
            assertThat(last).startsWith(Result.PREFIX);
            try {
                return new ObjectMapper().readTree(last.substring(Result.PREFIX.length()));
            } catch (IOException noJson) {
                throw new UncheckedIOException(noJson);
            }
        }
    }

    /** Runs a command; a stack trace in what it prints fails the test, whatever the test is about. */
    static Outcome run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int exitCode;
        try {
            System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
            exitCode = Touchstone.execute(arguments);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        Outcome outcome =
                new Outcome(exitCode, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
        assertThat(outcome.output() + outcome.errors()).doesNotContain("\tat ", "Exception");
        return outcome;
    }
}
