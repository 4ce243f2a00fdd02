package dev.touchstone.observe;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.calendar.Days;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * What happened to the same customer, ticket or journey before and after a row: the rows stand among the events of other
 * contracts in the order of time, and each looks at its neighbours.
 *
 * <p>Every window passes over its rows once, so that a customer with very many contacts costs a sort and no more; rows
 * without a customer stand alone and meet nobody. What is found later than the window of the KPIs that ask is NULL: it
 * depends on how far a run reads.
 */
final class Neighbours {
    /** How far {@code previous_order_at} looks back. */
    static final int LOOK_BACK_DAYS = 366;

    private static final String EVENT = "_event_at";
    private static final String AT = "_at";
    private static final String ALONE = "_alone";
    private static final String OWN = "_own";
    private static final long MICROS_A_DAY = 86_400_000_000L;

    private final Map<Contract, ContractRows> sources;
    private final Contract contract;
    private final KpiExpressions expressions;
    private final List<Days> spans;

    Neighbours(Map<Contract, ContractRows> sources, Contract contract, KpiExpressions expressions, List<Days> spans) {
        this.sources = sources;
        this.contract = contract;
        this.expressions = expressions;
        this.spans = spans;
    }

    /** How many days before and after the observed ones the contract's own rows are needed for some derived columns. */
    static Days reach(Days days, Set<String> wanted, KpiExpressions expressions) {
        int before = 0;
        int after = 0;
        for (String name : wanted) {
            Derived column = expressions.derived(name);
            if (column.looksAhead()) {
                after = Math.max(after, expressions.windowDays(name));
            }
            if (column == Derived.FIRST_VISIT || column == Derived.NEXT_STEP) {
                before = Math.max(before, expressions.windowDays(name));
            } else if (column == Derived.PREVIOUS_ORDER) {
                before = Math.max(before, LOOK_BACK_DAYS);
            } else if (column == Derived.RESPONDED) {
                before = Math.max(before, DerivedColumns.REMINDER_DAYS);
            }
        }
        return days.extended(before, after);
    }

    /** Adds the wanted columns that need neighbours in time. */
    Dataset<Row> added(Dataset<Row> rows, Set<String> wanted) {
        Dataset<Row> all = rows;
        if (wanted.contains(Derived.TICKET_NEXT_CONTACT.name())) {
            all = withNextContact(all);
        }
        if (wanted.contains(Derived.CONVERTED.name())) {
            all = withConversion(all);
        }
        if (wanted.contains(Derived.FIRST_VISIT.name()) || wanted.contains(Derived.NEXT_STEP.name())) {
            all = withSteps(all, wanted.contains(Derived.CONVERTED.name()));
        }
        if (wanted.contains(Derived.NEXT_ORDER.name())) {
            all = withNextOrder(all);
        }
        if (wanted.contains(Derived.PREVIOUS_ORDER.name())) {
            all = withPreviousOrder(all);
        }
        if (contract == Contract.TICKETS && wanted.contains(Derived.TICKET_HANDLE_SECONDS.name())) {
            all = withHandleSeconds(all);
        }
        return all;
    }

    private Dataset<Row> withNextContact(Dataset<Row> rows) {
        boolean ofTicket = contract == Contract.TICKETS;
        List<Column> key = ofTicket ? List.of(col("customer_id"), col("reason")) : List.of(col("customer_id"));
        int days = expressions.windowDays(Derived.TICKET_NEXT_CONTACT.name());
        Column noSpam = coalesce(col("spam"), lit(false)).equalTo(false);
        Column open = ofTicket ? noSpam.and(col("merged_into").isNull()) : noSpam;
        Dataset<Row> among = own(rows, ofTicket ? when(kept().and(open), col("created_at")) : null);
        if (!ofTicket) {
            among = with(among, events(Contract.TICKETS, days, key, "created_at", open));
        }
        among = with(
                among,
                events(
                        Contract.CONTACTS,
                        days,
                        key,
                        "offered_at",
                        col("transferred_from").isNull()));
        // Sources that know only minutes or days have many tickets of one instant: these follow each other by their id.
        // A contact of that instant is the one that the ticket came from.
        WindowSpec later = ofTicket
                ? Window.partitionBy(partition(key))
                        .orderBy(col(AT).desc(), col("ticket_id").desc_nulls_last())
                        .rowsBetween(Window.unboundedPreceding(), -1)
                : Window.partitionBy(partition(key))
                        .orderBy(col(AT).desc())
                        .rangeBetween(Window.unboundedPreceding(), -1);
        return ownOf(within(
                among,
                Derived.TICKET_NEXT_CONTACT.name(),
                Derived.TICKET_NEXT_CONTACT.name(),
                min(EVENT).over(later)));
    }

