"""Runs the DAG factory in real Airflow, by real spark-submit, on the sample retailer.

Run by jobs/airflow/test, which makes the environment. Each test has a project folder and output tables of its own.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pendulum
from airflow.dag_processing.dagbag import DagBag
from airflow.models.asset import AssetEvent
from airflow.models.dagrun import DagRun
from airflow.sdk.exceptions import AirflowFailException
from airflow.utils.session import create_session
from sqlalchemy import select
from touchstone import TABLES, NewTableVersionSensor

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "data-sample" / "retailer"
ZONE = "Asia/Tehran"
DAGS = Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
#: First of the days in a row that the sample has answers of.
FIRST = pendulum.datetime(2025, 11, 1, tz=ZONE)
#: A day of the sample is few rows: generating and compiling code takes longer than it saves (docs/operations.md).
FEW_ROWS = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
#: How many days are filled in.
BACKFILLED = int(os.environ.get("BACKFILLED_DAYS", "3"))
LAST = FIRST.add(days=BACKFILLED - 1)


def project(name: str, change=lambda text: text) -> Path:
    """A copy of the sample with tables and a DAG of its own."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=DAGS.parent))
    shutil.copytree(SAMPLE, folder, dirs_exist_ok=True)
    file = folder / "project.yaml"
    text = file.read_text(encoding="utf-8").replace("../../touchstone-out/retailer", "out")
    # The sample's planted faults are more than the default of 5 % of some days' ten tickets.
    text += "\nquarantine: {limit: 0.25}\n"
    file.write_text(change(text.replace("name: retailer\n", f"name: {name}\n", 1)), encoding="utf-8")
    (DAGS / f"{name}.py").write_text(f"""# An Airflow DAG.
import pendulum
from touchstone import daily

dag = daily(
    {str(file)!r},
    start_date="{FIRST.to_date_string()}",
    end_date=pendulum.parse("{LAST.isoformat()}"),
    trailing_days=1,
    conf={FEW_ROWS!r},
    default_args={{"retry_delay": 1, "retry_exponential_backoff": False}},
)
""")
    return file


def loaded(name: str):
    # Pipes that the provider leaves open after a task would else be warned of while this file is read.
    gc.collect()
    bag = DagBag(DAGS / f"{name}.py")
    assert not bag.import_errors, bag.import_errors
    assert not bag.captured_warnings, bag.captured_warnings
    return bag.dags[f"touchstone_{name}"]


def run(name: str, day: pendulum.DateTime) -> dict:
    """Runs the DAG of one day, and gives its tasks by name."""
    run = loaded(name).test(logical_date=day.add(days=1))
    assert run.data_interval_start == day, run.data_interval_start
    return {task.task_id: task for task in run.get_task_instances()}


def touchstone(*arguments: str) -> None:
    conf = [word for setting in FEW_ROWS.items() for word in ("--conf", "=".join(setting))]
    subprocess.run([ROOT / "jobs" / "touchstone", *arguments, *conf], check=True, stdout=subprocess.DEVNULL)


