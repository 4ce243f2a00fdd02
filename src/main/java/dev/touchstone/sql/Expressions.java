package dev.touchstone.sql;

import static org.apache.spark.sql.functions.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.Project;
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

    /**
     * Analyzes expressions, all at once where all are right. Aggregates and generators are wrong: they are about more
     * or less than one row.
     */
    public static List<Analysis> analyze(SparkSession spark, StructType columns, List<String> expressions) {
        if (expressions.isEmpty()) {
            return List.of();
        }
        Dataset<Row> empty = spark.createDataFrame(List.of(), columns);
        try {
            return together(empty, expressions);
        } catch (Exception wrong) { // ParseException and AnalysisException are checked and undeclared
            return expressions.stream().map(sql -> alone(empty, sql)).toList();
        }
    }

    private static Analysis alone(Dataset<Row> empty, String sql) {
        try {
            return together(empty, List.of(sql)).get(0);
        } catch (Exception wrong) {
            return new Analysis(null, Set.of(), Optional.of(firstLine(wrong)));
        }
    }

    private static List<Analysis> together(Dataset<Row> empty, List<String> expressions) {
        Column[] selected = IntStream.range(0, expressions.size())
                .mapToObj(i -> expr(expressions.get(i)).as("_" + i))
                .toArray(Column[]::new);
        Dataset<Row> rows = empty.select(selected);
        var plan = ((org.apache.spark.sql.classic.Dataset<Row>) rows)
                .queryExecution()
                .analyzed();
        if (!(plan instanceof Project project) || !(project.child() instanceof LocalRelation)) {
            throw new IllegalArgumentException(
                    "it is not about one row: aggregates, windows and generators have no place");
        }
        List<Analysis> analyses = new ArrayList<>();
        StructType types = rows.schema();
        for (NamedExpression expression : CollectionConverters.asJava(project.projectList())) {
            Set<String> names = new TreeSet<>();
            CollectionConverters.asJava(((Expression) expression).references().toSeq())
                    .forEach(column -> names.add(column.name().toLowerCase(Locale.ROOT)));
            analyses.add(new Analysis(types.apply(analyses.size()).dataType(), names, Optional.empty()));
        }
        return analyses;
    }

    /** What caused it all. */
    public static Throwable root(Throwable problem) {
        Throwable root = problem;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
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
