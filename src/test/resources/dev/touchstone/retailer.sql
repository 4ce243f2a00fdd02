-- The survey KPIs of a generated retailer, written down from their definitions for DuckDB; after periods.sql. Nothing here
-- knows how Touchstone computes them. ${data} is the folder of the sources, ${from} and ${to} the days, ${as_of} the local
-- instant as of which windows are judged, ${touchpoints} their names with stage and channel.

CREATE TABLE instruments AS
FROM (VALUES ('csat_5', 1, 5), ('csat_4', 1, 4), ('csat_100', 0, 100), ('ces_5', 1, 5), ('ease_5', 1, 5), ('ces_7', 1, 7),
  ('ces2_7', 1, 7), ('nps_0_10', 0, 10), ('nps_1_10', 1, 10), ('servqual_7', 1, 7)) AS t(instrument, low, high);

-- Customers: versions of one customer that overlap are all unusable; two ways to write the same Persian letter are one.
CREATE TABLE versions AS
SELECT CAST(client AS VARCHAR) AS client, strptime(valid_from, '%Y-%m-%d %H:%M') AS valid_from,
  coalesce(strptime(valid_to, '%Y-%m-%d %H:%M'), TIMESTAMP '9999-01-01') AS valid_to,
  tier, translate(region, 'يك', 'یک') AS region
FROM read_parquet('${data}/customers/*.parquet');

CREATE TABLE customers AS
SELECT * FROM versions AS v
WHERE NOT EXISTS (
  FROM versions AS other
  WHERE other.client = v.client AND other.valid_from <> v.valid_from
    AND other.valid_from < v.valid_to AND v.valid_from < other.valid_to);

CREATE TABLE read_answers AS
SELECT CAST(survey_id AS VARCHAR) AS id, question AS instrument, rating,
  try_strptime(answered, '%Y-%m-%d %H:%M') AS moment,
  CAST(client AS VARCHAR) AS client, touch_point AS touchpoint, item, part,
  CAST(weight AS DECIMAL(18, 10)) AS weight, channel, stage, team,
  strptime(loaded_at, '%Y-%m-%d %H:%M') AS loaded_at
FROM read_parquet('${data}/responses/*.parquet')
UNION ALL
SELECT CAST(form_no AS VARCHAR), question, translate(emtiaz, '۰۱۲۳۴۵۶۷۸۹', '0123456789'),
  c.day + TRY_CAST(right(translate(tarikh, '۰۱۲۳۴۵۶۷۸۹', '0123456789'), 5) || ':00' AS TIME),
  CAST(moshtari AS VARCHAR), touch_point, NULL, NULL,
  NULL, 'phone', CASE touch_point WHEN 'phone_order' THEN 'buy' WHEN 'phone_support' THEN 'help' END, team,
  NULL
FROM read_parquet('${data}/responses_call_center/*.parquet')
LEFT JOIN calendar AS c
  ON c.persian_day = replace(left(translate(tarikh, '۰۱۲۳۴۵۶۷۸۹', '0123456789'), 10), '/', '-');

-- A score is a whole number of its instrument's range or missing; who answers, what and when must be known.
CREATE TABLE sound_answers AS
SELECT a.*, CAST(a.moment AS DATE) AS day, CAST(try_cast(rating AS DOUBLE) AS INTEGER) AS score
FROM read_answers AS a JOIN instruments USING (instrument)
WHERE id IS NOT NULL AND moment IS NOT NULL
  AND (nullif(trim(rating), '') IS NULL
    OR (try_cast(rating AS DOUBLE) BETWEEN low AND high AND try_cast(rating AS DOUBLE) = floor(try_cast(rating AS DOUBLE))));

-- Of answers to the same question by the same questionnaire on a day the one loaded last counts.
CREATE TABLE answers AS
SELECT a.*, coalesce(c.tier, 'unknown') AS tier, coalesce(c.region, 'unknown') AS region,
  coalesce(a.channel, 'unknown') AS in_channel, coalesce(a.stage, 'unknown') AS in_stage,
  coalesce(a.team, 'unknown') AS agent_team
FROM (
  SELECT * FROM sound_answers
  QUALIFY row_number() OVER (PARTITION BY id, touchpoint, instrument, item, part, day ORDER BY loaded_at DESC NULLS LAST) = 1
) AS a
LEFT JOIN customers AS c ON c.client = a.client AND a.moment >= c.valid_from AND a.moment < c.valid_to;

CREATE TABLE touchpoints(touchpoint VARCHAR, stage VARCHAR, channel VARCHAR);
INSERT INTO touchpoints VALUES ${touchpoints};

-- One answer counts for one invitation, however many reminders lead to it: for the first.
CREATE TABLE invitations AS
SELECT i.*, CAST(i.moment AS DATE) AS day, coalesce(c.tier, 'unknown') AS tier, coalesce(c.region, 'unknown') AS region,
  coalesce(t.channel, 'unknown') AS in_channel, coalesce(t.stage, 'unknown') AS in_stage
