package dev.touchstone.inference;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How well an answer tells customers who have an outcome later from those who do not: the area under the ROC curve, the
 * probability that of one customer with and one without the outcome the former gave the higher answer, equal answers
 * counting half.
 *
 * <p>Standard error: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson (1988), Biometrics 44, 837-845, which takes equal
 * answers as they are, so that counts by answer say all it needs; that of Hanley and McNeil supposes answers without
 * ties. The interval is taken on the scale ln(A / (1 - A)): it keeps within [0, 1], and holds the true area oftener
 * than the plain one where there are few customers or the area is near 1.
 *
 * @param area from 0 to 1; 1/2 tells nothing, below 1/2 the outcome goes with lower answers
 * @param standardError above 0; NaN where not known: with or without the outcome there is a single customer, the
 *     answers of the two do not overlap, or all are the same
 * @param low lower end of the 95 % interval; 0 where the standard error is not known
 * @param high upper end; 1 where the standard error is not known
 */
public record Discrimination(double area, double standardError, double low, double high) {
    /**
     * Customers who gave the same answer; several of the same answer are added up.
     *
     * @param score the answer, oriented so that higher is better
     * @param with customers who had the outcome afterwards, 0 or more
     * @param without customers who had not, 0 or more
     */
    public record Answer(double score, double with, double without) {
        public Answer {
            Arguments.check(Double.isFinite(score), "a finite score", score);
            Arguments.checkCount("customers with the outcome", with);
            Arguments.checkCount("customers without the outcome", without);
        }

        private Answer plus(Answer other) {
            return new Answer(score, with + other.with, without + other.without);
        }
    }

    /**
     * From the counts of all answers, in any order. Turning the scores round gives 1 less the area.
     *
     * @return empty where nobody, or everybody, has the outcome
     */
    public static Optional<Discrimination> of(Collection<Answer> answers) {
        TreeMap<Double, Answer> merged = new TreeMap<>();
        // Zero has two signs in binary; adding 0 leaves one.
        answers.forEach(answer -> merged.merge(answer.score + 0.0, answer, Answer::plus));
        List<Answer> ascending = new ArrayList<>(merged.values());
        double with = StableSum.of(ascending, Answer::with);
        double without = StableSum.of(ascending, Answer::without);
        if (with == 0 || without == 0) {
            return Optional.empty();
        }
        List<Placement> ofWith = new ArrayList<>();
        List<Placement> ofWithout = new ArrayList<>();
        double withBelow = 0;
        double withoutBelow = 0;
        for (Answer answer : ascending) {
            ofWith.add(new Placement(answer.with, (withoutBelow + answer.without / 2) / without));
            ofWithout.add(new Placement(answer.without, 1 - (withBelow + answer.with / 2) / with));
            withBelow += answer.with;
            withoutBelow += answer.without;
        }
        double area = StableSum.of(ofWith, placement -> placement.n * placement.beaten) / with;
        return Optional.of(interval(area, variance(ofWith, area, with) + variance(ofWithout, area, without)));
    }

    /**
     * Customers of one answer.
     *
     * @param n how many
     * @param beaten share of the other customers, without the outcome or with it, against whom they speak for the
     *     instrument, those of the same answer by half
     */
    private record Placement(double n, double beaten) {}

    private static double variance(List<Placement> placements, double area, double n) {
        double scatter = StableSum.of(placements, placement -> placement.n * Math.pow(placement.beaten - area, 2));
        return n > 1 ? scatter / (n - 1) / n : Double.NaN;
    }

    private static Discrimination interval(double area, double variance) {
        if (!Moments.isScatter(variance, 1)) {
            return new Discrimination(area, Double.NaN, 0, 1);
        }
        double standardError = Math.sqrt(variance);
        double odds = Math.log(area / (1 - area));
        double reach = Difference.Z * standardError / (area * (1 - area));
        return new Discrimination(area, standardError, logistic(odds - reach), logistic(odds + reach));
    }

    private static double logistic(double odds) {
        return 1 / (1 + Math.exp(-odds));
    }
}
