package dev.touchstone.generate;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The answers, one row each, in two systems: the survey tool's and the call center's, which writes Solar Hijri dates and
 * Persian digits.
 *
 * <p>A score is drawn by inverse distribution from one uniform number (near 0 is bad), at the level that is true of
 * touchpoint, time, team and region. Copying the uniform number of another answer of the questionnaire, or of the
 * customer, correlates answers and leaves every distribution as it was.
 */
final class Responses {
    static final String EXACT_DUPLICATE = "exact_duplicate";
    static final String CORRECTED_DUPLICATE = "corrected_duplicate";
    static final String NO_RESPONSE_ID = "no_response_id";
    static final String UNREADABLE_DATE = "unreadable_date";
    static final String UNKNOWN_INSTRUMENT = "unknown_instrument";
    static final String OUT_OF_RANGE = "score_out_of_range";
    static final String NOT_WHOLE = "score_not_whole";

    /** Shares of rows that are spoilt in one way each, in the survey tool and in the call center. */
    private static final List<Share> SPOILT = List.of(
            new Share(NO_RESPONSE_ID, 0.0010),
            new Share(UNREADABLE_DATE, 0.0010),
            new Share(UNKNOWN_INSTRUMENT, 0.0010),
            new Share(OUT_OF_RANGE, 0.0015),
            new Share(NOT_WHOLE, 0.0010));

    private static final List<Share> SPOILT_IN_CALL_CENTER =
            List.of(new Share(UNREADABLE_DATE, 0.0025), new Share(OUT_OF_RANGE, 0.0025));

    /** Shares of questionnaires whose first row comes twice. */
    private static final List<Share> TWICE =
            List.of(new Share(EXACT_DUPLICATE, 0.0045), new Share(CORRECTED_DUPLICATE, 0.0045));

    private static final double LATE = 0.01;
    private static final int LATEST_DAYS = 30;
    private static final double COMMENTED = 0.10;

    /** Share of second and third answers of a journey questionnaire that share the mood of the first. */
    private static final double SAME_MOOD = 0.5;

    /** Numbers that a questionnaire has for its rows. */
    private static final int MOST_ROWS = 64;

    private static final int ITEMS = Retailer.SERVQUAL_ITEMS;

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;

    Responses(GenerateOptions options, Span span, Chance chance) {
        this.options = options;
        this.span = span;
        this.chance = chance;
    }

    /** The survey tool's rows with its column names; {@code frame} is a {@link #frame}. */
    Dataset<Row> surveyTool(Dataset<Row> frame) {
        Column plant = col("plant");
        return frame.where(not(col("in_call_center")))
                .select(
                        when(coalesce(plant.notEqual(NO_RESPONSE_ID), lit(true)), col("questionnaire"))
                                .as("survey_id"),
                        when(plant.equalTo(UNKNOWN_INSTRUMENT), "csat_6")
                                .otherwise(text(Question::name))
                                .as("question"),
                        (options.typed() ? col("score") : spoiltScore()).as("rating"),
                        when(plant.equalTo(UNREADABLE_DATE), options.typed() ? lit(null) : lit("n/a"))
                                .otherwise(span.shown(col("answered")))
                                .as("answered"),
                        col("client"),
                        touchpoint(Retailer.Touchpoint::name).as("touch_point"),
                        touchpoint(Retailer.Touchpoint::channel).as("channel"),
                        touchpoint(Retailer.Touchpoint::stage).as("stage"),
                        team().as("team"),
                        when(isServqual(), get(lit(items()), col("slot").mod(ITEMS)))
                                .as("item"),
                        when(
                                        isServqual(),
                                        when(col("slot").lt(ITEMS), "perception")
                                                .otherwise("expectation"))
                                .as("part"),
                        weight().as("weight"),
                        comment().as("comment"),
                        when(col("persian"), "fa").otherwise("en").as("lang"),
                        span.shown(loaded()).as("loaded_at"));
    }

    /** The call center's rows with its column names. */
    Dataset<Row> callCenter(Dataset<Row> frame) {
        Column plant = col("plant");
        return frame.where(col("in_call_center"))
                .select(
                        col("questionnaire").as("form_no"),
                        text(Question::name).as("question"),
                        PersianText.digits(spoiltScore()).as("emtiaz"),
                        when(plant.equalTo(UNREADABLE_DATE), "نامعلوم")
                                .otherwise(PersianText.instant(col("answered"), span))
                                .as("tarikh"),
                        col("client").as("moshtari"),
                        touchpoint(Retailer.Touchpoint::name).as("touch_point"),
                        team().as("team"),
                        comment().as("comment"),
                        when(col("persian"), "fa").otherwise("en").as("lang"));
    }

