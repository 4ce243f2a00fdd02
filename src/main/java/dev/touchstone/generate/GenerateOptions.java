package dev.touchstone.generate;

import dev.touchstone.fault.Fault;
import dev.touchstone.fault.Problem;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * What to generate.
 *
 * @param seed equal options give equal rows; another seed gives another company history with the same truth
 * @param responses number of answer rows in all response sources together, reached within about 2 % from 10,000 rows
 *     on (at least one cycle of 200 questionnaires, about 496 rows, is always made); at least 1
 * @param history number of contacts, of orders and of visits for each answer row, reached within about 5 % where that
 *     makes some thousand of each; the other sources follow (see {@link Sizes}); from 0.01 to 10
 * @param from first local day of the answers
 * @param to first local day after them
 * @param output folder or URI to write into
 * @param format {@code csv} or {@code parquet}
 * @param clean true: no duplicates, bad rows, late rows or overlapping customer versions; with {@code parquet} the
 *     columns then have their true types instead of text
 */
public record GenerateOptions(
        long seed,
        long responses,
        double history,
        LocalDate from,
        LocalDate to,
        String output,
        String format,
        boolean clean) {

    /** More would overflow the row numbers that hashes are taken of. */
    private static final long MOST_RESPONSES = 1_000_000_000_000L;

    /** Refuses wrong options, all at once, exit 2. */
    public GenerateOptions {
        List<Problem> problems = new ArrayList<>();
        if (responses < 1 || responses > MOST_RESPONSES) {
            problems.add(new Problem(
                    "cannot generate " + responses + " answer rows",
                    "--responses",
                    "give a whole number from 1 to " + MOST_RESPONSES));
        }
        if (!(history >= 0.01 && history <= 10)) {
            problems.add(new Problem(
                    "cannot generate " + history + " contacts and orders for each answer row",
                    "--history",
                    "give a number from 0.01 to 10"));
        }
        if (from == null || to == null) {
            problems.add(new Problem("the span of days is incomplete", "--from, --to", "give both days"));
        } else if (!from.isBefore(to)) {
            problems.add(new Problem(
                    "the first day " + from + " is not before the end " + to,
                    "--from, --to",
                    "give a --to after --from; --to itself is not generated"));
        } else if (from.isBefore(Retailer.EARLIEST) || to.isAfter(Retailer.LATEST)) {
            problems.add(new Problem(
                    "the span " + from + " to " + to + " leaves the calendar's certain range",
                    "--from, --to",
                    "choose days from " + Retailer.EARLIEST + " to " + Retailer.LATEST));
        }
        if (output == null || output.isBlank()) {
            problems.add(new Problem("no output folder", "--output", "give a folder or URI"));
        }
        if (!"csv".equals(format) && !"parquet".equals(format)) {
            problems.add(new Problem("unknown format " + format, "--format", "choose csv or parquet"));
        }
        if (!problems.isEmpty()) {
            throw Fault.arguments(problems);
        }
    }

    /** Whether columns carry their true types; text otherwise, as exports do, so that bad values fit in. */
    boolean typed() {
        return clean && format.equals("parquet");
    }
}
