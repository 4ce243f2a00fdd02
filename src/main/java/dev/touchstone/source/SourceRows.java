package dev.touchstone.source;

import dev.touchstone.calendar.Days;
import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import dev.touchstone.project.Project.Source;
import dev.touchstone.sql.Expressions;
import dev.touchstone.sql.Sql;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProviderFactory;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;

/**
 * The rows that a source's {@code select} yields, before any conversion.
 *
 * <p>Each path is read by its own header and the reads are joined by column name, so that exports whose columns moved
 * or were renamed from year to year need no preparation; a column that a file lacks is NULL in its rows. The view that
 * the select reads is called {@code source} and has the further column {@value #FILE_COLUMN}.
 */
public final class SourceRows {
    /** Name of the file a row came from (file formats only). */
    static final String FILE_COLUMN = "source_file";

    private static final String VIEW = "source";
    private static final AtomicLong VIEWS = new AtomicLong();

    /** The days are not read, they only make {@code prune} a predicate that can be checked. */
    private static final Days ANY = new Days(LocalDate.EPOCH, LocalDate.EPOCH.plusDays(1));

    private final SparkSession spark;
    private final Source source;
    private final Dataset<Row> raw;

    private SourceRows(SparkSession spark, Source source, Dataset<Row> raw) {
        this.spark = spark;
        this.source = source;
        this.raw = raw;
    }

    /**
     * Opens a source: nothing but headers is read.
     *
     * @throws Fault exit 1 where a path cannot be read, exit 2 where the SQL is wrong or a column is missing
     */
    public static SourceRows open(SparkSession spark, Source source) {
        SourceRows opened = new SourceRows(spark, source, raw(spark, source));
        List<Problem> problems = missing(source, opened.rows(List.of(ANY)));
        if (!problems.isEmpty()) {
            throw Fault.arguments(problems);
        }
        return opened;
    }

    /**
     * The selected rows, lazily.
     *
     * @param spans what {@code prune} is told to read; null for everything
     */
    public Dataset<Row> rows(List<Days> spans) {
        Dataset<Row> pruned = raw;
        if (source.prune() != null && spans != null) {
            String predicate = spans.stream()
                    .map(days -> source.prune()
                            .replace(":from", "DATE'" + days.from() + "'")
                            .replace(":to", "DATE'" + days.to() + "'"))
                    .collect(Collectors.joining(") OR (", "(", ")"));
            pruned = analyzed(raw, predicate, place(source) + ".prune");
        }
        // A view of its own for each call: replacing one would drop what is cached of the rows selected from it.
        String view = VIEW + "_" + VIEWS.incrementAndGet();
        pruned.createOrReplaceTempView(view);
        try {
            var parser = spark.sessionState().sqlParser();
            parser.parsePlan(source.select());
            // What changes something (INSERT, DROP) is a statement, but no subquery.
            parser.parsePlan("SELECT * FROM (" + source.select() + "\n)");
            return spark.sql(
                    "WITH %s AS (SELECT * FROM %s) SELECT * FROM (%s\n)".formatted(VIEW, view, source.select()));
        } catch (Exception wrong) { // ParseException and AnalysisException are checked and undeclared
            throw Fault.arguments(
                    "the select of source " + source.name() + " is not valid: " + Expressions.firstLine(wrong),
                    place(source) + ".select",
                    "correct the SQL; the view is called source and has the columns " + Arrays.toString(raw.columns()));
        }
    }

    private static Dataset<Row> raw(SparkSession spark, Source source) {
        if (source.isDatabase()) {
            return Database.rows(spark, source, options(spark, source));
        }
        if (source.table() != null) {
            try {
                return spark.read().table(source.table());
            } catch (Exception problem) {
                throw unreadable(source, source.table(), problem);
            }
        }
        Dataset<Row> all = null;
        for (String path : source.paths()) {
            Dataset<Row> one = file(spark, source, path);
            all = all == null ? one : all.unionByName(one, true);
        }
        return all;
    }

    private static Dataset<Row> file(SparkSession spark, Source source, String path) {
        Map<String, String> options = new LinkedHashMap<>();
        if ("csv".equals(source.format())) {
            options.put("header", "true");
            // Excel and most survey tools double a quote inside quotes.
            options.put("escape", "\"");
        }
        options.putAll(options(spark, source));
        try {
            if ("delta".equals(source.format())) {
                return spark.read().format(source.format()).options(options).load(path);
            }
            boolean headed = "csv".equals(source.format()) && "true".equalsIgnoreCase(options.get("header"));
            List<List<String>> files =
                    headed ? CsvHeaders.filesOfEqualHeader(spark, path, options) : List.of(List.of(path));
            Dataset<Row> all = null;
            for (List<String> group : files) {
                Dataset<Row> rows = named(
                        spark.read().format(source.format()).options(options).load(group.toArray(String[]::new)));
                all = all == null ? rows : all.unionByName(rows, true);
            }
            return all;
        } catch (Exception problem) { // a missing path is a checked AnalysisException
            throw unreadable(source, path, problem);
        }
    }

