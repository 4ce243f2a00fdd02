package dev.touchstone.measure;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Days;
import dev.touchstone.calendar.Grain;
import dev.touchstone.calendar.Period;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.observe.Duplicates;
import dev.touchstone.observe.Histories;
import dev.touchstone.observe.Refunds;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.sql.Sql;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which periods a run computes, and what is known of customers for them. */
final class Periods {
    private Periods() {}

    /**
     * The months, quarters and years that are complete at as-of and touch the run's days, and those stored ones on which
     * a window has closed since.
     */
    static List<Period> due(Project project, Store store, Days days, boolean rebuild, Instant asOf) {
        List<Period> touched = complete(project, days, asOf);
        if (rebuild || !store.exists(Table.PERIOD_MOMENTS)) {
            return touched;
        }
        Set<Period> due = new LinkedHashSet<>(touched);
        List<Row> waiting = store.read(Table.PERIOD_MOMENTS)
                .where("immature > 0")
                // A run that knows no more has nothing to add to them.
                .where(col("as_of").lt(lit(Timestamp.from(asOf))))
                .select("kpi", "calendar", "grain", "period_start", "period_end")
                .distinct()
                .collectAsList();
        for (Row row : waiting) {
            LocalDate start = row.getDate(3).toLocalDate();
            Days span = new Days(start, row.getDate(4).toLocalDate());
            Kpi kpi = project.catalogue().kpis().get(row.getString(0));
            if (kpi != null
                    && start.plusDays(kpi.maturesDays())
                            .atStartOfDay(project.zone())
                            .toInstant()
                            .isBefore(asOf)) {
                complete(project, span, asOf).stream()
                        .filter(period -> period.calendar().code().equals(row.getString(1))
                                && period.grain().code().equals(row.getString(2))
                                && period.start().equals(start))
                        .forEach(due::add);
            }
        }
        return List.copyOf(due);
    }

    /** The months, quarters and years that touch some days and are complete at as-of. */
    static List<Period> complete(Project project, Days days, Instant asOf) {
        return Calendar.periods(project.calendars(), days.from(), days.to(), project.weekStart()).stream()
                .filter(period -> period.grain() != Grain.DAY && period.grain() != Grain.WEEK)
                .filter(period ->
                        !period.end().atStartOfDay(project.zone()).toInstant().isAfter(asOf))
                .toList();
    }

    /** SQL predicate over calendar, grain and period_start: the rows of some periods. */
    static String covers(List<Period> periods) {
        return periods.stream()
                .collect(Collectors.groupingBy(
                        period -> "calendar = " + Sql.text(period.calendar().code()) + " AND grain = "
                                + Sql.text(period.grain().code()),
                        TreeMap::new,
                        Collectors.mapping(period -> new Days(period.start(), period.end()), Collectors.toList())))
                .entrySet()
                .stream()
                .map(each ->
                        "(" + each.getKey() + " AND " + Days.covers(Days.merged(each.getValue()), "period_start") + ")")
                .collect(Collectors.joining(" OR "));
    }

    /**
     * What sources tell of customers: their orders and memberships of all days, and which touchpoints they used in some
     * periods.
     */
    static Histories histories(Map<Contract, ContractRows> sources, List<Period> periods) {
        ContractRows orders = sources.get(Contract.ORDERS);
        ContractRows memberships = sources.get(Contract.MEMBERSHIPS);
        Dataset<Row> ordered = orders == null
                ? null
                : kept(Refunds.judged(orders.rows(null, List.of(), false), orders, false), Contract.ORDERS);
        List<Days> spans = Days.merged(periods.stream()
                .map(period -> new Days(period.start(), period.end()))
                .toList());
        List<Dataset<Row>> touches = new ArrayList<>();
        for (Contract contract : List.of(Contract.CONTACTS, Contract.TICKETS, Contract.VISITS, Contract.ORDERS)) {
            ContractRows rows = sources.get(contract);
            if (rows != null && rows.mapped().containsAll(Set.of("customer_id", "touchpoint"))) {
                Dataset<Row> used = contract == Contract.ORDERS
                        ? ordered
                        : kept(rows.rows(spans, List.of(), List.of(), List.of(), false), contract);
                touches.add(used.select(
                        col("customer_id"),
                        col("touchpoint"),
                        col(contract.clock()).as("at")));
            }
        }
        return new Histories(
                ordered,
                orders != null && orders.mapped().contains("margin"),
                memberships == null ? null : kept(memberships.rows(null, List.of(), false), Contract.MEMBERSHIPS),
                touches.stream().reduce(Dataset::unionByName).orElse(null));
    }

    private static Dataset<Row> kept(Dataset<Row> rows, Contract contract) {
        return Duplicates.flagged(rows, contract, Duplicates.Distribution.DAY_AND_KEY)
                .where(col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false));
    }
}
