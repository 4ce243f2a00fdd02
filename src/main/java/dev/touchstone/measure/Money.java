package dev.touchstone.measure;

import dev.touchstone.kpi.Kpi;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.Contract;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Amounts of several currencies are never added. A project that declares a segmentation of the row's column
 * {@code currency} may have several: KPIs of money then lie under that segmentation only. Any other has one.
 */
final class Money {
    private Money() {}

    /** The KPIs whose figures exist by currency only; empty where the project has no such segmentation. */
    static Set<String> ofOneCurrency(Collection<Kpi> kpis, Contract contract, List<Segmentation> segmentations) {
        Set<String> names = new TreeSet<>();
        if (contract == Contract.ORDERS && segmentations.stream().anyMatch(Segmentation::byCurrency)) {
            kpis.stream().filter(kpi -> kpi.scale().unit().equals("money")).forEach(kpi -> names.add(kpi.stateOf()));
        }
        return names;
    }
}
