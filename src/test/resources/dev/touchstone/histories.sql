-- The KPIs of a generated retailer's service and customers, written down from their definitions for DuckDB; after
-- periods.sql. Nothing here knows how Touchstone computes them. ${data} is the folder of the sources, ${from} and ${to}
-- the days, ${as_of} the local instant as of which windows are judged, ${self_service} the touchpoints at which customers
-- serve themselves. All instants are local: Tehran's clock has not been changed since 2022.

CREATE TABLE bounds AS
SELECT calendar, grain, period, min(day) AS starts, max(day) + 1 AS ends
FROM periods GROUP BY ALL;

CREATE MACRO instant(t) AS try_strptime(t, ['%Y-%m-%d %H:%M:%S', '%Y-%m-%d %H:%M']);
-- A third of all instants is set to ten o'clock, of memberships to the day's start.
CREATE MACRO at_ten(t, id) AS instant(CASE WHEN id % 3 = 0 THEN left(t, 10) || ' 10:00:00' ELSE t END);
CREATE MACRO daily(t, id) AS instant(CASE WHEN id % 3 = 0 THEN left(t, 10) || ' 00:00:00' ELSE t END);
-- A part of contacts was exported under another customer before. The later one of a corrected pair of rows may not know the customer.
CREATE MACRO known_client(client, loaded) AS CASE WHEN day(instant(loaded)) % 3 <> 0 THEN client END;
-- What happens after as-of is not known yet.
CREATE MACRO known(t) AS CASE WHEN t <= TIMESTAMP '${as_of}' THEN t END;
CREATE MACRO is_mature(t, days) AS t + to_days(days) < TIMESTAMP '${as_of}';
CREATE MACRO seconds(earlier, later) AS CAST(epoch(later) - epoch(earlier) AS BIGINT);

-- Customers: versions of one customer that overlap are all unusable.
CREATE TABLE versions AS
SELECT client, instant(valid_from) AS valid_from, coalesce(instant(valid_to), TIMESTAMP '9999-01-01') AS valid_to, tier
FROM read_parquet('${data}/customers/*.parquet');

CREATE TABLE customers AS
SELECT * FROM versions AS v
WHERE NOT EXISTS (
  FROM versions AS other
  WHERE other.client = v.client AND other.valid_from <> v.valid_from
    AND other.valid_from < v.valid_to AND v.valid_from < other.valid_to);

CREATE MACRO desk_channel(t) AS CASE
  WHEN t IN ('phone_support', 'phone_order') THEN 'phone' WHEN t = 'chat_support' THEN 'chat'
  WHEN t = 'email_support' THEN 'email' WHEN t IN ('returns', 'warranty_claim') THEN 'store'
  WHEN t = 'delivery' THEN 'courier' ELSE 'unknown' END;

-- Of each source: as read; without the rows that break rules; of rows with one key on one day the one loaded last.
CREATE TABLE read_memberships AS
SELECT * REPLACE (daily(ended, contract_no) AS ended), daily(began, contract_no) AS moment
FROM read_parquet('${data}/memberships/*.parquet');

CREATE TABLE memberships AS
SELECT contract_no, client, moment, known(ended) AS ended_at
FROM read_memberships
WHERE contract_no IS NOT NULL AND client IS NOT NULL AND moment IS NOT NULL AND coalesce(ended >= moment, true)
QUALIFY row_number() OVER (PARTITION BY contract_no, moment::DATE ORDER BY instant(loaded_at) DESC NULLS LAST) = 1;

CREATE TABLE read_orders AS
SELECT * REPLACE (
    try_cast(amount || '.12345' AS DECIMAL(28, 10)) AS amount,
    CASE WHEN refund_of IS NULL THEN margin ELSE abs(margin) END AS margin,
    CASE WHEN order_no % 7 <> 0 THEN touch_point END AS touch_point,
    CASE WHEN order_no % 47 = 0 THEN -order_no - 1 ELSE refund_of END AS refund_of),
  at_ten(ordered, order_no) AS moment, touch_point AS place
FROM read_parquet('${data}/orders/*.parquet');

