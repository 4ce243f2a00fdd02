package dev.touchstone.fault;

/** How a command ends; the numbers are an interface that schedulers rely on. */
public enum ExitCode {
    /** All done and published. */
    DONE(0),
    /** Something outside failed (a path, a disk, a running rival): the same command may succeed later. */
    FAULT(1),
    /** Arguments or project file are wrong: a retry cannot help. */
    ARGUMENTS(2),
    /** The data were refused and nothing was published: a retry cannot help until the data change. */
    DATA(3);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
