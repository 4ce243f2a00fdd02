package dev.touchstone.observe;

import static org.apache.spark.sql.functions.array_append;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Refunds of orders that the source does not know: nothing was bought, so nothing can be given back. */
public final class Refunds {
    private static final String UNKNOWN = "_unknown_refund";
    private static final int SHOWN_CHARACTERS = 100;

    private Refunds() {}

    /**
     * Marks refunds of unknown orders as {@link Conversion#BROKEN}. All orders of the source are asked, however old.
     *
     * @param rows of the contract {@code orders}
     * @param orders their source
     * @param reasons whether the rows carry {@link Conversion#REASONS}, which then say so
     */
    public static Dataset<Row> judged(Dataset<Row> rows, ContractRows orders, boolean reasons) {
        if (!orders.mapped().contains("refund_of")) {
            return rows;
        }
        Dataset<Row> known = orders.rows(null, java.util.List.of(), false)
                .select(col("order_id").as("_order"));
        Dataset<Row> unknown = rows.where(col("refund_of").isNotNull())
                .select(col("refund_of").as(UNKNOWN))
                .distinct()
                .join(known, col(UNKNOWN).equalTo(col("_order")), "left_anti");
        Dataset<Row> judged = rows.join(unknown, col("refund_of").equalTo(col(UNKNOWN)), "left_outer");
        Column broken = col(UNKNOWN).isNotNull();
        if (reasons) {
            Column reason = struct(
                    lit("refund of an unknown order").as("rule"),
                    lit("refund_of").as("column"),
                    substring(col("refund_of"), 1, SHOWN_CHARACTERS).as("value"));
            judged = judged.withColumn(
                    Conversion.REASONS,
                    when(broken, array_append(col(Conversion.REASONS), reason)).otherwise(col(Conversion.REASONS)));
        }
        return judged.withColumn(Conversion.BROKEN, col(Conversion.BROKEN).or(broken))
                .drop(UNKNOWN);
    }
}
