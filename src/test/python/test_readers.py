"""Reads every output table of the demo by delta-rs, Polars and DuckDB, without Spark. Run after jobs/demo."""

from __future__ import annotations

import re
import unittest
from pathlib import Path

import polars
from deltalake import DeltaTable
from same_tables import duck

ROOT = Path(__file__).resolve().parents[3]
OUTPUTS = [ROOT / "touchstone-out" / sample for sample in ("sfo-airport", "retailer")]
SURVEY = ROOT / "data-sample" / "sfo-airport" / "2018_SFO_Customer_Survey.csv"
NUMBERS = ("BIGINT", "INT", "DOUBLE", "DECIMAL")


def documented() -> dict[str, dict]:
    """docs/tables.md, which is written from the declarations: columns with type and meaning, by table."""
    text = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    tables = {}
    for name, body in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL):
        columns = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| (.*) \|$", body, re.MULTILINE)
        if columns:
            tables[name] = {column: (kind, meaning) for column, kind, meaning in columns}
    return tables


class ReadersTest(unittest.TestCase):
    tables = documented()

    def each(self) -> list[tuple[Path, dict]]:
        for output in OUTPUTS:
            self.assertEqual(set(self.tables), {log.parent.name for log in output.glob("*/_delta_log")})
        return [(output / name, columns) for output in OUTPUTS for name, columns in self.tables.items()]

    def test_schema_and_comments(self):
        for table, columns in self.each():
            with self.subTest(table=table):
                delta = DeltaTable(table)
                fields = {field.name: field for field in delta.schema().fields}
                self.assertEqual(list(columns), list(fields))
                self.assertTrue(delta.metadata().description)
                self.assertEqual(1, delta.protocol().min_reader_version)
                for name, (_, meaning) in columns.items():
                    self.assertEqual(meaning, fields[name].metadata["comment"], name)
                shown = duck().sql(f"SELECT * FROM delta_scan('{table}')")
                self.assertEqual(list(columns), shown.columns)
                self.assertEqual(list(columns), polars.scan_delta(str(table)).collect_schema().names())

    def test_counts_and_sums(self):
        for table, columns in self.each():
            with self.subTest(table=table):
                numbers = [name for name, (kind, _) in columns.items() if kind.startswith(NUMBERS)]
                sums = "".join(f', sum(CAST("{name}" AS DOUBLE))' for name in numbers)
                by_duck = duck().sql(f"SELECT count(*){sums} FROM delta_scan('{table}')").fetchone()
                doubles = [polars.col(name).cast(polars.Float64).sum() for name in numbers]
                by_polars = polars.scan_delta(str(table)).select(polars.len(), *doubles).collect().row(0)
                by_rs = sum(file.as_py() for file in DeltaTable(table).get_add_actions(flatten=True)["num_records"])
                self.assertEqual([by_duck[0]] * 2, [by_polars[0], by_rs])
                for name, left, right in zip(numbers, by_duck[1:], by_polars[1:], strict=True):
                    # DuckDB calls the sum of nothing NULL, Polars 0.
                    self.assertLessEqual(abs((left or 0) - right), 1e-9 * abs(right), name)

    def test_queries(self):
        for query in sorted((ROOT / "jobs" / "sql").glob("*.sql")):
            with self.subTest(query=query.name):
                connection = duck()
                for name in self.tables:
                    connection.sql(f"CREATE VIEW {name} AS SELECT * FROM delta_scan('{OUTPUTS[0] / name}')")
                found = connection.sql(query.read_text(encoding="utf-8"))
                self.assertTrue(found.fetchall())
                if query.name == "trend.sql":
                    self.assertEqual(["2014", "2015", "2016", "2017", "2018"], [row[0] for row in found.fetchall()])

    def test_a_figure_of_the_raw_file(self):
        """Satisfied with the shops in 2018: from the survey's file, and as each reader finds it in kpi_values."""
        wanted = "kpi = 'csat_5' AND touchpoint = 'shops' AND grain = 'year' AND period = '2018' AND NOT weighted"
        wanted += " AND segmentation = 'all' AND calendar = 'gregorian'"
        connection = duck()
        expected = connection.sql(
            f"""SELECT count(*), avg(CASE WHEN score >= 4 THEN 1.0 ELSE 0 END)
            FROM (SELECT TRY_CAST(Q7STORE AS INT) AS score FROM read_csv('{SURVEY}', all_varchar = true))
            WHERE score BETWEEN 1 AND 5"""
        ).fetchone()
        table = OUTPUTS[0] / "kpi_values"
        by_duck = connection.sql(f"SELECT n, value FROM delta_scan('{table}') WHERE {wanted}").fetchall()
        by_polars = polars.SQLContext(t=polars.scan_delta(str(table))).execute(f"SELECT n, value FROM t WHERE {wanted}")
        self.assertEqual(2277, expected[0])
        for found in (by_duck, by_polars.collect().rows()):
            self.assertEqual(1, len(found))
            self.assertEqual(expected[0], found[0][0])
            self.assertAlmostEqual(expected[1], found[0][1], places=12)


if __name__ == "__main__":
    unittest.main(verbosity=2)
