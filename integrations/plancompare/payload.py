"""What a hand-off carries: a person's fields tidied, and what is missing or malformed. Pure rules.

Source: PlanCompare article, "Data sent to PlanCompare" with its footnotes, read 2026-11-22.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_noop

from agencyhub.lib.mbi import InvalidMbiError, read_mbi
from agencyhub.lib.phones import InvalidPhoneError, read_phone
from agencyhub.lib.text import InvalidZipError, read_zip, tidy

INDIVIDUAL = "individual"
SALES_RECORD = "sales_record"
STATE_LETTERS = 2

# Every field of the contract in the order it is sent, with its words for the screen.
LABELS = {
    "partner_id": gettext_noop("Partner ID"),
    "username": gettext_noop("PlanCompare username"),
    "record_type": gettext_noop("Record type"),
    "record_id": gettext_noop("Record ID"),
    "zip": gettext_noop("ZIP code"),
    "first_name": gettext_noop("First name"),
    "last_name": gettext_noop("Last name"),
    "date_of_birth": gettext_noop("Date of birth"),
    "mbi": "MBI",
    "part_a_effective_date": gettext_noop("Part A effective date"),
    "part_b_effective_date": gettext_noop("Part B effective date"),
    "email": gettext_noop("Email"),
    "phone": gettext_noop("Phone"),
    "address_1": gettext_noop("Address line 1"),
    "address_2": gettext_noop("Address line 2"),
    "city": gettext_noop("City"),
    "state": gettext_noop("State"),
    "plan_year": gettext_noop("Plan year"),
}
SENDER_FIELDS = ("partner_id", "username", "record_type", "record_id", "plan_year")
PERSON_FIELDS = tuple(name for name in LABELS if name not in SENDER_FIELDS)
WANTED = ("date_of_birth", "mbi")
ADD_THERE = gettext_noop("It can be sent without it; add it here first, or in PlanCompare.")


class Level(StrEnum):
    """How much a finding matters: ``block`` stops the hand-off, the others only tell."""

    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """Something about one field that the sender should know before leaving."""

    level: Level
    field: str
    text: str
    help: str = ""


@dataclass(frozen=True)
class Person:
    """What our record says, exactly as stored; ``mbi`` is the full one or blank."""

    record_type: str
    record_id: int
    first_name: str = ""
    last_name: str = ""
    date_of_birth: date | None = None
    mbi: str = ""
    mbi_tail: str = ""
    part_a_effective_date: date | None = None
    part_b_effective_date: date | None = None
    email: str = ""
    home_phone: str = ""
    cell_phone: str = ""
    business_phone: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""


@dataclass(frozen=True)
class Sender:
    """Whose hand-off it is, and for which plan year."""

    partner_id: str
    username: str
    plan_year: int


@dataclass(frozen=True)
class Payload:
    """The fields to send by our names, in order, and what was found on the way."""

    fields: dict[str, str]
    findings: tuple[Finding, ...]

    @property
    def blocks(self) -> tuple[Finding, ...]:
        """The findings that stop the hand-off."""
        return tuple(one for one in self.findings if one.level is Level.BLOCK)

    def wire(self, names: Mapping[str, str]) -> list[tuple[str, str]]:
        """The form fields under the partner's names, where a link renames some of ours."""
        return [(names.get(name) or name, value) for name, value in self.fields.items()]


Read = tuple[str, list[Finding]]


def build_payload(person: Person, sender: Sender, *, today: date) -> Payload:
    """Build the hand-off of ``person``: trimmed, normalised, absent values left out.

    A value that PlanCompare could not read is left out with a warning. The ZIP code is the one
    field it cannot do without: a missing or malformed one blocks.
    """
    found: dict[str, Read] = {
        "partner_id": _text(sender.partner_id),
        "username": _text(sender.username),
        "record_type": (person.record_type, []),
        "record_id": (str(person.record_id), []),
        "zip": _zip(person.zip_code),
        "first_name": _text(person.first_name),
        "last_name": _text(person.last_name),
        "date_of_birth": _birth(person.date_of_birth, today),
        "mbi": _mbi(person),
        "part_a_effective_date": _day(person.part_a_effective_date),
        "part_b_effective_date": _day(person.part_b_effective_date),
        "email": _email(person.email),
        "phone": _phone(person),
        "address_1": _text(person.address_1),
        "address_2": _address_2(person),
        "city": _text(person.city),
        "state": _state(person.state),
        "plan_year": (str(sender.plan_year), []),
    }
    findings = [one for _, own in found.values() for one in own]
    findings += _missing(found)
    fields = {name: value for name, (value, _) in found.items() if value}
    return Payload(fields, tuple(findings))


