package dev.touchstone.generate;

import dev.touchstone.TestSpark;
import java.nio.file.Path;
import java.time.LocalDate;

/** Two generated companies that several tests look at; each is made once in a JVM, which has a folder of its own. */
final class Companies {
    static final LocalDate FROM = LocalDate.of(2025, 3, 21);
    static final LocalDate TO = LocalDate.of(2026, 3, 21);

    private static final Path FOLDER = Path.of("target", "test-companies-" + System.getProperty("test.fork", "1"));

    private static Path small;
    private static Path large;

    private Companies() {}

    /** As the sample: CSV with everything that goes wrong. */
    static synchronized Path small() {
        if (small == null) {
            Path made = FOLDER.resolve("small");
            Generator.write(TestSpark.session(), options(7, 20_000, made, "csv", false));
            small = made;
        }
        return small;
    }

    /** Clean and typed: levels and rates are tested on it. */
    static synchronized Path large() {
        if (large == null) {
            Path made = FOLDER.resolve("large");
            Generator.write(TestSpark.session(), largeOptions());
            large = made;
        }
        return large;
    }

    static GenerateOptions largeOptions() {
        return options(7, 199_999, FOLDER.resolve("large"), "parquet", true);
    }

    static GenerateOptions options(long seed, long responses, Path output, String format, boolean clean) {
        return new GenerateOptions(seed, responses, 0.25, FROM, TO, output.toString(), format, clean);
    }
}
