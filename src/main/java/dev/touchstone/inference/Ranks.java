package dev.touchstone.inference;

import dev.touchstone.inference.Family.Cell;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Places of cells among their peers, 1 for the weakest. */
final class Ranks {
    private Ranks() {}

    /** Rank by estimate, ties by the order of cells; with the ranks that the intervals leave possible. */
    static int[][] of(List<Cell> cells) {
        int[][] ranks = new int[cells.size()][3];
        int[] ranked = IntStream.range(0, cells.size())
                .filter(i -> cells.get(i).hasPeers())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> cells.get(i).estimate()))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] high = IntStream.of(ranked)
                .mapToDouble(i -> cells.get(i).high())
                .sorted()
                .toArray();
        double[] low = IntStream.of(ranked)
                .mapToDouble(i -> cells.get(i).low())
                .sorted()
                .toArray();
        for (int place = 0; place < ranked.length; place++) {
            Cell cell = cells.get(ranked[place]);
            ranks[ranked[place]] =
                    new int[] {place + 1, 1 + below(high, cell.low()), below(low, Math.nextUp(cell.high()))};
        }
        return ranks;
    }

    /** How many of some sorted values are below a limit. */
    private static int below(double[] sorted, double limit) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
