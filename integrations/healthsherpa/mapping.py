"""HealthSherpa's words to ours: one submission, read as far as it can be read. Pure.

Source: HealthSherpa's webhook article and sample, ``reference/medicare.md`` 4.3, read 2026-11-22:
dates are ISO, moments UTC, money in cents.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext_noop

from agencyhub.lib.days import read_day
from agencyhub.lib.mbi import Mbi, read_mbi
from agencyhub.lib.text import tidy
from commissions.told import RiderTold, Told
from integrations.errors import FieldProblem, PartnerContractError
from integrations.healthsherpa.envelopes import APPLICATION, snake_keys

SOURCE = "healthsherpa"
RIDERS = "medicare_application_riders"
LONGEST_ID = 80
MOST_RIDERS = 50
FULL, LIMITED = "full", "limited"
_WHOLE = re.compile(r"[0-9]{1,10}")
_DECIMAL = re.compile(r"[0-9]{1,8}(?:\.[0-9]{1,2})?")

Value = TypeVar("Value")


class UnreadableError(ValueError):
    """A value of another kind than the field's."""


@dataclass(frozen=True, repr=False)
class Submission:
    """One submission: what it tells, its key in the inbox, and the fields nobody could read."""

    told: Told
    key: str
    unread: tuple[str, ...]


class _Fields:
    """An object of the submission; what cannot be read is blank and remembered by its name."""

    def __init__(self, path: str, values: Any, unread: list[str]) -> None:
        self.path = path
        self.unread = unread
        self.values = snake_keys(values) if isinstance(values, Mapping) else {}
        if values is not None and not isinstance(values, Mapping):
            unread.append(path)

    def text(self, name: str) -> str:
        return self._read(name, _text) or ""

    def day(self, name: str) -> date | None:
        return self._read(name, _day)

    def moment(self, name: str) -> datetime | None:
        return self._read(name, _moment)

    def mbi(self, name: str) -> Mbi | None:
        return self._read(name, lambda value: read_mbi(_text(value)))

    def year(self, name: str) -> int | None:
        return self._read(name, lambda value: int(_text(value)))

    def dollars(self, *names: str) -> Decimal | None:
        """The first of ``names`` that is told; a name that ends in ``_cents`` holds cents."""
        name = next((one for one in names if self.values.get(one) not in (None, "", {})), "")
        is_cents = name.endswith("_cents")
        return self._read(name, lambda value: _dollars(value, is_cents=is_cents)) if name else None

    def _read(self, name: str, read: Callable[[Any], Value]) -> Value | None:
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            return read(value)
        except ValueError:
            self.unread.append(f"{self.path}.{name}")
            return None


def read_submission(item: Mapping[str, Any]) -> Submission:
    """Read a submission whose own keys are in snake_case.

    Only what tells submissions and their order apart must be readable; everything else is left out
    and named in ``unread``, so that one bad value does not lose an enrollment.

    Raises:
        PartnerContractError: no application, no id, or an ``updated_at`` that is no moment.
    """
    unread: list[str] = []
    application = _application(item, unread)
    contact = _Fields("contact", item.get("contact"), unread)
    external_id = _identity(application)
    updated_at = _updated_at(application)
    told = Told(
        source=SOURCE,
        external_id=external_id,
        source_updated_at=updated_at,
        sharing=FULL if _is_shared(contact) else LIMITED,
        riders=_riders(item, unread),
        **_plan(application),
        **_person(contact, application),
    )
    return Submission(told, _key(external_id, updated_at, item), tuple(unread))


def _application(item: Mapping[str, Any], unread: list[str]) -> _Fields:
    if not isinstance(item.get(APPLICATION), Mapping):
        detail = gettext_noop("This must be an object.")
        raise PartnerContractError([FieldProblem(APPLICATION, "invalid", detail)])
    return _Fields(APPLICATION, item[APPLICATION], unread)


def _identity(application: _Fields) -> str:
    found = application.text("id")
    if not found or len(found) > LONGEST_ID:
        detail = gettext_noop(
            "The application's id: a text of 1 to %(longest_id)s characters, or a number."
        ) % {"longest_id": LONGEST_ID}
        raise PartnerContractError([FieldProblem(f"{APPLICATION}.id", "required", detail)])
    return found


