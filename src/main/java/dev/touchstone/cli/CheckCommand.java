package dev.touchstone.cli;

import dev.touchstone.kpi.Kpi;
import dev.touchstone.kpi.Outcome;
import dev.touchstone.observe.AnswerOutcomes;
import dev.touchstone.observe.KpiExpressions;
import dev.touchstone.observe.OrderGaps;
import dev.touchstone.observe.Segments;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code touchstone check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Validate a project file against its sources and say what a run would do; writes nothing.")
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private ProjectOption project;

    @Option(names = "--result", paramLabel = "URI", description = "Write the result's JSON object to this file, too.")
    private String result;

    @Override
    public Integer call() {
        return Result.of("check", result, outcome -> {
            Project read = project.read();
            SparkSession spark = Sessions.open("check", read);
            show(spark, read, StageOptions.sources(spark, read));
            outcome.with("project", read.name());
        });
    }

    private static void show(SparkSession spark, Project read, Map<Contract, ContractRows> sources) {
        Print.printf(
                "Project %s: %s, days of %s, weeks from %s, calendars %s%n",
                read.name(),
                read.title().en(),
                read.zone(),
                read.weekStart().name().toLowerCase(Locale.ROOT),
                read.calendars().stream().map(each -> each.code()).collect(Collectors.joining(", ")));
        Map<String, List<String>> unavailable = new LinkedHashMap<>();
        for (Map.Entry<Contract, ContractRows> source : sources.entrySet()) {
            Contract contract = source.getKey();
            ContractRows rows = source.getValue();
            KpiExpressions expressions = KpiExpressions.of(spark, read, sources, contract);
            Print.printf("%n%s: %s%n", contract.contractName(), contract.row());
            read.sources().stream()
                    .filter(each -> each.contract().equals(contract.contractName()))
                    .forEach(each -> Print.printf(
                            "  source        %s (%s)%s%n",
                            each.name(),
                            each.origin(),
                            contract == Contract.CUSTOMERS
                                    ? "; every run reads all versions"
                                    : each.prune() == null
                                            ? "; every run reads all of it: a `prune` would let it read its days only"
                                            : "; reads where " + each.prune()));
            Print.printf("  columns       %s%n", String.join(", ", rows.mapped()));
            List<Segmentation> segmentations = Segments.applying(read, rows);
            if (!segmentations.isEmpty()) {
                Print.printf(
                        "  segmentations %s%n",
                        segmentations.stream().map(Segmentation::name).collect(Collectors.joining(", ")));
            }
            kpis(read, contract, expressions, unavailable);
            if (contract == Contract.ORDERS) {
                OrderGaps.of(rows)
                        .ifPresent(found -> Print.printf(
                                "  active        of %,d orders that follow another of the same customer, 80 %% come within"
                                        + " %,d days: advice for `active: {ordered_within: N}`%n",
                                found.gaps(), found.days()));
            }
        }
        KpiExpressions ofCustomers = KpiExpressions.of(spark, read, sources, Contract.CUSTOMERS);
        if (!sources.containsKey(Contract.CUSTOMERS) && !ofCustomers.available().isEmpty()) {
            Print.printf("%ncustomers by period: who orders or is a member%n");
            kpis(read, Contract.CUSTOMERS, ofCustomers, unavailable);
        }
        if (read.outcomes() != null) {
            Print.printf(
                    "%noutcomes within %d days after an answer: %s%n",
                    read.outcomes().withinDays(),
                    AnswerOutcomes.known(read, sources).stream()
                            .map(Outcome::code)
                            .collect(Collectors.joining(", ")));
        }
        if (!unavailable.isEmpty()) {
            Print.printf("%nKPIs that would need further columns:%n");
            unavailable.forEach((columns, kpis) -> Print.printf("  %s: %s%n", columns, String.join(", ", kpis)));
        }
        Store store = Sessions.store(spark, read);
        Print.printf("%nA run would write:%n");
        for (Table table : Table.values()) {
            Print.printf(
                    "  %-15s %s  %s%n",
                    table.tableName(), store.exists(table) ? "(is there)" : "(new)     ", store.location(table));
        }
        Print.line("");
    }

    /** Prints the KPIs of a contract that the sources suffice for, and notes what the others would need. */
    private static void kpis(
            Project read, Contract contract, KpiExpressions expressions, Map<String, List<String>> unavailable) {
        Print.printf(
                "  KPIs          %s%n",
                expressions.available().stream().map(Kpi::name).collect(Collectors.joining(", ")));
        read.catalogue().kpisOf(contract.contractName()).stream()
                .filter(kpi -> !expressions.lacking(kpi).isEmpty())
                .forEach(kpi -> unavailable
                        .computeIfAbsent(
                                String.join(", ", expressions.lacking(kpi)) + " of " + contract.contractName(),
                                columns -> new ArrayList<>())
                        .add(kpi.name()));
    }
}
