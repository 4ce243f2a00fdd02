-- Where Spark spent its time: stages of a second or more, from its event logs.
-- Seconds of tasks are summed over cores; bytes in MiB.
CREATE TABLE events AS
SELECT split_part(filename, '/', -2) AS command, json->>'$.Event' AS event, json
FROM read_ndjson_objects('events/*/*', filename = true, maximum_object_size = 268435456);

CREATE MACRO metric(json, path) AS CAST(coalesce(json->>('$."Task Metrics"."' || path || '"'), '0') AS BIGINT);

CREATE VIEW stages AS
SELECT command, CAST(json->>'$."Stage Info"."Stage ID"' AS INT) AS stage,
  CAST(json->>'$."Stage Info"."Submission Time"' AS BIGINT) AS started,
  CAST(json->>'$."Stage Info"."Completion Time"' AS BIGINT) AS ended
FROM events WHERE event = 'SparkListenerStageCompleted';

CREATE VIEW tasks AS
SELECT command, CAST(json->>'$."Stage ID"' AS INT) AS stage, count(*) AS tasks,
  sum(metric(json, 'Executor Run Time')) / 1e3 AS run, sum(metric(json, 'Executor CPU Time')) / 1e9 AS cpu,
  sum(metric(json, 'JVM GC Time')) / 1e3 AS gc, sum(metric(json, 'Input Metrics"."Records Read')) AS input_rows,
  sum(metric(json, 'Shuffle Read Metrics"."Local Bytes Read') + metric(json, 'Shuffle Read Metrics"."Remote Bytes Read'))
    AS read_bytes,
  sum(metric(json, 'Shuffle Write Metrics"."Shuffle Bytes Written')) AS written_bytes,
  sum(metric(json, 'Shuffle Write Metrics"."Shuffle Records Written')) AS written_rows,
  sum(metric(json, 'Disk Bytes Spilled')) AS spilled, sum(metric(json, 'Output Metrics"."Bytes Written')) AS output_bytes,
  max(metric(json, 'Peak Execution Memory')) AS peak
FROM events WHERE event = 'SparkListenerTaskEnd'
GROUP BY ALL;

CREATE VIEW jobs AS
SELECT command, unnest(CAST(json->'$."Stage IDs"' AS INT[])) AS stage,
  json->>'$.Properties."spark.job.description"' AS description
FROM events WHERE event = 'SparkListenerJobStart';

SELECT 'command stage tasks  wall s  tasks s  CPU s   GC s  input rows  shuffle read  written  written rows  spilled  output  peak  what';
SELECT format('{:8}{:5}{:6}{:8.1f}{:9.1f}{:7.1f}{:7.1f}{:12}{:14.0f}{:9.0f}{:14}{:9.0f}{:8.0f}{:6.0f}  {}', command, stage, tasks,
  (ended - started) / 1e3, run, cpu, gc, CAST(input_rows AS BIGINT), read_bytes / 1048576, written_bytes / 1048576,
  CAST(written_rows AS BIGINT), spilled / 1048576, output_bytes / 1048576, peak / 1048576, coalesce(description, ''))
FROM stages JOIN tasks USING (command, stage)
LEFT JOIN (SELECT command, stage, min(description) AS description FROM jobs GROUP BY ALL) USING (command, stage)
WHERE run >= 1
ORDER BY command DESC, started;