class DailyTest(unittest.TestCase):
    maxDiff = None

    def same_as_one_run(self, name: str, days: int, actual: Path) -> None:
        """Law: runs day by day leave what one run over all their days leaves."""
        whole = project(f"{name}_whole")
        first, end = FIRST.subtract(days=1), FIRST.add(days=days)
        touchstone("run", "--project", str(whole), "--from", first.to_date_string(), "--to", end.to_date_string())
        compared = subprocess.run(
            [os.environ["READERS_PYTHON"], ROOT / "src/test/python/same_tables.py", whole.parent / "out", actual],
            capture_output=True,
            text=True,
        )
        self.assertEqual(0, compared.returncode, compared.stdout + compared.stderr)

    def test_days_in_turn_one_of_them_killed(self):
        file = project("days")
        killed: list[int] = []
        threading.Thread(target=kill_once_claimed, args=(file.parent / "out", killed), daemon=True).start()
        for day, tries in enumerate((2, 1)):
            tasks = run("days", FIRST.add(days=day))
            self.assertEqual(1, len(killed))
            self.assertEqual(
                {"measure": ("success", tries), "assess": ("success", 1)},
                {name: (task.state, task.try_number) for name, task in tasks.items()},
            )
        extra = events()["touchstone/days/kpi_values"]
        self.assertGreater(extra["rows"], 1000)
        self.assertGreater(extra["table_version"], 0)
        self.assertRegex(extra["run_id"], r"^\d{8}T\d{6}-[0-9a-f]{8}$")
        self.assertEqual(("2025-11-01", "2025-11-03"), (extra["from"], extra["to"]))
        tables = {log.parent.name for log in file.parent.glob("out/*/_delta_log")}
        self.assertEqual(tables - {"runs"}, {table for of_task in TABLES.values() for table in of_task})
        self.same_as_one_run("days", 2, file.parent / "out")
        self.assertTrue(committed_since(file, "kpi_values", pendulum.now().subtract(hours=1)))
        self.assertFalse(committed_since(file, "kpi_values", pendulum.now().add(hours=1)))
        with self.assertRaisesRegex(AirflowFailException, "holds no Delta table"):
            committed_since(file, "", pendulum.now())

    def test_a_bad_project_file_fails_at_once(self):
        project("bad", lambda text: text + "\nnonsense: 1\n")
        tasks = run("bad", FIRST)
        self.assertEqual(("failed", 1), (tasks["measure"].state, tasks["measure"].try_number))
        self.assertEqual("upstream_failed", tasks["assess"].state)

    def test_refused_data_fail_at_once(self):
        file = project("refused")
        (file.parent / "answers.csv").write_text("id,at,score\n1,2025-11-01,9\n")
        file.write_text("""
name: refused
time_zone: Asia/Tehran
output: {path: out}
sources:
- name: answers
  contract: responses
  format: csv
  path: answers.csv
  select: SELECT id AS response_id, 'csat_5' AS instrument, score, at AS responded_at FROM source
""")
        tasks = run("refused", FIRST)
        self.assertEqual(("failed", 1), (tasks["measure"].state, tasks["measure"].try_number))
        runs = [ROOT / "jobs" / "touchstone", "runs", "--project", file]
        self.assertRegex(subprocess.run(runs, check=True, capture_output=True, text=True).stdout, "measure +refused")

    def test_backfill(self):
        file = project("backfill")
        # Before any service is there: while they start, they lock the one file of this trial's database.
        airflow("dags", "reserialize")
        airflow("dags", "unpause", "touchstone_backfill")
        days = ["--from-date", FIRST.isoformat(), "--to-date", LAST.isoformat()]
        airflow("backfill", "create", "--dag-id", "touchstone_backfill", "--max-active-runs", "1", *days)
        with services("api-server --workers 1", "dag-processor", "scheduler"):
            until(lambda: finished("touchstone_backfill", BACKFILLED), 600 * BACKFILLED, "all runs have ended")
        self.assertEqual(["success"] * BACKFILLED, states("touchstone_backfill"))
        self.same_as_one_run("backfill", BACKFILLED, file.parent / "out")


@contextmanager
def services(*commands: str):
    """Runs services of Airflow; the last one is stopped first, since it still talks to the others."""
    with ExitStack() as stack:
        for command in commands:
            name, *options = command.split()
            log = stack.enter_context(open(DAGS.parent / f"{name}.log", "w"))
            process = subprocess.Popen(
                ["airflow", name, *options], stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
            stack.callback(stop, process)
        yield


def stop(process: subprocess.Popen) -> None:
    """Ends a service, and at last whatever it has left running."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(60)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def committed_since(file: Path, table: str, instant: pendulum.DateTime) -> bool:
    tables = [str(file.parent / "out" / table)]
    return NewTableVersionSensor(task_id="wait", tables=tables, since=instant.isoformat()).poke({})


def events() -> dict[str, dict]:
    with create_session() as session:
        found = session.scalars(select(AssetEvent).order_by(AssetEvent.id)).all()
        return {event.asset.name: event.extra for event in found}


def states(dag: str) -> list[str]:
    with create_session() as session:
        return [run.state for run in session.scalars(select(DagRun).where(DagRun.dag_id == dag))]


def finished(dag: str, runs: int) -> bool:
    return sum(state in ("success", "failed") for state in states(dag)) >= runs


def airflow(*arguments: str) -> None:
    done = subprocess.run(["airflow", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RuntimeError(f"airflow {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}")


def until(holds, seconds: int, what: str) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"after {seconds} s it does not hold that {what}")
        time.sleep(2)


def kill_once_claimed(output: Path, killed: list[int]) -> None:
    """Kills the driver of this process as soon as it has claimed its days."""
    while not killed:
        time.sleep(0.2)
        if list(output.glob("runs/_delta_log/*1.json")):
            for child in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
                for pid in map(int, child.read_text().split()):
                    if not killed and b"dev.touchstone" in Path(f"/proc/{pid}/cmdline").read_bytes():
                        os.kill(pid, signal.SIGKILL)
                        killed.append(pid)


if __name__ == "__main__":
    unittest.main(verbosity=2)
