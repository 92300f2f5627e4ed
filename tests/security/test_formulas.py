"""No file that leaves holds a text that a spreadsheet would run (OWASP, CSV Injection)."""

import ast
import csv
import io

import pytest
from openpyxl import load_workbook

from agencyhub.lib.formulas import defuse, undefuse
from agencyhub.records.lists import export
from agencyhub.records.lists.columns import Column
from agencyhub.records.lists.export import Piece
from tests.security.test_code import imported, modules

RUNS = '=HYPERLINK("http://example.com","x")'
EVIL = (
    RUNS, "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(1)",
)  # fmt: skip
# What writes rows that a spreadsheet opens, and why it need not disarm them itself.
WRITES = {"csv.writer", "csv.DictWriter", "openpyxl.Workbook"}
NEED_NOT = {
    "agencyhub/home/demo/files.py": "made-up files to read",
    "agencyhub/home/demo/ledgers.py": "made-up files to read",
    "agencyhub/imports/samples.py": "headings and made-up values of ours",
    "agencyhub/lib/reading/converter/writing.py": "for our own reading, beside the upload",
}


@pytest.mark.parametrize("text", EVIL, ids=range(len(EVIL)))
def test_what_would_run_is_marked_and_read_back_as_it_was(text):
    assert defuse(text) == f"'{text}"
    assert undefuse(defuse(text)) == text


@pytest.mark.parametrize("text", ["", "Lopez", "a=1", "12", "'", "O'Neil"])
def test_everything_else_stays(text):
    assert defuse(text) == text


class TestExports:
    COLUMNS = (Column("name", "=Name", (), str), Column("usd", "USD", (), str, is_number=True))
    PIECES = (Piece([1], [[text, "-12.50"] for text in EVIL]),)

    def test_of_lists_as_csv(self):
        content = b"".join(export.as_csv(self.COLUMNS, self.PIECES)).decode("utf-8-sig")
        head, *rows = csv.reader(io.StringIO(content, newline=""))

        assert head == ["'=Name", "USD"]
        assert rows == [[f"'{text}", "-12.50"] for text in EVIL]

    def test_of_lists_as_workbooks(self):
        with export.as_xlsx(self.COLUMNS, self.PIECES, title="People") as file:
            rows = list(load_workbook(file)["People"].iter_rows())

        kinds = {cell.data_type for row in rows for cell in row}
        assert kinds == {"s", "n"}
        assert [row[0].value[0] for row in rows] == ["'"] * (len(EVIL) + 1)

    def test_whoever_writes_rows_disarms_them(self):
        careless = {
            path
            for path, tree in modules()
            if _writes(tree) and "agencyhub.lib.formulas.defuse" not in set(imported(tree))
        }

        assert careless == set(NEED_NOT)


def _writes(tree):
    from_where = {name.rpartition(".")[2]: name for name in imported(tree)}
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return bool({from_where.get(name, name) for name in called} & WRITES)
