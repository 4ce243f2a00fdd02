package dev.touchstone.observe;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What is known of customers over time: kept rows without duplicates, of all days up to the last one asked for.
 *
 * @param orders columns customer_id, ordered_at, amount, margin, currency, refund_of as in the contract; null where no
 *     source of orders is mapped
 * @param margins whether a source maps the margin of orders
 * @param memberships columns customer_id, started_at, ended_at; null where no source of memberships is mapped
 * @param touches where and when customers met the company: columns customer_id, touchpoint, at; null: not known
 */
public record Histories(Dataset<Row> orders, boolean margins, Dataset<Row> memberships, Dataset<Row> touches) {}
