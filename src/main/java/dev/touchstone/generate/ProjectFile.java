package dev.touchstone.generate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The project file that fits the generated sources: written as a person would, to be read as an example. */
final class ProjectFile {
    private final GenerateOptions options;

    ProjectFile(GenerateOptions options) {
        this.options = options;
    }

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add("# A retailer with planted truth (truth.json), made by `touchstone generate`.");
        lines.add("name: retailer");
        lines.add("title: {en: A retailer, fa: یک فروشگاه}");
        lines.add("time_zone: " + Retailer.ZONE.getId());
        lines.add("calendars: [persian, gregorian]");
        lines.add("week_start: saturday");
        lines.add("output: {path: touchstone-out}");
        lines.add("active: membership");
        lines.add("outcomes: {within: 90 days, segmentation: tier}");
        lines.add("# A month of a small sample has too few answers for most touchpoints.");
        lines.add("findings: {grain: quarter}");
        lines.add("");
        sources(lines);
        lines.add("");
        instruments(lines);
        lines.add("");
        lines.add("touchpoints:");
        for (Retailer.Touchpoint touchpoint : Retailer.TOUCHPOINTS) {
            if (!touchpoint.name().equals(Retailer.COMPANY)) {
                lines.add("- {name: %s, title: {en: %s, fa: %s}, stage: %s, channel: %s, self_service: %s}"
                        .formatted(
                                touchpoint.name(),
                                touchpoint.title(),
                                touchpoint.persianTitle(),
                                touchpoint.stage(),
                                touchpoint.channel(),
                                touchpoint.selfService()));
            }
        }
        lines.add("");
        lines.add(
                """
                segmentations:
                - {name: tier, title: {en: Tier, fa: سطح مشتری}, from: customers}
                - {name: region, title: {en: Region, fa: استان}, from: customers}
                - {name: channel, title: {en: Channel, fa: کانال}, from: row}
                - {name: stage, title: {en: Stage of the journey, fa: مرحله سفر}, from: row}
                - {name: agent_team, title: {en: Agents' team, fa: تیم کارشناسان}, from: row}

                scorecard:
                - {kpi: csat_5, goal: {en: Customers are satisfied, fa: مشتری راضی است}, target: 0.8}
                - {kpi: ces2_7_share, goal: {en: It is easy, fa: کار مشتری آسان است}, target: 0.8}
                - {kpi: nps_0_10, goal: {en: Customers recommend us, fa: مشتری ما را توصیه می‌کند}, target: 30}
                - {kpi: fcr, goal: {en: The first contact helps, fa: همان تماس اول کافی است}, target: 0.85}
                - {kpi: churn_rate, goal: {en: Members stay, fa: اعضا می‌مانند}, target: 0.02}
                - {kpi: response_rate, goal: {en: We hear enough customers, fa: صدای کافی می‌شنویم}, target: 0.25}

                # A relationship questionnaire rates the company and three touchpoints.
                drivers: {kpi: csat_5, outcome: nps_0_10}
                """
                        .stripTrailing());
        return String.join("\n", lines) + "\n";
    }

    private void sources(List<String> lines) {
        lines.add("sources:");
        source(
                lines,
                "responses",
                "responses",
                options.typed() ? "answered >= :from AND answered < :to" : null,
                """
                SELECT survey_id AS response_id, question AS instrument, rating AS score, answered AS responded_at,
                  client AS customer_id, touch_point AS touchpoint, item, part, weight, comment, lang AS language,
                  loaded_at AS ingested_at, channel, stage, team AS agent_team
                FROM source
                """);
        source(
                lines,
                "responses_call_center",
                "responses",
                null,
                """
                SELECT form_no AS response_id, question AS instrument, emtiaz AS score,
                  persian_timestamp(tarikh) AS responded_at, moshtari AS customer_id, touch_point AS touchpoint,
                  comment, lang AS language, 'phone' AS channel,
                %s AS stage,
                  team AS agent_team
                FROM source
                """
                        .formatted(choice(Retailer.TOUCHPOINTS.stream()
                                .filter(touchpoint -> "phone".equals(touchpoint.channel()))
                                .collect(groups(Retailer.Touchpoint::stage)))));
        source(
                lines,
                "invitations",
                "invitations",
                options.typed() ? "sent >= :from AND sent < :to" : null,
                """
                SELECT mail_no AS invitation_id, touch_point AS touchpoint, question AS instrument, sent AS invited_at,
                  client AS customer_id, survey_id AS response_id,
                %s AS channel,
                %s AS stage
                FROM source
                """
                        .formatted(
                                choice(Retailer.TOUCHPOINTS.stream().collect(groups(Retailer.Touchpoint::channel))),
                                choice(Retailer.TOUCHPOINTS.stream().collect(groups(Retailer.Touchpoint::stage)))));
        source(
                lines,
                "customers",
                "customers",
                null,
                """
                SELECT client AS customer_id, valid_from, valid_to, tier, region
                FROM source
                """);
        source(
                lines,
                "memberships",
                "memberships",
                null,
                """
                SELECT contract_no AS membership_id, client AS customer_id, began AS started_at, ended AS ended_at,
                  touch_point AS touchpoint, loaded_at AS ingested_at
                FROM source
                """);
        source(
                lines,
                "orders",
                "orders",
                null,
                """
                SELECT order_no AS order_id, client AS customer_id, ordered AS ordered_at, amount, currency, margin,
                  touch_point AS touchpoint, refund_of, loaded_at AS ingested_at,
                %s AS channel
                FROM source
                """
                        .formatted(channels(List.of(
                                "store_checkout", "app_checkout", "web_checkout", Desk.PHONE_ORDER, "returns"))));
        source(
                lines,
                "contacts",
                "contacts",
                null,
                """
                SELECT contact_no AS contact_id, ticket_no AS ticket_id, client AS customer_id, touch_point AS touchpoint,
                  reason, offered AS offered_at, answered AS answered_at, ended AS ended_at, talk AS talk_seconds,
                  hold AS hold_seconds, wrap AS wrap_seconds, abandoned, from_contact AS transferred_from, converted,
                  cost, loaded_at AS ingested_at, team AS agent_team,
                %s AS channel
                FROM source
                """
                        .formatted(channels(desks())));
        source(
                lines,
                "tickets",
                "tickets",
                null,
                """
                SELECT ticket_no AS ticket_id, client AS customer_id, touch_point AS touchpoint, reason,
                  created AS created_at, first_reply AS first_replied_at, first_solved AS first_resolved_at,
                  solved AS resolved_at, reopens, replies, transfers, merged_into, spam, loaded_at AS ingested_at,
                  team AS agent_team,
                %s AS channel
                FROM source
                """
                        .formatted(channels(desks())));
        source(
                lines,
                "replies",
                "replies",
                null,
                """
                SELECT ticket_no AS ticket_id, client AS customer_id, touch_point AS touchpoint, asked AS asked_at,
                  answered AS answered_at, loaded_at AS ingested_at,
                %s AS channel
                FROM source
                """
                        .formatted(channels(desks())));
        source(
                lines,
                "reviews",
                "reviews",
                null,
                """
                SELECT review_no AS review_id, category, score, lowest AS minimum, highest AS maximum,
                  reviewed AS reviewed_at, touch_point AS touchpoint, ticket_no AS ticket_id,
                  contact_no AS contact_id, weight, critical, loaded_at AS ingested_at, team AS agent_team,
                %s AS channel
                FROM source
                """
                        .formatted(channels(desks())));
        source(
                lines,
                "visits",
                "visits",
                null,
                """
                SELECT visit_no AS visit_id, client AS customer_id, touch_point AS touchpoint, visited AS visited_at,
                  converted, journey_no AS journey_id, loaded_at AS ingested_at,
                %s AS channel,
                %s AS stage
                FROM source
                """
                        .formatted(
                                channels(visited()),
                                choice(visited().stream()
                                        .map(Retailer::touchpoint)
                                        .collect(groups(Retailer.Touchpoint::stage)))));
    }

    private static List<String> desks() {
        return Desk.ALL.stream().map(Desk::touchpoint).toList();
    }

    private static List<String> visited() {
        return List.of(
                Retailer.PRODUCT_PAGE,
                Retailer.CART,
                "web_checkout",
                "app_checkout",
                Retailer.DROPPING,
                "store_visit",
                "help_pages",
                "order_tracking",
                "app_account");
    }

    private static String channels(List<String> touchpoints) {
        return choice(touchpoints.stream().map(Retailer::touchpoint).collect(groups(Retailer.Touchpoint::channel)));
    }

    private void source(List<String> lines, String name, String contract, String prune, String select) {
        lines.add("- name: " + name);
        lines.add("  contract: " + contract);
        lines.add("  format: " + options.format());
        lines.add("  path: " + name);
        if (options.format().equals("csv")) {
            lines.add("  options: {header: true}");
        }
        if (prune != null) {
            lines.add("  prune: " + prune);
        }
        lines.add("  select: |");
        select.lines().forEach(line -> lines.add("    " + line));
    }

    private static java.util.stream.Collector<Retailer.Touchpoint, ?, Map<String, List<String>>> groups(
            java.util.function.Function<Retailer.Touchpoint, String> by) {
        return Collectors.filtering(
                touchpoint -> by.apply(touchpoint) != null,
                Collectors.groupingBy(
                        by, LinkedHashMap::new, Collectors.mapping(Retailer.Touchpoint::name, Collectors.toList())));
    }

    /** A CASE that names the group of each touchpoint. */
    private static String choice(Map<String, List<String>> groups) {
        return groups.entrySet().stream()
                .map(group -> "    WHEN touch_point IN (%s) THEN '%s'"
                        .formatted(
                                group.getValue().stream()
                                        .map(name -> "'" + name + "'")
                                        .collect(Collectors.joining(", ")),
                                group.getKey()))
                .collect(Collectors.joining("\n", "  CASE\n", "\n  END"));
    }

    private static void instruments(List<String> lines) {
        lines.add("instruments:");
        lines.add("- name: servqual_7");
        lines.add("  items:");
        for (Retailer.Dimension dimension : Retailer.DIMENSIONS) {
            lines.add("    # " + dimension.name());
            IntStream.rangeClosed(1, Retailer.SERVQUAL_ITEMS)
                    .filter(item -> Retailer.dimension(item).equals(dimension))
                    .forEach(item -> lines.add("    " + Retailer.item(item) + ": " + dimension.name()));
        }
        lines.add("  weights: {%s}"
                .formatted(Retailer.DIMENSIONS.stream()
                        .map(dimension -> dimension.name() + ": " + dimension.weight())
                        .collect(Collectors.joining(", "))));
    }
}
