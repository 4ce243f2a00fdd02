package dev.touchstone.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class DaysTest {
    @Test
    void spansThatTouchAreOne() {
        assertThat(Days.merged(List.of(
                        days("2026-11-03", "2026-11-05"),
                        days("2026-02-10", "2026-02-11"),
                        days("2026-11-04", "2026-11-06"),
                        days("2026-02-11", "2026-02-12"),
                        days("2026-11-03", "2026-11-04"),
                        days("2026-11-07", "2026-11-08"))))
                .containsExactly(
                        days("2026-02-10", "2026-02-12"),
                        days("2026-11-03", "2026-11-06"),
                        days("2026-11-07", "2026-11-08"));
    }

    private static Days days(String from, String to) {
        return new Days(LocalDate.parse(from), LocalDate.parse(to));
    }
}
