"""Codes of suggestions, changes and categories in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from integrations.noyo.reasons import AGAINST, Why
from integrations.noyo.suggesting import EVERYBODY

_WHY: Mapping[str, Any] = {
    Why.CODE_SAME: gettext_lazy("same code"),
    Why.CODE_OTHER: gettext_lazy("but another code"),
    Why.NAME_SAME: gettext_lazy("same name"),
    Why.NAME_ALIKE: gettext_lazy("similar name"),
    Why.NAME_OTHER: gettext_lazy("but another name"),
    Why.TYPE_SAME: gettext_lazy("same type of plan"),
    Why.TYPE_OTHER: gettext_lazy("but another type of plan"),
    Why.NETWORK_SAME: gettext_lazy("same network"),
    Why.METAL_SAME: gettext_lazy("same metal tier"),
    Why.METAL_OTHER: gettext_lazy("but another metal tier"),
    Why.VOLUNTARY_SAME: gettext_lazy("both voluntary, or both not"),
    Why.VOLUNTARY_OTHER: gettext_lazy("but only one is voluntary"),
    Why.LEVEL_OTHER: gettext_lazy("but one is the high plan, one the low"),
    Why.AMOUNT_OTHER: gettext_lazy("but other amounts"),
    Why.MEMBERS_SAME: gettext_lazy("for the same members"),
    Why.MEMBERS_PART: gettext_lazy("for a part of the members"),
    Why.START_SAME: gettext_lazy("same effective date"),
    Why.ONLY_ONE: gettext_lazy("the only one on either side"),
    Why.BEST_OF_BOTH: gettext_lazy("nothing fits either better"),
    Why.TAKEN: gettext_lazy("but another one fits better"),
    Why.CARRIED: gettext_lazy("linked in the plan year before"),
    Why.KIND_SAME: gettext_lazy("the same kind of category"),
    Why.STATE_SAME: gettext_lazy("same state"),
}
_FIELDS: Mapping[str, Any] = {
    "version": gettext_lazy("Version at Noyo"),
    "name": gettext_lazy("Name"),
    "code": gettext_lazy("Code"),
    "label": gettext_lazy("Name"),
    "plan_type": gettext_lazy("Type of plan"),
    "network": gettext_lazy("Network"),
    "metal_tier": gettext_lazy("Metal tier"),
    "is_voluntary": gettext_lazy("Voluntary"),
    "status": gettext_lazy("Status"),
    "effective_date": gettext_lazy("Effective date"),
    "termination_date": gettext_lazy("Termination date"),
    "member_types": gettext_lazy("Members"),
    "class_identifiers": gettext_lazy("Offered to"),
    "line": gettext_lazy("Line of coverage"),
    "is_open": gettext_lazy("Open for members"),
    "gone": gettext_lazy("No longer at the carrier"),
}
_MEMBER_TYPES: Mapping[str, Any] = {
    "all": gettext_lazy("everybody"),
    "employee": gettext_lazy("employees"),
    "spouse": gettext_lazy("spouses"),
    "child": gettext_lazy("children"),
    "domestic-partner": gettext_lazy("domestic partners"),
    "employee-with-dependents": gettext_lazy("employees with dependents"),
}
_KINDS: Mapping[str, Any] = {
    "benefit_class": gettext_lazy("Benefit class"),
    "division": gettext_lazy("Division"),
    "location": gettext_lazy("Location"),
}


@dataclass(frozen=True)
class ChangeWords:
    """What changed at the carrier: the field, and what it said before and says now."""

    field: str
    before: str
    after: str


def reasons(stored: Iterable[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """What speaks for a link, and what against it."""
    found: tuple[list[str], list[str]] = ([], [])
    for one in stored:
        code = Why(one["code"])
        found[code in AGAINST].append(str(_WHY[code]))
    return found


def changes(stored: Iterable[Mapping[str, str]]) -> Iterator[ChangeWords]:
    """The changes of a stale link; a field that we have no word for keeps the carrier's."""
    for one in stored:
        name = one["field"]
        words = str(_FIELDS[name]) if name in _FIELDS else _spaced(name)
        yield ChangeWords(words, one["before"], one["after"])


def category(name: str) -> str:
    """A carrier's category as a heading: ``bill_groups`` is Bill groups."""
    return _spaced(name)


def identifier(key: str, text: str) -> str:
    """One identifier with what it is called, also where it is blank."""
    blank = gettext("blank")
    return f"{_spaced(key)}: {text or blank}"


def unit_kind(kind: str) -> str:
    """Benefit class, division or location."""
    return str(_KINDS[kind])


def members(slots: frozenset[str]) -> str:
    """Whom a plan of ours covers."""
    if slots == EVERYBODY:
        return str(_MEMBER_TYPES["all"])
    return ", ".join(str(_MEMBER_TYPES[one]) for one in sorted(slots))


def member_types(types: Iterable[str]) -> str:
    """Whom a carrier's plan covers; a type that we do not know as it is."""
    return ", ".join(str(_MEMBER_TYPES.get(one, one)) for one in types)


def voluntary(is_voluntary: bool | None) -> Iterator[str]:
    """Whether members pay for it themselves, where the carrier says so."""
    if is_voluntary is not None:
        yield gettext("voluntary") if is_voluntary else gettext("not voluntary")


def closed() -> str:
    """An option that takes no members."""
    return gettext("closed")


def days(start: date | None, end: date | None) -> str:
    """From when until when; open ends are left out."""
    first = f"{start:%m/%d/%Y}" if start else "…"
    return f"{first} – {end:%m/%d/%Y}" if end else gettext("from %(day)s") % {"day": first}


def _spaced(key: str) -> str:
    return key.replace("_", " ").strip().capitalize()
