package dev.touchstone.assess;

import static org.apache.spark.sql.functions.col;

import dev.touchstone.assess.Observed.Key;
import dev.touchstone.assess.PeriodVerdicts.Judgement;
import dev.touchstone.inference.Family;
import dev.touchstone.inference.Family.Steps;
import dev.touchstone.inference.Family.Verdict;
import dev.touchstone.inference.Status;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Figures;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.Date;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One cell, every step from its counts to its verdict with the numbers filled in. The verdict is worked out anew from
 * {@code kpi_values}, by the code that wrote {@code weak_touchpoints}.
 *
 * @param title which cell
 * @param steps in order
 * @param reasonEn the verdict in one sentence
 * @param reasonFa the same in Persian
 */
public record Explanation(String title, List<Step> steps, String reasonEn, String reasonFa) {
    /** A step: what is done, and the lines that say it. */
    public record Step(String name, List<String> lines) {}

    /** Which cell; {@code period} null: the latest that is complete. */
    public record Cell(String kpi, String touchpoint, String segmentation, String segment, String period) {}

    /** @return empty where the cell has not been judged */
    public static Optional<Explanation> of(Project project, Store store, Cell cell) {
        Dataset<Row> judged = store.read(Table.WEAK_TOUCHPOINTS)
                .where(col("kpi")
                        .equalTo(cell.kpi)
                        .and(col("touchpoint").equalTo(cell.touchpoint))
                        .and(col("segmentation").equalTo(cell.segmentation))
                        .and(col("segment").equalTo(cell.segment))
                        .and(col("grain").equalTo(project.findings().grain().code()))
                        .and(
                                cell.period == null
                                        ? col("is_complete")
                                        : col("period").equalTo(cell.period)));
        Optional<Row> written = judged.orderBy(col("period_start").desc()).limit(1).collectAsList().stream()
                .findFirst();
        return written.flatMap(row -> of(project, store, cell, row));
    }

    private static Optional<Explanation> of(Project project, Store store, Cell cell, Row written) {
        Kpi kpi = project.catalogue().kpis().get(cell.kpi);
        var start = written.<Date>getAs("period_start").toLocalDate();
        List<Judged> periods = Judged.of(project, start, start);
        List<Row> rows = WeakTouchpoints.rows(store, periods, Set.of(cell.kpi))
                .where(col("segmentation").equalTo(cell.segmentation))
                .collectAsList();
        KpiVerdicts verdicts = WeakTouchpoints.verdicts(project, store, periods, Map.of(cell.kpi, kpi));
        List<Judgement> judgements = verdicts.judge(rows.iterator());
        Key key = new Key(cell.touchpoint, cell.segment);
        Row counted = store.read(Table.KPI_VALUES)
                .where(periods.get(0)
                        .isAtGrain()
                        .and(col("period_start").equalTo(Date.valueOf(start)))
                        .and(col("kpi").equalTo(cell.kpi))
                        .and(col("segmentation").equalTo(cell.segmentation))
                        .and(col("segment").equalTo(cell.segment))
                        .and(col("touchpoint").equalTo(cell.touchpoint))
                        .and(col("weighted").equalTo(written.<Boolean>getAs("weighted"))))
                .first();
        return judgements.stream()
                .filter(each -> each.cell().key().equals(key))
                .findFirst()
                .map(judgement -> new Words(
                                project, judgement, counted, written, ranked(project, kpi, cell, judgements))
                        .explained());
    }

    /** How many cells it was ranked among. */
    private static int ranked(Project project, Kpi kpi, Cell cell, List<Judgement> judgements) {
        boolean currencies = KpiScores.ofCurrencies(kpi, cell.segmentation, project.byCurrency());
        return (int) judgements.stream()
                .filter(each -> each.verdict().rank() > 0)
                .filter(each -> !currencies || each.cell().key().segment().equals(cell.segment))
                .count();
    }

    /** Puts a judgement into words. */
    private static final class Words {
        private final Project project;
        private final Judgement judgement;
        private final Row counted;
        private final Row written;
        private final int ranked;
        private final Kpi kpi;
        private final Verdict verdict;
        private final Map<String, Object> row;
        private final List<Step> steps = new ArrayList<>();

        Words(Project project, Judgement judgement, Row counted, Row written, int ranked) {
            this.project = project;
            this.judgement = judgement;
            this.counted = counted;
            this.written = written;
            this.ranked = ranked;
            this.kpi = judgement.kpi();
            this.verdict = judgement.verdict();
            this.row = judgement.values();
        }

