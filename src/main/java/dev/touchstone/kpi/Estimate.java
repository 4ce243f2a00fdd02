package dev.touchstone.kpi;

/**
 * What a state says about its KPI: value and 95 % interval, as SQL over the columns of a cell.
 *
 * <p>The columns, all in the KPI's unit:
 *
 * <ul>
 *   <li>{@code n} observations; {@code n_eff} how many independent ones they are worth
 *   <li>{@code mean} of the scores and {@code square}, the mean of their squares; NULL at n = 0
 *   <li>{@code pooled} variance within the cells of the same KPI, period and segmentation; NULL if unknown
 *   <li>{@code scale_low}, {@code scale_high} bounds of the scale, NULL where unbounded
 *   <li>{@code interval} name of an {@link Interval}, {@code state} name of a {@link State}
 *   <li>{@code total} sum of the scores
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
            "CASE WHEN n = 0 THEN CAST(NULL AS DOUBLE) WHEN state = 'TOTAL' THEN total ELSE mean END";

    /** Sample variance, of weighted scores at their effective number; NULL below 2 observations. */
    public static final String VARIANCE =
            "CASE WHEN n_eff > 1 THEN greatest(square - mean * mean, 0D) * n_eff / (n_eff - 1) END";

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
            "CASE WHEN interval = 'T' AND n_eff > 1 AND %1$s > 0 THEN t_quantile(n_eff - 1) * sqrt(%1$s / n_eff) END"
                    .formatted("(" + T_VARIANCE + ")");

    /** Lower end; needs the column {@code reach} beside those above. */
    public static final String LOW = end("-", "greatest", "scale_low");

    /** Upper end; needs the column {@code reach} beside those above. */
    public static final String HIGH = end("+", "least", "scale_high");

    private static String end(String sign, String clip, String bound) {
        String wilson = clip + "(" + bound + ", " + WILSON_MIDDLE + " " + sign + " " + WILSON_REACH + ")";
        // n = 1: the raw value lies outside the adjusted interval, which is then extended to hold it.
        String inside = clip.equals("greatest") ? "least" : "greatest";
        String wald = clip + "(" + bound + ", " + inside + "(mean, scale_high * (" + ADJUSTED + " " + sign + " "
                + WALD_REACH + ")))";
        String t =
                "CASE WHEN reach IS NULL THEN %1$s ELSE %2$s(%1$s, mean %3$s reach) END".formatted(bound, clip, sign);
        return "CASE WHEN n = 0 THEN CAST(NULL AS DOUBLE) WHEN interval = 'WILSON' THEN " + wilson
                + " WHEN interval = 'ADJUSTED_WALD' THEN " + wald + " WHEN interval = 'T' THEN " + t + " END";
    }
}
