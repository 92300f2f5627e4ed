"""Reads of who looked at whom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib.retelling import retell
from individuals.models import Individual, Look, MergedIndividual, Opening, RevealLog

PAGE = 100
KeysOf = Callable[[Sequence[int]], QuerySet[Any, int]]
_KEYS: list[KeysOf] = []


@dataclass(frozen=True)
class Glance:
    """One line of "who looked": a look, a document that was opened, or an uncovered MBI."""

    at: datetime
    who: str
    how: str
    as_whom: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Glances:
    """A page of lines, newest first, and the moment before which the next page begins."""

    lines: list[Glance]
    before: datetime | None


def register(keys_of: KeysOf) -> None:
    """Let an app above say which documents are of individuals now: in its module ``opened``."""
    if keys_of not in _KEYS:
        _KEYS.append(keys_of)


def who_looked(individual: Individual, *, before: datetime | None = None) -> Glances:
    """Who had this individual before them, also under numbers that were merged into this one.

    Whoever opened a document stands where the document is, besides where it was at the time.
    """
    pks = MergedIndividual.objects.keys_of(individual.pk)
    looks = look_rows(Look.objects.filter(individual_id__in=pks))
    reveals = RevealLog.objects.filter(individual_id__in=pks).select_related("user")
    openings = Opening.objects.filter(_of(pks)).select_related("user", "viewing_as", "api_key")
    if before is not None:
        openings = openings.filter(opened_at__lt=before)
        looks = looks.filter(looked_at__lt=before)
        reveals = reveals.filter(revealed_at__lt=before)
    lines = [_of_look(look) for look in looks.order_by("-looked_at", "-pk")[: PAGE + 1]]
    lines += [_of_reveal(one) for one in reveals.order_by("-revealed_at", "-pk")[: PAGE + 1]]
    lines += [_of_opening(one, pks) for one in openings.order_by("-opened_at", "-pk")[: PAGE + 1]]
    lines.sort(key=lambda line: line.at, reverse=True)
    return Glances(lines[:PAGE], lines[PAGE - 1].at if len(lines) > PAGE else None)


@cache
def _registered() -> list[KeysOf]:
    """What apps above have said; every app is looked through once in a process."""
    autodiscover_modules("opened")
    return _KEYS


def _of(pks: Sequence[int]) -> Q:
    found = Q(individual_id__in=pks)
    for keys_of in _registered():
        found |= Q(document_id__in=keys_of(pks))
    return found


def look_rows(looks: QuerySet[Look]) -> QuerySet[Look]:
    """Looks with what a line about them says."""
    return looks.select_related("user", "viewing_as", "api_key")


def name_of(look: Look | Opening) -> str:
    """Who it was: a person, or the API key that asked."""
    if look.user is not None:
        return look.user.display_name
    return (
        gettext("API key “%(name)s”") % {"name": look.api_key.name}
        if look.api_key
        else gettext("An API key")
    )


def _of_look(look: Look) -> Glance:
    how: Any = look.get_how_display()
    return Glance(look.looked_at, name_of(look), str(how), _name(look.viewing_as))


def _of_opening(one: Opening, pks: Sequence[int]) -> Glance:
    words = gettext("Opened a document: %(what)s")
    if one.individual_id not in pks:
        words = gettext("Opened a document while another client had it: %(what)s")
    how = words % {"what": retell(one.what)}
    return Glance(one.opened_at, name_of(one), how, _name(one.viewing_as))


def _of_reveal(reveal: RevealLog) -> Glance:
    return Glance(
        reveal.revealed_at, reveal.user.display_name, gettext("MBI revealed"), "", reveal.reason
    )


def _name(user: User | None) -> str:
    return user.display_name if user else ""
