package dev.touchstone.assess;

import dev.touchstone.inference.Status;
import dev.touchstone.kpi.Benchmark;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Figures;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.Text;
import dev.touchstone.project.Project;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The verdict on a cell in one plain sentence, in English and in Persian. */
final class Reasons implements Serializable {
    private static final long serialVersionUID = 1;
    private static final String ALL = "all";

    private final Map<String, Text> touchpoints = new HashMap<>();
    private final Map<String, Text> segmentations = new HashMap<>();
    private final Set<String> byCurrency;

    Reasons(Project project) {
        byCurrency = project.byCurrency();
        project.touchpoints().forEach(each -> touchpoints.put(each.name(), each.title()));
        project.segmentations().forEach(each -> segmentations.put(each.name(), each.title()));
    }

    /**
     * What a sentence is made of.
     *
     * @param value what is compared: the KPI's value, of a duration its geometric mean
     * @param low lower end of the value's interval; null: open
     * @param benchmark null: there is none
     * @param needed observations that would be enough; null: not known
     * @param since label of the first period of the run of weak ones; null: not weak
     * @param alarm first day of the week since which it is worse than it used to be; null: no alarm
     */
    record Facts(
            Kpi kpi,
            String segmentation,
            String segment,
            String touchpoint,
            Status status,
            long n,
            Double value,
            Double low,
            Double high,
            Double benchmark,
            Benchmark.Kind against,
            double tolerance,
            Double probability,
            Double q,
            Long needed,
            String since,
            String alarm) {}

    Text of(Facts facts) {
        if (facts.alarm == null) {
            return new Text(english(facts) + ".", persian(facts) + ".");
        }
        return new Text(
                english(facts) + "; worse than it used to be since the week of " + facts.alarm + ".",
                persian(facts) + "؛ از هفتهٔ " + Figures.persian(facts.alarm) + " بدتر از گذشته.");
    }

    private String english(Facts facts) {
        Kpi kpi = facts.kpi;
        String subject = touchpoint(facts).en()
                + (facts.segmentation.equals(ALL)
                        ? ""
                        : " (%s: %s)".formatted(segmentation(facts).en(), facts.segment));
        String interval = facts.low == null && facts.high == null
                ? ""
                : " [%s, %s]".formatted(Figures.shown(kpi, facts.low), Figures.shown(kpi, facts.high));
        String value = facts.n == 0
                ? "no observations"
                : "%s%s (n = %s)".formatted(Figures.shown(kpi, facts.value), interval, number(facts.n));
        boolean lower = kpi.scale().better() == Better.LOWER;
        String worse = lower ? "above" : "below";
        String benchmark = facts.benchmark == null ? "" : english(facts, Figures.shown(kpi, facts.benchmark));
        String tolerance = Figures.distance(kpi, facts.tolerance);
        return switch (facts.status) {
            case CONFIRMED ->
                "%s is weak: %s, %s %s by more than the %s that are let pass (q %s), since %s"
                        .formatted(
                                subject, value, worse, benchmark, tolerance, Figures.probability(facts.q), facts.since);
            case PROBABLE ->
                "%s is probably weak: %s, with probability %s %s %s by more than the %s that are let pass, since %s"
                        .formatted(subject, value, probability(facts), worse, benchmark, tolerance, facts.since);
            case OK ->
                "%s is not weak: %s, not %s %s by more than the %s that are let pass"
                        .formatted(subject, value, worse, benchmark, tolerance);
            case BORDERLINE ->
                "%s is a borderline case: %s, about the %s %s %s that are let pass"
                        .formatted(subject, value, tolerance, worse, benchmark);
            case NOT_ENOUGH_DATA ->
                facts.n == 0
                        ? "Not enough data on %s: no observations".formatted(subject)
                        : "Not enough data on %s: %s, to be compared with %s%s"
                                .formatted(
                                        subject,
                                        value,
                                        benchmark,
                                        facts.needed == null
                                                ? ""
                                                : "; about %s are needed".formatted(number(facts.needed)));
            case IMMATURE ->
                "%s is not judged yet: %s; the period, a window or too many cases are still open"
                        .formatted(subject, value);
            case NO_BENCHMARK ->
                "%s is not judged: %s, and there is no %s to compare it with"
                        .formatted(subject, value, facts.against.code().replace('_', ' '));
        };
    }