CREATE TABLE orders AS
SELECT order_no, client, moment, amount, margin, touch_point AS touchpoint, refund_of,
  CASE WHEN refund_of IS NULL THEN amount ELSE -abs(amount) END AS signed_amount,
  CASE WHEN place IN ('store_checkout', 'returns') THEN 'store' WHEN place = 'app_checkout' THEN 'app'
    WHEN place = 'web_checkout' THEN 'web' WHEN place = 'phone_order' THEN 'phone' ELSE 'unknown' END AS channel
FROM read_orders
WHERE order_no IS NOT NULL AND client IS NOT NULL AND moment IS NOT NULL AND amount IS NOT NULL
  AND (refund_of IS NULL OR refund_of <> order_no AND refund_of IN (SELECT order_no FROM read_orders))
QUALIFY row_number() OVER (PARTITION BY order_no, moment::DATE ORDER BY instant(loaded_at) DESC NULLS LAST) = 1;

CREATE TABLE read_contacts AS
SELECT * REPLACE (
    CASE copy WHEN 1 THEN 10001 + contact_no * 7 % 1500 ELSE client END AS client,
    CASE copy WHEN 1 THEN '2001-01-01 00:00' ELSE loaded_at END AS loaded_at,
    CASE WHEN contact_no % 5 <> 0 THEN reason END AS reason,
    at_ten(answered, contact_no) AS answered, at_ten(ended, contact_no) AS ended, wrap + 0.5 AS wrap,
    CASE WHEN contact_no % 4 <> 0 THEN abandoned END AS abandoned,
    CASE WHEN contact_no % 6 <> 0 THEN cost + 0.00005 END AS cost),
  at_ten(offered, contact_no) AS moment
FROM read_parquet('${data}/contacts/*.parquet')
JOIN (VALUES (0), (1)) AS c(copy) ON copy = 0 OR contact_no % 20 < 5;

CREATE TABLE contacts AS
SELECT contact_no, ticket_no, client, touch_point AS touchpoint, desk_channel(touch_point) AS channel, reason, moment,
  known(answered) AS answered_at, known(ended) AS ended_at, talk + hold + wrap AS handling, wrap,
  coalesce(abandoned, false) AS is_abandoned, coalesce(abandoned, known(answered) IS NULL) AS gave_up,
  from_contact, converted, cost
FROM read_contacts
WHERE contact_no IS NOT NULL AND touch_point IS NOT NULL AND moment IS NOT NULL
  AND coalesce(answered >= moment, true) AND coalesce(ended >= moment, true)
  AND coalesce(talk >= 0, true) AND coalesce(hold >= 0, true) AND coalesce(wrap >= 0, true)
QUALIFY row_number() OVER (PARTITION BY contact_no, moment::DATE ORDER BY instant(loaded_at) DESC NULLS LAST) = 1;

CREATE TABLE read_tickets AS
SELECT * REPLACE (
    CASE WHEN ticket_no % 8 <> 0 THEN client END AS client, CASE WHEN ticket_no % 5 <> 0 THEN reason END AS reason,
    at_ten(first_reply, ticket_no) AS first_reply, at_ten(first_solved, ticket_no) AS first_solved, at_ten(solved, ticket_no) AS solved,
    CASE WHEN ticket_no % 9 <> 0 THEN reopens END AS reopens, CASE WHEN ticket_no % 10 <> 0 THEN replies END AS replies),
  at_ten(created, ticket_no) AS moment
FROM read_parquet('${data}/tickets/*.parquet');

-- Spam and merged tickets are in no KPI of tickets.
CREATE TABLE all_tickets AS
SELECT ticket_no, client, touch_point AS touchpoint, desk_channel(touch_point) AS channel, reason, moment,
  known(first_reply) AS replied_at, known(first_solved) AS first_solved_at, known(solved) AS solved_at,
  reopens, replies, transfers, merged_into IS NOT NULL AS is_merged, coalesce(spam, false) AS is_spam
FROM read_tickets
WHERE ticket_no IS NOT NULL AND touch_point IS NOT NULL AND moment IS NOT NULL
  AND coalesce(first_reply >= moment, true) AND coalesce(first_solved >= moment, true)
  AND coalesce(solved >= moment, true) AND coalesce(solved >= first_solved, true)
  AND coalesce(merged_into <> ticket_no, true)
QUALIFY row_number() OVER (PARTITION BY ticket_no, moment::DATE ORDER BY instant(loaded_at) DESC NULLS LAST) = 1;

