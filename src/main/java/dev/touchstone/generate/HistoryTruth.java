package dev.touchstone.generate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What was planted into the histories: rates and means by definition, none of them counted. */
final class HistoryTruth {
    private final GenerateOptions options;

    HistoryTruth(GenerateOptions options) {
        this.options = options;
    }

    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("unhappy_customers", unhappyCustomers());
        values.put("orders", orders());
        values.put("service_cells", serviceCells());
        values.put("journeys", journeys());
        values.put("self_service_success", selfService());
        return values;
    }

    private static Map<String, Object> unhappyCustomers() {
        double unhappy = CustomerHistory.UNHAPPY;
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("share", unhappy);
        values.put("share_of_answers_by_own_mood", CustomerHistory.OWN_MOOD);
        values.put("order_rate_factor", CustomerHistory.UNHAPPY_ORDERS);
        values.put("contact_rate_factor", Truth.rounded(1 / Sizes.HAPPY_ASKS));
        values.put("monthly_churn_of_others", Memberships.MONTHLY_CHURN);
        values.put("monthly_churn", Memberships.UNHAPPY_MONTHLY_CHURN);
        values.put(
                "monthly_churn_of_all_in_the_first_month",
                Truth.rounded(unhappy * Memberships.UNHAPPY_MONTHLY_CHURN + (1 - unhappy) * Memberships.MONTHLY_CHURN));
        values.put("share_of_lost_members_who_come_back_some_day", Memberships.COMES_BACK);
        return values;
    }

    private Map<String, Object> orders() {
        double good = Sizes.afterGood(options);
        Map<String, Object> following = new LinkedHashMap<>();
        following.put("within_days", Orders.FOLLOWS_WITHIN);
        following.put("probability_after_a_good_answer", Truth.rounded(good));
        following.put("probability_after_a_bad_answer", Truth.rounded(good * Orders.AFTER_BAD));
        following.put("factor", Orders.AFTER_BAD);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("caused_by_an_answer", following);
        values.put("mean_amount", Truth.rounded(Orders.expectedAmount()));
        values.put("currency", Orders.CURRENCY);
        values.put("share_refunded", Orders.REFUNDED);
        values.put("share_without_margin", Orders.NO_MARGIN);
        return values;
    }

    private static List<Map<String, Object>> serviceCells() {
        List<Map<String, Object>> cells = new ArrayList<>();
        for (Desk desk : Desk.ALL) {
            boolean isMixed = desk.touchpoint().equals(Retailer.MIXED);
            if (desk.live()) {
                cell(cells, desk, "abandonment_rate", desk.abandonment());
            }
            cell(cells, desk, "transfer_rate", desk.transfer());
            cell(
                    cells,
                    desk,
                    "queue_wait",
                    (desk.queue() + desk.transfer() * Contacts.NEXT_WAIT) / (1 + desk.transfer()));
            cell(cells, desk, "aht", desk.handling());
            cell(cells, desk, "cost_per_contact", cost(desk));
            ToDoubleFunction<Double> iqs = quality -> Reviews.expected(quality, desk.breach());
            mixedCell(cells, desk, isMixed, "iqs", desk.quality(), Desk.WEAK_QUALITY, iqs);
            if (desk.ticket() == 0) {
                cell(cells, desk, "converted", (1 - desk.hangsUp()) * converted());
                continue;
            }
            cell(cells, desk, "first_response_time", desk.queue());
            cell(cells, desk, "reopen_rate", desk.reopen());
            cell(cells, desk, "unsolved_rate", 1 - (1 - desk.unsolved()) * (1 - desk.ignored()));
            cell(cells, desk, "first_resolution_time", desk.queue() + Tickets.LEAST_SOLUTION + desk.solution());
            if (desk.touchpoint().equals(Retailer.WEAK_IN_REGION)) {
                for (String region : Retailer.REGIONS) {
                    double rate = region.equals(Retailer.WEAK_REGION) ? Desk.WEAK_RECONTACT : Desk.COMMON_RECONTACT;
                    cell(cells, desk, "region", region, "recontact_rate", rate, rate);
                    cell(cells, desk, "region", region, "fcr", fcr(desk, rate), fcr(desk, rate));
                }
            } else {
                mixedCell(cells, desk, isMixed, "recontact_rate", desk.recontact(), Desk.WEAK_RECONTACT, rate -> rate);
                if (!isMixed) {
                    cell(cells, desk, "fcr", fcr(desk, desk.recontact()));
                } else {
                    // The second ticket of a case may lie with another team: no value by team.
                    double before = Truth.mixed(false, Desk.WEAK_RECONTACT, desk.recontact());
                    double after = Truth.mixed(true, Desk.WEAK_RECONTACT, desk.recontact());
                    cell(cells, desk, "all", "all", "fcr", fcr(desk, before), fcr(desk, after));
                }
            }
        }
        return cells;
    }

    /** Tickets neither reopened nor followed by a contact for the same reason; second tickets of a case count, too. */
    private static double fcr(Desk desk, double recontact) {
        double second = recontact * (1 - desk.hangsUp()) * Arrivals.NEW_TICKET;
        return (1 - desk.reopen()) * (1 - recontact + second) / (1 + second);
    }

    /** Every leg costs, an unanswered contact less. */
    private static double cost(Desk desk) {
        double answered = (1 - desk.hangsUp()) * (1 - desk.ignored());
        double leg = Contacts.COST + Contacts.COST_OF_MINUTE / 60.0 * desk.handling();
        return answered * (1 + desk.transfer()) * leg + (1 - answered) * Contacts.COST_UNANSWERED;
    }

    /** Share of answered calls to order that end in an order: unhappy customers are more among those who call, and order less
     * often. */
    private static double converted() {
        double unhappy = CustomerHistory.UNHAPPY;
        double happyCalls = (1 - unhappy) * Sizes.HAPPY_ASKS;
        double share = unhappy / (unhappy + happyCalls);
        return Arrivals.ORDERS * (1 - share * (1 - CustomerHistory.UNHAPPY_ORDERS));
    }

    private static void mixedCell(
            List<Map<String, Object>> cells,
            Desk desk,
            boolean isMixed,
            String name,
            double common,
            double low,
            ToDoubleFunction<Double> value) {
        double usual = value.applyAsDouble(common);
        if (!isMixed) {
            cell(cells, desk, name, usual);
            return;
        }
        double lows = value.applyAsDouble(low);
        cell(cells, desk, "all", "all", name, Truth.mixed(false, lows, usual), Truth.mixed(true, lows, usual));
        for (String team : Retailer.TEAMS) {
            double ofTeam = team.equals(Retailer.LOW_TEAM) ? lows : usual;
            cell(cells, desk, "agent_team", team, name, ofTeam, ofTeam);
        }
    }

    private static void cell(List<Map<String, Object>> cells, Desk desk, String name, double value) {
        cell(cells, desk, "all", "all", name, value, value);
    }

    private static void cell(
            List<Map<String, Object>> cells,
            Desk desk,
            String segmentation,
            String segment,
            String name,
            double before,
            double after) {
        Map<String, Object> cell = new LinkedHashMap<>();
        cell.put("touchpoint", desk.touchpoint());
        cell.put("segmentation", segmentation);
        cell.put("segment", segment);
        cell.put("name", name);
        cell.put("before", Truth.rounded(before));
        cell.put("after", Truth.rounded(after));
        cells.add(cell);
    }

    private static Map<String, Object> journeys() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("product_page_to_cart", Visits.NEXT_STEP[0]);
        values.put("cart_to_checkout", Visits.NEXT_STEP[1]);
        values.put("checkout_to_payment", Visits.NEXT_STEP[2]);
        values.put("payment_converted_before", Visits.PAID_BEFORE);
        values.put("payment_converted_after", Visits.PAID_AFTER);
        values.put("store_visit_to_order", Visits.STORE_ORDER);
        return values;
    }

    /** Expected share of looks into self-service of known customers that no contact follows, where turns are far enough apart. */
    private static Map<String, Object> selfService() {
        double asks = CustomerHistory.UNHAPPY + (1 - CustomerHistory.UNHAPPY) * Sizes.HAPPY_ASKS;
        double opensTicket = 0;
        double arrivals = 0;
        for (Desk desk : Desk.ALL) {
            double spam = desk.touchpoint().equals(Desk.EMAIL) ? Arrivals.SPAM : 0;
            arrivals += desk.share() * (1 - spam);
            opensTicket += desk.share() * (1 - spam) * (1 - desk.hangsUp()) * desk.ticket();
        }
        double known = (opensTicket + (arrivals - opensTicket) * (1 - Arrivals.UNKNOWN_CLIENT)) / 1000;
        Map<String, Object> values = new LinkedHashMap<>();
        for (Share failed : Visits.FAILED_LOOKS) {
            double calm = Visits.CALM_LOOKS.stream()
                            .filter(share -> share.name().equals(failed.name()))
                            .findFirst()
                            .orElseThrow()
                            .share()
                    * Sizes.calm()
                    * (1 - Visits.UNKNOWN_CLIENT);
            double failing = failed.share() * Visits.LOOKED_BEFORE * asks * known;
            values.put(failed.name(), Truth.rounded(calm / (calm + failing)));
        }
        return values;
    }
}