    private String english(Facts facts, String figure) {
        return switch (facts.against) {
            case TARGET -> "the target of " + figure;
            case PEERS, SEGMENT_PEERS ->
                "the %s of the other %s".formatted(figure, amongTouchpoints(facts) ? "touchpoints" : "segments");
            case PREVIOUS_PERIOD -> "the %s of the period before".formatted(figure);
            case PREVIOUS_YEAR -> "the %s of a year before".formatted(figure);
            case EXTERNAL ->
                "the %s of %s in %s"
                        .formatted(
                                figure,
                                facts.kpi.benchmark().name(),
                                facts.kpi.benchmark().year());
        };
    }

    private String persian(Facts facts) {
        Kpi kpi = facts.kpi;
        String subject = touchpoint(facts).fa()
                + (facts.segmentation.equals(ALL)
                        ? ""
                        : " (%s: %s)".formatted(segmentation(facts).fa(), facts.segment));
        String interval = facts.low == null && facts.high == null
                ? ""
                : " [بازهٔ ۹۵٪ از %s تا %s]".formatted(shown(kpi, facts.low), shown(kpi, facts.high));
        String value = facts.n == 0
                ? "هیچ موردی نیست"
                : "%s%s از %s مورد".formatted(shown(kpi, facts.value), interval, Figures.persian(number(facts.n)));
        boolean lower = kpi.scale().better() == Better.LOWER;
        String worse = lower ? "بالاتر" : "پایین‌تر";
        String benchmark = facts.benchmark == null ? "" : persian(facts, shown(kpi, facts.benchmark));
        String tolerance = Figures.persian(Figures.distance(kpi, facts.tolerance));
        return switch (facts.status) {
            case CONFIRMED ->
                "%s ضعیف است: %s؛ بیش از %s مجاز %s از %s (q %s)، از %s"
                        .formatted(
                                subject,
                                value,
                                tolerance,
                                worse,
                                benchmark,
                                Figures.persian(Figures.probability(facts.q)),
                                Figures.persian(facts.since));
            case PROBABLE ->
                "%s احتمالاً ضعیف است: %s؛ به احتمال %s بیش از %s مجاز %s از %s، از %s"
                        .formatted(
                                subject,
                                value,
                                Figures.persian(probability(facts)),
                                tolerance,
                                worse,
                                benchmark,
                                Figures.persian(facts.since));
            case OK ->
                "%s ضعیف نیست: %s؛ بیش از %s مجاز %s از %s نیست".formatted(subject, value, tolerance, worse, benchmark);
            case BORDERLINE ->
                "%s در مرز است: %s؛ نزدیک %s مجاز %s از %s".formatted(subject, value, tolerance, worse, benchmark);
            case NOT_ENOUGH_DATA ->
                facts.n == 0
                        ? "داده‌های %s کافی نیست: هیچ موردی نیست".formatted(subject)
                        : "داده‌های %s کافی نیست: %s، در برابر %s%s"
                                .formatted(
                                        subject,
                                        value,
                                        benchmark,
                                        facts.needed == null
                                                ? ""
                                                : "؛ حدود %s مورد لازم است"
                                                        .formatted(Figures.persian(number(facts.needed))));
            case IMMATURE ->
                "%s هنوز داوری نمی‌شود: %s؛ دوره، مهلت یا بسیاری از موردها هنوز باز است".formatted(subject, value);
            case NO_BENCHMARK -> "%s داوری نمی‌شود: %s، و مبنای مقایسه معلوم نیست".formatted(subject, value);
        };
    }

    private String persian(Facts facts, String figure) {
        return switch (facts.against) {
            case TARGET -> "هدف " + figure;
            case PEERS, SEGMENT_PEERS -> amongTouchpoints(facts) ? figure + " دیگر نقاط تماس" : figure + " دیگر بخش‌ها";
            case PREVIOUS_PERIOD -> figure + " دورهٔ پیش";
            case PREVIOUS_YEAR -> figure + " سال پیش";
            case EXTERNAL ->
                "%s %s در سال %s"
                        .formatted(
                                figure,
                                facts.kpi.benchmark().name(),
                                Figures.persian(
                                        String.valueOf(facts.kpi.benchmark().year())));
        };
    }

    private static String shown(Kpi kpi, Double value) {
        return Figures.persian(Figures.shown(kpi, value));
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** At most .99: nothing is known for certain. */
    private static String probability(Facts facts) {
        return String.format(Locale.ROOT, "%.2f", Math.min(0.99, facts.probability));
    }

    private boolean amongTouchpoints(Facts facts) {
        return KpiScores.amongTouchpoints(facts.kpi, facts.segmentation, byCurrency);
    }

    private Text touchpoint(Facts facts) {
        return touchpoints.getOrDefault(facts.touchpoint, new Text(facts.touchpoint, null));
    }

    private Text segmentation(Facts facts) {
        return segmentations.getOrDefault(facts.segmentation, new Text(facts.segmentation, null));
    }
}
