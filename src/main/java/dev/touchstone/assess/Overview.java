package dev.touchstone.assess;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;

import dev.touchstone.calendar.Grain;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * Every KPI over all touchpoints in its latest complete month: what there is, at a glance.
 *
 * @param period the latest of these months
 * @param lines in order of the catalogue
 */
public record Overview(String period, List<Line> lines) {
    private static final String COMPANY = "company";
    private static final String SHARE = "_share";

    /**
     * What a KPI came to.
     *
     * @param period the latest complete month with observations; others of the overview may be later
     * @param aboutCompany true: there are no answers about touchpoints, these are about the company as a whole
     * @param value null: a percentile among cases that are still open
     * @param open of a duration: cases that are still open; else null
     */
    public record Figure(
            Kpi kpi, String period, boolean aboutCompany, Double value, Double low, Double high, long n, Long open) {

        /** Share of a duration's cases that are still open, 0 to 1; 0 where it is none. */
        public double openShare() {
            if (open == null) {
                return 0;
            }
            return (double) open / (kpi.percentile() == null ? n + open : n);
        }

        private boolean standsBeside(Figure other) {
            return period.equals(other.period) && aboutCompany == other.aboutCompany;
        }
    }

    /** A figure that stands on the line of another one: a percentile beside its mean. */
    public record Beside(String label, Figure figure) {}

    /** A KPI with others that are about the same. */
    public record Line(Figure figure, List<Beside> beside) {}

    /** @return empty where no KPI has a value in a complete month */
    public static Optional<Overview> of(Project project, Store store) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        List<Row> rows = store.read(Table.KPI_VALUES)
                .where(col("grain")
                        .equalTo(Grain.MONTH.code())
                        .and(col("calendar").equalTo(project.calendars().get(0).code()))
                        .and(col("segmentation").equalTo("all"))
                        .and(col("touchpoint").isin("all", COMPANY))
                        .and(col("is_complete"))
                        .and(col("weighted").equalTo(false))
                        .and(col("n").gt(0)))
                .groupBy("kpi", "touchpoint")
                .agg(max(struct("period", "value", "ci_low", "ci_high", "n", "open"))
                        .as("latest"))
                .select("kpi", "touchpoint", "latest.*")
                .collectAsList();
        for (Kpi kpi : project.catalogue().kpis().values()) {
            for (String touchpoint : List.of("all", COMPANY)) {
                rows.stream()
                        .filter(row -> row.getAs("kpi").equals(kpi.name())
                                && row.getAs("touchpoint").equals(touchpoint))
                        .findFirst()
                        .ifPresent(row -> figures.putIfAbsent(kpi.name(), figure(kpi, row)));
            }
        }
        return of(figures.values());
    }

    /**
     * The overview of figures: percentiles stand beside their means, shares beside the means of the same answers,
     * perceptions beside the gaps that they are part of.
     *
     * @param figures in order of the catalogue, each KPI once
     * @return empty where there are none
     */
    public static Optional<Overview> of(Collection<Figure> figures) {
        return figures.stream()
                .map(Figure::period)
                .max(String::compareTo)
                .map(period -> new Overview(period, lines(figures)));
    }

    private static Figure figure(Kpi kpi, Row row) {
        return new Figure(
                kpi,
                row.getAs("period"),
                row.getAs("touchpoint").equals(COMPANY),
                row.getAs("value"),
                row.getAs("ci_low"),
                row.getAs("ci_high"),
                row.<Long>getAs("n"),
                row.getAs("open"));
    }

    private static List<Line> lines(Collection<Figure> all) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        all.forEach(figure -> figures.put(figure.kpi().name(), figure));
        Map<String, Line> lines = new LinkedHashMap<>();
        Map<String, Beside> besides = new LinkedHashMap<>();
        for (Figure figure : figures.values()) {
            String name = figure.kpi().name();
            String main = mainName(figure.kpi());
            Figure beside = figures.get(main);
            if (!main.equals(name) && beside != null && figure.standsBeside(beside)) {
                besides.put(name, new Beside(label(figure.kpi()), figure));
            } else {
                lines.put(name, new Line(figure, new ArrayList<>()));
            }
        }
        besides.forEach((name, beside) ->
                lines.get(mainName(beside.figure().kpi())).beside().add(beside));
        return List.copyOf(lines.values());
    }

    private static String mainName(Kpi kpi) {
        String name = kpi.name();
        if (kpi.percentile() != null) {
            return kpi.stateOf();
        }
        return name.endsWith(SHARE)
                ? name.substring(0, name.length() - SHARE.length())
                : name.replaceFirst("^servperf_", "servqual_");
    }

    private static String label(Kpi kpi) {
        if (kpi.percentile() == null) {
            return kpi.name().endsWith(SHARE) ? "share" : "perception";
        }
        return kpi.name().substring(kpi.stateOf().length() + 1).replace('_', '.');
    }
}
