package dev.touchstone.sql;

import java.util.Collection;
import java.util.stream.Collectors;

/** Quoting, so that names and texts of project files and data are never read as SQL. */
public final class Sql {
    private Sql() {}

    /** A string literal. */
    public static String text(String value) {
        // Where a session does not forbid it, Spark puts ${variables} into all SQL, also into literals.
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("${", "$\\{") + "'";
    }

    /** A quoted column name. */
    public static String name(String column) {
        return "`" + column.replace("`", "``") + "`";
    }

    /** A list of string literals in parentheses, for {@code IN}; must not be empty. */
    public static String texts(Collection<String> values) {
        return values.stream().map(Sql::text).collect(Collectors.joining(", ", "(", ")"));
    }
}
