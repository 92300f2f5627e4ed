"""What is known about paying for policies, as the pages of a client and of a policy show it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from agencyhub.lib.db import AnyOf
from agencyhub.lib.presence import Presence
from agencyhub.lib.written import Written
from policies import reasons, risk
from policies.models import Payment, PaymentFact, PaymentStatus, Policy, Standing

MONTHS_BACK = 10
STRIP = 12
FACTS = 20
# So long after its first day a policy's initial payment is still worth a word by hand.
BINDER_MATTERS = timedelta(days=90)
SAID = Presence(payments=(Payment, ("policy",)), facts=(PaymentFact, ("policy",)))
_LAST_SAID = Written(
    lambda *, policy: (
        Payment.objects.filter(policy=policy)
        .select_related("user", "policy__standing")
        .order_by("-as_of", "-pk")[:FACTS]
    )
)
_SAID_BEFORE = Written(
    lambda *, policy: (
        PaymentFact.objects.filter(policy=policy)
        .select_related("user")
        .order_by("-as_of", "-pk")[:FACTS]
    )
)
_BY_MONTH = Written(
    lambda *, policies: Payment.objects.filter(AnyOf("policy", policies)).order_by(
        "-is_binder", "pk"
    )
)


@dataclass(frozen=True)
class Month:
    """One month of the strip; without ``payment`` nobody told anything about it."""

    first: date
    payment: Payment | None
    label: str
    tone: str
    icon: str
    is_current: bool


@dataclass(frozen=True)
class PaymentCard:
    """Where paying for one policy stands.

    ``is_premier``: every month is told by the carrier. Other carriers' initial payment is set by
    hand, and nothing else is known of them. Without anything told there is no strip of ``months``.
    """

    policy: Policy
    is_premier: bool
    standing: Standing | None
    is_stale: bool
    label: str
    tone: str
    icon: str
    days_left: str = ""
    balance: Decimal | None = None
    is_past_due: bool = False
    months: list[Month] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether something is to be paid, as far as anybody knows."""
        return self.standing is not None and self.standing.deadline is not None


def cards_of(
    policies: Iterable[Policy], *, partners: Collection[int], at: datetime
) -> list[PaymentCard]:
    """A card for each of an individual's policies that is in force or begins.

    Where something is to be paid comes first, then as they were given. Policies of carriers that
    are no Premier ``partners`` are left out when their initial payment is long past.
    """
    running = [one for one in policies if one.status.meaning not in risk.ENDED]
    today = timezone.localdate(at)
    told = [one for one in running if one.carrier_id in partners or _binder_matters(one, today)]
    return sorted(_cards(told, partners=partners, at=at), key=lambda card: not card.is_open)


def card_of(policy: Policy, *, partners: Collection[int], at: datetime) -> PaymentCard:
    """The card of one policy, ended or not."""
    (card,) = _cards([policy], partners=partners, at=at)
    return card


def facts_of(policy: Policy) -> list[Payment | PaymentFact]:
    """What is and was said about the payments of a policy, the newest first."""
    if not SAID.of(policy.pk):
        return []
    said: list[Payment | PaymentFact] = [
        *map(_as_said_last, _LAST_SAID.rows(policy=policy.pk)),
        *_SAID_BEFORE.rows(policy=policy.pk),
    ]
    return sorted(said, key=lambda one: one.as_of, reverse=True)[:FACTS]


def _as_said_last(payment: Payment) -> Payment:
    """The payment with the moment of which it was said again last, and by whom."""
    standing: Standing | None = getattr(payment.policy, "standing", None)
    if standing and standing.said_as_of == payment.as_of:
        payment.as_of, payment.source, payment.user = standing.as_of, standing.source, None
    return payment


def _cards(
    policies: Sequence[Policy], *, partners: Collection[int], at: datetime
) -> list[PaymentCard]:
    payments = _payments([one.pk for one in policies if one.carrier_id in partners])
    return [
        _card(one, payments.get(one.pk, {}), is_premier=one.carrier_id in partners, at=at)
        for one in policies
    ]


def _binder_matters(policy: Policy, today: date) -> bool:
    """Whether somebody may still want to say how the initial payment stands."""
    if policy.premium == 0:
        return False
    begins = policy.effective_date
    return begins is None or begins >= today - BINDER_MATTERS


def _payments(policy_ids: Sequence[int]) -> dict[int, dict[date, Payment]]:
    """Payments by policy and month; a month's own before the initial one of the same month."""
    found: dict[int, dict[date, Payment]] = {}
    if not policy_ids:
        return found
    for one in _BY_MONTH.rows(policies=list(policy_ids)):
        found.setdefault(one.policy_id, {})[one.month] = one
    return found


def _card(
    policy: Policy, payments: Mapping[date, Payment], *, is_premier: bool, at: datetime
) -> PaymentCard:
    today = timezone.localdate(at)
    standing: Standing | None = getattr(policy, "standing", None)
    if standing is not None and not is_premier and not standing.is_binder:
        standing = None
    is_stale = bool(standing and standing.stale_at and standing.stale_at <= at)
    status = PaymentStatus(standing.status) if standing and not is_stale else PaymentStatus.UNKNOWN
    tone, icon = reasons.STATUS_LOOKS[status]
    deadline = standing.deadline if standing else None
    newest = max(payments.values(), key=lambda one: (one.as_of, one.month), default=None)
    return PaymentCard(
        policy=policy,
        is_premier=is_premier,
        standing=standing,
        is_stale=is_stale,
        label=str(status.label if standing else _("Not reported yet")),
        tone=tone,
        icon=icon,
        days_left=reasons.days_left(deadline, today) if deadline else "",
        balance=(newest.past_due_amount or newest.amount_due) if newest else None,
        is_past_due=bool(newest and newest.past_due_amount),
        months=_strip(policy, payments, today) if payments else [],
    )


def _strip(policy: Policy, payments: Mapping[date, Payment], today: date) -> list[Month]:
    """Twelve months, of which the last but one is this month.

    Of a policy that has yet to begin they are its first twelve, unless a month before is told.
    """
    this = today.replace(day=1)
    first = _months_later(this, -MONTHS_BACK)
    begins = policy.effective_date
    if begins and begins > today:
        first = max(first, min(begins.replace(day=1), *payments))
    return [_month(one, payments.get(one), this) for one in _following(first, STRIP)]


def _month(first: date, payment: Payment | None, this: date) -> Month:
    status = PaymentStatus(payment.status) if payment else None
    tone, icon = reasons.STATUS_LOOKS[status] if status else ("neutral", "minus")
    label = str(status.label) if status else _("Nothing reported")
    return Month(first, payment, label, tone, icon, is_current=first == this)


def _following(first: date, count: int) -> list[date]:
    return [_months_later(first, number) for number in range(count)]


def _months_later(first: date, number: int) -> date:
    months = first.year * 12 + first.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)