    private static Map<String, String> options(SparkSession spark, Source source) {
        Map<String, String> options = new LinkedHashMap<>(source.options());
        source.credentials().forEach((option, alias) -> options.put(option, credential(spark, source, option, alias)));
        return options;
    }

    private static String credential(SparkSession spark, Source source, String option, String alias) {
        Configuration hadoop = spark.sessionState().newHadoopConf();
        // A setting of that name would be no secret: it stands in the process list and in Spark's event log.
        hadoop.setBoolean(CredentialProvider.CLEAR_TEXT_FALLBACK, false);
        String providers = hadoop.get(CredentialProviderFactory.CREDENTIAL_PROVIDER_PATH);
        String place = place(source) + ".credentials." + option;
        try {
            char[] kept = hadoop.getPassword(alias);
            if (kept != null) {
                return new String(kept);
            }
        } catch (IOException unreadable) {
            throw Fault.outside(
                    "Hadoop's credential providers cannot be read: " + unreadable.getMessage(),
                    place + ", " + providers,
                    "check the provider, and the file or variable that holds its own password",
                    unreadable);
        }
        throw Fault.arguments(
                "Hadoop's credential providers hold no '" + alias + "'",
                place + (providers == null ? "" : ", " + providers),
                providers == null
                        ? "name a provider: --conf spark.hadoop.hadoop.security.credential.provider.path=jceks://..."
                        : "put it in: hadoop credential create " + alias + " -provider " + providers);
    }

    /** Header names without surrounding blanks, and the file that each row came from. */
    private static Dataset<Row> named(Dataset<Row> rows) {
        List<Column> columns = new ArrayList<>();
        for (String column : rows.columns()) {
            columns.add(rows.col(Sql.name(column)).as(column.strip()));
        }
        columns.add(functions.col("_metadata.file_name").as(FILE_COLUMN));
        return rows.select(columns.toArray(Column[]::new));
    }

    private static Dataset<Row> analyzed(Dataset<Row> rows, String predicate, String place) {
        try {
            return rows.where(predicate);
        } catch (Exception wrong) {
            throw Fault.arguments(
                    "prune is not valid: " + Expressions.firstLine(wrong),
                    place,
                    "give a SQL predicate on raw columns with :from and :to, which stand for DATE values");
        }
    }

    private static List<Problem> missing(Source source, Dataset<Row> rows) {
        Contract contract = Contract.named(source.contract()).orElseThrow();
        List<Problem> problems = new ArrayList<>();
        Map<String, DataType> found = new LinkedHashMap<>();
        for (StructField field : rows.schema().fields()) {
            String name = field.name().toLowerCase(java.util.Locale.ROOT);
            if (found.put(name, field.dataType()) != null) {
                problems.add(new Problem(
                        "the select of source " + source.name() + " yields column " + name + " twice",
                        place(source) + ".select",
                        "give one of the two another name with AS"));
            }
        }
        for (Contract.Field field : contract.fields()) {
            DataType type = found.get(field.name());
            if (type == null && (field.need() == Contract.Need.REQUIRED || field.need() == Contract.Need.MAPPED)) {
                problems.add(new Problem(
                        "the select of source " + source.name() + " yields no column " + field.name(),
                        place(source) + ".select",
                        "add `... AS " + field.name() + "`: " + contract.contractName() + " needs it; it yields "
                                + found.keySet()));
            }
            if (type != null && !Conversion.accepts(field.type(), type)) {
                problems.add(new Problem(
                        "column " + field.name() + " of source " + source.name() + " is of type " + type.sql()
                                + ", which cannot be read as " + field.type().sql(),
                        place(source) + ".select",
                        field.type() == Contract.Type.INSTANT
                                ? "hand over the raw text or a timestamp; for epoch numbers use timestamp_seconds() or "
                                        + "timestamp_millis()"
                                : "hand over the raw value as text or number"));
            }
        }
        return problems;
    }

    private static Fault unreadable(Source source, String path, Exception problem) {
        return Fault.outside(
                "source " + source.name() + " cannot be read: " + Expressions.firstLine(problem),
                path,
                "check the path, the format (" + source.format() + ") and the permissions",
                problem);
    }

    private static String place(Source source) {
        return "sources[" + source.name() + "]";
    }
}
