package dev.touchstone.observe;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import dev.touchstone.source.Contract;
import org.apache.spark.sql.Column;

/**
 * Random groups of customers. All rows of a customer lie in one bucket, in every contract, at every touchpoint and on
 * every day: sums by bucket therefore add up over days, and their spread shows how much more alike the rows of one
 * customer are than those of several (the design effect). Sums by customer could tell the same, but would be rows of
 * customers.
 */
public final class CustomerBuckets {
    /** How many there are, empty ones included. */
    public static final int COUNT = 64;

    private static final String CUSTOMER = "customer_id";

    private CustomerBuckets() {}

    /**
     * The bucket of a kept row: 0 to {@link #COUNT} - 1, never NULL.
     *
     * <p>The one rule: a row goes by its customer; where it names none, by the first column of its key, as somebody who
     * came once. So the items of an anonymous questionnaire stay together, and rows without a customer do not meet in
     * one bucket, which would look as if one customer had given all of them.
     */
    public static Column of(Contract contract) {
        Column key = col(contract.key().get(0));
        Column somebody = contract.field(CUSTOMER).isPresent() ? coalesce(col(CUSTOMER), key) : key;
        return pmod(xxhash64(somebody), lit(COUNT)).cast("int");
    }
}
