"""What belongs to an application, and what somebody looks for by hand."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from agencyhub.accounts.models import User
from agencyhub.lib.text import name_key
from commissions.matching.reasons import in_words
from commissions.models import Application, BookLink, BookRow, CommissionLine, LineLink
from commissions.models.links import Link
from policies.numbers import number_key

MOST = 30


@dataclass(frozen=True)
class Linked:
    """A row that belongs to the application, and why."""

    kind: str
    row: Any
    method: str
    reasons: list[str]

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.row.pk}"


@dataclass(frozen=True)
class Found:
    """A row that fits what somebody looks for; ``is_taken`` when it belongs elsewhere."""

    kind: str
    row: Any
    is_taken: bool
    is_own: bool

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.row.pk}"


def linked(application: Application, *, user: User) -> list[Linked]:
    """The book row and the lines of an application, of which the user sees the rows."""
    found: list[Linked] = []
    for kind, model, column, rows in _KINDS:
        links = model._default_manager.filter(
            application=application, state=Link.State.LINKED,
            **{f"{column}__in": rows.objects.visible_to(user)},
        )  # fmt: skip
        for one in links.select_related(f"{column}__carrier").order_by(f"-{column}")[:MOST]:
            row = getattr(one, column)
            found.append(Linked(kind, row, one.get_method_display(), in_words(one.reasons)))
    return found


def search(
    application: Application, *, number: str, last_name: str, first_name: str, user: User
) -> list[Found]:
    """Book rows and lines with the number, or with the names; those of the carrier first.

    ``MOST`` of each at the most, within what the user sees.
    """
    wanted = _wanted(number, last_name, first_name)
    if wanted is None:
        return []
    found: list[Found] = []
    for kind, model, column, rows in _KINDS:
        links = model._default_manager.filter(
            **{column: OuterRef("pk"), "state": Link.State.LINKED}
        )
        seen = rows.objects.visible_to(user)
        counting = seen.counting() if rows is CommissionLine else seen
        matching = counting.filter(wanted).select_related("carrier")
        annotated = matching.annotate(
            is_own=Exists(links.filter(application=application)), is_taken=Exists(links)
        )
        found += [
            Found(kind, one, one.is_taken and not one.is_own, one.is_own)
            for one in annotated.order_by("-pk")[:MOST]
        ]
    return sorted(found, key=lambda one: (one.row.carrier_id != application.carrier_id, one.kind))


def _wanted(number: str, last_name: str, first_name: str) -> Q | None:
    parts = []
    if number_key(number):
        key = number_key(number)
        parts.append(
            Q(policy_key=key) | Q(member_id__iexact=number) | Q(application_number__iexact=number)
        )
    if name_key(last_name):
        parts.append(Q(last_name_key__startswith=name_key(last_name)))
    if name_key(first_name):
        parts.append(Q(first_name_key__startswith=name_key(first_name)))
    if not parts:
        return None
    wanted = Q()
    for part in parts:
        wanted &= part
    return wanted


_KINDS: tuple[tuple[str, type[Any], str, type[Any]], ...] = (
    ("book", BookLink, "book_row", BookRow),
    ("line", LineLink, "line", CommissionLine),
)
