package dev.touchstone.observe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import dev.touchstone.sql.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Finds rows that repeat a key within one event day.
 *
 * <p>The row with the latest {@code ingested_at} wins, an absent one loses; ties go to the smallest row by its columns
 * in order, so that the answer never depends on how the data are split. Rows that break rules do not compete.
 *
 * <p>The one exchange by the key's first column also serves every later window within that column (halves of a
 * SERVQUAL pair, answers of one questionnaire).
 */
public final class Duplicates {
    /** Whether the row lost against another of its key and day (BOOLEAN, never NULL). */
    public static final String DUPLICATE = "_duplicate";
    /** Whether this is the first row of a further day of the same questionnaire or key (BOOLEAN, never NULL). */
    public static final String MOVED = "_moved";
    /** Hash of the key, equal for rows of equal keys. */
    public static final String KEY_HASH = "_key_hash";

    static final String GROUP = "_group";

    private static final String BEFORE = "_before_";

    private Duplicates() {}

    /** Adds {@link #DUPLICATE} and {@link #MOVED}; the rows are distributed by {@link #GROUP}. */
    public static Dataset<Row> flagged(Dataset<Row> rows, Contract contract) {
        Column broken = col(Conversion.BROKEN);
        // A missing key would send every such row to one partition; they break a rule and need no company.
        Dataset<Row> distributed = rows.withColumn(
                        GROUP,
                        when(
                                        broken,
                                        xxhash64(contract.key().stream()
                                                .map(name -> col(name))
                                                .toArray(Column[]::new)))
                                .otherwise(xxhash64(col(contract.key().get(0)))))
                .repartition(col(GROUP));
        List<Column> whole = new ArrayList<>(List.of(col(GROUP)));
        List<Column> order = new ArrayList<>(List.of(col(ContractRows.DAY)));
        List<Column> same = new ArrayList<>(List.of(col(ContractRows.DAY)));
        for (String name : contract.key()) {
            (contract.parts().contains(name) ? same : whole).add(col(name));
        }
        order.addAll(same.subList(1, same.size()));
        same.add(broken);
        order.add(broken);
        order.add(col("ingested_at").desc_nulls_last());
        for (String column : rows.columns()) {
            if (!contract.key().contains(column) && !column.startsWith("_") && !column.equals("ingested_at")) {
                order.add(col(Sql.name(column)));
            }
        }
        // One sort serves this window and those of Derived, whose partitions are prefixes of its order.
        WindowSpec window = Window.partitionBy(whole.toArray(Column[]::new)).orderBy(order.toArray(Column[]::new));
        Column repeats = broken.equalTo(false);
        List<Column> before = new ArrayList<>();
        for (int i = 0; i < same.size(); i++) {
            before.add(lag(same.get(i), 1).over(window).as(BEFORE + i));
            repeats = repeats.and(col(BEFORE + i).eqNullSafe(same.get(i)));
        }
        before.add(0, col("*"));
        Column otherDay = col(BEFORE + 0).isNotNull().and(col(BEFORE + 0).notEqual(col(ContractRows.DAY)));
        return distributed
                .select(before.toArray(Column[]::new))
                .withColumn(DUPLICATE, repeats)
                .withColumn(MOVED, broken.equalTo(false).and(otherDay))
                .drop(IntStream.range(0, same.size()).mapToObj(i -> BEFORE + i).toArray(String[]::new));
    }

    /** Adds {@link #KEY_HASH}. */
    public static Dataset<Row> withKeyHash(Dataset<Row> rows, Contract contract) {
        return rows.withColumn(
                KEY_HASH,
                xxhash64(contract.key().stream().map(name -> col(name)).toArray(Column[]::new)));
    }
}
