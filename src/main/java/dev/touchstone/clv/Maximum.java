package dev.touchstone.clv;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.hipparchus.exception.MathIllegalStateException;
import org.hipparchus.optim.InitialGuess;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.PointValuePair;
import org.hipparchus.optim.SimpleValueChecker;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.nonlinear.scalar.ObjectiveFunction;
import org.hipparchus.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.hipparchus.optim.nonlinear.scalar.noderiv.SimplexOptimizer;

/**
 * The largest value of a function within a box: Nelder-Mead from several starts, then from the best point anew until
 * nothing is gained. Deterministic.
 *
 * <p>Nelder-Mead needs no derivatives, stands the flat ridges of these likelihoods, and three or four dimensions are
 * what it is good at. It may stall with a collapsed simplex; starting it anew is the remedy.
 */
final class Maximum {
    private static final double FIRST_STEP = 0.5;
    private static final double LATER_STEP = 0.1;
    private static final double ROUGHLY = 1e-6;
    private static final double CLOSELY = 1e-13;
    /** Gain of a mean log-likelihood that is none: a few times what rounding leaves. */
    private static final double NO_GAIN = 1e-9;

    private static final int RESTARTS = 20;
    private static final int EVALUATIONS = 5000;

    private final ToDoubleFunction<double[]> function;
    private final double[] low;
    private final double[] high;

    private Maximum(ToDoubleFunction<double[]> function, double[] low, double[] high) {
        this.function = function;
        this.low = low;
        this.high = high;
    }

    /**
     * The point within the box where the function is largest; empty where no start leads to one.
     *
     * @param function about 1 in size; NaN is taken for impossible
     */
    static Optional<double[]> of(
            ToDoubleFunction<double[]> function, double[] low, double[] high, List<double[]> starts) {
        try {
            return new Maximum(function, low, high).from(starts);
        } catch (MathIllegalStateException tooManyEvaluations) {
            return Optional.empty();
        }
    }

    private Optional<double[]> from(List<double[]> starts) {
        PointValuePair best = null;
        for (double[] start : starts) {
            PointValuePair found = climb(inside(start), FIRST_STEP, ROUGHLY);
            if (best == null || found.getValue() > best.getValue()) {
                best = found;
            }
        }
        for (int restart = 0; restart < RESTARTS; restart++) {
            PointValuePair found = climb(inside(best.getPoint()), LATER_STEP, CLOSELY);
            double gain = found.getValue() - best.getValue();
            if (gain > 0) {
                best = found;
            }
            if (gain <= NO_GAIN) {
                return Double.isFinite(best.getValue()) ? Optional.of(inside(best.getPoint())) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private PointValuePair climb(double[] start, double step, double threshold) {
        double[] steps = new double[start.length];
        Arrays.fill(steps, step);
        return new SimplexOptimizer(new SimpleValueChecker(-1, threshold))
                .optimize(
                        new MaxEval(EVALUATIONS),
                        new ObjectiveFunction(this::value),
                        GoalType.MAXIMIZE,
                        new InitialGuess(start),
                        new NelderMeadSimplex(steps));
    }

    /** Outside of the box the value at its edge, less the squared distance: the simplex slides back. */
    private double value(double[] point) {
        double[] inside = inside(point);
        double distance = 0;
        for (int i = 0; i < point.length; i++) {
            distance += (point[i] - inside[i]) * (point[i] - inside[i]);
        }
        double value = function.applyAsDouble(inside) - distance;
        return Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value;
    }

    private double[] inside(double[] point) {
        double[] inside = new double[point.length];
        for (int i = 0; i < point.length; i++) {
            inside[i] = Math.max(low[i], Math.min(high[i], point[i]));
        }
        return inside;
    }
}
