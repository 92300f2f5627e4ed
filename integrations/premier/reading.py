"""Statements as JSON: every row checked at once, the wrong ones named, the others read. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from integrations.errors import FieldProblem, PartnerContractError

MOST_ROWS = 20_000
MOST_PROBLEMS = 100
LONGEST_NUMBER, LONGEST_WORDS = 60, 120
TEXTS = {
    "policy_number": LONGEST_NUMBER,
    "member_id": LONGEST_NUMBER,
    "policy_status": LONGEST_WORDS,
    "payment_status": LONGEST_WORDS,
}
DATES = ("due_date", "paid_through_date", "grace_period_start_date", "termination_date")
AMOUNTS = ("amount_due", "past_due_amount")
MONTH, AUTOPAY = "payment_month", "autopay"
FIELDS = (*TEXTS, *DATES, *AMOUNTS, MONTH, AUTOPAY)
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_MONTH = r"^\d{4}-\d{2}$"
_AMOUNT = r"^-?\d{1,8}(?:\.\d{1,2})?$"
_YES_NO = {"true": True, "false": False}
WORDS = {
    **{name: f"At most {most} characters." for name, most in TEXTS.items()},
    **dict.fromkeys(DATES, "A date such as 2026-11-30."),
    **dict.fromkeys(AMOUNTS, "An amount such as 28.50."),
    MONTH: "A month such as 2026-11.",
    AUTOPAY: "true or false.",
}


@dataclass(frozen=True)
class Reading:
    """The rows that can be used, and what is wrong with the others (``refused``: how many).

    ``rows`` has ``row`` (its place in the list), ``as_of`` and ``FIELDS``, typed.
    """

    as_of: datetime
    rows: pl.DataFrame
    problems: list[FieldProblem]
    refused: int = 0


def read(payload: Any) -> Reading:
    """Read a statement: ``{"as_of": …, "rows": […]}``.

    Raises:
        PartnerContractError: no moment, no rows, or not one of them can be used.
    """
    if not isinstance(payload, Mapping):
        raise _wrong("", "An object with as_of and rows.")
    as_of = _moment(payload.get("as_of"))
    rows = payload.get("rows")
    if not isinstance(rows, list) or not rows:
        raise _wrong("rows", "A list of at least one row.")
    if len(rows) > MOST_ROWS:
        raise _wrong("rows", f"At most {MOST_ROWS:,} rows in one delivery.")
    reading = read_rows(rows, as_of)
    if not reading.rows.height:
        raise PartnerContractError(reading.problems)
    return reading


def read_rows(rows: Sequence[Any], as_of: datetime) -> Reading:
    """Read rows of one moment, as far as they can be read."""
    texts = pl.DataFrame(
        {name: [_text(row, name) for row in rows] for name in FIELDS},
        schema=dict.fromkeys(FIELDS, pl.String),
    ).with_row_index("row")
    is_object = pl.Series("is_object", [isinstance(row, Mapping) for row in rows], pl.Boolean)
    typed = texts.select(pl.col("row").cast(pl.Int64), *_typed()).with_columns(
        is_object, pl.lit(as_of).cast(pl.Datetime("us", "UTC")).alias("as_of")
    )
    problems = [*_problems(texts, typed)]
    wrong = {int(one.field[5 : one.field.index("]")]) for one in problems}
    usable = typed.filter(~pl.col("row").is_in(sorted(wrong))).drop("is_object")
    return Reading(as_of, usable, problems[:MOST_PROBLEMS], refused=len(wrong))


def _typed() -> list[pl.Expr]:
    def text(name: str) -> pl.Expr:
        return pl.col(name)

    day = [
        pl.when(text(name).str.contains(_DAY)).then(text(name))
        .str.to_date("%Y-%m-%d", strict=False).alias(name)
        for name in DATES
    ]  # fmt: skip
    amounts = [
        pl.when(text(name).str.contains(_AMOUNT)).then(text(name))
        .cast(pl.Decimal(10, 2), strict=False).alias(name)
        for name in AMOUNTS
    ]  # fmt: skip
    month = pl.when(text(MONTH).str.contains(_MONTH)).then(text(MONTH) + "-01")
    words = [
        pl.when(text(name).str.len_chars() <= most).then(text(name)).alias(name)
        for name, most in TEXTS.items()
    ]
    yes_no = text(AUTOPAY).replace_strict(_YES_NO, default=None, return_dtype=pl.Boolean)
    return [
        *words,
        *day,
        *amounts,
        month.str.to_date("%Y-%m-%d", strict=False).alias(MONTH),
        yes_no,
    ]


def _problems(texts: pl.DataFrame, typed: pl.DataFrame) -> Iterator[FieldProblem]:
    """What is wrong, row and field, in the order of the fields."""
    for row in typed.filter(~pl.col("is_object"))["row"]:
        yield FieldProblem(f"rows[{row}]", "invalid", "A row is an object.")
    objects = typed.filter("is_object")
    for name in FIELDS:
        wrong = typed["row"].filter(texts[name].is_not_null() & typed[name].is_null())
        for row in wrong:
            yield FieldProblem(f"rows[{row}].{name}", "invalid", WORDS[name])
    lacks = objects.filter(pl.col("policy_number").is_null() & pl.col("member_id").is_null())
    told = texts.filter(pl.col("policy_number").is_null() & pl.col("member_id").is_null())
    for row in lacks.join(told.select(pl.col("row").cast(pl.Int64)), on="row", how="semi")["row"]:
        detail = "A row names its policy by policy_number or member_id."
        yield FieldProblem(f"rows[{row}].policy_number", "required", detail)
    silent = texts.filter(pl.col("payment_status").is_null() & pl.col("policy_status").is_null())
    for row in objects.join(silent.select(pl.col("row").cast(pl.Int64)), on="row", how="semi")[
        "row"
    ]:
        detail = "A row says a payment_status or a policy_status."
        yield FieldProblem(f"rows[{row}].payment_status", "required", detail)


def _text(row: Any, name: str) -> str | None:
    """A value as text; a list or an object is text that no field can be."""
    value = row.get(name) if isinstance(row, Mapping) else None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).replace("\x00", "").split()) or None


def _moment(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _wrong("as_of", "A moment such as 2026-11-22T06:00:00Z.") from error
    if found.tzinfo is None:
        raise _wrong("as_of", "A moment with its time zone, such as 2026-11-22T06:00:00Z.")
    return found


def _wrong(field: str, detail: str) -> PartnerContractError:
    return PartnerContractError([FieldProblem(field, "invalid", detail)])
