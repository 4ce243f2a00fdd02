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

    /** The same instruments with just these KPIs, in order of declaration. */
    public Catalogue with(Set<String> names) {
        Map<String, Kpi> used = new LinkedHashMap<>(kpis);
        used.keySet().retainAll(names);
        return new Catalogue(instruments, used);
    }

    /** The KPIs that look at rows of a contract, in order of declaration. */
    public List<Kpi> kpisOf(String contract) {
        return kpis.values().stream().filter(kpi -> kpi.of().equals(contract)).toList();
    }
}
