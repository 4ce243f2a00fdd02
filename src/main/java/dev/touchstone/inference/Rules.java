package dev.touchstone.inference;

import java.io.Serializable;

/**
 * By which thresholds verdicts are given.
 *
 * @param falseDiscoveries largest q of a CONFIRMED cell, in (0, 1): the share of false ones among them that is accepted
 * @param probability smallest posterior probability of a PROBABLE cell; one less it is the largest of an OK one; in
 *     (0.5, 1)
 */
public record Rules(double falseDiscoveries, double probability) implements Serializable {
    /** q at most .10, probability at least .90. */
    public static final Rules DEFAULT = new Rules(0.10, 0.90);
}
