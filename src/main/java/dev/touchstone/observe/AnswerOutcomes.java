package dev.touchstone.observe;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_except;
import static org.apache.spark.sql.functions.array_intersect;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.calendar.Days;
import dev.touchstone.fault.Problem;
import dev.touchstone.kpi.Outcome;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Active;
import dev.touchstone.project.Project.ActiveBy;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.sql.Sql;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * What customers did after their answers: answers stand among the orders and memberships of their customers in the order
 * of time, and each looks at what has summed up until its window opens and until it closes.
 *
 * <p>Law: what a mature answer comes to depends on nothing that happened after its window, and on no other answer than
 * its customer's own of that window and the one before it.
 *
 * <p>An answer counts where its customer is known, it stands for itself (not for an item of a questionnaire), and the
 * customer gave no other to the same instrument and touchpoint less than a window before: windows of one touchpoint do
 * not overlap. Of two given at one instant the one with the smaller response_id counts.
 *
 * <p>Every frame grows from the first row on, so that a customer with very many orders costs a sort and no more. Windows
 * are days of 24 hours.
 */
public final class AnswerOutcomes {
    private static final List<String> NPS = List.of("nps_0_10", "nps_1_10");
    private static final int HIGHEST_OF_DETRACTORS = 6;
    private static final long MICROS_A_DAY = 86_400_000_000L;
    /** Where clocks change, days of 24 hours end an hour beside local midnight. */
    private static final int CLOCK_CHANGE_DAYS = 1;

    private static final String AT = "_at";
    private static final String ANSWER = "_answer";
    private static final String NEXT_NPS = "_next_nps";
    private static final String SALE = "_sale";
    private static final String SPENT = "_spent";
    private static final String BEGAN = "_began";
    private static final String STARTS = "_starts";
    private static final String ENDS = "_ends";

    private final Project project;
    private final Map<Contract, ContractRows> sources;
    private final Dataset<Row> versions;
    private final List<Days> spans;
    private final Instant asOf;
    private final Set<Outcome> known;
    private final int days;
    private final long window;

    private AnswerOutcomes(
            Project project,
            Map<Contract, ContractRows> sources,
            Dataset<Row> versions,
            Collection<Days> spans,
            Instant asOf) {
        this.project = project;
        this.sources = sources;
        this.versions = versions;
        this.spans = Days.merged(spans);
        this.asOf = asOf;
        this.known = known(project, sources);
        this.days = project.outcomes().withinDays();
        this.window = days * MICROS_A_DAY;
    }

    /**
     * Which outcomes the sources of a project tell of: without orders no repurchase, with orders of several currencies no
     * spend, and churn only where the project says what is active at an instant ({@code ordered_in_period} does not).
     */
    public static Set<Outcome> known(Project project, Map<Contract, ContractRows> sources) {
        boolean orders = sources.containsKey(Contract.ORDERS);
        boolean oneCurrency = project.segmentations().stream().noneMatch(Segmentation::byCurrency);
        Active active = project.active();
        Set<Outcome> known = EnumSet.noneOf(Outcome.class);
        if (orders) {
            known.add(Outcome.REPURCHASE);
        }
        if (orders && oneCurrency) {
            known.add(Outcome.SPEND);
        }
        if (active != null
                && switch (active.by()) {
                    case MEMBERSHIP -> sources.containsKey(Contract.MEMBERSHIPS);
                    case ORDERED_WITHIN -> orders;
                    case ORDERED_IN_PERIOD -> false;
                }) {
            known.add(Outcome.CHURN);
        }
        if (NPS.stream().anyMatch(project.catalogue().instruments()::containsKey)) {
            known.add(Outcome.DETRACTOR);
        }
        return known;
    }

    /** What a project that declares outcomes lacks for them; nothing where it declares none. */
    public static List<Problem> problems(Project project, Map<Contract, ContractRows> sources) {
        if (project.outcomes() == null || !sources.containsKey(Contract.RESPONSES)) {
            return List.of();
        }
        ContractRows responses = sources.get(Contract.RESPONSES);
        List<Problem> problems = new ArrayList<>();
        if (!responses.mapped().contains("customer_id")) {
            problems.add(new Problem(
                    "outcomes follow answers of customers, but no source of responses yields customer_id",
                    "outcomes",
                    "let a select yield customer_id, or remove outcomes"));
        }
        for (Segmentation segmentation : segmentation(project)) {
            if (!segmentation.fromCustomers()
                    && !Segments.applying(project, responses).contains(segmentation)) {
                problems.add(new Problem(
                        "no source of responses yields the column " + segmentation.column() + " of the segmentation "
                                + segmentation.name(),
                        "outcomes.segmentation",
                        "name a segmentation of customers or of a column of responses, or leave it out"));
            }
        }
        return problems;
    }

