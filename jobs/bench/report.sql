CREATE VIEW phases AS
SELECT program, phase, median(seconds) AS seconds, median(user_seconds + system_seconds) AS cpu,
  median(kib) / 1024 / 1024 AS gib
FROM read_csv('times.csv', header = false, columns = {program: 'VARCHAR', phase: 'VARCHAR', seconds: 'DOUBLE',
  user_seconds: 'DOUBLE', system_seconds: 'DOUBLE', kib: 'DOUBLE'})
GROUP BY ALL;

CREATE VIEW totals AS
FROM phases
UNION ALL
SELECT program, 'both', sum(seconds), sum(cpu), max(gib) FROM phases GROUP BY program;

SELECT '              Touchstone                DuckDB                    Touchstone / DuckDB';
SELECT 'phase         seconds  CPU s   GiB      seconds  CPU s   GiB      seconds  CPU s   GiB';
SELECT format('{:10} {:10.1f} {:6.0f} {:5.1f}  {:11.1f} {:6.0f} {:5.1f}  {:11.2f} {:6.2f} {:5.2f}', phase, t.seconds, t.cpu,
  t.gib, d.seconds, d.cpu, d.gib, t.seconds / d.seconds, t.cpu / d.cpu, t.gib / d.gib)
FROM (FROM totals WHERE program = 'Touchstone') t RIGHT JOIN (FROM totals WHERE program = 'DuckDB') d USING (phase)
ORDER BY phase = 'both', phase = 'assess';
