package dev.touchstone.generate;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/** The company: everything about it that more than one source needs, declared once. */
final class Retailer {
    static final ZoneId ZONE = ZoneId.of("Asia/Tehran");

    /** Spans outside these days would need Persian years that astronomers do not agree on, or instants before 1900. */
    static final LocalDate EARLIEST = LocalDate.of(1950, 1, 1);

    static final LocalDate LATEST = LocalDate.of(2500, 1, 1);

    /** The level (probability of a good answer) of everything that is not planted, give or take {@link #SPREAD}. */
    static final double COMMON_LEVEL = 0.80;

    /** Half the width of the band in which levels of ordinary touchpoints lie. */
    static final double SPREAD = 0.02;

    /** The level of touchpoints that are always weak. */
    static final double WEAK_LEVEL = 0.55;

    /** At which share of the span the sudden drop and the change of mix happen. */
    static final double BREAK = 0.6;

    static final String DROPPING = "payment";
    static final double DROPPED_LEVEL = 0.62;

    static final String WEAK_IN_REGION = "delivery";
    static final String WEAK_REGION = "کرمان";
    static final double WEAK_REGION_LEVEL = 0.575;
    /** Keeps the touchpoint's total at {@link #COMMON_LEVEL}: .1 x .575 + .9 x .825 = .8. */
    static final double OTHER_REGIONS_LEVEL = 0.825;

    static final String MIXED = "chat_support";
    static final String LOW_TEAM = "taftan";
    static final double LOW_TEAM_LEVEL = 0.60;
    static final double OTHER_TEAMS_LEVEL = 0.835;
    static final double LOW_TEAM_SHARE_BEFORE = 0.15;
    static final double LOW_TEAM_SHARE_AFTER = 0.55;

    static final String COMPANY = "company";

    /** Steps of a purchase that no survey asks about. */
    static final String PRODUCT_PAGE = "product_page";

    static final String CART = "cart";

    /**
     * Where customers meet the retailer.
     *
     * @param share of journey questionnaires, in thousandths; 0: a few answers in total, whatever the size
     * @param level probability of a good answer
     * @param first the instrument every journey questionnaire asks
     * @param second the instrument that {@link Questionnaires#SECOND} of them ask as well
     * @param responseRate share of invitations that are answered
     */
    record Touchpoint(
            String name,
            String title,
            String persianTitle,
            String stage,
            String channel,
            boolean selfService,
            int share,
            double level,
            String first,
            String second,
            double responseRate) {

        boolean hasTeams() {
            return "phone".equals(channel) || "chat".equals(channel);
        }

        boolean isSurveyed() {
            return !name.equals(PRODUCT_PAGE) && !name.equals(CART);
        }
    }

    static final List<Touchpoint> TOUCHPOINTS = List.of(
            new Touchpoint(
                    "web_search",
                    "Search on the web site",
                    "جست‌وجو در سایت",
                    "discover",
                    "web",
                    true,
                    110,
                    0.80,
                    "csat_5",
                    "ces2_7",
                    0.30),
            new Touchpoint(
                    "app_search",
                    "Search in the app",
                    "جست‌وجو در برنامه",
                    "discover",
                    "app",
                    true,
                    70,
                    0.81,
                    "csat_5",
                    "ease_5",
                    0.33),
            new Touchpoint(
                    "store_visit",
                    "Visit to a store",
                    "بازدید از فروشگاه",
                    "discover",
                    "store",
                    false,
                    70,
                    0.79,
                    "csat_5",
                    "nps_1_10",
                    0.27),
            new Touchpoint(
                    PRODUCT_PAGE,
                    "Product page",
                    "صفحه کالا",
                    "discover",
                    "web",
                    true,
                    0,
                    0.80,
                    "csat_5",
                    "ease_5",
                    0.30),
            new Touchpoint(CART, "Cart", "سبد خرید", "buy", "web", true, 0, 0.80, "csat_5", "ease_5", 0.30),
            new Touchpoint(
                    "web_checkout",
                    "Checkout on the web site",
                    "ثبت سفارش در سایت",
                    "buy",
                    "web",
                    true,
                    80,
                    0.81,
                    "ces2_7",
                    "csat_5",
                    0.31),
            new Touchpoint(
                    "app_checkout",
                    "Checkout in the app",
                    "ثبت سفارش در برنامه",
                    "buy",
                    "app",
                    true,
                    60,
                    0.80,
                    "ces2_7",
                    "csat_5",
                    0.33),
            new Touchpoint(
                    "store_checkout",
                    "Checkout in a store",
                    "صندوق فروشگاه",
                    "buy",
                    "store",
                    false,
                    80,
                    0.79,
                    "csat_5",
                    "ces_5",
                    0.27),
            new Touchpoint(
                    "phone_order",
                    "Order by phone",
                    "سفارش تلفنی",
                    "buy",
                    "phone",
                    false,
                    40,
                    0.80,
                    "csat_5",
                    "ces_5",
                    0.30),
            new Touchpoint(DROPPING, "Payment", "پرداخت", "buy", "web", true, 80, 0.81, "csat_5", "ces_5", 0.31),
            new Touchpoint(
                    "order_tracking",
                    "Order tracking",
                    "پیگیری سفارش",
                    "receive",
                    "app",
                    true,
                    50,
                    0.80,
                    "csat_5",
                    "ease_5",
                    0.33),
            new Touchpoint(
                    WEAK_IN_REGION,
                    "Delivery",
                    "تحویل در محل",
                    "receive",
                    "courier",
                    false,
                    100,
                    0.80,
                    "csat_5",
                    "ces2_7",
                    0.30),
            new Touchpoint(
                    "store_pickup",
                    "Pick-up in a store",
                    "تحویل از فروشگاه",
                    "receive",
                    "store",
                    false,
                    40,
                    0.81,
                    "csat_5",
                    "ces_7",
                    0.28),
            new Touchpoint(
                    "app_account",
                    "Account in the app",
                    "حساب کاربری",
                    "use",
                    "app",
                    true,
                    40,
                    0.79,
                    "csat_5",
                    "ces2_7",
                    0.33),
            new Touchpoint(
                    "help_pages",
                    "Help pages",
                    "صفحه‌های راهنما",
                    "help",
                    "web",
                    true,
                    40,
                    0.80,
                    "ces2_7",
                    "csat_100",
                    0.28),
            new Touchpoint(
                    MIXED,
                    "Chat support",
                    "پشتیبانی گفت‌وگو",
                    "help",
                    "chat",
                    false,
                    50,
                    0.80,
                    "csat_5",
                    "ces2_7",
                    0.34),
            new Touchpoint(
                    "phone_support",
                    "Phone support",
                    "پشتیبانی تلفنی",
                    "help",
                    "phone",
                    false,
                    45,
                    WEAK_LEVEL,
                    "csat_5",
                    "ces_7",
                    0.30),
            new Touchpoint(
                    "email_support",
                    "E-mail support",
                    "پشتیبانی ایمیلی",
                    "help",
                    "email",
                    false,
                    15,
                    0.80,
                    "csat_4",
                    "ces_5",
                    0.26),
            new Touchpoint(
                    "returns", "Returns", "مرجوعی", "leave", "store", false, 30, WEAK_LEVEL, "csat_5", "ces2_7", 0.28),
            new Touchpoint(
                    "warranty_claim",
                    "Warranty claim",
                    "درخواست گارانتی",
                    "help",
                    "store",
                    false,
                    0,
                    0.80,
                    "csat_5",
                    "ces_5",
                    0.28),
            new Touchpoint(
                    "account_closing",
                    "Closing an account",
                    "بستن حساب",
                    "leave",
                    "web",
                    true,
                    0,
                    0.80,
                    "csat_5",
                    "ces_5",
                    0.26),
            new Touchpoint(
                    COMPANY,
                    "The company as a whole",
                    "کل شرکت",
                    null,
                    null,
                    false,
                    0,
                    0.80,
                    "nps_0_10",
                    "servqual_7",
                    0.25));