CREATE TABLE tickets AS SELECT * FROM all_tickets WHERE NOT is_merged AND NOT is_spam;

CREATE TABLE read_replies AS
SELECT * REPLACE (CASE WHEN ticket_no % 5 <> 0 THEN touch_point END AS touch_point), instant(asked) AS moment, touch_point AS place
FROM read_parquet('${data}/replies/*.parquet');

CREATE TABLE replies AS
SELECT client, coalesce(touch_point, 'company') AS touchpoint, desk_channel(place) AS channel, moment, known(instant(answered)) AS answered_at
FROM read_replies
WHERE ticket_no IS NOT NULL AND moment IS NOT NULL AND coalesce(instant(answered) >= moment, true)
QUALIFY row_number() OVER (PARTITION BY ticket_no, moment ORDER BY instant(loaded_at) DESC NULLS LAST) = 1;

CREATE TABLE read_reviews AS
SELECT * REPLACE (CASE WHEN review_no % 5 <> 0 THEN weight END AS weight), instant(reviewed) AS moment
FROM read_parquet('${data}/reviews/*.parquet');

CREATE TABLE reviews AS
SELECT review_no, category, CAST(score - lowest AS DOUBLE) / (highest - lowest) AS share, coalesce(weight, 1) AS weight,
  coalesce(critical, false) AS is_critical, moment, touch_point AS touchpoint, desk_channel(touch_point) AS channel
FROM read_reviews
WHERE review_no IS NOT NULL AND category IS NOT NULL AND score IS NOT NULL AND moment IS NOT NULL AND touch_point IS NOT NULL
  AND lowest < highest AND score BETWEEN lowest AND highest
QUALIFY row_number() OVER (PARTITION BY review_no, category, moment::DATE ORDER BY instant(loaded_at) DESC NULLS LAST) = 1;

CREATE TABLE read_visits AS
SELECT * REPLACE (known_client(client, loaded_at) AS client),
  at_ten(visited, CASE WHEN journey_no IS NULL THEN visit_no % 5 END) AS moment
FROM read_parquet('${data}/visits/*.parquet');

CREATE TABLE visits AS
SELECT visit_no, client, touch_point AS touchpoint, moment, converted, journey_no,
  CASE WHEN touch_point IN ('product_page', 'cart', 'web_checkout', 'payment', 'help_pages') THEN 'web'
    WHEN touch_point IN ('app_checkout', 'order_tracking', 'app_account') THEN 'app'
    WHEN touch_point = 'store_visit' THEN 'store' ELSE 'unknown' END AS channel
FROM read_visits
WHERE visit_no IS NOT NULL AND touch_point IS NOT NULL AND moment IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY visit_no, moment::DATE ORDER BY instant(loaded_at) DESC NULLS LAST) = 1;

-- A customer comes back with the same reason, or with none given twice. Tickets of one instant follow each other by their
-- number, as text; a contact of that instant is the one that the ticket came from.
CREATE TABLE returns AS
SELECT t.ticket_no, min(e.moment) AS next_at
FROM tickets AS t JOIN (
  SELECT client, reason, moment, CAST(ticket_no AS VARCHAR) AS name FROM tickets
  UNION ALL
  SELECT client, reason, moment, '' FROM contacts WHERE from_contact IS NULL
) AS e ON e.client = t.client AND e.reason IS NOT DISTINCT FROM t.reason
  AND (e.moment > t.moment OR e.moment = t.moment AND e.name > CAST(t.ticket_no AS VARCHAR))
GROUP BY t.ticket_no;

-- The last touch before an action has the credit for it: what a visit or contact led to lies before the next of them.
-- Of touches at one instant one has the credit: a contact rather than a visit, and of those the one with the last number, as text.
CREATE TABLE touches AS
SELECT 'visit' AS kind, visit_no AS id, client, moment FROM visits WHERE client IS NOT NULL
UNION ALL
SELECT 'contact', contact_no, client, moment FROM contacts WHERE client IS NOT NULL AND from_contact IS NULL;

CREATE TABLE credits AS
SELECT kind, id, (
    SELECT min(a.moment) FROM (
      SELECT client, moment FROM orders WHERE refund_of IS NULL
      UNION ALL
      SELECT client, moment FROM memberships
    ) AS a
    WHERE a.client = t.client AND a.moment >= t.moment AND a.moment < t.next_at AND a.moment <= TIMESTAMP '${as_of}') AS action_at
