-- What customers of a generated retailer did after their answers, written down from the definitions for DuckDB. Nothing here
-- knows how Touchstone computes it. ${data} is the folder of the sources, ${within} the window in days, ${as_of} the local
-- instant as of which windows are judged. All instants are local: Tehran's clock has not been changed since 2022.

CREATE MACRO differ(x, y) AS x IS DISTINCT FROM y AND NOT coalesce(abs(x - y) <= 1e-9 * greatest(1, abs(x)), false);
CREATE MACRO instant(t) AS try_cast(t AS TIMESTAMP);
-- A third of all instants is set to ten o'clock, so that windows and as-of end exactly on them.
CREATE MACRO at_ten(t, id) AS instant(CASE WHEN id % 3 = 0 THEN left(t, 10) || ' 10:00' ELSE t END);

CREATE TABLE versions AS
SELECT client, instant(valid_from) AS valid_from, coalesce(instant(valid_to), TIMESTAMP '9999-01-01') AS valid_to, tier
FROM read_parquet('${data}/customers/*.parquet');

CREATE TABLE customers AS
SELECT * FROM versions AS v
WHERE NOT EXISTS (
  FROM versions AS other
  WHERE other.client = v.client AND other.valid_from <> v.valid_from
    AND other.valid_from < v.valid_to AND v.valid_from < other.valid_to);

CREATE TABLE read_orders AS
SELECT *, at_ten(ordered, order_no) AS moment, try_cast(amount || '.12345' AS DECIMAL(28, 10)) AS paid
FROM read_parquet('${data}/orders/*.parquet');

CREATE TABLE orders AS
SELECT client, moment, refund_of IS NOT NULL AS is_refund,
  CAST(round(10000 * CASE WHEN refund_of IS NULL THEN paid ELSE -abs(paid) END) AS HUGEINT) AS amount
FROM read_orders
WHERE order_no IS NOT NULL AND client IS NOT NULL AND moment IS NOT NULL AND paid IS NOT NULL
  AND (refund_of IS NULL OR refund_of <> order_no AND refund_of IN (SELECT order_no FROM read_orders))
QUALIFY row_number() OVER (PARTITION BY order_no, moment::DATE ORDER BY instant(loaded_at) DESC NULLS LAST) = 1;

CREATE TABLE memberships AS
SELECT client, at_ten(began, contract_no) AS began, coalesce(at_ten(ended, contract_no), TIMESTAMP '9999-01-01') AS ended
FROM read_parquet('${data}/memberships/*.parquet')
WHERE contract_no IS NOT NULL AND client IS NOT NULL AND at_ten(began, contract_no) IS NOT NULL
  AND coalesce(at_ten(ended, contract_no) >= at_ten(began, contract_no), true)
QUALIFY row_number() OVER (
  PARTITION BY contract_no, at_ten(began, contract_no)::DATE ORDER BY instant(loaded_at) DESC NULLS LAST) = 1;

-- Answers that stand for themselves, of known customers.
CREATE TABLE answers AS
SELECT *, moment::DATE AS day, moment + INTERVAL ${within} DAYS AS closes FROM (
  SELECT CAST(survey_id AS VARCHAR) AS id, client, question AS instrument, touch_point AS touchpoint,
    CAST(try_cast(rating AS DOUBLE) AS INTEGER) AS score, at_ten(answered, survey_id) AS moment
  FROM read_parquet('${data}/responses/*.parquet') AS r
  JOIN (VALUES ('csat_5', 1, 5), ('csat_4', 1, 4), ('csat_100', 0, 100), ('ces_5', 1, 5), ('ease_5', 1, 5), ('ces_7', 1, 7),
    ('ces2_7', 1, 7), ('nps_0_10', 0, 10), ('nps_1_10', 1, 10)) AS i(question, low, high) USING (question)
  WHERE survey_id IS NOT NULL AND at_ten(answered, survey_id) IS NOT NULL AND item IS NULL
    AND (nullif(trim(rating), '') IS NULL
      OR (try_cast(rating AS DOUBLE) BETWEEN low AND high AND try_cast(rating AS DOUBLE) = floor(try_cast(rating AS DOUBLE))))
  QUALIFY row_number() OVER (
    PARTITION BY survey_id, touch_point, question, at_ten(answered, survey_id)::DATE
    ORDER BY instant(loaded_at) DESC NULLS LAST) = 1)
WHERE client IS NOT NULL AND score IS NOT NULL;

