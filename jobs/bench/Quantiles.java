import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Prints the 97.5 % points of Student's t, which SQL lacks, as CSV {@code step,ln_t}: one line for each step of
 * 1 / 8192 in 1 / degrees of freedom, up to 1 / df = 4. Between two steps ln t is a straight line to 1e-8.
 */
public final class Quantiles {
    private static final int STEPS = 8192;

    private Quantiles() {}

    public static void main(String[] arguments) {
        System.out.println("step,ln_t");
        System.out.println("0," + Math.log(1.959963984540054));
        for (int step = 1; step <= 4 * STEPS; step++) {
            double quantile = TDistribution.of((double) STEPS / step).inverseCumulativeProbability(0.975);
            System.out.println(step + "," + Math.log(quantile));
        }
    }
}
