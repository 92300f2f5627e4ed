"""A worksheet is taken back as a whole: asked for by a person, done by a worker.

Each decision is reversed by itself, and noted in the same transaction: a worker that dies leaves
nothing half done, and who goes on begins with the next decision.
"""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.imports.models import Import
from agencyhub.lib.errors import DomainError
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


class AlreadyReversingError(DomainError):
    """A worker takes the worksheet back at this moment."""

    code = "worksheet_is_being_reversed"


class NothingToReverseError(DomainError):
    """Everything that the worksheet decided is reversed."""

    code = "nothing_to_reverse"


class _LostClaimError(Exception):
    """Another worker has taken over: stop without a word."""


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
    reversal = _claim(reversal_id)
    if reversal is None:
        return
    try:
        while some := list(_left(reversal)[:SLICE]):
            for decision in some:
                _take_back(reversal, decision)
        _note(reversal, state=State.DONE, finished_at=timezone.now(), alive_at=None)
    except _LostClaimError:
        return


def abandoned() -> list[int]:
    """Reversals whose worker was lost, or that no worker was told of."""
    return list(Reversal.objects.filter(_quiet(), state=State.WORKING).values_list("pk", flat=True))


def _claim(reversal_id: int) -> Reversal | None:
    """Take a reversal to work on it; what kills every worker is given up."""
    waiting = Reversal.objects.filter(_quiet() | Q(alive_at=None), pk=reversal_id)
    waiting = waiting.filter(state=State.WORKING)
    if waiting.filter(claims__gte=MOST_CLAIMS).update(state=State.GIVEN_UP, alive_at=None):
        return None
    if not waiting.update(claims=F("claims") + 1, alive_at=timezone.now()):
        return None
    return Reversal.objects.select_related("run", "user").get(pk=reversal_id)


def _quiet() -> Q:
    long_ago = timezone.now() - LEASE
    return Q(alive_at__lt=long_ago) | Q(alive_at=None, started_at__lt=long_ago)


def _left(reversal: Reversal) -> "QuerySet[Decision]":
    """The newest first, so that none stands in the way of another."""
    return worksheets.standing(reversal.run, user=reversal.user, below=reversal.below)


def _take_back(reversal: Reversal, decision: Decision) -> None:
    at = timezone.now()
    with transaction.atomic():
        try:
            with translation.override(settings.LANGUAGE_CODE):
                reversing.reverse(decision.pk, reversal.reason, reversal.user, at)
        except reversing.NotReversibleError as refusal:
            named = reversal.named
            if len(named) < MOST_NAMED:
                named = [*named, [decision.pk, refusal.message]]
            _note(reversal, refused=reversal.refused + 1, named=named, below=decision.pk)
        else:
            _note(reversal, reversed=reversal.reversed + 1, below=decision.pk)


def _note(reversal: Reversal, **values: object) -> None:
    """Write down how far it is, as a sign of life; what was done with it stays undone if it fails.

    Raises:
        _LostClaimError: the reversal is another worker's by now.
    """
    values = {"alive_at": timezone.now()} | values
    mine = Reversal.objects.filter(pk=reversal.pk, claims=reversal.claims, state=State.WORKING)
    if not mine.update(**values):
        raise _LostClaimError
    for name, value in values.items():
        setattr(reversal, name, value)
