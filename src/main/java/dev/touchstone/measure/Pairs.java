package dev.touchstone.measure;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import dev.touchstone.kpi.Kpi;
import dev.touchstone.observe.Duplicates;
import dev.touchstone.observe.KpiExpressions;
import dev.touchstone.observe.Observations;
import dev.touchstone.observe.Scope;
import dev.touchstone.observe.Segments;
import dev.touchstone.project.Project;
import dev.touchstone.project.Project.Segmentation;
import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.sql.Sql;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;

/**
 * Sums over the pairs of scores that stand in one response on one day: those at two touchpoints, at a touchpoint and of
 * the outcome, and each with itself.
 *
 * <p>Several scores of one response at one touchpoint (items of a questionnaire) have no whole number that stands for
 * them: such a touchpoint, or the outcome, is left out of that response. A pair counts for a segment where both rows
 * lie in it.
 *
 * <p>Law: pairs of two days measured apart are those of both measured at once.
 */
final class Pairs {
    /** Parts that a customer's responses fall into as a whole: figures are known to within what they differ. */
    static final int BLOCKS = 16;

    private static final String SCORES = "_scores";
    private static final String CUSTOMER = "_customer";

    private Pairs() {}

    /**
     * @param sources the opened sources, responses among them
     * @param expressions of responses; what the KPIs of the project's drivers need is mapped
     * @param versions standing customer versions, null where no segmentation comes from customers
     * @return columns day, kpi, outcome, segmentation, segment, block, first, second, n and the sums
     */
    static Dataset<Row> of(
            Project project,
            Map<Contract, ContractRows> sources,
            KpiExpressions expressions,
            Dataset<Row> versions,
            Scope scope) {
        Project.Drivers drivers = project.drivers();
        Kpi kpi = project.catalogue().kpis().get(drivers.kpi());
        Kpi outcome = project.catalogue().kpis().get(drivers.outcome());
        List<Segmentation> segmentations = Segments.applying(project, sources.get(Contract.RESPONSES)).stream()
                .filter(each -> drivers.segmentations().contains(each.name()))
                .toList();
        Dataset<Row> observations = Observations.of(
                project,
                sources,
                Contract.RESPONSES,
                expressions,
                List.copyOf(new LinkedHashSet<>(List.of(kpi, outcome))),
                versions,
                scope,
                new Observation());
        boolean bounded = kpi.scale().bounded() && outcome.scale().bounded();
        return summed(paired(scored(observations, kpi, outcome, segmentations), segmentations), bounded)
                .withColumn("kpi", lit(kpi.name()))
                .withColumn("outcome", lit(outcome.name()));
    }

    /** One row a response and day, with its scores in order of touchpoint, the outcome last. */
    private static Dataset<Row> scored(
            Dataset<Row> observations, Kpi kpi, Kpi outcome, List<Segmentation> segmentations) {
        Column kept = col(Conversion.BROKEN).or(col(Duplicates.DUPLICATE)).equalTo(false);
        List<Column> score = new ArrayList<>(List.of(
                expr("touchpoint = 'company'").as("is_outcome"),
                col("touchpoint"),
                expr("IF(touchpoint = 'company', %s, %s)".formatted(score(outcome), score(kpi)))
                        .as("x")));
        for (int i = 0; i < segmentations.size(); i++) {
            score.add(col(Sql.name(Segments.column(segmentations.get(i)))).as("segment_" + i));
        }
        return observations
                // Before the KPIs' expressions look at it, as in Statistics.
                .withColumn("touchpoint", coalesce(col("touchpoint"), lit("company")))
                .where(kept.and(col("score").isNotNull()))
                .select(
                        col(Duplicates.GROUP),
                        col(ContractRows.DAY),
                        col("response_id"),
                        col("customer_id"),
                        struct(score.toArray(Column[]::new)).as("_score"))
                .where("_score.x IS NOT NULL")
                .groupBy(Duplicates.GROUP, ContractRows.DAY, "response_id")
                .agg(
                        min("customer_id").as(CUSTOMER),
                        array_sort(collect_list(col("_score"))).as(SCORES))
                .select(
                        col(ContractRows.DAY),
                        expr("CAST(pmod(xxhash64(coalesce(%s, response_id)), %d) AS INT)".formatted(CUSTOMER, BLOCKS))
                                .as("block"),
                        expr(("filter(%1$s, (score, i) -> NOT coalesce(get(%1$s, i - 1).touchpoint = score.touchpoint"
                                                + " OR get(%1$s, i + 1).touchpoint = score.touchpoint, false))")
                                        .formatted(SCORES))
                                .as(SCORES));
    }

    private static String score(Kpi kpi) {
        return "CASE WHEN coalesce(%s, false) THEN CAST(round((%s) * %d) AS BIGINT) END"
                .formatted(kpi.counts(), kpi.score(), kpi.scale().factor());
    }

    /** One row a pair of scores and segment that both lie in. */
    private static Dataset<Row> paired(Dataset<Row> responses, List<Segmentation> segmentations) {
        List<String> segments = new ArrayList<>(List.of("'all', 'all'"));
        for (int i = 0; i < segmentations.size(); i++) {
            segments.add("%1$s, IF(_first.segment_%2$d = _second.segment_%2$d, _first.segment_%2$d, NULL)"
                    .formatted(Sql.text(segmentations.get(i).name()), i));
        }
        return responses
                .select(
                        col(ContractRows.DAY),
                        col("block"),
                        col(SCORES),
                        posexplode(col(SCORES)).as(new String[] {"_position", "_first"}))
                .select(
                        col(ContractRows.DAY),
                        col("block"),
                        col("_first"),
                        explode(expr("slice(%1$s, _position + 1, size(%1$s))".formatted(SCORES)))
                                .as("_second"))
                .select(
                        col(ContractRows.DAY),
                        col("block"),
                        expr("_first.touchpoint").as("first"),
                        expr("_second.touchpoint").as("second"),
                        expr("_first.x").as("_x"),
                        expr("_second.x").as("_y"),
                        expr("stack(%d, %s) AS (segmentation, segment)"
                                .formatted(segments.size(), String.join(", ", segments))))
                .where("segment IS NOT NULL");
    }

    /** @param bounded whether sums of products fit a BIGINT */
    private static Dataset<Row> summed(Dataset<Row> pairs, boolean bounded) {
        Column x = bounded ? col("_x") : col("_x").cast("decimal(18,0)");
        Column y = bounded ? col("_y") : col("_y").cast("decimal(18,0)");
        return pairs.groupBy(ContractRows.DAY, "segmentation", "segment", "block", "first", "second")
                .agg(
                        count(lit(1)).as("n"),
                        whole(x, "s_first"),
                        whole(y, "s_second"),
                        whole(x.multiply(x), "ss_first"),
                        whole(y.multiply(y), "ss_second"),
                        whole(x.multiply(y), "s_product"));
    }

    private static Column whole(Column summand, String name) {
        return sum(summand).cast("decimal(38,0)").as(name);
    }
}
