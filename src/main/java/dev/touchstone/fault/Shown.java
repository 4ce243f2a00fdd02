package dev.touchstone.fault;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text as people are shown it. */
public final class Shown {
    private static final Pattern BREAK = Pattern.compile("[\\t\\n\\r]");

    /** Control characters, line ends, surrogates without their other half, and what turns the direction of writing. */
    private static final Pattern UNSEEN =
            Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}\\u202A-\\u202E\\u2066-\\u2069]");

    private Shown() {}

    /**
     * The text in one line: its breaks and tabs are blanks, and whatever else could move a cursor, begin a line or hide
     * what follows is written as in JSON, <code>&#92;u001b</code>. JSON stays the same JSON. Null for null.
     */
    public static String inOneLine(String text) {
        return text == null
                ? null
                : UNSEEN.matcher(BREAK.matcher(text).replaceAll(" "))
                        .replaceAll(match -> Matcher.quoteReplacement(
                                "\\u%04x".formatted((int) match.group().charAt(0))));
    }
}
