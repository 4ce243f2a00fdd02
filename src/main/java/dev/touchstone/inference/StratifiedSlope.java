package dev.touchstone.inference;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How much more of an outcome goes with a point more of a score among like customers: the regression of the outcome on
 * the score with one slope for all strata and a level for each.
 *
 * <pre>
 * slope      = sum of Sxy / sum of Sxx
 * variance   = (sum of Syy - slope * sum of Sxy) / ((N - H - 1) * sum of Sxx)
 * </pre>
 *
 * <p>S are sums of products of deviations within a stratum, x the score, y the outcome, N observations in H strata. The
 * variance supposes that outcomes scatter alike about the lines, which shares between .2 and .8 nearly do. An
 * association, which is not a cause; where better scores do not add the same everywhere on the scale, their mean.
 *
 * @param slope outcome per point of the score: shares for outcomes that happen or not, else in the unit of the amount;
 *     above 0 where a higher score goes with more
 * @param standardError above 0, in the same unit; NaN where not known: without an observation to spare, or where all
 *     outcomes lie on the lines
 * @param low lower end of the 95 % interval, Student's t at N - H - 1 degrees of freedom; NaN where not known
 * @param high upper end
 */
public record StratifiedSlope(double slope, double standardError, double low, double high) {
    private static final double TAIL = 0.025;

    /**
     * Observations of one score in one stratum.
     *
     * @param score oriented so that higher is better
     * @param outcomes what these observations came to
     */
    public record Point(double score, Moments outcomes) {
        public Point {
            Arguments.check(Double.isFinite(score), "a finite score", score);
        }

        /** Observations of which some have the outcome: an amount of 1 each. */
        public Point(double score, Share outcomes) {
            this(score, new Moments(outcomes.n(), outcomes.outcomes(), outcomes.outcomes()));
        }
    }

    /**
     * Over all strata. Strata and points may be in any order, and the points of a score in more than one part. A
     * stratum with one score tells nothing about the slope, but how outcomes scatter.
     *
     * @param strata the points of each
     * @return empty where no stratum has two different scores
     */
    public static Optional<StratifiedSlope> of(Collection<? extends Collection<Point>> strata) {
        List<Deviations> deviations = strata.stream()
                .map(points ->
                        points.stream().filter(point -> point.outcomes.n() > 0).toList())
                .filter(points -> !points.isEmpty())
                .map(Deviations::of)
                .toList();
        double xx = StableSum.of(deviations, Deviations::xx);
        if (!(xx > 0)) {
            return Optional.empty();
        }
        double xy = StableSum.of(deviations, Deviations::xy);
        double yy = StableSum.of(deviations, Deviations::yy);
        double slope = xy / xx;
        double rest = yy - slope * xy;
        double degrees = StableSum.of(deviations, Deviations::n) - deviations.size() - 1;
        if (!(degrees > 0) || !Moments.isScatter(rest, yy)) {
            return Optional.of(new StratifiedSlope(slope, Double.NaN, Double.NaN, Double.NaN));
        }
        double standardError = Math.sqrt(rest / (degrees * xx));
        double reach = TDistribution.of(degrees).inverseSurvivalProbability(TAIL) * standardError;
        return Optional.of(new StratifiedSlope(slope, standardError, slope - reach, slope + reach));
    }

    private record Deviations(double n, double xx, double xy, double yy) {
        static Deviations of(List<Point> points) {
            // Scores count from the lowest, so that those of a stratum with one score come to 0 without rounding.
            double lowest = points.stream().mapToDouble(Point::score).min().orElseThrow();
            Moments outcomes = Moments.sum(points.stream().map(Point::outcomes).toList());
            double n = outcomes.n();
            double x = StableSum.of(points, point -> point.outcomes.n() * (point.score - lowest));
            double squares = StableSum.of(points, point -> point.outcomes.n() * Math.pow(point.score - lowest, 2));
            double products = StableSum.of(points, point -> (point.score - lowest) * point.outcomes.sum());
            return new Deviations(n, squares - x * x / n, products - x * outcomes.sum() / n, outcomes.deviations());
        }
    }
}
