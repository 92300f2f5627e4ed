"""Saying which side of a difference is right, for one or for many at once.

The carrier's value is taken over into our records as anybody edits them; or ours is right, and the
difference is put aside until it changes. Each is one act, which can be undone as a whole.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from agencyhub.records.services import undo as undoing
from groups.models import Dependent, Employee
from groups.services import saving
from integrations.errors import PartnerRejectedError, PartnerUnavailableError
from integrations.noyo.client import Noyo
from integrations.noyo.models import Difference, NoyoGroup
from integrations.noyo.selectors import settling as rules
from integrations.noyo.selectors.settling import Left
from integrations.noyo.services import accounts

TAKEN = gettext_noop("The carrier’s values were taken")
OURS = gettext_noop("Ours is right: differences put aside")
DISMISS, REOPEN = "dismiss", "reopen"
State, Verdict = Difference.State, Difference.Verdict
PERSONS: tuple[tuple[str, type[Employee] | type[Dependent]], ...] = (
    ("employee", Employee), ("dependent", Dependent),
)  # fmt: skip


@dataclass
class Settled:
    """What became of them: how many were settled, and those left as they are, by key."""

    batch: Batch | None = None
    number: int = 0
    left: dict[int, str] = field(default_factory=dict)


def take(*, rows: QuerySet[Difference], user: User, at: datetime) -> Settled:
    """Take over what the carrier says, where that is one value of a person of ours.

    Decided ones are left as they are, so the same may be asked twice. What ``rules.why_left`` names
    stays, and so does a value that a rule of ours refuses; the rest is settled.
    """
    settled = Settled()
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=TAKEN) as batch:
        settled.batch = batch
        for one in _locked(rows):
            why = _take(one)
            if why:
                settled.left[one.pk] = why
                continue
            _decide(one, State.RESOLVED, Verdict.CARRIER, user=user, at=at)
            settled.number += 1
    return settled


def keep_ours(*, rows: QuerySet[Difference], user: User, at: datetime) -> Settled:
    """Say that ours is right: put aside until the difference changes, for the carrier to correct.

    What Noyo found is dismissed there first; what it does not take stays open here.
    """
    settled = Settled()
    wanted = rows.filter(state=State.OPEN)
    for pk in rows.exclude(state=State.OPEN).values_list("pk", flat=True):
        settled.left[pk] = Left.DECIDED
    found_there = list(wanted.filter(source=Difference.Source.NOYO).order_by("pk"))
    taken, refused = _tell_noyo(found_there, DISMISS)
    settled.left |= dict.fromkeys(refused, Left.NOYO)
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=OURS) as batch:
        settled.batch = batch
        for one in _locked(wanted.exclude(pk__in=refused)):
            if one.source == Difference.Source.NOYO and one.pk not in taken:
                continue
            _decide(one, State.DISMISSED, Verdict.OURS, user=user, at=at)
            settled.number += 1
    return settled


def undo(*, batch: Batch, user: User, at: datetime) -> None:
    """Take back what was settled in one act; Noyo opens again what it had put aside.

    Raises:
        NotActiveError, PartnerUnavailableError, PartnerRejectedError: Noyo does not take that, and
            nothing is changed.
        DomainError: see ``undo_batch``.
    """
    told = touched(batch).filter(
        source=Difference.Source.NOYO, state=State.DISMISSED, verdict=Verdict.OURS
    )
    if told.exists():
        with Noyo(accounts.active()) as noyo:
            for one in told.order_by("pk"):
                noyo.change(f"/differences/{one.noyo_id}/{REOPEN}", None, tracking=True)
    undoing.undo_batch(batch_id=batch.pk, user=user, at=at)


def touched(batch: Batch) -> QuerySet[Difference]:
    """The differences that an act changed."""
    changes = batch.changes.filter(table_name=Difference._meta.db_table)
    return Difference.objects.filter(pk__in=changes.values("record_id"))


def _locked(rows: QuerySet[Difference]) -> Iterator[Difference]:
    """The rows as they are now, with whom they concern; their groups are held until the end."""
    groups = NoyoGroup.objects.filter(pk__in=rows.order_by().values("noyo_group"))
    list(groups.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    found = Difference.objects.filter(pk__in=pks).order_by("pk")
    yield from found.select_related("member", "employee", "dependent")


def _take(one: Difference) -> str:
    """Write the carrier's value into our record; answer with why not."""
    person: Any = None
    for name, model in PERSONS:
        pk = getattr(one, f"{name}_id")
        if pk is not None:
            person = model.objects.select_for_update(no_key=True).get(pk=pk)
            setattr(one, name, person)  # as it is now, and stays until the end
    why = rules.why_left(one)
    if why:
        return why
    setattr(person, one.field, getattr(one.member, one.field))
    try:
        saving.save(person)
    except DomainError as refused:
        return refused.message
    return ""


def _decide(one: Difference, state: str, verdict: str, *, user: User, at: datetime) -> None:
    one.state, one.verdict, one.decided_by, one.decided_at = state, verdict, user, at
    one.save(update_fields=["state", "verdict", "decided_by", "decided_at"])


def _tell_noyo(found: Collection[Difference], answer: str) -> tuple[set[int], list[int]]:
    """Answer what Noyo found, one by one: those that it took, and those that it did not."""
    taken: set[int] = set()
    if not found:
        return taken, []
    problems = (PartnerUnavailableError, PartnerRejectedError)
    try:
        with Noyo(accounts.active()) as noyo:
            for one in found:
                noyo.change(f"/differences/{one.noyo_id}/{answer}", None, tracking=True)
                taken.add(one.pk)
    except (*problems, accounts.NotActiveError):
        pass  # what was answered counts; the rest is told to whoever asked
    return taken, [one.pk for one in found if one.pk not in taken]
