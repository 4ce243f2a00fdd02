package dev.touchstone.cli;

import dev.touchstone.assess.Explanation;
import dev.touchstone.fault.Fault;
import dev.touchstone.project.Nearest;
import dev.touchstone.project.Project;
import dev.touchstone.sql.PersianText;
import dev.touchstone.table.Store;
import dev.touchstone.table.Table;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code touchstone explain}. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "One cell: every step from its counts to its verdict, with the numbers filled in.")
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private ProjectOption project;

    @Option(names = "--kpi", required = true, paramLabel = "KPI", description = "The KPI.")
    private String kpi;

    @Option(names = "--touchpoint", required = true, paramLabel = "NAME", description = "The touchpoint's name.")
    private String touchpoint;

    @Option(
            names = "--segmentation",
            paramLabel = "NAME",
            defaultValue = "all",
            description = "The segmentation (default: none, the touchpoint as a whole).")
    private String segmentation;

    @Option(names = "--segment", paramLabel = "VALUE", defaultValue = "all", description = "The segment.")
    private String segment;

    @Option(
            names = "--period",
            paramLabel = "LABEL",
            description = "The period, e.g. 2026-11 or 1405-08 (default: the latest that is complete).")
    private String period;

    @Override
    public Integer call() {
        Project read = project.read();
        if (!read.catalogue().kpis().containsKey(kpi)) {
            throw Fault.arguments(
                    "unknown KPI '%s'".formatted(kpi),
                    "--kpi",
                    Nearest.hint(kpi, read.catalogue().kpis().keySet()) + "`touchstone kpis --project` lists all");
        }
        SparkSession spark = Sessions.open("explain", read);
        Store store = Sessions.store(spark, read);
        Explanation.Cell cell = new Explanation.Cell(
                kpi, PersianText.name(touchpoint), segmentation, PersianText.name(segment), period);
        Explanation explanation = Explanation.of(read, store, cell)
                .orElseThrow(() -> Fault.arguments(
                        "there is no verdict on %s of touchpoint '%s'%s%s"
                                .formatted(
                                        kpi,
                                        touchpoint,
                                        segmentation.equals("all") ? "" : ", " + segmentation + " '" + segment + "'",
                                        period == null ? "" : " in " + period),
                        store.location(Table.WEAK_TOUCHPOINTS),
                        "`touchstone findings --kpi %s --status CONFIRMED,PROBABLE,OK,BORDERLINE,NOT_ENOUGH_DATA` lists"
                                        .formatted(kpi)
                                + " what has one; totals, percentiles and KPIs of customers have none"));
        Print.line(explanation.title());
        explanation.steps().forEach(step -> {
            Print.line("");
            Print.line(step.name());
            step.lines().forEach(line -> Print.wrapped(line, "  ").forEach(Print::line));
        });
        Print.line("");
        Print.wrapped(explanation.reasonEn(), "").forEach(Print::line);
        Print.wrapped(explanation.reasonFa(), "").forEach(Print::line);
        return 0;
    }
}
