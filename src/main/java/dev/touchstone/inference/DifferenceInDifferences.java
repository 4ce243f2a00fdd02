package dev.touchstone.inference;

import java.util.Optional;

/**
 * What an action changed: the change of the touchpoint it was taken at, less the change of that touchpoint's peers in
 * the same time, which would have come about without it.
 *
 * <p>Rests on the touchpoint having changed like its peers but for the action. An action that is chosen because its
 * touchpoint was at its worst breaks this: such a touchpoint gets better by itself (regression to the mean).
 *
 * @param touchpointBefore the touchpoint before the action
 * @param touchpointAfter the touchpoint after it
 * @param peersBefore the peers, without the touchpoint, before the action
 * @param peersAfter the peers after it
 */
public record DifferenceInDifferences(Cell touchpointBefore, Cell touchpointAfter, Cell peersBefore, Cell peersAfter) {
    /**
     * A KPI's estimate.
     *
     * @param value in the KPI's unit, in its own direction; NaN without observations
     * @param variance of the value at the effective number of observations, in that unit squared, 0 or more; NaN where
     *     not known
     */
    public record Cell(double value, double variance) {
        public Cell {
            Arguments.check(!(variance < 0), "variance of 0 or more", variance);
        }
    }

    /**
     * The effect in the KPI's unit and direction: below 0 where lower is better and the action helped. The variances add up, as if the four cells were
     * independent.
     *
     * @return with the value only where a variance is not known; empty where a cell has no value
     */
    public Optional<Difference> effect() {
        double value = touchpointAfter.value - touchpointBefore.value - (peersAfter.value - peersBefore.value);
        double variance =
                touchpointAfter.variance + touchpointBefore.variance + (peersAfter.variance + peersBefore.variance);
        return Double.isNaN(value) ? Optional.empty() : Optional.of(Difference.normal(value, variance, Double.NaN));
    }
}
