package dev.touchstone.inference;

import java.util.Collection;
import java.util.function.ToDoubleFunction;

/** Sums whose last digit does not depend on the order of what is summed: Spark hands rows over in any order. */
final class StableSum {
    private StableSum() {}

    /** 0 for nothing. */
    static <T> double of(Collection<T> items, ToDoubleFunction<T> figure) {
        return items.stream().mapToDouble(figure).sorted().sum();
    }
}
