package dev.touchstone.generate;

/** Names by number, as arrays that columns look up. */
final class Columns {
    private Columns() {}

    static String[] touchpoints() {
        return Retailer.TOUCHPOINTS.stream().map(Retailer.Touchpoint::name).toArray(String[]::new);
    }

    static String[] desks() {
        return Desk.ALL.stream().map(Desk::touchpoint).toArray(String[]::new);
    }

    static String[] teams() {
        return Retailer.TEAMS.toArray(String[]::new);
    }
}
