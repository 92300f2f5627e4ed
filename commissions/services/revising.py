"""Disputes as scripts work on them: begun by policy and month, and changed field by field.

The rules are those of the queue. The history's batch is the caller's.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from agencyhub.lib.db import one_or_none
from agencyhub.lib.errors import DomainError
from agencyhub.lib.identifiers import ensure_no_identifier
from commissions.expected import disputes
from commissions.models import Dispute, ExpectedPay
from commissions.services import disputes as services

ASSIGNEE, UNTIL, REASON = "assigned_to", "snoozed_until", "snooze_reason"


class MonthNotInLedgerError(DomainError):
    """The ledger has no such month, so that there is nothing to work on."""

    code = "month_not_in_ledger"


class AlreadyBegunError(DomainError):
    """Somebody works on the month already; the message names the dispute."""

    code = "already_begun"


class HalfSnoozedError(DomainError):
    """A snooze has a day and a reason, or neither."""

    code = "half_snoozed"


class NotToBeChosenError(DomainError):
    """Disputes are withdrawn by the ledger only."""

    code = "not_to_be_chosen"


def begin(
    *, policy_id: int, month: date, kind: str, values: Mapping[str, Any], at: datetime, today: date
) -> Dispute:
    """Begin the dispute of a month of the ledger, with what is known of it at once.

    Raises:
        MonthNotInLedgerError: nothing is expected, paid or taken back for that month.
        AlreadyBegunError: it has a dispute.
        and what ``change`` raises.
    """
    month = month.replace(day=1)
    row = one_or_none(ExpectedPay.objects.filter(policy=policy_id, month=month, kind=kind))
    if row is None:
        msg = _("The ledger of expected pay has no %(kind)s of this policy for %(month)s.")
        said = {"kind": ExpectedPay.Kind(kind).label, "month": f"{month:%m/%Y}"}
        raise MonthNotInLedgerError(msg % said, field="month")
    before = Dispute.objects.filter(policy=policy_id, month=month, kind=kind)
    known = before.values_list("pk", flat=True).first()
    if known is not None:
        msg = _("This month has a dispute: %(pk)s. Change that one.")
        raise AlreadyBegunError(msg % {"pk": known}, field="month")
    services.begin(pay_ids=[row.pk], at=at)
    made = Dispute.objects.get(row=row.pk)
    return change(dispute_id=made.pk, values=values, at=at, today=today)


def change(*, dispute_id: int, values: Mapping[str, Any], at: datetime, today: date) -> Dispute:
    """Set some fields of a dispute; what is like that already stays, and twice is once.

    Fields are ``state``, ``note``, ``reference``, ``assigned_to``, ``snoozed_until``,
    ``snooze_reason``. Waking is a ``snoozed_until`` of None, which takes the reason along; closing
    wakes as well.

    Raises:
        MonthNotInLedgerError: the month left the ledger.
        HoldsIdentifierError: ``note`` or ``snooze_reason`` is not to be kept.
        NotToBeChosenError: ``state`` is one that only the ledger sets.
        NotTheirsError: ``assigned_to`` does not see the policy, or may not work on it.
        BadDayError: no day to come within a year.
        HalfSnoozedError: a day without a reason, or the other way round.
        NothingToDisputeError: a closed dispute does not rest.
    """
    one = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute_id)
    wanted = {name: value for name, value in values.items() if getattr(one, name) != value}
    if UNTIL in values and values[UNTIL] is None and REASON not in values and one.snooze_reason:
        wanted[REASON] = ""
    if not wanted:
        return one
    for name in {"note", REASON} & wanted.keys():
        ensure_no_identifier(wanted[name], field=name)
    if one.row_id is None:
        msg = _("This month has left the ledger of expected pay. Nothing was changed.")
        raise MonthNotInLedgerError(msg)
    _ensure_chosen(wanted)
    _ensure_theirs(one, wanted)
    _ensure_rests(one, wanted, today)
    columns = {_column(name): _value(value) for name, value in wanted.items()}
    services.change_many(pay_ids=[one.row_id], values=columns, at=at)
    one.refresh_from_db()
    return one


def _ensure_chosen(wanted: Mapping[str, Any]) -> None:
    if wanted.get("state") == disputes.WITHDRAWN:
        msg = _("Disputes are withdrawn by the ledger, when nothing is expected any more.")
        raise NotToBeChosenError(msg, field="state")


def _ensure_theirs(one: Dispute, wanted: Mapping[str, Any]) -> None:
    to = wanted.get(ASSIGNEE)
    if to is not None and not services.may_work_on(to, one.row_id or 0):
        raise services.not_theirs(to, field=ASSIGNEE)


def _ensure_rests(one: Dispute, wanted: Mapping[str, Any], today: date) -> None:
    until = wanted.get(UNTIL, one.snoozed_until)
    reason = wanted.get(REASON, one.snooze_reason)
    is_snoozed = UNTIL in wanted or REASON in wanted
    if not is_snoozed:
        return
    if (until is None) != (not reason):
        missing = UNTIL if until is None else REASON
        msg = _("Say until when it rests and why, or neither.")
        raise HalfSnoozedError(msg, field=missing)
    if until is None:
        return
    if UNTIL in wanted:
        services.ensure_to_come(until, today=today, field=UNTIL)
    if wanted.get("state", one.state) not in disputes.OPEN:
        raise services.closed(one, field=UNTIL)


def _column(name: str) -> str:
    return f"{name}_id" if name == ASSIGNEE else name


def _value(value: Any) -> Any:
    """A user by their key."""
    return getattr(value, "pk", value)
