"""Working on months of pay that are missing: who has them, until when they rest, what came of it.

Each act is one batch of the history, for one month or for many, and can be undone as such. Doing
the same twice changes nothing.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.db import one_or_none
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.expected import disputes
from commissions.models import Dispute, ExpectedPay

VIEW, CHANGE = "commissions.view_dispute", "commissions.change_dispute"
ASSIGNED = gettext_noop("Missing pay: assigned")
SNOOZED = gettext_noop("Missing pay: snoozed")
WOKEN = gettext_noop("Missing pay: not snoozed any more")
ANSWERED = gettext_noop("Missing pay: state of the dispute")
ACTS = (ASSIGNED, SNOOZED, WOKEN, ANSWERED)
LONGEST_SNOOZE = 366


class ChangedMeanwhileError(DomainError):
    """Somebody else worked on the month since the page was shown."""

    code = "changed_meanwhile"


class NotTheirsError(DomainError):
    """The person does not see the policy, so that they could not work on it."""

    code = "not_theirs"


class BadDayError(DomainError):
    """Nothing can rest until that day."""

    code = "bad_day"


class NothingToDisputeError(DomainError):
    """The month is settled, so that there is nothing to ask for."""

    code = "nothing_to_dispute"


def assign(*, pay_id: int, to: User | None, seen: int, user: User, at: datetime) -> Batch:
    """Give a month to somebody, or to nobody. ``seen`` is the version that the page showed.

    Raises:
        ChangedMeanwhileError: somebody else worked on it since.
        NotTheirsError: ``to`` does not see the policy.
    """
    if to is not None and not may_work_on(to, pay_id):
        raise not_theirs(to, field="to")
    values = {"assigned_to_id": to.pk if to else None}
    return _one(ASSIGNED, pay_id, values, seen=seen, user=user, at=at)


def snooze(
    *, pay_id: int, until: date, reason: str, seen: int, user: User, at: datetime, today: date
) -> Batch:
    """Let a month rest until a day, with a reason.

    Raises:
        BadDayError: not a day to come, or more than a year ahead.
        ChangedMeanwhileError: as of ``assign``.
        NothingToDisputeError: it is closed.
    """
    ensure_to_come(until, today=today, field="until")
    values = {"snoozed_until": until, "snooze_reason": reason}
    return _one(SNOOZED, pay_id, values, seen=seen, user=user, at=at)


def wake(*, pay_id: int, seen: int, user: User, at: datetime) -> Batch:
    """Take a snooze back.

    Raises:
        ChangedMeanwhileError: as of ``assign``.
    """
    values = {"snoozed_until": None, "snooze_reason": ""}
    return _one(WOKEN, pay_id, values, seen=seen, user=user, at=at)


def answer(
    *, pay_id: int, state: str, note: str, reference: str, seen: int, user: User, at: datetime
) -> Batch:
    """Say how far a dispute is, with what the carrier said and its case number.

    Raises:
        ChangedMeanwhileError: as of ``assign``.
    """
    values = {"state": state, "note": note, "reference": reference}
    return _one(ANSWERED, pay_id, values, seen=seen, user=user, at=at)


def change_many(*, pay_ids: Collection[int], values: Mapping[str, Any], at: datetime) -> int:
    """Set columns of the disputes of many months, beginning those that are not there.

    Runs inside a batch. Answers how many changed; what is like that already stays.
    """
    begin(pay_ids=pay_ids, at=at)
    rows = Dispute.objects.filter(row__in=list(pay_ids)).order_by("pk")
    locked = list(rows.select_for_update(of=("self",)))
    changed = [one for one in locked if _differs(one, values)]
    if not changed:
        return 0
    wanted = {**values, "version": F("version") + 1}
    if "state" in values:
        wanted |= {"before": "", "state_at": at}
        if values["state"] in disputes.CLOSED:
            wanted |= {"snoozed_until": None, "snooze_reason": ""}
    return Dispute.objects.filter(pk__in=[one.pk for one in changed]).update(**wanted)


def begin(*, pay_ids: Collection[int], at: datetime) -> None:
    """Begin the disputes of months that have none; two at once begin one."""
    rows = ExpectedPay.objects.filter(pk__in=list(pay_ids), dispute=None).order_by("pk")
    Dispute.objects.bulk_create(
        [
            Dispute(policy_id=policy, month=month, kind=kind, row_id=pk, state_at=at)
            for pk, policy, month, kind in rows.values_list("pk", "policy_id", "month", "kind")
        ],
        ignore_conflicts=True,
    )


def may_work_on(user: User, pay_id: int) -> bool:
    """Whether somebody sees a month and may work on it."""
    rows = ExpectedPay.objects.visible_to(user).filter(pk=pay_id)
    return user.is_active and user.has_perm(CHANGE) and rows.exists()


def not_theirs(to: User, *, field: str) -> NotTheirsError:
    """The refusal where somebody could not work on the month."""
    msg = _("%(name)s does not see this policy. Choose somebody who does.")
    return NotTheirsError(msg % {"name": to.display_name}, field=field)


def ensure_to_come(until: date, *, today: date, field: str) -> None:
    """Let a snooze end on a day to come.

    Raises:
        BadDayError: it lies behind, or more than a year ahead.
    """
    if not 0 < (until - today).days <= LONGEST_SNOOZE:
        raise BadDayError(_("Choose a day to come, within a year."), field=field)


def closed(one: Dispute, *, field: str | None = None) -> NothingToDisputeError:
    """The refusal where a dispute does not rest any more."""
    msg = _("This dispute is closed: %(state)s. Nothing was changed.")
    return NothingToDisputeError(msg % {"state": one.get_state_display()}, field=field)


def _one(
    summary: str, pay_id: int, values: Mapping[str, Any], *, seen: int, user: User, at: datetime
) -> Batch:
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary) as batch:
        begin(pay_ids=[pay_id], at=at)
        rows = Dispute.objects.select_related("assigned_to").select_for_update(of=("self",))
        one = one_or_none(rows.filter(row=pay_id))
        if one is None:
            msg = _("This month is being recalculated. Look again in a minute.")
            raise ChangedMeanwhileError(msg)
        # A dispute that this act begins has its first version, which nobody has seen.
        is_new = seen == 0 and one.version == 1
        if not is_new and one.version != seen and _differs(one, values):
            raise ChangedMeanwhileError(_told(one))
        if "snoozed_until" in values and values["snoozed_until"] and not one.is_open:
            raise closed(one)
        change_many(pay_ids=[pay_id], values=values, at=at)
    return batch


def _differs(one: Dispute, values: Mapping[str, Any]) -> bool:
    return any(getattr(one, name) != value for name, value in values.items())


def _told(one: Dispute) -> str:
    """What it is by now, for who was late."""
    said = {"state": one.get_state_display(), "name": _("nobody")}
    if one.assigned_to:
        said["name"] = one.assigned_to.display_name
    words = _(
        "Somebody else worked on this meanwhile: it is “%(state)s” and assigned to %(name)s."
        " Nothing was changed."
    )
    return words % said