def _text(value: str) -> Read:
    return tidy(value), []


def _day(value: date | None) -> Read:
    return (value.isoformat() if value else ""), []


def _zip(value: str) -> Read:
    try:
        return read_zip(value), []
    except InvalidZipError:
        text = gettext_noop("The ZIP code is not one PlanCompare can read, so nothing can be sent.")
        return "", [
            Finding(Level.BLOCK, "zip", text, gettext_noop("Write 5 digits, or 9 with a dash."))
        ]


def _birth(value: date | None, today: date) -> Read:
    if value and value > today:
        return "", [_left_out("date_of_birth", gettext_noop("is in the future"))]
    return _day(value)


def _mbi(person: Person) -> Read:
    if not person.mbi:
        if not person.mbi_tail:
            return "", []
        text = gettext_noop(
            "Only the last characters of the MBI (%(mbi_tail)s) are on file; it is left out."
        ) % {"mbi_tail": person.mbi_tail}
        return "", [
            Finding(
                Level.WARN, "mbi", text, gettext_noop("Ask for the full MBI on the Medicare card.")
            )
        ]
    try:
        return read_mbi(person.mbi).full, []
    except InvalidMbiError:
        return "", [_left_out("mbi", gettext_noop("does not follow the rules of an MBI"))]


def _email(value: str) -> Read:
    email = tidy(value)
    name, at, host = email.partition("@")
    if email and (not name or not at or "." not in host or " " in email):
        return "", [_left_out("email", gettext_noop("is not an email address"))]
    return email, []


def _phone(person: Person) -> Read:
    """Home, else cell, else business phone; one that cannot be read counts as not found."""
    findings = []
    sources = (
        ("home", person.home_phone),
        ("cell", person.cell_phone),
        ("business", person.business_phone),
    )
    for kind, value in sources:
        try:
            digits = read_phone(value)
        except InvalidPhoneError:
            text = gettext_noop("The %(kind)s phone is not a US phone number; it is left out.") % {
                "kind": kind
            }
            findings.append(Finding(Level.WARN, "phone", text))
            continue
        if digits:
            return digits, findings
    return "", findings


def _address_2(person: Person) -> Read:
    line = tidy(person.address_2)
    if line and person.record_type != INDIVIDUAL:
        text = gettext_noop("Address line 2 is sent for Individuals only; it is left out.")
        return "", [Finding(Level.NOTE, "address_2", text)]
    return line, []


def _state(value: str) -> Read:
    state = tidy(value).upper()
    if state and (len(state) != STATE_LETTERS or not state.isalpha()):
        return "", [_left_out("state", gettext_noop("is not a two-letter code"))]
    return state, []


def _left_out(field: str, why: str) -> Finding:
    return Finding(
        Level.WARN,
        field,
        gettext_noop("%(labels)s %(why)s; it is left out.") % {"labels": LABELS[field], "why": why},
    )


def _missing(found: Mapping[str, Read]) -> list[Finding]:
    """A finding for each field that is empty and about which nothing was said yet."""
    findings = []
    for name in PERSON_FIELDS:
        value, said = found[name]
        if value or said or name == "address_2":
            continue
        findings.append(_MISSING.get(name, _note_missing)(name))
    return findings


def _note_missing(name: str) -> Finding:
    return Finding(
        Level.NOTE, name, gettext_noop("%(labels)s is not on file.") % {"labels": LABELS[name]}
    )


def _block_missing(name: str) -> Finding:
    text = gettext_noop("The ZIP code is missing, so nothing can be sent.")
    return Finding(
        Level.BLOCK, name, text, gettext_noop("PlanCompare loads no profile without it.")
    )


def _warn_missing(name: str) -> Finding:
    return Finding(
        Level.WARN,
        name,
        gettext_noop("%(labels)s is missing.") % {"labels": LABELS[name]},
        ADD_THERE,
    )


_MISSING: dict[str, Callable[[str], Finding]] = {
    "zip": _block_missing,
    **dict.fromkeys(WANTED, _warn_missing),
}
