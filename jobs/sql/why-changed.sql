-- What each touchpoint adds to the change of a KPI since the period before: rate_effect by its own value, mix_effect by its
-- share. Together they are the change over all touchpoints.
SELECT period, touchpoint, value_before, value, share_before, share, rate_effect, mix_effect, contribution
FROM kpi_changes
WHERE kpi = 'csat_5' AND compared_with = 'previous_period' AND segmentation = 'all' AND NOT weighted
  AND touchpoint NOT IN ('all', 'company') AND contribution IS NOT NULL
  AND period_start = (SELECT max(period_start) FROM kpi_changes WHERE is_complete AND kpi = 'csat_5')
ORDER BY contribution
