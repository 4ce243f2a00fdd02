import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs SQL files in one DuckDB process: {@code java -cp duckdb_jdbc.jar:. Sql THREADS MEMORY FILE...}
 *
 * <p>A statement ends with a semicolon at the end of a line. Rows that a statement yields are printed, columns apart
 * by tabs. A comment {@code --- text} before a statement prints the text with the seconds that the statement took.
 */
public final class Sql {
    private Sql() {}

    public static void main(String[] arguments) throws IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = " + Integer.parseInt(arguments[0]));
            statement.execute("SET memory_limit = '" + arguments[1] + "'");
            for (int i = 2; i < arguments.length; i++) {
                for (String sql : statements(Files.readString(Path.of(arguments[i])))) {
                    run(statement, sql);
                }
            }
        } catch (SQLException problem) {
            System.err.println(problem.getMessage());
            System.exit(1);
        }
    }

    private static List<String> statements(String file) {
        List<String> statements = new ArrayList<>();
        for (String part : file.split(";[ \\t]*(\\R|$)")) {
            if (part.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("--"))) {
                statements.add(part);
            }
        }
        return statements;
    }

    private static void run(Statement statement, String sql) throws SQLException {
        long started = System.nanoTime();
        if (statement.execute(sql)) {
            print(statement.getResultSet());
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        sql.lines()
                .filter(line -> line.startsWith("--- "))
                .forEach(line -> System.out.printf("%8.1f s  %s%n", seconds, line.substring(4)));
    }

    private static void print(ResultSet rows) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        boolean counts = columns == 1 && rows.getMetaData().getColumnName(1).equals("Count");
        while (!counts && rows.next()) {
            StringBuilder line = new StringBuilder();
            for (int i = 1; i <= columns; i++) {
                line.append(i == 1 ? "" : "\t").append(rows.getString(i));
            }
            System.out.println(line);
        }
    }
}
