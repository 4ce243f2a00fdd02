package dev.touchstone.kpi;

/**
 * What a state says about its KPI: value and 95 % interval, as SQL over the columns of a cell.
 *
 * <p>The columns, all in the KPI's unit:
 *
 * <ul>
 *   <li>{@code n} observations; {@code n_own} what they are worth by their weights; {@code n_eff} how many independent
 *       ones that are
 *   <li>{@code mean} of the scores and {@code square}, the mean of their squares; NULL at n = 0
 *   <li>{@code mean_n} the part of {@code mean} that comes from the observations in n; {@code mean} itself unless the
 *       KPI has a denominator
 *   <li>{@code pooled} variance within the cells of the same KPI, period and segmentation; NULL if unknown
 *   <li>{@code scale_low}, {@code scale_high} bounds of the scale, NULL where unbounded
 *   <li>{@code interval} name of an {@link Interval}, {@code state} name of a {@link State}
 *   <li>{@code total} sum of the scores
 *   <li>{@code rank_value}, {@code rank_low}, {@code rank_high} of a percentile: what the histogram holds at its rank and
 *       at the ranks of its interval; NULL where that is a case still open
 * </ul>
 *
 * <p>At n = 0 value and interval are NULL: nothing is known, which is not 0. Needs the function
 * {@code t_quantile(df)}, the 97.5 % point of Student's t.
 */
public final class Estimate {
    /** The 97.5 % point of the normal distribution. */
    static final double Z = 1.959963984540054;

    private Estimate() {}

    /** The KPI's value; a total of nothing is NULL, too. */
    public static final String VALUE =
            "CASE WHEN n = 0 THEN CAST(NULL AS DOUBLE) WHEN interval = 'RANK' THEN rank_value"
                    + " WHEN state = 'TOTAL' THEN total ELSE mean END";

    /**
     * Geometric mean in seconds of the durations above zero, of which there are {@code positive}; {@code ln_s} is the
     * sum of round(ln(seconds) x 10^6). NULL where there is none.
     */
    public static final String GEOMETRIC_MEAN =
            "CASE WHEN positive > 0 THEN exp(CAST(ln_s AS DOUBLE) / 1e6D / CAST(positive AS DOUBLE)) END";

    /**
     * Sample variance of ln(seconds) of the durations above zero; {@code ln_ss} is the sum of their squares x 10^6. NULL
     * where there are fewer than two.
     */
    public static final String LN_VARIANCE = "CASE WHEN positive > 1 THEN greatest(0D, CAST(ln_ss AS DOUBLE) / 1e6D"
            + " - power(CAST(ln_s AS DOUBLE) / 1e6D, 2) / positive) / (positive - 1) END";

    /** More than one observation, told from one whose weights do not divide evenly in binary. */
    private static final String SEVERAL = "%s > 1.000000001D";

    /**
     * Sample variance given n, of weighted scores at what they are worth; 0 where all scores are equal, NULL where
     * there is one observation or none. What is left of equal scores by rounding is not taken for variance.
     *
     * <p>Scores of rows that are not in n (returning customers in {@code crr}, refunds in {@code order_value}) are taken
     * for Poisson: they add their squares and take away nothing, so that (ss - s_n^2 / n) / n^2 is p (1 - p) / S + R /
     * S^2 where S customers are in n, a share p of them is left and R have returned.
     */
    public static final String VARIANCE = "CASE WHEN " + SEVERAL.formatted("n_own")
            + " THEN CASE WHEN square - mean_n * mean_n > 1e-12D * square THEN square - mean_n * mean_n ELSE 0D END"
            + " * n_own / (n_own - 1) END";

    /** Width of a logarithmic bin of durations: values within one differ by 2 %. */
    public static final String BIN_BASE = "1.02D";

    // Durations lie in logarithmic bins: bin b holds (1.02^(b-1), 1.02^b] seconds, bin -1 zero seconds, bin NULL the
    // cases that are still open.

    /** What a duration in {@code bin} is taken for: at most 1 % off. NULL: open. */
    public static final String BIN_MIDDLE = ofBin("2 * power(" + BIN_BASE + ", bin) / (" + BIN_BASE + " + 1)");

    /** The lower edge of {@code bin}. */
    public static final String BIN_LOW = ofBin("power(" + BIN_BASE + ", bin - 1)");

    /** The upper edge of {@code bin}. */
    public static final String BIN_HIGH = ofBin("power(" + BIN_BASE + ", bin)");

    // Of a percentile DECIMAL among cases BIGINT, of which there is one at least, with their design effect. In DECIMAL,
    // as .07 x 100 is above 7
    // in binary.
    private static final String RANK_REACH =
            "%s * sqrt(CAST(percentile * (1 - percentile) AS DOUBLE) / (cases / coalesce(deff, 1D)))".formatted(Z);

