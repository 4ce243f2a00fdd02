package dev.touchstone.cli;

import dev.touchstone.generate.GenerateOptions;
import dev.touchstone.generate.Generator;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code touchstone generate}. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description =
                "Write a synthetic retailer's sources with planted truth, a project file for them and truth.json.")
final class GenerateCommand implements Callable<Integer> {
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "7",
            description = "Equal seeds give equal data (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--responses",
            paramLabel = "N",
            defaultValue = "20000",
            description = "About how many answer rows (default: ${DEFAULT-VALUE}).")
    private long responses;

    @Option(
            names = "--history",
            paramLabel = "RATIO",
            defaultValue = "1",
            description = {
                "About how many contacts, orders and visits each for one answer row, from 0.01 to 10 (default:"
                        + " ${DEFAULT-VALUE}).",
                "Tickets are about half as many, replies to them 0.8 times as many, scores of reviews 0.3.",
                "There is a customer for four answer rows, and a membership for six in ten customers."
            })
    private double history;

    @Option(
            names = "--from",
            paramLabel = "DAY",
            defaultValue = "2025-03-21",
            description = "First day (default: ${DEFAULT-VALUE}).")
    private LocalDate from;

    @Option(
            names = "--to",
            paramLabel = "DAY",
            defaultValue = "2026-03-21",
            description = "First day after the last (default: ${DEFAULT-VALUE}).")
    private LocalDate to;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "Folder to write to.")
    private String output;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "parquet",
            description = "csv or parquet (default: ${DEFAULT-VALUE}).")
    private String format;

    @Option(names = "--clean", description = "No duplicates, late or bad rows.")
    private boolean clean;

    @Option(names = "--result", paramLabel = "URI", description = "Write the result's JSON object to this file, too.")
    private String result;

    @Override
    public Integer call() {
        return Result.of("generate", result, outcome -> {
            GenerateOptions options = new GenerateOptions(seed, responses, history, from, to, output, format, clean);
            Generator.write(Sessions.open("generate", null), options);
            Print.printf("Written: %s (project.yaml, truth.json and the sources)%n", output);
            outcome.with("output", output);
        });
    }
}
