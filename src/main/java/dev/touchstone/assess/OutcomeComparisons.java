package dev.touchstone.assess;

import dev.touchstone.assess.AnswerScale.Experience;
import dev.touchstone.calendar.Period;
import dev.touchstone.inference.Difference;
import dev.touchstone.inference.Discrimination;
import dev.touchstone.inference.MantelHaenszel;
import dev.touchstone.inference.Moments;
import dev.touchstone.inference.Share;
import dev.touchstone.inference.StratifiedMean;
import dev.touchstone.inference.StratifiedSlope;
import dev.touchstone.kpi.Outcome;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * From the sums of one outcome by answer to one instrument at one touchpoint to its comparisons, period by period. The
 * statistics are those of {@code inference}; sums are exact until they are divided.
 */
final class OutcomeComparisons implements FlatMapGroupsFunction<String, Row, Row> {
    private static final long serialVersionUID = 1;

    private final List<Period> periods;
    private final Map<String, AnswerScale> scales;
    private final Map<String, Long> factors;
    private final int withinDays;
    private final Timestamp asOf;
    private final StructType result;

    /**
     * @param periods by number
     * @param scales by instrument
     * @param factors what the scores of KPIs are whole numbers by
     * @param asOf what is known of the days
     * @param result the columns of the rows to make
     */
    OutcomeComparisons(
            List<Period> periods,
            Map<String, AnswerScale> scales,
            Map<String, Long> factors,
            int withinDays,
            Timestamp asOf,
            StructType result) {
        this.periods = periods;
        this.scales = scales;
        this.factors = factors;
        this.withinDays = withinDays;
        this.asOf = asOf;
        this.result = result;
    }

    /** Sums of outcomes, in units of 1 / factor. */
    private record Sums(long n, long immature, BigDecimal s, BigDecimal ss) {
        static final Sums NONE = new Sums(0, 0, BigDecimal.ZERO, BigDecimal.ZERO);

        Sums plus(Sums other) {
            return new Sums(n + other.n, immature + other.immature, s.add(other.s), ss.add(other.ss));
        }

        static Sums of(Collection<Answers> answers) {
            return answers.stream().map(Answers::sums).reduce(NONE, Sums::plus);
        }

        Share share() {
            return new Share(s.doubleValue(), n);
        }

        Moments moments(Outcome outcome) {
            double factor = outcome.factor();
            return new Moments(n, s.doubleValue() / factor, ss.doubleValue() / factor / factor);
        }
    }

    /** Answers of like customers that are alike, too: x is the answer, or what it scores for the KPI. */
    private record Answers(String kpi, String companion, String stratum, long x, Sums sums) {}

    @Override
    public Iterator<Row> call(String group, Iterator<Row> rows) {
        Map<Integer, List<Answers>> byPeriod = new TreeMap<>();
        String instrument = null;
        String touchpoint = null;
        Outcome outcome = null;
        while (rows.hasNext()) {
            Row row = rows.next();
            instrument = row.getAs("instrument");
            touchpoint = row.getAs("touchpoint");
            outcome = Outcome.valueOf(row.<String>getAs("outcome").toUpperCase(Locale.ROOT));
            byPeriod.computeIfAbsent(row.<Integer>getAs("_period"), period -> new ArrayList<>())
                    .add(new Answers(
                            row.getAs("kpi"),
                            row.getAs("companion"),
                            row.getAs("segment") + "/" + row.getAs("tenure"),
                            row.<Long>getAs("x"),
                            new Sums(
                                    row.<Long>getAs("n"),
                                    row.<Long>getAs("immature"),
                                    row.getAs("s"),
                                    row.getAs("ss"))));
        }
        List<Row> compared = new ArrayList<>();
        for (Map.Entry<Integer, List<Answers>> each : byPeriod.entrySet()) {
            OfPeriod period = new OfPeriod(
                    periods.get(each.getKey()), scales.get(instrument), touchpoint, outcome, each.getValue());
            period.compare().forEach(values -> compared.add(row(values)));
        }
        return compared.iterator();
    }

