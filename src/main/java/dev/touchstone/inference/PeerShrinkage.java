package dev.touchstone.inference;

import dev.touchstone.inference.Family.Cell;
import dev.touchstone.inference.Family.Peers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Cells of a family drawn toward their peers by {@link EmpiricalBayes}: touchpoints toward all, segments toward the others. */
final class PeerShrinkage {
    private final boolean segments;
    private final List<Cell> cells;
    private final Peers[] peers;
    private final double pooled;

    private PeerShrinkage(boolean segments, List<Cell> cells, Peers[] peers, double pooled) {
        this.segments = segments;
        this.cells = cells;
        this.peers = peers;
        this.pooled = pooled;
    }

    /**
     * @param pooled variance of single scores; NaN where not known
     * @return null for cells that have too few peers to learn from
     */
    static Shrunk[] of(boolean segments, List<Cell> cells, Peers[] peers, double pooled) {
        return new PeerShrinkage(segments, cells, peers, pooled).shrunk();
    }

    /**
     * What peers make of a cell.
     *
     * @param posterior of the true value
     * @param between variance of true values, or changes, between the peers
     * @param sampling standard error of the value, or change, that was drawn
     * @param shrinkage share of the way toward the peers, 0 to 1
     */
    record Shrunk(EmpiricalBayes.Posterior posterior, double between, double sampling, double shrinkage) {}

    /**
     * What is drawn toward peers: a cell's value, or its change since an earlier period.
     *
     * @param cell its index
     * @param base what it is measured from: 0 of a value, the benchmark of a change
     * @param sampling variance of its error
     */
    private record Drawn(int cell, double base, double value, double sampling) {}

    /**
     * A segment and what it is drawn toward.
     *
     * @param others value or change of the other segments at the touchpoint
     * @param sampling variance of its error
     */
    private record Beside(Drawn drawn, double others, double sampling) {}

    /**
     * True values as the peers make expect them; null where there are too few to learn from.
     *
     * <p>An earlier period of the same cell is known no better than the cell itself. Where it is the benchmark, the change
     * since then is drawn: d = estimate - benchmark, with s^2 = pooled / n_eff + the variance of the benchmark. The true
     * value is then the benchmark as it stands and the true change, so that p_weak = P(change < -tolerance), the expected
     * shortfall is that of the change below 0, and the error of the benchmark is in both.
     */
    private Shrunk[] shrunk() {
        Shrunk[] shrunk = new Shrunk[cells.size()];
        if (Double.isNaN(pooled)) {
            return shrunk;
        }
        List<Drawn> values = new ArrayList<>();
        List<Drawn> changes = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            Cell cell = cells.get(i);
            if (!cell.hasPeers()) {
                continue;
            }
            double sampling = pooled / cell.effective();
            values.add(new Drawn(i, 0, cell.estimate(), sampling));
            if (cell.benchmark().isEarlier()) {
                double benchmark = cell.benchmark().value();
                changes.add(new Drawn(
                        i,
                        benchmark,
                        cell.estimate() - benchmark,
                        sampling + cell.benchmark().variance()));
            }
        }
        Shrunk[] ofValues = segments ? towardOthers(besidePeers(values)) : towardMean(values);
        Shrunk[] ofChanges = segments ? towardOthers(besideOtherChanges(changes)) : towardMean(changes);
        for (int i = 0; i < shrunk.length; i++) {
            shrunk[i] = cells.get(i).benchmark().isEarlier() ? ofChanges[i] : ofValues[i];
        }
        return shrunk;
    }

    private Shrunk[] towardMean(List<Drawn> drawn) {
        Shrunk[] shrunk = new Shrunk[cells.size()];
        if (drawn.size() < Family.FEWEST_PEERS) {
            return shrunk;
        }
        EmpiricalBayes.Prior prior = EmpiricalBayes.prior(
                drawn.stream().mapToDouble(Drawn::value).toArray(),
                drawn.stream().mapToDouble(Drawn::sampling).toArray());
        for (Drawn each : drawn) {
            shrunk[each.cell] = new Shrunk(
                    prior.posterior(each.value, each.sampling).plus(each.base),
                    prior.variance(),
                    Math.sqrt(each.sampling),
                    each.sampling / (each.sampling + prior.variance()));
        }
        return shrunk;
    }

    /** What is shrunk is the difference to the other segments, toward none. */
    private Shrunk[] towardOthers(List<Beside> segments) {
        Shrunk[] shrunk = new Shrunk[cells.size()];
        if (segments.size() < Family.FEWEST_PEERS) {
            return shrunk;
        }
        double variance = EmpiricalBayes.varianceAroundZero(
                segments.stream()
                        .mapToDouble(each -> each.drawn.value - each.others)
                        .toArray(),
                segments.stream()
                        .mapToDouble(each -> each.drawn.sampling + each.sampling)
                        .toArray());
        for (Beside each : segments) {
            double difference = each.drawn.value - each.others;
            double sampling = each.drawn.sampling + each.sampling;
            double shrinkage = sampling / (sampling + variance);
            // The others' own error is in the difference, and in what the cell is drawn to.
            double ofOthers = Math.max(0, 2 * shrinkage - 1) * each.sampling;
            shrunk[each.drawn.cell] = new Shrunk(
                    new EmpiricalBayes.Posterior(
                            each.drawn.base + each.others + (1 - shrinkage) * difference,
                            Math.sqrt(variance * shrinkage + ofOthers)),
                    variance,
                    Math.sqrt(each.drawn.sampling),
                    shrinkage);
        }
        return shrunk;
    }

    /** Values are drawn toward that of all others together. */
    private List<Beside> besidePeers(List<Drawn> values) {
        return values.stream()
                .filter(each -> peers[each.cell].n() > 0)
                .map(each -> new Beside(each, peers[each.cell].estimate(), pooled / peers[each.cell].effective()))
                .toList();
    }

    /**
     * Changes are drawn toward the others' mean change, each weighted by 1 / s^2. The change of all others together would
     * not do: it also falls as more observations come from the lower ones, while none of them does.
     */
    private List<Beside> besideOtherChanges(List<Drawn> changes) {
        Map<String, List<Drawn>> touchpoints = changes.stream()
                .collect(Collectors.groupingBy(each -> cells.get(each.cell).touchpoint()));
        List<Beside> beside = new ArrayList<>();
        for (Drawn each : changes) {
            List<Drawn> here = touchpoints.get(cells.get(each.cell).touchpoint());
            if (here.size() > 1) {
                double precision = 0;
                double sum = 0;
                for (Drawn other : here) {
                    double weight = other == each ? 0 : 1 / other.sampling;
                    precision += weight;
                    sum += weight * other.value;
                }
                beside.add(new Beside(each, sum / precision, 1 / precision));
            }
        }
        return beside;
    }
}
