package dev.touchstone.kpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {

    private static final List<String> DURATIONS = List.of(
            "aht",
            "handle_time_per_ticket",
            "first_response_time",
            "response_time",
            "queue_wait",
            "first_resolution_time",
            "last_resolution_time");

    @Test
    void holdsAllKpisInOrder() {
        List<String> names = new ArrayList<>(List.of(
                "csat_5",
                "csat_4",
                "csat_100",
                "ces_5",
                "ease_5",
                "ease_5_share",
                "ces_7",
                "net_easy_7",
                "ces2_7",
                "ces2_7_share",
                "nps_0_10",
                "nps_1_10",
                "servqual_reliability",
                "servqual_assurance",
                "servqual_responsiveness",
                "servqual_empathy",
                "servqual_tangibles",
                "servperf_reliability",
                "servperf_assurance",
                "servperf_responsiveness",
                "servperf_empathy",
                "servperf_tangibles",
                "servqual_total",
                "response_rate",
                "ticket_volume",
                "resolved_count",
                "resolution_rate",
                "fcr",
                "one_touch",
                "self_service_success",
                "step_completion",
                "conversion_rate",
                "contact_conversion_rate",
                "cost_per_contact",
                "service_cost",
                "abandonment_rate",
                "handled_rate",
                "iqs"));
        for (String duration : DURATIONS) {
            names.addAll(List.of(duration, duration + "_median", duration + "_p90"));
        }
        names.addAll(List.of(
                "crr",
                "crr_set",
                "churn_rate",
                "churned",
                "revenue",
                "buyers",
                "revenue_per_customer",
                "order_value",
                "repurchase_rate",
                "clv_historic",
                "clv_predicted"));
        assertThat(Catalogue.builtIn().kpis().keySet()).containsExactlyElementsOf(names);
    }

    /** Days after the clock, and the direction, as the definitions say. */
    @ParameterizedTest
    @CsvSource({
        "ticket_volume, created_at, 0, NONE",
        "resolved_count, resolved_at, 0, NONE",
        "resolution_rate, created_at, 30, HIGHER",
        "fcr, created_at, 7, HIGHER",
        "one_touch, created_at, 7, HIGHER",
        "self_service_success, visited_at, 3, HIGHER",
        "step_completion, visited_at, 1, HIGHER",
        "conversion_rate, visited_at, 30, HIGHER",
        "contact_conversion_rate, offered_at, 30, HIGHER",
        "cost_per_contact, offered_at, 0, LOWER",
        "service_cost, offered_at, 0, LOWER",
        "abandonment_rate, offered_at, 0, LOWER",
        "handled_rate, offered_at, 0, HIGHER",
        "iqs, reviewed_at, 0, HIGHER",
        "aht, handled_at, 0, LOWER",
        "handle_time_per_ticket, resolved_at, 0, LOWER",
        "first_response_time, created_at, 7, LOWER",
        "response_time, asked_at, 7, LOWER",
        "queue_wait, offered_at, 0, LOWER",
        "first_resolution_time, created_at, 30, LOWER",
        "last_resolution_time, resolved_at, 0, LOWER",
        "crr, , 0, HIGHER",
        "crr_set, , 0, HIGHER",
        "churn_rate, , 0, LOWER",
        "churned, , 0, LOWER",
        "revenue, ordered_at, 0, HIGHER",
        "buyers, , 0, HIGHER",
        "revenue_per_customer, , 0, HIGHER",
        "order_value, ordered_at, 0, HIGHER",
        "repurchase_rate, , 90, HIGHER",
        "clv_historic, , 0, HIGHER",
        "clv_predicted, , 0, HIGHER",
    })
    void clockWindowAndDirection(String name, String clock, int matures, Better better) {
        Kpi kpi = Catalogue.builtIn().kpis().get(name);
        assertThat(kpi.clock()).isEqualTo(clock);
        assertThat(kpi.maturesDays()).isEqualTo(matures);
        assertThat(kpi.scale().better()).isEqualTo(better);
        assertThat(kpi.perPeriod()).isEqualTo(kpi.of().equals("customers"));
    }

    @Test
    void everyWindowStandsInTheExpressions() {
        Map<String, Kpi> kpis = Catalogue.builtIn().kpis();
        assertThat(kpis.values()).allSatisfy(kpi -> assertThat(kpi.counts() + kpi.score() + kpi.denominator())
                .doesNotContain(":"));
        assertThat(kpis.get("fcr").score())
                .isEqualTo("CASE WHEN reopens = 0 AND coalesce(next_contact_at > created_at + INTERVAL 7 DAYS, true)"
                        + " THEN 1 WHEN reopens IS NOT NULL THEN 0 END");
        Kpi longer = catalogue("[]", "[{name: fcr, matures: 14 days}]").kpis().get("fcr");
        assertThat(longer.score()).contains("INTERVAL 14 DAYS").doesNotContain("INTERVAL 7 DAYS");
        assertThat(longer.maturesDays()).isEqualTo(14);
        assertThat(longer.description().en()).contains("within 14 days;");
        assertThat(longer.description().fa()).contains("تا ۱۴ روز ");
        assertThat(kpis.get("step_completion").description().en()).contains("within 1 day;");
        assertThat(kpis.values()).allSatisfy(kpi -> {
            boolean said = kpi.maturesDays() == 0
                    || kpi.name().equals("one_touch")
                    || kpi.percentile() != null
                    || kpi.description().en().contains(kpi.maturesDays() + " day");
            assertThat(said).as("the window of " + kpi.name()).isTrue();
            assertThat(kpi.description().fa()).doesNotContain(":matures");
        });
        assertThat(catalogue(
                                "[]",
                                "[{name: order_value, matures: 1 day, denominator: "
                                        + "'refund_of IS NULL AND ordered_at + :matures IS NOT NULL'}]")
                        .kpis()
                        .get("order_value")
                        .denominator())
                .isEqualTo("refund_of IS NULL AND ordered_at + INTERVAL 1 DAYS IS NOT NULL");
    }

    @Test
    void aDurationBringsItsPercentilesAlong() {
        Map<String, Kpi> kpis = Catalogue.builtIn().kpis();
        Kpi mean = kpis.get("first_response_time");
        Kpi slow = kpis.get("first_response_time_p90");
        assertThat(mean.percentile()).isNull();
        assertThat(mean.stateOf()).isEqualTo("first_response_time");
        assertThat(mean.interval()).isEqualTo(Interval.T);
        assertThat(slow.percentile()).isEqualTo(0.9);
        assertThat(slow.stateOf()).isEqualTo("first_response_time");
        assertThat(slow.interval()).isEqualTo(Interval.RANK);
        assertThat(slow.state()).isEqualTo(State.DURATION);
        assertThat(slow.score()).isEqualTo(mean.score());
        assertThat(slow.maturesDays()).isEqualTo(7);
        assertThat(slow.title()).isEqualTo(new Text("First response time, 90th percentile", "صدک ۹۰ زمان نخستین پاسخ"));
        assertThat(slow.description().en())
                .isEqualTo("The time that 90 % of the cases of first_response_time take at most; open cases take longer"
                        + " than any closed one.");
        Kpi median = kpis.get("first_response_time_median");
        assertThat(median.percentile()).isEqualTo(0.5);
        assertThat(median.title()).isEqualTo(new Text("First response time, median", "میانهٔ زمان نخستین پاسخ"));
        assertThat(median.description().en()).startsWith("The time that half of the cases of first_response_time");
    }

    @Test
    void aProjectChoosesThePercentiles() {
        Catalogue catalogue = catalogue("[]", "[{name: aht, percentiles: [0.95, 0.999, 0.5], version: 2}]");
        assertThat(catalogue.kpis().keySet().stream().filter(name -> name.startsWith("aht")))
                .containsExactly("aht", "aht_p95", "aht_p99_9", "aht_median");
        assertThat(catalogue.kpis().get("aht_p99_9").percentile()).isEqualTo(0.999);
        assertThat(catalogue.kpis().get("aht_p99_9").title())
                .isEqualTo(new Text(
                        "Handle time of a contact (AHT), 99.9th percentile", "صدک ۹۹٫۹ زمان رسیدگی به هر تماس"));
        assertThat(catalogue.kpis().get("aht_p95").version()).isEqualTo(2);
    }

    @Test
    void anOwnEntryMayBeLaidOverAPercentileEvenBeforeItsDuration() {
        String slow = "{name: wait_p90, good_for: The impatient., title: {en: Long wait}}";
        String wait = "{name: wait, title: Wait, of: contacts, counts: answered_at IS NOT NULL, score: talk_seconds,"
                + " state: duration, scale: {unit: seconds, better: lower}}";
        for (String kpis : List.of("[" + slow + ", " + wait + "]", "[" + wait + ", " + slow + "]")) {
            Kpi kpi = catalogue("[]", kpis).kpis().get("wait_p90");
            assertThat(kpi.goodFor()).isEqualTo("The impatient.");
            assertThat(kpi.title().en()).isEqualTo("Long wait");
            assertThat(kpi.score()).isEqualTo("talk_seconds");
            assertThat(kpi.percentile()).isEqualTo(0.9);
            assertThat(kpi.stateOf()).isEqualTo("wait");
        }
    }

    @Test
    void aPercentileUsedAloneStandsForItsDuration() {
        Catalogue whole = Catalogue.builtIn().with(Set.of("queue_wait", "crr"));
        assertThat(whole.kpis().keySet()).containsExactly("queue_wait", "queue_wait_median", "queue_wait_p90", "crr");
        assertThat(whole.kpisOf("contacts")).extracting(Kpi::name).containsExactly("queue_wait");
        Catalogue alone = Catalogue.builtIn().with(Set.of("queue_wait_p90"));
        assertThat(alone.kpis().keySet()).containsExactly("queue_wait_p90");
        assertThat(alone.kpisOf("contacts")).extracting(Kpi::stateOf).containsExactly("queue_wait");
    }

    @Test
    void everyResponsesKpiCountsOneKnownInstrumentAndFitsItsScale() {
        Catalogue catalogue = Catalogue.builtIn();
        for (Kpi kpi : catalogue.kpisOf("responses")) {
            String name = kpi.counts().replaceAll("(?s).*?instrument = '([^']*)'.*", "$1");
            assertThat(catalogue.instruments()).as(kpi.name()).containsKey(name);
            Instrument instrument = catalogue.instruments().get(name);
            if (kpi.score().equals("score")) {
                assertThat(kpi.scale().low()).as(kpi.name()).isEqualTo(instrument.low());
                assertThat(kpi.scale().high()).as(kpi.name()).isEqualTo(instrument.high());
            }
        }
    }

    @Test
    void intervalAndRangeFollowFromTheUnit() {
        for (Kpi kpi : Catalogue.builtIn().kpis().values()) {
            Scale scale = kpi.scale();
            boolean ratio = kpi.denominator() != null || scale.factor() > 1;
            Interval fitting =
                    switch (scale.unit()) {
                        case "share" -> ratio ? Interval.T : Interval.WILSON;
                        case "points" -> Interval.ADJUSTED_WALD;
                        case "seconds" -> kpi.percentile() == null ? Interval.T : Interval.RANK;
                        default -> kpi.state() == State.TOTAL ? Interval.NONE : Interval.T;
                    };
            assertThat(kpi.interval()).as(kpi.name()).isEqualTo(fitting);
            String range = scale.low() + " to " + scale.high() + " by " + scale.factor();
            switch (scale.unit()) {
                case "share" ->
                    assertThat(range).as(kpi.name()).isIn("0.0 to 1.0 by 1", "0.0 to 1.0 by 10000", "0.0 to null by 1");
                case "points" -> assertThat(range).as(kpi.name()).isEqualTo("-100.0 to 100.0 by 1");
                case "seconds", "count" -> assertThat(range).as(kpi.name()).isEqualTo("0.0 to null by 1");
                case "money" -> assertThat(range).as(kpi.name()).isEqualTo("null to null by 10000");
                default -> assertThat(scale.high()).as(kpi.name()).isNotNull();
            }
            assertThat(kpi.state() == State.DURATION)
                    .as(kpi.name())
                    .isEqualTo(scale.unit().equals("seconds"));
        }
    }

    /** kpis.yaml is read by people of two languages. */
    @Test
    void everyKpiAndInstrumentHasAPersianTitleOfItsOwn() {
        Catalogue catalogue = Catalogue.builtIn();
        assertThat(catalogue.kpis().values()).allSatisfy(kpi -> {
            assertThat(kpi.title().fa()).matches(".*\\p{InArabic}.*").doesNotContain("<");
            assertThat(kpi.description().fa()).matches(".*\\p{InArabic}.*").doesNotContain("<");
        });
        assertThat(catalogue.kpis().values())
                .extracting(kpi -> kpi.title().en())
                .doesNotHaveDuplicates();
        assertThat(catalogue.kpis().values())
                .extracting(kpi -> kpi.title().fa())
                .doesNotHaveDuplicates();
        assertThat(catalogue.instruments().values())
                .allSatisfy(instrument -> assertThat(instrument.title().fa()).matches(".*\\p{InArabic}.*"));
    }

    @Test
    void expandsForEachDimension() {
        Kpi kpi = Catalogue.builtIn().kpis().get("servqual_assurance");
        assertThat(kpi.title()).isEqualTo(new Text("Service quality gap: assurance", "شکاف کیفیت خدمات: تضمین"));
        assertThat(kpi.counts())
                .isEqualTo("(instrument = 'servqual_7' AND gap IS NOT NULL) AND dimension = 'assurance'");
        assertThat(kpi.notFor()).endsWith("(use servperf_assurance).");
        assertThat(kpi.scale()).isEqualTo(new Scale("answer", 1, -6.0, 6.0, Better.HIGHER));
    }

    @Test
    void expandsOverDimensionsThatAnInstrumentDeclares() {
        Catalogue catalogue =
                catalogue("[{name: servqual_7, items: {q1: reliability, q2: parking}, weights: {parking: 100}}]", "[]");
        assertThat(catalogue.kpis().get("servqual_parking").title().fa()).isEqualTo("شکاف کیفیت خدمات: parking");
        assertThat(catalogue.kpis()).containsKeys("servqual_tangibles", "servperf_parking");
        assertThat(catalogue.instruments().get("servqual_7").items())
                .as("own items replace the built-in ones")
                .containsOnlyKeys("q1", "q2");
        assertThat(catalogue.instruments().get("servqual_7").high())
                .as("not given, so kept")
                .isEqualTo(7);
    }

    @Test
    void anOwnEntryReplacesJustTheKeysItGives() {
        Kpi builtIn = Catalogue.builtIn().kpis().get("csat_100");
        Kpi kpi = catalogue(
                        "[]",
                        "[{name: csat_100, score: CASE WHEN score >= 70 THEN 1 WHEN score < 70 THEN 0 END,"
                                + " title: {en: Satisfied at 70}, scale: {factor: 10}, min_effect: 0.02}]")
                .kpis()
                .get("csat_100");
        assertThat(kpi.score()).contains("70");
        assertThat(kpi.title())
                .isEqualTo(new Text("Satisfied at 70", builtIn.title().fa()));
        assertThat(kpi.scale()).isEqualTo(new Scale("share", 10, 0.0, 1.0, Better.HIGHER));
        assertThat(kpi.minEffect()).isEqualTo(0.02);
        assertThat(kpi.counts()).isEqualTo(builtIn.counts());
        assertThat(kpi.version()).isEqualTo(1);
    }

    @Test
    void anOwnEntryMayChangeATemplateOrOneExpandedKpi() {
        Catalogue catalogue = catalogue(
                "[]", "[{name: servqual_<dimension>, version: 2}, {name: servqual_empathy, good_for: Care.}]");
        assertThat(catalogue.kpis().get("servqual_empathy").goodFor()).isEqualTo("Care.");
        assertThat(catalogue.kpis().get("servqual_empathy").version()).isEqualTo(2);
        assertThat(catalogue.kpis().get("servqual_reliability").goodFor()).startsWith("Seeing");
    }

    @Test
    void anOwnKpiComesLastWithDefaults() {
        Catalogue catalogue = catalogue(
                "[{name: smile_3, low: 1, high: 3, no_answer: [0, N/A], labels: {glad: 3}}]",
                "[{name: glad, title: Glad, of: responses, counts: instrument = 'smile_3', score: INT(score = 3),"
                        + " scale: {unit: share, better: higher}}]");
        assertThat(catalogue.kpis().keySet()).last().isEqualTo("glad");
        assertThat(catalogue.kpis().get("glad"))
                .isEqualTo(new Kpi(
                        "glad",
                        new Text("Glad", "Glad"),
                        new Text("Glad", "Glad"),
                        "",
                        "",
                        "responses",
                        "instrument = 'smile_3'",
                        "INT(score = 3)",
                        null,
                        null,
                        0,
                        State.MEAN,
                        "glad",
                        null,
                        false,
                        new Scale("share", 1, null, null, Better.HIGHER),
                        Interval.WILSON,
                        null,
                        null,
                        null,
                        List.of(),
                        "project file",
                        1));
        Instrument smile = catalogue.instruments().get("smile_3");
        assertThat(smile.noAnswer()).containsExactly("0", "N/A");
        assertThat(smile.labels()).containsEntry("glad", 3);
    }

    @Test
    void responseRateMaturesAfterFourteenDays() {
        Kpi kpi = Catalogue.builtIn().kpis().get("response_rate");
        assertThat(kpi.maturesDays()).isEqualTo(14);
        assertThat(kpi.clock()).isEqualTo("invited_at");
        assertThat(Catalogue.builtIn().kpisOf("invitations")).containsExactly(kpi);
    }

    @Test
    void keepsTheOrderOfDeclarationAndCannotBeChanged() {
        Catalogue some = Catalogue.builtIn().with(Set.of("response_rate", "csat_5"));
        assertThat(some.kpis().keySet()).containsExactly("csat_5", "response_rate");
        assertThatThrownBy(() -> some.kpis().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    private static Catalogue catalogue(String instruments, String kpis) {
        return Declarations.overBuiltIn(yaml(instruments), yaml(kpis)).catalogue();
    }

    private static JsonNode yaml(String text) {
        try {
            return new YAMLMapper().readTree(text);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
