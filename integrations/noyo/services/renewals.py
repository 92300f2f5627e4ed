"""Renewal decisions: prepared here, sent to Noyo, and looked at every night."""

import logging
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from groups.models import EmployerGroup
from integrations.errors import (
    FieldProblem,
    PartnerContractError,
    PartnerRejectedError,
    PartnerUnavailableError,
)
from integrations.noyo.client import ConflictError, Noyo, NoyoRefusedError, Record
from integrations.noyo.models import NoyoGroup, RenewalDecision
from integrations.noyo.selectors import renewals as selectors
from integrations.noyo.services import accounts

logger = logging.getLogger(__name__)
Status = RenewalDecision.Status
PREPARED = gettext_noop("Renewal decision prepared")
SENT = gettext_noop("Renewal decision sent to Noyo")
TOLD = gettext_noop("Noyo told whether carriers are ready to renew")
TOLD_STATUSES = (Status.SUBMITTED, Status.NOT_READY, Status.READY, Status.DONE)
TAKEN = ("noyo_id", "version", "status", "issues", "polled_at", "sent_at")
ISSUE = ("level", "message", "carrier_id", "line_of_coverage")


class RenewalError(DomainError):
    """The decision cannot be prepared or sent."""

    code = "noyo_renewal"


def prepare(
    *,
    group: EmployerGroup,
    keys: Collection[str],
    opens: date | None,
    closes: date | None,
    user: User,
) -> RenewalDecision:
    """Note what is expected on the group's renewal date: the lines with these keys.

    One that was sent stays as Noyo has it until it is sent again.

    Raises:
        RenewalError: the group has no renewal date, or no connected carrier.
    """
    day, carriers = group.renewal_date, selectors.carriers(group)
    if day is None:
        raise RenewalError(gettext("Enter the group’s renewal date first."))
    if not carriers:
        raise RenewalError(gettext("Connect the group with a carrier first."))
    wanted = [one for one in selectors.lines(group, on=day) if one.key in keys]
    body = selectors.body_of(wanted, carriers=carriers, opens=opens, closes=closes)
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=PREPARED):
        decision, is_new = RenewalDecision.objects.get_or_create(
            group=group, renewal_date=day, defaults={"body": body, "created_by": user}
        )
        if not is_new and decision.body != body:
            decision.body = body
            decision.save(update_fields=["body"])
    return decision


def send(*, decision: RenewalDecision, user: User, at: datetime) -> RenewalDecision:
    """Send what was prepared, the first time or again.

    A decision that is at Noyo already, from an answer that was lost, is changed there instead of
    made twice.

    Raises:
        RenewalError: Noyo does not know the group, refuses, or does not answer; nothing changed.
    """
    noyo_group = NoyoGroup.objects.filter(group=decision.group_id).first()
    if noyo_group is None:
        raise RenewalError(gettext("Noyo does not know this group yet. Connect it first."))
    if not selectors.can_be_sent(decision.renewal_date, on=timezone.localdate(at)):
        words = gettext("Noyo takes renewals from 30 days ago to six months ahead.")
        raise RenewalError(words)
    try:
        with Noyo(accounts.active()) as noyo:
            told = _send(noyo, f"/groups/{noyo_group.noyo_id}/renewal_decisions", decision)
    except ConflictError as error:
        words = gettext("Somebody changed it at Noyo this moment. Send it again.")
        raise RenewalError(words) from error
    except NoyoRefusedError as error:
        raise RenewalError(error.said or error.message) from error
    except PartnerRejectedError as error:
        raise RenewalError(error.message) from error
    except (PartnerUnavailableError, PartnerContractError) as error:
        words = gettext("Noyo does not answer now. What you prepared is kept: send it later.")
        raise RenewalError(words) from error
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=SENT):
        decision.sent_at = at
        _take(decision, told, at=None)
    return decision


def check(*, decision: RenewalDecision, at: datetime) -> bool:
    """Look at once how a decision stands; say whether that changed.

    Raises:
        RenewalError: Noyo does not answer.
    """
    noyo_group = NoyoGroup.objects.filter(group=decision.group_id).first()
    if noyo_group is None or not decision.noyo_id:
        return False
    path = f"/groups/{noyo_group.noyo_id}/renewal_decisions/{decision.noyo_id}"
    try:
        with Noyo(accounts.active()) as noyo:
            told = noyo.get(path)
    except (PartnerUnavailableError, PartnerRejectedError, PartnerContractError) as error:
        raise RenewalError(gettext("Noyo does not answer now. Try again later.")) from error
    return _note(decision, told, at=at)


def poll(*, noyo: Noyo, at: datetime) -> int:
    """Look how all decisions stand that Noyo still changes, in one call; say how many changed.

    What Noyo refuses or tells unreadably of renewals is left for the next night.

    Raises:
        PartnerUnavailableError: Noyo does not answer.
    """
    waiting = selectors.polled(RenewalDecision.POLLED, on=timezone.localdate(at))
    known = {one.noyo_id: one for one in waiting}
    if not known:
        return 0
    days = [one.renewal_date for one in known.values()]
    query = {"start_date": min(days).isoformat(), "end_date": max(days).isoformat()}
    try:
        told = noyo.whole("/renewal_decisions", query)
        return sum(_note(known[one["id"]], one, at=at) for one in told if one.get("id") in known)
    except (NoyoRefusedError, PartnerContractError) as error:
        logger.warning("renewals were not read: %s", type(error).__name__)
        return 0


def _send(noyo: Noyo, path: str, decision: RenewalDecision) -> Record:
    day = decision.renewal_date.isoformat()
    asked: dict[str, Any] = {"renewal_date": day, "body": decision.body}
    for one in noyo.whole(path, {"renewal_date": day}):
        if one.get("renewal_date") == day:
            return noyo.change(f"/renewal_decisions/{one['id']}/{one['version']}", asked)
    return noyo.create(path, asked)


def _note(decision: RenewalDecision, told: Record, *, at: datetime) -> bool:
    before = (decision.status, decision.issues)
    if (_status(told), _issues(told)) == before and told.get("version") == decision.version:
        RenewalDecision.objects.filter(pk=decision.pk).update(polled_at=at)
        return False
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary=TOLD):
        _take(decision, told, at=at)
    return before != (decision.status, decision.issues)


def _take(decision: RenewalDecision, told: Record, *, at: datetime | None) -> None:
    decision.noyo_id, decision.version = (str(told.get(name) or "") for name in ("id", "version"))
    decision.status, decision.issues, decision.polled_at = _status(told), _issues(told), at
    decision.save(update_fields=[*TAKEN])


def _status(told: Record) -> str:
    status = str(told.get("status") or "")
    if status not in TOLD_STATUSES:
        detail = gettext_noop("Noyo names a status that is not known.")
        raise PartnerContractError([FieldProblem("status", "invalid", detail)])
    return status


def _issues(told: Record) -> list[dict[str, str]]:
    rows = told.get("issues")
    return [
        {name: str(one[name]) for name in ISSUE if one.get(name)}
        for one in (rows if isinstance(rows, list) else [])
        if isinstance(one, dict)
    ]