    private static List<Segmentation> segmentation(Project project) {
        return project.segmentations().stream()
                .filter(each -> each.name().equals(project.outcomes().segmentation()))
                .toList();
    }

    /**
     * One row an answer that counts and outcome that it has, or waits for: columns day, instrument, touchpoint, answer,
     * apart (BOOLEAN: the customer gave no other answer to the instrument about any touchpoint less than a window before,
     * so that windows do not overlap where touchpoints are added up; the company is no touchpoint), companions (ARRAY of
     * the other instruments to which the same questionnaire gave an answer that counts), companions_apart (those to which
     * it gave one that is apart), segment ({@code all} without a segmentation), tenure, outcome, x (DECIMAL(18,0): the
     * outcome, in units of 1 / factor; NULL where not mature), waits (BOOLEAN: it may still get an outcome when its window
     * closes).
     *
     * @param project declares outcomes
     * @param sources responses among them, which yield customer_id
     * @param versions standing versions of customers, null where the segmentation does not come from customers
     * @param spans the days of the answers
     * @param asOf an answer is mature where its window ended before
     */
    public static Dataset<Row> of(
            Project project,
            Map<Contract, ContractRows> sources,
            Dataset<Row> versions,
            Collection<Days> spans,
            Instant asOf) {
        AnswerOutcomes outcomes = new AnswerOutcomes(project, sources, versions, spans, asOf);
        return outcomes.unfolded(outcomes.followed(outcomes.answers()));
    }

    /** The answers that count, each with the customer's next answer to an NPS question. */
    private Dataset<Row> answers() {
        List<Segmentation> segmentation = segmentation(project);
        Set<String> further = new TreeSet<>();
        segmentation.stream()
                .filter(each -> !each.fromCustomers()
                        && Contract.RESPONSES.field(each.column()).isEmpty())
                .map(Segmentation::column)
                .forEach(further::add);
        int after = known.contains(Outcome.DETRACTOR) ? days + CLOCK_CHANGE_DAYS : 0;
        List<Days> reach = Days.merged(spans.stream()
                .map(span -> span.extended(days + CLOCK_CHANGE_DAYS, after))
                .toList());
        Set<String> wanted = new TreeSet<>(Contract.RESPONSES.key());
        wanted.addAll(List.of("responded_at", "score", "customer_id", "ingested_at"));
        wanted.addAll(further);
        segmentation.stream()
                .map(Segmentation::column)
                .filter(column -> Contract.RESPONSES.field(column).isPresent())
                .forEach(wanted::add);
        Dataset<Row> rows = sources.get(Contract.RESPONSES)
                .rows(reach, List.of(), List.of(), further, false)
                .where("item IS NULL AND part IS NULL");
        Dataset<Row> answers = kept(rows, Contract.RESPONSES, wanted)
                .where("customer_id IS NOT NULL AND score IS NOT NULL")
                .withColumn("touchpoint", coalesce(col("touchpoint"), lit("company")))
                .withColumn(AT, unix_micros(col("responded_at")))
                // One exchange serves every window of the customer's answers.
                .repartition(col("customer_id"));
        WindowSpec alike =
                Window.partitionBy("customer_id", "instrument", "touchpoint").orderBy(AT, "response_id");
        WindowSpec anywhere = Window.partitionBy(
                        col("customer_id"), col("instrument"), col("touchpoint").equalTo("company"))
                .orderBy(AT, "response_id", "touchpoint");
        WindowSpec later =
                Window.partitionBy("customer_id").orderBy(col(AT).desc()).rangeBetween(Window.unboundedPreceding(), -1);
        // Instant and answer in one number: of several at one instant, a detractor's comes first.
        Column nps = when(
                col("instrument").isin(NPS.toArray()),
                col(AT).multiply(2)
                        .plus(when(col("score").leq(HIGHEST_OF_DETRACTORS), 0).otherwise(1)));
        WindowSpec questionnaire = Window.partitionBy("customer_id", "response_id", ContractRows.DAY);
        answers = answers.withColumn("_before", lag(AT, 1).over(alike))
                .withColumn("_before_anywhere", lag(AT, 1).over(anywhere))
                .withColumn(NEXT_NPS, min(nps).over(later))
                .where(Days.covers(spans, ContractRows.DAY))
                .where(isAWindowAfter("_before"))
                .withColumn("apart", isAWindowAfter("_before_anywhere"))
                .withColumn("_instruments", collect_set("instrument").over(questionnaire))
                .withColumn(
                        "_apart",
                        collect_set(when(col("apart"), col("instrument"))).over(questionnaire))
                .withColumn("companions", array_except(col("_instruments"), array(col("instrument"))));
        Column segment = segmentation.isEmpty() ? lit("all") : col(Sql.name(Segments.column(segmentation.get(0))));
        return Segments.of(answers, segmentation, versions, Contract.RESPONSES.clock())
                .select(
                        lit(true).as(ANSWER),
                        col("customer_id"),
                        col(AT),
                        col(ContractRows.DAY),
                        col("instrument"),
                        col("touchpoint"),
                        col("score").as("answer"),
                        col("companions"),
                        array_intersect(col("companions"), col("_apart")).as("companions_apart"),
                        col("apart"),
                        segment.as("segment"),
                        col(NEXT_NPS));
    }

