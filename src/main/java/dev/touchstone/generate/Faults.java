package dev.touchstone.generate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What goes wrong with some rows of a source: late, twice, unreadable, or against a rule. */
final class Faults {
    static final String EXACT_DUPLICATE = "exact_duplicate";
    static final String CORRECTED_DUPLICATE = "corrected_duplicate";
    static final String UNREADABLE_DATE = "unreadable_date";

    static final Share TWICE = new Share(EXACT_DUPLICATE, 0.0045);
    static final Share CORRECTED = new Share(CORRECTED_DUPLICATE, 0.0045);
    static final Share NO_DATE = new Share(UNREADABLE_DATE, 0.0010);

    private static final String LATE = "late";
    private static final double LATE_SHARE = 0.01;
    private static final int LATEST_DAYS = 30;

    private final GenerateOptions options;
    private final Span span;
    private final Chance chance;
    private final Source source;

    Faults(GenerateOptions options, Span span, Chance chance, Source source) {
        this.options = options;
        this.span = span;
        this.chance = chance;
        this.source = source;
    }

    /** Adds plant (what is wrong with the row, or NULL), copy (0, or 1 for the later of two) and is_late. */
    Dataset<Row> planted(Dataset<Row> rows) {
        if (options.clean()) {
            return rows.select(
                    col("*"),
                    lit(null).cast("string").as("plant"),
                    lit(0).as("copy"),
                    lit(false).as("is_late"));
        }
        Column plant = Share.oneOf(source.faults(), chance.uniform(col("row"), source.name() + " spoilt"));
        Column copies = when(isTwice(), array(lit(0), lit(1))).otherwise(array(lit(0)));
        return rows.select(col("*"), plant.as("plant"))
                .select(
                        col("*"),
                        explode(copies).as("copy"),
                        not(isTwice())
                                .and(chance.happens(LATE_SHARE, col("row"), source.name() + " late"))
                                .as("is_late"));
    }

    /** Counts of all rows and of those of each kind, as columns to observe while the rows are written. */
    List<Column> counts() {
        List<Column> counts = new ArrayList<>();
        counts.add(count(lit(1)).as("rows"));
        for (Share fault : source.faults()) {
            // Of two rows with one key one is kept: only the copies count as planted.
            Column isCounted = is(fault.name());
            counts.add(
                    count_if(isTwice(fault.name()) ? isCounted.and(col("copy").equalTo(1)) : isCounted)
                            .as(fault.name()));
        }
        counts.add(count_if(col("is_late")).as(LATE));
        counts.addAll(source.furtherCounts());
        return counts;
    }

    private static boolean isTwice(String fault) {
        return fault.equals(EXACT_DUPLICATE) || fault.equals(CORRECTED_DUPLICATE);
    }

    private static Column isTwice() {
        return coalesce(col("plant").isin(EXACT_DUPLICATE, CORRECTED_DUPLICATE), lit(false));
    }

    /** Whether the row has that fault; never NULL. */
    Column is(String fault) {
        return coalesce(col("plant").equalTo(fault), lit(false));
    }

    /** Whether the row is the earlier one of a pair, which a later one corrects; never NULL. */
    Column isEarlier() {
        return is(CORRECTED_DUPLICATE).and(col("copy").equalTo(0));
    }

    /** The row's clock as exported, unreadable where that is planted. */
    Column clock() {
        Column shown = span.shownSeconds(col("at"));
        return options.typed() ? shown : when(is(UNREADABLE_DATE), "n/a").otherwise(shown);
    }

    /**
     * The night in which the row was loaded: the one after the last of its instants, late ones up to 35 nights and
     * corrections two nights later; the earlier one of a corrected pair in the night after its clock.
     *
     * @param further instants of the row beside its clock, in epoch seconds, NULL where there is none
     */
    Column loaded(Column... further) {
        Column last = col("at");
        for (Column instant : further) {
            last = greatest(last, instant);
        }
        Column nights = when(
                        col("is_late"),
                        chance.below(LATEST_DAYS, col("row"), source.name() + " nights")
                                .plus(6))
                .when(is(CORRECTED_DUPLICATE).and(col("copy").equalTo(1)), 3)
                .otherwise(1);
        return span.shown(span.night(when(isEarlier(), col("at")).otherwise(last), nights));
    }

    /** A number as exported: as text unless the columns are typed. */
    Column number(Column value) {
        return options.typed() ? value : value.cast("string");
    }
}
