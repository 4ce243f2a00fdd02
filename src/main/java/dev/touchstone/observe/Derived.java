package dev.touchstone.observe;

import dev.touchstone.source.Contract;
import java.util.List;

/**
 * A column that KPI expressions may use beside a contract's own, computed from the row, its neighbours or other
 * contracts. Only those that a KPI in force refers to are computed.
 *
 * @param name as expressions use it
 * @param type SQL type
 * @param needs what must be mapped for it: one of several lists of columns, of the contract itself or of another one
 *     ({@code contacts.ticket_id}), or {@link #ACTIVE}
 * @param looksAt further columns of the contract that it looks at where they are mapped
 * @param looksAhead whether it tells of something later than the row's clock, within the window ({@code matures}) of the
 *     KPIs that refer to it
 * @param sql the expression over the contract's columns that it stands for; null where other rows are needed
 * @param meaning for people
 */
public record Derived(
        String name,
        String type,
        List<List<String>> needs,
        List<String> looksAt,
        boolean looksAhead,
        String sql,
        String meaning) {

    /** Need of a column: that the project file says what an active customer is, and its source is mapped. */
    static final String ACTIVE = "active";

    static final Derived DIMENSION =
            ofNeighbours("dimension", "STRING", "dimension of the item, as its instrument lists it", "item");
    static final Derived EXPECTATION = ofNeighbours(
            "expectation",
            "INT",
            "on a perception: what the same questionnaire expected of the same item that day; else NULL",
            "part");
    static final Derived GAP = ofNeighbours(
            "gap", "INT", "on a perception: perception - expectation; NULL where either is missing", "part");
    static final Derived WEIGHTED_GAP = ofNeighbours(
            "weighted_gap",
            "DOUBLE",
            "on one row of a questionnaire: sum over dimensions of weight / 100 x mean gap; NULL unless all weighted "
                    + "dimensions are there",
            "part",
            "item");
    static final Derived RESPONDED = ofNeighbours(
            "responded",
            "BOOLEAN",
            "the invitation was answered, and none of the 14 days before it carries the same response_id: a reminder of "
                    + "an answered invitation does not count again",
            "response_id");
    static final Derived NEXT_ORDER = ahead(
                    "next_order_at",
                    "the customer's first later order, refunds aside",
                    List.of(List.of("customer_id", "orders.ordered_at")))
            .lookingAt("refund_of");
    static final Derived PREVIOUS_ORDER = ofNeighbours(
                    "previous_order_at",
                    "TIMESTAMP",
                    "the customer's latest earlier order within " + Neighbours.LOOK_BACK_DAYS + " days, refunds aside",
                    "customer_id")
            .lookingAt("refund_of");
    static final Derived SIGNED_AMOUNT = ofRow(
                    "signed_amount",
                    "DECIMAL(28,10)",
                    "IF(refund_of IS NULL, amount, -abs(amount))",
                    "amount; below zero where the row is a refund",
                    "amount")
            .lookingAt("refund_of");
    static final Derived HANDLE_SECONDS = ofRow(
                    "handle_seconds",
                    "DECIMAL(28,10)",
                    "CASE WHEN NOT coalesce(abandoned, false) THEN talk_seconds + hold_seconds + wrap_seconds END",
                    "talk + hold + wrap; NULL where a part is missing or the contact was abandoned",
                    "talk_seconds",
                    "hold_seconds",
                    "wrap_seconds")
            .lookingAt("abandoned");
    static final Derived HANDLED_AT = ofRow(
            "handled_at",
            "TIMESTAMP",
            "timestamp_micros(unix_micros(ended_at) + CAST(wrap_seconds * 1000000 AS BIGINT))",
            "end of the work after the contact: ended_at + wrap_seconds",
            "ended_at",
            "wrap_seconds");
    static final Derived CONVERTED = ahead(
                    "converted_at",
                    "the row's own instant where converted; else the first order (no refund) or start of a membership at or after "
                            + "it and before the customer's next visit or contact: the last touch has the credit, of several at one instant the last by "
                            + "id",
                    List.of(
                            List.of("converted"),
                            List.of("customer_id", "orders.ordered_at"),
                            List.of("customer_id", "memberships.started_at")))
            .lookingAt("customer_id", "transferred_from");
    static final Derived TICKET_NEXT_CONTACT = ahead(
                    "next_contact_at",
                    "the first later ticket (neither spam nor merged) or contact (no leg of a transfer) of the same customer and "
                            + "reason; a missing reason is one of its own; tickets of one instant follow each other by ticket_id",
                    List.of(List.of("customer_id")))
            .lookingAt("reason", "spam", "merged_into");
    static final Derived VISIT_NEXT_CONTACT = ahead(
            "next_contact_at",
            "the customer's first later ticket (no spam) or contact (no leg of a transfer)",
            List.of(List.of("customer_id", "contacts.customer_id"), List.of("customer_id", "tickets.customer_id")));
    static final Derived TICKET_HANDLE_SECONDS = ofNeighbours(
            "handle_seconds",
            "DECIMAL(38,10)",
            "talk + hold + wrap of all contacts of the ticket until resolved_at that were not abandoned; NULL where a part "
                    + "of one is missing or there is none",
            "resolved_at",
            "contacts.ticket_id",
            "contacts.talk_seconds",
            "contacts.hold_seconds",
            "contacts.wrap_seconds");
    static final Derived SELF_SERVICE = ofNeighbours(
            "self_service", "BOOLEAN", "customers serve themselves at the touchpoint, as the project file says");
    static final Derived FIRST_VISIT = ofNeighbours(
            "first_visit",
            "BOOLEAN",
            "the journey had not been at this touchpoint before (within the window of the KPIs that ask for its steps)",
            "journey_id");
    static final Derived NEXT_STEP = ahead(
            "next_step_at",
            "on a first visit: when the journey first came to its next touchpoint, or converted, whichever is earlier",
            List.of(List.of("journey_id")));
    static final Derived REVIEW_SCORE = ofNeighbours(
                    "review_score",
                    "DOUBLE",
                    "on one row of a review: weighted mean over its categories of (score - minimum) / (maximum - minimum), a missing "
                            + "weight being 1; 0 where a critical category is below 0.5; NULL on its other rows")
            .lookingAt("score", "minimum", "maximum", "weight", "critical");

    /** The derived columns of a contract. */
    public static List<Derived> of(Contract contract) {
        return switch (contract) {
            case RESPONSES -> List.of(DIMENSION, EXPECTATION, GAP, WEIGHTED_GAP, NEXT_ORDER);
            case INVITATIONS -> List.of(RESPONDED);
            case CUSTOMERS -> CustomerPeriods.DERIVED;
            case MEMBERSHIPS, REPLIES -> List.of();
            case ORDERS -> List.of(SIGNED_AMOUNT, PREVIOUS_ORDER, NEXT_ORDER);
            case CONTACTS -> List.of(HANDLE_SECONDS, HANDLED_AT, CONVERTED);
            case TICKETS -> List.of(TICKET_NEXT_CONTACT, TICKET_HANDLE_SECONDS);
            case REVIEWS -> List.of(REVIEW_SCORE);
            case VISITS -> List.of(SELF_SERVICE, VISIT_NEXT_CONTACT, CONVERTED, FIRST_VISIT, NEXT_STEP);
        };
    }

    /** A column of {@link CustomerPeriods}; {@code next_...} lie ahead. */
    static Derived ofCustomer(String name, String type, List<String> needs, String meaning) {
        return new Derived(name, type, List.of(needs), List.of(), name.startsWith("next_"), null, meaning);
    }

    private static Derived ofRow(String name, String type, String sql, String meaning, String... needs) {
        return new Derived(name, type, List.of(List.of(needs)), List.of(), false, sql, meaning);
    }

    private static Derived ofNeighbours(String name, String type, String meaning, String... needs) {
        return new Derived(name, type, List.of(List.of(needs)), List.of(), false, null, meaning);
    }

    private static Derived ahead(String name, String meaning, List<List<String>> needs) {
        return new Derived(name, "TIMESTAMP", needs, List.of(), true, null, meaning);
    }

    private Derived lookingAt(String... columns) {
        return new Derived(name, type, needs, List.of(columns), looksAhead, sql, meaning);
    }
}