CREATE TABLE counting AS
SELECT a.*, NOT EXISTS (
    FROM answers AS b
    WHERE b.client = a.client AND b.instrument = a.instrument AND (b.touchpoint = 'company') = (a.touchpoint = 'company')
      AND b.moment > a.moment - INTERVAL ${within} DAYS
      AND (b.moment, b.id, b.touchpoint) < (a.moment, a.id, a.touchpoint)) AS apart
FROM answers AS a
WHERE NOT EXISTS (
    FROM answers AS b
    WHERE b.client = a.client AND b.instrument = a.instrument AND b.touchpoint = a.touchpoint
      AND b.moment > a.moment - INTERVAL ${within} DAYS AND (b.moment, b.id) < (a.moment, a.id));

CREATE TABLE next_nps AS
SELECT a.id, a.instrument, a.touchpoint, a.moment, max(n.score <= 6) AS is_detractor
FROM counting AS a JOIN answers AS n
  ON n.client = a.client AND n.instrument IN ('nps_0_10', 'nps_1_10') AND n.moment > a.moment AND n.moment <= a.closes
WHERE n.moment = (
  SELECT min(m.moment) FROM answers AS m
  WHERE m.client = a.client AND m.instrument IN ('nps_0_10', 'nps_1_10') AND m.moment > a.moment)
GROUP BY ALL;

CREATE TABLE bought AS
SELECT a.id, a.instrument, a.touchpoint, a.moment, bool_or(NOT o.is_refund) AS again, sum(o.amount) AS spent
FROM counting AS a JOIN orders AS o ON o.client = a.client AND o.moment > a.moment AND o.moment <= a.closes
GROUP BY ALL;

CREATE TABLE begun AS
SELECT client, min(moment) AS since FROM (
  SELECT client, moment FROM orders WHERE NOT is_refund UNION ALL SELECT client, began FROM memberships)
GROUP BY client;

CREATE TABLE followed AS
SELECT a.*, a.closes < TIMESTAMP '${as_of}' AS is_mature, coalesce(b.again, false) AS again, coalesce(b.spent, 0) AS spent,
  n.is_detractor, coalesce(c.tier, 'unknown') AS tier,
  EXISTS (FROM memberships AS m WHERE m.client = a.client AND m.began < a.moment AND m.ended > a.moment) AS is_member,
  EXISTS (FROM memberships AS m WHERE m.client = a.client AND m.began < a.closes AND m.ended > a.closes) AS is_member_later,
  CASE WHEN s.since IS NULL OR s.since > a.moment THEN 'unknown'
    WHEN s.since > a.moment - INTERVAL 90 DAYS THEN 'under_90_days'
    WHEN s.since > a.moment - INTERVAL 365 DAYS THEN 'under_a_year' ELSE 'year_or_more' END AS tenure
FROM counting AS a
LEFT JOIN bought AS b USING (id, instrument, touchpoint, moment)
LEFT JOIN next_nps AS n USING (id, instrument, touchpoint, moment)
LEFT JOIN begun AS s ON s.client = a.client
LEFT JOIN customers AS c ON c.client = a.client AND a.moment >= c.valid_from AND a.moment < c.valid_to;

CREATE TABLE outcomes_of_answers AS
SELECT id, client, instrument, touchpoint, score, day, apart, tier, tenure, is_mature, 'repurchase' AS outcome,
  CAST(again AS HUGEINT) AS x FROM followed
UNION ALL
SELECT id, client, instrument, touchpoint, score, day, apart, tier, tenure, is_mature, 'spend', spent FROM followed
UNION ALL
SELECT id, client, instrument, touchpoint, score, day, apart, tier, tenure, is_mature, 'churn',
  CAST(NOT is_member_later AS HUGEINT) FROM followed WHERE is_member
UNION ALL
SELECT id, client, instrument, touchpoint, score, day, apart, tier, tenure, is_mature, 'detractor',
  CAST(is_detractor AS HUGEINT) FROM followed WHERE is_detractor IS NOT NULL OR NOT is_mature;

CREATE TABLE unfolded AS
SELECT day, instrument, touchpoint, score AS answer, apart, NULL AS companion, tier AS segment, tenure, outcome, is_mature, x
FROM outcomes_of_answers
UNION ALL
SELECT o.day, o.instrument, o.touchpoint, o.score, o.apart AND b.apart, b.instrument, 'all', 'all', o.outcome, o.is_mature, o.x
FROM outcomes_of_answers AS o
JOIN (SELECT client, id, day, instrument, bool_or(apart) AS apart FROM counting GROUP BY ALL) AS b
  ON b.client = o.client AND b.id = o.id AND b.day = o.day AND b.instrument <> o.instrument
WHERE o.outcome <> 'spend';

