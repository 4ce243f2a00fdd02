package dev.touchstone.assess;

import dev.touchstone.inference.DriverSelection;
import dev.touchstone.inference.KeyDrivers;
import dev.touchstone.inference.KeyDrivers.Driver;
import dev.touchstone.inference.PairSums;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapGroupsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * From the sums of one segment in one scope to the weights of its touchpoints. The statistics are those of
 * {@link DriverSelection}; here sums are put into matrices, and scores turned into the KPIs' units.
 *
 * <p>The rows of a segment: one a block and pair of touchpoints, sums as DOUBLE; a row without touchpoints stands for the
 * segment alone.
 */
final class DriverWeights implements FlatMapGroupsFunction<String, Row, Row> {
    /** 1 where a weight lies above the mean of all with its whole interval, -1 below, else 0; NULL without weight. */
    static final String IMPORTANCE = "_importance";

    static final StructType SCHEMA = StructType.fromDDL("_number INT, segmentation STRING, segment STRING,"
            + " touchpoint STRING, status STRING, reason STRING, method STRING, n BIGINT, share DOUBLE, min_n BIGINT,"
            + " r_squared DOUBLE, shrinkage DOUBLE, weight DOUBLE, weight_low DOUBLE, weight_high DOUBLE, beta DOUBLE, slope DOUBLE, "
            + IMPORTANCE + " INT");

    private static final long serialVersionUID = 1;
    private static final int BLOCKS = 16;
    private static final String OUTCOME = "company";

    private final String kpi;
    private final String outcome;
    private final double unit;

    /**
     * @param unit what a slope between scores is multiplied by to be one between values: factor of the KPI's scale by
     *     that of the outcome's
     */
    DriverWeights(String kpi, String outcome, double unit) {
        this.kpi = kpi;
        this.outcome = outcome;
        this.unit = unit;
    }

    private record Pair(int block, String first, String second) {}

    /** The sums of a segment. */
    private record Sums(Map<Pair, PairSums> pairs, List<String> touchpoints) {
        static Sums of(Map<Pair, PairSums> pairs) {
            TreeSet<String> touchpoints = new TreeSet<>();
            pairs.keySet().forEach(pair -> touchpoints.add(pair.first()));
            touchpoints.remove(OUTCOME);
            return new Sums(pairs, List.copyOf(touchpoints));
        }

        long responses(String first, String second) {
            long responses = 0;
            for (int block = 0; block < BLOCKS; block++) {
                responses += pairs.getOrDefault(new Pair(block, first, second), PairSums.NONE)
                        .n();
            }
            return responses;
        }

        /** Whether a response rates two touchpoints or more. */
        boolean areTogether() {
            return pairs.keySet().stream()
                    .anyMatch(pair ->
                            !pair.second().equals(OUTCOME) && !pair.first().equals(pair.second()));
        }

        /** Of each block the matrix that {@link KeyDrivers#of} takes. */
        List<PairSums[][]> blocks() {
            List<String> questions =
                    Stream.concat(touchpoints.stream(), Stream.of(OUTCOME)).toList();
            List<PairSums[][]> blocks = new ArrayList<>();
            for (int block = 0; block < BLOCKS; block++) {
                PairSums[][] matrix = new PairSums[questions.size()][questions.size()];
                for (int j = 0; j < matrix.length; j++) {
                    for (int k = j; k < matrix.length; k++) {
                        matrix[j][k] = pairs.get(new Pair(block, questions.get(j), questions.get(k)));
                    }
                }
                blocks.add(matrix);
            }
            return blocks;
        }
    }

    @Override
    public Iterator<Row> call(String group, Iterator<Row> rows) {
        Map<Pair, PairSums> pairs = new HashMap<>();
        Map<String, Object> segment = new HashMap<>();
        while (rows.hasNext()) {
            Row row = rows.next();
            for (String name : List.of("_number", "segmentation", "segment")) {
                segment.put(name, row.getAs(name));
            }
            String first = row.getAs("first");
            if (first != null) {
                pairs.put(new Pair(row.<Integer>getAs("block"), first, row.getAs("second")), sums(row));
            }
        }
        List<Row> weights = new ArrayList<>();
        for (Map<String, Object> values : weights(Sums.of(pairs))) {
            values.putAll(segment);
            weights.add(row(values));
        }
        return weights.iterator();
    }

