package dev.touchstone.source;

import static dev.touchstone.source.Contract.Type.AMOUNT;
import static dev.touchstone.source.Contract.Type.ANSWER;
import static dev.touchstone.source.Contract.Type.FLAG;
import static dev.touchstone.source.Contract.Type.INSTANT;
import static dev.touchstone.source.Contract.Type.NAME;
import static dev.touchstone.source.Contract.Type.TEXT;
import static dev.touchstone.source.Contract.Type.WEIGHT;
import static dev.touchstone.source.Contract.Type.WHOLE;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a row of a source's {@code select} is. Columns, key, clock and rules of each contract are declared here and
 * nowhere else.
 */
public enum Contract {
    RESPONSES(
            "one answer to one survey item",
            "responded_at",
            List.of("response_id", "touchpoint", "instrument", "item", "part"),
            List.of(
                    required("response_id", TEXT),
                    required("instrument", TEXT),
                    required("responded_at", INSTANT),
                    mapped("score", ANSWER),
                    optional("customer_id", TEXT),
                    optional("touchpoint", NAME),
                    optional("item", TEXT),
                    optional("part", TEXT),
                    optional("weight", WEIGHT),
                    optional("comment", TEXT),
                    optional("language", TEXT),
                    optional("ingested_at", INSTANT)),
            List.of(
                    new Rule("perception or expectation", "part", "part NOT IN ('perception', 'expectation')"),
                    new Rule("weight below zero", "weight", "weight < 0"))),

    INVITATIONS(
            "one survey sent",
            "invited_at",
            List.of("invitation_id"),
            List.of(
                    required("invitation_id", TEXT),
                    required("touchpoint", NAME),
                    required("instrument", TEXT),
                    required("invited_at", INSTANT),
                    optional("customer_id", TEXT),
                    optional("response_id", TEXT),
                    optional("ingested_at", INSTANT)),
            List.of()),

    CUSTOMERS(
            "one version of a customer",
            "valid_from",
            List.of("customer_id", "valid_from"),
            List.of(
                    required("customer_id", TEXT),
                    required("valid_from", INSTANT),
                    optional("valid_to", INSTANT),
                    optional("ingested_at", INSTANT)),
            List.of(new Rule("ends before it starts", "valid_to", "valid_to < valid_from"))),

    MEMBERSHIPS(
            "one contract or subscription",
            "started_at",
            List.of("membership_id"),
            List.of(
                    required("membership_id", TEXT),
                    required("customer_id", TEXT),
                    required("started_at", INSTANT),
                    optional("ended_at", INSTANT),
                    optional("touchpoint", NAME),
                    optional("ingested_at", INSTANT)),
            List.of(new Rule("ends before it starts", "ended_at", "ended_at < started_at"))),

    ORDERS(
            "one order or refund",
            "ordered_at",
            List.of("order_id"),
            List.of(
                    required("order_id", TEXT),
                    required("customer_id", TEXT),
                    required("ordered_at", INSTANT),
                    required("amount", AMOUNT),
                    optional("currency", TEXT),
                    optional("margin", AMOUNT),
                    optional("touchpoint", NAME),
                    mark("refund_of", TEXT),
                    optional("ingested_at", INSTANT)),
            List.of(new Rule("refund of itself", "refund_of", "refund_of = order_id"))),

    CONTACTS(
            "one leg of a call, chat or thread",
            "offered_at",
            List.of("contact_id"),
            List.of(
                    required("contact_id", TEXT),
                    required("touchpoint", NAME),
                    required("offered_at", INSTANT),
                    optional("ticket_id", TEXT),
                    optional("customer_id", TEXT),
                    optional("reason", TEXT),
                    optional("answered_at", INSTANT),
                    optional("ended_at", INSTANT),
                    optional("talk_seconds", AMOUNT),
                    optional("hold_seconds", AMOUNT),
                    optional("wrap_seconds", AMOUNT),
                    mark("abandoned", FLAG),
                    mark("transferred_from", TEXT),
                    optional("converted", FLAG),
                    optional("cost", AMOUNT),
                    optional("ingested_at", INSTANT)),
            List.of(
                    new Rule("answered before offered", "answered_at", "answered_at < offered_at"),
                    new Rule("ended before offered", "ended_at", "ended_at < offered_at"),
                    new Rule("negative duration", "talk_seconds", "talk_seconds < 0"),
                    new Rule("negative duration", "hold_seconds", "hold_seconds < 0"),
                    new Rule("negative duration", "wrap_seconds", "wrap_seconds < 0"),
                    new Rule("longer than a year", "talk_seconds", "talk_seconds > 31622400"),
                    new Rule("longer than a year", "hold_seconds", "hold_seconds > 31622400"),
                    new Rule("longer than a year", "wrap_seconds", "wrap_seconds > 31622400"))),

    TICKETS(
            "one problem to solve",
            "created_at",
            List.of("ticket_id"),
            List.of(
                    required("ticket_id", TEXT),
                    required("touchpoint", NAME),
                    required("created_at", INSTANT),
                    optional("customer_id", TEXT),
                    optional("reason", TEXT),
                    optional("first_replied_at", INSTANT),
                    optional("first_resolved_at", INSTANT),
                    optional("resolved_at", INSTANT),
                    optional("reopens", WHOLE),
                    optional("replies", WHOLE),
                    optional("transfers", WHOLE),
                    mark("merged_into", TEXT),
                    mark("spam", FLAG),
                    optional("ingested_at", INSTANT)),
            List.of(
                    new Rule("replied before created", "first_replied_at", "first_replied_at < created_at"),
                    new Rule("resolved before created", "first_resolved_at", "first_resolved_at < created_at"),
                    new Rule("resolved before created", "resolved_at", "resolved_at < created_at"),
                    new Rule("resolved before first resolved", "resolved_at", "resolved_at < first_resolved_at"),
                    new Rule("merged into itself", "merged_into", "merged_into = ticket_id"))),