    /**
     * All answers of both systems: questionnaire, kind, client, answered, persian, in_call_center; slot (which row of
     * the questionnaire), row (number of the row, duplicates sharing it), copy (0, or 1 for the later of two), place
     * (number of the touchpoint), question (number), team (number), score (as answered), is_good, plant (what is wrong
     * with the row, or NULL), is_late.
     */
    Dataset<Row> frame(SparkSession spark, int tasks) {
        Column number = col("questionnaire");
        Column copies = options.clean()
                ? lit(null).cast("string")
                : when(not(col("in_call_center")), Share.oneOf(TWICE, chance.uniform(number, "twice")));
        Column journeyRows = lit(1).plus(
                        when(rows().lt(Questionnaires.SECOND), 1).otherwise(0))
                .plus(when(rows().lt(Questionnaires.THIRD), 1).otherwise(0));
        Column rows = when(kind(Questionnaires.JOURNEY), journeyRows)
                .when(kind(Questionnaires.RELATIONSHIP), 1 + Retailer.DRIVERS.size())
                .otherwise(2 * ITEMS);
        Column isTwice = col("twice").isNotNull();
        Dataset<Row> unfolded = new Questionnaires(options, span, chance)
                .frame(spark, tasks)
                .select(col("*"), rows.as("rows"), copies.as("twice"))
                .select(
                        col("*"),
                        explode(sequence(
                                        lit(0),
                                        col("rows")
                                                .minus(1)
                                                .plus(when(isTwice, 1).otherwise(0))))
                                .as("position"))
                .select(
                        col("*"),
                        when(col("position").equalTo(col("rows")), 0)
                                .otherwise(col("position"))
                                .as("slot"),
                        when(col("position").equalTo(col("rows")), 1)
                                .otherwise(0)
                                .as("copy"))
                .select(col("*"), number.multiply(MOST_ROWS).plus(col("slot")).as("row"));
        Column isLost = kind(Questionnaires.SERVQUAL)
                .and(chance.uniform(col("row"), "missing half").lt(Questionnaires.MISSING_HALF))
                // A row that comes twice is there.
                .and(not(col("slot").equalTo(0).and(isTwice)));
        Column spoilt = when(
                        col("in_call_center"), Share.oneOf(SPOILT_IN_CALL_CENTER, chance.uniform(col("row"), "spoilt")))
                .otherwise(Share.oneOf(SPOILT, chance.uniform(col("row"), "spoilt")));
        Column plant = options.clean()
                ? lit(null).cast("string")
                : when(isTwice.and(col("slot").equalTo(0)), col("twice")).otherwise(spoilt);
        Column isLate = lit(!options.clean())
                .and(not(col("in_call_center")))
                .and(not(isTwice))
                .and(chance.uniform(col("row"), "late").lt(LATE));
        return unfolded.where(not(isLost))
                .select(
                        col("*"),
                        place().as("place"),
                        plant.as("plant"),
                        isLate.as("is_late"),
                        chance.uniform(col("row"), "luck").as("luck"))
                .select(
                        col("*"),
                        question().as("question"),
                        teamNumber().as("team"),
                        moodRow().as("mood_row"))
                .select(col("*"), mood().as("mood"), level().as("level"))
                .select(col("*"), col("mood").geq(lit(1.0).minus(col("level"))).as("is_good"))
                .select(col("*"), score().as("score"));
    }

    private Column rows() {
        return chance.uniform(col("questionnaire"), "rows");
    }

    private static Column kind(int kind) {
        return col("kind").equalTo(kind);
    }

    private static Column isServqual() {
        return kind(Questionnaires.SERVQUAL);
    }

    /** A relationship questionnaire rates the company first and then one touchpoint of each group. */
    private Column place() {
        int[] groups = Retailer.DRIVERS.stream()
                .flatMap(List::stream)
                .mapToInt(Retailer::number)
                .toArray();
        int size = Retailer.DRIVERS.get(0).size();
        Column inGroup = chance.below(size, col("row"), "place");
        return when(
                        kind(Questionnaires.RELATIONSHIP).and(col("slot").gt(0)),
                        get(lit(groups), col("slot").minus(1).multiply(size).plus(inGroup)))
                .otherwise(col("touchpoint"));
    }

