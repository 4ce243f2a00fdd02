package dev.touchstone.source;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_compact;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.nullif;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.try_element_at;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.kpi.Instrument;
import dev.touchstone.source.Contract.Field;
import dev.touchstone.source.Contract.Need;
import dev.touchstone.source.Contract.Rule;
import dev.touchstone.source.Contract.Type;
import dev.touchstone.sql.Sql;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Turns selected rows into rows of a contract, and says which rules each row breaks.
 *
 * <p>Nothing here can fail on a value: what cannot be read becomes NULL and a reason. Text is trimmed, Persian and
 * Arabic digits are folded. Law: the rows that come out are the rows that went in.
 */
public final class Conversion {
    /** Whether the row breaks any rule (BOOLEAN, never NULL). */
    public static final String BROKEN = "_broken";
    /** The rules it breaks, as in the table {@code quarantine}. */
    public static final String REASONS = "_reasons";

    static final int SHOWN_CHARACTERS = 100;

    /** Local time before which an instant counts as unreadable: years of the Solar Hijri calendar look like 1402. */
    public static final LocalDateTime EARLIEST = LocalDateTime.of(1900, 1, 1, 0, 0);

    private static final String RAW = "_raw_";
    private static final String RANGE = "_out_of_range";
    private static final String SAID = "_said";
    private static final String LABEL = "_label";
    private static final String NUMBER = "_number";

    private final Contract contract;
    private final Map<String, Instrument> instruments;
    private final Map<String, DataType> raw = new TreeMap<>();
    private final List<String> further = new ArrayList<>();

    private Conversion(Contract contract, Map<String, Instrument> instruments, Dataset<Row> rows, Set<String> wanted) {
        this.contract = contract;
        this.instruments = instruments;
        for (StructField field : rows.schema().fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (contract.field(name).isPresent()) {
                raw.put(name, field.dataType());
            } else if (wanted.contains(name)) {
                further.add(name);
            }
        }
    }

    /**
     * The converted rows: every column of the contract (NULL where the select leaves it out), the further columns that
     * are wanted, and {@link #BROKEN}.
     *
     * @param further names (lower case) of columns beyond the contract to keep; those the select lacks are left out
     * @param reasons whether to add {@link #REASONS}, which costs time
     */
    public static Dataset<Row> of(
            Dataset<Row> selected,
            Contract contract,
            Map<String, Instrument> instruments,
            Collection<String> further,
            boolean reasons) {
        return new Conversion(contract, instruments, selected, new TreeSet<>(further)).convert(selected, reasons);
    }

    /** Whether a raw column of that type can be read as the contract's type. */
    static boolean accepts(Type type, DataType raw) {
        if (raw instanceof StringType) {
            return true;
        }
        return switch (type) {
                    case TEXT, NAME ->
                        raw instanceof NumericType || raw instanceof BooleanType || raw instanceof DateType;
                    case INSTANT ->
                        raw instanceof TimestampType || raw instanceof TimestampNTZType || raw instanceof DateType;
                    case ANSWER, WHOLE, AMOUNT, WEIGHT -> raw instanceof NumericType;
                    case FLAG -> raw instanceof BooleanType;
                }
                || raw.equals(DataTypes.NullType);
    }

    private Dataset<Row> convert(Dataset<Row> selected, boolean withReasons) {
        List<Column> first = new ArrayList<>();
        raw.forEach((name, type) -> first.add(selected.col(Sql.name(name)).as(RAW + name)));
        further.forEach(name -> first.add(selected.col(Sql.name(name)).as(name)));
        Dataset<Row> rows = selected.select(first.toArray(Column[]::new));

        boolean answers = contract == Contract.RESPONSES;
        boolean byText = answers && !exact(raw.get("score"));
        List<Column> second = new ArrayList<>();
        for (Field field : contract.fields()) {
            DataType type = raw.get(field.name());
            if (type == null) {
                second.add(lit(null).cast(field.type().sql()).as(field.name()));
            } else if (field.type() != Type.ANSWER) {
                second.add(converted(field, col(RAW + field.name()), type).as(field.name()));
            }
        }
        raw.keySet().forEach(name -> second.add(col(RAW + name)));
        further.forEach(name -> second.add(col(Sql.name(name))));
        rows = rows.select(second.toArray(Column[]::new));
        if (answers) {
            rows = byText ? withAnswerOfText(rows) : rows.withColumn("score", answerOfNumber(col(RAW + "score")));
            rows = rows.withColumn(RANGE, expr(outOfRange()));
        }

        List<Check> checks = checks();
        List<Column> third = new ArrayList<>();
        contract.fields().forEach(field -> third.add(col(field.name())));
        further.forEach(name -> third.add(col(Sql.name(name))));
        third.add(checks.stream()
                .map(Check::broken)
                .map(broken -> coalesce(broken, lit(false)))
                .reduce(Column::or)
                .orElse(lit(false))
                .as(BROKEN));
        if (withReasons) {
            third.add(array_compact(array(checks.stream().map(Check::reason).toArray(Column[]::new)))
                    .as(REASONS));
        }
        return rows.select(third.toArray(Column[]::new));
    }