        Explanation explained() {
            counts();
            value();
            benchmark();
            test();
            peers();
            change();
            cost();
            verdict();
            boolean all = row.get("segmentation").equals("all");
            return new Explanation(
                    "%s of %s%s, %s"
                            .formatted(
                                    kpi.name(),
                                    project.titleOf((String) row.get("touchpoint"))
                                            .en(),
                                    all ? "" : " (%s: %s)".formatted(row.get("segmentation"), row.get("segment")),
                                    row.get("period")),
                    List.copyOf(steps),
                    (String) row.get("reason_en"),
                    (String) row.get("reason_fa"));
        }

        private void counts() {
            List<String> lines = new ArrayList<>();
            lines.add("rows of %s from %s to %s where %s"
                    .formatted(
                            kpi.of(),
                            row.get("period_start"),
                            judgement.judged().period().end().minusDays(1),
                            kpi.counts()));
            lines.add("each scores " + kpi.score());
            lines.add("n = %s scored, %s without a score, %s whose window is open%s"
                    .formatted(
                            whole(judgement.cell().n()),
                            whole(counted.<Long>getAs("excluded")),
                            whole(counted.<Long>getAs("immature")),
                            kpi.state() == State.DURATION
                                    ? ", %s cases still open"
                                            .formatted(whole(judgement.cell().open()))
                                    : ""));
            steps.add(new Step("Counts", lines));
        }

        private void value() {
            Observed cell = judgement.cell();
            List<String> lines = new ArrayList<>();
            if (cell.n() == 0) {
                lines.add("no observations, no value");
                steps.add(new Step("Value", lines));
                return;
            }
            lines.add("%s = %s / %s%s"
                    .formatted(
                            Figures.shown(kpi, cell.value()),
                            number(counted.<Double>getAs("total")),
                            number(cell.weight()),
                            cell.weighted() ? " (sums of weights)" : ""));
            lines.add("n_eff = %s: n, %sdivided by the design effect %s of repeated customers"
                    .formatted(
                            number(cell.effective()),
                            cell.weighted() ? "for unequal weights, " : "",
                            number(cell.design())));
            lines.add("95 %% interval [%s, %s], %s at n_eff"
                    .formatted(
                            Figures.shown(kpi, cell.low()),
                            Figures.shown(kpi, cell.high()),
                            kpi.interval().name().toLowerCase(Locale.ROOT)));
            if (kpi.state() == State.DURATION) {
                lines.add("compared is the geometric mean of the %s cases above zero: %s"
                        .formatted(whole(cell.positive()), Figures.shown(kpi, cell.geometricMean())));
            }
            steps.add(new Step("Value", lines));
        }

        private void benchmark() {
            List<String> lines = new ArrayList<>();
            Double benchmark = (Double) row.get("benchmark");
            lines.add("%s: %s"
                    .formatted(
                            ((String) row.get("benchmark_type")).replace('_', ' '),
                            benchmark == null ? "not known" : Figures.shown(kpi, benchmark)));
            if (benchmark != null) {
                lines.add("let pass is a distance of up to %s, so the limit is %s"
                        .formatted(Figures.distance(kpi, verdict.tolerance()), limit()));
            }
            steps.add(new Step("Benchmark", lines));
        }

        private String limit() {
            double limit = verdict.benchmark() - verdict.tolerance();
            double natural = kpi.scale().better() == Better.LOWER ? -limit : limit;
            return Figures.shown(kpi, kpi.state() == State.DURATION ? Math.exp(natural) : natural);
        }

