package dev.touchstone;

import dev.touchstone.calendar.CalendarTable;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** Another engine, which computes the same figures by plain SQL and knows nothing of how Touchstone does. */
final class Duck implements AutoCloseable {
    private final Connection connection;

    private Duck(Connection connection) {
        this.connection = connection;
    }

    /**
     * Runs scripts of the test's resources.
     *
     * @param values what {@code ${name}} stands for in them
     */
    static Duck run(List<String> scripts, Map<String, String> values) throws SQLException, IOException {
        StringBuilder text = new StringBuilder();
        for (String script : scripts) {
            text.append(resource(script));
        }
        String sql = text.toString().replaceAll("(?m)^--.*$", "");
        for (Map.Entry<String, String> value : values.entrySet()) {
            sql = sql.replace("${" + value.getKey() + "}", value.getValue());
        }
        Duck duck = new Duck(DriverManager.getConnection("jdbc:duckdb:"));
        for (String statement : sql.split(";")) {
            if (!statement.isBlank()) {
                duck.execute(statement);
            }
        }
        return duck;
    }

    /** The calendar that {@code periods.sql} reads, from ten years before the days on, since members began long before; returns where it lies. */
    static String calendar(SparkSession spark, Path folder, LocalDate from, LocalDate to, DayOfWeek weekStart) {
        String calendar = folder.resolve("calendar").toString();
        CalendarTable.days(spark, from.minusYears(10), to.plusYears(1), weekStart)
                .coalesce(1)
                .write()
                .parquet(calendar);
        return calendar;
    }

    /** Shows the present version of an output table under its name. */
    void show(Store store, Table table) throws SQLException {
        // The partition's column stands in the names of the folders.
        String files = Arrays.stream(store.read(table).inputFiles())
                .map(file -> "'" + Path.of(URI.create(file)) + "'")
                .collect(Collectors.joining(", ", "read_parquet([", "], hive_partitioning = true)"));
        execute("CREATE TABLE " + table.tableName() + " AS FROM " + files);
    }

    /** Up to ten cells that one side lacks or that differ, with both sides' figures. */
    List<String> differences(String expected, String actual, String cell, String differs) throws SQLException {
        String match = Arrays.stream(cell.split(", "))
                .map(column -> "e.%1$s IS NOT DISTINCT FROM a.%1$s".formatted(column))
                .collect(Collectors.joining(" AND "));
        return texts(
                """
                SELECT CAST(ROW(e, a) AS VARCHAR) FROM (SELECT *, true AS is_there FROM %s) AS e
                FULL JOIN (SELECT *, true AS is_there FROM %s) AS a ON %s
                WHERE e.is_there IS NULL OR a.is_there IS NULL OR %s
                LIMIT 10
                """
                        .formatted(expected, actual, match, differs));
    }

    long number(String sql) throws SQLException {
        return Long.parseLong(texts(sql).get(0));
    }

    /** The first column of the rows that a query yields. */
    List<String> texts(String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                texts.add(result.getString(1));
            }
        }
        return texts;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = Duck.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
