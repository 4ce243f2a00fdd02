package dev.touchstone.assess;

import dev.touchstone.calendar.Days;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Random answers and invitations, and their KPIs by loops over them, written from the definitions: slow and obvious. */
final class SlowSurvey {
    private static final StructType ANSWERS = StructType.fromDDL(
            "response_id STRING, instrument STRING, score INT, responded_at STRING, touchpoint STRING, item STRING,"
                    + " part STRING, weight DECIMAL(18,10), tier STRING, channel STRING");
    private static final StructType MAILS = StructType.fromDDL(
            "invitation_id STRING, group_id STRING, touchpoint STRING, instrument STRING, invited_at STRING,"
                    + " response_id STRING, tier STRING, channel STRING");

    private static final List<String> TOUCHPOINTS = List.of("web", "shop", "phone");
    private static final Map<String, String> ITEMS = Map.of(
            "i1",
            "tangibles",
            "i2",
            "tangibles",
            "i3",
            "tangibles",
            "i4",
            "reliability",
            "i5",
            "reliability",
            "i6",
            "responsiveness",
            "i7",
            "assurance",
            "i8",
            "empathy");
    private static final Map<String, Integer> POINTS =
            Map.of("tangibles", 11, "reliability", 32, "responsiveness", 22, "assurance", 19, "empathy", 16);

    private record Scoring(String instrument, IntToLongFunction score) {}

    private static final Map<String, Scoring> SCORINGS = new LinkedHashMap<>();

    static {
        SCORINGS.put("csat_5", new Scoring("csat_5", answer -> answer == 4 || answer == 5 ? 1 : 0));
        SCORINGS.put("csat_4", new Scoring("csat_4", answer -> answer == 3 || answer == 4 ? 1 : 0));
        SCORINGS.put("csat_100", new Scoring("csat_100", answer -> answer < 80 ? 0 : 1));
        SCORINGS.put("ces_5", new Scoring("ces_5", answer -> answer));
        SCORINGS.put("ease_5", new Scoring("ease_5", answer -> answer));
        SCORINGS.put("ease_5_share", new Scoring("ease_5", answer -> answer == 4 || answer == 5 ? 1 : 0));
        SCORINGS.put("ces_7", new Scoring("ces_7", answer -> answer > 4 ? 100 : answer < 3 ? -100 : 0));
        SCORINGS.put("net_easy_7", new Scoring("ces_7", answer -> answer > 4 ? -100 : answer < 3 ? 100 : 0));
        SCORINGS.put("ces2_7", new Scoring("ces2_7", answer -> answer));
        SCORINGS.put("ces2_7_share", new Scoring("ces2_7", answer -> answer > 4 ? 1 : 0));
        SCORINGS.put("nps_0_10", new Scoring("nps_0_10", answer -> answer > 8 ? 100 : answer < 7 ? -100 : 0));
        SCORINGS.put("nps_1_10", new Scoring("nps_1_10", answer -> answer > 8 ? 100 : answer < 7 ? -100 : 0));
    }

    private static final Map<String, int[]> RANGES = Map.of(
            "csat_5",
            new int[] {1, 5},
            "csat_4",
            new int[] {1, 4},
            "csat_100",
            new int[] {0, 100},
            "ces_5",
            new int[] {1, 5},
            "ease_5",
            new int[] {1, 5},
            "ces_7",
            new int[] {1, 7},
            "ces2_7",
            new int[] {1, 7},
            "nps_0_10",
            new int[] {0, 10},
            "nps_1_10",
            new int[] {1, 10});

    /** A null touchpoint is the company, a null channel unknown, a null score no answer. */
    private record Answer(
            String response,
            String instrument,
            Integer score,
            LocalDateTime at,
            String touchpoint,
            String item,
            String part,
            BigDecimal weight,
            String tier,
            String channel) {}

    private record Mail(
            String id,
            String group,
            String touchpoint,
            LocalDateTime at,
            String response,
            String tier,
            String channel) {}

    private final Random random;
    private final Days days;
    private final Instant asOf;
    private final List<Answer> answers = new ArrayList<>();
    private final List<Mail> mails = new ArrayList<>();
    private final Map<String, List<BigDecimal>> daily = new TreeMap<>();

    SlowSurvey(Random random, Days days, Instant asOf) {
        this.random = random;
        this.days = days;
        this.asOf = asOf;
        for (int respondent = 0; respondent < 300; respondent++) {
            ask("r" + respondent);
        }
        for (int respondent = 0; respondent < 60; respondent++) {
            askServiceQuality("q" + respondent);
        }
        for (int group = 0; group < 150; group++) {
            invite("g" + group);
        }
        count();
    }

