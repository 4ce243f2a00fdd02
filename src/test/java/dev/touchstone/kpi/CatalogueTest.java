package dev.touchstone.kpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogueTest {

    @Test
    void holdsTheSurveyKpisInOrder() {
        assertThat(Catalogue.builtIn().kpis().keySet())
                .containsExactly(
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
                        "response_rate");
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
            switch (scale.unit()) {
                case "share" -> {
                    assertThat(kpi.interval()).as(kpi.name()).isEqualTo(Interval.WILSON);
                    assertThat(List.of(scale.low(), scale.high()))
                            .as(kpi.name())
                            .containsExactly(0.0, 1.0);
                }
                case "points" -> {
                    assertThat(kpi.interval()).as(kpi.name()).isEqualTo(Interval.ADJUSTED_WALD);
                    assertThat(List.of(scale.low(), scale.high()))
                            .as(kpi.name())
                            .containsExactly(-100.0, 100.0);
                }
                default -> assertThat(kpi.interval()).as(kpi.name()).isEqualTo(Interval.T);
            }
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
