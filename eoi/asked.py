"""One decision as a door read it, and what it says in values. Pure.

Texts are read the same way whichever door they came through: dates as YYYY-MM-DD or MM/DD/YYYY,
amounts as people write them, actions as code or label.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from agencyhub.lib import days, money
from agencyhub.lib.ssn import InvalidSsnError, read_ssn
from eoi.wording import TEXTS

# Codes on the wire, with PlanSource's labels. Source: seeds/4_plansource_eoi.txt.
ACTIONS = MappingProxyType(
    {
        "approve_all": "Approve All",
        "approve_part": "Approve Partial",
        "pend_remaining": "Approve Partial and Pend Remaining",
        "deny_permanently": "Approve and Disallow Additional Amounts",
        "expire_all": "Expire",
        "deny_all": "Deny All",
    }
)
NEEDS_VOLUME = frozenset({"approve_part", "pend_remaining", "deny_permanently"})
_DATE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[T ].*)?|\d{1,2}/\d{1,2}/\d{4}", re.ASCII)
REFERENCE_LENGTH = 60
MOST_DIGITS = 18  # of a bigint

Day = str | date | None
Amount = str | int | Decimal | None


@dataclass(frozen=True)
class Asked:
    """One row: texts or values as its door read them; ``row`` is how the door counts it."""

    row: int
    subscriber_id: str = ""
    ssn: str = dataclasses.field(default="", repr=False)
    benefit_lookup_code: str = ""
    action: str = ""
    approved_volume: Amount = None
    approved_amount: Amount = None
    effective_date: Day = None
    original_effective_date: Day = None
    request_id: str = ""
    covered: str = ""
    reference_number: str = ""


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be decided; ``field`` names the column of ``Asked`` it is about."""

    code: str
    field: str = ""
    values: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)

    @property
    def text(self) -> str:
        """What to tell, in the language of who reads it now."""
        return str(TEXTS[self.code]) % dict(self.values)


class Wanted(NamedTuple):
    """What a row asks for, in values; what could not be read is None, and told in ``problems``."""

    row: int
    subscriber_id: str
    ssn: str
    benefit_lookup_code: str
    action: str
    approved: Decimal | None
    effective_date: date | None
    original_effective_date: date | None
    request_id: int | None
    covered: str
    reference_number: str
    problems: tuple[Problem, ...]

    def __repr__(self) -> str:
        return f"decision of row {self.row}"  # an SSN is printed nowhere


def read(asked: Asked) -> Wanted:
    """Read every column of a row; all that is wrong with it is told at once."""
    problems: list[Problem] = []
    action = _action(asked.action, problems)
    effective = _day(asked.effective_date, "effective_date", problems)
    if effective is None and not _is_wrong("effective_date", problems):
        problems.append(Problem("effective_date_required", "effective_date"))
    original = _day(asked.original_effective_date, "original_effective_date", problems)
    if original and effective and original > effective:
        problems.append(Problem("original_after_effective", "original_effective_date"))
    wanted = Wanted(
        row=asked.row,
        subscriber_id=asked.subscriber_id.strip(),
        ssn=_ssn(asked.ssn, problems),
        benefit_lookup_code=asked.benefit_lookup_code.strip().lower(),
        action=action,
        approved=_approved(asked, action, problems),
        effective_date=effective,
        original_effective_date=original,
        request_id=_request(asked.request_id, problems),
        covered=asked.covered.strip(),
        reference_number=_reference(asked.reference_number, problems),
        problems=(),
    )
    return wanted._replace(problems=tuple(problems)) if problems else wanted


@lru_cache(maxsize=256)
def read_action(text: str) -> str:
    """The code that a code or a label in any spelling means; blank for none of the six."""
    words = re.sub(r"[\s_-]+", " ", text).strip().casefold()
    for code, label in ACTIONS.items():
        if words in (code.replace("_", " "), label.casefold()):
            return code
    return ""


@lru_cache(maxsize=4096)
def read_date(text: str) -> date | None:
    """A date that says its year in four digits; None for a blank.

    Raises:
        InvalidDayError: anything else.
    """
    if text and not _DATE.fullmatch(text):
        raise days.InvalidDayError(text)
    return days.read_day(text, this_year=days.FIRST_YEAR)


def read_form(
    *, subscriber_id: str, ssn: str, benefit_lookup_code: str, expiration: Day, reference: str
) -> tuple[Wanted, date | None]:
    """Read whose health form is meant, and until when there is time."""
    problems: list[Problem] = []
    last_day = _day(expiration, "expiration_date", problems)
    wanted = Wanted(
        row=1,
        subscriber_id=subscriber_id.strip(),
        ssn=_ssn(ssn, problems),
        benefit_lookup_code=benefit_lookup_code.strip().lower(),
        action="",
        approved=None,
        effective_date=None,
        original_effective_date=None,
        request_id=None,
        covered="",
        reference_number=_reference(reference, problems),
        problems=(),
    )
    return wanted._replace(problems=tuple(problems)), last_day


def _reference(text: str, problems: list[Problem]) -> str:
    reference = text.strip()
    if len(reference) > REFERENCE_LENGTH:
        most = {"most": str(REFERENCE_LENGTH)}
        problems.append(Problem("reference_too_long", "reference_number", most))
    return reference


def _is_wrong(column: str, problems: list[Problem]) -> bool:
    return any(problem.field == column for problem in problems)


def _action(text: str, problems: list[Problem]) -> str:
    code = read_action(text)
    if not code:
        words = {"actions": ", ".join(ACTIONS)}
        found = "action_not_valid" if text.strip() else "action_required"
        problems.append(Problem(found, "action", words))
    return code


def _day(value: Day, column: str, problems: list[Problem]) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return read_date(value.strip())
    except days.InvalidDayError:
        code = column.replace("original_effective", "original")
        problems.append(Problem(f"{code}_not_valid", column))
        return None


@lru_cache(maxsize=4096)
def _money(text: str) -> Decimal | None:
    return money.read_money(text.strip())


def _amount(value: Amount, problems: list[Problem]) -> Decimal | None:
    try:
        if value is None:
            return None
        return _money(f"{value:f}" if isinstance(value, Decimal) else str(value))
    except money.InvalidAmountError:
        problems.append(Problem("volume_not_valid", "approved_volume"))
        return None


def _approved(asked: Asked, action: str, problems: list[Problem]) -> Decimal | None:
    volume = _amount(asked.approved_volume, problems)
    if asked.approved_amount is not None:
        amount = _amount(asked.approved_amount, problems)
        if volume is not None and amount is not None and volume != amount:
            problems.append(Problem("volumes_differ", "approved_volume"))
        volume = amount if volume is None else volume
    if action in NEEDS_VOLUME and not _is_wrong("approved_volume", problems):
        if volume is None:
            problems.append(Problem("volume_required", "approved_volume"))
        elif volume <= 0:
            problems.append(Problem("volume_not_positive", "approved_volume"))
    return volume


def _ssn(text: str, problems: list[Problem]) -> str:
    try:
        return read_ssn(text) if text else ""
    except InvalidSsnError:
        problems.append(Problem("ssn_not_valid", "ssn"))
        return ""


def _request(text: str, problems: list[Problem]) -> int | None:
    digits = text.strip()
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()) or len(digits) > MOST_DIGITS:
        problems.append(Problem("request_not_valid", "request_id"))
        return None
    return int(digits)
