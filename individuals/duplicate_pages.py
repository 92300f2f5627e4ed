"""What the pages of duplicates show, gathered so that templates only write it down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencyhub.accounts.models import Agent, User
from agencyhub.lib import keyset
from agencyhub.lib.keyset import Key
from agencyhub.lib.midnights import midnight
from agencyhub.lib.phones import format_phone
from agencyhub.records import references
from agencyhub.records.models import UNDO_WINDOW
from individuals import blocking, merge_fields, selectors
from individuals.duplicates import CERTAIN, LIKELY, Likeness, score
from individuals.models import (
    Address,
    DuplicatePair,
    Individual,
    IndividualAgent,
    MergedIndividual,
)
from individuals.services import merges

BEST_FIRST = (Key("score", descending=True), Key("pk", descending=True))
PAGE = 20
MOST_COUNTED = 100
UNDO = "records.undo_batch"
State = DuplicatePair.State
_NOUNS: Mapping[type[Any], tuple[Any, Any]] = {
    IndividualAgent: (gettext_lazy("additional agent"), gettext_lazy("additional agents"))
}


class Degree(NamedTuple):
    """How sure a likeness is, as a chip."""

    text: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Person:
    """One of a pair, in the words of a row."""

    pk: int
    name: str
    facts: list[tuple[str, str]]


@dataclass(frozen=True)
class PairRow:
    """Two people to compare."""

    pair: DuplicatePair
    degree: Degree
    people: list[Person]


@dataclass(frozen=True)
class Counted:
    """A count that stops early, in words: "38" or "100+"."""

    number: int

    def __str__(self) -> str:
        return f"{MOST_COUNTED}+" if self.number > MOST_COUNTED else str(self.number)


@dataclass(frozen=True)
class MergedLine:
    """Somebody who became part of an individual; ``batch_id`` is None when it cannot be undone."""

    number: int
    name: str
    merged_at: datetime
    batch_id: int | None


@dataclass(frozen=True)
class MergePage:
    """Two individuals side by side before they become one."""

    survivor: Individual
    loser: Individual
    pair: DuplicatePair | None
    degree: Degree | None
    reasons: Sequence[str]
    rows: list[merge_fields.FieldRow]
    moves: list[str]
    seen: Mapping[int, str]

    @property
    def differing(self) -> int:
        """How many fields there are to choose."""
        return sum(1 for row in self.rows if row.is_different)


def queue(user: User, params: Mapping[str, Any]) -> keyset.KeysetPage[DuplicatePair]:
    """Open pairs whose two people the user sees, the surest and then the newest first."""
    rows = DuplicatePair.objects.open().visible_to(user).select_related("first", "second")
    among = DuplicatePair.objects.visible_to(user)
    return keyset.page(rows, order=BEST_FIRST, params=params, size=PAGE, among=among)


def rows(pairs: Iterable[DuplicatePair]) -> list[PairRow]:
    """The rows of some pairs; two queries however many they are."""
    found = list(pairs)
    people = [one for pair in found for one in (pair.first, pair.second)]
    places = selectors.places(one.pk for one in people)
    agents = Agent.objects.in_bulk({one.servicing_agent_id for one in people} - {None})
    names = {pk: agent.full_name for pk, agent in agents.items()}
    return [
        PairRow(
            pair,
            degree(pair.score),
            [_person(one, places, names) for one in (pair.first, pair.second)],
        )
        for pair in found
    ]


def _person(one: Individual, places: Mapping[int, str], agents: Mapping[int, str]) -> Person:
    facts = [
        (_("Born"), f"{one.date_of_birth:%m/%d/%Y}" if one.date_of_birth else ""),
        (_("MBI"), one.masked_mbi),
        (_("Phone"), format_phone(one.phone)),
        (_("Lives in"), places.get(one.pk, "")),
        (_("Agent"), agents.get(one.servicing_agent_id or 0, "")),
        (_("Since"), f"{timezone.localtime(one.created_at):%m/%d/%Y}"),
    ]
    return Person(one.pk, one.full_name, facts)


def degree(points: int) -> Degree:
    """The chip of a score."""
    if points == CERTAIN:
        return Degree(_("Certain"), "warning", "users")
    if points >= LIKELY:
        return Degree(_("Very likely"), "info", "users")
    return Degree(_("Possible"), "neutral", "help")


def left(user: User) -> Counted:
    """How many pairs wait for the user, counted up to a hundred."""
    waiting = DuplicatePair.objects.open().visible_to(user)
    return Counted(waiting.order_by()[: MOST_COUNTED + 1].count())


def done_today(user: User) -> Counted:
    """How many pairs the user decided about since midnight."""
    today = midnight(timezone.localdate())
    decided = DuplicatePair.objects.filter(decided_by=user, decided_at__gte=today)
    return Counted(decided.order_by()[: MOST_COUNTED + 1].count())


def open_pairs_of(individual: Individual, *, user: User) -> list[DuplicatePair]:
    """The open pairs of one individual whose other half the user sees, the surest first."""
    pairs = DuplicatePair.objects.open().of(individual.pk).visible_to(user)
    return list(pairs.order_by("-score", "-pk")[:5])


def merged_into(individual: Individual, *, user: User) -> list[MergedLine]:
    """Who became part of an individual, the newest first, and what of it can be undone."""
    now = timezone.now()
    merged = MergedIndividual.objects.filter(survivor=individual).select_related("batch")
    may_undo = user.has_perm(UNDO)
    return [
        MergedLine(
            one.pk,
            one.name,
            one.merged_at,
            one.batch_id if may_undo and now - one.batch.created_at <= UNDO_WINDOW else None,
        )
        for one in merged.order_by("-batch", "-pk")
    ]


def merge_page(
    survivor: Individual, loser: Individual, *, user: User, chosen: Mapping[str, str] | None = None
) -> MergePage:
    """Everything about a merge that is not done yet; ``chosen`` keeps what somebody picked."""
    first, second = sorted((survivor.pk, loser.pk))
    pair = DuplicatePair.objects.filter(first=first, second=second).first()
    likeness = _likeness(first, second)
    fields = merges.visible_custom_fields(user)
    table = merge_fields.rows(survivor, loser, custom_fields=fields, chosen=chosen)
    address = _primary_addresses(survivor, loser, chosen or {})
    return MergePage(
        survivor=survivor,
        loser=loser,
        pair=pair,
        degree=degree(likeness.score) if likeness.is_worth_a_look else None,
        reasons=likeness.reasons,
        rows=[*table, *address],
        moves=_moves(loser),
        seen={one.pk: one.updated_at.isoformat() for one in (survivor, loser)},
    )


def _likeness(first: int, second: int) -> Likeness:
    """As they are today: the stored reasons may be older than an edit."""
    facts = blocking.facts_of([first, second])
    return score(facts[first], facts[second])


def _primary_addresses(
    survivor: Individual, loser: Individual, chosen: Mapping[str, str]
) -> list[merge_fields.FieldRow]:
    """The primary address of each, as one more row to choose from."""
    primary = Address.objects.filter(individual__in=(survivor, loser), is_primary=True)
    lines = {one.individual_id: _address_line(one) for one in primary}
    texts = lines.get(survivor.pk, ""), lines.get(loser.pk, "")
    if not any(texts):
        return []
    name = merges.PRIMARY_ADDRESS
    is_different = texts[0] != texts[1]
    better = "right" if loser.updated_at > survivor.updated_at or not texts[0] else "left"
    side = chosen.get(name, better if texts[1] else "left")
    row = merge_fields.FieldRow(
        _("Primary address"), *texts, is_different, name if is_different else "", side
    )
    return [row]


def _address_line(address: Address) -> str:
    where = selectors.place(address.city, address.state)
    return ", ".join(filter(None, (address.line_1, f"{where} {address.zip_code}".strip())))


def _moves(loser: Individual) -> list[str]:
    """What moves along, in words: "3 policies"."""
    found = []
    for pointer in references.pointers_to(Individual):
        count = pointer.rows(loser.pk).count()
        if count and not getattr(pointer.model, "is_bookkeeping", False):
            one, many = _NOUNS.get(pointer.model, (pointer.model._meta.verbose_name, pointer.noun))
            noun = one if count == 1 else many
            found.append(f"{count:,} {noun}")
    return found
