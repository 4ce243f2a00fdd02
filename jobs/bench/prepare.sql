-- Reference tables for the peer, from the `calendar` that Touchstone wrote; not timed.
SET VARIABLE calendar = (
  WITH files AS (FROM read_json('data/touchstone-out/calendar/_delta_log/*.json', union_by_name = true))
  SELECT list('data/touchstone-out/calendar/' || path)
  FROM (SELECT add.path FROM files WHERE add IS NOT NULL)
);

COPY (FROM read_parquet(getvariable('calendar'))) TO 'calendar.parquet';

COPY (
  WITH days AS (FROM 'calendar.parquet'),
  placed AS (
    SELECT day, unnest([
      {calendar: 'gregorian', grain: 'day', period: strftime(day, '%Y-%m-%d')},
      {calendar: 'gregorian', grain: 'week', period: strftime(week_start, '%Y-%m-%d')},
      {calendar: 'gregorian', grain: 'month', period: month},
      {calendar: 'gregorian', grain: 'quarter', period: quarter},
      {calendar: 'gregorian', grain: 'year', period: CAST(year AS VARCHAR)},
      {calendar: 'persian', grain: 'month', period: persian_month},
      {calendar: 'persian', grain: 'quarter', period: persian_quarter},
      {calendar: 'persian', grain: 'year', period: CAST(persian_year AS VARCHAR)}], recursive := true)
    FROM days)
  SELECT day, calendar, grain, period, min(day) OVER whole AS period_start,
    CAST(max(day) OVER whole + 1 AS DATE) AS period_end
  FROM placed
  WINDOW whole AS (PARTITION BY calendar, grain, period)
) TO 'periods.parquet';
