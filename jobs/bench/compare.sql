-- Touchstone's tables against the peer's: all rows, counts and exact sums equal, doubles within 1e-9 of each other
-- (ends of t intervals within 1e-6: the peer reads Student's t from a table). Fails on any difference.
CREATE MACRO live(name) AS TABLE
  SELECT list('data/touchstone-out/' || name || '/' || path) AS files
  FROM (
    SELECT add.path FROM read_json('data/touchstone-out/' || name || '/_delta_log/*.json', union_by_name = true) WHERE add IS NOT NULL);

SET VARIABLE answers = (SELECT files FROM live('daily_answers'));
SET VARIABLE moments = (SELECT files FROM live('daily_moments'));
SET VARIABLE kpi_values = (SELECT files FROM live('kpi_values'));

CREATE TABLE differences(what VARCHAR, touchstone HUGEINT, duckdb HUGEINT, different HUGEINT);

INSERT INTO differences
SELECT 'daily_answers', count(t.n), count(d.n), count(*) FILTER (
  (t.n, t.weighted_n, t.w, t.w2) IS DISTINCT FROM (d.n, d.weighted_n, d.w, d.w2))
FROM read_parquet(getvariable('answers'), hive_partitioning = true) t
FULL JOIN 'duckdb/daily_answers.parquet' d
  ON t.day = d.day AND t.segmentation = d.segmentation AND t.segment = d.segment AND t.touchpoint = d.touchpoint
    AND t.instrument = d.instrument AND t.item IS NOT DISTINCT FROM d.item AND t.part IS NOT DISTINCT FROM d.part
    AND t.answer IS NOT DISTINCT FROM d.answer;

INSERT INTO differences
SELECT 'daily_moments', count(t.n), count(d.n), count(*) FILTER (
  (t.n, t.excluded, t.immature, coalesce(t.s, 0), coalesce(t.ss, 0), t.weighted_n, t.w, t.w2, t.wx, t.wx2)
  IS DISTINCT FROM
  (d.n, d.excluded, d.immature, coalesce(d.s, 0), coalesce(d.ss, 0), d.weighted_n, d.w, d.w2, d.wx, d.wx2))
FROM read_parquet(getvariable('moments'), hive_partitioning = true) t
FULL JOIN 'duckdb/daily_moments.parquet' d
  ON t.kpi = d.kpi AND t.day = d.day AND t.segmentation = d.segmentation AND t.segment = d.segment
    AND t.touchpoint = d.touchpoint;

CREATE MACRO near(one, two, tolerance) AS
  one IS NOT DISTINCT FROM two OR abs(one - two) <= tolerance * greatest(1, abs(one), abs(two));

INSERT INTO differences
SELECT 'kpi_values', count(t.n), count(d.n), count(*) FILTER (NOT coalesce(
  (t.period_end, t.is_complete, t.n, t.excluded, t.immature)
    IS NOT DISTINCT FROM (d.period_end, d.is_complete, d.n, d.excluded, d.immature)
  AND near(t.n_eff, d.n_eff, 1e-9) AND near(t.total, d.total, 1e-9) AND near(t.value, d.value, 1e-9)
  AND near(t.ci_low, d.ci_low, 1e-6) AND near(t.ci_high, d.ci_high, 1e-6), false))
FROM read_parquet(getvariable('kpi_values'), hive_partitioning = true) t
FULL JOIN 'duckdb/kpi_values.parquet' d
  ON t.kpi = d.kpi AND t.weighted = d.weighted AND t.calendar = d.calendar AND t.grain = d.grain
    AND t.period = d.period AND t.period_start = d.period_start AND t.segmentation = d.segmentation
    AND t.segment = d.segment AND t.touchpoint = d.touchpoint;

SELECT format('{:14} {:>12} rows by Touchstone {:>12} by DuckDB {:>10} different', what, touchstone::VARCHAR, duckdb::VARCHAR,
  different::VARCHAR)
FROM differences;

SELECT CASE WHEN sum(different) > 0 OR min(touchstone) = 0 THEN error('the results differ') ELSE 'The results are equal.' END
FROM differences;
