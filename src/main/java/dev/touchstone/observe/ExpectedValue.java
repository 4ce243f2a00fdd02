package dev.touchstone.observe;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.clv.BgNbd;
import dev.touchstone.clv.ClvModel;
import dev.touchstone.clv.GammaGamma;
import java.io.Serial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.types.DataTypes;

/**
 * What customers' future orders are worth, by a model for each end of a period (and currency), fitted to all customers
 * who had ordered by then.
 *
 * <p>Orders of one day are one purchase, time is counted in days. Where more than {@value #MOST_REPEAT_CUSTOMERS}
 * customers ordered on two days or more, the model is fitted to the middle days of weeks, so that there are few distinct
 * histories; what a customer is worth is always by the days.
 */
final class ExpectedValue {
    /** The derived column. */
    static final String NAME = "expected_value";
    /** What is known of a customer's orders at an end: struct with order_days, first.day, first.gross, last_day, gross. */
    static final String STATE = "_state";
    /** Bound at which a period ends, by number. */
    static final String END_BOUND = "_end_bound";
    /** First day after a period. */
    static final String PERIOD_END = "_period_end";

    static final int MOST_REPEAT_CUSTOMERS = 20_000;

    private static final int MONTHS = 12;
    private static final double MONTHLY_DISCOUNT = 0.01;
    private static final int DAYS_A_WEEK = 7;

    private static final String MODEL =
            "concat(" + END_BOUND + ", ' ', coalesce(" + CustomerPeriods.CURRENCY + ", ''))";

    private final Map<String, ClvModel> models;

    private ExpectedValue(Map<String, ClvModel> models) {
        this.models = models;
    }

    /**
     * Fits the models, all at once: time grows with the distinct histories, and with the ends.
     *
     * @param orders one row a customer who has ordered, currency and end: {@link #END_BOUND}, {@link #PERIOD_END},
     *     {@link CustomerPeriods#CURRENCY}, {@link #STATE}
     */
    static ExpectedValue fitted(Dataset<Row> orders) {
        List<String> byWeek = orders
                .where(STATE + ".order_days > 1")
                .groupBy(expr(MODEL).as("model"))
                .agg(count(lit(1)).as("customers"))
                .where("customers > " + MOST_REPEAT_CUSTOMERS)
                .collectAsList()
                .stream()
                .map(row -> row.<String>getAs("model"))
                .toList();
        Map<String, Groups> groups = new TreeMap<>();
        for (Row row : groups(orders, byWeek).collectAsList()) {
            Groups of = groups.computeIfAbsent(row.getAs("model"), model -> new Groups());
            long frequency = row.<Long>getAs("frequency");
            long customers = row.<Long>getAs("customers");
            Long bin = row.getAs("bin");
            if (bin == null) {
                of.purchases.add(new BgNbd.Group(
                        frequency, row.<Integer>getAs("recency"), row.<Integer>getAs("age"), customers));
            } else {
                of.values.add(new GammaGamma.Group(frequency, GammaGamma.middle(bin), customers));
            }
        }
        return new ExpectedValue(groups.entrySet().parallelStream()
                .flatMap(of -> ClvModel.fit(of.getValue().purchases, of.getValue().values, ClvModel.DAYS_A_MONTH)
                        .map(model -> Map.entry(of.getKey(), model))
                        .stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** Customers of equal histories: for how often they buy (recency and age), and for how much (bin). */
    private static Dataset<Row> groups(Dataset<Row> orders, List<String> byWeek) {
        String middle = "IF(weekly, CAST(%1$s DIV " + DAYS_A_WEEK + " AS INT) * " + DAYS_A_WEEK + " + "
                + DAYS_A_WEEK / 2 + ", %1$s)";
        String often = "named_struct('recency', IF(frequency = 0, 0, %s), 'age', %s, 'bin', CAST(NULL AS BIGINT))"
                .formatted(middle.formatted("recency"), middle.formatted("age"));
        // As GammaGamma.bin does.
        String much = "named_struct('recency', CAST(NULL AS INT), 'age', CAST(NULL AS INT), 'bin', CAST(round(ln("
                + "IF(mean_value > 0, mean_value, NULL)) / " + GammaGamma.BIN_WIDTH + "D) AS BIGINT))";
        return orders.select(
                        expr(MODEL).as("model"),
                        expr(MODEL).isin(byWeek.toArray()).as("weekly"),
                        expr(frequency(STATE)).as("frequency"),
                        expr(recency(STATE)).as("recency"),
                        expr(age(STATE)).as("age"),
                        expr(meanValue(STATE)).as("mean_value"))
                .selectExpr("model", "frequency", "explode(array(%s, %s)) AS history".formatted(often, much))
                .where("history.age IS NOT NULL OR history.bin IS NOT NULL")
                .groupBy("model", "frequency", "history")
                .agg(count(lit(1)).as("customers"))
                .select("model", "frequency", "history.*", "customers");
    }

    /**
     * The value expected of a customer after an end; NULL where it had not ordered, or where there was no model.
     *
     * @param state SQL for the customer's {@link #STATE}
     */
    Column of(String state) {
        Column value = udf(new Worth(new HashMap<>(models)), DataTypes.DoubleType)
                .apply(
                        expr(MODEL),
                        expr(frequency(state)),
                        expr(recency(state)),
                        expr(age(state)),
                        expr(meanValue(state)));
        return when(expr(state + ".order_days > 0"), value);
    }

    private static String frequency(String state) {
        return state + ".order_days - 1";
    }

    private static String recency(String state) {
        return "datediff(%1$s.last_day, %1$s.first.day)".formatted(state);
    }

    private static String age(String state) {
        return "datediff(%s, %s.first.day)".formatted(PERIOD_END, state);
    }

    /** Of the days with orders after the first; NULL where there is none. */
    private static String meanValue(String state) {
        return "IF(%1$s.order_days > 1, CAST(%1$s.gross - %1$s.first.gross AS DOUBLE) / (%1$s.order_days - 1), NULL)"
                .formatted(state);
    }

    private static final class Groups {
        private final List<BgNbd.Group> purchases = new ArrayList<>();
        private final List<GammaGamma.Group> values = new ArrayList<>();
    }

    /** Spark SQL has no series with as many terms as are needed. */
    private static final class Worth implements UDF5<String, Long, Integer, Integer, Double, Double> {
        @Serial
        private static final long serialVersionUID = 1;

        private static final int MOST_KNOWN = 100_000;

        private final HashMap<String, ClvModel> models;
        private transient Map<Customers, Double> purchases;

        private record Customers(String model, long frequency, int age) {}

        Worth(HashMap<String, ClvModel> models) {
            this.models = models;
        }

        @Override
        public Double call(String name, Long frequency, Integer recency, Integer age, Double meanValue) {
            ClvModel model = models.get(name);
            if (model == null) {
                return null;
            }
            return purchases(model, new Customers(name, frequency, age))
                    * model.purchases().probabilityActive(frequency, recency, age)
                    * model.values().expectedValue(frequency, meanValue == null ? 0 : meanValue);
        }

        private double purchases(ClvModel model, Customers customers) {
            if (purchases == null || purchases.size() > MOST_KNOWN) {
                purchases = new HashMap<>();
            }
            return purchases.computeIfAbsent(
                    customers, of -> model.purchasesIfActive(of.frequency(), of.age(), MONTHS, MONTHLY_DISCOUNT));
        }
    }
}
