package dev.touchstone.cli;

import dev.touchstone.fault.Fault;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code touchstone runs}. */
@Command(name = "runs", mixinStandardHelpOptions = true, description = "The latest runs of a project, newest first.")
final class RunsCommand implements Callable<Integer> {
    @Mixin
    private ProjectOption project;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public Integer call() {
        if (limit < 1) {
            throw Fault.arguments("--limit " + limit + " is less than 1", "--limit", "give how many runs to show");
        }
        Project read = project.read();
        SparkSession spark = Sessions.open("runs", read);
        Store store = Sessions.store(spark, read);
        List<Row> runs = store.exists(Table.RUNS)
                ? store.read(Table.RUNS)
                        .orderBy(functions.col("run_id").desc())
                        .limit(limit)
                        .collectAsList()
                : List.of();
        if (runs.isEmpty()) {
            Print.line("No run yet.");
            return 0;
        }
        Print.printf(
                "%-26s %-8s %-8s %-10s  %-10s  %-20s %s%n",
                "run", "command", "state", "from", "to", "as of", "message");
        for (Row run : runs) {
            String message = run.getAs("message");
            Print.printf(
                    "%-26s %-8s %-8s %-10s  %-10s  %-20s %s%n",
                    run.<String>getAs("run_id"),
                    run.<String>getAs("command"),
                    run.<String>getAs("state"),
                    run.<Object>getAs("from_day"),
                    run.<Object>getAs("to_day"),
                    run.<java.sql.Timestamp>getAs("as_of").toInstant(),
                    message == null ? "" : message.lines().findFirst().orElse(""));
        }
        return 0;
    }
}
