"""Compares two outputs of Touchstone, table by table: same_tables.py EXPECTED ACTUAL

Prints a line for each difference, and ends with 1 where there is one. Who wrote a row and what was known then is no
part of it; doubles may differ in the ninth digit.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import duckdb_extension_delta

WRITTEN = {"as_of", "run_id"}
#: The log of runs, which differs.
LOG = "runs"


def duck() -> duckdb.DuckDBPyConnection:
    """DuckDB with its Delta extension, of the package: nothing is fetched."""
    connection = duckdb.connect()
    [extension] = Path(duckdb_extension_delta.__file__).parent.glob("extensions/*/delta.duckdb_extension")
    connection.load_extension(str(extension))
    return connection


def rows(connection: duckdb.DuckDBPyConnection, table: Path) -> set[tuple]:
    relation = connection.sql(f"SELECT * FROM delta_scan('{table}')")
    shown = ", ".join(
        f'printf(\'%.9g\', "{name}") AS "{name}"' if kind == "DOUBLE" else f'CAST("{name}" AS VARCHAR) AS "{name}"'
        for name, kind in zip(relation.columns, map(str, relation.types), strict=True)
        if name not in WRITTEN
    )
    return set(relation.project(shown).fetchall())


def tables(output: Path) -> set[str]:
    return {log.parent.name for log in output.glob("*/_delta_log")} - {LOG}


def main(expected: Path, actual: Path) -> int:
    connection = duck()
    differences = [f"{name}: only one side has it" for name in sorted(tables(expected) ^ tables(actual))]
    for name in sorted(tables(expected) & tables(actual)):
        left, right = rows(connection, expected / name), rows(connection, actual / name)
        for side, others in (("missing", left - right), ("added", right - left)):
            differences += [f"{name}: {len(others)} rows {side}, e.g. {row}" for row in sorted(others, key=str)[:1]]
    print("\n".join(differences) or f"{len(tables(expected))} tables are equal")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
