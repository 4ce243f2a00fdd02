package dev.touchstone.cli;

import dev.touchstone.fault.ExitCode;
import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The program. */
@Command(
        name = "touchstone",
        mixinStandardHelpOptions = true,
        versionProvider = Touchstone.Version.class,
        description = {
            "Turns survey responses and customer history into customer-experience KPIs",
            "per segment, touchpoint and period, in Delta tables that anyone can query.",
            ""
        },
        subcommands = {
            RunCommand.class,
            MeasureCommand.class,
            AssessCommand.class,
            CheckCommand.class,
            KpisCommand.class,
            FindingsCommand.class,
            ExplainCommand.class,
            RunsCommand.class,
            GenerateCommand.class,
            CommandLine.HelpCommand.class
        },
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Start:  touchstone check --project my.yaml",
            "        touchstone run --project my.yaml --from 2026-01-01 --to 2026-02-01",
            "",
            "Exit codes:  0 done",
            "             1 fault outside (a path, another run): a retry may help",
            "             2 arguments or project file wrong",
            "             3 data refused, nothing published",
            "",
            "The last line of run, measure, assess, check and generate is TOUCHSTONE_RESULT and one JSON object."
        })
public final class Touchstone {
    private Touchstone() {}

    /** Entry of spark-submit and of plain Java. */
    public static void main(String[] arguments) {
        // Figures inside SQL, labels and JSON are made by format strings; by default they follow the machine's locale.
        Locale.setDefault(Locale.ROOT);
        int exit = execute(arguments);
        System.out.flush();
        System.err.flush();
        if (exit == ExitCode.DONE.number() && "cluster".equals(System.getProperty("spark.submit.deployMode"))) {
            // YARN's application master takes any System.exit of a driver for a failure.
            Sessions.stop();
        } else {
            // Threads that are no daemons, of Spark or of a database's driver, must not keep a command alive.
            System.exit(exit);
        }
    }

    /** Runs a command and returns its exit code. */
    static int execute(String... arguments) {
        CommandLine line = new CommandLine(new Touchstone());
        line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // A touchpoint may be called @home; no value of an option names a file to read more options from.
        line.setExpandAtFiles(false);
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler((wrong, given) -> {
            CommandLine command = wrong.getCommandLine();
            String meant = wrong instanceof CommandLine.UnmatchedArgumentException unmatched
                    ? unmatched.getSuggestions().stream()
                            .findFirst()
                            .map("did you mean '%s'? "::formatted)
                            .orElse("")
                    : "";
            Problem problem = new Problem(
                    wrong.getMessage(),
                    "command line",
                    meant + "see `touchstone " + (command.getParent() == null ? "" : command.getCommandName() + " ")
                            + "--help`");
            show(command, List.of(problem));
            return ExitCode.ARGUMENTS.number();
        });
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof Fault fault) {
                show(command, fault.problems());
                return fault.exitCode().number();
            }
            Problem problem = new Problem(
                    "an error that Touchstone did not expect: " + failure,
                    "the program itself",
                    "run it again; if it stays, report it with its stack trace");
            command.getErr().println(Print.problem("ERROR", problem, failure));
            return ExitCode.FAULT.number();
        });
        return line.execute(arguments);
    }

    private static void show(CommandLine command, List<Problem> problems) {
        problems.forEach(problem -> command.getErr().println(Print.problem("ERROR", problem, null)));
    }

    /** The version that the jar was built as. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Touchstone.class.getPackage().getImplementationVersion();
            return new String[] {"touchstone " + (version == null ? "development" : version)};
        }
    }
}
