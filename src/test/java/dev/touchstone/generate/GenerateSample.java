package dev.touchstone.generate;

import java.time.LocalDate;
import org.apache.spark.sql.SparkSession;

/** Writes a company: seed, responses, from, to, format, output, clean. The sample is 7, 20000, 2025-03-21, 2026-03-21. */
final class GenerateSample {
    private GenerateSample() {}

    public static void main(String[] arguments) {
        GenerateOptions options = new GenerateOptions(
                Long.parseLong(arguments[0]),
                Long.parseLong(arguments[1]),
                LocalDate.parse(arguments[2]),
                LocalDate.parse(arguments[3]),
                arguments[5],
                arguments[4],
                Boolean.parseBoolean(arguments[6]));
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .getOrCreate();
        long start = System.nanoTime();
        Generator.write(spark, options);
        System.out.printf("%d responses in %.1f s%n", options.responses(), (System.nanoTime() - start) / 1e9);
        spark.stop();
    }
}
