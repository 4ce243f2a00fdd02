package dev.touchstone.fault;

/**
 * One thing that is wrong.
 *
 * @param problem what is wrong, with the offending value
 * @param place where: an option, a key of the project file ({@code sources[0].select}), a table or a path
 * @param remedy what to do about it, one sentence
 */
public record Problem(String problem, String place, String remedy) {
    /** Values of data stand in them: none may begin a line of its own, or say anything to a terminal. */
    public Problem {
        problem = Shown.inOneLine(problem);
        place = Shown.inOneLine(place);
        remedy = Shown.inOneLine(remedy);
    }

    /** Three short lines, as shown to the user. */
    public String text() {
        return "%s%n    at: %s%n    do: %s".formatted(problem, place, remedy);
    }
}
