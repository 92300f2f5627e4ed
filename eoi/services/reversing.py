"""Taking back what a decision did, and lifting what a carrier disallowed for good."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from eoi.models import Decision, EoiRequest
from eoi.services.entering import NOTED
from groups.models import CoverageLock, CoveragePeriod, Election

REVERSED = gettext_noop("Reverse a decision on EOI")
LIFTED = gettext_noop("Lift a lock on coverage")
DAY = timedelta(days=1)


class NotReversibleError(DomainError):
    """The decision was taken back before, or what it left has changed since."""

    code = "decision_not_reversible"


class NotLockedError(DomainError):
    """The lock was lifted before."""

    code = "lock_not_held"


def reverse(decision_id: int, reason: str, user: User, at: datetime) -> Decision:
    """Put back coverage, request and locks as they were before a decision, the newest one first.

    Raises:
        NotReversibleError: with the reason in words.
    """
    election_id = Decision.objects.values_list("request__election", flat=True).get(pk=decision_id)
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=REVERSED):
        election = Election.objects.select_for_update().get(pk=election_id)
        decision = Decision.objects.select_related("request").get(pk=decision_id)
        _check(decision, election)
        _restore_coverage(decision, election, at)
        _restore_locks(decision, reason, user, at)
        EoiRequest.objects.filter(pk=decision.request_id).update(
            status=decision.status_before, closed_at=None
        )
        decision.reversed_at, decision.reversed_by = at, user
        decision.reversed_reason = reason[:200]
        decision.save(update_fields=["reversed_at", "reversed_by", "reversed_reason"])
    return decision


def reverse_each(
    decisions: Iterable[Decision], reason: str, user: User, at: datetime
) -> list[tuple[Decision, str]]:
    """Reverse decisions one by one, each by itself; answer those that stay, and why in words.

    ``decisions`` come the newest first, so that none stands in the way of another.
    """
    refused = []
    for one in decisions:
        try:
            reverse(one.pk, reason, user, at)
        except NotReversibleError as refusal:
            refused.append((one, refusal.message))
    return refused


def lift_lock(lock_id: int, reason: str, user: User, at: datetime) -> CoverageLock:
    """Let a person have more of a benefit again.

    Raises:
        NotLockedError: it was lifted before.
    """
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=LIFTED):
        lock = CoverageLock.objects.select_for_update().get(pk=lock_id)
        if lock.lifted_at is not None:
            raise NotLockedError(_("This lock was lifted before."))
        lock.lifted_at, lock.lifted_by, lock.lifted_reason = at, user, reason[:200]
        lock.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
    return lock


def _check(decision: Decision, election: Election) -> None:
    if decision.reversed_at is not None:
        raise NotReversibleError(_("This decision was reversed before."))
    of_election = Decision.objects.filter(request__election=election, reversed_at__isnull=True)
    if of_election.filter(pk__gt=decision.pk).exists():
        raise NotReversibleError(_("Reverse the newer decision on this coverage first."))
    others = EoiRequest.objects.filter(election=election).open().exclude(pk=decision.request_id)
    is_changed = decision.request.status != decision.status_after or others.exists()
    if is_changed or _now(election) != decision.undo["after"]:
        raise NotReversibleError(
            _("The coverage was changed since, so the decision cannot be reversed.")
        )


def _now(election: Election) -> list[Any]:
    values = [getattr(election, name) for name in NOTED]
    return [str(value) if isinstance(value, Decimal | date) else value for value in values]


def _restore_coverage(decision: Decision, election: Election, at: datetime) -> None:
    before = dict(zip(NOTED, decision.undo["before"], strict=True))
    Election.objects.filter(pk=election.pk).update(**before, updated_at=at)
    touched = decision.undo.get("periods")
    if touched is None:  # what is in force stayed
        return
    last_days = CoveragePeriod.objects.filter(election=election)
    last_days.filter(start_date__gte=decision.effective_date).delete()
    last_days.filter(
        end_date=decision.effective_date - DAY, start_date__in=_starts(touched)
    ).delete()
    CoveragePeriod.objects.bulk_create(
        CoveragePeriod(election=election, **period) for period in touched
    )


def _starts(touched: list[dict[str, Any]]) -> list[str]:
    return [period["start_date"] for period in touched]


def _restore_locks(decision: Decision, reason: str, user: User, at: datetime) -> None:
    """Lift the lock that the decision set; the one that it replaced holds again."""
    CoverageLock.objects.filter(decision_id=decision.pk, lifted_at__isnull=True).update(
        lifted_at=at, lifted_by=user, lifted_reason=reason[:200]
    )
    CoverageLock.objects.filter(pk=decision.undo.get("lock")).update(
        lifted_at=None, lifted_by=None, lifted_reason=""
    )