    private Column isAWindowAfter(String before) {
        return coalesce(col(before).leq(col(AT).minus(window)), lit(true));
    }

    /** Adds what is known of the customers at the answers and at the ends of their windows. */
    private Dataset<Row> followed(Dataset<Row> answers) {
        Dataset<Row> among = Stream.of(orders(), memberships())
                .filter(events -> events != null)
                .reduce(answers, (all, events) -> all.unionByName(events, true));
        WindowSpec ofCustomer = Window.partitionBy("customer_id").orderBy(AT);
        // What happens at the instant of the answer is before it, what happens at the window's end is in it.
        WindowSpec upToAnswer = ofCustomer.rangeBetween(Window.unboundedPreceding(), 0);
        WindowSpec upToEnd = ofCustomer.rangeBetween(Window.unboundedPreceding(), window);
        // Who is active at an instant began before it.
        WindowSpec beforeAnswer = ofCustomer.rangeBetween(Window.unboundedPreceding(), -1);
        WindowSpec beforeEnd = ofCustomer.rangeBetween(Window.unboundedPreceding(), window - 1);
        List<String> columns = List.of(among.columns());
        List<Column> found = new ArrayList<>(List.of(col("*")));
        if (columns.contains(BEGAN)) {
            found.add(min(BEGAN).over(upToAnswer).as("_began_first"));
        } else {
            found.add(lit(null).cast("bigint").as("_began_first"));
        }
        if (known.contains(Outcome.REPURCHASE)) {
            found.add(coalesce(sum(SALE).over(upToEnd), lit(0L))
                    .gt(coalesce(sum(SALE).over(upToAnswer), lit(0L)))
                    .as("_repurchase"));
        }
        if (known.contains(Outcome.SPEND)) {
            found.add(coalesce(sum(SPENT).over(upToEnd), lit(0))
                    .minus(coalesce(sum(SPENT).over(upToAnswer), lit(0)))
                    .as("_spend"));
        }
        if (known.contains(Outcome.CHURN)) {
            boolean membership = project.active().by() == ActiveBy.MEMBERSHIP;
            long recent = project.active().days() * MICROS_A_DAY;
            found.add((membership ? members(beforeAnswer, upToAnswer) : ordered(beforeAnswer, recent)).as("_active"));
            found.add((membership ? members(beforeEnd, upToEnd) : ordered(beforeEnd, recent - window))
                    .as("_active_at_end"));
        }
        return among.select(found.toArray(Column[]::new)).where(ANSWER);
    }

    /** Whether a membership has started before an instant and not ended up to it. */
    private static Column members(WindowSpec before, WindowSpec upTo) {
        return coalesce(sum(STARTS).over(before), lit(0L)).gt(coalesce(sum(ENDS).over(upTo), lit(0L)));
    }

    /** Whether the latest order of a frame is at most some time before the answer. */
    private static Column ordered(WindowSpec before, long recent) {
        Column latest = max(when(col(SALE).equalTo(1), col(AT))).over(before);
        return coalesce(latest.geq(col(AT).minus(recent)), lit(false));
    }

    /** Orders and refunds as events; null where none are known. */
    private Dataset<Row> orders() {
        ContractRows orders = sources.get(Contract.ORDERS);
        if (orders == null) {
            return null;
        }
        Set<String> wanted = Set.of("order_id", "customer_id", "ordered_at", "amount", "refund_of", "ingested_at");
        String refund = "(refund_of IS NOT NULL OR amount < 0)";
        String spent = "CAST(round(IF(" + refund + ", -abs(amount), amount) * " + Outcome.SPEND.factor()
                + ") AS DECIMAL(18,0))";
        return kept(Refunds.judged(orders.rows(history(), List.of(), false), orders, false), Contract.ORDERS, wanted)
                .where("customer_id IS NOT NULL")
                .select(
                        col("customer_id"),
                        unix_micros(col("ordered_at")).as(AT),
                        expr("IF(" + refund + ", 0L, 1L)").as(SALE),
                        (known.contains(Outcome.SPEND) ? expr(spent) : lit(null).cast("decimal(18,0)")).as(SPENT),
                        expr("IF(" + refund + ", NULL, unix_micros(ordered_at))")
                                .as(BEGAN));
    }

