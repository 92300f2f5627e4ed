"""The board of policies at risk: what stands on a row, how many of each kind, and what is done."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import gathered
from agencyhub.lib.db import AnyOf
from agencyhub.lib.midnights import midnight
from agencyhub.lib.written import Written
from individuals.models import Individual
from policies import calls, reasons
from policies.models import Policy, Risk, Standing
from policies.selectors import premier

RELATED = (
    "policy__subscriber", "policy__carrier", "policy__coverage_type", "policy__standing",
    "policy__servicing_agent",
)  # fmt: skip
MONTHS = 12
# Dollars of commission are for those who may see the statements that they come from.
SEE_COMMISSION = "commissions.view_commissionline"
_OPEN = Written(
    lambda *, policies: (
        Risk.objects.open().filter(AnyOf("policy", policies)).order_by("severity", "due", "pk")
    )
)


@dataclass(frozen=True)
class Item:
    """One policy at risk as a row shows it."""

    risk: Risk
    words: list[str]
    days_left: str
    is_urgent: bool
    tone: str
    icon: str
    premium_left: Decimal | None
    commission: Decimal | None
    is_premier: bool
    may_open: bool
    standing: Standing | None
    is_stale: bool
    called: str
    is_call_due: bool

    @property
    def pk(self) -> int:
        return self.risk.pk

    @property
    def as_of(self) -> datetime | None:
        """When the newest statement behind it was true."""
        return self.standing.as_of if self.standing else self.risk.as_of


@dataclass(frozen=True)
class KindCount:
    """How many policies are at risk in one way; ``key`` filters by it."""

    key: str
    label: str
    tone: str
    icon: str
    count: int


def premium_left(premium: Decimal | None, begins: date | None, today: date) -> Decimal | None:
    """What a policy still costs this year (USD), or in the year in which it begins."""
    first = max(begins or today, today)
    return None if premium is None else premium * (MONTHS + 1 - first.month)


def items(
    risks: Iterable[Risk], *, user: User, at: datetime, partners: Collection[int] | None = None
) -> list[Item]:
    """Rows of the board; the number of queries does not depend on theirs.

    ``partners`` are the Premier Partners of today, for a page that knows them.
    """
    found = list(risks)
    today = timezone.localdate(at)
    if partners is None:
        partners = premier.premier_carrier_ids(on=today) if found else frozenset()
    people = {one.policy.subscriber_id for one in found}
    reachable = Individual.objects.visible_to(user).filter(pk__in=people)
    sees_commission = user.has_perm(SEE_COMMISSION)
    seen = set(reachable.values_list("pk", flat=True)) if found else set()
    return [
        _item(
            one,
            today=today,
            at=at,
            sees_commission=sees_commission,
            is_premier=one.policy.carrier_id in partners,
            may_open=one.policy.subscriber_id in seen,
        )
        for one in found
    ]


def _item(
    one: Risk,
    *,
    today: date,
    at: datetime,
    sees_commission: bool,
    is_premier: bool,
    may_open: bool,
) -> Item:
    tone, icon = reasons.LOOKS[Risk.Kind(one.kind)]
    standing: Standing | None = getattr(one.policy, "standing", None)
    return Item(
        risk=one,
        words=reasons.in_words(one.reasons),
        days_left=reasons.days_left(one.deadline, today),
        is_urgent=bool(one.deadline and (one.deadline - today).days <= reasons.URGENT_DAYS),
        tone=tone,
        icon=icon,
        premium_left=premium_left(one.premium_at_stake, one.policy.effective_date, today),
        commission=one.commission_at_stake if sees_commission else None,
        is_premier=is_premier,
        may_open=may_open,
        standing=standing,
        is_stale=bool(standing and standing.stale_at and standing.stale_at <= at),
        called=calls.in_words(one, today=today),
        is_call_due=calls.is_due(one, today=today),
    )


def of_policies(policies: Iterable[Policy]) -> list[Risk]:
    """The open risks of policies that somebody sees, the gravest first."""
    seen = {one.pk: one for one in policies}
    if not seen:
        return []
    risks = _OPEN.rows(policies=list(seen))
    for one in risks:
        one.policy = seen[one.policy_id]
    return risks


def open_for(user: User) -> QuerySet[Risk]:
    """Every open risk within the user's reach, to be counted."""
    return gathered(Risk, user=user).filter(closed_at__isnull=True)


def counts(rows: QuerySet[Any]) -> list[KindCount]:
    """How many of ``rows`` there are of each kind, the gravest kind first; empty kinds too."""
    grouped = rows.order_by().values_list("kind").annotate(number=Count("pk"))
    found = dict(grouped)
    return [
        KindCount(kind.value, str(kind.label), *reasons.LOOKS[kind], found.get(kind.value, 0))
        for kind in Risk.Kind
    ]


def done_today(user: User, *, at: datetime) -> int:
    """How many outcomes the user has logged today."""
    today = midnight(timezone.localdate(at))
    return Risk.objects.filter(Q(closed_by=user), closed_at__gte=today).count()
