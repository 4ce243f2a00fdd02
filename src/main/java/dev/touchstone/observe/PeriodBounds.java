package dev.touchstone.observe;

import dev.touchstone.calendar.Period;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The days at which periods begin and end, and the slots of days between them.
 *
 * <p>Bounds are numbered from 1 in order of time. Slot s holds the days from bound s to the day before bound s + 1; slot
 * 0 those before the first bound, the slot numbered like the last bound those from it on. So what happened before bound
 * k lies in the slots below k, and a period from bound k to bound j is the slots k to j - 1.
 */
final class PeriodBounds {
    private static final StructType PERIODS = StructType.fromDDL("_period INT, _previous_bound INT, _start_bound INT, "
            + "_end_bound INT, _period_start DATE, _period_end DATE, _start_at TIMESTAMP, _end_at TIMESTAMP, "
            + "_active_from_at_start TIMESTAMP, _active_from_at_end TIMESTAMP");
    private static final StructType SLOTS = StructType.fromDDL("_slot_day DATE, _slot INT");

    private final List<Period> periods;
    private final ZoneId zone;
    private final List<LocalDate> bounds;

    /** @param periods months, quarters or years; not empty */
    PeriodBounds(List<Period> periods, ZoneId zone) {
        this.periods = List.copyOf(periods);
        this.zone = zone;
        TreeSet<LocalDate> days = new TreeSet<>();
        for (Period period : periods) {
            days.add(previousStart(period));
            days.add(period.start());
            days.add(period.end());
        }
        bounds = List.copyOf(days);
    }

    LocalDate first() {
        return bounds.get(0);
    }

    /** The number of the last bound. */
    int last() {
        return bounds.size();
    }

    /**
     * One row a period: its place in the list ({@code _period}), its bounds by number and by instant, and the bound at
     * which the period before it begins.
     */
    Dataset<Row> periods(SparkSession spark, int activeDays) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < periods.size(); i++) {
            Period period = periods.get(i);
            rows.add(RowFactory.create(
                    i,
                    number(previousStart(period)),
                    number(period.start()),
                    number(period.end()),
                    period.start(),
                    period.end(),
                    period.start().atStartOfDay(zone).toInstant(),
                    period.end().atStartOfDay(zone).toInstant(),
                    period.start().minusDays(activeDays).atStartOfDay(zone).toInstant(),
                    period.end().minusDays(activeDays).atStartOfDay(zone).toInstant()));
        }
        return spark.createDataFrame(rows, PERIODS);
    }

    /** The numbers of the bounds at which a period ends, with their days. */
    SortedMap<Integer, LocalDate> ends() {
        SortedMap<Integer, LocalDate> ends = new TreeMap<>();
        periods.forEach(period -> ends.put(number(period.end()), period.end()));
        return ends;
    }

    /** One row for each day between the first and the last bound, with its slot. */
    Dataset<Row> slots(SparkSession spark) {
        List<Row> rows = new ArrayList<>();
        for (int slot = 1; slot < bounds.size(); slot++) {
            for (LocalDate day = bounds.get(slot - 1); day.isBefore(bounds.get(slot)); day = day.plusDays(1)) {
                rows.add(RowFactory.create(day, slot));
            }
        }
        return spark.createDataFrame(rows, SLOTS);
    }

    private int number(LocalDate bound) {
        return bounds.indexOf(bound) + 1;
    }

    private static LocalDate previousStart(Period period) {
        return period.calendar()
                .period(period.grain(), period.start().minusDays(1), DayOfWeek.MONDAY)
                .start();
    }
}
