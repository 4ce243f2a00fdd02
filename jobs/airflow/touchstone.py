"""Schedules Touchstone in Airflow: one DAG a project file, `measure >> assess`, once a day.

A DAG file needs two lines beside the import:

    from touchstone import daily
    dag = daily("/srv/cx/project.yaml", start_date="2026-11-01")

A run's data interval is a day of the project's time zone. It measures that day and some before it once more, so that
rows that came late are counted and windows that closed (a repeated contact, a second order) are told; then it assesses
the same days. Runs come one at a time; catch-up, retries and backfills leave the tables that one run over all days
would leave.

Needs Airflow 3.3 with the provider apache-spark, and Touchstone's `jobs` folder with its jar on the worker.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pendulum
import yaml
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import DAG, Asset, BaseSensorOperator, CronDataIntervalTimetable, ObjectStoragePath
from airflow.sdk.exceptions import AirflowException, AirflowFailException

JOBS = Path(__file__).resolve().parent.parent
SUBMIT = str(JOBS / "airflow" / "spark-submit")
MAIN_CLASS = "dev.touchstone.cli.Touchstone"

#: The output tables, by the task that writes them.
TABLES = {
    "measure": (
        "daily_answers",
        "daily_clusters",
        "daily_durations",
        "daily_moments",
        "daily_outcomes",
        "daily_pairs",
        "period_moments",
        "cohorts",
        "quarantine",
    ),
    "assess": (
        "kpi_values",
        "weak_touchpoints",
        "kpi_changes",
        "scorecard",
        "outcomes",
        "drivers",
        "action_effects",
        "calendar",
    ),
}

#: Exit codes that another try cannot mend: arguments or project file wrong, data refused.
FINAL = (2, 3)


class TouchstoneOperator(SparkSubmitOperator):
    """Runs one command of Touchstone by spark-submit in client mode.

    Exit codes 2 (arguments or project file wrong) and 3 (data refused) fail at once, 1 (a fault) is tried again. The
    command's result goes to the log and, with run id, row counts and Delta version, to the event of each output table.

    :param command: measure, assess or run
    :param project: the project file, as the worker sees it
    :param first_day: first day to write, or an instant at its start (templated)
    :param end_day: first day after the last one to write (templated)
    """

    template_fields = (*SparkSubmitOperator.template_fields, "first_day", "end_day")

    def __init__(self, *, command: str, project: str, first_day: str, end_day: str, **kwargs: Any) -> None:
        kwargs.setdefault("application", os.environ.get("TOUCHSTONE_JAR") or application())
        kwargs.setdefault("java_class", MAIN_CLASS)
        kwargs.setdefault("deploy_mode", "client")
        kwargs.setdefault("spark_binary", SUBMIT)
        kwargs.setdefault("name", f"touchstone {command}")
        super().__init__(**kwargs)
        self.command = command
        self.project = project
        self.first_day = first_day
        self.end_day = end_day

    def execute(self, context: Any) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="touchstone-") as folder:
            result = Path(folder) / "result.json"
            self.application_args = [
                self.command,
                "--project",
                self.project,
                "--from",
                self.first_day,
                "--to",
                self.end_day,
                "--result",
                result.as_uri(),
            ]
            try:
                super().execute(context)
            except AirflowException as failure:
                raise self._told(failure, read(result)) from None
            outcome = read(result)
        for asset in self.outlets:
            if asset.name.rpartition("/")[2] in outcome.get("table_versions", {}):
                context["outlet_events"][asset].extra = self._extra(outcome, asset.name.rpartition("/")[2])
        return outcome

    def _told(self, failure: AirflowException, outcome: dict[str, Any]) -> AirflowException:
        process = self._hook._submit_sp if self._hook else None
        code = process.returncode if process else None
        if code not in FINAL:
            return failure
        problems = "; ".join(outcome.get("problems", [])) or "see the log"
        return AirflowFailException(f"touchstone {self.command} ended with exit code {code}: {problems}")

    @staticmethod
    def _extra(outcome: dict[str, Any], table: str) -> dict[str, Any]:
        return {
            "run_id": outcome["run_id"],
            "table_version": outcome["table_versions"][table],
            "rows": outcome["counts"].get(f"{table}_rows"),
            "from": outcome["from"],
            "to": outcome["to"],
            "as_of": outcome["as_of"],
        }


class NewTableVersionSensor(BaseSensorOperator):
    """Waits until Delta tables hold a version that was committed after an instant.

    :param tables: their places, as paths or URIs that fsspec knows
    :param since: the instant (templated)
    """

    template_fields = ("since",)

    def __init__(self, *, tables: list[str], since: str, **kwargs: Any) -> None:
        kwargs.setdefault("mode", "reschedule")
        super().__init__(**kwargs)
        self.tables = tables
        self.since = since

    def poke(self, context: Any) -> bool:
        since = pendulum.parse(self.since).timestamp()
        waiting = [table for table in self.tables if not self._committed(table) >= since]
        if waiting:
            self.log.info("no version since %s: %s", self.since, ", ".join(waiting))
        return not waiting

    @staticmethod
    def _committed(table: str) -> float:
        """Seconds since 1970 of the latest commit."""
        log = ObjectStoragePath(table) / "_delta_log"
        files = log.iterdir() if log.exists() else []
        commits = [file for file in files if re.fullmatch(r"\d{20}\.json", file.name)]
        if not commits:
            raise AirflowFailException(f"{table} holds no Delta table")
        return max(commits, key=lambda file: file.name).stat().st_mtime


def daily(
    project: str,
    *,
    start_date: str,
    trailing_days: int = 7,
    cron: str = "0 0 * * *",
    catchup: bool = False,
    wait_for: list[str] | None = None,
    retries: int = 3,
    conn_id: str = "spark_default",
    conf: dict[str, str] | None = None,
    env_vars: dict[str, str] | None = None,
    **dag_arguments: Any,
) -> DAG:
    """Makes the DAG of a project file.

    :param project: the project file; the worker sees it under the same path
    :param start_date: the first day to run, in the project's time zone
    :param trailing_days: days before the interval that are measured once more: at least as many as rows come late
    :param cron: when an interval ends and its run starts, in the project's time zone; always at midnight
    :param catchup: whether days before today are run as well
    :param wait_for: Delta tables that must have a version of after the interval's end before anything is measured
    :param retries: tries after a fault, with growing delays
    :param conn_id: the Spark connection, whose master is used
    :param conf: Spark settings of both tasks
    :param env_vars: what the project file's `${NAME}` stand for, unless the worker's environment has them
    :param dag_arguments: of airflow.sdk.DAG
    """
    declared = declaration(project)
    zone = pendulum.timezone(declared["time_zone"])
    first = f"{{{{ data_interval_start.in_timezone('{zone.name}').subtract(days={trailing_days}).isoformat() }}}}"
    end = "{{ data_interval_end }}"
    default_args = {
        "retries": retries,
        "retry_delay": timedelta(minutes=5),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(hours=1),
        **dag_arguments.pop("default_args", {}),
    }
    with DAG(
        dag_id=dag_arguments.pop("dag_id", f"touchstone_{declared['name']}"),
        schedule=CronDataIntervalTimetable(cron, timezone=zone),
        start_date=pendulum.parse(start_date, tz=zone),
        catchup=catchup,
        max_active_runs=1,
        default_args=default_args,
        tags=["touchstone", *dag_arguments.pop("tags", [])],
        doc_md=__doc__,
        **dag_arguments,
    ) as dag:
        measure, assess = (
            TouchstoneOperator(
                task_id=command,
                command=command,
                project=project,
                first_day=first,
                end_day=end,
                outlets=[table_asset(project, table) for table in TABLES[command]],
                conn_id=conn_id,
                conf=conf,
                env_vars=env_vars,
            )
            for command in ("measure", "assess")
        )
        measure >> assess
        if wait_for:
            NewTableVersionSensor(task_id="wait_for_sources", tables=wait_for, since=end) >> measure
    return dag


def table_asset(project: str, table: str) -> Asset:
    """An output table as an asset: a DAG with `schedule=[table_asset(...)]` runs after it is written."""
    declared = declaration(project)
    output = declared["output"]
    if "schema" in output:
        place = f"catalog/{output['schema']}"
    elif "://" in output["path"]:
        place = output["path"].replace("://", "/", 1)
    else:
        place = str((Path(project).parent / output["path"]).resolve())
    return Asset(name=f"touchstone/{declared['name']}/{table}", uri=f"x-delta://{place.rstrip('/')}/{table}")


def declaration(project: str) -> dict[str, Any]:
    """Name, time zone and output of a project file, with `${NAME}` filled in from the environment."""
    text = Path(project).read_text(encoding="utf-8")
    return yaml.safe_load(re.sub(r"\$\{(\w+)\}", lambda name: os.environ.get(name[1], name[0]), text))


def application() -> str:
    """The jar of Touchstone: beside `jobs/touchstone`, or where the build leaves it."""
    beside = JOBS / "touchstone.jar"
    return str(beside if beside.exists() else JOBS.parent / "target" / "touchstone.jar")


def read(result: Path) -> dict[str, Any]:
    """A command's result; empty where it could not write one."""
    return json.loads(result.read_text(encoding="utf-8")) if result.exists() else {}