FROM (
  SELECT *, coalesce(lead(moment) OVER (PARTITION BY client ORDER BY moment, kind = 'contact', CAST(id AS VARCHAR)), TIMESTAMP '9999-01-01') AS next_at FROM touches
) AS t;

-- A purchase comes to each touchpoint once, however often it comes back to it, and goes on to another one or to the action
-- itself, whichever of its visits has the credit for that.
CREATE TABLE journeys AS
SELECT journey_no, touchpoint, v.moment, visit_no, CASE WHEN converted THEN v.moment ELSE action_at END AS action_at,
  row_number() OVER (PARTITION BY journey_no, touchpoint ORDER BY v.moment, visit_no) = 1 AS is_first
FROM visits AS v LEFT JOIN credits ON kind = 'visit' AND id = visit_no
WHERE journey_no IS NOT NULL;

CREATE TABLE steps AS
SELECT v.visit_no, min(CASE WHEN o.is_first AND o.touchpoint <> v.touchpoint AND o.moment > v.moment THEN o.moment END) AS next_at,
  min(CASE WHEN o.moment >= v.moment THEN o.action_at END) AS done_at
FROM journeys AS v JOIN journeys AS o USING (journey_no)
WHERE v.is_first
GROUP BY v.visit_no;

CREATE TABLE scored_reviews AS
SELECT review_no, moment, any_value(touchpoint) AS touchpoint, any_value(channel) AS channel,
  CASE WHEN bool_or(is_critical AND share < 0.5) THEN 0 ELSE round(sum(weight * share) / sum(weight), 4) END AS x
FROM reviews GROUP BY review_no, moment;

-- Every row that counts for a KPI: on which day, what it scores (NULL: no answer, or of a duration: still open), whether
-- it is one of n, and whether its window has passed.
CREATE TABLE scored AS
SELECT 'ticket_volume' AS kpi, moment, moment AS segment_at, client, touchpoint, channel, CAST(1 AS DOUBLE) AS x, true AS in_n, true AS is_mature FROM tickets
UNION ALL
SELECT 'resolved_count', solved_at, moment, client, touchpoint, channel, 1, true, true FROM tickets WHERE solved_at IS NOT NULL
UNION ALL
SELECT 'resolution_rate', moment, moment, client, touchpoint, channel,
  CASE WHEN solved_at <= moment + INTERVAL 30 DAYS THEN 1 ELSE 0 END, true, is_mature(moment, 30) FROM tickets
UNION ALL
SELECT 'fcr', moment, moment, client, touchpoint, channel,
  CASE WHEN reopens = 0 AND coalesce(next_at > moment + INTERVAL 7 DAYS, true) THEN 1 WHEN reopens IS NOT NULL THEN 0 END,
  true, is_mature(moment, 7)
FROM tickets LEFT JOIN returns USING (ticket_no) WHERE client IS NOT NULL
UNION ALL
SELECT 'one_touch', moment, moment, client, touchpoint, channel,
  CASE WHEN replies IS NULL OR reopens IS NULL OR transfers IS NULL THEN NULL
    WHEN replies <= 1 AND reopens = 0 AND transfers = 0 THEN 1 ELSE 0 END, true, is_mature(moment, 7)
FROM tickets
UNION ALL
SELECT 'self_service_success', moment, moment, client, touchpoint, channel, CASE WHEN EXISTS (
    FROM (SELECT client, moment FROM all_tickets WHERE NOT is_spam UNION ALL SELECT client, moment FROM contacts WHERE from_contact IS NULL) AS e
    WHERE e.client = v.client AND e.moment > v.moment AND e.moment <= v.moment + INTERVAL 3 DAYS AND e.moment <= TIMESTAMP '${as_of}') THEN 0 ELSE 1 END,
  true, is_mature(moment, 3)
FROM visits AS v WHERE client IS NOT NULL AND touchpoint IN (${self_service})
UNION ALL
SELECT 'step_completion', moment, moment, client, touchpoint, channel,
  CASE WHEN next_at <= moment + INTERVAL 1 DAY OR done_at <= moment + INTERVAL 1 DAY THEN 1 ELSE 0 END, true, is_mature(moment, 1)
