"""What a source tells about one application, and how its words are tidied. Pure.

A source that leaves something out, or says it blank, has not told it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from agencyhub.lib.mbi import Mbi
from agencyhub.lib.phones import read_phone
from agencyhub.lib.states import read_state
from agencyhub.lib.text import read_zip, tidy
from policies.numbers import read_plan_id

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MOST_PREMIUM = Decimal(10) ** 8


@dataclass(frozen=True, repr=False)
class RiderTold:
    """An additional benefit; ``premium`` is USD per month."""

    plan_name: str
    external_id: str = ""
    premium: Decimal | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Told:
    """Everything one source says about one application; fields are named like the columns.

    ``external_id`` is the source's id: the same id is the same application. Without
    ``source_updated_at`` the moment of receipt counts. ``plan_type`` is the source's word for the
    line (its sub-type may follow: "mapd hmo"). The ``_id`` fields are for callers who know the
    record for sure; everything else is looked up by what is told.
    """

    source: str
    external_id: str = ""
    source_updated_at: datetime | None = None
    sharing: str = ""
    status: str = ""
    carrier_name: str = ""
    agent_name: str = ""
    agent_npn: str = ""
    agent_number: str = ""
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    suffix: str = ""
    date_of_birth: date | None = None
    mbi: Mbi | None = None
    email: str = ""
    phone: str = ""
    line_1: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    line: str = ""
    plan_type: str = ""
    plan_name: str = ""
    plan_id: str = ""
    plan_year: int | None = None
    policy_number: str = ""
    confirmation_number: str = ""
    election_code: str = ""
    signature: str = ""
    effective_date: date | None = None
    submitted_at: datetime | None = None
    premium: Decimal | None = None
    referring_agent: str = ""
    is_new_to_medicare: bool | None = None
    is_new_client: bool | None = None
    riders: tuple[RiderTold, ...] = ()
    carrier_id: int | None = None
    agent_id: int | None = None
    individual_id: int | None = None
    policy_id: int | None = None


NOT_VALUES = frozenset({"source", "external_id", "source_updated_at", "mbi", "riders"})
VALUES = tuple(one.name for one in fields(Told) if one.name not in NOT_VALUES)
"""The columns that hold what was told as it is."""


def given_values(told: Told, *, longest: dict[str, int]) -> tuple[dict[str, Any], list[str]]:
    """What was told, tidied, by column; and the columns whose words cannot be read.

    ``longest`` says how many characters a column holds. What cannot be read was not told: the
    source's own message is kept elsewhere.
    """
    values: dict[str, Any] = {}
    unreadable: list[str] = []
    for name, raw in _given(told):
        try:
            value = _READERS[name](raw) if name in _READERS else raw
        except ValueError:
            unreadable.append(name)
            continue
        if isinstance(value, str) and len(value) > longest.get(name, len(value)):
            unreadable.append(name)
        elif value not in ("", None):
            values[name] = value
    return values, unreadable


def _given(told: Told) -> Iterator[tuple[str, Any]]:
    for name in VALUES:
        raw = getattr(told, name)
        value = tidy(raw) if isinstance(raw, str) else raw
        if value not in ("", None):
            yield name, value


def _npn(text: str) -> str:
    """The digits of an NPN, without the zeros that some write before it."""
    digits = re.sub(r"\D", "", text).lstrip("0")
    if not digits:
        msg = gettext_noop("An NPN has digits.")
        raise ValueError(msg)
    return digits


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        msg = gettext_noop("This is not an e-mail address.")
        raise ValueError(msg)
    return text


def _premium(amount: Decimal) -> Decimal:
    if not amount.is_finite() or not 0 <= amount < _MOST_PREMIUM:
        msg = gettext_noop("A premium is not negative.")
        raise ValueError(msg)
    return amount.quantize(Decimal("0.01"))


def _plan_year(year: int) -> int:
    if not 2000 <= year <= 2100:  # noqa: PLR2004
        msg = gettext_noop("This is not a plan year.")
        raise ValueError(msg)
    return year


_READERS: dict[str, Callable[[Any], Any]] = {
    "agent_npn": _npn,
    "email": _email,
    "phone": read_phone,
    "state": read_state,
    "zip_code": read_zip,
    "plan_id": read_plan_id,
    "plan_year": _plan_year,
    "premium": _premium,
}
