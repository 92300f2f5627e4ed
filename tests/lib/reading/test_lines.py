from datetime import date

import pytest

from agencyhub.lib.reading.limits import Limits, UnreadableFileError
from agencyhub.lib.reading.lines import read_lines
from tests.lib.reading.files import xlsx

LIMITS = Limits(megabytes=1, unpacked_megabytes=2, rows=20, columns=5)


class TestReadLines:
    def test_reads_up_to_the_last_filled_line_and_cell(self):
        rows = [
            ["Name", "NPN", "Born"],
            ["José", 1234567.0, date(1958, 3, 14)],
            [],
            ["-", " "],
            [" "],
        ]

        lines = read_lines(xlsx(*rows), limits=LIMITS)

        assert lines == [["Name", "NPN", "Born"], ["José", "1234567", "1958-03-14"], [], ["-"]]

    def test_keeps_the_places_of_lines(self):
        content = b'\nName,Other\n"two\nlines",=1+1\n,\nAnn\n\n'

        lines = read_lines(content, limits=LIMITS)

        assert lines == [[], ["Name", "Other"], ["two\nlines", "=1+1"], [], [], ["Ann"]]

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "The file is empty"),
            (b"Name\n" + b"ann\n" * 21, "more than 20 rows"),
            (b"Name\n" + b"\n" * 30 + b"ann\n", "more than 20 rows"),
            (b"a,b,c,d,e,f\n", "column 6 of row 1; at most 5 columns"),
            (b"N" * 1_048_577, "larger than 1 MB. Split it"),
            (xlsx(["Name"], *[[]] * 40, ["ann"]), "more than 20 rows"),
            (xlsx(["Name"])[:-200], "damaged or cut short"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_refuses_what_is_out_of_bounds(self, content, words):
        with pytest.raises(UnreadableFileError, match=words):
            read_lines(content, limits=LIMITS)