    /** Of touches and actions in order of time, a touch that an action follows has the credit. */
    private Dataset<Row> withConversion(Dataset<Row> rows) {
        String name = Derived.CONVERTED.name();
        List<Column> key = List.of(col("customer_id"));
        int days = expressions.windowDays(name);
        Column action = lit(null).cast("timestamp");
        Dataset<Row> among = own(rows, action)
                .withColumn("_touch", col(contract.key().get(0)))
                .withColumn("_contact", lit(contract == Contract.CONTACTS));
        for (Contract touch : List.of(Contract.VISITS, Contract.CONTACTS)) {
            if (touch != contract) {
                Column first =
                        touch == Contract.CONTACTS ? col("transferred_from").isNull() : lit(true);
                Dataset<Row> touches = events(touch, days, key, touch.clock(), first);
                among = with(
                        among,
                        touches == null
                                ? null
                                : touches.withColumn(EVENT, action)
                                        .withColumn("_contact", lit(touch == Contract.CONTACTS)));
            }
        }
        if (contract == Contract.CONTACTS) {
            // A leg of a transfer is no touch of its own.
            among = among.withColumn(
                    ALONE,
                    when(col("transferred_from").isNotNull(), col("contact_id")).otherwise(col(ALONE)));
        }
        among = with(
                among,
                events(
                        Contract.ORDERS,
                        days,
                        key,
                        "ordered_at",
                        col("refund_of").isNull()));
        among = with(among, events(Contract.MEMBERSHIPS, days, key, "started_at", lit(true)));
        // Of a visit and a contact at one instant the contact is the last touch: seen from either, one has the credit.
        WindowSpec order = Window.partitionBy(partition(key))
                .orderBy(col(AT), col(EVENT).isNotNull(), col("_contact"), col("_touch"));
        Column credited = lead(col(EVENT), 1).over(order);
        Dataset<Row> found = ownOf(within(among, "_credited", name, credited));
        return found.withColumn(
                        name, when(col("converted"), col(contract.clock())).otherwise(col("_credited")))
                .drop("_credited", "_touch", "_contact");
    }

    private Dataset<Row> withNextOrder(Dataset<Row> rows) {
        String name = Derived.NEXT_ORDER.name();
        List<Column> key = List.of(col("customer_id"));
        Column sale = col("refund_of").isNull();
        WindowSpec later = Window.partitionBy(partition(key))
                .orderBy(col(AT).desc(), col("_sale").desc())
                .rowsBetween(Window.unboundedPreceding(), -1);
        if (contract == Contract.ORDERS) {
            // Two orders of one instant follow each other by their id.
            Dataset<Row> among =
                    own(rows, when(kept().and(sale), col("ordered_at"))).withColumn("_sale", col("order_id"));
            return ownOf(within(among, name, name, last(col(EVENT), true).over(later)));
        }
        Dataset<Row> among = with(
                own(rows, lit(null).cast("timestamp")),
                events(Contract.ORDERS, expressions.windowDays(name), key, "ordered_at", sale));
        WindowSpec strictly = Window.partitionBy(partition(key))
                .orderBy(col(AT).desc())
                .rangeBetween(Window.unboundedPreceding(), -1);
        return ownOf(within(among, name, name, min(EVENT).over(strictly)));
    }

