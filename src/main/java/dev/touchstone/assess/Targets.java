package dev.touchstone.assess;

import static org.apache.spark.sql.functions.col;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Grain;
import dev.touchstone.calendar.Period;
import dev.touchstone.kpi.Better;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import dev.touchstone.kpi.Target;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.Row;

/** What each KPI is to reach in a period: set, or its baseline with as much improvement as is due by then. */
final class Targets {
    private static final int QUARTERS_OF_A_YEAR = 4;
    private static final int MONTHS_OF_A_QUARTER = 3;

    private final Calendar calendar;
    private final java.time.DayOfWeek weekStart;
    private final Map<String, Map<String, Row>> baselines;

    private Targets(Project project, Map<String, Map<String, Row>> baselines) {
        this.calendar = project.calendars().get(0);
        this.weekStart = project.weekStart();
        this.baselines = baselines;
    }

    /** Reads the values of the periods that targets are derived from. */
    static Targets of(Project project, Store store) {
        TreeSet<String> labels = new TreeSet<>();
        for (Kpi kpi : project.catalogue().kpis().values()) {
            if (kpi.target() != null && kpi.target().baseline() != null) {
                labels.add(kpi.target().baseline());
            }
        }
        Map<String, Map<String, Row>> baselines = new HashMap<>();
        if (!labels.isEmpty()) {
            List<Row> rows = new ArrayList<>(store.read(Table.KPI_VALUES)
                    .where(col("segmentation")
                            .equalTo("all")
                            .and(col("touchpoint").isin("all", "company"))
                            .and(col("calendar")
                                    .equalTo(project.calendars().get(0).code()))
                            .and(col("grain").isin("month", "quarter", "year"))
                            .and(col("period").isin(labels.toArray()))
                            .and(col("is_complete"))
                            .and(col("value").isNotNull()))
                    .select("kpi", "period", "touchpoint", "weighted", "value", "geometric_mean", "period_end")
                    .collectAsList());
            // That of all touchpoints comes last and stays, of several the weighted one, as on the scorecard.
            rows.sort(Comparator.<Row, Boolean>comparing(
                            row -> row.<String>getAs("touchpoint").equals("all"))
                    .thenComparing(row -> row.<Boolean>getAs("weighted")));
            rows.forEach(row -> baselines
                    .computeIfAbsent(row.getAs("kpi"), kpi -> new HashMap<>())
                    .put(row.getAs("period"), row));
        }
        return new Targets(project, baselines);
    }

    /** In the KPI's unit; NaN where the KPI has none, or its baseline has no value yet. */
    double in(Kpi kpi, Period period) {
        Target target = kpi.target();
        if (target == null) {
            return Double.NaN;
        }
        if (target.value() != null) {
            return target.value();
        }
        Row baseline = baselines.getOrDefault(kpi.name(), Map.of()).get(target.baseline());
        if (baseline == null) {
            return Double.NaN;
        }
        int quarters = quarter(period.end().minusDays(1))
                - quarter(baseline.<java.sql.Date>getAs("period_end")
                        .toLocalDate()
                        .minusDays(1));
        double improvement = target.improvement() * Math.max(0, quarters) / QUARTERS_OF_A_YEAR;
        return baseline.<Double>getAs("value") + (target.direction() == Better.LOWER ? -improvement : improvement);
    }

    /**
     * The same for verdicts, which compare durations by their geometric means: a target that is derived is as much better than
     * the baseline's geometric mean as it is than its mean.
     */
    double ofVerdicts(Kpi kpi, Period period) {
        double target = in(kpi, period);
        if (Double.isNaN(target)
                || kpi.state() != State.DURATION
                || kpi.target().baseline() == null) {
            return target;
        }
        Row baseline = baselines.get(kpi.name()).get(kpi.target().baseline());
        return baseline.getAs("geometric_mean") == null
                ? Double.NaN
                : target / baseline.<Double>getAs("value") * baseline.<Double>getAs("geometric_mean");
    }

    /** Quarters since the calendar's year 0. */
    private int quarter(java.time.LocalDate day) {
        Period quarter = calendar.period(Grain.QUARTER, day, weekStart);
        var date = calendar.dateOf(quarter.start());
        return date.year() * QUARTERS_OF_A_YEAR + (date.month() - 1) / MONTHS_OF_A_QUARTER;
    }
}
