"""Why Noyo did not take a mapping, in words: which field, and what can be done about it."""

from collections.abc import Mapping as Words
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django_stubs_ext import StrOrPromise

from integrations.noyo.models import Mapping

UNREADABLE = 0
"""Stands for the status of an answer that nobody can read."""


class Part(StrEnum):
    """What of a mapping is told."""

    STRUCTURE = "structure"
    HEADER = "header"
    PLANS = "plans"
    RULES = "rules"
    READY = "ready"


FIELDS: Words[str, StrOrPromise] = {
    "name": gettext_lazy("Name of the rule"),
    "rank": gettext_lazy("Rank of the rule"),
    "resulting_field_name": gettext_lazy("The carrier’s category"),
    "resulting_field_value": gettext_lazy("What they get"),
    "left_operand": gettext_lazy("Field of a condition"),
    "operator": gettext_lazy("Comparison of a condition"),
    "right_operand": gettext_lazy("Value of a condition"),
    "effective_start_date": gettext_lazy("Plan year from"),
    "effective_end_date": gettext_lazy("Plan year until"),
    "carrier_id": gettext_lazy("Carrier"),
    "account_structure_fields": gettext_lazy("Our classes, divisions and locations"),
    "plans": gettext_lazy("Plans"),
}
PARTS: Words[str, StrOrPromise] = {
    Part.STRUCTURE: gettext_lazy("our plans, classes, divisions and locations"),
    Part.HEADER: gettext_lazy("the plan year"),
    Part.PLANS: gettext_lazy("the linked plans"),
    Part.RULES: gettext_lazy("the class rules"),
    Part.READY: gettext_lazy("that it is mapped"),
}
OF_SETTINGS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True)
class Refusal:
    """What is shown of it. ``fields`` are a field in our words and what Noyo says of it."""

    at: datetime | None
    what: str
    fields: tuple[tuple[str, str], ...]
    said: str
    remedy: str
    url: str
    link: str


def of(mapping: Mapping) -> Refusal | None:
    """Why Noyo has not taken a mapping, if so."""
    told = mapping.refusal
    if not told:
        return None
    part, name = told["part"], told["name"]
    what = str(PARTS.get(part, ""))
    if name:
        what = gettext("the rule “%(name)s”") % {"name": name}
    remedy, link, url = _remedy(mapping, part, told["status"])
    fields = tuple((_field(path), text) for path, text in told["fields"])
    said = "" if fields else told["said"]
    return Refusal(mapping.refused_at, what, fields, said, remedy, url, link)


def _field(path: str) -> str:
    """Noyo's name of a field in our words, or as it is."""
    last = path.rpartition(".")[2]
    return str(FIELDS.get(last, path))


def _remedy(mapping: Mapping, part: str, status: int) -> tuple[str, str, str]:
    """What can be done, and where."""
    here = [mapping.group_id, mapping.pk]
    if status in OF_SETTINGS:
        words = gettext("Ask Noyo to let your account write mappings, then tell it again.")
        return words, gettext("Noyo settings"), reverse("noyo:account_detail")
    if status == HTTPStatus.NOT_FOUND:
        words = gettext("Noyo no longer knows the group or a plan. Read the group again.")
        return (
            words,
            gettext("Carriers of the group"),
            reverse("noyo:group_carriers", args=here[:1]),
        )
    if status in (UNREADABLE, HTTPStatus.CONFLICT):
        words = gettext("Nothing has to be corrected here. It is told again after every reading.")
        return words, "", ""
    if part == Part.STRUCTURE:
        words = gettext(
            "Correct the codes of classes, divisions and locations, then tell it again."
        )
        return words, gettext("The group"), reverse("groups:group_detail", args=here[:1])
    is_open = mapping.status != Mapping.Status.READY  # somebody has opened it since
    if part == Part.RULES:
        words = (
            gettext("Correct the rule or the link, and mark the mapping as mapped.")
            if is_open
            else gettext(
                "Open the mapping again, correct the rule or the link, and mark it as mapped."
            )
        )
        return words, gettext("Class rules"), reverse("noyo:mapping_rules", args=here)
    words = (
        gettext("Correct what is named, and mark the mapping as mapped.")
        if is_open
        else gettext("Open the mapping again, correct what is named, and mark it as mapped.")
    )
    return words, gettext("Plans"), reverse("noyo:mapping_detail", args=here)