    /** A respondent answers about four questions; one answer in eight is missing, one weight in four. */
    private void ask(String response) {
        LocalDateTime at = instant();
        String tier = oneOf("gold", "silver");
        String channel = oneOf("app", "letter", null);
        BigDecimal weight = random.nextInt(4) == 0 ? null : weight();
        Set<String> asked = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            List<String> instruments = RANGES.keySet().stream().sorted().toList();
            String instrument = instruments.get(random.nextInt(instruments.size()));
            String touchpoint = random.nextInt(5) == 0 ? null : TOUCHPOINTS.get(random.nextInt(TOUCHPOINTS.size()));
            if (asked.add(instrument + touchpoint)) {
                int[] range = RANGES.get(instrument);
                Integer score = random.nextInt(8) == 0 ? null : range[0] + random.nextInt(range[1] - range[0] + 1);
                answers.add(new Answer(response, instrument, score, at, touchpoint, null, null, weight, tier, channel));
            }
        }
    }

    /** Of every item both halves, unless one of them is missing as a row or as an answer. */
    private void askServiceQuality(String response) {
        LocalDateTime at = instant();
        String tier = oneOf("gold", "silver");
        String channel = oneOf("app", "letter", null);
        String touchpoint = oneOf("web", null);
        BigDecimal weight = random.nextBoolean() ? null : weight();
        for (String item : ITEMS.keySet().stream().sorted().toList()) {
            for (String part : List.of("perception", "expectation")) {
                int fate = random.nextInt(20);
                if (fate > 0) {
                    // A part that is not named is a perception.
                    String named = part.equals("perception") && fate == 2 ? null : part;
                    Integer score = fate == 1 ? null : (Integer) (1 + random.nextInt(7));
                    answers.add(new Answer(
                            response, "servqual_7", score, at, touchpoint, item, named, weight, tier, channel));
                }
            }
        }
    }

    /** One to three mails, three days apart; all of them name the answer if there is one. */
    private void invite(String group) {
        LocalDateTime at = instant();
        String tier = oneOf("gold", "silver");
        String channel = oneOf("app", "letter", null);
        String touchpoint = TOUCHPOINTS.get(random.nextInt(TOUCHPOINTS.size()));
        String response = random.nextBoolean() ? null : "answer of " + group;
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count && at.plusDays(3L * i).toLocalDate().isBefore(days.to()); i++) {
            mails.add(new Mail(group + "." + i, group, touchpoint, at.plusDays(3L * i), response, tier, channel));
        }
    }

    private LocalDateTime instant() {
        long minutes = Duration.between(days.from().atStartOfDay(), days.to().atStartOfDay())
                .toMinutes();
        return days.from().atStartOfDay().plusMinutes(random.nextInt((int) minutes));
    }

    private BigDecimal weight() {
        return BigDecimal.valueOf(1 + random.nextInt(3_000_000), 6);
    }

    private String oneOf(String... texts) {
        return texts[random.nextInt(texts.length)];
    }

    private void count() {
        SCORINGS.forEach((kpi, scoring) -> answers.stream()
                .filter(answer -> answer.instrument().equals(scoring.instrument()))
                .forEach(answer -> add(
                        kpi,
                        answer,
                        answer.score() == null ? null : scoring.score().applyAsLong(answer.score()))));
        Map<String, List<Answer>> questionnaires = new LinkedHashMap<>();
        answers.stream()
                .filter(answer -> answer.instrument().equals("servqual_7"))
                .forEach(answer -> questionnaires
                        .computeIfAbsent(answer.response(), each -> new ArrayList<>())
                        .add(answer));
        questionnaires.values().forEach(this::countServiceQuality);
        mails.forEach(this::countMail);
    }

    private void countServiceQuality(List<Answer> questionnaire) {
        Map<String, List<Integer>> gaps = new TreeMap<>();
        for (Answer answer : questionnaire) {
            if ("expectation".equals(answer.part())) {
                continue;
            }
            String dimension = ITEMS.get(answer.item());
            add(
                    "servperf_" + dimension,
                    answer,
                    answer.score() == null ? null : (Long) answer.score().longValue());
            for (Answer other : questionnaire) {
                if ("expectation".equals(other.part())
                        && other.item().equals(answer.item())
                        && answer.score() != null
                        && other.score() != null) {
                    int gap = answer.score() - other.score();
                    gaps.computeIfAbsent(dimension, each -> new ArrayList<>()).add(gap);
                    add("servqual_" + dimension, answer, (long) gap);
                }
            }
        }
        if (gaps.keySet().equals(POINTS.keySet())) {
            double total = 0;
            for (Map.Entry<String, Integer> points : POINTS.entrySet()) {
                double mean = gaps.get(points.getKey()).stream()
                        .mapToInt(gap -> gap)
                        .average()
                        .orElseThrow();
                total += points.getValue() / 100.0 * mean;
            }
            add("servqual_total", questionnaire.get(0), Math.round(total * 1_000_000));
        }
    }

    private void countMail(Mail mail) {
        boolean isReminder = mails.stream()
                .anyMatch(other ->
                        other.group().equals(mail.group()) && other.at().isBefore(mail.at()));
        boolean isMature = !mail.at().plusDays(14).toInstant(ZoneOffset.UTC).isAfter(asOf);
        long score = mail.response() != null && !isReminder ? 1 : 0;
        List<BigDecimal> sums = isMature ? numbers(1, 0, 0, score, score, 0, null) : numbers(0, 0, 1, 0, 0, 0, null);
        add("response_rate", mail.at(), mail.tier(), mail.channel(), mail.touchpoint(), sums);
    }

    /** One answer scores x; null: it counts as excluded. */
    private void add(String kpi, Answer answer, Long x) {
        List<BigDecimal> sums =
                x == null ? numbers(0, 1, 0, 0, 0, 0, null) : numbers(1, 0, 0, x, x * x, x, answer.weight());
        add(kpi, answer.at(), answer.tier(), answer.channel(), answer.touchpoint(), sums);
    }

    private void add(
            String kpi, LocalDateTime at, String tier, String channel, String touchpoint, List<BigDecimal> sums) {
        for (String segment :
                List.of("all | all", "tier | " + tier, "channel | " + (channel == null ? "unknown" : channel))) {
            String cell = String.join(
                    " | ", at.toLocalDate().toString(), kpi, segment, touchpoint == null ? "company" : touchpoint);
            daily.merge(cell, sums, SlowSurvey::sum);
        }
    }

    /** n, excluded, immature, s, ss, weighted_n, w, w2, wx, wx2. */
    private static List<BigDecimal> numbers(
            long n, long excluded, long immature, long s, long ss, long x, BigDecimal weight) {
        BigDecimal w = weight == null ? BigDecimal.ZERO : weight;
        return List.of(
                        BigDecimal.valueOf(n),
                        BigDecimal.valueOf(excluded),
                        BigDecimal.valueOf(immature),
                        BigDecimal.valueOf(s),
                        BigDecimal.valueOf(ss),
                        BigDecimal.valueOf(weight == null ? 0 : n),
                        w,
                        w.multiply(w),
                        w.multiply(BigDecimal.valueOf(x)),
                        w.multiply(BigDecimal.valueOf(x * x)))
                .stream()
                .map(SlowSurvey::plain)
                .toList();
    }

    static List<BigDecimal> sum(List<BigDecimal> one, List<BigDecimal> two) {
        List<BigDecimal> sum = new ArrayList<>();
        for (int i = 0; i < one.size(); i++) {
            sum.add(plain(one.get(i).add(two.get(i))));
        }
        return sum;
    }

    /** One form for each number, so that equal numbers are equal. */
    static BigDecimal plain(BigDecimal number) {
        return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }

    /** The sums of each cell: {@code day | kpi | segmentation | segment | touchpoint}. */
    Map<String, List<BigDecimal>> daily() {
        return daily;
    }

    Dataset<Row> answerRows(SparkSession spark) {
        return spark.createDataFrame(
                answers.stream()
                        .map(answer -> RowFactory.create(
                                answer.response(),
                                answer.instrument(),
                                answer.score(),
                                answer.at().toString().replace('T', ' '),
                                answer.touchpoint(),
                                answer.item(),
                                answer.part(),
                                answer.weight(),
                                answer.tier(),
                                answer.channel()))
                        .toList(),
                ANSWERS);
    }

    Dataset<Row> mailRows(SparkSession spark) {
        return spark.createDataFrame(
                mails.stream()
                        .map(mail -> RowFactory.create(
                                mail.id(),
                                mail.group(),
                                mail.touchpoint(),
                                "csat_5",
                                mail.at().toString().replace('T', ' '),
                                mail.response(),
                                mail.tier(),
                                mail.channel()))
                        .toList(),
                MAILS);
    }
}
