package dev.touchstone.observe;

import dev.touchstone.fault.Problem;
import dev.touchstone.kpi.Answers;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Active;
import dev.touchstone.project.Project.ActiveBy;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.sql.Expressions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    private final Map<Contract, ContractRows> sources;
    private final Catalogue catalogue;
    private final Active active;

    private KpiExpressions(
            SparkSession spark, Project project, Map<Contract, ContractRows> sources, Contract contract) {
        this.contract = contract;
        this.sources = sources;
        this.active = project.active();
        this.catalogue = project.catalogue();
        StructType schema = new StructType();
        if (!ofPeriods()) {
            for (Contract.Field field : contract.fields()) {
                schema = schema.add(field.name(), DataType.fromDDL(field.type().sql()));
            }
        }
        for (Derived column : Derived.of(contract)) {
            derived.put(column.name(), column);
            schema = schema.add(column.name(), DataType.fromDDL(column.type()));
        }
        // Of customers, KPIs look at periods and not at their versions.
        Map<String, DataType> further =
                ofPeriods() ? Map.of() : sources.get(contract).further();
        for (Map.Entry<String, DataType> column : further.entrySet()) {
            if (!derived.containsKey(column.getKey())) {
                schema = schema.add(column.getKey(), column.getValue());
            }
        }
        Answers.kpis(spark, catalogue).forEach(kpi -> ofAnswers.add(kpi.name()));
        List<Kpi> kpis = catalogue.kpisOf(contract.contractName());
        Map<String, List<Expressions.Analysis>> analyses = new LinkedHashMap<>();
        analyses.put("counts", analyzed(spark, schema, kpis, Kpi::counts));
        analyses.put("score", analyzed(spark, schema, kpis, Kpi::score));
        analyses.put("denominator", analyzed(spark, schema, kpis, kpi -> otherwise(kpi.denominator(), "true")));
        for (int i = 0; i < kpis.size(); i++) {
            Kpi kpi = kpis.get(i);
            Set<String> names = new TreeSet<>();
            for (List<Expressions.Analysis> each : analyses.values()) {
                names.addAll(each.get(i).references());
            }
            if (!ofPeriods() || kpi.clock() != null) {
                names.add(clock(kpi));
            }
            references.put(kpi.name(), names);
            judgeClock(kpi);
            judgeWindow(kpi);
            judge(schema, kpi, "counts", kpi.counts(), analyses.get("counts").get(i));
            judge(schema, kpi, "score", kpi.score(), analyses.get("score").get(i));
            judge(
                    schema,
                    kpi,
                    "denominator",
                    kpi.denominator(),
                    analyses.get("denominator").get(i));
        }
    }

    /**
     * Analyzes the KPIs of a contract.
     *
     * @param sources the opened sources of the project, that of the contract among them; customers need none, as their
     *     KPIs look at {@link CustomerPeriods}
     */
    public static KpiExpressions of(
            SparkSession spark, Project project, Map<Contract, ContractRows> sources, Contract contract) {
        return new KpiExpressions(spark, project, sources, contract);
    }

    /** Whether the KPIs look at customers in periods and not at rows of a source. */
    private boolean ofPeriods() {
        return contract == Contract.CUSTOMERS;
    }

    private static List<Expressions.Analysis> analyzed(
            SparkSession spark, StructType schema, List<Kpi> kpis, Function<Kpi, String> sql) {
        return Expressions.analyze(spark, schema, kpis.stream().map(sql).toList());
    }

    private static String otherwise(String text, String other) {
        return text == null ? other : text;
    }

    /** The column by which the rows of a KPI belong to a day. */
    public String clock(Kpi kpi) {
        return otherwise(kpi.clock(), contract.clock());
    }

    /** SQL over the contract's columns of every clock that differs from the contract's own. */
    Set<String> furtherClocks(List<Kpi> kpis) {
        Set<String> clocks = new TreeSet<>();
        for (Kpi kpi : kpis) {
            String clock = clock(kpi);
            if (!clock.equals(contract.clock())) {
                clocks.add(derived.containsKey(clock) ? derived.get(clock).sql() : clock);
            }
        }
        return clocks;
    }

    /** The derived column of that name; it must be there. */
    Derived derived(String name) {
        return derived.get(name);
    }

    /** The longest window, in days, of the available KPIs that refer to a derived column; 0 where none does. */
    int windowDays(String column) {
        return available().stream()
                .filter(kpi -> references.get(kpi.name()).contains(column))
                .mapToInt(Kpi::maturesDays)
                .max()
                .orElse(0);
    }

    /** Everything that is wrong with the expressions. */
    public List<Problem> problems() {
        return problems;
    }

    /** The columns that a KPI lacks because no source maps them; empty: it is available. */
    public List<String> lacking(Kpi kpi) {
        Set<String> lacking = new TreeSet<>();
        // What a derived column can do without, so can a KPI that refers to both.
        Set<String> dispensable = references.get(kpi.name()).stream()
                .filter(derived::containsKey)
                .map(derived::get)
                .filter(column -> lacking(column).isEmpty())
                .flatMap(column -> column.needs().stream().flatMap(List::stream))
                .collect(Collectors.toSet());
        for (String name : references.get(kpi.name())) {
            if (derived.containsKey(name)) {
                lacking.addAll(lacking(derived.get(name)));
            } else if (!ofPeriods()
                    && contract.field(name).isPresent()
                    && !dispensable.contains(name)
                    && !isMapped(name)) {
                lacking.add(name);
            }
        }
        return List.copyOf(lacking);
    }

    /** Of the ways to have a derived column, what the nearest one lacks. */
    private List<String> lacking(Derived column) {
        return column.needs().stream()
                .map(way -> way.stream().filter(need -> !isMapped(need)).toList())
                .min(Comparator.comparingInt(List::size))
                .orElse(List.of());
    }

    private boolean isMapped(String need) {
        if (need.equals(Derived.ACTIVE)) {
            return active != null
                    && isMapped(active.by() == ActiveBy.MEMBERSHIP ? "memberships.started_at" : "orders.ordered_at");
        }
        int dot = need.indexOf('.');
        Contract of =
                dot < 0 ? contract : Contract.named(need.substring(0, dot)).orElseThrow();
        String name = need.substring(dot + 1);
        // Where no row is marked there is nothing to miss.
        boolean mark =
                of.field(name).map(field -> field.need() == Contract.Need.MARK).orElse(false);
        return sources.containsKey(of) && (mark || sources.get(of).mapped().contains(name));
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
                if (derived.containsKey(name)) {
                    Derived column = derived.get(name);
                    column.needs().forEach(wanted::addAll);
                    wanted.addAll(column.looksAt());
                } else {
                    wanted.add(name);
                }
            }
        }
        wanted.removeIf(name -> contract.field(name).isEmpty());
        return wanted;
    }

    /** The rows of other days that lie on a day by this clock must be found without looking at other rows. */
    private void judgeClock(Kpi kpi) {
        String clock = clock(kpi);
        if (ofPeriods()) {
            judgeClockOfPeriods(kpi);
            return;
        }
        boolean instant = contract.field(clock)
                .map(field -> field.type() == Contract.Type.INSTANT)
                .orElse(derived.containsKey(clock)
                        && derived.get(clock).type().equals("TIMESTAMP")
                        && derived.get(clock).sql() != null);
        if (!instant) {
            problems.add(new Problem(
                    "the clock " + clock + " is no instant of a row of " + contract.contractName(),
                    "kpis[" + kpi.name() + "].clock",
                    "leave clock out (" + contract.clock() + "), or name another instant column of the contract"));
        }
    }

    private void judgeClockOfPeriods(Kpi kpi) {
        if (kpi.clock() != null
                && !(derived.containsKey(kpi.clock())
                        && derived.get(kpi.clock()).type().equals("TIMESTAMP"))) {
            problems.add(new Problem(
                    "the clock " + kpi.clock() + " is no instant of a customer's period",
                    "kpis[" + kpi.name() + "].clock",
                    "leave clock out (the period's end), or name first_order_at or first_active_at"));
        }
    }

    /** What may still happen has to be waited for, and a run must know how far to read. */
    private void judgeWindow(Kpi kpi) {
        references.get(kpi.name()).stream()
                .filter(name -> derived.containsKey(name) && looksAhead(derived.get(name)))
                .filter(name -> kpi.maturesDays() == 0)
                .forEach(name -> problems.add(new Problem(
                        "the KPI looks at " + name + ", which lies ahead, but has no window",
                        "kpis[" + kpi.name() + "].matures",
                        "add matures, e.g. 30 days: after how long the score is final")));
    }

    /** A row's own mark of conversion is there from the start. */
    private boolean looksAhead(Derived column) {
        boolean ownMarkAlone = column == Derived.CONVERTED
                && column.needs().stream()
                        .filter(way -> way.contains("customer_id"))
                        .noneMatch(way -> way.stream().allMatch(this::isMapped));
        return column.looksAhead() && !ownMarkAlone;
    }

    private void judge(StructType columns, Kpi kpi, String key, String sql, Expressions.Analysis analysis) {
        String place = "kpis[" + kpi.name() + "]." + key;
        boolean predicate = !key.equals("score");
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