    private Row row(Map<String, Object> values) {
        Object[] row = new Object[result.size()];
        String[] names = result.fieldNames();
        for (int i = 0; i < row.length; i++) {
            Object value = values.get(names[i]);
            row[i] = value instanceof Double number && number.isNaN() ? null : value;
        }
        return RowFactory.create(row);
    }

    /** One instrument, touchpoint and outcome in one period. */
    private final class OfPeriod {
        private final Period period;
        private final AnswerScale scale;
        private final String touchpoint;
        private final Outcome outcome;
        private final List<Answers> all;

        OfPeriod(Period period, AnswerScale scale, String touchpoint, Outcome outcome, List<Answers> all) {
            this.period = period;
            this.scale = scale;
            this.touchpoint = touchpoint;
            this.outcome = outcome;
            this.all = all;
        }

        List<Map<String, Object>> compare() {
            List<Answers> answers = all.stream()
                    .filter(each -> each.kpi == null && each.companion == null)
                    .toList();
            List<Map<String, Object>> rows = new ArrayList<>();
            rows.add(goodAndBad(answers));
            if (scale.tellsOfEffort()) {
                rows.add(effort(answers));
            }
            by(all, Answers::kpi).forEach((kpi, scores) -> rows.add(alongKpi(kpi, scores)));
            by(all, Answers::companion).forEach((companion, both) -> rows.add(beside(companion, both)));
            return rows;
        }

        private Map<String, Object> goodAndBad(List<Answers> answers) {
            Map<String, Object> row = cell("good_bad", answers);
            Map<Experience, Sums> whole = bands(answers, scale::experience);
            rates(row, whole);
            List<Map<Experience, Sums>> strata = by(answers, Answers::stratum).values().stream()
                    .map(stratum -> bands(stratum, scale::experience))
                    .toList();
            row.put(
                    "strata",
                    strata.stream()
                            .filter(stratum -> good(stratum).n > 0 && bad(stratum).n > 0)
                            .count());
            if (outcome.isShare()) {
                MantelHaenszel.of(strata.stream()
                                .map(stratum -> new MantelHaenszel.Stratum(
                                        good(stratum).share(), bad(stratum).share()))
                                .toList())
                        .ifPresent(compared -> {
                            difference(row, compared.difference());
                            row.put("q", compared.heterogeneity());
                            row.put("q_p", compared.homogeneity());
                        });
            } else {
                StratifiedMean.of(strata.stream()
                                .map(stratum -> new StratifiedMean.Stratum(
                                        good(stratum).moments(outcome),
                                        bad(stratum).moments(outcome)))
                                .toList())
                        .ifPresent(compared -> difference(row, compared));
            }
            slope(row, answers, scale::oriented);
            discrimination(row, answers);
            return row;
        }

        private Map<String, Object> effort(List<Answers> answers) {
            Map<String, Object> row = cell("effort", answers);
            Map<Experience, Sums> bands = bands(answers, scale::effort);
            rates(row, bands);
            Optional<Difference> compared = outcome.isShare()
                    ? Difference.ofShares(good(bands).share(), bad(bands).share())
                    : Difference.ofMeans(
                            good(bands).moments(outcome), bad(bands).moments(outcome));
            compared.ifPresent(difference -> difference(row, difference));
            return row;
        }

        private Map<String, Object> alongKpi(String kpi, List<Answers> scores) {
            Map<String, Object> row = cell("kpi", scores);
            row.put("kpi", kpi);
            double factor = factors.get(kpi);
            slope(row, scores, score -> score / factor);
            row.put(
                    "strata",
                    by(scores, Answers::stratum).values().stream()
                            .filter(stratum -> stratum.stream()
                                            .filter(each -> each.sums.n > 0)
                                            .mapToLong(Answers::x)
                                            .distinct()
                                            .count()
                                    > 1)
                            .count());
            return row;
        }

        private Map<String, Object> beside(String companion, List<Answers> both) {
            Map<String, Object> row = cell("companion", both);
            row.put("companion", companion);
            discrimination(row, both);
            return row;
        }

