package dev.touchstone.measure;

import dev.touchstone.calendar.Days;
import dev.touchstone.kpi.Kpi;
import dev.touchstone.observe.KpiExpressions;
import dev.touchstone.observe.Observations;
import dev.touchstone.observe.Scope;
import dev.touchstone.observe.Segments;
import dev.touchstone.project.Project;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What the stage measure counts, without any table: for tests of other packages. */
public final class DailyStatistics {
    private DailyStatistics() {}

    /** The cells of a contract's observations; those whose kpi is NULL are counts of answers. */
    public static Dataset<Row> of(SparkSession spark, Project project, Contract contract, Days days, Instant asOf) {
        Map<Contract, ContractRows> sources = ContractRows.open(spark, project);
        ContractRows rows = sources.get(contract);
        KpiExpressions expressions = KpiExpressions.of(spark, project, sources, contract);
        Scope scope = Scope.of(days, asOf);
        List<Kpi> kpis = expressions.available();
        Observation read = new Observation(UUID.randomUUID().toString());
        return Statistics.of(
                        Observations.of(project, sources, contract, expressions, kpis, null, scope, read),
                        contract,
                        Segments.applying(project, rows),
                        kpis.stream().filter(kpi -> !expressions.ofAnswers(kpi)).toList(),
                        expressions,
                        rows.mapped().contains("weight"),
                        0,
                        scope)
                .where("segmentation NOT LIKE '\\_%'");
    }
}
