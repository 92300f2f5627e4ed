"""Disputes follow the ledger: they close when the money came, and open when it is missing again."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_noop

from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.expected import disputes, states
from commissions.expected.disputes import Followed
from commissions.expected.types import INITIAL
from commissions.models import Dispute, ExpectedPay

# Why a dispute changed by itself, as its history says it.
REASONS = {
    disputes.PAID_MEANWHILE: gettext_noop("Missing pay: paid meanwhile, so the dispute is closed"),
    disputes.NOT_EXPECTED: gettext_noop(
        "Missing pay: nothing is expected any more, so the dispute is closed"
    ),
    disputes.CONFIRMED: gettext_noop("Missing pay: the payment has come"),
    disputes.MISSING_AGAIN: gettext_noop(
        "Missing pay: missing again, so the dispute is open again"
    ),
}
REVERSED = gettext_noop("Missing pay: the payment was taken back, so the dispute goes on")
Month = tuple[int, Any, str]


def follow(*, policy_ids: Collection[int], at: datetime) -> int:
    """Bring the disputes of these policies in line with their ledger; answer how many changed.

    Runs in the transaction that wrote the ledger.
    """
    rows = Dispute.objects.filter(policy__in=list(policy_ids)).order_by("pk")
    found = list(rows.select_for_update(of=("self",), no_key=True))
    if not found:
        return 0
    ledger = ExpectedPay.objects.filter(policy__in={one.policy_id for one in found})
    known: dict[Month, tuple[int, str]] = {
        (policy, month, kind): (pk, state)
        for pk, policy, month, kind, state in ledger.values_list(
            "pk", "policy_id", "month", "kind", "state"
        )
    }
    changed: dict[str, list[tuple[Dispute, Followed]]] = {}
    for one in found:
        row, state = known.get((one.policy_id, one.month, one.kind), (None, None))
        if one.row_id != row:
            Dispute.objects.filter(pk=one.pk).update(row=row)
        followed = disputes.follow(one.state, one.before, disputes.standing(state))
        if followed.why:
            changed.setdefault(followed.why, []).append((one, followed))
    carried = _taken_back(found, known)
    if carried:
        with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=REVERSED):
            Dispute.objects.bulk_create(
                [_carry(one, pay, known[pay][0], at) for one, pay in carried], ignore_conflicts=True
            )
    for why, some in changed.items():
        with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=REASONS[why]):
            for one, followed in some:
                _set(one, followed, at)
    return len(carried) + sum(len(some) for some in changed.values())


def _taken_back(
    found: Iterable[Dispute], known: Mapping[Month, tuple[int, str]]
) -> list[tuple[Dispute, Month]]:
    """Disputes that the payment closed, beside months in which it was taken back since.

    Pay that is taken back is a row of its own in the ledger: the work goes on there.
    """
    disputed = {(one.policy_id, one.month, one.kind) for one in found}
    back = [
        pay
        for pay, (_pk, state) in known.items()
        if state == states.CHARGEBACK_UNEXPECTED and pay not in disputed
    ]
    closed = [one for one in found if one.before and one.state == disputes.ACCEPTED_PAID]
    return [(one, pay) for one in closed for pay in back if _is_of(one, pay)]


def _is_of(one: Dispute, pay: Month) -> bool:
    """Of a first year, which is paid at once, any month takes something back."""
    policy, month, _kind = pay
    return policy == one.policy_id and (month == one.month or one.kind == INITIAL)


def _carry(one: Dispute, pay: Month, row: int, at: datetime) -> Dispute:
    policy, month, kind = pay
    return Dispute(
        policy_id=policy,
        month=month,
        kind=kind,
        row_id=row,
        state=one.before,
        assigned_to_id=one.assigned_to_id,
        note=one.note,
        reference=one.reference,
        state_at=at,
    )


def _set(one: Dispute, followed: Followed, at: datetime) -> None:
    values: dict[str, Any] = {"state": followed.state, "before": followed.before}
    if followed.state != one.state:
        values["state_at"] = at
    if followed.state in disputes.CLOSED:
        values |= {"snoozed_until": None, "snooze_reason": ""}
    Dispute.objects.filter(pk=one.pk).update(**values, version=F("version") + 1)
