package dev.touchstone.kpi;

import dev.touchstone.sql.Expressions;
import dev.touchstone.sql.Sql;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Survey KPIs that need nothing but the answer: they are computed from counts of answers, so that a new one or a
 * changed cut needs no reading of the sources. All others are counted row by row under their own name.
 */
public final class Answers {
    private static final StructType COLUMNS = StructType.fromDDL(
            "instrument STRING, item STRING, part STRING, score INT, touchpoint STRING, dimension STRING");

    private Answers() {}

    /** The KPIs of a catalogue for which counts of answers suffice. */
    public static List<Kpi> kpis(SparkSession spark, Catalogue catalogue) {
        List<Kpi> candidates = catalogue.kpisOf("responses").stream()
                .filter(kpi -> kpi.maturesDays() == 0 && kpi.clock() == null)
                .toList();
        List<Expressions.Analysis> analyses = Expressions.analyze(
                spark,
                COLUMNS,
                candidates.stream()
                        .map(kpi -> "(" + kpi.counts() + ") AND (" + kpi.score() + ") > 0")
                        .toList());
        return IntStream.range(0, candidates.size())
                .filter(i -> analyses.get(i).problem().isEmpty())
                .mapToObj(candidates::get)
                .toList();
    }

    /** SQL for the column {@code dimension} over the columns instrument and item. */
    public static String dimension(Catalogue catalogue) {
        String cases = catalogue.instruments().values().stream()
                .filter(instrument -> !instrument.items().isEmpty())
                .map(instrument -> "WHEN " + Sql.text(instrument.name()) + " THEN "
                        + instrument.items().entrySet().stream()
                                .map(item -> "WHEN " + Sql.text(item.getKey()) + " THEN " + Sql.text(item.getValue()))
                                .collect(Collectors.joining(" ", "CASE item ", " END")))
                .collect(Collectors.joining(" "));
        return cases.isEmpty() ? "CAST(NULL AS STRING)" : "CASE instrument " + cases + " END";
    }
}