        private void test() {
            List<String> lines = new ArrayList<>();
            Steps by = verdict.steps();
            if (Double.isNaN(verdict.p())) {
                lines.add(
                        "no test: " + (judgement.cell().n() == 0 ? "no observations" : "no benchmark or no variance"));
            } else {
                lines.add("supposed is that the truth is at the limit or better");
                lines.add("estimate %s with standard error %s (%s), benchmark with %s; oriented, higher is better%s"
                        .formatted(
                                number(by.tested()),
                                number(by.error()),
                                switch (judgement.scores().kind()) {
                                    case SHARE -> "(x + 2) / (n + 4)";
                                    case THREE_VALUED ->
                                        "3/4, 1 1/2 and 3/4 added; variance not below that of the peers";
                                    case MEAN -> "variance not below that of the peers";
                                },
                                number(by.benchmarkError()),
                                kpi.state() == State.DURATION ? ", in ln(seconds)" : ""));
                lines.add("T = (%s - (%s - %s)) / sqrt(%s^2 + %s^2) = %s, so p = %s%s"
                        .formatted(
                                number(by.tested()),
                                number(by.against()),
                                number(verdict.tolerance()),
                                number(by.error()),
                                number(by.benchmarkError()),
                                number(by.statistic()),
                                Figures.probability(verdict.p()),
                                Double.isInfinite(by.degrees())
                                        ? ""
                                        : " (t with %s degrees of freedom)".formatted(number(by.degrees()))));
                lines.add("among %d tests of this KPI, period and %s (Benjamini-Hochberg): q = %s"
                        .formatted(
                                by.tests(),
                                KpiScores.ofCurrencies(kpi, (String) row.get("segmentation"), project.byCurrency())
                                        ? "currency"
                                        : "segmentation",
                                Figures.probability(verdict.q())));
            }
            steps.add(new Step("Test", lines));
        }

        private void peers() {
            List<String> lines = new ArrayList<>();
            Steps by = verdict.steps();
            if (Double.isNaN(verdict.shrunk())) {
                lines.add("fewer than five to learn from: the test alone decides");
            } else {
                boolean ofChange =
                        row.get("benchmark") != null && ((String) row.get("benchmark_type")).startsWith("previous_");
                boolean touchpoints =
                        KpiScores.amongTouchpoints(kpi, (String) row.get("segmentation"), project.byCurrency());
                lines.add("variance of single scores %s, of true %s between peers %s"
                        .formatted(number(by.spread()), ofChange ? "changes" : "values", number(by.between())));
                String toward;
                if (ofChange) {
                    double sign = kpi.scale().better() == Better.LOWER ? -1 : 1;
                    double value = sign * judgement.cell().numbers(kpi).value();
                    lines.add("change from the benchmark %s, standard error %s (%s / n_eff of both); higher is better"
                            .formatted(
                                    number(value - verdict.benchmark()), number(by.sampling()), number(by.spread())));
                    toward = touchpoints
                            ? "the mean change of the touchpoints"
                            : "the change of the other segments at the touchpoint";
                } else {
                    toward = touchpoints
                            ? "the mean of the touchpoints, " + mean(by.shrinkage())
                            : "the other segments at the touchpoint";
                }
                lines.add("drawn toward %s by %s %% of the way: %s, standard deviation %s"
                        .formatted(
                                toward,
                                number(100 * by.shrinkage()),
                                Figures.shown(kpi, (Double) row.get("shrunk_value")),
                                number(by.deviation())));
                if (!Double.isNaN(verdict.probability())) {
                    lines.add("probability that the truth is worse than the limit %s; expected shortfall %s"
                            .formatted(
                                    Figures.probability(verdict.probability()),
                                    Figures.distance(kpi, verdict.shortfall())));
                }
            }
            if (verdict.rank() > 0) {
                lines.add("rank %d of %d, between %d and %d by the intervals%s"
                        .formatted(
                                verdict.rank(),
                                ranked,
                                verdict.rankLow(),
                                verdict.rankHigh(),
                                Double.isNaN(verdict.outlier())
                                        ? ""
                                        : "; %s standard deviations from its peers, as they differ"
                                                .formatted(number(verdict.outlier()))));
            }
            steps.add(new Step("Peers", lines));
        }

        /** What a value was drawn toward, by how far it was drawn. */
        private String mean(double share) {
            double sign = kpi.scale().better() == Better.LOWER ? -1 : 1;
            double value = sign * judgement.cell().numbers(kpi).value();
            double mean = sign * (value + (verdict.shrunk() - value) / share);
            return Figures.shown(kpi, kpi.state() == State.DURATION ? Math.exp(mean) : mean);
        }

        private void change() {
            List<String> lines = new ArrayList<>();
            Double change = (Double) row.get("change");
            lines.add(
                    change == null
                            ? "no value in the period before"
                            : "%s since the period before (%s)"
                                    .formatted(
                                            signed(change),
                                            Figures.shown(
                                                    kpi, judgement.before().value())));
            if (row.get("rate_effect") != null) {
                lines.add("to the change of its total its own value adds %s, its share in it %s"
                        .formatted(signed((Double) row.get("rate_effect")), signed((Double) row.get("mix_effect"))));
            }
            if (judgement.change() == null) {
                lines.add("no alarm: fewer than 26 weeks to compare with");
            } else {
                lines.add("smoothed residual of the last weeks %s standard deviations, q = %s%s"
                        .formatted(
                                number(judgement.change().ewma()),
                                Figures.probability(judgement.change().q()),
                                row.get("alarm_since") == null
                                        ? ": no alarm"
                                        : ": alarm since the week of " + row.get("alarm_since")));
            }
            steps.add(new Step("Change", lines));
        }

