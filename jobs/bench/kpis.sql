-- The peer of `touchstone assess`: kpi_values of all periods of both calendars, by plain DuckDB SQL.
SET TimeZone = 'Asia/Tehran';
SET preserve_insertion_order = false;

CREATE TEMP TABLE kpis(kpi, interval, factor, low, high) AS VALUES
  ('csat_5', 'WILSON', 1.0::DOUBLE, 0.0::DOUBLE, 1.0::DOUBLE),
  ('csat_4', 'WILSON', 1, 0, 1),
  ('csat_100', 'WILSON', 1, 0, 1),
  ('ces_5', 'T', 1, 1, 5),
  ('ease_5', 'T', 1, 1, 5),
  ('ease_5_share', 'WILSON', 1, 0, 1),
  ('ces_7', 'ADJUSTED_WALD', 1, -100, 100),
  ('net_easy_7', 'ADJUSTED_WALD', 1, -100, 100),
  ('ces2_7', 'T', 1, 1, 7),
  ('ces2_7_share', 'WILSON', 1, 0, 1),
  ('nps_0_10', 'ADJUSTED_WALD', 1, -100, 100),
  ('nps_1_10', 'ADJUSTED_WALD', 1, -100, 100),
  ('servperf_tangibles', 'T', 1, 1, 7),
  ('servperf_reliability', 'T', 1, 1, 7),
  ('servperf_responsiveness', 'T', 1, 1, 7),
  ('servperf_assurance', 'T', 1, 1, 7),
  ('servperf_empathy', 'T', 1, 1, 7),
  ('servqual_tangibles', 'T', 1, -6, 6),
  ('servqual_reliability', 'T', 1, -6, 6),
  ('servqual_responsiveness', 'T', 1, -6, 6),
  ('servqual_assurance', 'T', 1, -6, 6),
  ('servqual_empathy', 'T', 1, -6, 6),
  ('servqual_total', 'T', 1000000, -6, 6),
  ('response_rate', 'WILSON', 1, 0, 1);

-- What each answer scores for each KPI.
CREATE TEMP TABLE scores AS
SELECT * FROM (
  SELECT instrument, item, part, answer, unnest([
    {kpi: 'csat_5', counts: instrument = 'csat_5', x: CASE WHEN answer >= 4 THEN 1 WHEN answer < 4 THEN 0 END},
    {kpi: 'csat_4', counts: instrument = 'csat_4', x: CASE WHEN answer >= 3 THEN 1 WHEN answer < 3 THEN 0 END},
    {kpi: 'csat_100', counts: instrument = 'csat_100', x: CASE WHEN answer >= 80 THEN 1 WHEN answer < 80 THEN 0 END},
    {kpi: 'ces_5', counts: instrument = 'ces_5', x: answer},
    {kpi: 'ease_5', counts: instrument = 'ease_5', x: answer},
    {kpi: 'ease_5_share', counts: instrument = 'ease_5',
      x: CASE WHEN answer >= 4 THEN 1 WHEN answer < 4 THEN 0 END},
    {kpi: 'ces_7', counts: instrument = 'ces_7',
      x: CASE WHEN answer >= 5 THEN 100 WHEN answer <= 2 THEN -100 WHEN answer < 5 THEN 0 END},
    {kpi: 'net_easy_7', counts: instrument = 'ces_7',
      x: CASE WHEN answer >= 5 THEN -100 WHEN answer <= 2 THEN 100 WHEN answer < 5 THEN 0 END},
    {kpi: 'ces2_7', counts: instrument = 'ces2_7', x: answer},
    {kpi: 'ces2_7_share', counts: instrument = 'ces2_7',
      x: CASE WHEN answer >= 5 THEN 1 WHEN answer < 5 THEN 0 END},
    {kpi: 'nps_0_10', counts: instrument = 'nps_0_10',
      x: CASE WHEN answer >= 9 THEN 100 WHEN answer <= 6 THEN -100 WHEN answer < 9 THEN 0 END},
    {kpi: 'nps_1_10', counts: instrument = 'nps_1_10',
      x: CASE WHEN answer >= 9 THEN 100 WHEN answer <= 6 THEN -100 WHEN answer < 9 THEN 0 END},
    {kpi: CASE
        WHEN item IN ('q01', 'q02', 'q03', 'q04') THEN 'servperf_tangibles'
        WHEN item IN ('q05', 'q06', 'q07', 'q08', 'q09') THEN 'servperf_reliability'
        WHEN item IN ('q10', 'q11', 'q12', 'q13') THEN 'servperf_responsiveness'
        WHEN item IN ('q14', 'q15', 'q16', 'q17') THEN 'servperf_assurance'
        WHEN item IN ('q18', 'q19', 'q20', 'q21', 'q22') THEN 'servperf_empathy' END,
      counts: instrument = 'servqual_7' AND coalesce(part, 'perception') = 'perception', x: answer}
  ], recursive := true)
  FROM (SELECT DISTINCT instrument, item, part, answer FROM 'duckdb/daily_answers.parquet'))
WHERE counts AND kpi IS NOT NULL;

CREATE VIEW daily AS
SELECT kpi, day, segmentation, segment, touchpoint, sum(n) FILTER (x IS NOT NULL) AS n,
  sum(n) FILTER (x IS NULL) AS excluded, 0 AS immature, sum(n * x) AS s, sum(n * x * x) AS ss,
  sum(weighted_n) FILTER (x IS NOT NULL) AS weighted_n, sum(w) FILTER (x IS NOT NULL) AS w,
  sum(w2) FILTER (x IS NOT NULL) AS w2,
  sum(CAST(w AS DECIMAL(28, 10)) * CAST(x AS DECIMAL(9, 0))) AS wx,
  sum(CAST(w AS DECIMAL(28, 10)) * CAST(x * x AS DECIMAL(9, 0))) AS wx2