    REPLIES(
            "one customer message with the first answer to it",
            "asked_at",
            List.of("ticket_id", "asked_at"),
            List.of(
                    required("ticket_id", TEXT),
                    required("asked_at", INSTANT),
                    optional("answered_at", INSTANT),
                    optional("customer_id", TEXT),
                    optional("touchpoint", NAME),
                    optional("ingested_at", INSTANT)),
            List.of(new Rule("answered before asked", "answered_at", "answered_at < asked_at"))),

    REVIEWS(
            "one category score of one quality review",
            "reviewed_at",
            List.of("review_id", "category"),
            List.of(
                    required("review_id", TEXT),
                    required("category", TEXT),
                    required("score", AMOUNT),
                    required("minimum", AMOUNT),
                    required("maximum", AMOUNT),
                    required("reviewed_at", INSTANT),
                    required("touchpoint", NAME),
                    optional("ticket_id", TEXT),
                    optional("contact_id", TEXT),
                    optional("weight", WEIGHT),
                    mark("critical", FLAG),
                    optional("ingested_at", INSTANT)),
            List.of(
                    new Rule("minimum not below maximum", "minimum", "minimum >= maximum"),
                    new Rule("score outside minimum to maximum", "score", "score NOT BETWEEN minimum AND maximum"),
                    new Rule("weight below zero", "weight", "weight < 0"))),

    VISITS(
            "one chance to convert, or one step of a purchase",
            "visited_at",
            List.of("visit_id"),
            List.of(
                    required("visit_id", TEXT),
                    required("touchpoint", NAME),
                    required("visited_at", INSTANT),
                    optional("customer_id", TEXT),
                    optional("converted", FLAG),
                    optional("journey_id", TEXT),
                    optional("ingested_at", INSTANT)),
            List.of());

    /** What a column's raw values are converted to. */
    public enum Type {
        /** Text, trimmed; blank is NULL. */
        TEXT("STRING"),
        /** Text in the folded form of {@code persian_name}: the names that figures are shown under. */
        NAME("STRING"),
        /** An instant; text without an offset is meant in the project's zone. */
        INSTANT("TIMESTAMP"),
        /** A survey answer: a whole number of the instrument, a label of it, or one of its "no answer" codes. */
        ANSWER("INT"),
        /** A whole number. */
        WHOLE("BIGINT"),
        /** A number of up to 18 digits before and 10 after the decimal point. */
        AMOUNT("DECIMAL(28,10)"),
        /** A weight: a number of up to 8 digits before and 10 after the decimal point. */
        WEIGHT("DECIMAL(18,10)"),
        /** true or false. */
        FLAG("BOOLEAN");

        private final String sql;

        Type(String sql) {
            this.sql = sql;
        }

        public String sql() {
            return sql;
        }
    }

    /** How a contract asks for a column. */
    public enum Need {
        /** The select must yield it and no row may leave it NULL. */
        REQUIRED,
        /** The select must yield it; a row may leave it NULL. */
        MAPPED,
        /** The select may leave it out; figures that look at it are then not available. */
        OPTIONAL,
        /** The select may leave it out: it marks single rows, and then marks none. */
        MARK
    }

    /** A column of a contract. */
    public record Field(String name, Type type, Need need) {}

    /**
     * A rule between the converted columns of a row.
     *
     * @param name short text for people, shown as the reason
     * @param column the column whose value is shown
     * @param broken SQL predicate that is true where the rule is broken; NULL keeps it
     */
    public record Rule(String name, String column, String broken) {}

    private final String row;
    private final String clock;
    private final List<String> key;
    private final List<Field> fields;
    private final List<Rule> rules;

    Contract(String row, String clock, List<String> key, List<Field> fields, List<Rule> rules) {
        this.row = row;
        this.clock = clock;
        this.key = key;
        this.fields = fields;
        this.rules = rules;
    }

    /** Name in project files. */
    public String contractName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What one row is, for people. */
    public String row() {
        return row;
    }

    /** The instant that puts a row on a day. */
    public String clock() {
        return clock;
    }

    /** The columns that together name a row; an absent optional one counts as one value. */
    public List<String> key() {
        return key;
    }

    /** The columns of the key that tell rows of one questionnaire or review apart; empty where a row stands for itself. */
    public List<String> parts() {
        return switch (this) {
            case RESPONSES -> List.of("item", "part");
            case REVIEWS -> List.of("category");
            default -> List.of();
        };
    }

    /**
     * How many days after its clock a row's later instants are looked for where a source's {@code prune} limits what is
     * read: a ticket may be resolved long after it was created.
     */
    public int lastsDays() {
        return this == CONTACTS ? 7 : 366;
    }

    public List<Field> fields() {
        return fields;
    }

    public List<Rule> rules() {
        return rules;
    }

    public Optional<Field> field(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    /** The contract of that name in project files, if there is one. */
    public static Optional<Contract> named(String name) {
        return Arrays.stream(values())
                .filter(contract -> contract.contractName().equals(name))
                .findFirst();
    }

    /** All names in project files, in order. */
    public static Stream<String> names() {
        return Arrays.stream(values()).map(Contract::contractName);
    }

    private static Field required(String name, Type type) {
        return new Field(name, type, Need.REQUIRED);
    }

    private static Field mapped(String name, Type type) {
        return new Field(name, type, Need.MAPPED);
    }

    private static Field mark(String name, Type type) {
        return new Field(name, type, Need.MARK);
    }

    private static Field optional(String name, Type type) {
        return new Field(name, type, Need.OPTIONAL);
    }
}
