"""How a text file is spelled: its encoding, its line ends and its delimiter, from a sample."""

import codecs
import csv
import io
import re
from collections import Counter

DELIMITERS = (",", ";", "\t", "|")
RECORDS = 50
# Text has hardly any control characters besides tabs and line ends, nor what could not be decoded.
STRANGE = [chr(code) for code in range(32) if code not in {9, 10, 11, 12, 13, 26, 27}] + ["\ufffd"]
MAX_CONTROLS = 0.02
MANY_NULS, FEW_NULS = 0.4, 0.02
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WINDOWS = "cp1252"
MACINTOSH = "mac_roman"
# What names and notes of this country have beyond ASCII: letters at a letter, marks where they go.
WESTERN = re.compile(
    "(?<=[A-Za-z])[áéíóúñüçàèìòùâêîôûäëïöåãõøßÿ]|[ÁÉÍÓÚÑÜÇÖÄ](?=[A-Za-z])"
    "|’(?=s\\b|t\\b|[A-Z])|(?<![A-Za-z])[“‘–—½°]|[”–—…®™](?![A-Za-z])"
)
# That all records have as many cells says more than that they have many.
UNEVENNESS = 6


def guess_encoding(sample: bytes) -> str | None:
    """Name the encoding of a sample from the beginning of a file; ``None``: this is no text."""
    for mark, name in MARKS:
        if sample.startswith(mark):
            return name if is_text(sample.decode(name, "replace")) else None
    name = _utf_16(sample) or _eight_bits(sample)
    return name if is_text(sample.decode(name, "replace")) else None


def is_text(sample: str) -> bool:
    """Tell text from noise by the share of characters that nobody types."""
    strange = sum(sample.count(letter) for letter in STRANGE)
    return strange <= len(sample) * MAX_CONTROLS


def guess_delimiter(sample: str) -> str:
    """Choose the delimiter that cuts most records into the same number of cells."""
    hint = sample[:6].strip()
    if hint.startswith("sep=") and len(hint) > len("sep="):  # Excel's own first line
        return hint[-1]
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> float:
    """More cells are better, but that all records have as many counts for more."""
    widths: Counter[int] = Counter()
    try:
        for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            widths[len(cells)] += bool(cells)
            if widths.total() >= RECORDS:
                break
    except csv.Error:
        pass
    records = widths.total()
    del widths[0], widths[1]
    if not widths:
        return 0.0
    return max((count / records) ** UNEVENNESS * width for width, count in widths.items())


def _utf_16(sample: bytes) -> str | None:
    """UTF-16 without a mark: Western text has a NUL in every other byte."""
    half = max(len(sample) // 2, 1)
    even, odd = (sample[start::2].count(0) / half for start in (0, 1))
    if max(even, odd) < MANY_NULS or min(even, odd) > FEW_NULS:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _eight_bits(sample: bytes) -> str:
    """UTF-8 if that fits more lines than it does not; a few others may be mixed in."""
    foreign = [line for line in sample.split(b"\n")[:-1] if not line.isascii()]
    if not foreign:
        return "utf-8" if _is_utf_8(sample) else _old_code_page(sample)
    fitting = sum(_is_utf_8(line + b"\n") for line in foreign)
    return "utf-8" if 2 * fitting > len(foreign) else _old_code_page(sample)


def _is_utf_8(sample: bytes) -> bool:
    """Whether a sample is UTF-8; its last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _old_code_page(sample: bytes) -> str:
    """Windows-1252, unless the letters beyond ASCII make sense on an old Macintosh only."""
    in_windows, in_macintosh = (
        len(WESTERN.findall(sample.decode(name, "replace"))) for name in (WINDOWS, MACINTOSH)
    )
    return MACINTOSH if in_macintosh > in_windows else WINDOWS
