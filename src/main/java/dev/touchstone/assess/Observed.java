package dev.touchstone.assess;

import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.State;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * A row of {@code kpi_values}, without KPI, period and segmentation.
 *
 * @param weight what the value is divided by
 * @param effective independent observations that n is worth
 * @param design design effect of repeated customers
 * @param value NaN at n = 0
 * @param low lower end of the interval, null where open
 * @param variance of single scores, of a duration of ln(seconds); NaN where not known
 */
record Observed(
        Key key,
        boolean weighted,
        boolean complete,
        long n,
        double weight,
        double effective,
        double design,
        double value,
        Double low,
        Double high,
        double variance,
        double geometricMean,
        long positive,
        long open,
        long immature) {
    /** The columns of {@code kpi_values} that it is read from. */
    static final List<String> COLUMNS = List.of(
            "weighted",
            "segment",
            "touchpoint",
            "is_complete",
            "n",
            "weight",
            "n_eff",
            "deff",
            "value",
            "ci_low",
            "ci_high",
            "variance",
            "geometric_mean",
            "positive",
            "open",
            "immature");

    /** A mean of the closed cases says little where more than this share is open. */
    private static final double MUCH_OPEN = 0.05;

    /** Where, of whom. */
    record Key(String touchpoint, String segment) {}

    /** What is compared of a cell: observations, what they are worth, and their mean; of a duration that of ln(seconds). */
    record Numbers(double n, double effective, double value) {}

    static Observed of(Row row) {
        return new Observed(
                new Key(row.getAs("touchpoint"), row.getAs("segment")),
                row.getAs("weighted"),
                row.getAs("is_complete"),
                row.<Long>getAs("n"),
                row.<Double>getAs("weight"),
                row.<Double>getAs("n_eff"),
                row.<Double>getAs("deff"),
                known(row.getAs("value")),
                row.getAs("ci_low"),
                row.getAs("ci_high"),
                known(row.getAs("variance")),
                known(row.getAs("geometric_mean")),
                counted(row.getAs("positive")),
                counted(row.getAs("open")),
                row.<Long>getAs("immature"));
    }

    /** A row of named values; NULL where none is given. */
    static Row row(StructType columns, Map<String, Object> values) {
        return RowFactory.create(
                Stream.of(columns.fieldNames()).map(values::get).toArray());
    }

    private static double known(Double value) {
        return value == null ? Double.NaN : value;
    }

    private static long counted(Long number) {
        return number == null ? 0 : number;
    }

    /** Whether something of it is still open. */
    boolean isOpen(Kpi kpi) {
        return !complete || immature > 0 || kpi.state() == State.DURATION && open > MUCH_OPEN * (n + open);
    }

    /** Of cases of zero seconds there is no logarithm; they are in mean and percentiles. */
    Numbers numbers(Kpi kpi) {
        return kpi.state() == State.DURATION
                ? new Numbers(positive, n == 0 ? 0 : effective * positive / n, Math.log(geometricMean))
                : new Numbers(effective * design, effective, value);
    }
}
