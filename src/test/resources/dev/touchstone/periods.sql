-- Every period of every day, in both calendars. ${calendar} is a date dimension with Solar Hijri dates.

CREATE TABLE calendar AS
SELECT CAST(day AS DATE) AS day, persian_day, persian_month, persian_quarter, CAST(persian_year AS VARCHAR) AS persian_year
FROM read_parquet('${calendar}/*.parquet');

-- Weeks start on Saturday.
CREATE TABLE periods AS
SELECT day, 'gregorian' AS calendar, 'day' AS grain, strftime(day, '%Y-%m-%d') AS period FROM calendar
UNION ALL
SELECT day, 'gregorian', 'week', strftime(CAST(day - CAST((dayofweek(day) + 1) % 7 AS INTEGER) AS DATE), '%Y-%m-%d') FROM calendar
UNION ALL
SELECT day, 'gregorian', 'month', strftime(day, '%Y-%m') FROM calendar
UNION ALL
SELECT day, 'gregorian', 'quarter', year(day) || '-Q' || quarter(day) FROM calendar
UNION ALL
SELECT day, 'gregorian', 'year', CAST(year(day) AS VARCHAR) FROM calendar
UNION ALL
SELECT day, 'persian', 'month', persian_month FROM calendar
UNION ALL
SELECT day, 'persian', 'quarter', persian_quarter FROM calendar
UNION ALL
SELECT day, 'persian', 'year', persian_year FROM calendar;
