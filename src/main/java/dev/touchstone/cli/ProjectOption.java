package dev.touchstone.cli;

import dev.touchstone.project.Project;
import dev.touchstone.project.ProjectFile;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --project}, shared by all commands that need one. */
final class ProjectOption {
    @Option(
            names = "--project",
            required = true,
            paramLabel = "FILE",
            description = "The project file (YAML): sources, touchpoints, segmentations, KPIs, output.")
    private Path file;

    /** Reads and checks the file; warnings go to standard error. */
    Project read() {
        ProjectFile.Loaded loaded = ProjectFile.read(file, System.getenv());
        loaded.warnings().forEach(warning -> System.err.println(Print.problem("WARNING", warning, null)));
        return loaded.project();
    }
}
