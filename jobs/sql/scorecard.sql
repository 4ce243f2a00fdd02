-- The scorecard, the latest period first. MET and MISSED by the whole interval; UNCERTAIN: it holds the target.
SELECT grain, period, place, kpi, goal_en, value, ci_low, ci_high, target, direction, status
FROM scorecard
WHERE place IS NOT NULL
ORDER BY period_start DESC, grain, place
