"""Premier Partners in the demo: three carriers, and what they tell of the last twelve months."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, groupby
from random import Random
from typing import Any

import polars as pl
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.models import AgentOfRecord, BookLink, BookRow, LineLink
from policies.models import Carrier, Payment, PaymentStatus, Policy, PremierTerm, Told
from policies.risk import ENDED
from policies.services import payments, risks

# Carrier: how long its statuses are promised to last, and how they come.
PARTNERS = {
    "Aetna": (36, Told.Source.API),
    "Humana": (36, Told.Source.FILE),
    "UnitedHealthcare": (48, Told.Source.PUSH),
}
MONTHS = 12
OLD = timedelta(days=5)
LOST_FOR = timedelta(days=18)
TOLD_EVERY = timedelta(hours=12)
# Shares of those who pay.
GOES_WRONG, DUE_SOON = 0.06, 0.08
SHOWN_AGENT = "agent1"
BY_HAND = ((PaymentStatus.BINDER_DUE, 9), (PaymentStatus.CURRENT, 0), (PaymentStatus.BINDER_DUE, 2))


@dataclass(frozen=True)
class Case:
    """How a policy's payments go wrong: its last months, counted back from this one."""

    months: dict[int, dict[str, Any]]
    age: timedelta = timedelta(0)


def ensure_payments(*, at: datetime) -> int:
    """Tell the payments of the demo's Premier Partners, unless they were told half a day ago.

    Answers how many statements of a policy and month were told. Carriers whose terms somebody
    ended are left alone.
    """
    carriers = {one.name: one for one in Carrier.objects.filter(name__in=PARTNERS)}
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary="Premier Partners told"):
        for one in carriers.values():
            _ensure_terms(one, at=at)
    newest = Payment.objects.exclude(source=Told.Source.MANUAL).order_by("-as_of", "-pk").first()
    if newest is not None and at - newest.as_of < TOLD_EVERY:
        return 0
    told = sum(_tell(one, at=at, is_first=newest is None) for one in carriers.values())
    if newest is None:
        _set_by_hand(at=at)
        _lose_agents(at=at)
    risks.refresh_endangered(at=at)
    return told


def _ensure_terms(carrier: Carrier, *, at: datetime) -> None:
    url = f"{settings.SANDBOX_URL.rstrip('/')}/premier/"
    if not carrier.payment_url or carrier.payment_url.startswith("http://127.0.0.1:"):
        Carrier.objects.filter(pk=carrier.pk).exclude(payment_url=url).update(payment_url=url)
    if not carrier.premier_terms.exists():
        hours, _ = PARTNERS[carrier.name]
        start = timezone.localdate(at).replace(day=1) - timedelta(days=400)
        PremierTerm.objects.create(carrier=carrier, start_date=start, promised_hours=hours)


def _tell(carrier: Carrier, *, at: datetime, is_first: bool) -> int:
    rows = list(_statement(carrier, at=at, months=MONTHS if is_first else 2))
    if not rows:
        return 0
    source = PARTNERS[carrier.name][1]
    frame = pl.DataFrame(rows, schema=payments.ROWS)
    payments.apply(frame, carrier_id=carrier.pk, source=source, at=at)
    return len(rows)


def _statement(carrier: Carrier, *, at: datetime, months: int) -> Iterator[dict[str, Any]]:
    """What the carrier says: a row for each policy and month.

    What goes wrong goes wrong where commission is at stake first.
    """
    earning = LineLink.objects.filter(state=LineLink.State.LINKED)
    today = timezone.localdate(at)
    policies = (
        Policy.objects.filter(carrier=carrier)
        .exclude(Q(policy_number="") | Q(effective_date=None))
        .exclude(status__meaning__in=ENDED)
        .annotate(is_paid_for=Exists(earning.filter(application__policy=OuterRef("pk"))))
        .order_by("servicing_agent", "-is_paid_for", "effective_date", "pk")
    )
    for _agent, own in groupby(policies, key=lambda one: one.servicing_agent_id):
        begun = list(own)
        future = [one for one in begun if _begins(one) > today and one.premium]
        paying = [one for one in begun if one not in future and one.premium]
        free = [one for one in begun if one not in future and not one.premium]
        for number, one in enumerate(chain(future, paying, free)):
            place = number if one in future else number - len(future)
            case = _case_of(one, place, is_future=one in future, today=today)
            yield from _rows(one, case, today=today, at=at, months=months)


def _begins(policy: Policy) -> date:
    """Its first covered day; policies without one are told nothing about."""
    return policy.effective_date or date.max


def _case_of(policy: Policy, place: int, *, is_future: bool, today: date) -> Case:
    """The first few of each agent show everything that can happen; most of the others are paid."""
    dice = Random(policy.pk)
    if is_future:
        return _binder(today, days=(5, 11, 15, -2)[(place + policy.pk) % 4])
    if not policy.premium:
        return Case({0: {"status": "not_required"}})
    if place < len(_WRONG):
        return _WRONG[place](today)
    if dice.random() < GOES_WRONG:
        return dice.choice(_WRONG)(today)
    if dice.random() < DUE_SOON:
        return Case({0: {"status": "due_soon", "due_date": _later(today, 6)}})
    return Case({})