FROM visits JOIN steps USING (visit_no)
UNION ALL
SELECT 'conversion_rate', moment, moment, client, touchpoint, channel,
  CASE WHEN converted OR action_at <= moment + INTERVAL 30 DAYS THEN 1 WHEN client IS NOT NULL OR converted IS NOT NULL THEN 0 END,
  true, is_mature(moment, 30)
FROM visits LEFT JOIN credits ON kind = 'visit' AND id = visit_no
UNION ALL
SELECT 'contact_conversion_rate', moment, moment, client, touchpoint, channel,
  CASE WHEN converted OR action_at <= moment + INTERVAL 30 DAYS THEN 1 WHEN client IS NOT NULL OR converted IS NOT NULL THEN 0 END,
  true, is_mature(moment, 30)
FROM contacts LEFT JOIN credits ON kind = 'contact' AND id = contact_no WHERE from_contact IS NULL
UNION ALL
SELECT k.kpi, moment, moment, client, touchpoint, channel, round(cost, 4), k.kpi = 'service_cost' OR from_contact IS NULL, true
FROM contacts, (VALUES ('cost_per_contact'), ('service_cost')) AS k(kpi)
UNION ALL
SELECT k.kpi, moment, moment, client, touchpoint, channel, CASE WHEN gave_up = (k.kpi = 'abandonment_rate') THEN 1 ELSE 0 END, true, true
FROM contacts, (VALUES ('abandonment_rate'), ('handled_rate')) AS k(kpi)
WHERE from_contact IS NULL AND NOT (gave_up AND coalesce(ended_at < moment + INTERVAL 5 SECONDS, false))
UNION ALL
SELECT 'iqs', moment, NULL, NULL, touchpoint, channel, x, true, true FROM scored_reviews
UNION ALL
SELECT 'aht', ended_at + to_microseconds(CAST(wrap * 1000000 AS BIGINT)), moment, client, touchpoint, channel, round(handling), true, true
FROM contacts WHERE answered_at IS NOT NULL AND NOT is_abandoned AND handling IS NOT NULL AND ended_at IS NOT NULL
UNION ALL
SELECT 'handle_time_per_ticket', t.solved_at, t.moment, t.client, t.touchpoint, t.channel, round(h.handling), true, true
FROM tickets AS t JOIN (
  SELECT t.ticket_no, sum(c.handling) AS handling
  FROM tickets AS t JOIN contacts AS c ON c.ticket_no = t.ticket_no AND c.moment <= t.solved_at
  WHERE c.answered_at IS NOT NULL AND NOT c.is_abandoned
  GROUP BY t.ticket_no HAVING count(*) = count(c.handling)
) AS h USING (ticket_no)
WHERE t.solved_at IS NOT NULL
UNION ALL
SELECT 'first_response_time', moment, moment, client, touchpoint, channel,
  CASE WHEN replied_at <= moment + INTERVAL 7 DAYS THEN seconds(moment, replied_at) END, true, is_mature(moment, 7) FROM tickets
UNION ALL
SELECT 'response_time', moment, moment, client, touchpoint, channel,
  CASE WHEN answered_at <= moment + INTERVAL 7 DAYS THEN seconds(moment, answered_at) END, true, is_mature(moment, 7) FROM replies
UNION ALL
SELECT 'queue_wait', moment, moment, client, touchpoint, channel, seconds(moment, answered_at), true, true FROM contacts WHERE answered_at IS NOT NULL
UNION ALL
SELECT 'first_resolution_time', moment, moment, client, touchpoint, channel,
  CASE WHEN first_solved_at <= moment + INTERVAL 30 DAYS THEN seconds(moment, first_solved_at) END, true, is_mature(moment, 30) FROM tickets
UNION ALL
SELECT 'last_resolution_time', solved_at, moment, client, touchpoint, channel, seconds(moment, solved_at), true, true
FROM tickets WHERE solved_at IS NOT NULL
UNION ALL
SELECT 'revenue', moment, moment, client, coalesce(touchpoint, 'company'), channel, round(signed_amount, 4), true, true FROM orders
UNION ALL
SELECT 'order_value', moment, moment, client, coalesce(touchpoint, 'company'), channel, round(signed_amount, 4), refund_of IS NULL, true FROM orders;

