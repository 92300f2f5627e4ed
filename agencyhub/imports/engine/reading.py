"""A batch of raw rows into typed rows, and into rejected rows with reasons: by columns."""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from agencyhub.imports.kinds import Field, Kind
from agencyhub.imports.types.base import Context, Parsed
from agencyhub.lib.crypto import blind_index

LINE, FINGERPRINT, EXTRA = "line", "fingerprint", "extra"
# Columns of errors are called by their field; this one is for reasons of a whole row.
WHOLE_ROW = ""
ERROR = "error:"
THREADS = 2


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

    def read(self, raw: pl.DataFrame) -> Batch:
        """Read one batch; errors are found for every cell at once."""
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
        typed = pl.DataFrame(
            {LINE: raw[LINE], **{key: one.values.alias(key) for key, one in parsed.items()}}
        )
        if not errors:
            return Batch(self._fingerprinted(typed), raw.clear())
        reasons = pl.DataFrame(
            {ERROR + key: words.cast(pl.String) for key, words in errors.items()}
        )
        is_bad = reasons.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        rejected = pl.concat([raw.filter(is_bad), reasons.filter(is_bad)], how="horizontal")
        return Batch(self._fingerprinted(typed.filter(~is_bad)), rejected)

    def _parse(self, raw: pl.DataFrame) -> dict[str, Parsed]:
        """Read the columns side by side; those that depend on another one come after it."""
        trimmed = raw.select(
            pl.col(f"c{index}").str.strip_chars().replace("", None) for index in self.columns
        )
        parsed: dict[str, Parsed] = {}
        self.context.columns = {}
        with ThreadPoolExecutor(THREADS) as pool:
            for is_second in (False, True):
                chosen = [
                    (index, field)
                    for index, field in self.columns.items()
                    if bool(field.type.after) == is_second
                ]
                texts = [trimmed[f"c{index}"] for index, _ in chosen]
                work = [
                    pool.submit(field.type.parse, text, self.context)
                    if field.type.is_pure
                    else None
                    for (_, field), text in zip(chosen, texts, strict=True)
                ]
                for (_, field), text, future in zip(chosen, texts, work, strict=True):
                    one = future.result() if future else field.type.parse(text, self.context)
                    parsed[field.key] = one
                    self.context.columns[field.key] = one.values
        return parsed

    def _lacking(
        self, raw: pl.DataFrame, parsed: Mapping[str, Parsed], errors: Mapping[str, pl.Series]
    ) -> dict[str, pl.Series]:
        """Blank cells of fields that every row needs."""
        found = {}
        for field in self.required:
            one = parsed.get(field.key)
            words = f"{field.label} is missing."
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
        keys = sorted(self.fields)
        return typed.with_columns(typed.select(keys).hash_rows(self._seed).alias(FINGERPRINT))


def _in_order(columns: Mapping[int, Field]) -> dict[int, Field]:
    return dict(sorted(columns.items()))


def _seed(kind: Kind, keys: Sequence[str] | Mapping[str, Field]) -> int:
    """A secret seed of our own for each kind and set of fields: fingerprints tell nothing."""
    words = "/".join((kind.key, *sorted(keys)))
    digest = hashlib.sha256(blind_index(words, purpose="import fingerprint")).digest()
    return int.from_bytes(digest[:8], "little")


def _too_wide(raw: pl.DataFrame) -> pl.Series:
    words = "The row has more cells than the header. Put the cell that holds a separator in quotes."
    return raw.select(pl.when(pl.col(EXTRA).is_not_null()).then(pl.lit(words))).to_series()
