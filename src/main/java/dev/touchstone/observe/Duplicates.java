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
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

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
    /** Whether the key was also seen on an earlier day of the interval (BOOLEAN, never NULL). */
    public static final String MOVED = "_moved";
    /** Hash of the key, equal for rows of equal keys. */
    public static final String KEY_HASH = "_key_hash";

    static final String GROUP = "_group";

    private Duplicates() {}

    /** Adds {@link #DUPLICATE} and {@link #MOVED}; the rows are distributed by {@link #GROUP}. */
    public static Dataset<Row> flagged(Dataset<Row> rows, Contract contract) {
        Column broken = col(Conversion.BROKEN);
        // A missing key would send every such row to one partition; they break a rule and need no company.
        Dataset<Row> distributed = rows.withColumn(
                        GROUP,
                        when(broken, xxhash64(col(contract.clock()), col(ContractRows.SOURCE)))
                                .otherwise(xxhash64(col(contract.key().get(0)))))
                .repartition(col(GROUP));
        List<Column> same = new ArrayList<>();
        same.add(col(GROUP));
        contract.key().forEach(name -> same.add(col(name)));
        same.add(broken);
        List<Column> order = new ArrayList<>();
        order.add(col(ContractRows.DAY));
        order.add(col("ingested_at").desc_nulls_last());
        for (String column : rows.columns()) {
            if (!contract.key().contains(column) && !column.startsWith("_") && !column.equals("ingested_at")) {
                order.add(col(Sql.name(column)));
            }
        }
        Column before = lag(col(ContractRows.DAY), 1)
                .over(Window.partitionBy(same.toArray(Column[]::new)).orderBy(order.toArray(Column[]::new)));
        Column competes = broken.equalTo(false);
        return distributed
                .withColumn("_day_before", before)
                .withColumn(DUPLICATE, competes.and(col("_day_before").eqNullSafe(col(ContractRows.DAY))))
                .withColumn(
                        MOVED,
                        competes.and(col("_day_before").isNotNull())
                                .and(col("_day_before").notEqual(col(ContractRows.DAY))))
                .drop("_day_before");
    }

    /** Adds {@link #KEY_HASH}. */
    public static Dataset<Row> withKeyHash(Dataset<Row> rows, Contract contract) {
        return rows.withColumn(
                KEY_HASH,
                xxhash64(contract.key().stream().map(name -> col(name)).toArray(Column[]::new)));
    }
}
