"""What the demo's people did about missing pay: disputes of most states, and a pack."""

import uuid
from datetime import date, timedelta

from django.utils import timezone

from agencyhub.accounts.models import User
from commissions.expected import disputes, months, states
from commissions.models import CommissionLine, Dispute, ExpectedPay
from commissions.services import disputes as services
from commissions.services import packs

SNOOZED_DAYS = 14
PACKED = 3
# What the carriers answered, and what somebody noted with it.
ANSWERS = (
    (disputes.LATE_PAYMENT, "They pay with the statement of next month.", "C-20418"),
    (disputes.ACCEPTED_PENDING, "Accepted on the phone.", "C-20455"),
    (disputes.DENIED, "They say that the agent was not appointed yet.", "C-20391"),
    (disputes.OTHER_AOR, "Moved to another agency in the first month.", ""),
    (disputes.ALREADY_PAID, "They say that it was on the statement of last month.", "C-20360"),
    (disputes.TERMINATED, "They say that the policy had ended by then.", ""),
)


def write_disputes(*, as_of: date) -> bool:
    """Work on some of the months that are late; says whether a carrier paid one. Runs once."""
    user = User.objects.filter(username="admin").first()
    if user is None or Dispute.objects.exists():
        return False
    late = ExpectedPay.objects.filter(state__in=states.LATE).select_related("policy__subscriber")
    rows = list(late.order_by("-gap", "due_date", "pk")[: PACKED + len(ANSWERS) + 3])
    at = timezone.now()
    packed, rest = rows[:PACKED], rows[PACKED:]
    if not rest:
        return False
    packs.make(pay_ids=[one.pk for one in packed], token=uuid.uuid4(), user=user, at=at)
    for one, (state, note, reference) in zip(rest, ANSWERS, strict=False):
        services.answer(
            pay_id=one.pk, state=state, note=note, reference=reference, seen=0, user=user, at=at
        )
    for one in rest[len(ANSWERS) :][:1]:
        services.assign(pay_id=one.pk, to=user, seen=0, user=user, at=at)
    for one in rest[len(ANSWERS) + 1 :][:1]:
        services.snooze(
            pay_id=one.pk, until=as_of + timedelta(days=SNOOZED_DAYS),
            reason="Waits for the next statement", seen=0, user=user, at=at, today=as_of,
        )  # fmt: skip
    return _pay_one(packed[-1], as_of)


def _pay_one(one: ExpectedPay, as_of: date) -> bool:
    """The carrier pays what was disputed: its dispute closes by itself."""
    if not one.expected:
        return False
    policy = one.policy
    CommissionLine.objects.create(
        carrier_id=one.carrier_id, agent_id=policy.servicing_agent_id, line=one.line,
        policy_number=policy.policy_number, first_name=policy.subscriber.first_name,
        last_name=policy.subscriber.last_name, kind=one.kind, amount=one.expected,
        payment_period=one.month, effective_date=policy.effective_date,
        statement_date=months.first(as_of), paid_date=months.first(as_of),
    )  # fmt: skip
    return True
