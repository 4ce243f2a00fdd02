package dev.touchstone.kpi;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The instruments and KPIs in force: the built-in ones with a project's own laid over them.
 *
 * @param instruments by name, in order of declaration
 * @param kpis by name, in order of declaration
 */
public record Catalogue(Map<String, Instrument> instruments, Map<String, Kpi> kpis) {
    public Catalogue {
        instruments = Collections.unmodifiableMap(new LinkedHashMap<>(instruments));
        kpis = Collections.unmodifiableMap(new LinkedHashMap<>(kpis));
    }

    /** What Touchstone brings along; {@code for_each} KPIs are expanded. */
    public static Catalogue builtIn() {
        return Declarations.overBuiltIn(MissingNode.getInstance(), MissingNode.getInstance())
                .catalogue();
    }

    /** The same instruments with just these KPIs, in order of declaration; a duration brings its percentiles along. */
    public Catalogue with(Set<String> names) {
        Map<String, Kpi> used = new LinkedHashMap<>(kpis);
        used.values().removeIf(kpi -> !names.contains(kpi.name()) && !names.contains(kpi.stateOf()));
        return new Catalogue(instruments, used);
    }

    /**
     * The KPIs whose states come from rows of a contract, in order of declaration. A percentile that is used without
     * its duration stands for it.
     */
    public List<Kpi> kpisOf(String contract) {
        Map<String, Kpi> states = new LinkedHashMap<>();
        kpis.values().stream()
                .filter(kpi -> kpi.of().equals(contract))
                .forEach(kpi -> states.putIfAbsent(kpi.stateOf(), kpi));
        return List.copyOf(states.values());
    }
}
