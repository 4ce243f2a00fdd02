package dev.touchstone.observe;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.shiftleft;
import static org.apache.spark.sql.functions.unix_date;
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
 * <p>The one exchange also serves every later window within the key's first column (halves of a SERVQUAL pair, answers
 * of one questionnaire) and, where it is by day, the counting by day.
 */
public final class Duplicates {
    /** Whether the row lost against another of its key and day (BOOLEAN, never NULL). */
    public static final String DUPLICATE = "_duplicate";
    /** Hash of the key, equal for rows of equal keys. */
    public static final String KEY_HASH = "_key_hash";

    /**
     * Equal for rows of equal day and first key column; sorts by day. Rows that are equal in it lie together: what comes
     * together by it, day and first key column needs no exchange.
     */
    public static final String GROUP = "_group";

    private static final String BEFORE = "_before_";
    private static final int HASH_BITS = 40;

    private Duplicates() {}

    /** How rows are brought together. */
    public enum Distribution {
        /** Whole days: what follows by day needs no exchange, but there are no more tasks than days. */
        DAY,
        /** Day and first key column: any number of tasks. */
        DAY_AND_KEY,
        /** First key column, whatever the day. */
        KEY
    }

    /** Adds {@link #DUPLICATE}. */
    public static Dataset<Row> flagged(Dataset<Row> rows, Contract contract, Distribution distribution) {
        Column broken = col(Conversion.BROKEN);
        // A missing key would send every such row to one partition; they break a rule and need no company.
        Column hash = when(
                        broken,
                        xxhash64(contract.key().stream().map(name -> col(name)).toArray(Column[]::new)))
                .otherwise(xxhash64(col(contract.key().get(0))));
        Column group = distribution == Distribution.KEY
                ? hash
                : coalesce(
                        shiftleft(unix_date(col(ContractRows.DAY)).cast("bigint"), HASH_BITS)
                                .bitwiseOR(hash.bitwiseAND((1L << HASH_BITS) - 1)),
                        hash);
        List<Column> whole = new ArrayList<>(List.of(col(GROUP), col(ContractRows.DAY)));
        List<Column> same = new ArrayList<>();
        for (String name : contract.key()) {
            (contract.parts().contains(name) ? same : whole).add(col(name));
        }
        same.add(broken);
        List<Column> order = new ArrayList<>(same);
        order.add(col("ingested_at").desc_nulls_last());
        for (String column : rows.columns()) {
            if (!contract.key().contains(column) && !column.startsWith("_") && !column.equals("ingested_at")) {
                // Of two versions of a customer that begin together, the one that lasts longer is no mere instant.
                order.add(column.equals("valid_to") ? col(column).desc_nulls_first() : col(Sql.name(column)));
            }
        }
        // One sort serves this window and those of Derived, whose partitions are prefixes of its order.
        WindowSpec window = Window.partitionBy(whole.toArray(Column[]::new)).orderBy(order.toArray(Column[]::new));
        Column repeats = broken.equalTo(false);
        List<Column> before = new ArrayList<>(List.of(col("*")));
        for (int i = 0; i < same.size(); i++) {
            before.add(lag(same.get(i), 1).over(window).as(BEFORE + i));
            repeats = repeats.and(col(BEFORE + i).eqNullSafe(same.get(i)));
        }
        return rows.withColumn(GROUP, group)
                .repartition(col(distribution == Distribution.DAY ? ContractRows.DAY : GROUP))
                .select(before.toArray(Column[]::new))
                .withColumn(DUPLICATE, repeats)
                .drop(IntStream.range(0, same.size()).mapToObj(i -> BEFORE + i).toArray(String[]::new));
    }

    /** Adds {@link #KEY_HASH}. */
    public static Dataset<Row> withKeyHash(Dataset<Row> rows, Contract contract) {
        return rows.withColumn(
                KEY_HASH,
                xxhash64(contract.key().stream().map(name -> col(name)).toArray(Column[]::new)));
    }
}