    /** One rule as a predicate; NULL means kept, as every predicate here is about values that are there. */
    private record Check(String rule, String column, Column broken, Column value) {
        Column reason() {
            return when(
                    broken,
                    struct(
                            lit(rule).as("rule"),
                            lit(column).as("column"),
                            substring(value.cast("string"), 1, SHOWN_CHARACTERS).as("value")));
        }
    }

    private List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        for (Field field : contract.fields()) {
            if (!raw.containsKey(field.name())) {
                continue;
            }
            Column before = col(RAW + field.name());
            Column after = col(field.name());
            boolean text = raw.get(field.name()) instanceof StringType;
            Column blank = text ? trim(before).equalTo("").or(before.isNull()) : before.isNull();
            if (field.need() == Need.REQUIRED) {
                checks.add(new Check("missing", field.name(), blank, before));
            }
            boolean number = field.type() == Type.WHOLE || field.type() == Type.AMOUNT || field.type() == Type.WEIGHT;
            boolean canFail = number
                    || text && field.type() != Type.TEXT && field.type() != Type.NAME && field.type() != Type.ANSWER;
            if (canFail) {
                checks.add(new Check("unreadable", field.name(), after.isNull().and(blank.equalTo(false)), before));
            }
            if (field.type() == Type.INSTANT) {
                checks.add(new Check(
                        "before 1900 (a Solar Hijri date? use persian_date)",
                        field.name(),
                        // Customer tables write "since ever" as the year 1.
                        after.lt(expr("TIMESTAMP'" + EARLIEST.toLocalDate() + " 00:00:00'"))
                                .and(
                                        field.name().equals("valid_from")
                                                ? after.geq(expr("TIMESTAMP'0002-01-01 00:00:00'"))
                                                : lit(true)),
                        before));
            }
            if (field.name().equals("touchpoint")) {
                checks.add(new Check("reserved name", "touchpoint", after.isin("all", "unknown"), before));
            }
        }
        if (contract == Contract.RESPONSES) {
            Column before = col(RAW + "score");
            checks.add(new Check(
                    "unknown instrument",
                    "instrument",
                    col("instrument").isNotNull().and(col(RANGE).isNull()),
                    col("instrument")));
            Column range = col(RANGE);
            if (DataTypes.LongType.equals(raw.get("score"))) {
                range = range.or(before.isNotNull().and(before.try_cast("int").isNull()));
            }
            checks.add(new Check("outside the instrument's range", "score", range, before));
            if (!exact(raw.get("score"))) {
                checks.add(new Check(
                        "not a whole number",
                        "score",
                        col(NUMBER).isNotNull().and(col(NUMBER).notEqual(floor(col(NUMBER)))),
                        before));
                checks.add(new Check(
                        "unreadable",
                        "score",
                        col(SAID).isNotNull().and(col(NUMBER).isNull()),
                        before));
            }
        }
        for (Rule rule : contract.rules()) {
            Column value = raw.containsKey(rule.column()) ? col(RAW + rule.column()) : col(rule.column());
            checks.add(new Check(rule.name(), rule.column(), expr(rule.broken()), value));
        }
        return checks;
    }

    private Column converted(Field field, Column value, DataType from) {
        Column text = value.cast("string");
        return switch (field.type()) {
            case TEXT -> nullif(trim(text), lit(""));
            case NAME -> folded(text);
            case INSTANT ->
                from instanceof StringType
                        // Only year-month-day first: Spark would read '12:30' as today and '2025' as its new year.
                        ? when(
                                substring(latin(text), 5, 1).equalTo("-"),
                                latin(text).try_cast("timestamp"))
                        : value.cast("timestamp");
            case ANSWER -> throw new IllegalStateException("answers are converted with their instrument");
            case WHOLE -> from instanceof StringType ? latin(text).try_cast("bigint") : value.try_cast("bigint");
            case AMOUNT, WEIGHT ->
                (from instanceof StringType ? latin(text) : value)
                        .try_cast(field.type().sql());
            case FLAG -> from instanceof StringType ? lower(trim(text)).try_cast("boolean") : value;
        };
    }

    /** Digits folded and trimmed; plain ASCII, the usual case, is only trimmed. */
    private static Column latin(Column text) {
        return trim(when(length(text).equalTo(octet_length(text)), text).otherwise(PersianFunctions.latinDigits(text)));
    }

    /** The form of a name that figures are shown under ({@code persian_name}); blank is NULL. */
    public static Column folded(Column text) {
        return nullif(name(text), lit(""));
    }

    private static Column name(Column text) {
        Column plain = length(text)
                .equalTo(octet_length(text))
                .and(text.contains("  ").equalTo(false))
                .and(text.rlike("[\\x00-\\x1f\\x7f]").equalTo(false));
        return when(plain, trim(text)).otherwise(PersianFunctions.persianName(text));
    }

    private static boolean exact(DataType type) {
        return type instanceof IntegralType || type == null || type.equals(DataTypes.NullType);
    }

    private Column answerOfNumber(Column value) {
        Column number = value.try_cast("int");
        String codes = perInstrument(instrument -> {
            String numbers = instrument.noAnswer().stream()
                    .filter(code -> code.matches("-?\\d{1,9}"))
                    .collect(Collectors.joining(", "));
            return numbers.isEmpty() ? null : RAW + "score IN (" + numbers + ")";
        });
        return codes == null ? number : when(coalesce(expr(codes), lit(false)).equalTo(false), number);
    }

    /**
     * Adds the score of raw values that are no whole numbers by type: what was said ({@link #SAID}, NULL for blank and
     * "no answer" codes), the number that it stands for ({@link #NUMBER}), and that number where it is whole.
     */
    private Dataset<Row> withAnswerOfText(Dataset<Row> rows) {
        Column text = lower(latin(col(RAW + "score").cast("string")));
        List<String> codes = new ArrayList<>();
        Map<String, Integer> labels = new LinkedHashMap<>();
        instruments.values().forEach(instrument -> {
            instrument.noAnswer().forEach(code -> codes.add(ofInstrument(instrument, code)));
            instrument.labels().forEach((label, code) -> labels.putIfAbsent(ofInstrument(instrument, label), code));
        });
        rows = rows.withColumn(SAID, nullif(text, lit("")));
        if (!codes.isEmpty()) {
            Column noAnswer = ofInstrument(col(SAID)).isin(codes.toArray());
            rows = rows.withColumn(SAID, when(coalesce(noAnswer, lit(false)).equalTo(false), col(SAID)));
        }
        // Java's own notation, as in 4d, is no answer.
        Column number = when(
                substring(col(SAID), -1, 1).isin("d", "f").equalTo(false),
                col(SAID).try_cast("double"));
        // NaN and infinity parse as doubles but are no answers.
        number = when(abs(number).lt(1e9), number);
        if (!labels.isEmpty()) {
            List<Column> known = new ArrayList<>();
            labels.forEach((label, code) -> known.addAll(List.of(lit(label), lit(code))));
            rows = rows.withColumn(LABEL, when(col(SAID).isNotNull(), lower(name(col(RAW + "score")))));
            number = coalesce(
                    try_element_at(map(known.toArray(Column[]::new)), ofInstrument(col(LABEL)))
                            .cast("double"),
                    number);
        }
        Column whole = col(NUMBER).equalTo(floor(col(NUMBER)));
        return rows.withColumn(NUMBER, number)
                .withColumn("score", when(whole, col(NUMBER).try_cast("int")));
    }

    /** A text together with the row's instrument, so that one look-up serves all instruments. */
    private static Column ofInstrument(Column text) {
        return concat(col("instrument"), lit(":"), text);
    }

    private static String ofInstrument(Instrument instrument, String text) {
        return instrument.name() + ":" + folded(text);
    }

    private static String folded(String text) {
        return PersianFunctions.persianName(text).toLowerCase(Locale.ROOT);
    }

    /**
     * NULL where the instrument is unknown. The score stands in it twice, not twice an instrument: Spark's optimizer puts
     * the score's own expression in place of each, through every step above, and is lost in millions of terms.
     */
    private String outOfRange() {
        String known = Sql.texts(List.copyOf(instruments.keySet()));
        return "CASE WHEN instrument IN %s THEN coalesce(score < %s OR score > %s, false) END"
                .formatted(
                        known,
                        perInstrument(instrument -> String.valueOf(instrument.low())),
                        perInstrument(instrument -> String.valueOf(instrument.high())));
    }

    /** {@code CASE instrument WHEN ... END} over the instruments for which there is something to say; null if none. */
    private String perInstrument(java.util.function.Function<Instrument, String> sql) {
        StringBuilder cases = new StringBuilder();
        instruments.values().forEach(instrument -> {
            String then = sql.apply(instrument);
            if (then != null) {
                cases.append(" WHEN ")
                        .append(Sql.text(instrument.name()))
                        .append(" THEN ")
                        .append(then);
            }
        });
        return cases.isEmpty() ? null : "CASE instrument" + cases + " END";
    }
}