FROM 'duckdb/daily_answers.parquet' answers
JOIN scores ON answers.instrument = scores.instrument AND answers.item IS NOT DISTINCT FROM scores.item
  AND answers.part IS NOT DISTINCT FROM scores.part AND answers.answer IS NOT DISTINCT FROM scores.answer
GROUP BY ALL
UNION ALL
SELECT kpi, day, segmentation, segment, touchpoint, n, excluded, immature, s, ss, weighted_n, w, w2, wx, wx2
FROM 'duckdb/daily_moments.parquet';

--- states by period
CREATE TEMP TABLE states AS
SELECT kpi, calendar, grain, period, period_start, period_end, segmentation, segment, touchpoint,
  CAST(coalesce(sum(n), 0) AS BIGINT) AS n, CAST(coalesce(sum(excluded), 0) AS BIGINT) AS excluded,
  CAST(sum(immature) AS BIGINT) AS immature, sum(s) AS s, sum(ss) AS ss,
  CAST(coalesce(sum(weighted_n), 0) AS BIGINT) AS weighted_n, sum(w) AS w, sum(w2) AS w2, sum(wx) AS wx,
  sum(wx2) AS wx2
FROM (
  FROM daily
  UNION ALL
  SELECT * REPLACE ('all' AS touchpoint) FROM daily WHERE touchpoint <> 'company')
JOIN 'periods.parquet' USING (day)
WHERE period_start < DATE '2026-01-01' AND period_end > DATE '2024-01-01'
GROUP BY ALL;

--- kpi_values
COPY (
  WITH cells AS (
    SELECT * EXCLUDE (n, weighted_n, s, ss, w, w2, wx, wx2), false AS weighted, n, CAST(n AS DOUBLE) AS n_eff,
      CAST(n AS DOUBLE) AS size, CAST(s AS DOUBLE) AS first, CAST(ss AS DOUBLE) AS second
    FROM states
    UNION ALL
    SELECT * EXCLUDE (n, weighted_n, s, ss, w, w2, wx, wx2), true, weighted_n,
      CAST(w AS DOUBLE) * CAST(w AS DOUBLE) / CAST(w2 AS DOUBLE), CAST(w AS DOUBLE), CAST(wx AS DOUBLE),
      CAST(wx2 AS DOUBLE)
    FROM states WHERE w > 0),
  means AS (
    SELECT cells.* EXCLUDE (size, first, second), interval, low, high, first / factor AS total,
      CASE WHEN size > 0 THEN first / factor / size END AS mean,
      CASE WHEN size > 0 THEN second / factor / factor / size END AS square
    FROM cells JOIN kpis USING (kpi)),
  variances AS (
    SELECT *, CASE WHEN n_eff > 1 THEN greatest(square - mean * mean, 0) * n_eff / (n_eff - 1) END AS variance
    FROM means),
  pools AS (
    SELECT *, CASE WHEN variance > 0 THEN variance ELSE
      sum(variance * (n_eff - 1)) OVER peers
        / nullif(sum(CASE WHEN variance IS NOT NULL THEN n_eff - 1 END) OVER peers, 0) END AS used
    FROM variances
    WINDOW peers AS (
      PARTITION BY kpi, weighted, calendar, grain, period_start, segmentation, touchpoint = 'all')),
  located AS (
    SELECT *, CASE WHEN interval = 'T' AND n_eff > 1.25 THEN 8192 / (n_eff - 1) END AS place, 1.959963984540054 AS z,
      (square / (high * high) * n_eff + 1.5) / (n_eff + 3) AS outer_share,
      (mean / high * n_eff) / (n_eff + 3) AS adjusted
    FROM pools),
  reaches AS (
    SELECT located.*,
      CASE interval
        WHEN 'WILSON' THEN z * sqrt(greatest(mean * (1 - mean), 0) / n_eff + z * z / (4 * n_eff * n_eff))
          / (1 + z * z / n_eff)
        WHEN 'ADJUSTED_WALD' THEN z * sqrt(greatest(outer_share - adjusted * adjusted, 0) / (n_eff + 3))
        WHEN 'T' THEN CASE WHEN n_eff > 1 AND used > 0 THEN
          exp(below.ln_t + (above.ln_t - below.ln_t) * (place - floor(place))) * sqrt(used / n_eff) END
      END AS reach
    FROM located
    LEFT JOIN 't.csv' below ON below.step = CAST(floor(place) AS BIGINT)
    LEFT JOIN 't.csv' above ON above.step = CAST(floor(place) AS BIGINT) + 1)
  SELECT kpi, weighted, calendar, grain, period, period_start, period_end,
    period_end <= DATE '2026-01-01' AS is_complete, segmentation, segment, touchpoint, n, n_eff, excluded, immature,
    total, CASE WHEN n > 0 THEN mean END AS value,
    CASE WHEN n = 0 THEN NULL WHEN interval = 'WILSON'
        THEN greatest(low, (mean + z * z / (2 * n_eff)) / (1 + z * z / n_eff) - reach)
      WHEN interval = 'ADJUSTED_WALD' THEN greatest(low, least(mean, high * (adjusted - reach)))
      ELSE greatest(low, coalesce(mean - reach, low)) END AS ci_low,
    CASE WHEN n = 0 THEN NULL WHEN interval = 'WILSON'
        THEN least(high, (mean + z * z / (2 * n_eff)) / (1 + z * z / n_eff) + reach)
      WHEN interval = 'ADJUSTED_WALD' THEN least(high, greatest(mean, high * (adjusted + reach)))
      ELSE least(high, coalesce(mean + reach, high)) END AS ci_high
  FROM reaches
) TO 'duckdb/kpi_values.parquet';
