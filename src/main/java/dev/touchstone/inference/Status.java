package dev.touchstone.inference;

/** The verdict on a cell: the first that holds, in the order of {@link Family}. */
public enum Status {
    /** The period, the window of some observations, or too many of its cases are still open. */
    IMMATURE,
    /** There is nothing to compare with: an earlier period without data, no peers. */
    NO_BENCHMARK,
    /** Weaker than the benchmark by more than the tolerance, with control of false discoveries among all cells tested. */
    CONFIRMED,
    /** Weaker by more than the tolerance with high probability, given what its peers are like. */
    PROBABLE,
    /** Not weaker by more than the tolerance, with high probability. */
    OK,
    /** Too few observations to see a shortfall of twice the tolerance four times out of five. */
    NOT_ENOUGH_DATA,
    /** Enough observations, and still neither weak nor well: it lies about at the tolerance. */
    BORDERLINE
}
