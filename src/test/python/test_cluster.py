"""Submits to a standalone Spark cluster, a Master and two Workers, in client and in cluster mode, and compares the
tables with those of local mode: test_cluster.py SPARK_HOME

The Spark is an installation as a site has it, without Delta: the thin jar brings it by --packages, the other jar
holds it. Needs both jars: mvn package, and mvn -Pwith-delta package.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from same_tables import duck, tables
from same_tables import main as differences

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "data-sample" / "sfo-airport"
WORK = ROOT / "target" / "cluster"
DAYS = ["--from", "2018-05-01", "--to", "2018-05-03"]
PACKAGE = "io.delta:delta-spark_2.13:4.4.0"
#: What a driver or an executor of this trial needs of a Worker.
SMALL = ["--driver-memory", "1g", "--executor-memory", "1g"]
QUICK = ["--conf", "spark.sql.shuffle.partitions=2"]
SPARK_HOME = Path(sys.argv.pop()).absolute()


class Cluster:
    """A Master and two Workers of one core each, on loopback."""

    def __init__(self) -> None:
        self.master = f"spark://127.0.0.1:{free_port()}"
        self.processes: list[subprocess.Popen] = []

    def __enter__(self) -> Cluster:
        try:
            return self.started()
        except BaseException:
            self.__exit__()
            raise

    def started(self) -> Cluster:
        self.start("master.Master", "--host", "127.0.0.1", "--port", self.master.rpartition(":")[2])
        until(lambda: "started at" in self.log(0), "the Master")
        for number in (1, 2):
            self.start(
                "worker.Worker",
                "--cores",
                "1",
                "--memory",
                "3g",
                "--work-dir",
                str(WORK / f"work-{number}"),
                self.master,
            )
        for number in (1, 2):
            until(lambda number=number: "Successfully registered" in self.log(number), f"Worker {number}")
        return self

    def __exit__(self, *_) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name: str, *arguments: str) -> None:
        with open(WORK / f"{len(self.processes)}.log", "w") as log:
            command = [
                SPARK_HOME / "bin" / "spark-class",
                f"org.apache.spark.deploy.{name}",
                *arguments,
                "--webui-port",
                "0",
            ]
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, env=environment()))

    def log(self, number: int) -> str:
        if self.processes[number].poll() is not None:
            raise AssertionError(f"{self.processes[number].args} has ended: {WORK / f'{number}.log'}")
        return (WORK / f"{number}.log").read_text()


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def until(holds, what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.2)


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"SPARK_HOME": str(SPARK_HOME), "SPARK_LOCAL_IP": "127.0.0.1"} | more


def project(name: str) -> Path:
    """A copy of the sample with tables of its own, and one calendar: half the periods are enough."""
    folder = WORK / name
    shutil.copytree(SAMPLE, folder)
    file = folder / "project.yaml"
    text = file.read_text(encoding="utf-8").replace("../../touchstone-out/sfo-airport", "out")
    file.write_text(text.replace("[gregorian, persian]", "[gregorian]"), encoding="utf-8")
    return file


def touchstone(command: str, file: Path, *arguments: str, **more: str) -> str:
    done = subprocess.run(
        [ROOT / "jobs" / "touchstone", command, "--project", file, *arguments],
        capture_output=True,
        text=True,
        env=environment(**more),
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def result(output: str) -> dict:
    [line] = re.findall(r"^TOUCHSTONE_RESULT (.*)$", output, re.MULTILINE)
    return json.loads(line)


def rows(output: Path, table: str) -> int:
    [count] = duck().sql(f"SELECT count(*) FROM delta_scan('{output / table}')").fetchone()
    return count


class ClusterTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        cls.local = project("local")
        touchstone("run", cls.local, *DAYS, *QUICK)
        cls.cluster = cls.enterClassContext(Cluster())

    def applications(self) -> int:
        return self.cluster.log(0).count("Registered app touchstone run")

    def same_as_local(self, file: Path) -> None:
        self.assertGreater(rows(file.parent / "out", "kpi_values"), 1000)
        self.assertEqual(0, differences(self.local.parent / "out", file.parent / "out"))

    def test_client_mode_with_the_thin_jar(self):
        file = project("client")
        before = self.applications()
        # A home of its own: else Spark's resolver looks into the local Maven repository, which may hold half of it.
        home = tempfile.mkdtemp(dir=WORK)
        said = result(
            touchstone(
                *("run", file, *DAYS, *QUICK, *SMALL, "--master", self.cluster.master, "--packages", PACKAGE),
                TOUCHSTONE_JAVA_OPTIONS=f"-Duser.home={home}",
            )
        )
        self.assertEqual(0, said["exit_code"])
        self.assertEqual(before + 1, self.applications())
        self.same_as_local(file)

    def test_cluster_mode_with_the_jar_that_holds_delta(self):
        file = project("cluster")
        before = self.applications()
        submitted = touchstone(
            *("run", file, *DAYS, *QUICK, *SMALL, "--master", self.cluster.master, "--deploy-mode", "cluster"),
            *("--conf", "spark.standalone.submit.waitAppCompletion=true"),
            TOUCHSTONE_JAR=str(ROOT / "target" / "touchstone-with-delta.jar"),
        )
        self.assertNotIn("TOUCHSTONE_RESULT", submitted)
        self.assertEqual(before + 1, self.applications())
        # What became of it stands in runs: spark-submit ends with 0 even where the driver has failed.
        runs = duck().sql(f"SELECT command, state, table_versions FROM delta_scan('{file.parent / 'out' / 'runs'}')")
        [(command, state, versions)] = runs.fetchall()
        self.assertEqual(("run", "done"), (command, state))
        self.assertEqual(tables(file.parent / "out"), set(versions))
        self.same_as_local(file)


if __name__ == "__main__":
    unittest.main(verbosity=2)
