package dev.touchstone.planted;

/** How the customers of a touchpoint are split, each way by itself: who is of which tier says nothing of the region. */
enum Split {
    ALL("all", 1),
    TIER("tier", .35, .25, .20, .13, .07),
    REGION("region", .20, .16, .14, .12, .10, .08, .07, .06, .04, .03);

    /** Segments that customers can be of: a tier and a region. */
    static final int COMBINATIONS = TIER.segments() * REGION.segments();

    private final String code;
    private final double[] shares;

    Split(String code, double... shares) {
        this.code = code;
        this.shares = shares;
    }

    /** Name of the segmentation in tables. */
    String code() {
        return code;
    }

    int segments() {
        return shares.length;
    }

    /** Share of a segment among a touchpoint's customers, unless their mix has changed. */
    double share(int segment) {
        return shares[segment];
    }

    /** Name of a segment in tables. */
    String segment(int index) {
        return this == ALL ? code : "%s_%02d".formatted(code, index + 1);
    }

    /** The segment of that name. */
    int index(String segment) {
        return this == ALL ? 0 : Integer.parseInt(segment.substring(code.length() + 1)) - 1;
    }

    static Split of(String code) {
        for (Split split : values()) {
            if (split.code.equals(code)) {
                return split;
            }
        }
        throw new IllegalArgumentException("no split " + code);
    }
}