        private Map<String, Object> cell(String comparison, List<Answers> answers) {
            Sums sums = Sums.of(answers);
            Map<String, Object> row = new HashMap<>();
            row.put("calendar", period.calendar().code());
            row.put("grain", period.grain().code());
            row.put("period", period.label());
            row.put("period_start", Date.valueOf(period.start()));
            row.put("period_end", Date.valueOf(period.end()));
            row.put("from_day", Date.valueOf(Outcomes.firstDay(period)));
            row.put("instrument", scale.name());
            row.put("touchpoint", touchpoint);
            row.put("outcome", outcome.code());
            row.put("within_days", withinDays);
            row.put("comparison", comparison);
            row.put("n_mature", sums.n);
            row.put("immature", sums.immature);
            row.put("as_of", asOf);
            return row;
        }

        private void rates(Map<String, Object> row, Map<Experience, Sums> bands) {
            for (Experience experience : Experience.values()) {
                String name = experience.name().toLowerCase(Locale.ROOT);
                Sums sums = bands.getOrDefault(experience, Sums.NONE);
                row.put("n_" + name, sums.n);
                if (outcome.isShare()) {
                    Share share = sums.share();
                    rate(row, "rate_" + name, share.value(), share.low(), share.high());
                } else {
                    Moments moments = sums.moments(outcome);
                    rate(row, "rate_" + name, moments.mean(), moments.low(), moments.high());
                }
            }
            if (good(bands).n > 0 && bad(bands).n > 0) {
                row.put("crude", (Double) row.get("rate_good") - (Double) row.get("rate_bad"));
            }
        }

        private void slope(Map<String, Object> row, List<Answers> answers, LongFunction<Double> score) {
            StratifiedSlope.of(by(answers, Answers::stratum).values().stream()
                            .map(stratum -> stratum.stream()
                                    .map(each ->
                                            new StratifiedSlope.Point(score.apply(each.x), each.sums.moments(outcome)))
                                    .toList())
                            .toList())
                    .ifPresent(slope -> rate(row, "slope", slope.slope(), slope.low(), slope.high()));
        }

        private void discrimination(Map<String, Object> row, List<Answers> answers) {
            if (outcome.isShare()) {
                Discrimination.of(answers.stream()
                                .map(each -> new Discrimination.Answer(
                                        scale.oriented(each.x),
                                        each.sums.s.doubleValue(),
                                        each.sums.n - each.sums.s.doubleValue()))
                                .toList())
                        .ifPresent(found -> rate(row, "auc", found.area(), found.low(), found.high()));
            }
        }

        private static void difference(Map<String, Object> row, Difference difference) {
            rate(row, "difference", difference.value(), difference.low(), difference.high());
        }

        private static void rate(Map<String, Object> row, String name, double value, double low, double high) {
            row.put(name, value);
            row.put(name + "_low", low);
            row.put(name + "_high", high);
        }

        private static Sums good(Map<Experience, Sums> bands) {
            return bands.getOrDefault(Experience.GOOD, Sums.NONE);
        }

        private static Sums bad(Map<Experience, Sums> bands) {
            return bands.getOrDefault(Experience.BAD, Sums.NONE);
        }

        private static Map<Experience, Sums> bands(List<Answers> answers, LongFunction<Experience> experience) {
            Map<Experience, Sums> bands = new EnumMap<>(Experience.class);
            answers.forEach(each -> bands.merge(experience.apply(each.x), each.sums, Sums::plus));
            return bands;
        }

        /** In order of the names; answers without one are left out. */
        private static Map<String, List<Answers>> by(List<Answers> answers, Function<Answers, String> name) {
            Map<String, List<Answers>> groups = new TreeMap<>();
            for (Answers each : answers) {
                if (name.apply(each) != null) {
                    groups.computeIfAbsent(name.apply(each), none -> new ArrayList<>())
                            .add(each);
                }
            }
            return groups;
        }
    }
}
