package dev.touchstone.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.apache.spark.sql.Row;

/**
 * Drivers by another route: DuckDB reads the survey's file and correlates its columns, then the definitions are followed
 * as they are written.
 */
final class RawDrivers {
    private final List<String> touchpoints;
    private final double[][] joint;

    private RawDrivers(List<String> touchpoints, double[][] joint) {
        this.touchpoints = touchpoints;
        this.joint = joint;
    }

    /**
     * @param scores what a row scores, by touchpoint: SQL over the file's columns, all of them text
     * @param outcome what it scores as outcome
     */
    static RawDrivers of(String file, Map<String, String> scores, String outcome) throws SQLException {
        List<String> touchpoints = List.copyOf(new TreeMap<>(scores).keySet());
        List<String> all = new ArrayList<>();
        touchpoints.forEach(touchpoint -> all.add(scores.get(touchpoint)));
        all.add(outcome);
        String correlations = all.stream()
                .map(x -> all.stream().map(y -> "corr(%s, %s)".formatted(x, y)).collect(Collectors.joining(", ")))
                .collect(Collectors.joining(", "));
        double[][] joint = new double[all.size()][all.size()];
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT %s FROM read_csv('%s', header = true, all_varchar = true)"
                                .formatted(correlations, file))) {
            row.next();
            for (int j = 0; j < all.size(); j++) {
                for (int k = 0; k < all.size(); k++) {
                    joint[j][k] = row.getDouble(1 + j * all.size() + k);
                }
            }
        }
        return new RawDrivers(touchpoints, joint);
    }

    /** The mean gain of R^2 over all orders: each set's R^2 is solved for by itself. */
    double[] lmg() {
        int p = touchpoints.size();
        double[] explained = new double[1 << p];
        for (int set = 1; set < explained.length; set++) {
            explained[set] = explained(set);
        }
        double[] weights = new double[p];
        for (int set = 0; set < explained.length; set++) {
            int size = Integer.bitCount(set);
            for (int j = 0; j < p; j++) {
                if ((set >> j & 1) == 0) {
                    double orders = factorial(size) * factorial(p - size - 1) / factorial(p);
                    weights[j] += orders * (explained[set | 1 << j] - explained[set]);
                }
            }
        }
        return weights;
    }

    /** The root of the correlations is found by the iteration of Denman and Beavers, without eigenvalues. */
    double[] johnson() {
        int p = touchpoints.size();
        double[][] root = part((1 << p) - 1, false);
        double[][] inverse = identity(p);
        for (int step = 0; step < 30; step++) {
            double[][] next = mean(root, solved(inverse, identity(p)));
            inverse = mean(inverse, solved(root, identity(p)));
            root = next;
        }
        double[][] betas = solved(root, part((1 << p) - 1, true));
        double[] weights = new double[p];
        for (int j = 0; j < p; j++) {
            for (int k = 0; k < p; k++) {
                weights[j] += Math.pow(root[j][k] * betas[k][0], 2);
            }
        }
        return weights;
    }

    /** R^2 of a set of touchpoints. */
    private double explained(int set) {
        double[][] r = part(set, true);
        double[][] betas = solved(part(set, false), r);
        double sum = 0;
        for (int j = 0; j < r.length; j++) {
            sum += r[j][0] * betas[j][0];
        }
        return sum;
    }

    /** Correlations of a set of touchpoints among each other, or with the outcome as a column. */
    private double[][] part(int set, boolean withOutcome) {
        List<Integer> members = new ArrayList<>();
        for (int j = 0; j < touchpoints.size(); j++) {
            if ((set >> j & 1) == 1) {
                members.add(j);
            }
        }
        List<Integer> others = withOutcome ? List.of(touchpoints.size()) : members;
        return members.stream()
                .map(j -> others.stream().mapToDouble(k -> joint[j][k]).toArray())
                .toArray(double[][]::new);
    }

    /** X of A X = B, by elimination; A is positive definite. */
    private static double[][] solved(double[][] a, double[][] b) {
        int p = a.length;
        double[][] left = new double[p][];
        double[][] right = new double[p][];
        for (int j = 0; j < p; j++) {
            left[j] = a[j].clone();
            right[j] = b[j].clone();
        }
        for (int pivot = 0; pivot < p; pivot++) {
            for (int j = 0; j < p; j++) {
                if (j != pivot) {
                    double factor = left[j][pivot] / left[pivot][pivot];
                    for (int k = 0; k < p; k++) {
                        left[j][k] -= factor * left[pivot][k];
                    }
                    for (int k = 0; k < right[j].length; k++) {
                        right[j][k] -= factor * right[pivot][k];
                    }
                }
            }
        }
        for (int j = 0; j < p; j++) {
            for (int k = 0; k < right[j].length; k++) {
                right[j][k] /= left[j][j];
            }
        }
        return right;
    }

    private static double[][] mean(double[][] one, double[][] other) {
        double[][] mean = new double[one.length][one.length];
        for (int j = 0; j < one.length; j++) {
            for (int k = 0; k < one.length; k++) {
                mean[j][k] = (one[j][k] + other[j][k]) / 2;
            }
        }
        return mean;
    }

    private static double[][] identity(int size) {
        double[][] identity = new double[size][size];
        for (int j = 0; j < size; j++) {
            identity[j][j] = 1;
        }
        return identity;
    }

    private static double factorial(int n) {
        double product = 1;
        for (int k = 2; k <= n; k++) {
            product *= k;
        }
        return product;
    }

    /** Rows of {@code drivers} say the same as these weights, which are in order of touchpoint. */
    void assertSame(List<Row> rows, String method, double[] weights) {
        double explained = explained((1 << touchpoints.size()) - 1);
        assertThat(DoubleStream.of(weights).sum()).isCloseTo(explained, within(1e-9));
        Map<String, Row> byTouchpoint = new TreeMap<>();
        rows.forEach(row -> byTouchpoint.put(row.getAs("touchpoint"), row));
        assertThat(byTouchpoint.keySet()).containsExactlyElementsOf(touchpoints);
        for (int j = 0; j < weights.length; j++) {
            Row row = byTouchpoint.get(touchpoints.get(j));
            assertThat(row.<String>getAs("method")).isEqualTo(method);
            assertThat(row.<Double>getAs("shrinkage")).isZero();
            assertThat(row.<Double>getAs("r_squared")).isCloseTo(explained, within(1e-9));
            assertThat(row.<Double>getAs("weight")).as(touchpoints.get(j)).isCloseTo(weights[j], within(1e-9));
        }
    }
}
