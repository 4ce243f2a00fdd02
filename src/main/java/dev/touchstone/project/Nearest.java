package dev.touchstone.project;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known name that a mistyped one probably means. */
public final class Nearest {
    private Nearest() {}

    /** The opening of a remedy, {@code did you mean 'x'? }, where a known name is near; else the empty text. */
    public static String hint(String wrong, Collection<String> known) {
        return to(wrong, known).map("did you mean '%s'? "::formatted).orElse("");
    }

    /** The nearest known name, at most a third of its letters away (in short ones one letter, from five on at least two); the first of several. */
    static Optional<String> to(String wrong, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(name -> distance(wrong, name)))
                .filter(name -> distance(wrong, name) <= (name.length() < 5 ? 1 : Math.max(2, name.length() / 3)));
    }

    /** Levenshtein's distance, regardless of case. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