    /** Touchpoints without a share that are met by a few customers only. */
    static final List<String> SMALL = List.of("warranty_claim", "account_closing");

    /** How many questionnaires each of {@link #SMALL} has at most, on average, however many there are in total. */
    static final int SMALL_QUESTIONNAIRES = 20;

    /**
     * What a relationship questionnaire rates beside the company: one touchpoint of each group. The groups differ in
     * how much the rating of the company follows them ({@link #IMPORTANCE}).
     */
    static final List<List<String>> DRIVERS = List.of(
            List.of(WEAK_IN_REGION, "store_checkout", "web_search"),
            List.of(DROPPING, MIXED, "app_search"),
            List.of("returns", "phone_support", "store_visit"));

    /** With which probability the rating of the company copies the mood of the group's rating. */
    static final double[] IMPORTANCE = {0.35, 0.20, 0.10};

    static final List<String> TEAMS = List.of("alborz", "damavand", "sabalan", "zagros", "dena", LOW_TEAM);

    static final List<String> TIERS = List.of("bronze", "silver", "gold", "platinum");
    /** Twenty equally likely slots. */
    static final int[] TIER_SLOTS = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3};

    static final List<String> REGIONS =
            List.of("تهران", "خراسان رضوی", "اصفهان", "فارس", "آذربایجان شرقی", WEAK_REGION, "خوزستان", "گیلان");
    /** Twenty equally likely slots; the weak region has two of them. */
    static final int[] REGION_SLOTS = {0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7};

    static final int SERVQUAL_ITEMS = 22;

    /**
     * One of SERVQUAL's dimensions (Parasuraman, Zeithaml and Berry).
     *
     * @param firstItem number of its first item; items run to the next dimension
     * @param weight points out of 100
     * @param perception level of the perceptions
     */
    record Dimension(String name, int firstItem, int weight, double perception) {}

    /** In the order of their items. */
    static final List<Dimension> DIMENSIONS = List.of(
            new Dimension("tangibles", 1, 11, 0.86),
            new Dimension("reliability", 5, 32, 0.70),
            new Dimension("responsiveness", 10, 22, 0.66),
            new Dimension("assurance", 14, 19, 0.80),
            new Dimension("empathy", 18, 16, 0.76));

    static final double EXPECTATION_LEVEL = 0.95;

    private Retailer() {}

    static int number(String touchpoint) {
        for (int number = 0; number < TOUCHPOINTS.size(); number++) {
            if (TOUCHPOINTS.get(number).name.equals(touchpoint)) {
                return number;
            }
        }
        throw new IllegalArgumentException("no touchpoint " + touchpoint);
    }

    static Touchpoint touchpoint(String name) {
        return TOUCHPOINTS.get(number(name));
    }

    static Dimension dimension(int item) {
        return DIMENSIONS.stream()
                .filter(dimension -> dimension.firstItem <= item)
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    static String item(int number) {
        return "q%02d".formatted(number);
    }
}
