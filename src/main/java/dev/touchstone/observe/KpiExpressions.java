package dev.touchstone.observe;

import dev.touchstone.fault.Problem;
import dev.touchstone.kpi.Answers;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.sql.Expressions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * What the expressions of a contract's KPIs refer to, found by letting Spark analyze them against the contract's
 * columns without any row.
 */
public final class KpiExpressions {
    private final Contract contract;
    private final Map<String, Derived> derived = new TreeMap<>();
    private final Map<String, Set<String>> references = new TreeMap<>();
    private final Set<String> ofAnswers = new TreeSet<>();
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
        Answers.kpis(spark, catalogue).forEach(kpi -> ofAnswers.add(kpi.name()));
        List<Kpi> kpis = catalogue.kpisOf(contract.contractName());
        List<Expressions.Analysis> counts = Expressions.analyze(
                spark, schema, kpis.stream().map(Kpi::counts).toList());
        List<Expressions.Analysis> scores =
                Expressions.analyze(spark, schema, kpis.stream().map(Kpi::score).toList());
        for (int i = 0; i < kpis.size(); i++) {
            Kpi kpi = kpis.get(i);
            Set<String> names = new TreeSet<>(counts.get(i).references());
            names.addAll(scores.get(i).references());
            if (kpi.clock() != null) {
                names.add(kpi.clock());
            }
            references.put(kpi.name(), names);
            refuseWhatIsNotCountedYet(kpi);
            judge(schema, kpi, "counts", kpi.counts(), counts.get(i));
            judge(schema, kpi, "score", kpi.score(), scores.get(i));
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
        return contract == Contract.RESPONSES && ofAnswers.contains(kpi.name());
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

    /** The contract's own columns that the KPIs refer to, directly or through derived columns. */
    public Set<String> contractColumnsFor(List<Kpi> kpis) {
        Set<String> wanted = new TreeSet<>();
        for (Kpi kpi : kpis) {
            for (String name : references.get(kpi.name())) {
                (derived.containsKey(name) ? derived.get(name).needs() : List.of(name))
                        .stream()
                                .filter(column -> contract.field(column).isPresent())
                                .forEach(wanted::add);
            }
        }
        return wanted;
    }

    /** The catalogue's form knows more than is computed; a figure that silently means something else is none. */
    private void refuseWhatIsNotCountedYet(Kpi kpi) {
        String place = "kpis[" + kpi.name() + "].";
        if (kpi.clock() != null && !kpi.clock().equals(contract.clock())) {
            problems.add(new Problem(
                    "the clock " + kpi.clock() + " is not that of " + contract.contractName(),
                    place + "clock",
                    "leave clock out: in this version a row lies on the day of " + contract.clock()));
        }
        if (kpi.state() == State.DURATION) {
            problems.add(new Problem(
                    "durations are not in this version",
                    place + "state",
                    "take the KPI out of use_kpis, or write state: mean"));
        }
        if (kpi.perPeriod()) {
            problems.add(new Problem(
                    "KPIs per period are not in this version",
                    place + "per",
                    "take the KPI out of use_kpis, or write per: day"));
        }
    }

    private void judge(StructType columns, Kpi kpi, String key, String sql, Expressions.Analysis analysis) {
        String place = "kpis[" + kpi.name() + "]." + key;
        boolean predicate = key.equals("counts");
        if (analysis.problem().isPresent()) {
            problems.add(new Problem(
                    "the expression is not valid SQL over " + contract.contractName() + ": "
                            + analysis.problem().get(),
                    place,
                    "columns are " + List.of(columns.fieldNames())));
            return;
        }
        boolean right = predicate ? analysis.type() instanceof BooleanType : analysis.type() instanceof NumericType;
        if (!right) {
            problems.add(new Problem(
                    "the expression gives " + analysis.type().sql() + ", not "
                            + (predicate ? "true or false" : "a number") + ": " + sql,
                    place,
                    predicate ? "write a predicate" : "write what a row scores, e.g. CASE WHEN ... THEN 1 ELSE 0 END"));
        }
    }
}