    private static Column question() {
        Column first = get(lit(questions(Retailer.Touchpoint::first)), col("place"));
        Column second = get(lit(questions(Retailer.Touchpoint::second)), col("place"));
        int nps = Question.number("nps_0_10");
        return when(isServqual(), Question.number("servqual_7"))
                .when(
                        kind(Questionnaires.RELATIONSHIP),
                        when(col("slot").equalTo(0), nps).otherwise(Question.number("csat_5")))
                .when(col("slot").equalTo(0), first)
                .when(col("slot").equalTo(1), second)
                .otherwise(nps);
    }

    /** The team that handled it, NULL where the touchpoint has none. */
    private Column teamNumber() {
        // All rows of a journey questionnaire tell of one contact, so of one team.
        Column contact = when(kind(Questionnaires.JOURNEY), col("questionnaire").multiply(MOST_ROWS))
                .otherwise(col("row"));
        Column luck = chance.uniform(contact, "team");
        int low = Retailer.TEAMS.indexOf(Retailer.LOW_TEAM);
        Column lowShare = when(col("answered").geq(span.breakInstant()), Retailer.LOW_TEAM_SHARE_AFTER)
                .otherwise(Retailer.LOW_TEAM_SHARE_BEFORE);
        Column mixed =
                when(luck.lt(lowShare), low).otherwise(chance.below(Retailer.TEAMS.size() - 1, contact, "other team"));
        boolean[] hasTeams = new boolean[Retailer.TOUCHPOINTS.size()];
        for (int number = 0; number < hasTeams.length; number++) {
            hasTeams[number] = Retailer.TOUCHPOINTS.get(number).hasTeams();
        }
        return when(
                get(lit(hasTeams), col("place")),
                when(col("place").equalTo(Retailer.number(Retailer.MIXED)), mixed)
                        .otherwise(luck.multiply(Retailer.TEAMS.size()).cast("int")));
    }

    /** Number of the row whose mood this one has: its own or that of another row of the questionnaire. */
    private static Column moodRow() {
        Column luck = col("luck");
        double reached = Retailer.IMPORTANCE[0];
        Column group = when(luck.lt(reached), 1);
        for (int next = 1; next < Retailer.IMPORTANCE.length; next++) {
            reached += Retailer.IMPORTANCE[next];
            group = group.when(luck.lt(reached), next + 1);
        }
        Column slot = when(kind(Questionnaires.RELATIONSHIP).and(col("slot").equalTo(0)), group.otherwise(0))
                .when(kind(Questionnaires.JOURNEY).and(luck.lt(SAME_MOOD)), 0)
                .otherwise(col("slot"));
        return col("questionnaire").multiply(MOST_ROWS).plus(slot);
    }

    /** Uniform in [0, 1), near 0 for a dissatisfied answer. Rows are told from clients by their sign. */
    private Column mood() {
        Column isCustomers = col("client")
                .isNotNull()
                .and(chance.uniform(col("mood_row"), "whose mood").lt(CustomerHistory.OWN_MOOD));
        return chance.uniform(
                when(isCustomers, CustomerHistory.moodRow(col("client"))).otherwise(col("mood_row")), "mood");
    }

    /** The true probability of a good answer. */
    private Column level() {
        CustomerHistory history = new CustomerHistory(options, span, chance);
        Column region = history.regionAt(CustomerHistory.customer(col("client")), col("answered"));
        double[] levels = Retailer.TOUCHPOINTS.stream()
                .mapToDouble(Retailer.Touchpoint::level)
                .toArray();
        double[] perceptions = IntStream.rangeClosed(1, ITEMS)
                .mapToDouble(item -> Retailer.dimension(item).perception())
                .toArray();
        return when(
                        isServqual(),
                        when(col("slot").geq(ITEMS), Retailer.EXPECTATION_LEVEL)
                                .otherwise(get(lit(perceptions), col("slot"))))
                .when(is(Retailer.DROPPING).and(col("answered").geq(span.breakInstant())), Retailer.DROPPED_LEVEL)
                .when(
                        is(Retailer.WEAK_IN_REGION).and(col("client").isNotNull()),
                        when(region.equalTo(Retailer.REGIONS.indexOf(Retailer.WEAK_REGION)), Retailer.WEAK_REGION_LEVEL)
                                .otherwise(Retailer.OTHER_REGIONS_LEVEL))
                .when(
                        is(Retailer.MIXED),
                        when(col("team").equalTo(Retailer.TEAMS.indexOf(Retailer.LOW_TEAM)), Retailer.LOW_TEAM_LEVEL)
                                .otherwise(Retailer.OTHER_TEAMS_LEVEL))
                .otherwise(get(lit(levels), col("place")));
    }

