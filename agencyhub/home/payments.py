"""Payments on the dashboard: what is due and overdue, the soonest first, each number a door."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import gathered, reach_of, small_book
from policies import reasons
from policies.lists import payments
from policies.models import PaymentStatus, Policy
from policies.selectors.premier import premier_carrier_ids

VIEW = "policies.view_payment"
SHOWN = 8
MOST_COUNTED = 1_000
SECONDS_REMEMBERED = 300
# The gravest first.
COUNTED = (
    PaymentStatus.IN_GRACE, PaymentStatus.PAST_DUE, PaymentStatus.BINDER_PAST_DUE,
    PaymentStatus.BINDER_DUE, PaymentStatus.DUE_SOON, PaymentStatus.UNKNOWN,
)  # fmt: skip


@dataclass(frozen=True)
class StatusDoor:
    """How many policies stand in one way, and the list of exactly those."""

    label: str
    count: str
    url: str
    tone: str
    icon: str
    is_empty: bool


@dataclass(frozen=True)
class Row:
    """One payment that is due or overdue."""

    policy: Policy
    label: str
    tone: str
    icon: str
    days_left: str
    is_urgent: bool
    is_premier: bool


@dataclass(frozen=True)
class PaymentsDue:
    """The card of the dashboard."""

    doors: list[StatusDoor]
    rows: list[Row]
    all_url: str


def payments_due(user: User, *, at: datetime) -> PaymentsDue | None:
    """What is to be paid for the user's policies; None without the right to see payments."""
    if not user.has_perm(VIEW) or not user.has_perm("policies.view_policy"):
        return None
    counted = _counted(user)
    doors = [_door(one, counted[one.value]) for one in COUNTED]
    return PaymentsDue(doors, _rows(user, at), _url(payments.OWED))


def _counted(user: User) -> dict[str, int]:
    """How many policies stand in each way; of a large book as it was up to five minutes ago."""
    key = f"home.payments:{reach_of(user).digest}"
    known: dict[str, int] | None = cache.get(key)
    if known is not None:
        return known
    policies = gathered(Policy, user=user).order_by()
    found = {
        one.value: policies.filter(payments.of_statuses([one]))[: MOST_COUNTED + 1].count()
        for one in COUNTED
    }
    is_one_of_many = not reach_of(user).sees_all and small_book(Policy, user=user) is None
    if is_one_of_many or max(found.values()) > MOST_COUNTED:
        cache.set(key, found, SECONDS_REMEMBERED)
    return found


def _door(status: PaymentStatus, number: int) -> StatusDoor:
    tone, icon = reasons.STATUS_LOOKS[status]
    label = gettext("Unknown or out of date") if status == PaymentStatus.UNKNOWN else status.label
    return StatusDoor(
        label=str(label),
        count=f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else f"{number:,}",
        url=_url(status.value),
        tone=tone,
        icon=icon,
        is_empty=not number,
    )


def _url(choice: str) -> str:
    """The list of the policies that stand so, the soonest deadline first where there is one."""
    query = {"payment": choice}
    if choice != PaymentStatus.UNKNOWN:
        query["sort"] = payments.BY_DEADLINE.key
    return f"{reverse('policies:policy_list')}?{urlencode(query)}"


def _rows(user: User, at: datetime) -> list[Row]:
    today = timezone.localdate(at)
    rows = gathered(Policy, user=user).filter(payments.of_statuses([payments.OWED]))
    soonest = rows.select_related("standing", "subscriber", "carrier", "coverage_type")
    found = list(soonest.order_by("standing__due", "pk")[:SHOWN])
    partners = premier_carrier_ids(on=today) if found else frozenset()
    return [_row(one, one.carrier_id in partners, at) for one in found]


def _row(policy: Policy, is_premier: bool, at: datetime) -> Row:
    today, deadline = timezone.localdate(at), policy.standing.deadline
    status = PaymentStatus(policy.standing.status)
    tone, icon = reasons.STATUS_LOOKS[status]
    return Row(
        policy=policy,
        label=str(status.label),
        tone=tone,
        icon=icon,
        days_left=reasons.days_left(deadline, today),
        is_urgent=bool(deadline and (deadline - today).days <= reasons.URGENT_DAYS),
        is_premier=is_premier,
    )
