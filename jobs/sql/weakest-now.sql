-- Weak touchpoints and segments of the latest complete period: confirmed before probable ones, then by what they cost
-- where that is above 0 by its whole interval, then by how far they fall short and how many observations say so.
SELECT period, status, kpi, touchpoint, segmentation, segment, since, n, value, ci_low, ci_high, benchmark, cost_mid,
  reason_en, reason_fa
FROM weak_touchpoints
WHERE status IN ('CONFIRMED', 'PROBABLE')
  AND period_start = (SELECT max(period_start) FROM weak_touchpoints WHERE is_complete)
ORDER BY status, CASE WHEN cost_low > 0 THEN cost_mid END DESC NULLS LAST,
  shortfall / nullif(min_effect, 0) * n DESC NULLS LAST, kpi, segmentation, touchpoint, segment
