package dev.touchstone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What {@code jobs/touchstone} came to: the packaged jar by a real spark-submit. */
record Launched(int exitCode, String output, String errors) {
    /** @param folder where its output may be kept meanwhile */
    static Launched run(Path folder, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("jobs/touchstone", "--master", "local[2]", "--driver-memory", "1g");
        builder.command().addAll(List.of(arguments));
        // On a machine whose figures are Persian by default.
        builder.environment().put("TOUCHSTONE_JAVA_OPTIONS", "-Duser.language=fa -Duser.country=IR");
        builder.environment().putAll(environment);
        Path output = folder.resolve("output.txt");
        Path errors = folder.resolve("errors.txt");
        int exitCode = builder.redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start()
                .waitFor();
        return new Launched(exitCode, Files.readString(output), Files.readString(errors));
    }
}