    /** Starts and ends of memberships as events; null where none are known. One that lasts no time is a start only. */
    private Dataset<Row> memberships() {
        ContractRows memberships = sources.get(Contract.MEMBERSHIPS);
        if (memberships == null) {
            return null;
        }
        Set<String> wanted = Set.of("membership_id", "customer_id", "started_at", "ended_at", "ingested_at");
        return kept(memberships.rows(history(), List.of(), false), Contract.MEMBERSHIPS, wanted)
                .selectExpr(
                        "customer_id",
                        """
                        inline(array_compact(array(
                          named_struct('_at', unix_micros(started_at), '_began', unix_micros(started_at),
                            '_starts', IF(ended_at <= started_at, 0L, 1L), '_ends', 0L),
                          IF(ended_at > started_at,
                            named_struct('_at', unix_micros(ended_at), '_began', CAST(NULL AS BIGINT),
                              '_starts', 0L, '_ends', 1L), NULL))))
                        """)
                .where("customer_id IS NOT NULL");
    }

    /** All days up to the end of the last window. */
    private Days history() {
        LocalDate last = spans.get(spans.size() - 1).to();
        return new Days(Conversion.EARLIEST.toLocalDate(), last.plusDays(days + CLOCK_CHANGE_DAYS));
    }

    private Dataset<Row> unfolded(Dataset<Row> followed) {
        String mature = AT + " + " + window + "L < " + asOf.getEpochSecond() + "L * 1000000 + " + asOf.getNano() / 1000;
        String entries = known.stream()
                .map(outcome ->
                        "named_struct('outcome', '%s', 'x', CAST(IF(_mature, %s, NULL) AS DECIMAL(18,0)), 'waits', %s)"
                                .formatted(outcome.code(), value(outcome), waits(outcome)))
                .collect(Collectors.joining(", ", "inline(array(", "))"));
        return followed.withColumn("_mature", expr(mature))
                .select(
                        col(ContractRows.DAY),
                        col("instrument"),
                        col("touchpoint"),
                        col("answer"),
                        col("companions"),
                        col("companions_apart"),
                        col("apart"),
                        col("segment"),
                        expr(tenure()).as("tenure"),
                        expr(entries))
                .where("x IS NOT NULL OR waits");
    }

    private String value(Outcome outcome) {
        return switch (outcome) {
            case REPURCHASE -> "IF(_repurchase, 1, 0)";
            case SPEND -> "_spend";
            case CHURN -> "IF(_active, IF(_active_at_end, 0, 1), NULL)";
            case DETRACTOR ->
                "IF(shiftright(%1$s, 1) <= %2$s + %3$dL, IF(%1$s & 1 = 0, 1, 0), NULL)".formatted(NEXT_NPS, AT, window);
        };
    }

    private static String waits(Outcome outcome) {
        return switch (outcome) {
            case REPURCHASE, SPEND, DETRACTOR -> "NOT _mature";
            case CHURN -> "NOT _mature AND _active";
        };
    }

    private static String tenure() {
        return """
                CASE WHEN _began_first IS NULL THEN 'unknown'
                  WHEN %1$s - _began_first < 90 * %2$dL THEN 'under_90_days'
                  WHEN %1$s - _began_first < 365 * %2$dL THEN 'under_a_year'
                  ELSE 'year_or_more' END
                """
                .formatted(AT, MICROS_A_DAY);
    }

    /** Rows that break no rule and have no better duplicate. Only the wanted columns travel through the exchange. */
    private static Dataset<Row> kept(Dataset<Row> rows, Contract contract, Set<String> wanted) {
        Column[] columns = Stream.of(rows.columns())
                .filter(name -> wanted.contains(name)
                        || Set.of(ContractRows.DAY, Conversion.BROKEN).contains(name))
                .map(name -> col(Sql.name(name)))
                .toArray(Column[]::new);
        return Duplicates.flagged(rows.select(columns), contract, Duplicates.Distribution.DAY_AND_KEY)
                .where(col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false));
    }
}
