"""A worksheet is taken back as a whole: asked for by a person, done by a worker.

Each decision is reversed by itself, and noted in the same transaction: a worker that dies leaves
nothing half done, and who goes on begins with the next decision.
"""

from contextlib import suppress
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.imports.models import Import
from agencyhub.lib.errors import DomainError
from agencyhub.lib.leases import Lease, Leases, LostLeaseError
from eoi import queue
from eoi.models import Decision, Reversal
from eoi.selectors import worksheets
from eoi.services import reversing

State = Reversal.State
LEASE = timedelta(seconds=90)
# What kills its worker so often will kill the next one, too.
MOST_CLAIMS = 10
# So many of those that stay are named; the others are found in the list of what it decided.
MOST_NAMED = 200
SLICE = 200
REVERSALS = Leases(
    Reversal.objects.select_related("run", "user"),
    held=Q(state=State.WORKING),
    length=lambda: LEASE,
)


class AlreadyReversingError(DomainError):
    """A worker takes the worksheet back at this moment."""

    code = "worksheet_is_being_reversed"


class NothingToReverseError(DomainError):
    """Everything that the worksheet decided is reversed."""

    code = "nothing_to_reverse"


def start(run: Import, *, user: User, reason: str) -> Reversal:
    """Let a worker reverse everything that a worksheet decided and that still stands.

    Raises:
        NothingToReverseError, AlreadyReversingError: see there.
    """
    total = worksheets.standing(run, user=user).count()
    if not total:
        raise NothingToReverseError(gettext_noop("Nothing of this worksheet is to be reversed."))
    try:
        with transaction.atomic():
            reversal = Reversal.objects.create(
                run=run, user=user, reason=reason[:200], total=total, started_at=timezone.now()
            )
            transaction.on_commit(partial(queue.reverse, reversal.pk))
    except IntegrityError as twice:
        msg = gettext_noop("This worksheet is being reversed already.")
        raise AlreadyReversingError(msg) from twice
    return reversal


def go_on(reversal_id: int) -> None:
    """Reverse what is left, unless another worker is at it or all is done."""
    lease = _take(reversal_id)
    if lease is None:
        return
    with suppress(LostLeaseError):  # whoever has it now goes on
        while some := list(_left(lease.row)[:SLICE]):
            for decision in some:
                _take_back(lease, decision)
        lease.let_go(state=State.DONE, finished_at=timezone.now())


def abandoned() -> list[int]:
    """Reversals whose worker was lost, or that no worker was told of."""
    at = timezone.now()
    rows = Reversal.objects.filter(REVERSALS.lapsed(at=at))
    # One that nobody has begun with may be on its way to a worker.
    rows = rows.exclude(alive_at=None, started_at__gte=at - LEASE)
    return list(rows.values_list("pk", flat=True))


def _take(reversal_id: int) -> Lease[Reversal] | None:
    """Take a reversal to work on it; what kills every worker is given up."""
    at = timezone.now()
    free = REVERSALS.lapsed(at=at)
    killer = Reversal.objects.filter(free, pk=reversal_id, claims__gte=MOST_CLAIMS)
    if killer.update(state=State.GIVEN_UP, alive_at=None):
        return None
    return REVERSALS.take(reversal_id, free=free, at=at)


def _left(reversal: Reversal) -> "QuerySet[Decision]":
    """The newest first, so that none stands in the way of another."""
    return worksheets.standing(reversal.run, user=reversal.user, below=reversal.below)


def _take_back(lease: Lease[Reversal], decision: Decision) -> None:
    reversal = lease.row
    at = timezone.now()
    with transaction.atomic():
        try:
            with translation.override(settings.LANGUAGE_CODE):
                reversing.reverse(decision.pk, reversal.reason, reversal.user, at)
        except reversing.NotReversibleError as refusal:
            named = reversal.named
            if len(named) < MOST_NAMED:
                named = [*named, [decision.pk, refusal.message]]
            lease.save(refused=reversal.refused + 1, named=named, below=decision.pk)
        else:
            lease.save(reversed=reversal.reversed + 1, below=decision.pk)