    private static Column is(String touchpoint) {
        return col("place").equalTo(Retailer.number(touchpoint));
    }

    private static Column score() {
        Column bad = lit(1.0).minus(col("level"));
        Column within = when(col("is_good"), col("mood").minus(bad).divide(col("level")))
                .otherwise(col("mood").divide(bad));
        Column half = when(col("is_good"), 1).otherwise(0);
        // The quotient may round up to 1.
        Column slot = least(within.multiply(Question.SLOTS).cast("int"), lit(Question.SLOTS - 1));
        return get(
                lit(Question.slotTable()),
                col("question").multiply(2).plus(half).multiply(Question.SLOTS).plus(slot));
    }

    /** The score as text, wrong where that was planted. Of a corrected pair the earlier row is wrong by one. */
    private Column spoiltScore() {
        Column plant = col("plant");
        Column score = col("score");
        Column text = score.cast("string");
        if (options.clean()) {
            return text;
        }
        int[] lows = Question.ALL.stream().mapToInt(Question::low).toArray();
        Column neighbour = when(score.equalTo(get(lit(lows), col("question"))), score.plus(1))
                .otherwise(score.minus(1));
        return when(plant.equalTo(OUT_OF_RANGE), text(Question::outOfRange))
                .when(plant.equalTo(NOT_WHOLE), concat(text, lit(".5")))
                .when(plant.equalTo(CORRECTED_DUPLICATE).and(col("copy").equalTo(0)), neighbour.cast("string"))
                .otherwise(text);
    }

    private static Column text(Function<Question, String> attribute) {
        String[] texts = Question.ALL.stream().map(attribute).toArray(String[]::new);
        return get(lit(texts), col("question"));
    }

    private static Column touchpoint(Function<Retailer.Touchpoint, String> attribute) {
        String[] texts = Retailer.TOUCHPOINTS.stream().map(attribute).toArray(String[]::new);
        return get(lit(texts), col("place"));
    }

    private static int[] questions(Function<Retailer.Touchpoint, String> attribute) {
        return Retailer.TOUCHPOINTS.stream()
                .map(attribute)
                .mapToInt(Question::number)
                .toArray();
    }

    private static String[] items() {
        return IntStream.rangeClosed(1, ITEMS).mapToObj(Retailer::item).toArray(String[]::new);
    }

    private static Column team() {
        return get(lit(Retailer.TEAMS.toArray(String[]::new)), col("team"));
    }

    /** 0.5 to 2.0 by tenths; only the surveys about the relationship are weighted. */
    private Column weight() {
        double[] weights = IntStream.rangeClosed(5, 20)
                .mapToDouble(tenths -> tenths / 10.0)
                .toArray();
        return when(
                not(kind(Questionnaires.JOURNEY)),
                get(lit(weights), chance.below(weights.length, col("questionnaire"), "weight")));
    }

    private Column comment() {
        Column mayComment =
                when(kind(Questionnaires.JOURNEY), col("slot").equalTo(0)).otherwise(kind(Questionnaires.RELATIONSHIP));
        Column phrase = col("place")
                .multiply(2)
                .plus(col("is_good").cast("int"))
                .multiply(2)
                .plus(col("persian").cast("int"))
                .multiply(Comments.PHRASES)
                .plus(chance.below(Comments.PHRASES, col("row"), "phrase"));
        return when(
                mayComment.and(chance.uniform(col("row"), "commented").lt(COMMENTED)),
                get(lit(Comments.table()), phrase));
    }

    /** Rows are loaded in the night after the answer, late ones up to 35 nights and corrections two nights later. */
    private Column loaded() {
        Column daysLater = when(
                        col("is_late"),
                        chance.below(LATEST_DAYS, col("row"), "nights").plus(6))
                .when(col("plant").equalTo(CORRECTED_DUPLICATE).and(col("copy").equalTo(1)), 3)
                .otherwise(1);
        return span.night(col("answered"), daysLater);
    }
}