    /** The nearest rank of {@code percentile} among {@code cases}, from 1: that of SQL's {@code percentile_disc}. */
    public static final String RANK = "CASE WHEN cases > 0 THEN " + nearest("percentile") + " END";

    /** The rank of the interval's lower end; NULL where there are too few cases for one. */
    public static final String RANK_LOW = rankOfEnd("-", ">= 0");

    /** The rank of the interval's upper end; NULL where there are too few cases for one. */
    public static final String RANK_HIGH = rankOfEnd("+", "<= 1");

    private static String ofBin(String seconds) {
        return "CASE WHEN bin < 0 THEN 0D ELSE " + seconds + " END";
    }

    private static String nearest(String share) {
        return "greatest(1L, CAST(ceil(" + share + " * CAST(cases AS DECIMAL(19,0))) AS BIGINT))";
    }

    private static String rankOfEnd(String sign, String inside) {
        String share = "(CAST(percentile AS DOUBLE) " + sign + " " + RANK_REACH + ")";
        return "CASE WHEN cases > 0 THEN CASE WHEN " + share + " " + inside + " THEN " + nearest(share) + " END END";
    }

    // Wilson 1927: closed form, inside [0, 1], useful at 0 and n.
    private static final String WILSON_MIDDLE = "((mean + %1$s / (2 * n_eff)) / (1 + %1$s / n_eff))".formatted(Z * Z);
    private static final String WILSON_REACH =
            "(%2$s * sqrt(greatest(mean * (1 - mean), 0D) / n_eff + %1$s / (4 * n_eff * n_eff)) / (1 + %1$s / n_eff))"
                    .formatted(Z * Z, Z);

    // Rocks 2016 (arXiv 1601.07235), adjusted Wald: 3/4 detractor, 1 1/2 passive, 3/4 promoter are added. The shares of
    // the outer scores -u, u follow from mean and mean square; u is the upper bound of the scale.
    private static final String OUTER =
            "((square / (scale_high * scale_high) * n_eff + 1.5D) / (n_eff + 3))"; // promoters + detractors
    private static final String ADJUSTED = "((mean / scale_high * n_eff) / (n_eff + 3))";
    private static final String WALD_REACH =
            "(%s * sqrt(greatest(%s - %s * %s, 0D) / (n_eff + 3)))".formatted(Z, OUTER, ADJUSTED, ADJUSTED);

    // Student's t; a cell whose answers are all equal takes the variance of its peers. With one observation, or where
    // no variance is known, the scale's bounds are all that can be said.
    private static final String T_VARIANCE = "CASE WHEN variance > 0 THEN variance ELSE pooled END";

    /**
     * Half the width of the t interval, NULL for other intervals and where only the scale's bounds are known; needs the
     * column {@code variance}. A column of its own, {@code reach}, because the quantile is dear.
     */
    public static final String REACH =
            "CASE WHEN interval = 'T' AND %2$s AND %1$s > 0 THEN t_quantile(n_eff - 1) * sqrt(%1$s / n_eff) END"
                    .formatted("(" + T_VARIANCE + ")", SEVERAL.formatted("n_eff"));

    /** Lower end; needs the column {@code reach} beside those above. */
    public static final String LOW = end("-", "greatest", "scale_low");

    /** Upper end; needs the column {@code reach} beside those above. */
    public static final String HIGH = end("+", "least", "scale_high");

    private static String end(String sign, String clip, String bound) {
        String inside = clip.equals("greatest") ? "least" : "greatest";
        // The end of a share of 0 or 1 is that share, which rounding would miss by its last digit.
        String wilson =
                clip + "(" + bound + ", " + inside + "(mean, " + WILSON_MIDDLE + " " + sign + " " + WILSON_REACH + "))";
        // n = 1: the raw value lies outside the adjusted interval, which is then extended to hold it.
        String wald = clip + "(" + bound + ", " + inside + "(mean, scale_high * (" + ADJUSTED + " " + sign + " "
                + WALD_REACH + ")))";
        String t =
                "CASE WHEN reach IS NULL THEN %1$s ELSE %2$s(%1$s, mean %3$s reach) END".formatted(bound, clip, sign);
        return "CASE WHEN n = 0 THEN CAST(NULL AS DOUBLE) WHEN interval = 'WILSON' THEN " + wilson
                + " WHEN interval = 'ADJUSTED_WALD' THEN " + wald + " WHEN interval = 'T' THEN " + t
                + " WHEN interval = 'RANK' THEN " + (clip.equals("greatest") ? "rank_low" : "rank_high") + " END";
    }
}