CREATE TABLE kinds AS
FROM (VALUES ('ticket_volume', 'total'), ('resolved_count', 'total'), ('service_cost', 'total'), ('revenue', 'total'),
  ('churned', 'total'), ('buyers', 'total'),
  ('aht', 'duration'), ('handle_time_per_ticket', 'duration'), ('first_response_time', 'duration'), ('response_time', 'duration'),
  ('queue_wait', 'duration'), ('first_resolution_time', 'duration'), ('last_resolution_time', 'duration')) AS t(kpi, kind);

-- All of touchpoints but the company as a whole are also in 'all'.
CREATE TABLE observations AS
SELECT s.kpi, coalesce(kind, 'mean') AS kind, p.calendar, p.grain, p.period, u.segmentation, u.segment, t.touchpoint, s.x, s.in_n, s.is_mature
FROM scored AS s
LEFT JOIN kinds USING (kpi)
LEFT JOIN customers AS c ON c.client = s.client AND s.segment_at >= c.valid_from AND s.segment_at < c.valid_to
JOIN periods AS p ON p.day = s.moment::DATE
CROSS JOIN LATERAL (
  FROM (VALUES ('all', 'all'), ('tier', CASE WHEN s.segment_at IS NOT NULL THEN coalesce(c.tier, 'unknown') END), ('channel', s.channel)) AS t(segmentation, segment)
  WHERE segment IS NOT NULL
) AS u
CROSS JOIN LATERAL (SELECT unnest(CASE s.touchpoint WHEN 'company' THEN ['company'] ELSE [s.touchpoint, 'all'] END) AS touchpoint) AS t
WHERE s.moment >= TIMESTAMP '${from}' AND s.moment < TIMESTAMP '${to}';

CREATE TABLE sums AS
SELECT kpi, kind, calendar, grain, period, segmentation, segment, touchpoint,
  count(*) FILTER (is_mature AND x IS NOT NULL AND in_n) AS n,
  count(*) FILTER (is_mature AND x IS NULL AND in_n) AS without,
  count(*) FILTER (NOT is_mature) AS immature,
  sum(CAST(x AS DECIMAL(28, 4))) FILTER (is_mature) AS s,
  exp(avg(round(ln(CASE WHEN kind = 'duration' AND x > 0 THEN x END) * 1e6)) FILTER (is_mature) / 1e6) AS geometric_mean,
  quantile_disc(coalesce(x, 'infinity'::DOUBLE), 0.5) FILTER (is_mature AND kind = 'duration') AS median,
  quantile_disc(coalesce(x, 'infinity'::DOUBLE), 0.9) FILTER (is_mature AND kind = 'duration') AS p90
FROM observations GROUP BY ALL;

-- Percentiles are read off bins of 2 %: the middle of the bin of the case with that rank.
CREATE MACRO middle(x) AS CASE WHEN x = 0 THEN 0 ELSE 2 * pow(1.02, ceil(ln(x) / ln(1.02))) / 2.02 END;
CREATE MACRO differ(x, y) AS x IS DISTINCT FROM y AND NOT coalesce(abs(x - y) <= 1e-9 * greatest(1, abs(x)), false);
CREATE MACRO closed(x) AS CASE WHEN isfinite(x) THEN x END;

CREATE TABLE expected_days AS
SELECT kpi, calendar, grain, period, segmentation, segment, touchpoint, n,
  CASE kind WHEN 'duration' THEN 0 ELSE without END AS excluded, immature, CASE kind WHEN 'duration' THEN without END AS open,
  CAST(s AS DOUBLE) AS total, CASE kind WHEN 'total' THEN CAST(s AS DOUBLE) ELSE CAST(s AS DOUBLE) / nullif(n, 0) END AS value,
  geometric_mean, NULL AS exact
FROM sums
UNION ALL
SELECT kpi || '_median', calendar, grain, period, segmentation, segment, touchpoint, n + without, 0, immature, without, NULL,
  middle(closed(median)), NULL, closed(median)
FROM sums WHERE kind = 'duration'
UNION ALL
SELECT kpi || '_p90', calendar, grain, period, segmentation, segment, touchpoint, n + without, 0, immature, without, NULL,
  middle(closed(p90)), NULL, closed(p90)
