package dev.touchstone.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.touchstone.TestSpark;
import dev.touchstone.fault.ExitCode;
import dev.touchstone.fault.Fault;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that another version has made. */
class StoreTest {
    @TempDir
    private Path folder;

    @Test
    void aTableThatLacksAColumnIsRefusedUntilItHasIt() {
        SparkSession spark = TestSpark.session();
        Store now = Store.at(spark, folder.resolve("now").toString());
        now.ensure(Table.SCORECARD);
        String earlier = "delta.`" + folder + "/earlier/scorecard`";
        spark.sql(
                "CREATE TABLE %s USING delta PARTITIONED BY (grain) TBLPROPERTIES ('%s' = 'scorecard') AS SELECT * EXCEPT (direction) FROM delta.`%s`"
                        .formatted(earlier, Store.OWNER, now.location(Table.SCORECARD)));

        Fault fault = catchThrowableOfType(Fault.class, () -> exists());
        assertThat(fault.exitCode()).isEqualTo(ExitCode.ARGUMENTS);
        assertThat(fault.problems().get(0).problem())
                .startsWith(
                        "another version of Touchstone wrote the table scorecard: it lacks [direction], has [] beside");

        // At the end it would stand in another place.
        spark.sql("ALTER TABLE " + earlier
                + " ADD COLUMNS (direction STRING COMMENT 'at_least or at_most' AFTER target)");
        assertThat(exists()).isTrue();
    }

    private boolean exists() {
        return Store.at(TestSpark.session(), folder.resolve("earlier").toString())
                .exists(Table.SCORECARD);
    }
}
