package dev.touchstone.kpi;

import dev.touchstone.sql.Expressions;
import dev.touchstone.sql.Sql;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
        return perInstrument(catalogue, instrument -> caseOf("item", instrument.items(), Sql::text));
    }

    /** SQL for a dimension's share of 100 points over the columns instrument and dimension. */
    public static String weight(Catalogue catalogue) {
        return perInstrument(catalogue, instrument -> caseOf("dimension", instrument.weights(), String::valueOf));
    }

    /** SQL for how many dimensions carry weight, over the column instrument. */
    public static String weightedDimensions(Catalogue catalogue) {
        return perInstrument(
                catalogue,
                instrument -> instrument.weights().isEmpty()
                        ? null
                        : String.valueOf(instrument.weights().values().stream()
                                .filter(points -> points > 0)
                                .count()));
    }

    private static <T> String caseOf(String column, Map<String, T> values, Function<T, String> literal) {
        return values.isEmpty()
                ? null
                : values.entrySet().stream()
                        .map(value -> "WHEN " + Sql.text(value.getKey()) + " THEN " + literal.apply(value.getValue()))
                        .collect(Collectors.joining(" ", "CASE " + column + " ", " END"));
    }

    private static String perInstrument(Catalogue catalogue, Function<Instrument, String> sql) {
        String cases = catalogue.instruments().values().stream()
                .filter(instrument -> sql.apply(instrument) != null)
                .map(instrument -> "WHEN " + Sql.text(instrument.name()) + " THEN " + sql.apply(instrument))
                .collect(Collectors.joining(" "));
        return cases.isEmpty() ? "NULL" : "CASE instrument " + cases + " END";
    }
}