def _binder(today: date, *, days: int) -> Case:
    status = "binder_due" if days >= 0 else "binder_past_due"
    row = {"status": status, "is_binder": True, "due_date": _later(today, days), "owed": 1}
    return Case({0: row})


def _in_grace(today: date) -> Case:
    start = _month(today, 0)
    late = {"status": "in_grace", "grace_start_date": start, "owed": 1}
    return Case({0: late})


def _grace_ends(today: date) -> Case:
    start = _month(today, -1)
    late = {"status": "in_grace", "grace_start_date": start}
    return Case({1: {**late, "owed": 1}, 0: {**late, "owed": 2}})


def _past_due(today: date) -> Case:
    return Case({0: {"status": "past_due", "due_date": _month(today, 0), "owed": 1}})


def _told_long_ago(_today: date) -> Case:
    return Case({0: {"status": "current"}}, age=OLD)


def _not_known(_today: date) -> Case:
    return Case({0: {"status": "unknown"}})


_WRONG: tuple[Callable[[date], Case], ...] = (
    _grace_ends, _past_due, _in_grace, _told_long_ago, _not_known,
)  # fmt: skip
# The carriers' own words.
WORDS = {
    "current": "Paid", "not_required": "No premium", "due_soon": "Billed", "past_due": "Past Due",
    "in_grace": "Grace Period", "binder_due": "Initial Payment Due", "unknown": "",
    "binder_past_due": "Initial Payment Past Due",
}  # fmt: skip


def _rows(
    policy: Policy, case: Case, *, today: date, at: datetime, months: int
) -> Iterator[dict[str, Any]]:
    begins = _begins(policy).replace(day=1)
    is_binder = any(one.get("is_binder") for one in case.months.values())
    for back in reversed(range(months)):
        month = max(begins, _month(today, 0)) if is_binder else _month(today, -back)
        if month < begins or (is_binder and back):
            continue
        said = case.months.get(back, {"status": "current" if policy.premium else "not_required"})
        yield _row(policy, month, said, as_of=_as_of(month, case, today, at, is_last=not back))


def _as_of(month: date, case: Case, today: date, at: datetime, *, is_last: bool) -> datetime:
    """The newest month is told tonight, an older one was last told after it had ended."""
    if is_last:
        return at - case.age - timedelta(hours=3)
    day = min(_month(month, 1) + timedelta(days=4), today - timedelta(days=1))
    return timezone.make_aware(datetime.combine(day, time(5, 30)))


def _row(policy: Policy, month: date, said: dict[str, Any], *, as_of: datetime) -> dict[str, Any]:
    status = said["status"]
    is_paid = status == "current"
    owed = said.get("owed", 0) * (policy.premium or 0)
    last = month.replace(day=monthrange(month.year, month.month)[1])
    is_settled = is_paid or status == "not_required"
    return {
        **dict.fromkeys(payments.ROWS),
        "row": policy.pk,
        "policy_number": policy.policy_number,
        "as_of": as_of,
        "month": month,
        "is_binder": said.get("is_binder", False),
        "status": status,
        "carrier_status": WORDS[status],
        "due_date": said.get("due_date", month),
        "paid_through_date": last if is_settled else None,
        "amount_due": Decimal(0) if is_settled else policy.premium,
        "past_due_amount": owed if owed and not said.get("is_binder") else None,
        "grace_start_date": said.get("grace_start_date"),
        "autopay": bool(policy.pk % 3) if is_settled else False,
    }


def _set_by_hand(*, at: datetime) -> None:
    """What an agent has asked some clients of other carriers."""
    user = User.objects.get(username=SHOWN_AGENT)
    today = timezone.localdate(at)
    policies = (
        Policy.objects.visible_to(user)
        .exclude(carrier__name__in=PARTNERS)
        .exclude(Q(premium=0) | Q(effective_date=None) | Q(policy_number=""))
        .exclude(status__meaning__in=ENDED)
        .order_by("-effective_date", "pk")
    )
    said = (
        (PaymentStatus.BINDER_DUE, 9),
        (PaymentStatus.CURRENT, 0),
        (PaymentStatus.BINDER_DUE, 2),
    )
    for policy, (status, days) in zip(policies, said, strict=False):
        due = _later(today, days)
        payments.set_by_hand(policy_id=policy.pk, status=status, due_date=due, user=user, at=at)


def _lose_agents(*, at: datetime) -> None:
    """One policy of each agent that the carrier no longer pays anybody for."""
    last_day = timezone.localdate(at) - LOST_FOR
    linked = BookLink.objects.filter(
        state=BookLink.State.LINKED,
        application__policy__standing__isnull=False,
        book_row__status=BookRow.Status.ACTIVE,
        book_row__termination_date=None,
    )
    agents = AgentOfRecord.objects.filter(
        book_row__in=linked.values("book_row"), end_date=None, start_date__lt=last_day
    )
    firsts = agents.order_by("agent", "pk").distinct("agent").values("pk")
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary="Agents of record ended"):
        AgentOfRecord.objects.filter(pk__in=firsts).update(end_date=last_day)


def _later(today: date, days: int) -> date:
    return today + timedelta(days=days)


def _month(day: date, number: int) -> date:
    """The first day of the month ``number`` months later."""
    months = day.year * 12 + day.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)
