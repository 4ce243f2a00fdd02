-- Touchpoints by KPIs, of the latest complete year. Add a line for each KPI.
SELECT touchpoint,
  max(CASE WHEN kpi = 'csat_5' THEN value END) AS csat_5,
  max(CASE WHEN kpi = 'csat_5' THEN n END) AS csat_5_n,
  max(CASE WHEN kpi = 'nps_0_10' THEN value END) AS nps_0_10,
  max(CASE WHEN kpi = 'nps_0_10' THEN n END) AS nps_0_10_n
FROM kpi_values
WHERE kpi IN ('csat_5', 'nps_0_10') AND segmentation = 'all' AND NOT weighted AND grain = 'year' AND calendar = 'gregorian'
  AND period_start = (SELECT max(period_start) FROM kpi_values WHERE grain = 'year' AND calendar = 'gregorian' AND is_complete)
GROUP BY touchpoint
ORDER BY touchpoint
