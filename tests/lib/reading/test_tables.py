import pytest

from agencyhub.lib.reading.limits import Limits, UnreadableFileError
from agencyhub.lib.reading.opening import locate, open_file
from agencyhub.lib.reading.records import BLOCK
from agencyhub.lib.reading.tables import read_batches
from tests.lib.reading.files import SMALL, as_csv, read_bytes


class TestReadBatches:
    def test_numbers_lines_as_an_editor_does(self, tmp_path):
        content = b'Key,Note\r\na,"one\r\ntwo"\r\n\r\n , \r\nb,\r\nc,three'

        batches, rows = read_bytes(tmp_path, content)

        assert rows == [(2, "a", "one\r\ntwo"), (6, "b", None), (7, "c", "three")]
        assert (batches.rows, batches.blank_rows) == (3, 2)

    def test_numbers_lines_over_the_end_of_blocks(self, tmp_path):
        note = "two\nlines " + "x" * 1_000
        content = as_csv([["Key", "Note"], *([f"k{n}", note] for n in range(2 * BLOCK // 1_000))])

        _, rows = read_bytes(tmp_path, content)

        assert len(content) > 2 * BLOCK
        assert [row[0] for row in rows] == [2 + 2 * at for at in range(len(rows))]
        assert rows[-1][1:] == (f"k{len(rows) - 1}", note)

    def test_fills_batches_to_the_row(self, tmp_path):
        path = tmp_path / "upload"
        path.write_bytes(as_csv([["Key", "N"], *([f"k{n}", n] for n in range(25))]))

        with open_file(path, limits=SMALL) as source:
            batches = read_batches(source, source.sheets[0], 1, batch_rows=10)
            heights = [len(frame) for frame in batches]

        assert heights == [10, 10, 5]

    def test_tells_of_cells_beyond_the_headers_and_fills_short_rows(self, tmp_path):
        content = b"Key,City\na,Austin,TX,,78701\nb\nc,Waco,\n"
        path = tmp_path / "upload"
        path.write_bytes(content)

        with open_file(path, limits=SMALL) as source:
            (frame,) = read_batches(source, source.sheets[0], 1)

        assert frame.rows() == [
            ("a", "Austin", "TX 78701", 2),
            ("b", None, None, 3),
            ("c", "Waco", None, 4),
        ]
        assert frame.columns == ["c0", "c1", "extra", "line"]

    def test_tells_of_a_long_row_after_the_sample(self, tmp_path):
        content = as_csv([["Key", "City"], *[["a", "Waco"]] * 80, ["b", "x", *"12345"]])
        path = tmp_path / "upload"
        path.write_bytes(content)

        with open_file(path, limits=SMALL) as source:
            (frame,) = read_batches(source, source.sheets[0], 1)

        assert frame.rows()[-1] == ("b", "x", "1 2 3 4 5", 82)
        assert frame["extra"].null_count() == 80

    @pytest.mark.parametrize(
        ("_case", "row", "cells"),
        [
            ("an inch", b'a,5" pipe', ("a", '5" pipe')),
            ("inches on both sides", b'a 6",8" pipe', ('a 6"', '8" pipe')),
            ("a name within", b'a,Ann "Annie" Lee', ("a", 'Ann "Annie" Lee')),
            ("a mark doubled", b'a,"Ann ""Annie"" Lee"', ("a", 'Ann "Annie" Lee')),
            ("text after a mark", b'a,"Ann" Lee', ("a", "Ann Lee")),
            ("our own mark of a formula", b"a,'=1+1", ("a", "=1+1")),
            ("a formula", b"=cmd|' /C calc'!A0,@SUM(A1)", ("=cmd|' /C calc'!A0", "@SUM(A1)")),
            ("a NUL", b"a,An\0n", ("a", "Ann")),
            ("Windows among UTF-8", "a,Muñoz".encode("cp1252"), ("a", "Muñoz")),
            ("an error value", b"a,#REF!", ("a", "#REF!")),
            ("leading zeros", b"007,0012", ("007", "0012")),
        ],
    )
    def test_reads_odd_cells_as_they_are_meant(self, tmp_path, _case, row, cells):
        usual = "b,José\n".encode() * 3
        content = b"Key,Name\n" + usual + row + b"\n" + usual

        _, rows = read_bytes(tmp_path, content)

        assert rows[3] == (5, *cells)
        assert rows[-1] == (8, "b", "José")

    def test_tells_of_numbers_that_lost_digits(self, tmp_path):
        content = b"Key,Member ID\na,4.00012E+14\nb,400012345678901\nc,2E+02 St\nd,1.2E+15\n"

        batches, rows = read_bytes(tmp_path, content)

        assert batches.scientific == {1: 2}
        assert rows[0] == (2, "a", "4.00012E+14")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b'Key,Note\na,"b\nc,d\n', "quotation mark that opens in line 2"),
            (b"Key,Note\na,b\n" * 50_000 + b'c,"d\n' + b"e,f\n" * 90_000, "opens in line 100,001"),
            (b'Key,Note\na,b\nc,"5 in\nd,"6 in\n', "quotation mark that opens in line 3"),
            (b"Key,Note\n" + b"a,b\n" * 21, "more than 20 rows below its header. Split it"),
            (b"Key,Note\na," + b"b" * 200_000 + b'"\n', "line 2 is not closed|line 2 is too long"),
        ],
        ids=["open", "open far down", "closed in another line", "long", "a long cell"],
    )
    def test_refuses_and_names_the_line(self, tmp_path, content, words):
        with pytest.raises(UnreadableFileError, match=words):
            read_bytes(tmp_path, content, limits=Limits(rows=20 if "20 rows" in words else 10**6))

    def test_sets_totals_and_footnotes_apart(self, tmp_path):
        content = as_csv(
            [
                ["Policy", "Member", "Plan", "Premium", "Commission"],
                ["A1", "Total, Ann", "PDP", "15.50", "3.10"],
                ["A2", "Lee, Bob", "PDP", "20.00", "-1.00"],
                [],
                ["", "", "", "35.50", ""],
                ["Grand Total:", "", "", "$35.50", "(2.10)"],
                ["gross x .55", "", "", "", "1.16"],
                ["End of report"],
            ]
        )

        batches, rows = read_bytes(tmp_path, content)

        assert [row[1] for row in rows] == ["A1", "A2"]
        assert [(one.line, one.label, one.values) for one in batches.totals] == [
            (5, "", {3: "35.50"}),
            (6, "Grand Total:", {3: "$35.50", 4: "(2.10)"}),
            (7, "gross x .55", {4: "1.16"}),
        ]
        assert [(one.line, one.words) for one in batches.footnotes] == [(8, "End of report")]


class TestSample:
    def test_names_columns_without_a_header_and_tells_equal_ones_apart(self, tmp_path):
        path = tmp_path / "upload"
        path.write_bytes(b"Name,,Name,Phone,\na,b,c,555-0100,\n\ne,,,\n")

        with open_file(path, limits=SMALL) as source:
            located = locate(source)
            sample = source.sample(located.sheet, located.header_line, count=1)

        assert sample.labels == ["Name", "Column B", "Name (2)", "Phone"]
        assert (sample.rows, sample.lines) == ([["a", "b", "c", "555-0100"]], [2])

    def test_refuses_a_line_without_headers(self, tmp_path):
        path = tmp_path / "upload"
        path.write_bytes(b"Name,Phone\n\na,b\n")

        with open_file(path, limits=SMALL) as source:
            for line in (2, 9):
                with pytest.raises(UnreadableFileError, match=f"Line {line} has no headers"):
                    source.sample(source.sheets[0], line)
