package dev.touchstone;

import dev.touchstone.assess.Assess;
import dev.touchstone.calendar.Days;
import dev.touchstone.measure.Measure;
import dev.touchstone.project.Project;
import dev.touchstone.project.ProjectFile;
import dev.touchstone.source.ContractRows;
import dev.touchstone.source.PersianFunctions;
import dev.touchstone.table.Store;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** The stages as the command runs them, in the tests' JVM: no run log, no claim. */
public final class Stages {
    private Stages() {}

    /** A checked project file whose tables go elsewhere. */
    public static Project project(Path file, Map<String, String> environment, Path output) {
        Project read = ProjectFile.read(file, environment).project();
        return new Project(
                read.file(),
                read.name(),
                read.title(),
                read.zone(),
                read.calendars(),
                read.weekStart(),
                new Project.Output(output.toString(), null),
                read.sources(),
                read.touchpoints(),
                read.segmentations(),
                read.active(),
                read.outcomes(),
                read.catalogue(),
                read.scorecard(),
                read.findings(),
                read.actions(),
                read.drivers(),
                read.quarantine());
    }

    /** A session of the project's own, with its zone and the functions that selects may use. */
    public static SparkSession session(Project project) {
        SparkSession session = TestSpark.session().newSession();
        session.conf().set("spark.sql.session.timeZone", project.zone().getId());
        PersianFunctions.register(session);
        return session;
    }

    /** Measures and assesses some days. */
    public static Outcome run(SparkSession spark, Project project, Days days, Instant asOf) {
        Store store = Store.at(spark, project.output().path());
        Map<String, Long> counts = new LinkedHashMap<>();
        String run = "test-" + days.from();
        Measure.Outcome measured = Measure.run(
                spark, project, ContractRows.open(spark, project), store, days, asOf, false, run, line -> {});
        counts.putAll(measured.counts());
        List<Days> spans = Days.and(days, measured.closedDays());
        counts.putAll(Assess.run(spark, project, store, spans, asOf, false, run, line -> {}));
        return new Outcome(store, counts);
    }

    /** The tables that a run left, and its counts of rows. */
    public record Outcome(Store store, Map<String, Long> counts) {}
}