FROM sums WHERE kind = 'duration';

-- Periods that have ended and hold one of the days, and every customer of them.
CREATE TABLE ended AS
SELECT *, CAST(starts AS TIMESTAMP) AS start_at, CAST(ends AS TIMESTAMP) AS end_at FROM bounds
WHERE grain IN ('month', 'quarter', 'year') AND ends <= TIMESTAMP '${as_of}' AND ends > DATE '${from}' AND starts < DATE '${to}';

CREATE TABLE known_orders AS SELECT * FROM orders WHERE moment <= TIMESTAMP '${as_of}';

-- Active means: with a membership. When a customer's first one began is when the customer began.
CREATE TABLE begun AS SELECT client, min(moment) AS began_at FROM memberships GROUP BY client;

CREATE TABLE ordered AS
SELECT client, calendar, grain, period, count(*) FILTER (refund_of IS NULL) AS orders_to_date,
  count(*) FILTER (refund_of IS NULL AND moment >= start_at) AS orders,
  min(moment) FILTER (refund_of IS NULL AND moment >= start_at) AS first_order_at,
  sum(signed_amount) FILTER (moment >= start_at) AS revenue,
  CASE WHEN count(*) = count(margin) THEN sum(CASE WHEN refund_of IS NULL THEN margin ELSE -abs(margin) END) END AS value_to_date
FROM known_orders JOIN ended ON moment < end_at
GROUP BY client, calendar, grain, period;

CREATE TABLE in_membership AS
SELECT client, calendar, grain, period,
  bool_or(moment < start_at AND coalesce(ended_at > start_at, true)) AS at_start,
  bool_or(moment < end_at AND coalesce(ended_at > end_at, true)) AS at_end
FROM memberships JOIN ended ON moment < end_at
GROUP BY client, calendar, grain, period;

-- The segment is that of the period's start, of new customers that of their beginning.
CREATE TABLE customer_periods AS
SELECT p.calendar, p.grain, p.period, client, coalesce(at_start, false) AS at_start, coalesce(at_end, false) AS at_end,
  coalesce(began_at >= start_at AND began_at < end_at, false) AS is_new, coalesce(orders, 0) AS orders, first_order_at,
  coalesce(orders_to_date, 0) AS orders_to_date, revenue, value_to_date, end_at,
  CASE WHEN began_at >= start_at AND began_at < end_at THEN began_at ELSE start_at END AS segment_at
FROM (FROM ordered FULL JOIN in_membership USING (client, calendar, grain, period))
JOIN ended AS p USING (calendar, grain, period)
LEFT JOIN begun USING (client);

CREATE TABLE scored_customers AS
SELECT 'crr' AS kpi, calendar, grain, period, client, segment_at, CASE WHEN at_end AND NOT is_new THEN CAST(1 AS DOUBLE) ELSE 0 END AS x,
  at_start AS in_n, true AS is_mature
FROM customer_periods WHERE at_start OR at_end AND NOT is_new
UNION ALL
SELECT k.kpi, calendar, grain, period, client, segment_at, CASE WHEN at_end = (k.kpi = 'crr_set') THEN 1 ELSE 0 END, true, true
FROM customer_periods, (VALUES ('crr_set'), ('churn_rate')) AS k(kpi) WHERE at_start
UNION ALL
SELECT 'churned', calendar, grain, period, client, segment_at, CASE WHEN at_end THEN 0 ELSE 1 END, true, true FROM customer_periods WHERE at_start
UNION ALL
SELECT k.kpi, calendar, grain, period, client, segment_at, CASE k.kpi WHEN 'buyers' THEN 1 ELSE round(revenue, 4) END, true, true
FROM customer_periods, (VALUES ('buyers'), ('revenue_per_customer')) AS k(kpi) WHERE orders > 0
UNION ALL
SELECT 'repurchase_rate', calendar, grain, period, client, segment_at, CASE WHEN EXISTS (
    FROM known_orders AS o
    WHERE o.client = c.client AND refund_of IS NULL AND moment > first_order_at AND moment <= first_order_at + INTERVAL 90 DAYS) THEN 1 ELSE 0 END,
  true, is_mature(end_at, 90)
