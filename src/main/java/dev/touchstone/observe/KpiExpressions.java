package dev.touchstone.observe;

import static org.apache.spark.sql.functions.expr;

import dev.touchstone.fault.Problem;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.SourceRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What the expressions of a contract's KPIs refer to, found by letting Spark analyze them against the contract's
 * columns without any row.
 */
public final class KpiExpressions {
    /** Columns of a daily answer: a survey KPI that refers to nothing else is computed from counts of answers. */
    private static final Set<String> OF_ANSWERS =
            Set.of("instrument", "item", "part", "score", "touchpoint", "dimension");

    private final Contract contract;
    private final Map<String, Derived> derived = new TreeMap<>();
    private final Map<String, Set<String>> references = new TreeMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final ContractRows rows;
    private final Catalogue catalogue;

    private KpiExpressions(SparkSession spark, Catalogue catalogue, Contract contract, ContractRows rows) {
        this.contract = contract;
        this.rows = rows;
        this.catalogue = catalogue;
        StructType schema = new StructType();
        for (Contract.Field field : contract.fields()) {
            schema = schema.add(field.name(), DataType.fromDDL(field.type().sql()));
        }
        for (Derived column : Derived.of(contract)) {
            derived.put(column.name(), column);
            schema = schema.add(column.name(), DataType.fromDDL(column.type()));
        }
        for (Map.Entry<String, DataType> column : rows.further().entrySet()) {
            if (!derived.containsKey(column.getKey())) {
                schema = schema.add(column.getKey(), column.getValue());
            }
        }
        Dataset<Row> empty = spark.createDataFrame(List.of(), schema);
        for (Kpi kpi : catalogue.kpisOf(contract.contractName())) {
            Set<String> names = new TreeSet<>();
            analyze(empty, kpi, "counts", kpi.counts(), names);
            analyze(empty, kpi, "score", kpi.score(), names);
            if (kpi.clock() != null) {
                names.add(kpi.clock());
            }
            references.put(kpi.name(), names);
        }
    }

    /** Analyzes the KPIs of a contract. */
    public static KpiExpressions of(SparkSession spark, Catalogue catalogue, Contract contract, ContractRows rows) {
        return new KpiExpressions(spark, catalogue, contract, rows);
    }

    /** Everything that is wrong with the expressions. */
    public List<Problem> problems() {
        return problems;
    }

    /** The columns that a KPI lacks because no source maps them; empty: it is available. */
    public List<String> lacking(Kpi kpi) {
        Set<String> lacking = new TreeSet<>();
        for (String name : references.get(kpi.name())) {
            List<String> needed = derived.containsKey(name) ? derived.get(name).needs() : List.of(name);
            needed.stream()
                    .filter(column -> contract.field(column).isPresent())
                    .filter(column -> !rows.mapped().contains(column))
                    .forEach(lacking::add);
        }
        return List.copyOf(lacking);
    }

    /** The KPIs whose columns are mapped. */
    public List<Kpi> available() {
        return catalogue.kpisOf(contract.contractName()).stream()
                .filter(kpi -> lacking(kpi).isEmpty())
                .toList();
    }

    /** Whether counts of answers suffice for a KPI; else it is counted row by row under its own name. */
    public boolean ofAnswers(Kpi kpi) {
        return contract == Contract.RESPONSES
                && OF_ANSWERS.containsAll(references.get(kpi.name()))
                && kpi.maturesDays() == 0;
    }

    /** The derived columns that the KPIs refer to. */
    public Set<String> derivedFor(List<Kpi> kpis) {
        Set<String> wanted = new TreeSet<>();
        kpis.forEach(kpi ->
                references.get(kpi.name()).stream().filter(derived::containsKey).forEach(wanted::add));
        return wanted;
    }

    /** The columns beyond the contract that the KPIs refer to. */
    public Set<String> furtherFor(List<Kpi> kpis) {
        Set<String> wanted = new TreeSet<>();
        kpis.forEach(kpi -> references.get(kpi.name()).stream()
                .filter(name ->
                        !derived.containsKey(name) && contract.field(name).isEmpty())
                .forEach(wanted::add));
        return wanted;
    }

    /** The contract's own columns that the KPIs refer to. */
    public Set<String> contractColumnsFor(List<Kpi> kpis) {
        Set<String> wanted = new TreeSet<>();
        kpis.forEach(kpi -> references.get(kpi.name()).stream()
                .filter(name -> contract.field(name).isPresent())
                .forEach(wanted::add));
        return wanted;
    }

    private void analyze(Dataset<Row> empty, Kpi kpi, String key, String sql, Set<String> names) {
        String place = "kpis[" + kpi.name() + "]." + key;
        boolean predicate = key.equals("counts");
        Column expression;
        try {
            expression = expr(sql);
            // A predicate, so that aggregates and generators are refused.
            Dataset<Row> analyzed = empty.where(predicate ? expression : expression.isNotNull());
            var plan = ((org.apache.spark.sql.classic.Dataset<Row>) analyzed)
                    .queryExecution()
                    .analyzed();
            CollectionConverters.asJava(plan.expressions()).forEach(part -> CollectionConverters.asJava(
                            part.references().toSeq())
                    .forEach(column -> names.add(column.name().toLowerCase(Locale.ROOT))));
            DataType type =
                    empty.select(expression.as("value")).schema().apply(0).dataType();
            boolean right = predicate ? type instanceof BooleanType : type instanceof NumericType;
            if (!right) {
                problems.add(new Problem(
                        "the expression gives " + type.sql() + ", not " + (predicate ? "true or false" : "a number")
                                + ": " + sql,
                        place,
                        predicate
                                ? "write a predicate"
                                : "write what a row scores, e.g. CASE WHEN ... THEN 1 ELSE 0 END"));
            }
        } catch (Exception wrong) { // ParseException and AnalysisException are checked and undeclared
            problems.add(new Problem(
                    "the expression is not valid SQL over " + contract.contractName() + ": "
                            + SourceRows.firstLine(wrong),
                    place,
                    "columns are " + List.of(empty.columns())));
        }
    }
}
