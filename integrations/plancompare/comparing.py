"""The enrolled person of a held message beside the records that it may be about."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.crypto import UnreadableSecretError
from agencyhub.lib.fields import MASK
from agencyhub.lib.mbi import Mbi
from agencyhub.lib.phones import format_phone
from agencyhub.lib.text import tidy, zip5
from individuals.models import Individual, SalesRecord
from integrations.errors import PartnerContractError
from integrations.models import InboundMessage
from integrations.plancompare import selectors
from integrations.plancompare.mapping import Beneficiary, Enrollment, read_enrollment
from integrations.screens import Candidate, Cell, CompareRow, Review
from integrations.selectors import PAGES

TITLES = {
    "ambiguous_person": _("More than one record could be this person"),
    "mbi_contradiction": _("The MBI contradicts the record that matches"),
    "person_contradiction": _("The record that was sent is about somebody else"),
}


def review(message: InboundMessage, *, user: User) -> Review:
    """What somebody needs who decides about a message; differences are marked."""
    title = TITLES.get(message.code, "Somebody has to decide about this enrollment")
    try:
        enrollment = read_enrollment(json.loads(message.body.reveal()))
    except (ValueError, PartnerContractError, UnreadableSecretError):
        return Review(
            message, gettext("The enrollment cannot be read"), (), (), (), may_be_new=False
        )
    found = _records(message.details.get("candidates", []), user)
    people = [record for _kind, _pk, record in found]
    return Review(
        message=message,
        title=str(title),
        facts=_facts(enrollment),
        candidates=tuple(_candidate(kind, pk, record) for kind, pk, record in found),
        rows=_rows(enrollment.beneficiary, people),
        may_be_new=True,
    )


Found = tuple[str, int, Individual | SalesRecord | None]


def _records(candidates: Sequence[dict[str, Any]], user: User) -> list[Found]:
    """The candidates that ``user`` may see; of the others only the id is shown."""
    found: list[Found] = []
    for kind, model in selectors.RECORD_TYPES.items():
        ids = [one["id"] for one in candidates if one["kind"] == kind]
        seen: dict[int, Any] = model.objects.visible_to(user).in_bulk(ids) if ids else {}
        found += [(kind, pk, seen.get(pk)) for pk in ids]
    return found


def _candidate(kind: str, pk: int, record: Individual | SalesRecord | None) -> Candidate:
    noun, page = PAGES[kind]
    title = record.full_name if record else gettext("Outside your book")
    url = reverse(page, args=[pk]) if record else ""
    return Candidate(f"{kind}-{pk}" if record else "", f"{noun} {pk}", title, url)


def _facts(enrollment: Enrollment) -> tuple[tuple[str, str], ...]:
    plan = enrollment.plan
    return (
        (gettext("Carrier"), plan.carrier_name),
        (gettext("Plan"), plan.plan_name),
        (gettext("Plan type"), plan.plan_type),
        (gettext("Effective date"), _day(enrollment.application_effective_date)),
        (gettext("Confirmation number"), enrollment.confirmation_number),
        (gettext("PlanCompare username"), enrollment.username),
    )


Values = list[tuple[str, str, str]]
"""Label, text for the screen, and the text by which two values are compared."""


def _rows(
    beneficiary: Beneficiary, people: Sequence[Individual | SalesRecord | None]
) -> tuple[CompareRow, ...]:
    incoming = _incoming(beneficiary)
    columns = [_stored(person) if person else None for person in people]
    rows = []
    for place, (label, text, key) in enumerate(incoming):
        cells = []
        for column in columns:
            shown, own = column[place][1:] if column else ("hidden", key)
            cells.append(Cell(shown, is_different=bool(key) and own != key))
        rows.append(CompareRow(label, text, tuple(cells)))
    return tuple(rows)


@dataclass(frozen=True)
class _Who:
    """A person as both sides of the comparison know one."""

    name: str
    birth: date | None
    mbi: Mbi
    email: str
    phone: str
    street: str
    city: str
    state: str
    zip_code: str

    def values(self) -> Values:
        """Each compared field: label, text for the screen, comparison key."""
        place = " ".join(filter(None, (self.city, self.state, self.zip_code)))
        street = tidy(self.street)
        return [
            (gettext("Name"), self.name, _fold(self.name)),
            (gettext("Date of birth"), _day(self.birth), _day(self.birth)),
            ("MBI", f"{MASK}{self.mbi.tail}" if self.mbi.tail else "", _mbi_key(self.mbi)),
            (gettext("Email"), self.email, self.email.casefold()),
            (gettext("Phone"), format_phone(self.phone), self.phone),
            (
                gettext("Address"),
                ", ".join(filter(None, (street, place))),
                f"{_fold(street)} {zip5(self.zip_code)}".strip(),
            ),
        ]


def _incoming(one: Beneficiary) -> Values:
    return _Who(
        name=f"{one.first_name} {one.last_name}",
        birth=one.date_of_birth,
        mbi=one.mbi or Mbi("", ""),
        email=one.email,
        phone=one.phone,
        street=one.address_1,
        city=one.city,
        state=one.state,
        zip_code=one.zip_code,
    ).values()


def _stored(person: Individual | SalesRecord) -> Values:
    fields = selectors.person_of(person)
    return _Who(
        name=f"{person.first_name} {person.last_name}",
        birth=person.date_of_birth,
        mbi=Mbi(fields.mbi, fields.mbi_tail),
        email=person.email,
        phone=person.phone,
        street=fields.address_1,
        city=fields.city,
        state=fields.state,
        zip_code=fields.zip_code,
    ).values()


def _mbi_key(mbi: Mbi) -> str:
    return mbi.full or mbi.tail


def _day(value: date | None) -> str:
    return f"{value:%m/%d/%Y}" if value else ""


def _fold(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