FROM customer_periods AS c WHERE orders > 0
UNION ALL
-- What is expected of customers has oracles of its own; here: of how many it is.
SELECT k.kpi, calendar, grain, period, client, segment_at, CASE k.kpi WHEN 'clv_historic' THEN value_to_date END, true, true
FROM customer_periods, (VALUES ('clv_historic'), ('clv_predicted')) AS k(kpi) WHERE orders_to_date > 0;

-- Who used a touchpoint in the period.
CREATE TABLE used AS
SELECT DISTINCT client, calendar, grain, period, touchpoint
FROM (
  SELECT client, touchpoint, moment FROM contacts
  UNION ALL
  SELECT client, touchpoint, moment FROM all_tickets
  UNION ALL
  SELECT client, touchpoint, moment FROM visits
  UNION ALL
  SELECT client, touchpoint, moment FROM orders
) JOIN ended ON moment >= start_at AND moment < end_at
WHERE client IS NOT NULL AND touchpoint IS NOT NULL AND moment <= TIMESTAMP '${as_of}';

CREATE TABLE period_sums AS
SELECT kpi, s.calendar, s.grain, s.period, u.segmentation, u.segment, t.touchpoint,
  count(*) FILTER (is_mature AND x IS NOT NULL AND in_n) AS n,
  count(*) FILTER (is_mature AND x IS NULL AND in_n) AS excluded,
  count(*) FILTER (NOT is_mature) AS immature,
  sum(CAST(x AS DECIMAL(28, 4))) FILTER (is_mature) AS s
FROM scored_customers AS s
LEFT JOIN customers AS c ON c.client = s.client AND segment_at >= c.valid_from AND segment_at < c.valid_to
JOIN (
  SELECT client, calendar, grain, period, touchpoint FROM used
  UNION ALL
  SELECT client, calendar, grain, period, 'all' FROM customer_periods
) AS t ON t.client = s.client AND t.calendar = s.calendar AND t.grain = s.grain AND t.period = s.period
CROSS JOIN LATERAL (FROM (VALUES ('all', 'all'), ('tier', coalesce(c.tier, 'unknown'))) AS t(segmentation, segment)) AS u
GROUP BY ALL;

CREATE TABLE expected AS
SELECT *, false AS exposure FROM expected_days
UNION ALL
SELECT kpi, calendar, grain, period, segmentation, segment, touchpoint, n, excluded, immature, NULL,
  CAST(s AS DOUBLE), CASE kind WHEN 'total' THEN CAST(s AS DOUBLE) ELSE CAST(s AS DOUBLE) / nullif(n, 0) END, NULL, NULL,
  touchpoint <> 'all'
FROM period_sums LEFT JOIN kinds USING (kpi);

-- Customers by when they began, and how many of them are members when a later period ends.
CREATE TABLE expected_cohorts AS
WITH bounds_of AS (SELECT *, row_number() OVER (PARTITION BY calendar, grain ORDER BY starts) AS number FROM bounds),
followed AS (
  SELECT e.*, number FROM ended AS e JOIN bounds_of USING (calendar, grain, period)
)
SELECT p.calendar, p.grain, c.period AS cohort, c.starts AS cohort_start, p.period, p.starts AS period_start, p.ends AS period_end,
  p.number - c.number AS age, u.segmentation, u.segment, count(*) AS customers, count(*) FILTER (m.at_end) AS active,
  CAST(coalesce(sum(o.revenue), 0) AS DECIMAL(38, 4)) AS revenue
FROM begun AS b
LEFT JOIN customers AS v ON v.client = b.client AND began_at >= v.valid_from AND began_at < v.valid_to
JOIN bounds_of AS c ON began_at >= c.starts AND began_at < c.ends
JOIN followed AS p ON p.calendar = c.calendar AND p.grain = c.grain AND p.number >= c.number
LEFT JOIN in_membership AS m ON m.client = b.client AND m.calendar = p.calendar AND m.grain = p.grain AND m.period = p.period
LEFT JOIN ordered AS o ON o.client = b.client AND o.calendar = p.calendar AND o.grain = p.grain AND o.period = p.period
CROSS JOIN LATERAL (FROM (VALUES ('all', 'all'), ('tier', coalesce(v.tier, 'unknown'))) AS t(segmentation, segment)) AS u
GROUP BY ALL;
