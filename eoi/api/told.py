"""Decisions as callers send them, and the rows that are told back because they failed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from rest_framework.exceptions import ParseError

from eoi.api.envelope import MissingParameterError
from eoi.asked import Asked, Problem, read
from eoi.results import Failed, Result

DECISIONS = "decisions"
FORM_COMPLETIONS = "form_completions"
MOST_ROWS = 5_000


@dataclass(frozen=True)
class Form:
    """One health form as it was sent, for one benefit."""

    ssn: str = field(repr=False)
    benefit: str
    completed: str
    expiration_date: str
    reference_number: str


def rows_of(body: Any, name: str) -> list[dict[str, Any]]:
    """The objects under ``name``: a list of them, or a single one.

    Raises:
        MissingParameterError: there are none.
        ParseError: something else is there.
    """
    found = body.get(name) if isinstance(body, dict) else None
    rows = found if isinstance(found, list) else [found] if found else []
    if not rows:
        raise MissingParameterError(name)
    if len(rows) > MOST_ROWS or not all(isinstance(row, dict) for row in rows):
        raise ParseError
    return rows


def asked(rows: Sequence[dict[str, Any]]) -> list[Asked]:
    """Read rows as the decision service wants them; a blank text means that nothing was given."""
    return [
        Asked(
            row=number,
            ssn=_text(row, "ssn"),
            benefit_lookup_code=_text(row, "benefit_lookup_code"),
            action=_text(row, "action"),
            approved_volume=_value(row, "approved_volume"),
            approved_amount=_value(row, "approved_amount"),
            effective_date=_text(row, "effective_date") or None,
            original_effective_date=_text(row, "original_effective_date") or None,
        )
        for number, row in enumerate(rows, start=1)
    ]


def answer(result: Result) -> dict[str, Any]:
    """What is told of a call: how many were valid, and the failed rows with their errors."""
    return {
        "valid_count": result.valid_count,
        "failed_count": result.failed_count,
        "failed_rows": [_echo(failed) for failed in result.failed],
    }


def forms(rows: Sequence[dict[str, Any]]) -> list[Form]:
    """Read rows of health forms: one form for each of a row's benefits."""
    return [
        Form(
            ssn=_text(row, "ssn"),
            benefit=benefit.strip(),
            completed=_text(row, "completed"),
            expiration_date=_text(row, "expiration_date"),
            reference_number=_text(row, "reference_number"),
        )
        for row in rows
        for benefit in _text(row, "benefits").split(",")
    ]


def forms_answer(sent: Sequence[Form], problems: Sequence[tuple[Problem, ...]]) -> dict[str, Any]:
    """What is told of a call about health forms."""
    failed = [
        {
            "ssn": form.ssn,
            "benefits": form.benefit,
            "completed": form.completed,
            "expiration_date": form.expiration_date,
            "reference_number": form.reference_number,
            "errors": _joined(wrong),
        }
        for form, wrong in zip(sent, problems, strict=True)
        if wrong
    ]
    return {
        "valid_count": len(sent) - len(failed),
        "failed_count": len(failed),
        "failed_rows": failed,
    }


def _joined(problems: Sequence[Problem]) -> str:
    return ", ".join(problem.text for problem in problems)


def _echo(failed: Failed) -> dict[str, Any]:
    """A row as it was sent, its volume and dates in the form that PlanSource answers with."""
    row = failed.asked
    wanted = read(row)
    return {
        "ssn": row.ssn,
        "benefit_lookup_code": row.benefit_lookup_code,
        "action": row.action,
        "approved_volume": _amount(wanted.approved, row),
        "effective_date": _moment(wanted.effective_date, row.effective_date),
        "original_effective_date": _moment(
            wanted.original_effective_date, row.original_effective_date
        ),
        "errors": _joined(failed.problems),
    }


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _value(row: dict[str, Any], name: str) -> str | None:
    """An amount as it was written; floats of JSON are exact in their shortest spelling."""
    return _text(row, name) or None


def _amount(approved: Decimal | None, row: Asked) -> str:
    if approved is not None:
        return f"{approved:.2f}"
    given = row.approved_volume if row.approved_volume is not None else row.approved_amount
    return str(given or "")


def _moment(day: date | None, given: object) -> str:
    return f"{day:%Y-%m-%d}T00:00:00.000Z" if day else str(given or "")
