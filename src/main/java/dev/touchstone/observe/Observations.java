package dev.touchstone.observe;

import dev.touchstone.calendar.Days;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.sql.Sql;
import java.sql.Date;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The observations of one contract: its rows of some days with their flags ({@link Conversion#BROKEN}, {@link Duplicates#DUPLICATE},
 * {@link Duplicates#KEY_HASH}), derived columns and segments. Rows that do not count are
 * still there, so that every row can be accounted for.
 */
public final class Observations {
    private Observations() {}

    /**
     * @param kpis the KPIs that will look at the rows
     * @param versions standing customer versions, null where no segmentation comes from customers
     * @param read counts the rows before anything is done to them
     */
    public static Dataset<Row> of(
            Project project,
            Contract contract,
            ContractRows rows,
            KpiExpressions expressions,
            List<Kpi> kpis,
            Dataset<Row> versions,
            Days days,
            Observation read) {
        List<Segmentation> segmentations = Segments.applying(project, rows);
        Set<String> further = new TreeSet<>(expressions.furtherFor(kpis));
        segmentations.stream()
                .filter(segmentation -> !segmentation.fromCustomers())
                .map(Segmentation::column)
                .filter(column -> contract.field(column).isEmpty())
                .forEach(further::add);
        Days reach = Derived.reach(contract, days);
        Column[] columns = needed(contract, expressions.contractColumnsFor(kpis), segmentations, further);
        Column inside = functions.coalesce(
                functions.col(ContractRows.DAY).geq(functions.lit(Date.valueOf(days.from()))), functions.lit(true));
        Dataset<Row> converted = rows.rows(reach, further, false)
                .select(columns)
                .observe(read, functions.count_if(inside).as("rows"));
        Dataset<Row> segmented = Segments.of(converted, segmentations, versions, contract.clock());
        Dataset<Row> flagged = Duplicates.withKeyHash(
                Duplicates.flagged(segmented, contract, distribution(converted, reach)), contract);
        Dataset<Row> derived = Derived.added(flagged, contract, expressions.derivedFor(kpis), project.catalogue());
        return reach.equals(days) ? derived : derived.where(inside);
    }

    /** By day where there are enough days to keep every task busy: what follows is counted by day. */
    private static Duplicates.Distribution distribution(Dataset<Row> rows, Days days) {
        long tasks = Long.parseLong(rows.sparkSession().conf().get("spark.sql.shuffle.partitions"));
        return days.count() >= 2 * tasks ? Duplicates.Distribution.DAY : Duplicates.Distribution.DAY_AND_KEY;
    }

    /** Only what is looked at travels through the exchange. */
    private static Column[] needed(
            Contract contract, Set<String> ofKpis, List<Segmentation> segmentations, Set<String> further) {
        Set<String> names = new TreeSet<>(ofKpis);
        names.addAll(contract.key());
        names.add(contract.clock());
        names.add("ingested_at");
        names.add("touchpoint");
        if (contract == Contract.RESPONSES) {
            names.add("score");
            names.add("weight");
        }
        for (Segmentation segmentation : segmentations) {
            names.add(segmentation.fromCustomers() ? "customer_id" : segmentation.column());
        }
        List<Column> columns = new ArrayList<>();
        contract.fields().stream()
                .map(Contract.Field::name)
                .filter(names::contains)
                .forEach(name -> columns.add(functions.col(name)));
        further.forEach(name -> columns.add(functions.col(Sql.name(name))));
        columns.add(functions.col(ContractRows.DAY));
        columns.add(functions.col(Conversion.BROKEN));
        return columns.toArray(Column[]::new);
    }
}
