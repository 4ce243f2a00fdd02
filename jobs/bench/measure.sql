-- The peer of `touchstone measure`: daily_answers and daily_moments of the generated retailer, by plain DuckDB SQL.
-- What it leaves out: see README.md.
SET TimeZone = 'Asia/Tehran';
SET preserve_insertion_order = false;

CREATE VIEW call_center AS
SELECT *, translate(tarikh, '۰۱۲۳۴۵۶۷۸۹', '0123456789') AS instant FROM 'data/responses_call_center/*.parquet';

CREATE VIEW responses AS
SELECT survey_id AS response_id, question AS instrument, rating AS answer, answered AS responded_at,
  CAST(answered AS DATE) AS day, client, touch_point AS touchpoint, item, part,
  CAST(weight AS DECIMAL(18, 10)) AS weight, loaded_at, channel, stage, team
FROM 'data/responses/*.parquet'
WHERE answered >= TIMESTAMPTZ '2024-01-01' AND answered < TIMESTAMPTZ '2026-01-01'
UNION ALL
SELECT form_no, question, CAST(translate(emtiaz, '۰۱۲۳۴۵۶۷۸۹', '0123456789') AS INTEGER),
  CAST(calendar.day + CAST(instant[12:] || ':00' AS TIME) AS TIMESTAMPTZ), calendar.day, moshtari, touch_point,
  NULL, NULL, NULL, NULL, 'phone', CASE touch_point WHEN 'phone_order' THEN 'buy' WHEN 'phone_support' THEN 'help' END,
  team
FROM call_center JOIN 'calendar.parquet' calendar ON calendar.persian_day = replace(instant[:10], '/', '-')
WHERE calendar.day >= DATE '2024-01-01' AND calendar.day < DATE '2026-01-01';

CREATE VIEW kept_responses AS
FROM responses
QUALIFY row_number() OVER (
  PARTITION BY response_id, touchpoint, instrument, item, part, day ORDER BY loaded_at DESC NULLS LAST) = 1;

CREATE VIEW customers AS
SELECT client, valid_from, coalesce(valid_to, TIMESTAMPTZ '9999-12-31') AS valid_to, tier,
  replace(trim(translate(region, 'يك', 'یک')), '‌', ' ') AS region
FROM 'data/customers/*.parquet';

--- daily_answers
COPY (
  WITH observations AS (
    SELECT day, touchpoint, instrument, item, part, answer, weight, coalesce(tier, 'unknown') AS tier,
      coalesce(region, 'unknown') AS region, coalesce(channel, 'unknown') AS channel,
      coalesce(stage, 'unknown') AS stage, coalesce(team, 'unknown') AS team
    FROM kept_responses rows LEFT JOIN customers
      ON rows.client = customers.client AND responded_at >= valid_from AND responded_at < valid_to)
  SELECT day,
    CASE WHEN grouping(tier) = 0 THEN 'tier' WHEN grouping(region) = 0 THEN 'region'
      WHEN grouping(channel) = 0 THEN 'channel' WHEN grouping(stage) = 0 THEN 'stage'
      WHEN grouping(team) = 0 THEN 'agent_team' ELSE 'all' END AS segmentation,
    coalesce(tier, region, channel, stage, team, 'all') AS segment,
    coalesce(touchpoint, 'company') AS touchpoint, instrument, item, part, answer, count(*) AS n,
    count(weight) AS weighted_n, CAST(sum(weight) AS DECIMAL(38, 10)) AS w,
    CAST(sum(weight * weight) AS DECIMAL(38, 20)) AS w2
  FROM observations
  GROUP BY day, touchpoint, instrument, item, part, answer,
    GROUPING SETS ((), (tier), (region), (channel), (stage), (team))
) TO 'duckdb/daily_answers.parquet';

-- Gaps between perception and expectation: of each item, and one a questionnaire weighted by dimension.
--- daily_moments: SERVQUAL gaps
CREATE TEMP TABLE gaps AS
WITH dimensions(dimension, points, items) AS (VALUES
  ('tangibles', 11, ['q01', 'q02', 'q03', 'q04']),
  ('reliability', 32, ['q05', 'q06', 'q07', 'q08', 'q09']),
  ('responsiveness', 22, ['q10', 'q11', 'q12', 'q13']),
  ('assurance', 19, ['q14', 'q15', 'q16', 'q17']),
  ('empathy', 16, ['q18', 'q19', 'q20', 'q21', 'q22'])),
items AS (SELECT dimension, points, unnest(items) AS item FROM dimensions),
answers AS (FROM kept_responses WHERE instrument = 'servqual_7'),
pairs AS (
  SELECT response_id, touchpoint, item, day, dimension, points, own.client, own.responded_at, own.weight,
    own.channel, own.stage, own.team, own.answer - expected.answer AS gap
  FROM answers own
  JOIN answers expected USING (response_id, touchpoint, item, day)
  JOIN items USING (item)
  WHERE coalesce(own.part, 'perception') = 'perception' AND expected.part = 'expectation'
    AND own.answer IS NOT NULL AND expected.answer IS NOT NULL),
means AS (
  SELECT response_id, touchpoint, day, dimension, any_value(points) * avg(gap) / 100 AS share,
    arg_min(COLUMNS(['client', 'responded_at', 'weight', 'channel', 'stage', 'team']), item), min(item) AS item
  FROM pairs GROUP BY ALL)
SELECT 'servqual_' || dimension AS kpi, day, touchpoint, client, responded_at, weight, channel, stage, team,
  CAST(gap AS BIGINT) AS x
FROM pairs
UNION ALL
SELECT 'servqual_total', day, touchpoint, arg_min(client, item), arg_min(responded_at, item), arg_min(weight, item),
  arg_min(channel, item), arg_min(stage, item), arg_min(team, item), CAST(round(sum(share) * 1e6) AS BIGINT)
