package dev.touchstone.project;

import dev.touchstone.calendar.Calendar;
import dev.touchstone.calendar.Grain;
import dev.touchstone.kpi.Catalogue;
import dev.touchstone.kpi.Text;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A checked project file.
 *
 * @param file where it was read from; relative paths in it are meant from its folder and are already resolved
 * @param name short name, lower case
 * @param title for people
 * @param zone the time zone whose days and periods are meant
 * @param calendars in order; the first is the one that findings are given in
 * @param weekStart first day of the week
 * @param output where the tables lie
 * @param sources the user's tables, in order
 * @param touchpoints listed touchpoints, in order; may be empty
 * @param segmentations ways to split observations, in order; may be empty
 * @param active what an active customer is; null: not said, and retention is then unavailable
 * @param outcomes what is measured of customers after their answers; null: nothing
 * @param catalogue the instruments and KPIs that are switched on
 * @param scorecard the few KPIs that management looks at; may be empty
 * @param findings how verdicts are given
 * @param actions what was done for touchpoints, in order; may be empty
 * @param drivers what is weighed as a driver of what; null: nothing
 * @param quarantine limits for rows that break rules
 */
public record Project(
        Path file,
        String name,
        Text title,
        ZoneId zone,
        List<Calendar> calendars,
        DayOfWeek weekStart,
        Output output,
        List<Source> sources,
        List<Touchpoint> touchpoints,
        List<Segmentation> segmentations,
        Active active,
        Outcomes outcomes,
        Catalogue catalogue,
        List<ScorecardEntry> scorecard,
        Findings findings,
        List<Action> actions,
        Drivers drivers,
        Quarantine quarantine) {
    public Project {
        calendars = List.copyOf(calendars);
        sources = List.copyOf(sources);
        touchpoints = List.copyOf(touchpoints);
        segmentations = List.copyOf(segmentations);
        scorecard = List.copyOf(scorecard);
        actions = List.copyOf(actions);
    }

    /** What people call a touchpoint: the title of the project file, else its name. */
    public Text titleOf(String touchpoint) {
        return touchpoints.stream()
                .filter(each -> each.name().equals(touchpoint))
                .map(Touchpoint::title)
                .findFirst()
                .orElse(new Text(touchpoint, null));
    }

    /** The segmentations by the currency of amounts. */
    public Set<String> byCurrency() {
        return segmentations.stream()
                .filter(Segmentation::byCurrency)
                .map(Segmentation::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Where the tables lie: exactly one of the two is set. {@code path} is a folder or URI, {@code schema} a catalog schema. */
    public record Output(String path, String schema) {}

    /**
     * One of the user's tables.
     *
     * @param name unique, for messages and quarantine
     * @param contract what a row of its {@code select} is
     * @param format {@code csv}, {@code json}, {@code parquet}, {@code delta} or {@code jdbc}; null where {@code table} is set
     * @param paths files, folders or globs; each is read by its own header and they are joined by column name; empty
     *     where {@code table} is set, and for a database
     * @param table a catalog table; null where a format is set
     * @param options of the Spark reader
     * @param credentials further options, each with the name that its value has in Hadoop's credential providers
     * @param select SQL over the view {@code source} that yields the contract's columns
     * @param prune SQL predicate on raw columns with {@code :from} and {@code :to} (local days), null for none
     */
    public record Source(
            String name,
            String contract,
            String format,
            List<String> paths,
            String table,
            Map<String, String> options,
            Map<String, String> credentials,
            String select,
            String prune) {
        public Source {
            paths = List.copyOf(paths);
            options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
            credentials = Collections.unmodifiableMap(new LinkedHashMap<>(credentials));
        }

        /** Its name alone: options may hold secrets. */
        @Override
        public String toString() {
            return "source " + name;
        }

        /** Whether the rows come from a database. */
        public boolean isDatabase() {
            return "jdbc".equals(format);
        }

        /** Where the rows come from, for people; holds no secrets, as a database's address may not. */
        public String origin() {
            if (isDatabase()) {
                return options.get("url") + ", " + options.getOrDefault("dbtable", options.get("query"));
            }
            return table != null ? table : format + " " + String.join(", ", paths);
        }
    }

    /** Where the customer met the company, by its name in the form that tables hold; unlisted ones sort last. */
    public record Touchpoint(String name, Text title, String stage, String channel, boolean selfService) {}

    /**
     * A way to split observations.
     *
     * @param name unique; not {@code all}
     * @param fromCustomers true: the value of {@code column} in the customer's version as of the observation; false:
     *     of the observation's own row
     * @param column the column, by default the name
     */
    public record Segmentation(String name, Text title, boolean fromCustomers, String column) {
        /** Whether it splits amounts of money by their currency: only amounts of one are ever compared. */
        public boolean byCurrency() {
            return !fromCustomers && column.equals("currency");
        }
    }

    /** What makes a customer active at an instant or in a period. */
    public enum ActiveBy {
        /** A membership that holds. */
        MEMBERSHIP,
        /** An order in the period. */
        ORDERED_IN_PERIOD,
        /** An order within some days before. */
        ORDERED_WITHIN
    }

    /**
     * What an active customer is.
     *
     * @param days of {@code ORDERED_WITHIN}; else 0
     */
    public record Active(ActiveBy by, int days) {}

    /**
     * What is measured of customers after their answers.
     *
     * @param withinDays how many days (of 24 hours) after an answer are looked at; at least 1
     * @param segmentation name of the declared segmentation within whose segments customers are compared; null: none
     * @param value what a repurchase is worth, in the currency of orders; null: the mean order of the period
     */
    public record Outcomes(int withinDays, String segmentation, Double value) {
        /** Where the project file gives no window. */
        public static final int DEFAULT_DAYS = 90;
    }

    /** A KPI of the scorecard with the goal it serves; its target is the KPI's. */
    public record ScorecardEntry(String kpi, Text goal) {}

    /**
     * How verdicts are given.
     *
     * @param grain of the periods that are judged; months, quarters and years are those of the first calendar
     * @param falseDiscoveries the share of false ones among confirmed findings that is accepted, in (0, 1)
     * @param probability how probable weakness has to be for PROBABLE, in (0.5, 1)
     */
    public record Findings(Grain grain, double falseDiscoveries, double probability) {
        /** By month, a tenth, nine tenths. */
        public static final Findings DEFAULT = new Findings(Grain.MONTH, 0.10, 0.90);
    }

    /**
     * Something that was done for touchpoints.
     *
     * @param touchpoints by their names in tables
     * @param segmentation null: done for all customers
     * @param segments of the segmentation, for whom it was done; else empty
     * @param date first day on which it was in force
     * @param cost in the currency of orders; null: not known
     */
    public record Action(
            String name,
            Text title,
            List<String> touchpoints,
            String segmentation,
            List<String> segments,
            LocalDate date,
            Double cost)
            implements Serializable {
        public Action {
            touchpoints = List.copyOf(touchpoints);
            segments = List.copyOf(segments);
        }
    }

    /**
     * Which scores are weighed as drivers of which outcome: both stand in one response.
     *
     * @param kpi the KPI of responses whose scores at touchpoints, {@code company} aside, are weighed
     * @param outcome the KPI of responses whose score at {@code company} is to be explained
     * @param segmentations names of those to weigh by besides the total, in order; may be empty
     */
    public record Drivers(String kpi, String outcome, List<String> segmentations) {
        public Drivers {
            segmentations = List.copyOf(segmentations);
        }
    }

    /** Share of rejected rows (duplicates not counted) above which a run is refused, and how many days rows are kept. */
    public record Quarantine(double limit, int keepDays) {}
}
