"""Why rows were rejected, counted: a file of a million bad rows has a handful of reasons."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import polars as pl

from agencyhub.imports.engine.reading import ERROR, LINE
from agencyhub.imports.kinds import Field
from agencyhub.imports.types.known import Known
from agencyhub.lib.crypto import key_ring

PURPOSE = "imports_import.reasons"
MOST = 200
QUOTED = r"^“[^”]*”"


@dataclass(frozen=True)
class Reason:
    """One reason: of a field (blank: of the whole row), how often, and where first.

    ``text`` is what a list did not know; ``list_key`` names the list.
    """

    field_key: str
    label: str
    message: str
    count: int
    first_line: int
    list_key: str = ""
    text: str = ""


class Tally:
    """Counts reasons over the rejected rows of a file."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        self._found: dict[tuple[str, str], tuple[int, int]] = {}

    def add(self, rejected: pl.DataFrame) -> None:
        """Count rejected rows: ``line`` and ``error:`` columns."""
        for name in rejected.columns:
            if not name.startswith(ERROR):
                continue
            key = name.removeprefix(ERROR)
            words = pl.col(name)
            if not self._is_known(key):  # values would make a reason of every row
                words = words.str.replace(QUOTED, "A value")
            counted = (
                rejected.select(LINE, words=words)
                .drop_nulls()
                .group_by("words")
                .agg(pl.len(), pl.col(LINE).min())
            )
            for message, count, line in counted.iter_rows():
                before = self._found.get((key, message), (0, line))
                self._found[key, message] = (before[0] + count, min(before[1], line))

    def sealed(self) -> bytes:
        """The commonest reasons, encrypted."""
        ordered = sorted(self._found.items(), key=lambda item: (-item[1][0], item[1][1]))
        reasons = [asdict(self._reason(*item)) for item in ordered[:MOST]]
        return key_ring().seal(json.dumps(reasons).encode(), purpose=PURPOSE)

    def _is_known(self, key: str) -> bool:
        return key in self.fields and isinstance(self.fields[key].type, Known)

    def _reason(self, where: tuple[str, str], counted: tuple[int, int]) -> Reason:
        key, message = where
        field = self.fields.get(key)
        reason = Reason(key, field.label if field else "", message, *counted)
        if field is None or not isinstance(field.type, Known):
            return reason
        text = message.removeprefix("“").partition("”")[0]
        return Reason(key, field.label, message, *counted, list_key=field.type.of, text=text)


def opened(sealed: bytes) -> list[Reason]:
    """What ``Tally.sealed`` kept."""
    return [Reason(**one) for one in json.loads(key_ring().open(sealed, purpose=PURPOSE))]
