package dev.touchstone.sql;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * How Persian and Arabic writing is folded, once for Java strings and once for Spark columns.
 *
 * <p>Both routes read the same character tables, in the form of SQL's {@code translate}: each character of the first
 * text becomes the one at its place in the second, and those beyond its end are dropped.
 */
public final class PersianText {
    private static final String DIGITS = "۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫";
    private static final String LATIN_DIGITS = "01234567890123456789.";
    private static final String THOUSANDS_SEPARATOR = "٬";

    private static final String ARABIC_LETTERS = "يىك";
    private static final String PERSIAN_LETTERS = "ییک";

    /** Zero-width non-joiner and space, tab, line ends, no-break and typographic spaces. */
    private static final String BLANKS =
            "\u200C\u200B\t\n\u000B\f\r\u0085\u00A0\u2028\u2029\u202F\u205F\u3000" + characters(0x2000, 0x200A);

    /** What terminals take for orders; no text has a use for it. */
    private static final String CONTROL =
            characters(0x00, 0x08) + characters(0x0E, 0x1F) + characters(0x7F, 0x84) + characters(0x86, 0x9F);

    /** Tatweel, soft hyphen, zero-width joiner, marks of writing direction, byte order mark: seen by nobody. */
    private static final String INVISIBLE =
            "\u0640\u00AD\u200D\u200E\u200F\uFEFF" + characters(0x202A, 0x202E) + characters(0x2066, 0x2069) + CONTROL;

    private static final String NUMBER_FROM = DIGITS + THOUSANDS_SEPARATOR;
    private static final String NUMBER_TO = LATIN_DIGITS;
    private static final String NAME_FROM = DIGITS + ARABIC_LETTERS + BLANKS + THOUSANDS_SEPARATOR + INVISIBLE;
    private static final String NAME_TO = LATIN_DIGITS + PERSIAN_LETTERS + " ".repeat(BLANKS.length());

    private static final Map<Integer, Integer> NUMBER_TABLE = table(NUMBER_FROM, NUMBER_TO);
    private static final Map<Integer, Integer> NAME_TABLE = table(NAME_FROM, NAME_TO);
    private static final int DROPPED = -1;
    private static final int BLANK = ' ';

    private PersianText() {}

    /** With Latin digits and decimal point, without thousands separators; null for null. */
    public static String latinDigits(String text) {
        if (text == null) {
            return null;
        }
        StringBuilder folded = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            int replacement = NUMBER_TABLE.getOrDefault(character, character);
            if (replacement != DROPPED) {
                folded.appendCodePoint(replacement);
            }
        });
        return folded.toString();
    }

    /** The same of built-in functions. */
    public static Column latinDigits(Column text) {
        return functions.translate(text, NUMBER_FROM, NUMBER_TO);
    }

    /** The form that names are matched and stored in: Persian letters, Latin digits, single spaces; null for null. */
    public static String name(String text) {
        if (text == null) {
            return null;
        }
        StringBuilder folded = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            int replacement = NAME_TABLE.getOrDefault(character, character);
            boolean repeatedBlank =
                    replacement == BLANK && (folded.isEmpty() || folded.charAt(folded.length() - 1) == BLANK);
            if (replacement != DROPPED && !repeatedBlank) {
                folded.appendCodePoint(replacement);
            }
        });
        boolean blankAtEnd = !folded.isEmpty() && folded.charAt(folded.length() - 1) == BLANK;
        return blankAtEnd ? folded.substring(0, folded.length() - 1) : folded.toString();
    }

    /** The same of built-in functions. */
    public static Column name(Column text) {
        Column translated = functions.translate(text, NAME_FROM, NAME_TO);
        return functions.trim(functions.regexp_replace(translated, " {2,}", " "));
    }

    private static Map<Integer, Integer> table(String from, String to) {
        int[] characters = from.codePoints().toArray();
        int[] replacements = to.codePoints().toArray();
        Map<Integer, Integer> table = new HashMap<>();
        for (int index = 0; index < characters.length; index++) {
            table.put(characters[index], index < replacements.length ? replacements[index] : DROPPED);
        }
        return Map.copyOf(table);
    }

    private static String characters(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(Character::toString).collect(Collectors.joining());
    }
}
