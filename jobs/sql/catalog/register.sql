-- Makes the output tables of a folder tables of a catalog, with their comments. `output` is the folder, `schema` the schema.
-- Written by ReferenceTest; do not edit: mvn -B test -Dtest=ReferenceTest -Drefresh=true

-- A table made where none lies would be an empty one, which the next run takes for somebody else's: so nothing is made
-- before a run has left all tables.
SELECT assert_true(max_by(size(table_versions), run_id) = 17, 'not all tables are there: assess some days first')
FROM delta.`${output}/runs`
WHERE state = 'done' AND command IN ('run', 'assess');

CREATE SCHEMA IF NOT EXISTS ${schema};

CREATE TABLE IF NOT EXISTS ${schema}.daily_answers USING delta LOCATION '${output}/daily_answers';
CREATE TABLE IF NOT EXISTS ${schema}.daily_moments USING delta LOCATION '${output}/daily_moments';
CREATE TABLE IF NOT EXISTS ${schema}.daily_durations USING delta LOCATION '${output}/daily_durations';
CREATE TABLE IF NOT EXISTS ${schema}.daily_clusters USING delta LOCATION '${output}/daily_clusters';
CREATE TABLE IF NOT EXISTS ${schema}.daily_pairs USING delta LOCATION '${output}/daily_pairs';
CREATE TABLE IF NOT EXISTS ${schema}.daily_outcomes USING delta LOCATION '${output}/daily_outcomes';
CREATE TABLE IF NOT EXISTS ${schema}.period_moments USING delta LOCATION '${output}/period_moments';
CREATE TABLE IF NOT EXISTS ${schema}.cohorts USING delta LOCATION '${output}/cohorts';
CREATE TABLE IF NOT EXISTS ${schema}.quarantine USING delta LOCATION '${output}/quarantine';
CREATE TABLE IF NOT EXISTS ${schema}.kpi_values USING delta LOCATION '${output}/kpi_values';
CREATE TABLE IF NOT EXISTS ${schema}.weak_touchpoints USING delta LOCATION '${output}/weak_touchpoints';
CREATE TABLE IF NOT EXISTS ${schema}.kpi_changes USING delta LOCATION '${output}/kpi_changes';
CREATE TABLE IF NOT EXISTS ${schema}.action_effects USING delta LOCATION '${output}/action_effects';
CREATE TABLE IF NOT EXISTS ${schema}.scorecard USING delta LOCATION '${output}/scorecard';
CREATE TABLE IF NOT EXISTS ${schema}.drivers USING delta LOCATION '${output}/drivers';
CREATE TABLE IF NOT EXISTS ${schema}.outcomes USING delta LOCATION '${output}/outcomes';
CREATE TABLE IF NOT EXISTS ${schema}.calendar USING delta LOCATION '${output}/calendar';
CREATE TABLE IF NOT EXISTS ${schema}.runs USING delta LOCATION '${output}/runs';
