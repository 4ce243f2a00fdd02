package dev.touchstone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which package may use which, and what only the command line may do. */
class ArchitectureTest {
    private static final String ROOT = "dev.touchstone";

    /** Every package with those it may use. Stages see what lies below them; only {@code cli} sees stages. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("fault", Set.of()),
            Map.entry("sql", Set.of()),
            Map.entry("clv", Set.of()),
            Map.entry("inference", Set.of()),
            Map.entry("kpi", Set.of("fault", "sql")),
            Map.entry("calendar", Set.of("fault", "kpi")),
            Map.entry("project", Set.of("fault", "sql", "kpi", "calendar")),
            Map.entry("table", Set.of("fault", "sql", "kpi", "calendar", "project")),
            Map.entry("source", Set.of("fault", "sql", "kpi", "calendar", "project")),
            Map.entry("observe", Set.of("fault", "sql", "clv", "kpi", "calendar", "project", "source")),
            Map.entry(
                    "measure",
                    Set.of("fault", "sql", "clv", "kpi", "calendar", "project", "table", "source", "observe")),
            Map.entry("assess", Set.of("fault", "sql", "inference", "kpi", "calendar", "project", "table")),
            Map.entry("themes", Set.of("fault", "sql", "kpi", "calendar", "project", "table", "source")),
            Map.entry("report", Set.of("fault", "sql", "kpi", "calendar", "project", "table")),
            Map.entry("generate", Set.of("fault", "sql", "kpi", "calendar", "project")),
            Map.entry(
                    "cli",
                    Set.of(
                            "fault",
                            "sql",
                            "inference",
                            "kpi",
                            "calendar",
                            "project",
                            "table",
                            "source",
                            "observe",
                            "measure",
                            "assess",
                            "themes",
                            "report",
                            "generate")));

    private static JavaClasses main;

    @BeforeAll
    static void read() {
        main = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);
    }

    @Test
    void arrowsPointOneWay() {
        ARROWS.forEach((name, used) -> {
            List<String> others = ARROWS.keySet().stream()
                    .filter(other -> !other.equals(name) && !used.contains(other))
                    .toList();
            noClasses()
                    .that()
                    .resideInAPackage(packages(name))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            others.stream().map(ArchitectureTest::packages).toArray(String[]::new))
                    .because(name + " may use " + new TreeSet<>(used) + " only")
                    .allowEmptyShould(true)
                    .check(main);
        });
    }

    /** A new package has to say what it may use. */
    @Test
    void everyPackageHasItsArrows() throws IOException {
        assertThat(ARROWS.keySet()).containsAll(packagesOfSources());
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(main);
    }

    @Test
    void everyPackageSaysWhyItExists() throws IOException {
        Path sources = Path.of("src/main/java/dev/touchstone");
        for (String name : packagesOfSources()) {
            assertThat(sources.resolve(name).resolve("package-info.java"))
                    .exists()
                    .content()
                    .startsWith("/**");
        }
    }

    @Test
    void onlyTheCommandLineEndsTheProcessAndPrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage(packages("cli"))
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(main);
    }

    /** What is shown passes one place, where data lose what could move a terminal or forge a line. */
    @Test
    void onlyOneClassWritesToStandardOutput() {
        noClasses()
                .that()
                // The program sets it up, and the result is flushed.
                .doNotHaveSimpleName("Print")
                .and()
                .doNotHaveSimpleName("Touchstone")
                .and()
                .doNotHaveSimpleName("Result")
                .should()
                .accessField(System.class, "out")
                .check(main);
    }

    /** Encoders.bean gives a record an empty schema without an error. */
    @Test
    void noRecordIsAnElementOfADataset() {
        noClasses()
                .should()
                .callMethod(org.apache.spark.sql.Encoders.class, "bean", Class.class)
                .check(main);
    }

    @Test
    void nothingIsMeantToBeInherited() {
        classes()
                .that()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(main);
    }

    private static String packages(String name) {
        return ROOT + "." + name + "..";
    }

    private static Set<String> packagesOfSources() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("src/main/java/dev/touchstone"))) {
            return folders.filter(Files::isDirectory)
                    .filter(folder -> {
                        String[] sources = folder.toFile().list((place, name) -> name.endsWith(".java"));
                        return sources != null
                                && Arrays.stream(sources).findAny().isPresent();
                    })
                    .map(folder -> folder.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
