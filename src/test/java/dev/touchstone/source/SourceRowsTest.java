package dev.touchstone.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.TestProject;
import dev.touchstone.fault.ExitCode;
import dev.touchstone.fault.Fault;
import dev.touchstone.project.Project;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceRowsTest {
    private static final String SELECT =
            "SELECT id AS response_id, 'csat_5' AS instrument, score, at AS responded_at FROM source";

    @TempDir
    Path folder;

    @Test
    void eachFileOfAFolderIsReadByItsOwnHeader() {
        TestProject.file(folder, "answers/2025.csv", "id,score,at\na,5,2026-03-01\n");
        TestProject.file(folder, "answers/2026.csv", "at,id, score \n2026-03-02,b,4\n");
        TestProject.file(folder, "answers/empty.csv", "");
        Project project = project(SELECT);
        assertThat(answers(project)).containsExactlyInAnyOrder("a 5 2026-03-01", "b 4 2026-03-02");
    }

    /** What files are called is data, too: as globs these would be other files, or all. */
    @Test
    void fileNamesAreNoGlobs() {
        TestProject.file(folder, "answers/[1].csv", "id,score,at\na,5,2026-03-01\n");
        TestProject.file(folder, "answers/{b,c}.csv", "id,score,at\nb,5,2026-03-01\n");
        TestProject.file(folder, "answers/*?\\.csv", "at,id,score\n2026-03-02,c,4\n");
        Project project = project(SELECT);
        assertThat(answers(project)).containsExactlyInAnyOrder("a 5 2026-03-01", "b 5 2026-03-01", "c 4 2026-03-02");
    }

    private static List<String> answers(Project project) {
        return SourceRows.open(TestProject.session(project), project.sources().get(0))
                .rows(null)
                .selectExpr("concat_ws(' ', response_id, score, responded_at)")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    @Test
    void aSelectThatIsNoQueryIsNotRun() {
        TestProject.file(folder, "answers/2025.csv", "id,score,at\na,5,2026-03-01\n");
        for (String statement : List.of("CREATE TABLE made AS SELECT 1", "DROP VIEW source")) {
            Project project = project(statement);
            assertThatThrownBy(() -> SourceRows.open(
                            TestProject.session(project), project.sources().get(0)))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.exitCode()).isEqualTo(ExitCode.ARGUMENTS))
                    .hasMessageContaining("the select of source answers is not valid");
        }
        assertThat(TestProject.session(project(SELECT)).catalog().tableExists("made"))
                .isFalse();
    }

    private Project project(String select) {
        return TestProject.project(
                folder,
                """
                name: formats
                time_zone: UTC
                output: {path: out}
                sources:
                - {name: answers, contract: responses, format: csv, path: answers, select: "%s"}
                """
                        .formatted(select));
    }
}
