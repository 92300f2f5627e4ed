"""ComTrack's words to ours: an answer to a batch of questions. Pure.

Source: our own contract of ``POST /api/v1/comtrack/query``; no public document of ComTrack
describes the query (read 2026-11-22).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_noop

from agencyhub.lib.text import tidy
from integrations.errors import FieldProblem, PartnerContractError

STATES = frozenset(
    {"complete", "commission_issue", "commission_without_book", "not_found", "ambiguous"}
)
MOST_REASONS = 20
LONGEST_REASON = 250
MOST_DOLLARS = Decimal(10) ** 10
LENGTHS = {"policy_status": 60, "carrier_status_text": 120, "payment_period": 40}


@dataclass(frozen=True)
class Result:
    """What ComTrack says of one application; blank and None are not told."""

    match_state: str
    policy_status: str
    carrier_status: str
    book_as_of_date: date | None
    termination_date: date | None
    last_commission: Decimal | None
    last_commission_date: date | None
    payment_period: str
    reasons: tuple[str, ...]


class UnreadableResultError(ValueError):
    """A result of another shape than agreed."""


@dataclass(frozen=True)
class Answer:
    """The results in the order asked; None where one cannot be read."""

    as_of: datetime
    results: tuple[Result | None, ...]


def read_answer(payload: Any, *, asked: Sequence[str]) -> Answer:
    """Read an answer to questions about the applications ``asked``.

    Raises:
        PartnerContractError: the answer as a whole cannot belong to the questions.
    """
    body = payload if isinstance(payload, Mapping) else {}
    rows = body.get("results")
    if not isinstance(rows, list) or len(rows) != len(asked):
        detail = gettext_noop("%(count)s results were expected, in the order asked.") % {
            "count": len(asked)
        }
        raise PartnerContractError([FieldProblem("results", "invalid", detail)])
    try:
        as_of = _moment(body.get("as_of"))
    except ValueError as error:
        detail = gettext_noop("The moment of the answer is missing.")
        raise PartnerContractError([FieldProblem("as_of", "invalid", detail)]) from error
    pairs = zip(rows, asked, strict=True)
    return Answer(as_of, tuple(_result(row, asked_id) for row, asked_id in pairs))


def _result(row: Any, asked_id: str) -> Result | None:
    """A result that is about another application than asked is none."""
    if not isinstance(row, Mapping) or str(row.get("application_id")) != asked_id:
        return None
    try:
        return _read(row)
    except (ValueError, InvalidOperation):
        return None


def _read(row: Mapping[str, Any]) -> Result:
    if _string(row.get("match_state")) not in STATES:
        raise UnreadableResultError
    paid = row.get("last_commission") or {}
    if not isinstance(paid, Mapping):
        raise UnreadableResultError
    return Result(
        match_state=row["match_state"],
        policy_status=_text(row, "policy_status"),
        carrier_status=_text(row, "carrier_status_text"),
        book_as_of_date=_day(row.get("book_as_of")),
        termination_date=_day(row.get("termination_date")),
        last_commission=_amount(paid.get("amount")),
        last_commission_date=_day(paid.get("paid_on")),
        payment_period=_text(paid, "payment_period"),
        reasons=_reasons(row.get("reasons")),
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    text = tidy(value) if isinstance(value, str) else None
    if text is None or not text.isprintable() or len(text) > LENGTHS[name]:
        raise UnreadableResultError
    return text


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(_string(value))


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(_string(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _amount(value: Any) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnreadableResultError
    amount = Decimal(str(value))
    if not amount.is_finite() or abs(amount) >= MOST_DOLLARS:
        raise UnreadableResultError
    return amount.quantize(Decimal("0.01"))


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise UnreadableResultError
    return value


def _reasons(value: Any) -> tuple[str, ...]:
    rows = value if isinstance(value, list) else []
    texts = [tidy(one)[:LONGEST_REASON] for one in rows if isinstance(one, str)]
    return tuple(one for one in texts if one.isprintable())[:MOST_REASONS]
