"""Filters by how long policies stay: what took effect, what lasted, and why the rest was lost."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import DateField, Exists, F, Func, OuterRef, Q
from django.db.models.lookups import GreaterThanOrEqual, LessThan, LessThanOrEqual
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agencyhub.records.models import Option
from policies.models import PaymentStatus, Standing

# Meanings of the status of a policy that is, or was, in force.
EFFECTUATED = ("effectuated", "terminated", "lapsed")
ENDED = ("terminated", "lapsed")
MONTHS = (3, 6, 12)
DIED, NOT_PAID, OTHERWISE = "died", "not_paid", "other"
LOST: Mapping[str, Any] = {
    DIED: _("Died"), NOT_PAID: _("Not paid"), OTHERWISE: _("Ended otherwise"),
}  # fmt: skip
LASTED: Mapping[str, Any] = {
    f"{verb}{months}": format_lazy(words, months=months)
    for verb, words in (
        ("kept", _("In force after {months} months")),
        ("ended", _("Ended within {months} months")),
    )
    for months in MONTHS
}


class MonthsLater(Func):
    """The same day so many months later, or the last one of a shorter month."""

    template = "(%(expressions)s + make_interval(months => %(months)s))::date"
    output_field = DateField()

    def __init__(self, expression: Any, *, months: int) -> None:
        super().__init__(expression, months=int(months))


def effectuated() -> Q:
    """Policies that are in force or were; not those that never took effect, or do not yet."""
    return Q(status__in=_statuses(EFFECTUATED))


def not_effectuated() -> Q:
    """All others; every policy has a status."""
    return ~Q(status__in=_statuses(EFFECTUATED))


def lasted(chosen: Sequence[str]) -> Q:
    """Policies that were in force some months after they began, or were not any more.

    Those that began later have not lasted so long yet: they are neither.
    """
    return reduce(or_, (_lasted(one) for one in chosen), Q(pk__in=()))


def _lasted(chosen: str) -> Q:
    is_kept = chosen.startswith("kept")
    months = int(chosen.removeprefix("kept").removeprefix("ended"))
    then = MonthsLater(F("effective_date"), months=months)
    is_old_enough = Q(LessThanOrEqual(then, timezone.localdate()))
    ran_on = Q(termination_date__isnull=True) | Q(GreaterThanOrEqual(F("termination_date"), then))
    stopped = Q(LessThan(F("termination_date"), then))
    return effectuated() & is_old_enough & (ran_on if is_kept else stopped)


def lost(chosen: Sequence[str]) -> Q:
    """Policies that took effect and have ended, for one of these reasons: the first that fits."""
    today = timezone.localdate()
    has_no_day = Q(termination_date__isnull=True, status__in=_statuses(ENDED))
    has_ended = Q(termination_date__lt=today) | has_no_day
    died = Q(subscriber__deceased_date__isnull=False)
    alive = Q(subscriber__deceased_date__isnull=True)
    told = Standing.objects.filter(
        policy=OuterRef("pk"),
        status__in=(PaymentStatus.TERMINATED_NONPAY, PaymentStatus.CANCELLED_NONPAY),
    )
    lapsed, was_told = Q(status__in=_statuses(("lapsed",))), Q(Exists(told))
    reasons = {
        DIED: died,
        NOT_PAID: alive & (lapsed | was_told),
        OTHERWISE: alive & ~lapsed & ~was_told,
    }
    wanted = reduce(or_, (reasons[one] for one in chosen), Q(pk__in=()))
    return effectuated() & has_ended & wanted


def _statuses(meanings: Sequence[str]) -> list[int]:
    """The statuses that mean so, by key: with them PostgreSQL knows how rare they are."""
    found = Option.objects.filter(list=Option.List.POLICY_STATUS, meaning__in=meanings)
    return list(found.values_list("pk", flat=True))
