package dev.touchstone.kpi;

import java.util.Locale;

/** Figures as people read them. */
public final class Figures {
    private static final double DAY = 86_400;
    private static final double LONG_HOURS = 100 * 3_600;
    private static final double MANY_MILLIONS = 1e9;
    private static final double SMALLEST_SHOWN = 0.001;

    private Figures() {}

    /** A KPI's value: shares as percent, durations as h:mm:ss; what is not known ({@code null}) is open. */
    public static String shown(Kpi kpi, Double value) {
        if (value == null) {
            return "open";
        }
        return switch (kpi.scale().unit()) {
            case "share" -> String.format(Locale.ROOT, "%.1f %%", 100 * value);
            case "points" -> String.format(Locale.ROOT, "%+.1f", value);
            case "count" -> String.format(Locale.ROOT, kpi.state() == State.TOTAL ? "%,.0f" : "%,.2f", value);
            case "seconds" -> duration(value);
            case "money" -> money(value);
            default -> String.format(Locale.ROOT, "%.2f", value);
        };
    }

    /** A distance between two values of a KPI; of a duration, whose distances are of ln(seconds), in percent. */
    public static String distance(Kpi kpi, double distance) {
        return switch (kpi.scale().unit()) {
            case "share" -> String.format(Locale.ROOT, "%.1f points", 100 * distance);
            case "points" -> String.format(Locale.ROOT, "%.1f points", distance);
            case "seconds" -> String.format(Locale.ROOT, "%.0f %%", 100 * Math.expm1(distance));
            case "money" -> money(distance);
            default -> String.format(Locale.ROOT, "%.2f", distance);
        };
    }

    /** A probability: {@code 0.042}, {@code below 0.001}. */
    public static String probability(double probability) {
        return probability < SMALLEST_SHOWN
                ? "below " + SMALLEST_SHOWN
                : String.format(Locale.ROOT, "%.3f", probability);
    }

    /** The same figure in Persian: digits, separators, percent sign and the few words that figures hold. */
    public static String persian(String figure) {
        String words = figure.replace("below ", "کمتر از ")
                .replace(" points", " واحد")
                .replace(" days", " روز")
                .replace(" M", " میلیون")
                .replace("open", "باز")
                .replace(" %", "٪");
        StringBuilder persian = new StringBuilder();
        for (int i = 0; i < words.length(); i++) {
            char each = words.charAt(i);
            boolean inNumber = i + 1 < words.length() && Character.isDigit(words.charAt(i + 1));
            if (each >= '0' && each <= '9') {
                persian.append((char) (each - '0' + '۰'));
            } else if (each == '.' && inNumber) {
                persian.append('٫');
            } else if (each == ',' && inNumber) {
                persian.append('٬');
            } else {
                persian.append(each);
            }
        }
        return persian.toString();
    }

    private static String duration(double seconds) {
        if (Math.abs(seconds) >= LONG_HOURS) {
            return String.format(Locale.ROOT, "%,.1f days", seconds / DAY);
        }
        long whole = Math.round(Math.abs(seconds));
        return String.format(
                Locale.ROOT, "%s%d:%02d:%02d", seconds <= -0.5 ? "-" : "", whole / 3600, whole / 60 % 60, whole % 60);
    }

    /** An amount of money, in whatever currency. */
    public static String money(double amount) {
        double size = Math.abs(amount);
        if (size >= MANY_MILLIONS) {
            return String.format(Locale.ROOT, "%,.1f M", amount / 1e6);
        }
        return String.format(Locale.ROOT, size < 1_000 ? "%,.2f" : "%,.0f", amount);
    }
}