CREATE TABLE expected_days AS
SELECT day, instrument, touchpoint, answer, apart, companion, segment, tenure, outcome,
  count(*) FILTER (is_mature) AS n, count(*) FILTER (NOT is_mature) AS immature,
  coalesce(sum(x) FILTER (is_mature), 0) AS s, coalesce(sum(x * x) FILTER (is_mature), 0) AS ss
FROM unfolded GROUP BY ALL;

-- The comparisons of a period: ${from_day} and ${to_day} bound the answers that it looks at.
CREATE TABLE compared AS
SELECT u.instrument, t.place AS touchpoint, u.outcome, u.segment, u.tenure, u.is_mature,
  CASE WHEN u.outcome = 'spend' THEN u.x / 10000.0 ELSE u.x END::DOUBLE AS y,
  CASE WHEN u.instrument LIKE 'nps%' THEN CASE WHEN answer >= 9 THEN 1 WHEN answer <= 6 THEN 0 END
    WHEN u.instrument = 'csat_100' THEN CASE WHEN answer >= 80 THEN 1 WHEN answer <= 20 THEN 0 END
    WHEN u.instrument IN ('ces_5', 'ces_7') THEN CASE WHEN answer <= 2 THEN 1 WHEN answer >= top - 1 THEN 0 END
    ELSE CASE WHEN answer >= top - 1 THEN 1 WHEN answer <= 2 THEN 0 END END AS is_good,
  CASE WHEN u.instrument IN ('ces_5', 'ces_7') THEN -answer ELSE answer END AS better
FROM unfolded AS u
JOIN (VALUES ('csat_5', 5), ('csat_4', 4), ('csat_100', 100), ('ces_5', 5), ('ease_5', 5), ('ces_7', 7), ('ces2_7', 7),
  ('nps_0_10', 10), ('nps_1_10', 10)) AS i(instrument, top) USING (instrument),
LATERAL (SELECT unnest(CASE WHEN u.apart AND u.touchpoint <> 'company' THEN [u.touchpoint, 'all'] ELSE [u.touchpoint] END) AS place) AS t
WHERE u.companion IS NULL AND u.day >= DATE '${from_day}' AND u.day < DATE '${to_day}';

CREATE TABLE strata AS
SELECT instrument, touchpoint, outcome, segment, tenure,
  count(*) FILTER (is_good = 1) AS n1, count(*) FILTER (is_good = 0) AS n0,
  coalesce(sum(y) FILTER (is_good = 1), 0) AS s1, coalesce(sum(y) FILTER (is_good = 0), 0) AS s0,
  covar_pop(y, better) * count(*) AS sxy, var_pop(better) * count(*) AS sxx
FROM compared WHERE is_mature GROUP BY ALL;

CREATE TABLE areas AS
SELECT g.instrument, g.touchpoint, g.outcome,
  avg(CASE WHEN g.better > b.better THEN 1 WHEN g.better = b.better THEN 0.5 ELSE 0 END) AS auc
FROM compared AS g JOIN compared AS b USING (instrument, touchpoint, outcome)
WHERE g.is_mature AND b.is_mature AND g.y = 1 AND b.y = 0 AND g.outcome <> 'spend'
GROUP BY ALL;

CREATE TABLE expected AS
SELECT c.*, s.* EXCLUDE (instrument, touchpoint, outcome), a.auc
FROM (
  SELECT instrument, touchpoint, outcome, count(*) FILTER (is_mature) AS n_mature,
    count(*) FILTER (NOT is_mature) AS immature,
    count(*) FILTER (is_mature AND is_good IS NULL) AS n_middle
  FROM compared GROUP BY ALL) AS c
LEFT JOIN (
  SELECT instrument, touchpoint, outcome, sum(n1) AS n_good, sum(n0) AS n_bad,
    CASE WHEN sum(n1) > 0 THEN sum(s1) / sum(n1) END AS rate_good, CASE WHEN sum(n0) > 0 THEN sum(s0) / sum(n0) END AS rate_bad,
    sum(CASE WHEN n1 > 0 AND n0 > 0 THEN (s1 * n0 - s0 * n1) / (n1 + n0) END)
      / sum(CASE WHEN n1 > 0 AND n0 > 0 THEN n1 * n0 / (n1 + n0) END) AS difference,
    count(*) FILTER (n1 > 0 AND n0 > 0) AS strata,
    CASE WHEN sum(sxx) > 0 THEN sum(sxy) / sum(sxx) END AS slope
  FROM strata GROUP BY ALL) AS s USING (instrument, touchpoint, outcome)
LEFT JOIN areas AS a USING (instrument, touchpoint, outcome)
