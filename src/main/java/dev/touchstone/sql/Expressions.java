package dev.touchstone.sql;

import static org.apache.spark.sql.functions.expr;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/** Lets Spark analyze a row-wise expression against columns, without any row. */
public final class Expressions {
    private Expressions() {}

    /**
     * What an expression turned out to be.
     *
     * @param type its type, null where it is wrong
     * @param references the columns it refers to, lower case
     * @param problem why it is wrong; empty where it is right
     */
    public record Analysis(DataType type, Set<String> references, Optional<String> problem) {}

    /** Analyzes an expression; aggregates and generators are wrong, as they are about more or less than one row. */
    public static Analysis analyze(SparkSession spark, StructType columns, String sql) {
        Dataset<Row> empty = spark.createDataFrame(List.of(), columns);
        try {
            Column expression = expr(sql);
            Dataset<Row> filtered = empty.where(expression.isNotNull());
            Set<String> names = new TreeSet<>();
            var plan = ((org.apache.spark.sql.classic.Dataset<Row>) filtered)
                    .queryExecution()
                    .analyzed();
            CollectionConverters.asJava(plan.expressions()).forEach(part -> CollectionConverters.asJava(
                            part.references().toSeq())
                    .forEach(column -> names.add(column.name().toLowerCase(Locale.ROOT))));
            DataType type =
                    empty.select(expression.as("value")).schema().apply(0).dataType();
            return new Analysis(type, names, Optional.empty());
        } catch (Exception wrong) { // ParseException and AnalysisException are checked and undeclared
            return new Analysis(null, Set.of(), Optional.of(firstLine(wrong)));
        }
    }

    /** The first line of Spark's message, which names the error class and the culprit. */
    public static String firstLine(Throwable problem) {
        return String.valueOf(problem.getMessage())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse(problem.getClass().getSimpleName());
    }
}