FROM (
  SELECT mail_no, touch_point AS touchpoint, strptime(sent, '%Y-%m-%d %H:%M') AS moment, CAST(client AS VARCHAR) AS client,
    survey_id IS NOT NULL
      AND row_number() OVER (PARTITION BY survey_id ORDER BY strptime(sent, '%Y-%m-%d %H:%M'), mail_no) = 1 AS is_answered
  FROM read_parquet('${data}/invitations/*.parquet')
) AS i
LEFT JOIN touchpoints AS t ON t.touchpoint = i.touchpoint
LEFT JOIN customers AS c ON c.client = i.client AND i.moment >= c.valid_from AND i.moment < c.valid_to
WHERE i.moment >= TIMESTAMP '${from}' AND i.moment < TIMESTAMP '${to}';

-- The 22 items of SERVQUAL in the order of Parasuraman, Zeithaml and Berry, and the points of the five dimensions.
CREATE TABLE items AS
SELECT 'q' || lpad(CAST(number AS VARCHAR), 2, '0') AS item,
  CASE WHEN number <= 4 THEN 'tangibles' WHEN number <= 9 THEN 'reliability' WHEN number <= 13 THEN 'responsiveness'
    WHEN number <= 17 THEN 'assurance' ELSE 'empathy' END AS dimension
FROM range(1, 23) AS t(number);

CREATE TABLE points AS
FROM (VALUES ('tangibles', 11), ('reliability', 32), ('responsiveness', 22), ('assurance', 19), ('empathy', 16)) AS t(dimension, points);

CREATE TABLE gaps AS
SELECT p.*, i.dimension, p.score - e.score AS gap
FROM answers AS p
JOIN items AS i ON i.item = p.item
JOIN answers AS e ON e.id = p.id AND e.touchpoint = p.touchpoint AND e.instrument = p.instrument AND e.item = p.item
  AND e.day = p.day AND e.part = 'expectation'
WHERE p.instrument = 'servqual_7' AND p.part = 'perception' AND p.score IS NOT NULL AND e.score IS NOT NULL;

CREATE TABLE totals AS
SELECT id, touchpoint, day, round(sum(points * gap) / 100, 6) AS gap,
  any_value(weight) AS weight, any_value(tier) AS tier, any_value(region) AS region, any_value(in_channel) AS in_channel,
  any_value(in_stage) AS in_stage, any_value(agent_team) AS agent_team
FROM (
  SELECT id, touchpoint, day, dimension, avg(gap) AS gap, any_value(weight) AS weight, any_value(tier) AS tier,
    any_value(region) AS region, any_value(in_channel) AS in_channel, any_value(in_stage) AS in_stage,
    any_value(agent_team) AS agent_team
  FROM gaps GROUP BY ALL
) JOIN points USING (dimension)
GROUP BY id, touchpoint, day
HAVING count(*) = 5;

-- Every row that counts for a KPI with what it scores; NULL: no answer.
CREATE VIEW scored AS
SELECT k.kpi, day, touchpoint, tier, region, in_channel, in_stage, agent_team, weight,
  CASE WHEN score IS NOT NULL THEN k.x END AS x, true AS is_mature
FROM (
  SELECT *, unnest(CASE instrument
    WHEN 'csat_5' THEN [{'kpi': 'csat_5', 'x': CASE WHEN score IN (4, 5) THEN 1.0::DOUBLE ELSE 0 END}]
    WHEN 'csat_4' THEN [{'kpi': 'csat_4', 'x': CASE WHEN score IN (3, 4) THEN 1.0::DOUBLE ELSE 0 END}]
    WHEN 'csat_100' THEN [{'kpi': 'csat_100', 'x': CASE WHEN score >= 80 THEN 1.0::DOUBLE ELSE 0 END}]
    WHEN 'ces_5' THEN [{'kpi': 'ces_5', 'x': score::DOUBLE}]
    WHEN 'ease_5' THEN [
      {'kpi': 'ease_5', 'x': score::DOUBLE},
      {'kpi': 'ease_5_share', 'x': CASE WHEN score IN (4, 5) THEN 1.0::DOUBLE ELSE 0 END}]
    WHEN 'ces_7' THEN [
      {'kpi': 'ces_7', 'x': CASE WHEN score IN (5, 6, 7) THEN 100.0::DOUBLE WHEN score IN (1, 2) THEN -100 ELSE 0 END},
      {'kpi': 'net_easy_7', 'x': CASE WHEN score IN (1, 2) THEN 100.0::DOUBLE WHEN score IN (5, 6, 7) THEN -100 ELSE 0 END}]
    WHEN 'ces2_7' THEN [
      {'kpi': 'ces2_7', 'x': score::DOUBLE},
      {'kpi': 'ces2_7_share', 'x': CASE WHEN score IN (5, 6, 7) THEN 1.0::DOUBLE ELSE 0 END}]
    WHEN 'nps_0_10' THEN [
      {'kpi': 'nps_0_10', 'x': CASE WHEN score IN (9, 10) THEN 100.0::DOUBLE WHEN score IN (7, 8) THEN 0 ELSE -100 END}]
    WHEN 'nps_1_10' THEN [
      {'kpi': 'nps_1_10', 'x': CASE WHEN score IN (9, 10) THEN 100.0::DOUBLE WHEN score IN (7, 8) THEN 0 ELSE -100 END}]
    END) AS k
  FROM answers)
