package dev.touchstone.generate;

import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;

/**
 * A name and which share of the rows it falls on.
 *
 * @param share in [0, 1]
 */
record Share(String name, double share) {

    /** The name into whose share of [0, 1) the number falls, shares being laid side by side from 0; else NULL. */
    static Column oneOf(List<Share> shares, Column number) {
        double reached = shares.get(0).share();
        Column name = when(number.lt(reached), shares.get(0).name());
        for (Share share : shares.subList(1, shares.size())) {
            reached += share.share();
            name = name.when(number.lt(reached), share.name());
        }
        return name;
    }
}
