package dev.touchstone.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.Stages;
import dev.touchstone.calendar.Days;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Visits and calls that carry their own mark of conversion. */
class WebShopAndBankTest {
    @TempDir
    private Path output;

    /** 12,330 visits, 125 of them equal to another one. */
    @Test
    void theWebShop() {
        String data = Examples.data("ONLINE_SHOPPERS_DATA", "online-shoppers");
        Stages.Outcome outcome = Examples.run(
                Path.of("jobs/examples/online-shoppers/project.yaml"),
                Map.of("ONLINE_SHOPPERS_DATA", data),
                output,
                new Days(LocalDate.of(2018, 1, 1), LocalDate.of(2019, 1, 1)));

        assertThat(outcome.counts())
                .containsEntry("visits_read", 12_330L)
                .containsEntry("visits_kept", 12_330L)
                .containsEntry("visits_quarantined", 0L);
        assertThat(ExpectedFigures.onlineShoppers()).hasSize(68);
        Examples.assertFigures(ExpectedFigures.onlineShoppers(), Examples.cells(outcome, "grain IN ('month', 'year')"));
    }

    /** 41,188 calls, 12 of them equal to another one. */
    @Test
    void theBank() {
        String data = Examples.data("BANK_CALLS_DATA", "bank-calls");
        Stages.Outcome outcome = Examples.run(
                Path.of("jobs/examples/bank-calls/project.yaml"),
                Map.of("BANK_CALLS_DATA", data),
                output,
                new Days(LocalDate.of(2010, 1, 1), LocalDate.of(2011, 1, 1)));

        assertThat(outcome.counts())
                .containsEntry("contacts_read", 41_188L)
                .containsEntry("contacts_kept", 41_188L)
                .containsEntry("contacts_quarantined", 0L);
        assertThat(ExpectedFigures.bankCalls()).hasSize(72);
        Examples.assertFigures(ExpectedFigures.bankCalls(), Examples.cells(outcome, "grain IN ('month', 'year')"));
    }
}
