package dev.touchstone.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Why a total changed: its cells (touchpoints, segments) got better or worse, or their shares in it shifted. With w a
 * cell's share in the total and r its rate, 0 the earlier and 1 the later period:
 *
 * <pre>
 * total  R = sum of w r
 * rate     = (w0 + w1) / 2 * (r1 - r0)
 * mix      = (w1 - w0) * ((r0 + r1) / 2 - (R0 + R1) / 2)
 * </pre>
 *
 * <p>All effects together are R1 - R0, and the order of the cells does not matter. Swapping the periods turns the
 * signs. A cell that gains share has an effect of mix above 0 where its rate is above the total's.
 *
 * <p>Source: E. M. Kitagawa (1955), Components of a Difference Between Two Rates, Journal of the American Statistical
 * Association 50, 1168-1194; the symmetric form, with the effects of mix about the total's rate.
 *
 * @param before total of the earlier period, in the unit of the rates
 * @param after total of the later period
 * @param effects of the cells, in the order in which they were given
 */
public record Decomposition(double before, double after, List<Effect> effects) {
    /**
     * A cell in both periods. A rate of weight 0 counts as missing.
     *
     * @param weight0 weight in the earlier period, 0 or more; in any unit: responses, shares, percent
     * @param weight1 weight in the later period; its unit need not be the one of the earlier
     * @param rate0 rate in the earlier period; NaN: missing
     * @param rate1 rate in the later period; NaN: missing
     */
    public record Cell(double weight0, double weight1, double rate0, double rate1) {
        public Cell {
            Arguments.checkCount("weight", weight0);
            Arguments.checkCount("weight", weight1);
        }
    }

    /**
     * What a cell adds to the change of the total, in the unit of the rates; below 0 where it takes away. NaN for a
     * cell without a rate in either period, which has no part in the totals either.
     *
     * @param rate what the cell's own change adds; 0 for a new or vanished cell
     * @param mix what the change of its share adds
     */
    public record Effect(double rate, double mix) {
        private boolean isKnown() {
            return !Double.isNaN(rate);
        }
    }

    public Decomposition {
        effects = List.copyOf(effects);
    }

    /**
     * Takes apart the change from one period to the next. A missing rate is taken from the other period: the cell's
     * effect is then all mix.
     *
     * @return empty where nothing in one of the periods has weight
     */
    public static Optional<Decomposition> of(List<Cell> cells) {
        List<Cell> filled = cells.stream().map(Decomposition::filled).toList();
        double weight0 = StableSum.of(filled, Cell::weight0);
        double weight1 = StableSum.of(filled, Cell::weight1);
        if (weight0 == 0 || weight1 == 0) {
            return Optional.empty();
        }
        double before = total(filled, Cell::weight0, Cell::rate0) / weight0;
        double after = total(filled, Cell::weight1, Cell::rate1) / weight1;
        List<Effect> effects = new ArrayList<>();
        for (Cell cell : filled) {
            double share0 = cell.weight0 / weight0;
            double share1 = cell.weight1 / weight1;
            effects.add(new Effect(
                    (share0 + share1) / 2 * (cell.rate1 - cell.rate0),
                    (share1 - share0) * ((cell.rate0 + cell.rate1) / 2 - (before + after) / 2)));
        }
        return Optional.of(new Decomposition(before, after, effects));
    }

    /** The change of the total: the sum of all effects. */
    public double change() {
        return after - before;
    }

    /** What the changes of the cells' own rates add up to. */
    public double rate() {
        return sum(Effect::rate);
    }

    /** What the changes of the cells' shares add up to. */
    public double mix() {
        return sum(Effect::mix);
    }

    private double sum(ToDoubleFunction<Effect> part) {
        return StableSum.of(effects.stream().filter(Effect::isKnown).toList(), part);
    }

    private static Cell filled(Cell cell) {
        boolean known0 = cell.weight0 > 0 && !Double.isNaN(cell.rate0);
        boolean known1 = cell.weight1 > 0 && !Double.isNaN(cell.rate1);
        if (!known0 && !known1) {
            return new Cell(0, 0, Double.NaN, Double.NaN);
        }
        return new Cell(cell.weight0, cell.weight1, known0 ? cell.rate0 : cell.rate1, known1 ? cell.rate1 : cell.rate0);
    }

    private static double total(List<Cell> cells, ToDoubleFunction<Cell> weight, ToDoubleFunction<Cell> rate) {
        return StableSum.of(
                cells.stream().filter(cell -> weight.applyAsDouble(cell) > 0).toList(),
                cell -> weight.applyAsDouble(cell) * rate.applyAsDouble(cell));
    }
}
