-- One cell over time. `weighted`: figures by weight, where answers carry one.
SELECT period, n, value, ci_low, ci_high
FROM kpi_values
WHERE kpi = 'csat_5' AND touchpoint = 'all' AND segmentation = 'all' AND segment = 'all' AND NOT weighted
  AND grain = 'year' AND calendar = 'gregorian' AND is_complete
ORDER BY period_start