    private static PairSums sums(Row row) {
        return new PairSums(
                row.<Double>getAs("n").longValue(),
                row.<Double>getAs("s_first"),
                row.<Double>getAs("s_second"),
                row.<Double>getAs("ss_first"),
                row.<Double>getAs("ss_second"),
                row.<Double>getAs("s_product"));
    }

    private List<Map<String, Object>> weights(Sums sums) {
        long responses = sums.responses(OUTCOME, OUTCOME);
        String lacking = lacking(sums, responses);
        if (lacking != null) {
            return List.of(notAvailable(null, responses, lacking));
        }
        DriverSelection selection = DriverSelection.of(sums.touchpoints(), sums.blocks(), KeyDrivers.NEEDED_RESPONSES);
        KeyDrivers drivers = selection.drivers();
        if (drivers.reason().isPresent()) {
            Map<String, Object> none =
                    notAvailable(null, responses, drivers.reason().get());
            if (!Double.isNaN(drivers.shrinkage())) {
                none.put("min_n", drivers.fewestResponses());
                none.put("shrinkage", drivers.shrinkage());
            }
            return List.of(none);
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        drivers.drivers()
                .forEach(driver ->
                        rows.add(available(driver, drivers, sums.responses(driver.predictor(), OUTCOME), responses)));
        selection
                .leftOut()
                .forEach((touchpoint, reason) ->
                        rows.add(notAvailable(touchpoint, sums.responses(touchpoint, OUTCOME), reason)));
        return rows;
    }

    /** Why there is nothing to weigh whatever the numbers say; null where there is. */
    private String lacking(Sums sums, long responses) {
        if (responses == 0) {
            return "no response has a score of %s at %s".formatted(outcome, OUTCOME);
        }
        if (sums.touchpoints().isEmpty()) {
            return "no response has a score of %s at a touchpoint".formatted(kpi);
        }
        if (!sums.areTogether()) {
            return "the questionnaires rate one touchpoint each by %s: what one adds to the others cannot be told"
                    .formatted(kpi);
        }
        return null;
    }

    private static Map<String, Object> notAvailable(String touchpoint, long responses, String reason) {
        Map<String, Object> row = new HashMap<>();
        row.put("touchpoint", touchpoint);
        row.put("status", "NOT_AVAILABLE");
        row.put("reason", reason);
        row.put("n", responses);
        return row;
    }

    /** @param responses with a score of the touchpoint and of the outcome, {@code all} with one of the outcome */
    private Map<String, Object> available(Driver driver, KeyDrivers drivers, long responses, long all) {
        double border = drivers.rSquared() / drivers.drivers().size();
        Map<String, Object> row = new HashMap<>();
        row.put("touchpoint", driver.predictor());
        row.put("status", "OK");
        row.put("method", drivers.method().name());
        row.put("n", responses);
        row.put("share", (double) responses / all);
        row.put("min_n", drivers.fewestResponses());
        row.put("r_squared", drivers.rSquared());
        row.put("shrinkage", drivers.shrinkage());
        row.put("weight", driver.weight());
        row.put("weight_low", known(driver.low()));
        row.put("weight_high", known(driver.high()));
        row.put("beta", driver.beta());
        row.put("slope", driver.slope() * unit);
        row.put(IMPORTANCE, driver.low() > border ? 1 : driver.high() < border ? -1 : 0);
        return row;
    }

    private static Double known(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static Row row(Map<String, Object> values) {
        Object[] row = new Object[SCHEMA.size()];
        String[] names = SCHEMA.fieldNames();
        for (int i = 0; i < row.length; i++) {
            row[i] = values.get(names[i]);
        }
        return RowFactory.create(row);
    }
}