    private Dataset<Row> withPreviousOrder(Dataset<Row> rows) {
        Dataset<Row> among = own(rows, when(kept().and(col("refund_of").isNull()), col("ordered_at")));
        WindowSpec earlier = Window.partitionBy(partition(List.of(col("customer_id"))))
                .orderBy(col(AT), col("order_id"))
                .rowsBetween(Window.unboundedPreceding(), -1);
        Column found = last(col(EVENT), true).over(earlier);
        Column near = unix_micros(col(EVENT + "_found")).geq(col(AT).minus(LOOK_BACK_DAYS * MICROS_A_DAY));
        return ownOf(among.withColumn(EVENT + "_found", found)
                .withColumn(Derived.PREVIOUS_ORDER.name(), when(near, col(EVENT + "_found")))
                .drop(EVENT + "_found"));
    }

    private Dataset<Row> withSteps(Dataset<Row> rows, boolean conversions) {
        long window = MICROS_A_DAY
                * Math.max(
                        expressions.windowDays(Derived.FIRST_VISIT.name()),
                        expressions.windowDays(Derived.NEXT_STEP.name()));
        Column alone = when(kept().and(col("journey_id").isNotNull()), lit(null).cast("string"))
                .otherwise(col("visit_id"));
        Dataset<Row> ordered = rows.withColumn(ALONE, alone)
                .withColumn(AT, unix_micros(col("visited_at")))
                // One exchange serves both windows.
                .repartition(col("journey_id"), col(ALONE));
        WindowSpec atTouchpoint = Window.partitionBy(col("journey_id"), col(ALONE), col("touchpoint"))
                .orderBy(col(AT), col("visit_id"));
        Column before = lag(col(AT), 1).over(atTouchpoint);
        WindowSpec firstVisits = Window.partitionBy(col("journey_id"), col(ALONE), col(Derived.FIRST_VISIT.name()))
                .orderBy(col(AT), col("visit_id"));
        Column next = lead(col("visited_at"), 1).over(firstVisits);
        WindowSpec fromHere = Window.partitionBy(col("journey_id"), col(ALONE))
                .orderBy(col(AT).desc(), col("visit_id").desc())
                .rowsBetween(Window.unboundedPreceding(), Window.currentRow());
        // The last touch has the credit; for the journey's steps it makes no difference which visit that was.
        Column converted = conversions
                ? min(col(Derived.CONVERTED.name())).over(fromHere)
                : lit(null).cast("timestamp");
        return ordered.withColumn("_before", before)
                .withColumn(Derived.FIRST_VISIT.name(), coalesce(col("_before").lt(col(AT).minus(window)), lit(true)))
                .withColumn("_next_touchpoint", next)
                .withColumn("_journey_converted", converted)
                .withColumn("_next", least(col("_next_touchpoint"), col("_journey_converted")))
                .withColumn(
                        Derived.NEXT_STEP.name(),
                        when(
                                col(Derived.FIRST_VISIT.name())
                                        .and(col(ALONE).isNull())
                                        .and(unix_micros(col("_next")).leq(col(AT).plus(window))),
                                col("_next")))
                .drop("_before", "_next_touchpoint", "_journey_converted", "_next", AT, ALONE);
    }

