package dev.touchstone.fault;

import java.util.List;
import java.util.stream.Collectors;

/** Ends a command with an exit code and everything that is wrong, never with a stack trace. */
public final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;
    private final transient List<Problem> problems;

    private Fault(ExitCode exitCode, List<Problem> problems, Throwable cause) {
        super(problems.stream().map(Problem::text).collect(Collectors.joining(System.lineSeparator())), cause);
        this.exitCode = exitCode;
        this.problems = List.copyOf(problems);
    }

    /** Exit 2: arguments or project file; all problems at once. */
    public static Fault arguments(List<Problem> problems) {
        return new Fault(ExitCode.ARGUMENTS, problems, null);
    }

    /** Exit 2: arguments or project file. */
    public static Fault arguments(String problem, String place, String remedy) {
        return arguments(List.of(new Problem(problem, place, remedy)));
    }

    /** Exit 1: the outside world; a retry may help. */
    public static Fault outside(String problem, String place, String remedy, Throwable cause) {
        return new Fault(ExitCode.FAULT, List.of(new Problem(problem, place, remedy)), cause);
    }

    /** Exit 3: the data were refused, nothing was published. */
    public static Fault data(String problem, String place, String remedy) {
        return new Fault(ExitCode.DATA, List.of(new Problem(problem, place, remedy)), null);
    }

    /**
     * Several faults as one, with all their problems. Where any of them is about arguments the whole is: the others may
     * pass by themselves, that one cannot.
     *
     * @param faults not empty
     */
    public static Fault together(List<Fault> faults) {
        Fault decisive = faults.stream()
                .filter(fault -> fault.exitCode == ExitCode.ARGUMENTS)
                .findFirst()
                .orElse(faults.get(0));
        return new Fault(
                decisive.exitCode,
                faults.stream().flatMap(fault -> fault.problems.stream()).toList(),
                decisive.getCause());
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    public List<Problem> problems() {
        return problems;
    }
}
