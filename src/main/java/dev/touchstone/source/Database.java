package dev.touchstone.source;

import dev.touchstone.fault.Fault;
import dev.touchstone.project.Project.Source;
import dev.touchstone.sql.Expressions;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Rows of a source that lies in a database. */
final class Database {
    private Database() {}

    /**
     * Opens the table or query; nothing but its columns is asked for.
     *
     * @param given the source's options, with its secrets
     * @throws Fault exit 1 where the database cannot be reached or does not let the user in
     */
    static Dataset<Row> rows(SparkSession spark, Source source, Map<String, String> given) {
        Map<String, String> options = new LinkedHashMap<>();
        // Else Spark takes a TIMESTAMP WITHOUT TIME ZONE for one of the JVM's zone; so it is the project's, as text is.
        options.put("preferTimestampNTZ", "true");
        driver(given.get("url")).ifPresent(driver -> options.put("driver", driver));
        options.putAll(given);
        try {
            return spark.read().format(source.format()).options(options).load();
        } catch (Exception problem) { // of the driver: a checked SQLException
            throw Fault.outside(
                    "source " + source.name() + " cannot be read: " + Expressions.firstLine(Expressions.root(problem)),
                    source.origin(),
                    "check address, user, password and table; the database's driver comes by --jars or --packages",
                    problem);
        }
    }

    /** The driver's class: Java itself does not look into jars that came by --jars or --packages. */
    private static Optional<String> driver(String url) {
        ClassLoader jars = Thread.currentThread().getContextClassLoader();
        for (Iterator<Driver> all = ServiceLoader.load(Driver.class, jars).iterator(); ; ) {
            try {
                if (!all.hasNext()) {
                    return Optional.empty();
                }
                Driver driver = all.next();
                if (driver.acceptsURL(url)) {
                    return Optional.of(driver.getClass().getName());
                }
            } catch (SQLException | ServiceConfigurationError unfit) {
                // Another driver's trouble; if it was the one that is meant, Spark says that there is none.
            }
        }
    }
}
