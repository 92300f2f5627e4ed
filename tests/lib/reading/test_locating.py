import pytest

from agencyhub.lib.reading.limits import UnreadableFileError
from agencyhub.lib.reading.locating import find_header
from agencyhub.lib.reading.opening import locate, open_file
from tests.lib.reading.files import SMALL, as_csv, xlsx

ANN = ["00123", "Ann Lee", "01/01/2026", "15.50"]
BOB = ["00124", "Bob Ray", "02/01/2026", "16.50"]
HEADER = ["Member ID", "Name", "Effective", "Premium"]


class TestFindHeader:
    @pytest.mark.parametrize(
        ("_case", "rows", "line"),
        [
            ("at once", [HEADER, ANN, BOB], 1),
            ("below a title", [["Book of business"], HEADER, ANN], 2),
            (
                "below a title, dates and blank rows",
                [["Book"], ["As of", "1/5/2026"], [], HEADER, ANN],
                4,
            ),
            ("below groups of columns", [["Member", "", "Policy", ""], HEADER, ANN, BOB], 2),
            (
                "below groups in each cell",
                [["Member", "Member", "Policy", "Policy"], HEADER, ANN],
                2,
            ),
            (
                "above words only",
                [["Name", "City", "State"], ["Ann", "Waco", "TX"], ["Bob", "Reno", "NV"]],
                1,
            ),
            (
                "with an empty and an equal header",
                [["Name", "", "Name", "ZIP"], ["a", "b", "c", "78701"], ["d", "", "f", "1"]],
                1,
            ),
            ("above rows with gaps", [HEADER, ["1", "", "", ""], ["2", "Bob", "", ""], ANN], 1),
            ("one column", [["Email"], ["ann@example.com"], ["bob@example.com"]], 1),
            ("without rows", [HEADER], 1),
            ("after Excel's own line", [["sep=", ""], HEADER, ANN], 2),
        ],
    )
    def test_finds_the_row_that_names_columns(self, _case, rows, line):
        found = find_header(list(enumerate(rows, start=1)))

        assert found.line == line

    def test_finds_nothing_in_blank_rows(self):
        assert find_header([(1, []), (2, [" ", ""])]) is None


class TestLocate:
    def test_passes_over_sheets_that_sum_up(self, tmp_path):
        path = tmp_path / "upload"
        book = {
            "Pivot": [["Plan", "Members", "Premium"], *[["PDP", 1, 2.5]] * 30],
            "Book of business": [["January 2026"], HEADER, *[ANN] * 12],
        }
        path.write_bytes(xlsx(["Members", 12], ["Premium", 186], **book))

        with open_file(path, limits=SMALL) as source:
            located = locate(source)

        assert (located.sheet.name, located.header_line) == ("Book of business", 2)
        assert (
            "“Book of business” looks most like a list among 3 sheets: 4 headers" in located.reason
        )
        assert "Line 2 names the columns" in located.reason

    def test_refuses_a_file_without_a_table(self, tmp_path):
        path = tmp_path / "upload"
        path.write_bytes(as_csv([[""], [" ", "  "], ["\xa0"]]))

        with open_file(path, limits=SMALL) as source:
            with pytest.raises(UnreadableFileError, match="no row of headers"):
                locate(source)
