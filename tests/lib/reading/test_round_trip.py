import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from agencyhub.lib.formulas import undefuse
from agencyhub.lib.reading.limits import Limits
from agencyhub.lib.reading.opening import open_file
from agencyhub.lib.reading.tables import read_batches
from tests.lib.reading.files import as_csv

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"]
# Without a mark these are known by the letters that are usual here.
UNMARKED = {"cp1252", "mac_roman", "utf-16-le", "utf-16-be"}
# Control characters are noise, and no database keeps a NUL.
ANY = st.text(st.characters(exclude_categories=["Cs", "Cn", "Cc"], exclude_characters="\ufeff"))
SIGNS = ["a", "Z", "0", "17", *" .,;|\t\"'\n\r=+-@()$%", "José", "Muñoz"]
PLAIN = st.lists(st.sampled_from(SIGNS)).map("".join)


@st.composite
def tables(draw):
    """A table whose first column numbers its rows, and how it is written."""
    encoding = draw(st.sampled_from(ENCODINGS))
    columns = draw(st.integers(1, 6))
    cell = PLAIN if encoding in UNMARKED else st.one_of(PLAIN, ANY)
    body = draw(st.lists(st.lists(cell, min_size=columns, max_size=columns), max_size=12))
    header = ["Señor Key", *(f"Columna {number} años" for number in range(columns))]
    delimiter, newline = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n"]))
    if newline == "\n":  # programs leave a carriage return unquoted then, and it says nothing
        body = [[cell.replace("\r", "") for cell in cells] for cells in body]
    rows = [[f"id {number}", *cells] for number, cells in enumerate(body)]
    return header, rows, encoding, delimiter, newline


class TestReadBatches:
    @settings(max_examples=150, deadline=None)
    @given(table=tables(), batch_rows=st.integers(1, 5), has_stray_mark=st.booleans())
    def test_reads_back_any_table_in_any_spelling(self, table, batch_rows, has_stray_mark):
        header, rows, encoding, delimiter, newline = table
        content = as_csv([header, *rows], encoding=encoding, delimiter=delimiter, newline=newline)
        if has_stray_mark:  # the table is then read row by row
            codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
            content += f'id {delimiter}5" pipe{newline}'.encode(codec)
            rows = [*rows, ["id ", '5" pipe', *[""] * (len(header) - 2)]]

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "upload"
            path.write_bytes(content)
            with open_file(path, limits=Limits()) as source:
                batches = read_batches(source, source.sheets[0], 1, batch_rows=batch_rows)
                found = [row[:-2] for frame in batches for row in frame.rows()]

        assert batches.labels == header
        assert found == [tuple(undefuse(cell) or None for cell in row) for row in rows]
        assert not batches.totals