    /** Sums the contacts of a ticket up to its last resolution: a running sum, read where the ticket stands. */
    private Dataset<Row> withHandleSeconds(Dataset<Row> rows) {
        Column alone = when(
                        kept().and(col("resolved_at").isNotNull()), lit(null).cast("string"))
                .otherwise(concat(lit("\u0000"), col("ticket_id")));
        Dataset<Row> among = rows.withColumn(OWN, lit(true))
                .withColumn(ALONE, alone)
                .withColumn(AT, unix_micros(col("resolved_at")));
        ContractRows contacts = sources.get(Contract.CONTACTS);
        List<Days> reach = Days.merged(spans.stream()
                .map(days -> days.extended(contract.lastsDays(), 0))
                .toList());
        Column abandoned = coalesce(
                col("abandoned"),
                contacts.mapped().contains("answered_at") ? col("answered_at").isNull() : lit(false));
        Dataset<Row> handled = Duplicates.flagged(
                        contacts.rows(reach, List.of(), List.of(), List.of(), false),
                        Contract.CONTACTS,
                        Duplicates.Distribution.DAY_AND_KEY)
                .where(kept().and(col("ticket_id").isNotNull()).and(abandoned.equalTo(false)))
                .select(
                        col("ticket_id"),
                        unix_micros(col("offered_at")).as(AT),
                        col("talk_seconds")
                                .plus(col("hold_seconds"))
                                .plus(col("wrap_seconds"))
                                .as("_seconds"));
        among = among.unionByName(handled, true);
        WindowSpec upToHere = Window.partitionBy(col("ticket_id"), col(ALONE))
                .orderBy(col(AT), col(OWN).asc_nulls_first())
                .rowsBetween(Window.unboundedPreceding(), Window.currentRow());
        Column contactsBefore = count_if(col(OWN).isNull()).over(upToHere);
        Column known = count(col("_seconds")).over(upToHere);
        Column seconds = sum(col("_seconds")).over(upToHere).cast("decimal(38,10)");
        return ownOf(among.withColumn("_contacts", contactsBefore)
                .withColumn("_known", known)
                .withColumn("_sum", seconds)
                .withColumn(
                        Derived.TICKET_HANDLE_SECONDS.name(),
                        when(
                                col("_contacts")
                                        .gt(0)
                                        .and(col("_contacts").equalTo(col("_known")))
                                        .and(col(ALONE).isNull()),
                                col("_sum")))
                .drop("_contacts", "_known", "_sum", "_seconds"));
    }

    /** The contract's own rows, as events where {@code event} is given; rows without a customer stand alone. */
    private Dataset<Row> own(Dataset<Row> rows, Column event) {
        Column alone = when(
                        kept().and(col("customer_id").isNotNull()), lit(null).cast("string"))
                .otherwise(col(contract.key().get(0)));
        return rows.withColumn(OWN, lit(true))
                .withColumn(ALONE, alone)
                .withColumn(AT, unix_micros(col(contract.clock())))
                .withColumn(EVENT, event == null ? lit(null).cast("timestamp") : event);
    }

    /** Rows of another contract as events of their customers; null where it has no source or names no customer. */
    private Dataset<Row> events(Contract of, int days, List<Column> key, String at, Column which) {
        ContractRows rows = sources.get(of);
        if (rows == null || !rows.mapped().contains("customer_id")) {
            return null;
        }
        List<Days> reach =
                Days.merged(spans.stream().map(span -> span.extended(0, days)).toList());
        List<Column> columns = new ArrayList<>(key);
        columns.add(unix_micros(col(at)).as(AT));
        columns.add(col(at).as(EVENT));
        return Duplicates.flagged(
                        rows.rows(reach, List.of(), List.of(), List.of(), false),
                        of,
                        Duplicates.Distribution.DAY_AND_KEY)
                .where(kept().and(col("customer_id").isNotNull()).and(which))
                .select(columns.toArray(Column[]::new));
    }

    private static Dataset<Row> with(Dataset<Row> rows, Dataset<Row> events) {
        return events == null ? rows : rows.unionByName(events, true);
    }

    /** Adds what was found where it lies within the window of the KPIs that ask for it. */
    private Dataset<Row> within(Dataset<Row> among, String name, String asked, Column found) {
        long window = expressions.windowDays(asked) * MICROS_A_DAY;
        return among.withColumn("_found", found)
                .withColumn(name, when(unix_micros(col("_found")).leq(col(AT).plus(window)), col("_found")))
                .drop("_found");
    }

    private static Dataset<Row> ownOf(Dataset<Row> among) {
        return among.where(col(OWN)).drop(OWN, ALONE, AT, EVENT, "_sale");
    }

    private static Column[] partition(List<Column> key) {
        List<Column> columns = new ArrayList<>(key);
        columns.add(col(ALONE));
        return columns.toArray(Column[]::new);
    }

    private static Column kept() {
        return col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false);
    }
}