def _updated_at(application: _Fields) -> datetime | None:
    found = application.moment("updated_at")
    if found is None and application.values.get("updated_at"):
        detail = gettext_noop("A moment such as 2026-10-15T15:30:00.000Z: it tells updates apart.")
        raise PartnerContractError([FieldProblem(f"{APPLICATION}.updated_at", "invalid", detail)])
    return found


def _key(external_id: str, updated_at: datetime | None, item: Mapping[str, Any]) -> str:
    """Application id and update; an update without a moment is told apart by its content."""
    if updated_at is not None:
        return f"{external_id}@{updated_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    content = json.dumps(item, sort_keys=True).encode()
    return f"{external_id}@{hashlib.sha256(content).hexdigest()[:24]}"


def _plan(application: _Fields) -> dict[str, Any]:
    text = application.text
    return {
        "carrier_name": text("carrier_name"),
        "plan_name": text("plan_name"),
        "plan_id": text("cms_plan_id"),
        "plan_type": tidy(f"{text('plan_type')} {text('plan_sub_type')}"),
        "plan_year": application.year("plan_year"),
        "confirmation_number": text("confirmation_number"),
        "election_code": text("sep"),
        "signature": text("signature"),
        "effective_date": application.day("effective_date"),
        "submitted_at": application.moment("submitted_at"),
        "premium": application.dollars(
            "total_premium_cents", "premium_cents", "total_premium", "premium"
        ),
        "agent_name": tidy(
            f"{text('submitting_agent_first_name')} {text('submitting_agent_last_name')}"
        ),
        "agent_npn": text("submitting_agent_npn"),
    }


def _person(contact: _Fields, application: _Fields) -> dict[str, Any]:
    """The contact; where the address is withheld, the state and ZIP code of the application."""
    text = contact.text
    return {
        "status": text("status"),
        "first_name": text("first_name"),
        "middle_name": text("middle_name"),
        "last_name": text("last_name"),
        "suffix": text("suffix"),
        "date_of_birth": contact.day("birth_date"),
        "mbi": contact.mbi("medicare_number"),
        "email": text("email"),
        "phone": text("phone_number"),
        "line_1": text("primary_address_street"),
        "city": text("primary_address_city"),
        "state": text("primary_address_state") or application.text("state"),
        "zip_code": text("primary_address_zip_code") or application.text("zip_code"),
    }


def _is_shared(contact: _Fields) -> bool:
    """Of an independent agent's client HealthSherpa names the person and little else."""
    return any(contact.values.get(name) for name in ("medicare_number", "birth_date"))


def _riders(item: Mapping[str, Any], unread: list[str]) -> tuple[RiderTold, ...]:
    rows = item.get(RIDERS) or []
    rows = rows if isinstance(rows, list) else [rows]
    found = [_Fields(f"{RIDERS}.{number}", row, unread) for number, row in enumerate(rows)]
    if len(found) > MOST_RIDERS:
        unread.append(RIDERS)
    return tuple(
        RiderTold(
            plan_name=rider.text("plan_name"),
            external_id=rider.text("id"),
            premium=rider.dollars("premium_cents", "premium"),
        )
        for rider in found[:MOST_RIDERS]
        if rider.text("plan_name")
    )


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnreadableError
    found = tidy(str(value))
    if not found.isprintable():
        raise UnreadableError
    return found


def _day(value: Any) -> date | None:
    text = _text(value)
    if len(text) > len("0000-00-00") and text[10] == "T":
        text = text[:10]
    return read_day(text, this_year=date.max.year)


def _moment(value: Any) -> datetime:
    """An ISO moment; without a zone it is UTC."""
    found = datetime.fromisoformat(_text(value))
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise UnreadableError from error


def _dollars(value: Any, *, is_cents: bool) -> Decimal:
    """An amount; an object holds cents under ``cents``, else under ``amount`` or ``value``."""
    if isinstance(value, Mapping):
        inner = snake_keys(value)
        cents = next((inner[name] for name in inner if name.endswith("cents")), None)
        if cents is not None:
            return _dollars(cents, is_cents=True)
        value = inner.get("amount", inner.get("value"))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnreadableError
    text = tidy(str(int(value) if isinstance(value, float) and value.is_integer() else value))
    pattern = _WHOLE if is_cents else _DECIMAL
    if not pattern.fullmatch(text):
        raise UnreadableError
    return Decimal(text) / 100 if is_cents else Decimal(text)
