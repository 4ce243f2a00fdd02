package dev.touchstone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code jobs/touchstone} refuses before it starts a JVM, and the command that it hands to a Spark which fits. It
 * runs as a distribution would: the script and the application jar in one folder, no build beside them.
 */
class LauncherTest {
    @TempDir
    private Path folder;

    private Path launcher;

    private record Outcome(int exitCode, String output, String errors) {}

    @BeforeEach
    void distribution() throws IOException {
        Path jobs = Files.createDirectories(folder.resolve("jobs"));
        launcher = Files.copy(Path.of("jobs/touchstone"), jobs.resolve("touchstone"));
        Files.writeString(jobs.resolve("touchstone.jar"), "");
    }

    @Test
    void refusesASparkHomeOfAnotherSeries() throws Exception {
        Path home = spark("old", "spark-core_2.13-4.0.1.jar");

        assertThat(run(Map.of("SPARK_HOME", home.toString()), "measure"))
                .isEqualTo(new Outcome(
                        2,
                        "",
                        """
                        Spark 4.0.1 with Scala 2.13 does not fit: Touchstone needs Spark 4.2 with Scala 2.13
                            at: SPARK_HOME=%s
                            do: Set SPARK_HOME to such a Spark, or unset it to use the embedded one.
                        """
                                .formatted(home)));
    }

    @Test
    void refusesASparkHomeThatHoldsNoSpark() throws Exception {
        assertThat(run(Map.of("SPARK_HOME", folder.toString()), "measure").errors())
                .startsWith("the folder holds no Spark and does not fit: Touchstone needs Spark 4.2 with Scala 2.13");
    }

    @Test
    void passesOverASparkOnThePathThatDoesNotFit() throws Exception {
        Path home = spark("old", "spark-core_2.12-3.5.1.jar");
        String path = home.resolve("bin") + ":" + System.getenv("PATH");

        Outcome outcome = run(Map.of("PATH", path), "measure");

        // No build beside the script, hence no embedded Spark to fall back to.
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errors())
                .isEqualTo(
                        """
                        spark-submit on PATH (%s/bin/spark-submit) is passed over: Spark 3.5.1 with Scala 2.12, \
                        needed is 4.2 with Scala 2.13
                        no Spark found: neither SPARK_HOME nor a spark-submit on PATH nor the embedded one
                            at: %s/target/spark-jars.txt
                            do: Fetch the embedded Spark by mvn -B -q -Dmaven.test.skip package, \
                        or set SPARK_HOME to a Spark 4.2.
                        """
                                .formatted(home, folder));
    }

    @Test
    void refusesToRunWithoutTheApplication() throws Exception {
        assertThat(run(Map.of("TOUCHSTONE_JAR", "/nowhere/touchstone.jar"), "measure"))
                .isEqualTo(
                        new Outcome(
                                2,
                                "",
                                """
                        the application jar is missing
                            at: /nowhere/touchstone.jar
                            do: Build it by mvn -B -q -Dmaven.test.skip package, or set TOUCHSTONE_JAR.
                        """));
    }

    @Test
    void handsSparksOptionsToSparkAndTheRestToTheCommand() throws Exception {
        Path home = spark("fitting", "spark-core_2.13-4.2.0.jar");

        Outcome outcome = run(
                Map.of("SPARK_HOME", home.toString()),
                "measure",
                "--master=local[1]",
                "--project",
                "a project.yaml",
                "--conf",
                "spark.ui.enabled=true",
                "--",
                "--name",
                "of the command");

        assertThat(outcome.output().lines())
                .containsExactly(
                        "--class",
                        "dev.touchstone.cli.Touchstone",
                        "--driver-memory",
                        "4g",
                        "--conf",
                        "spark.driver.defaultJavaOptions=-XX:+UseParallelGC \"-Dlog4j2.configurationFile="
                                + folder.resolve("jobs/log4j2.properties") + "\"",
                        "--packages",
                        "io.delta:delta-spark_2.13:4.4.0",
                        "--master",
                        "local[1]",
                        "--conf",
                        "spark.ui.enabled=true",
                        folder.resolve("jobs/touchstone.jar").toString(),
                        "measure",
                        "--project",
                        "a project.yaml",
                        "--name",
                        "of the command");
    }

    @Test
    void passesTheExitCodeOn() throws Exception {
        Path home = spark("fitting", "spark-core_2.13-4.2.0.jar");

        assertThat(run(Map.of("SPARK_HOME", home.toString()), "measure").exitCode())
                .isEqualTo(3);
    }

    @Test
    void leavesWhatSparkIsConfiguredToDo() throws Exception {
        Path home = spark("fitting", "spark-core_2.13-4.2.0.jar", "delta-spark_2.13-4.4.0.jar");
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(
                home.resolve("conf/spark-defaults.conf"),
                """
                spark.driver.memory              9g
                spark.driver.defaultJavaOptions=-XX:+UseG1GC
                spark.ui.enabled true
                """);

        assertThat(run(Map.of("SPARK_HOME", home.toString()), "measure")
                        .output()
                        .lines())
                .containsExactly(
                        "--class",
                        "dev.touchstone.cli.Touchstone",
                        folder.resolve("jobs/touchstone.jar").toString(),
                        "measure");
    }

    /** A Spark by its looks: its spark-submit prints its arguments, one a line, and ends with exit code 3. */
    private Path spark(String name, String... jars) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("jars"));
        for (String jar : jars) {
            Files.writeString(home.resolve("jars").resolve(jar), "");
        }
        Path submit = Files.createDirectories(home.resolve("bin")).resolve("spark-submit");
        Files.writeString(submit, "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 3\n");
        assertThat(submit.toFile().setExecutable(true)).isTrue();
        return home.toRealPath();
    }

    private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", launcher.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_") || name.startsWith("TOUCHSTONE_"));
        builder.environment().putAll(environment);
        Path output = Files.createTempFile(folder, "output", ".txt");
        Path errors = Files.createTempFile(folder, "errors", ".txt");
        int exitCode = builder.redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start()
                .waitFor();
        return new Outcome(
                exitCode,
                Files.readString(output, StandardCharsets.UTF_8),
                Files.readString(errors, StandardCharsets.UTF_8));
    }
}
