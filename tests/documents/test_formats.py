"""Files are told by what is in them."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import formats
from documents.formats import (
    EXCEL,
    FORMATS,
    JPEG,
    LONGEST_NAME,
    PDF,
    PNG,
    TEXT,
    TIFF,
    WORD,
    MacrosError,
    format_of,
    shown_name,
)

TYPES = "[Content_Types].xml"
WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WORD_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"


def packed(main=WORD_MAIN, *names):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(TYPES, f'<Types><Override ContentType="{main}"/></Types>')
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


def told(content):
    return format_of(io.BytesIO(content))


class TestFormatOf:
    @pytest.mark.parametrize(
        ("_case", "content", "expected"),
        [
            ("a PDF", b"%PDF-1.4\n", PDF),
            ("a PNG", b"\x89PNG\r\n\x1a\n\x00", PNG),
            ("a JPEG", b"\xff\xd8\xff\xe0\x00", JPEG),
            ("a TIFF of Intel", b"II*\x00\x08", TIFF),
            ("a TIFF of Motorola", b"MM\x00*\x00", TIFF),
            ("a document of Word", packed(WORD_MAIN), WORD),
            ("a workbook", packed(EXCEL_MAIN), EXCEL),
            ("a text", "Señora López called.\r\n\tAgain".encode(), TEXT),
            ("a text with a mark in front", "\ufeffAna".encode(), TEXT),
        ],
    )
    def test_knows_what_is_kept(self, _case, content, expected):
        assert told(content) == expected

    @pytest.mark.parametrize(
        ("_case", "content"),
        [
            ("nothing", b""),
            ("a program", b"MZ\x90\x00\x03"),
            ("an ELF program", b"\x7fELF\x02\x01\x01\x00"),
            ("an old document of Office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20)),
            ("a picture of a phone", b"\x00\x00\x00\x18ftypheic"),
            ("a plain archive", None),
            ("an archive that is cut short", packed()[:40]),
            ("a text of another encoding", "Señora".encode("latin-1")),
            ("a text with a NUL far behind", b"a" * (2 * formats.PIECE) + b"\x00"),
            ("a letter cut in two", "López".encode()[:2]),
        ],
    )
    def test_refuses_the_rest(self, _case, content):
        if content is None:
            target = io.BytesIO()
            with zipfile.ZipFile(target, "w") as archive:
                archive.writestr("readme.txt", "x")
            content = target.getvalue()

        assert told(content) is None

    @pytest.mark.parametrize(
        ("_case", "content"),
        [
            ("by its type", packed(WORD_MACROS)),
            ("by its program", packed(WORD_MAIN, "word/vbaProject.bin")),
            ("by a sheet of macros", packed(EXCEL_MAIN, "xl/macrosheets/sheet1.xml")),
            ("by a control", packed(WORD_MAIN, "word/activeX/activeX1.bin")),
        ],
    )
    def test_refuses_macros(self, _case, content):
        with pytest.raises(MacrosError):
            told(content)

    def test_does_not_unpack_a_bomb(self):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(TYPES, WORD_MAIN + " " * (2 * formats.LARGEST_CONTENT_TYPES))

        assert told(target.getvalue()) is None

    @given(st.binary(max_size=200))
    def test_answers_for_any_bytes(self, content):
        assert told(content) in {*FORMATS, None}


class TestShownName:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("scope.pdf", "scope.pdf"),
            ("Scope of Ana.PDF", "Scope of Ana.PDF"),
            ("scope.pdf.exe", "scope.pdf.exe.pdf"),
            ("scope", "scope.pdf"),
            ("C:\\Users\\jo\\scope.pdf", "scope.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie: b.pdf"),
            ("gpj\u202efdp.exe", "gpjfdp.exe.pdf"),
            ("...", "document.pdf"),
            ("", "document.pdf"),
            (".pdf", "pdf.pdf"),
            ("  two   spaces .pdf", "two spaces.pdf"),
        ],
    )
    def test_is_the_last_part_with_an_ending_that_fits(self, name, expected):
        assert shown_name(name, PDF) == expected

    @given(st.text(max_size=400), st.sampled_from(FORMATS))
    def test_can_be_printed_and_is_no_path(self, name, found):
        shown = shown_name(name, found)

        assert len(shown) <= LONGEST_NAME
        assert shown.isprintable()
        assert "/" not in shown
        assert "\\" not in shown
        assert shown.lower().endswith(found.endings)
        assert shown_name(shown, found) == shown
