package dev.touchstone.kpi;

import java.util.List;
import java.util.Map;

/**
 * The instruments and KPIs in force: the built-in ones with a project's own laid over them.
 *
 * @param instruments by name, in order of declaration
 * @param kpis by name, in order of declaration
 */
public record Catalogue(Map<String, Instrument> instruments, Map<String, Kpi> kpis) {

    /** The KPIs that look at rows of a contract, in order of declaration. */
    public List<Kpi> kpisOf(String contract) {
        return kpis.values().stream().filter(kpi -> kpi.of().equals(contract)).toList();
    }
}
