"""Books of business: what follows from a row, and what it may say about a row that is there."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

import polars as pl

from agencyhub.imports.extras import Derived
from agencyhub.imports.types.base import Context
from commissions.ledgers.messages import NOBODY, SUMS_UP
from commissions.ledgers.reading import (
    by_distinct,
    column,
    insured,
    nobody,
    reasons,
    sums_up,
)
from commissions.statuses import read_status, status_on

# A date that means: there is no end any more.
NO_END = date(9999, 12, 31)
# Who somebody is: a book fills what is blank and never overwrites.
FILLED_ONCE = (
    "first_name", "middle_name", "last_name", "suffix", "date_of_birth", "state", "zip_code",
    "member_id", "policy_number", "application_number", "line",
)  # fmt: skip
# Say where and when a row was told, not what.
ASIDE = ("as_of_date", "source_id")
IN_FORCE = ("active", "submitted")


def derive(typed: pl.DataFrame, context: Context) -> Derived:
    """The derived fields of book rows."""
    found = insured(typed, context)
    as_of = date.fromisoformat(context.options["as_of"])
    found["as_of_date"] = pl.repeat(as_of, typed.height, dtype=pl.Date, eager=True)
    found["status"] = _status(typed, as_of)
    is_sum = sums_up(typed, ("full_name", "last_name", "member_id", "policy_number"))
    errors = reasons((is_sum, SUMS_UP), (nobody(typed, found), NOBODY))
    return Derived(pl.DataFrame([values.alias(key) for key, values in found.items()]), errors)


def _status(typed: pl.DataFrame, as_of: date) -> pl.Series:
    ends = column(typed, "termination_date", pl.Date)
    begins = column(typed, "effective_date", pl.Date)
    died = column(typed, "deceased_date", pl.Date)
    words = column(typed, "carrier_status")
    frame = pl.DataFrame(
        {"words": words, "dead": died.is_not_null(), "begins": begins, "ends": ends}
    )
    # Only whether a date lies before another one matters: a handful of cases, whatever the file.
    told = frame.select(
        "words",
        "dead",
        has_end=pl.col("ends").is_not_null(),
        is_over=(pl.col("ends") < as_of).fill_null(value=False),
        never_began=(pl.col("ends") < pl.col("begins")).fill_null(value=False),
    )

    def status(words: str | None, dead: bool, has_end: bool, is_over: bool, never: bool) -> str:
        end = (date.min if is_over else as_of) if has_end else None
        begin = date.max if never else None
        return status_on(
            read_status(words or ""), on=as_of, effective_date=begin, termination_date=end,
            is_deceased=dead,
        )  # fmt: skip

    return by_distinct(told, status)


class Settled:
    """Which of several rows counts, and what of it: reference/medicare.md 6.5.

    * Of several rows of one member the un-termed one counts; else the later termination, the later
      effective date, the application flagged as winning, the last of the file.
    * A termed row of an earlier enrollment is history: it says nothing about the live policy.
    * The effective date only moves forward, and only when the plan changed or the last one ended:
      carriers load next year's date in autumn.
    * What is known of a person, what a person set on screen, and what a later file told stays.
    """

    beside: ClassVar[Mapping[str, Any]] = {
        "effective_date": pl.Date,
        "termination_date": pl.Date,
        "as_of_date": pl.Date,
        "plan_id": pl.String,
        "plan_name": pl.String,
        "filled": pl.String,
    }
    nothing: ClassVar[Mapping[str, Any]] = {"termination_date": NO_END}

    def __call__(
        self, values: pl.DataFrame, stored: pl.DataFrame, rows: pl.DataFrame
    ) -> pl.DataFrame:
        speaks = _winners(rows)
        said = _Said(values, stored, rows)
        speaks &= ~said.is_history()
        kept = {name: said.may_say(name) for name in values.columns}
        values = values.with_columns(
            values[name].set(~(speaks & may).fill_null(value=False), None)
            for name, may in kept.items()
        )
        values = _reopened(values, stored, said, speaks)
        return _without_mere_dates(values, stored)


class _Said:
    """The rows beside the records that they mean."""

    def __init__(self, values: pl.DataFrame, stored: pl.DataFrame, rows: pl.DataFrame) -> None:
        self.values, self.stored = values, stored
        self.is_known = rows["record"] > 0
        self.begins = column(values, "effective_date", pl.Date)
        self.ends = column(values, "termination_date", pl.Date)
        self.began, self.ended = stored["effective_date"], stored["termination_date"]
        as_of = column(values, "as_of_date", pl.Date)
        self.is_older = (as_of < stored["as_of_date"]).fill_null(value=False)
        self.is_other_plan = self._is_other_plan()
        moved = (self.begins > self.began).fill_null(value=False)
        reenrolled = (self.begins > self.ended).fill_null(value=False)
        self.is_new_enrollment = moved & (self.is_other_plan | reenrolled) & ~self.is_older

    def _is_other_plan(self) -> pl.Series:
        """Whether both sides name a plan, and another one; names only count without IDs."""
        plan, was = column(self.values, "plan_id"), self.stored["plan_id"]
        by_id = plan.str.slice(0, 9) != was.str.slice(0, 9)
        name, had = column(self.values, "plan_name"), self.stored["plan_name"]
        by_name = _without_year(name) != _without_year(had)
        return by_id.fill_null(by_name).fill_null(value=False)

    def is_history(self) -> pl.Series:
        """Termed rows of what came before the enrollment that is known."""
        began_before = (self.begins < self.began).fill_null(value=False)
        ended_before = (self.ends < self.began).fill_null(value=False)
        return self.is_known & self.ends.is_not_null() & (began_before | ended_before)

    def may_say(self, name: str) -> pl.Series:
        """Whether rows may say something about a column of their records."""
        blank = self.stored[name].is_null() if name in self.stored.columns else ~self.is_known
        filled = self.stored["filled"].str.contains(f'"{name}"', literal=True)
        by_person = filled.fill_null(value=False)
        if name in FILLED_ONCE or name.startswith("mbi"):
            return (blank | ~self.is_known) & ~by_person
        if name == "effective_date":
            return (blank | self.is_new_enrollment) & ~by_person
        return (blank | ~self.is_older) & ~by_person


def _without_year(names: pl.Series) -> pl.Series:
    """Names of plans as they are compared: the same plan is called after every year."""
    return names.str.to_lowercase().str.replace_all(r"\b20\d\d\b|\W", "")


def _winners(rows: pl.DataFrame) -> pl.Series:
    """Of the rows that mean one record, the one that counts."""
    order = pl.DataFrame(
        {
            "at": pl.int_range(rows.height, eager=True),
            "record": rows["record"],
            "open": column(rows, "termination_date", pl.Date).is_null(),
            "ends": column(rows, "termination_date", pl.Date),
            "begins": column(rows, "effective_date", pl.Date),
            "wins": column(rows, "is_winning", pl.Boolean).fill_null(value=False),
        }
    )
    best = order.sort("open", "ends", "begins", "wins", "at", nulls_last=False).unique(
        "record", keep="last", maintain_order=True
    )
    return order["at"].is_in(best["at"].implode())


def _reopened(
    values: pl.DataFrame, stored: pl.DataFrame, said: _Said, speaks: pl.Series
) -> pl.DataFrame:
    """A policy that is in force again has no end any more."""
    if "status" not in values.columns:
        return values
    by_person = stored["filled"].str.contains('"termination_date"', literal=True)
    is_open = said.ends.is_null() & values["status"].is_in(IN_FORCE).fill_null(value=False)
    again = speaks & said.is_known & is_open & said.ended.is_not_null() & ~said.is_older
    again &= ~by_person.fill_null(value=False)
    if not again.any():
        return values
    ends = column(values, "termination_date", pl.Date)
    return values.with_columns(ends.set(again, NO_END).alias("termination_date"))


def _without_mere_dates(values: pl.DataFrame, stored: pl.DataFrame) -> pl.DataFrame:
    """A row that says what is known already is no change: that it was told again is noted apart."""
    told = [name for name in values.columns if name not in ASIDE]
    changes = pl.DataFrame(
        [
            (values[name].is_not_null() & values[name].ne_missing(stored[name])).alias(name)
            for name in told
        ]
    ).select(pl.any_horizontal(pl.lit(value=False), pl.all()))
    says = changes.to_series()
    return values.with_columns(
        values[name].set(~says, None) for name in ASIDE if name in values.columns
    )
