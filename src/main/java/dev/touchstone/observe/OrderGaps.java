package dev.touchstone.observe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;

import dev.touchstone.source.Contract;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.Conversion;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * How long customers take to order again: advice for {@code active: {ordered_within: N}}, never a default of it.
 *
 * @param gaps from an order to the next one of the same customer, refunds left aside; above 0
 * @param days so many days at least hold 80 % of the gaps: their 80th percentile by nearest rank, rounded up to a whole
 *     day, at least 1
 */
public record OrderGaps(long gaps, int days) {
    /** @return empty where no customer has ordered twice */
    public static Optional<OrderGaps> of(ContractRows orders) {
        Dataset<Row> bought = Duplicates.flagged(
                        orders.rows(null, List.of(), false), Contract.ORDERS, Duplicates.Distribution.DAY_AND_KEY)
                .where(col(Conversion.BROKEN)
                        .or(col(Duplicates.DUPLICATE))
                        .equalTo(false)
                        .and(col("refund_of").isNull()));
        Row found = bought.select(
                        col("ordered_at"),
                        lag("ordered_at", 1)
                                .over(Window.partitionBy("customer_id").orderBy("ordered_at"))
                                .as("before"))
                .where(col("before").isNotNull())
                // Whole days are few, so that the exact percentile needs little room.
                .select(expr("greatest(1, ceil((unix_micros(ordered_at) - unix_micros(before)) / 86400e6D))")
                        .as("days"))
                .agg(count(lit(1)), expr("CAST(percentile_disc(0.8) WITHIN GROUP (ORDER BY days) AS INT)"))
                .first();
        return found.getLong(0) == 0 ? Optional.empty() : Optional.of(new OrderGaps(found.getLong(0), found.getInt(1)));
    }
}
