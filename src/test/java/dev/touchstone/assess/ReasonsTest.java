package dev.touchstone.assess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.TestProject;
import dev.touchstone.inference.Status;
import dev.touchstone.kpi.Benchmark;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.Text;
import dev.touchstone.project.Project;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonsTest {
    @TempDir
    private static Path folder;

    private static final Kpi CSAT = Catalogue.builtIn().kpis().get("csat_5");
    private static final Kpi WAIT = Catalogue.builtIn().kpis().get("queue_wait");

    @Test
    void weakSinceAPeriod() {
        Text reason = reasons().of(shops(Status.CONFIRMED, null));
        assertThat(reason.en())
                .isEqualTo("Shops is weak: 54.7 % [52.4 %, 56.9 %] (n = 2,277), below the target of 80.0 % by more than"
                        + " the 5.0 points that are let pass (q below 0.001), since 1393.");
        assertThat(reason.fa())
                .isEqualTo(
                        "فروشگاه‌ها ضعیف است: ۵۴٫۷٪ [بازهٔ ۹۵٪ از ۵۲٫۴٪ تا ۵۶٫۹٪] از ۲٬۲۷۷ مورد؛ بیش از ۵٫۰ واحد مجاز"
                                + " پایین‌تر از هدف ۸۰٫۰٪ (q کمتر از ۰٫۰۰۱)، از ۱۳۹۳.");
    }

    @Test
    void worseThanItUsedToBe() {
        Text reason = reasons().of(shops(Status.OK, "1404-08-03"));
        assertThat(reason.en()).endsWith("let pass; worse than it used to be since the week of 1404-08-03.");
        assertThat(reason.fa()).endsWith("؛ از هفتهٔ ۱۴۰۴-۰۸-۰۳ بدتر از گذشته.");
    }

    /** Of durations higher is worse, the tolerance is a share, and the segment is said. */
    @Test
    void aSegmentThatWaits() {
        Text reason = reasons()
                .of(new Reasons.Facts(
                        WAIT,
                        "region",
                        "Kerman",
                        "phone",
                        Status.PROBABLE,
                        40,
                        125.0,
                        null,
                        null,
                        90.0,
                        Benchmark.Kind.PEERS,
                        Math.log(1.1),
                        1.0,
                        .2,
                        500L,
                        "1404-07",
                        null));
        assertThat(reason.en())
                .isEqualTo("phone (region: Kerman) is probably weak: 0:02:05 (n = 40), with probability 0.99 above the"
                        + " 0:01:30 of the other segments by more than the 10 % that are let pass, since 1404-07.");
    }

    /** Whatever the locale of the machine, no sentence lacks anything. */
    @ParameterizedTest
    @EnumSource(Status.class)
    void everyStatusHasItsSentence(Status status) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("fa-IR"));
        try {
            for (Benchmark.Kind against : Benchmark.Kind.values()) {
                Kpi kpi = Catalogue.builtIn().kpis().get("csat_5");
                boolean external = against == Benchmark.Kind.EXTERNAL;
                Text reason = reasons()
                        .of(new Reasons.Facts(
                                external ? withExternal() : kpi,
                                "all",
                                "all",
                                "shops",
                                status,
                                status == Status.NOT_ENOUGH_DATA ? 0 : 12,
                                .5,
                                .3,
                                .7,
                                status == Status.NO_BENCHMARK ? null : .8,
                                against,
                                .05,
                                .95,
                                .01,
                                493L,
                                "1404",
                                null));
                assertThat(reason.en())
                        .startsWithIgnoringCase(status == Status.NOT_ENOUGH_DATA ? "not" : "Shops")
                        .endsWith(".")
                        .doesNotContain("null", "%s")
                        .matches("[\\p{ASCII}]+");
                assertThat(reason.fa()).contains("فروشگاه‌ها").endsWith(".").doesNotContain("null", "%s");
                if (!external) {
                    assertThat(reason.fa()).doesNotContainPattern("[0-9]");
                }
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    private static Kpi withExternal() {
        return TestProject.project(
                        folder,
                        HEAD + "kpis: [{name: csat_5, benchmark: {value: 0.77, name: Other airports, year: 2017,"
                                + " source: Yearbook}}]\n")
                .catalogue()
                .kpis()
                .get("csat_5");
    }

    private static Reasons.Facts shops(Status status, String alarm) {
        return new Reasons.Facts(
                CSAT,
                "all",
                "all",
                "shops",
                status,
                2277,
                .547,
                .524,
                .569,
                .8,
                Benchmark.Kind.TARGET,
                .05,
                1.0,
                1e-9,
                493L,
                "1393",
                alarm);
    }

    private static final String HEAD =
            """
            name: shop
            time_zone: UTC
            output: {path: out}
            sources:
            - {name: answers, contract: responses, format: csv, path: a.csv, select: SELECT * FROM source}
            touchpoints:
            - {name: shops, title: {en: Shops, fa: فروشگاه‌ها}}
            """;

    private static Reasons reasons() {
        Project project = TestProject.project(folder, HEAD);
        return new Reasons(project);
    }
}
