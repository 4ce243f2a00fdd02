package dev.touchstone.clv;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A tenth of the customers of CDNOW who first bought early in 1997, their purchases until 39 weeks after; times in
 * weeks. Lies in {@code CDNOW_DATA}, or beside the project; tests are skipped where it is in neither.
 */
final class Cdnow {
    private static final String PUBLISHED = "documented_elsewhere";

    private Cdnow() {}

    /** A customer; the mean value of the repeat purchases is 0 where there are none or the file does not tell. */
    record Customer(long id, long frequency, double recency, double age, double meanValue) {}

    static List<Customer> customers() {
        return read("cdnow_customers_summary.csv");
    }

    static List<Customer> customersWithValues() {
        return read("cdnow_customers_summary_with_transactions.csv");
    }

    static List<BgNbd.Group> histories(List<Customer> customers) {
        return customers.stream()
                .map(customer -> new BgNbd.Group(customer.frequency(), customer.recency(), customer.age(), 1))
                .toList();
    }

    static List<GammaGamma.Group> values(List<Customer> customers) {
        return customers.stream()
                .filter(customer -> customer.frequency() > 0)
                .map(customer -> new GammaGamma.Group(customer.frequency(), customer.meanValue(), 1))
                .toList();
    }

    /** Figures that others published, by the beginning of their name. */
    static JsonNode published(String name) {
        try {
            JsonNode all = JsonMapper.builder()
                    .build()
                    .readTree(folder().resolve("expected.json").toFile());
            for (Map.Entry<String, JsonNode> entry : all.required(PUBLISHED).properties()) {
                if (entry.getKey().startsWith(name)) {
                    return entry.getValue();
                }
            }
            throw new IllegalArgumentException("no published figures of that name: " + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Customer> read(String file) {
        try {
            List<Customer> customers = new ArrayList<>();
            List<String> lines = Files.readAllLines(folder().resolve(file));
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.split(",");
                customers.add(new Customer(
                        Long.parseLong(fields[0]),
                        Long.parseLong(fields[1]),
                        Double.parseDouble(fields[2]),
                        Double.parseDouble(fields[3]),
                        fields.length > 4 ? Double.parseDouble(fields[4]) : 0));
            }
            return customers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        String named = System.getenv("CDNOW_DATA");
        Path folder = named != null ? Path.of(named) : Path.of("../shared/data/cdnow");
        assumeTrue(Files.isDirectory(folder), "no data of CDNOW");
        return folder;
    }
}