        private String signed(double change) {
            return (change >= 0 ? "+" : "-")
                    + (kpi.state() == State.DURATION
                            ? Figures.shown(kpi, Math.abs(change))
                            : Figures.distance(kpi, Math.abs(change)));
        }

        private void cost() {
            if (written.getAs("exposed") == null) {
                return;
            }
            List<String> lines = new ArrayList<>();
            lines.add("%s %s in the period"
                    .formatted(whole(written.<Long>getAs("exposed")), written.<String>getAs("exposure_kind")));
            Double shortfall = written.getAs("shortfall");
            Double cost = written.getAs("cost_mid");
            if (shortfall == null) {
                lines.add("no benchmark, no price");
            } else if (Figures.distance(kpi, shortfall).equals(Figures.distance(kpi, 0))) {
                lines.add("no shortfall, no cost");
            } else if (cost == null) {
                lines.add("no price: what a repurchase is worth, or goes with, is not known");
            } else {
                double unit = cost / (written.<Long>getAs("exposed") * shortfall);
                lines.add("x shortfall %s x %s, by which repurchases of like customers differ for each unit, = %s"
                        .formatted(number(shortfall), number(unit), Figures.money(cost)));
                lines.add(
                        written.getAs("cost_low") == null
                                ? "no interval is known; an association, not a cause"
                                : "from %s to %s by the 95 %% interval of what goes with a unit; an association, not a cause"
                                        .formatted(
                                                Figures.money(written.<Double>getAs("cost_low")),
                                                Figures.money(written.<Double>getAs("cost_high"))));
            }
            steps.add(new Step("Cost", lines));
        }

        private void verdict() {
            List<String> lines = new ArrayList<>();
            double q = project.findings().falseDiscoveries();
            double p = project.findings().probability();
            boolean few = verdict.needed() <= judgement.cell().effective();
            lines.add(
                    switch (verdict.status()) {
                        case IMMATURE -> "the period, a window or more than 5 % of the cases are open";
                        case NO_BENCHMARK -> "there is nothing to compare with";
                        case CONFIRMED -> "q is at most %s".formatted(number(q));
                        case PROBABLE ->
                            "the probability is at least %s, and the value itself is beyond the limit"
                                    .formatted(number(p));
                        case OK ->
                            "the probability is at most %s, and the value itself is within the limit"
                                    .formatted(number(1 - p));
                        case NOT_ENOUGH_DATA ->
                            few
                                    ? "too few effective observations, %s"
                                            .formatted(number(judgement.cell().effective()))
                                    : "n_eff %s is less than %s, at which a shortfall of twice the tolerance is seen four times of five"
                                            .formatted(number(judgement.cell().effective()), number(verdict.needed()));
                        case BORDERLINE -> "enough observations, and neither weak nor well";
                    });
            if (verdict.q() <= q
                    && judgement.cell().effective() < Family.FEWEST_CONFIRMED
                    && verdict.status() != Status.IMMATURE) {
                lines.add(
                        "q is at most %s, yet fewer than %s effective observations confirm nothing: the test holds for many"
                                .formatted(number(q), number(Family.FEWEST_CONFIRMED)));
            }
            String status = verdict.status().name();
            if (verdict.status() == Status.CONFIRMED || verdict.status() == Status.PROBABLE) {
                status += ", since " + row.get("since");
            }
            steps.add(new Step(status, lines));
        }

        private static String whole(long number) {
            return String.format(Locale.ROOT, "%,d", number);
        }

        /** Four digits that count. */
        private static String number(double value) {
            if (Double.isNaN(value)) {
                return "not known";
            }
            BigDecimal rounded = new BigDecimal(value).round(new MathContext(value >= 1000 ? 6 : 4));
            return rounded.signum() == 0
                    ? "0"
                    : String.format(
                            Locale.ROOT,
                            "%,." + Math.max(0, rounded.stripTrailingZeros().scale()) + "f",
                            rounded);
        }
    }
}
