package dev.touchstone.observe;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.calendar.Days;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.sql.Sql;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;

/**
 * The observations of one contract: its rows of some days with their flags ({@link Conversion#BROKEN}, {@link Duplicates#DUPLICATE},
 * {@link Duplicates#KEY_HASH}), derived columns and segments. Rows that do not count are
 * still there, so that every row can be accounted for.
 */
public final class Observations {
    private Observations() {}

    /**
     * The rows of one contract.
     *
     * @param sources the opened sources, that of the contract among them
     * @param kpis the KPIs that will look at the rows
     * @param versions standing customer versions, null where no segmentation comes from customers
     * @param read counts the rows of the scope's own days before anything is done to them
     */
    public static Dataset<Row> of(
            Project project,
            Map<Contract, ContractRows> sources,
            Contract contract,
            KpiExpressions expressions,
            List<Kpi> kpis,
            Dataset<Row> versions,
            Scope scope,
            Observation read) {
        ContractRows rows = sources.get(contract);
        List<Segmentation> segmentations = Segments.applying(project, rows);
        Set<String> further = new TreeSet<>(expressions.furtherFor(kpis));
        segmentations.stream()
                .filter(segmentation -> !segmentation.fromCustomers())
                .map(Segmentation::column)
                .filter(column -> contract.field(column).isEmpty())
                .forEach(further::add);
        Set<String> wanted = expressions.derivedFor(kpis);
        Set<String> clocks = expressions.furtherClocks(kpis);
        List<Days> spans = scope.spans();
        List<Days> reach = Days.merged(spans.stream()
                .map(days -> Neighbours.reach(days, wanted, expressions))
                .toList());
        Column[] columns = needed(contract, expressions.contractColumnsFor(kpis), segmentations, further, scope.asOf());
        Column inside = coalesce(expr(scope.days().covers(ContractRows.DAY)), lit(true));
        Dataset<Row> converted = rows.rows(reach, spans, List.copyOf(clocks), further, false);
        if (contract == Contract.ORDERS) {
            converted = Refunds.judged(converted, rows, false);
        }
        converted = converted.select(columns).observe(read, count_if(inside).as("rows"));
        Dataset<Row> segmented = Segments.of(converted, segmentations, versions, contract.clock());
        Duplicates.Distribution distribution = distribution(converted, scope.days());
        Dataset<Row> flagged = Duplicates.withKeyHash(Duplicates.flagged(segmented, contract, distribution), contract);
        Dataset<Row> derived = DerivedColumns.added(
                flagged,
                contract,
                wanted,
                project,
                new Neighbours(sources, contract, expressions, spans),
                distribution);
        return reach.equals(spans) && clocks.isEmpty() ? derived : derived.where(observed(spans, clocks));
    }

    /** Rows that lie on one of the days by some clock, and those that lie on none. */
    private static Column observed(List<Days> spans, Set<String> clocks) {
        Column observed = coalesce(expr(Days.covers(spans, ContractRows.DAY)), lit(true));
        for (String clock : clocks) {
            observed = observed.or(coalesce(expr(Days.covers(spans, "to_date(" + clock + ")")), lit(false)));
        }
        return observed;
    }

    /** By day where there are enough days to keep every task busy: what follows is counted by day. */
    private static Duplicates.Distribution distribution(Dataset<Row> rows, Days days) {
        long tasks = Long.parseLong(rows.sparkSession().conf().get("spark.sql.shuffle.partitions"));
        return days.count() >= 2 * tasks ? Duplicates.Distribution.DAY : Duplicates.Distribution.DAY_AND_KEY;
    }

    /** Only what is looked at travels through the exchange. */
    private static Column[] needed(
            Contract contract,
            Set<String> ofKpis,
            List<Segmentation> segmentations,
            Set<String> further,
            Instant asOf) {
        Set<String> names = new TreeSet<>(ofKpis);
        // The key and the customer also tell the bucket of a row.
        names.addAll(contract.key());
        names.add("customer_id");
        names.add(contract.clock());
        names.add("ingested_at");
        names.add("touchpoint");
        if (contract == Contract.RESPONSES) {
            names.add("score");
            names.add("weight");
        }
        segmentations.stream()
                .filter(segmentation -> !segmentation.fromCustomers())
                .map(Segmentation::column)
                .forEach(names::add);
        List<Column> columns = new ArrayList<>();
        for (Contract.Field field : contract.fields()) {
            if (names.contains(field.name())) {
                columns.add(known(field, contract, asOf));
            }
        }
        further.forEach(name -> columns.add(col(Sql.name(name))));
        columns.add(col(ContractRows.DAY));
        columns.add(col(Conversion.BROKEN));
        return columns.toArray(Column[]::new);
    }

    /**
     * What happened to a row after the as-of instant is not known yet. A leg of a contact is told as a whole: it is over
     * within minutes, nothing waits for it, and a call that is answered after midnight would stay abandoned for good.
     */
    private static Column known(Contract.Field field, Contract contract, Instant asOf) {
        boolean later = field.type() == Contract.Type.INSTANT
                && contract != Contract.CONTACTS
                && !field.name().equals(contract.clock())
                && !field.name().equals("ingested_at");
        Column value = col(field.name());
        return later ? when(value.leq(lit(Timestamp.from(asOf))), value).as(field.name()) : value;
    }
}
