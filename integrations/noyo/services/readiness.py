"""Marking a mapping as mapped, and opening it again."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.noyo.models import Mapping
from integrations.noyo.selectors import problems
from integrations.noyo.services import opening, suggestions
from integrations.noyo.services.acting import act


class NotReadyError(DomainError):
    """Something still waits: ``selectors.problems`` says what."""

    code = "mapping_not_ready"


def mark_ready(*, mapping: Mapping, user: User, at: datetime) -> Batch:
    """Mark a mapping as mapped: from now on members are sent and compared by it.

    Raises:
        NotOpenError: it is marked so already.
        NotReadyError: something still waits.
    """
    with act(mapping, gettext_noop("Marked a mapping as mapped"), user=user) as batch:
        blocking = [one for one in problems.of(mapping, on=timezone.localdate(at)) if one.blocks]
        if blocking:
            msg = gettext("This is not mapped yet: %(problem)s") % {"problem": blocking[0].words}
            raise NotReadyError(msg)
        mapping.status, mapping.ready_at, mapping.ready_by = Mapping.Status.READY, at, user
        mapping.save(update_fields=["status", "ready_at", "ready_by"])
        for following in mapping.following.exclude(status=Mapping.Status.READY):
            opening.carry(mapping=following)
            suggestions.refresh(mapping=following, at=at)
    return batch


def reopen(*, mapping: Mapping, user: User, at: datetime) -> Batch:
    """Open a mapping that is marked as mapped; its links and rules stay as they are."""
    summary = gettext_noop("Opened a mapping again")
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary) as batch:
        Mapping.objects.filter(pk=mapping.pk, status=Mapping.Status.READY).update(
            status=Mapping.Status.REOPENED, reason=Mapping.Reason.PERSON, opened_at=at
        )
    mapping.refresh_from_db()
    return batch
