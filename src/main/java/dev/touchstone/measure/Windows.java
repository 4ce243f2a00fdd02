package dev.touchstone.measure;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.touchstone.calendar.Days;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The days on which windows closed since they were written: what was immature on them can be judged now.
 *
 * <p>Law: a day is written again by the first run whose as-of is later than the end of a window that opened on it, so
 * that runs day by day end with the same rows as one run over all days.
 */
final class Windows {
    private Windows() {}

    /** A KPI whose window closed on a day. */
    record Closed(Kpi kpi, LocalDate day) {}

    /** What closed outside of the days that a run replaces anyway. */
    static List<Closed> closed(Store store, Catalogue catalogue, Days days, Instant asOf, ZoneId zone) {
        List<Closed> closed = new ArrayList<>();
        for (Table table : List.of(Table.DAILY_MOMENTS, Table.DAILY_DURATIONS)) {
            if (store.exists(table)) {
                Dataset<Row> waiting = store.read(table)
                        .where("immature > 0 AND NOT (" + days.covers("day") + ")")
                        // A run that knows no more has nothing to add to them.
                        .where(col("as_of").lt(lit(Timestamp.from(asOf))))
                        .select("kpi", "day")
                        .distinct();
                for (Row row : waiting.collectAsList()) {
                    LocalDate day = row.getDate(1).toLocalDate();
                    declared(catalogue, row.getString(0))
                            .filter(kpi -> day.plusDays(kpi.maturesDays())
                                    .atStartOfDay(zone)
                                    .toInstant()
                                    .isBefore(asOf))
                            .ifPresent(kpi -> closed.add(new Closed(kpi, day)));
                }
            }
        }
        return closed;
    }

    /** Days outside of those that a run replaces anyway on which a window of an answer's outcomes closed, in order. */
    static List<LocalDate> closedOutcomes(Store store, Project project, Days days, Instant asOf) {
        if (!store.exists(Table.DAILY_OUTCOMES)) {
            return List.of();
        }
        Duration window = Duration.ofDays(project.outcomes().withinDays());
        return store
                .read(Table.DAILY_OUTCOMES)
                .where("immature > 0 AND NOT (" + days.covers("day") + ")")
                // A run that knows no more has nothing to add to them.
                .where(col("as_of").lt(lit(Timestamp.from(asOf))))
                .select("day")
                .distinct()
                .collectAsList()
                .stream()
                .map(row -> row.getDate(0).toLocalDate())
                .filter(day -> day.atStartOfDay(project.zone())
                        .toInstant()
                        .plus(window)
                        .isBefore(asOf))
                .sorted()
                .toList();
    }

    private static Optional<Kpi> declared(Catalogue catalogue, String state) {
        return catalogue.kpis().values().stream()
                .filter(kpi -> kpi.stateOf().equals(state))
                .findFirst();
    }

    /** All days on which something closed, in order. */
    static List<LocalDate> days(Collection<Closed> closed) {
        return closed.stream().map(Closed::day).distinct().sorted().toList();
    }

    /** The days on which a window of one of some KPIs closed. */
    static List<Days> spans(Collection<Closed> closed, Collection<Kpi> kpis) {
        Map<String, Kpi> states = kpis.stream().collect(Collectors.toMap(Kpi::stateOf, Function.identity()));
        return Days.merged(closed.stream()
                .filter(each -> states.containsKey(each.kpi().stateOf()))
                .map(each -> new Days(each.day(), each.day().plusDays(1)))
                .toList());
    }
}
