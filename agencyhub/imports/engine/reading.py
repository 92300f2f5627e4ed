"""A batch of raw rows into typed rows, and into rejected rows with reasons: by columns."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext_noop

from agencyhub.imports.kinds import Field, Kind
from agencyhub.imports.types.base import Context, Parsed
from agencyhub.lib.crypto import blind_index

ROW, LINE, FINGERPRINT, EXTRA = "row", "line", "fingerprint", "extra"
# The fingerprint of the cells as they stand in the file, before anything is read from them.
AS_WRITTEN = "as_written"
# Columns of errors are called by their field; this one is for reasons of a whole row.
WHOLE_ROW = ""
ERROR = "error:"


@dataclass(frozen=True)
class Batch:
    """What became of a batch: typed rows by field, and rejected rows as they stand in the file.

    ``rejected`` has the raw columns, ``line``, and a column ``error:<field>`` for each field that
    has reasons.
    """

    typed: pl.DataFrame
    rejected: pl.DataFrame


class Reader:
    """Reads the columns of one sheet as the fields of one kind.

    ``columns`` says which field the raw column with that number holds.
    """

    def __init__(self, kind: Kind, columns: Mapping[int, Field], context: Context) -> None:
        self.kind = kind
        self.context = context
        self.columns = _in_order(columns)
        self.fields = {field.key: field for field in columns.values()}
        self.required = [field for field in kind.fields if field.required]
        self._seed = _seed(kind, self.fields)
        self._seed_as_written = _seed(kind, [*self.fields, AS_WRITTEN])

    def read(self, raw: pl.DataFrame, *, first_row: int = 0) -> Batch:
        """Read one batch, whose rows are numbered from ``first_row``.

        Every bad cell is found at once. Batches may be read beside one another, in threads.
        """
        parsed = self._parse(raw)
        errors = {
            key: one.errors
            for key, one in parsed.items()
            if one.errors is not None and one.errors.is_not_null().any()
        }
        errors |= self._lacking(raw, parsed, errors)
        errors |= self._broken(parsed, errors)
        if EXTRA in raw.columns and raw[EXTRA].is_not_null().any():
            errors[WHOLE_ROW] = _too_wide(raw)
        numbers = pl.int_range(first_row, first_row + raw.height, dtype=pl.Int64, eager=True)
        values = [one.values.alias(key) for key, one in parsed.items()]
        written = self.as_written(raw).alias(AS_WRITTEN)
        typed = pl.DataFrame([numbers.alias(ROW), raw[LINE], written, *values])
        if self.kind.derive is not None:
            derived = self.kind.derive(typed, self.context)
            typed = typed.with_columns(derived.columns)
            for key, words in derived.errors.items():
                errors[key] = errors[key].fill_null(words) if key in errors else words
        if not errors:
            return Batch(self._fingerprinted(typed), raw.clear())
        reasons = pl.DataFrame(
            {ERROR + key: words.cast(pl.String) for key, words in errors.items()}
        )
        is_bad = reasons.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        rejected = pl.concat([raw.filter(is_bad), reasons.filter(is_bad)], how="horizontal")
        return Batch(self._fingerprinted(typed.filter(~is_bad)), rejected)

    def as_written(self, raw: pl.DataFrame) -> pl.Series:
        """Fingerprints of the cells as they stand there, in whatever order the columns are.

        None where they do not tell alone what a row says: in a row that is wider than its header,
        and in kinds that derive values from elsewhere.
        """
        if self.kind.derive is not None:
            return pl.repeat(None, raw.height, dtype=pl.UInt64, eager=True)
        columns = sorted(self.columns, key=lambda index: self.columns[index].key)
        found = raw.select(f"c{index}" for index in columns).hash_rows(self._seed_as_written)
        return found.set(raw[EXTRA].is_not_null(), None) if EXTRA in raw.columns else found

    def values(self, raw: pl.DataFrame) -> pl.DataFrame:
        """What could be read of every field, by field: no errors, no fingerprints."""
        return pl.DataFrame([one.values.alias(key) for key, one in self._parse(raw).items()])

    def _parse(self, raw: pl.DataFrame) -> dict[str, Parsed]:
        """Read every column; those that depend on another one come after it."""
        trimmed = raw.select(
            pl.col(f"c{index}").str.strip_chars().replace("", None) for index in self.columns
        )
        context = self.context.for_batch()
        parsed: dict[str, Parsed] = {}
        for index, field in sorted(self.columns.items(), key=lambda one: bool(one[1].type.after)):
            parsed[field.key] = field.type.parse(trimmed[f"c{index}"], context)
            context.columns[field.key] = parsed[field.key].values
        return {field.key: parsed[field.key] for field in self.columns.values()}

    def _lacking(
        self, raw: pl.DataFrame, parsed: Mapping[str, Parsed], errors: Mapping[str, pl.Series]
    ) -> dict[str, pl.Series]:
        """Blank cells of fields that every row needs."""
        found = {}
        for field in self.required:
            one = parsed.get(field.key)
            words = gettext_noop("%(label)s is missing.") % {"label": field.label}
            if one is None:
                found[field.key] = pl.repeat(words, raw.height, eager=True)
                continue
            blank = one.values.is_null()
            if blank.any():
                missing = pl.select(pl.when(blank).then(pl.lit(words))).to_series()
                known = errors.get(field.key)
                found[field.key] = missing if known is None else known.fill_null(missing)
        return found

    def _broken(
        self, parsed: Mapping[str, Parsed], errors: Mapping[str, pl.Series]
    ) -> dict[str, pl.Series]:
        """Rules that the values of a row alone break; records are looked at later."""
        found: dict[str, pl.Series] = {}
        for target in self.kind.targets:
            for rule in target.rules:
                keys = {column: target.columns[column] for column in rule.columns}
                if not set(keys.values()) <= set(parsed):
                    continue
                values = pl.DataFrame([parsed[key].values.alias(c) for c, key in keys.items()])
                words = values.select(pl.when(rule.broken).then(rule.message)).to_series()
                if words.is_not_null().any():
                    known = found.get(rule.field, errors.get(rule.field))
                    found[rule.field] = words if known is None else known.fill_null(words)
        return found

    def _fingerprinted(self, typed: pl.DataFrame) -> pl.DataFrame:
        derived = {one.key for one in self.kind.fields if one.is_derived} & set(typed.columns)
        keys = sorted({*self.fields, *derived})
        return typed.with_columns(typed.select(keys).hash_rows(self._seed).alias(FINGERPRINT))


def _in_order(columns: Mapping[int, Field]) -> dict[int, Field]:
    return dict(sorted(columns.items()))


def _seed(kind: Kind, keys: Sequence[str] | Mapping[str, Field]) -> int:
    """A secret seed of our own for each kind and set of fields: fingerprints tell nothing."""
    words = "/".join((kind.key, *sorted(keys)))
    digest = hashlib.sha256(blind_index(words, purpose="import fingerprint")).digest()
    return int.from_bytes(digest[:8], "little")


def _too_wide(raw: pl.DataFrame) -> pl.Series:
    words = gettext_noop(
        "The row has more cells than the header. Put the cell that holds a separator in quotes."
    )
    return raw.select(pl.when(pl.col(EXTRA).is_not_null()).then(pl.lit(words))).to_series()
