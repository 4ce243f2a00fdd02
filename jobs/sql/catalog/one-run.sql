-- Views of what the last complete run left, whatever is written meanwhile: in the schema `${schema}_run`, under the names of
-- the tables. They are made one after the other, and stay where they are until this is run again.
-- Written by ReferenceTest; do not edit: mvn -B test -Dtest=ReferenceTest -Drefresh=true

DECLARE OR REPLACE VARIABLE run STRUCT<id: STRING, versions: MAP<STRING, BIGINT>>;

SET VARIABLE run = (
  SELECT max_by(named_struct('id', run_id, 'versions', table_versions), run_id) FROM ${schema}.runs
  WHERE state = 'done' AND command IN ('run', 'assess'));

SELECT assert_true(size(run.versions) = 17, 'the last complete run knows not all tables: assess some days first');

CREATE SCHEMA IF NOT EXISTS ${schema}_run;

EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.daily_answers AS SELECT * FROM ${schema}.daily_answers VERSION AS OF ' || run.versions['daily_answers'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.daily_moments AS SELECT * FROM ${schema}.daily_moments VERSION AS OF ' || run.versions['daily_moments'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.daily_durations AS SELECT * FROM ${schema}.daily_durations VERSION AS OF ' || run.versions['daily_durations'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.daily_clusters AS SELECT * FROM ${schema}.daily_clusters VERSION AS OF ' || run.versions['daily_clusters'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.daily_pairs AS SELECT * FROM ${schema}.daily_pairs VERSION AS OF ' || run.versions['daily_pairs'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.daily_outcomes AS SELECT * FROM ${schema}.daily_outcomes VERSION AS OF ' || run.versions['daily_outcomes'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.period_moments AS SELECT * FROM ${schema}.period_moments VERSION AS OF ' || run.versions['period_moments'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.cohorts AS SELECT * FROM ${schema}.cohorts VERSION AS OF ' || run.versions['cohorts'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.quarantine AS SELECT * FROM ${schema}.quarantine VERSION AS OF ' || run.versions['quarantine'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.kpi_values AS SELECT * FROM ${schema}.kpi_values VERSION AS OF ' || run.versions['kpi_values'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.weak_touchpoints AS SELECT * FROM ${schema}.weak_touchpoints VERSION AS OF ' || run.versions['weak_touchpoints'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.kpi_changes AS SELECT * FROM ${schema}.kpi_changes VERSION AS OF ' || run.versions['kpi_changes'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.action_effects AS SELECT * FROM ${schema}.action_effects VERSION AS OF ' || run.versions['action_effects'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.scorecard AS SELECT * FROM ${schema}.scorecard VERSION AS OF ' || run.versions['scorecard'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.drivers AS SELECT * FROM ${schema}.drivers VERSION AS OF ' || run.versions['drivers'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.outcomes AS SELECT * FROM ${schema}.outcomes VERSION AS OF ' || run.versions['outcomes'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.calendar AS SELECT * FROM ${schema}.calendar VERSION AS OF ' || run.versions['calendar'];
EXECUTE IMMEDIATE 'CREATE OR REPLACE VIEW ${schema}_run.runs AS SELECT * FROM ${schema}.runs WHERE run_id = "' || run.id || '"';
