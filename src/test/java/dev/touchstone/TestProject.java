package dev.touchstone;

import dev.touchstone.project.Project;
import dev.touchstone.project.ProjectFile;
import dev.touchstone.source.PersianFunctions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** Small projects for tests: a folder with a project file and the files that it reads. */
public final class TestProject {
    private TestProject() {}

    /** The project file of a generated company without its histories: surveys alone, where those are asked about. */
    public static Path surveysOf(Path generated) {
        try {
            String whole = Files.readString(generated);
            String surveys = whole.replaceFirst("(?s)- name: memberships\\n.*?\\n(?=[a-z])", "")
                    .replaceFirst("active: membership\\noutcomes: .*\\n", "");
            return Files.writeString(generated, surveys);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Writes a file and gives its path; missing folders are made. */
    public static Path file(Path folder, String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Writes {@code project.yaml} and reads it. */
    public static Project project(Path folder, String yaml) {
        return ProjectFile.read(file(folder, "project.yaml", yaml), Map.of()).project();
    }

    /** A session of its own in the project's zone, with the functions that selects may use. */
    public static SparkSession session(Project project) {
        SparkSession session = TestSpark.session().newSession();
        session.conf().set("spark.sql.session.timeZone", project.zone().getId());
        PersianFunctions.register(session);
        return session;
    }
}