UNION ALL
SELECT 'servperf_' || i.dimension, day, touchpoint, tier, region, in_channel, in_stage, agent_team, weight, score, true
FROM answers JOIN items AS i USING (item) WHERE instrument = 'servqual_7' AND coalesce(part, 'perception') = 'perception'
UNION ALL
SELECT 'servqual_' || dimension, day, touchpoint, tier, region, in_channel, in_stage, agent_team, weight, gap, true FROM gaps
UNION ALL
SELECT 'servqual_total', day, touchpoint, tier, region, in_channel, in_stage, agent_team, weight, gap, true FROM totals
UNION ALL
SELECT 'response_rate', day, touchpoint, tier, region, in_channel, in_stage, NULL, NULL, CASE WHEN is_answered THEN 1 ELSE 0 END,
  moment + INTERVAL 14 DAYS < TIMESTAMP '${as_of}'
FROM invitations;

-- What each day and combination of segments holds; then each segmentation by itself.
CREATE TABLE combinations AS
SELECT kpi, day, touchpoint, tier, region, in_channel, in_stage, agent_team,
  count(x) FILTER (is_mature) AS n, count(*) FILTER (is_mature AND x IS NULL) AS excluded, count(*) FILTER (NOT is_mature) AS immature,
  coalesce(sum(x) FILTER (is_mature), 0) AS s,
  count(weight) FILTER (is_mature AND x IS NOT NULL) AS weighted_n, sum(weight) FILTER (is_mature AND x IS NOT NULL) AS w,
  sum(CAST(weight AS DOUBLE) * weight) FILTER (is_mature AND x IS NOT NULL) AS w2, sum(CAST(weight AS DOUBLE) * x) FILTER (is_mature) AS wx
FROM scored GROUP BY ALL;

CREATE TABLE days AS
SELECT c.kpi, c.day, u.touchpoint, u.segmentation, u.segment, sum(n) AS n, sum(excluded) AS excluded, sum(immature) AS immature,
  sum(s) AS s, sum(weighted_n) AS weighted_n, sum(w) AS w, sum(w2) AS w2, sum(wx) AS wx
FROM combinations AS c, LATERAL (
  SELECT segmentation, segment, unnest(CASE c.touchpoint WHEN 'company' THEN ['company'] ELSE [c.touchpoint, 'all'] END) AS touchpoint
  FROM (VALUES ('all', 'all'), ('tier', c.tier), ('region', c.region), ('channel', c.in_channel), ('stage', c.in_stage),
    ('agent_team', c.agent_team)) AS t(segmentation, segment)
  WHERE segment IS NOT NULL
) AS u
GROUP BY ALL;

CREATE TABLE sums AS
SELECT kpi, calendar, grain, period, segmentation, segment, touchpoint, sum(n) AS n, sum(excluded) AS excluded,
  sum(immature) AS immature, sum(s) AS s, sum(weighted_n) AS weighted_n, sum(w) AS w, sum(w2) AS w2, sum(wx) AS wx
FROM days JOIN periods USING (day) GROUP BY ALL;

CREATE TABLE expected AS
SELECT kpi, false AS weighted, calendar, grain, period, segmentation, segment, touchpoint, n, excluded, immature,
  CAST(n AS DOUBLE) AS n_eff, CASE WHEN n > 0 THEN s / n END AS value
FROM sums
UNION ALL
SELECT kpi, true, calendar, grain, period, segmentation, segment, touchpoint, weighted_n, excluded, immature,
  CAST(w AS DOUBLE) * w / w2, wx / w
FROM sums WHERE w > 0;

CREATE TABLE expected_days AS
SELECT day, segmentation, segment, touchpoint, instrument, item, part, score AS answer, count(*) AS n, count(weight) AS weighted_n,
  sum(weight) AS w, sum(CAST(weight AS DECIMAL(8, 4)) * CAST(weight AS DECIMAL(8, 4))) AS w2
FROM answers, LATERAL (
  FROM (VALUES ('all', 'all'), ('tier', tier), ('region', region), ('channel', in_channel), ('stage', in_stage),
    ('agent_team', agent_team)) AS t(segmentation, segment))
GROUP BY ALL;