FROM means
GROUP BY response_id, touchpoint, day
HAVING count(*) = 5;

CREATE VIEW invitations AS
SELECT mail_no, touch_point AS touchpoint, sent, CAST(sent AS DATE) AS day, client, survey_id,
  CASE
    WHEN touch_point IN ('web_search', 'web_checkout', 'payment', 'help_pages', 'account_closing') THEN 'web'
    WHEN touch_point IN ('app_search', 'app_checkout', 'order_tracking', 'app_account') THEN 'app'
    WHEN touch_point IN ('store_visit', 'store_checkout', 'store_pickup', 'returns', 'warranty_claim') THEN 'store'
    WHEN touch_point IN ('phone_order', 'phone_support') THEN 'phone'
    WHEN touch_point IN ('delivery', 'email_support') THEN 'email'
    WHEN touch_point IN ('chat_support') THEN 'chat'
    ELSE 'unknown'
  END AS channel,
  CASE
    WHEN touch_point IN ('web_search', 'app_search', 'store_visit') THEN 'discover'
    WHEN touch_point IN ('web_checkout', 'app_checkout', 'store_checkout', 'phone_order', 'payment') THEN 'buy'
    WHEN touch_point IN ('order_tracking', 'delivery', 'store_pickup') THEN 'receive'
    WHEN touch_point IN ('app_account') THEN 'use'
    WHEN touch_point IN ('help_pages', 'chat_support', 'phone_support', 'email_support', 'warranty_claim') THEN 'help'
    WHEN touch_point IN ('returns', 'account_closing') THEN 'leave'
    ELSE 'unknown'
  END AS stage
FROM 'data/invitations/*.parquet'
-- An invitation is a reminder if one of the 14 days before it carries the same response.
WHERE sent >= TIMESTAMPTZ '2024-01-01' - INTERVAL 14 DAYS AND sent < TIMESTAMPTZ '2026-01-01';

CREATE VIEW kept_invitations AS
FROM invitations QUALIFY row_number() OVER (PARTITION BY mail_no, day) = 1;

--- daily_moments: all
COPY (
  WITH kept AS MATERIALIZED (FROM kept_invitations),
  sent AS (
    -- Only invitations with a response need the look at those before them.
    SELECT *, coalesce(lag(sent) OVER same_response < sent - INTERVAL 14 DAYS, true) AS responded
    FROM kept WHERE survey_id IS NOT NULL
    WINDOW same_response AS (PARTITION BY survey_id ORDER BY sent, mail_no)
    UNION ALL
    SELECT *, false FROM kept WHERE survey_id IS NULL),
  invited AS (
    SELECT day, coalesce(touchpoint, 'company') AS touchpoint, coalesce(tier, 'unknown') AS tier,
      coalesce(region, 'unknown') AS region, channel, stage,
      sent + INTERVAL 14 DAYS <= TIMESTAMPTZ '2026-01-01' AS mature, CAST(responded AS BIGINT) AS x
    FROM sent LEFT JOIN customers
      ON sent.client = customers.client AND sent >= valid_from AND sent < valid_to
    WHERE day >= DATE '2024-01-01'),
  questioned AS (
    SELECT kpi, day, coalesce(touchpoint, 'company') AS touchpoint, coalesce(tier, 'unknown') AS tier,
      coalesce(region, 'unknown') AS region, coalesce(channel, 'unknown') AS channel,
      coalesce(stage, 'unknown') AS stage, coalesce(team, 'unknown') AS team, weight, x
    FROM gaps LEFT JOIN customers
      ON gaps.client = customers.client AND responded_at >= valid_from AND responded_at < valid_to)
  SELECT day, 'response_rate' AS kpi,
    CASE WHEN grouping(tier) = 0 THEN 'tier' WHEN grouping(region) = 0 THEN 'region'
      WHEN grouping(channel) = 0 THEN 'channel' WHEN grouping(stage) = 0 THEN 'stage' ELSE 'all' END AS segmentation,
    coalesce(tier, region, channel, stage, 'all') AS segment, touchpoint, count_if(mature) AS n,
    0 AS excluded, count_if(NOT mature) AS immature, sum(x) FILTER (mature) AS s, sum(x * x) FILTER (mature) AS ss,
    0 AS weighted_n, CAST(NULL AS DECIMAL(38, 10)) AS w, CAST(NULL AS DECIMAL(38, 20)) AS w2,
    CAST(NULL AS DECIMAL(38, 10)) AS wx, CAST(NULL AS DECIMAL(38, 10)) AS wx2
  FROM invited
  GROUP BY day, touchpoint, GROUPING SETS ((), (tier), (region), (channel), (stage))
  UNION ALL
  SELECT day, kpi,
    CASE WHEN grouping(tier) = 0 THEN 'tier' WHEN grouping(region) = 0 THEN 'region'
      WHEN grouping(channel) = 0 THEN 'channel' WHEN grouping(stage) = 0 THEN 'stage'
      WHEN grouping(team) = 0 THEN 'agent_team' ELSE 'all' END,
    coalesce(tier, region, channel, stage, team, 'all'), touchpoint, count(*), 0, 0, sum(x), sum(x * x),
    count(weight), sum(weight), sum(weight * weight), sum(CAST(weight AS DECIMAL(19, 10)) * CAST(x AS DECIMAL(18, 0))),
    sum(CAST(weight AS DECIMAL(19, 10)) * CAST(x * x AS DECIMAL(18, 0)))
  FROM questioned
  GROUP BY day, kpi, touchpoint, GROUPING SETS ((), (tier), (region), (channel), (stage), (team))
) TO 'duckdb/daily_moments.parquet';
