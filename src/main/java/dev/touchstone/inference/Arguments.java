package dev.touchstone.inference;

/** What a caller may hand in. A figure that is not allowed is a bug of the caller, not a fault of the user. */
final class Arguments {
    private Arguments() {}

    static void check(boolean holds, String expected, double actual) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", not " + actual);
        }
    }

    /** 0 or more, and a number. */
    static void checkCount(String what, double actual) {
        check(actual >= 0 && actual < Double.POSITIVE_INFINITY, what + " of 0 or more", actual);
    }
}
