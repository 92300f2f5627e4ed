"""Commission statements: what follows from a line, and what makes it the same line again."""

import hashlib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache

import polars as pl
from django.utils.translation import gettext_noop

from agencyhub.imports.extras import Derived
from agencyhub.imports.types.base import Context
from agencyhub.lib.crypto import blind_index
from commissions.classes import BONUS, OTHER, OVERRIDE, PENNIES, read_class
from commissions.ledgers.messages import NOBODY, SUMS_UP
from commissions.ledgers.reading import (
    Columns,
    by_distinct,
    column,
    insured,
    nobody,
    reasons,
    sums_up,
)

# What carriers say about a line, in the order in which it is read.
ACTION = ("carrier_action", "first_or_renewal", "description")
# These say nothing about the line but where it stands in time.
DATES = ("statement_date", "paid_date", "payment_period", "covered_from", "covered_to")
# A line is the same line again when all of this is the same.
SAME = (
    "policy_number", "member_id", "application_number", "mbi", "full_name", "last_first_name",
    "first_name", "last_name", "effective_date", *DATES, "amount", *ACTION, "comment", "product",
    "agent_number", "agent_npn", "agent_name", "agent_last_name",
)  # fmt: skip
BETWEEN, COUNTED = "\x1f", "\x1e"
OVERRIDE_WORD, TRUE_UP_WORD = r"(?i)override", r"(?i)true[\s-]?up"
Counts = dict[int, int]


def derive(typed: pl.DataFrame, context: Context) -> Derived:
    """The derived fields of commission lines."""
    typed = _with_run_date(typed)
    found = insured(typed, context)
    found["kind"] = _kind(typed, context)
    found |= _period(typed, context)
    action = _joined(typed, ACTION)
    found["action"] = action.str.slice(0, 120).replace("", None)
    found["line_key"] = _fingerprint(typed, found, context)
    is_aside = found["kind"].is_in([BONUS, OVERRIDE])
    is_sum = sums_up(typed, ("full_name", "last_name", "member_id", "policy_number", "agent_name"))
    errors = reasons((is_sum, SUMS_UP), (nobody(typed, found) & ~is_aside, NOBODY))
    return Derived(pl.DataFrame([values.alias(key) for key, values in found.items()]), errors)


def _with_run_date(typed: pl.DataFrame) -> pl.DataFrame:
    if "run_date" not in typed.columns:
        return typed
    day = column(typed, "statement_date", pl.Date).fill_null(typed["run_date"])
    return typed.with_columns(day.alias("statement_date"))


def _joined(typed: pl.DataFrame, keys: Iterable[str]) -> pl.Series:
    words = [column(typed, key).alias(key) for key in keys]
    return (
        pl.DataFrame(words)
        .select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True))
        .to_series()
    )


def _kind(typed: pl.DataFrame, context: Context) -> pl.Series:
    """The class of each line: few cases, whatever the number of lines."""
    amount = column(typed, "amount", pl.Decimal(14, 2))
    comment = column(typed, "comment")
    sheet = str(context.options.get("sheet", ""))
    cases = pl.DataFrame(
        {
            "action": _joined(typed, ACTION),
            "product": column(typed, "product"),
            "amount": pl.select(
                pl.when(pl.lit(amount) < 0)
                .then(-1)
                .when(pl.lit(amount).is_between(0, float(PENNIES), closed="none"))
                .then(0)
                .otherwise(1)
            ).to_series(),
            "remark": pl.select(
                pl.when(pl.lit(comment.str.contains(OVERRIDE_WORD)))
                .then(pl.lit("override"))
                .when(pl.lit(comment.str.contains(TRUE_UP_WORD)))
                .then(pl.lit("true-up"))
            ).to_series(),
        }
    )
    usual = {-1: Decimal(-1), 0: PENNIES / 2, 1: PENNIES}

    means = str(context.options.get("means", ""))

    def read(action: str, product: str | None, sign: int, remark: str | None) -> str:
        said = remark or ("override" if "override" in sheet.lower() else "")
        amount, plan = usual[sign], product or ""
        kind = read_class(action, amount=amount, comment=said, plan_type=plan)
        is_open = kind == OTHER and bool(means)
        return read_class(means, amount=amount, plan_type=plan) if is_open else kind

    return by_distinct(cases, read)


def _period(typed: pl.DataFrame, context: Context) -> Columns:
    """When the statement is from, what month it pays for, and how many."""
    begins, ends = (column(typed, key, pl.Date) for key in ("covered_from", "covered_to"))
    period = column(typed, "payment_period", pl.Date).fill_null(begins.dt.truncate("1mo"))
    span = (ends.dt.year() - begins.dt.year()) * 12 + ends.dt.month().cast(pl.Int32)
    span = span - begins.dt.month().cast(pl.Int32) + 1
    span = span.set((span < 1).fill_null(value=False), None)
    told = context.options.get("as_of") if context.options.get("is_told") else None
    known = pl.repeat(
        date.fromisoformat(told) if told else None, typed.height, dtype=pl.Date, eager=True
    )
    return {
        "payment_period": period,
        "months": column(typed, "months", pl.Int64).fill_null(span.cast(pl.Int64)),
        "statement_date": column(typed, "statement_date", pl.Date).fill_null(known),
    }


def _fingerprint(typed: pl.DataFrame, found: Columns, context: Context) -> pl.Series:
    """A number for what each line says and where it stands, and for which of equal lines it is.

    Equal lines of one statement are as many payments; the same ones in another copy of it are not.
    A line that says no date of its own belongs to the statement's day; where nobody knows that
    one, to the file.
    """
    options = context.options
    day = str(options.get("as_of", "")) if options.get("is_told") else ""
    day = day[:7] if options.get("is_rolling") else day
    mark = day or gettext_noop("file %(get)s") % {"get": options.get("file_id")}
    dates = [column(typed, key, pl.Date).is_not_null().alias(key) for key in DATES]
    is_dated = pl.DataFrame(dates).select(pl.any_horizontal(pl.all())).to_series()
    sheet = "override" if "override" in str(options.get("sheet", "")).lower() else ""
    told = [column(typed, key).cast(pl.String).fill_null("").alias(key) for key in SAME]
    texts = (
        pl.DataFrame(told)
        .select(
            pl.concat_str(
                pl.lit(found["carrier_id"]).cast(pl.String).fill_null(""),
                pl.when(pl.lit(is_dated)).then(pl.lit("")).otherwise(pl.lit(mark)),
                pl.lit(sheet),
                pl.lit(found["plan_id"]).fill_null(""),
                *SAME,
                separator=BETWEEN,
            )
        )
        .to_series()
    )
    return _numbered(texts.to_list(), context)


def _numbered(texts: list[str], context: Context) -> pl.Series:
    """Digests of lines; the second of two equal lines of a file gets another one."""
    digests = [_digest(text) for text in texts]
    with context.lock:
        seen: Counts = context.kept.setdefault("equal lines", {})
        for at, digest in enumerate(digests):
            times = seen.get(digest, 0)
            seen[digest] = times + 1
            if times:
                digests[at] = _digest(f"{texts[at]}{COUNTED}{times}")
    return pl.Series(digests, dtype=pl.Int64)


def _digest(text: str) -> int:
    """64 bits under a key of ours: what lines say cannot be guessed from them."""
    digest = hashlib.blake2b(text.encode(), digest_size=8, key=_key()).digest()
    return int.from_bytes(digest, "little", signed=True)


@cache
def _key() -> bytes:
    return blind_index("commission line", purpose="commission line fingerprint")
