"""Whose subscriptions there are, when each comes, and how a list shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User
from agencyhub.home.models import Subscription
from agencyhub.home.reports import registry
from agencyhub.home.subscriptions import rights, schedule
from agencyhub.home.subscriptions.schedule import Plan
from agencyhub.mailing.models import MailPreference

Frequency = Subscription.Frequency
VIEW, CHANGE = "home.view_subscription", "home.change_subscription"
RELATED = ("user", "user__mail_preference")


@dataclass(frozen=True)
class Row:
    """One subscription as the list shows it."""

    subscription: Subscription
    report: StrOrPromise
    url: str
    rhythm: str
    next_at: datetime | None
    why_stopped: StrOrPromise


def running() -> QuerySet[Subscription]:
    """Subscriptions of people who work here and can be written to."""
    rows = Subscription.objects.filter(stopped_at=None, user__is_active=True)
    return rows.exclude(user__email="").select_related(*RELATED).order_by("pk")


def for_list(user: User, *, everybody: bool) -> QuerySet[Subscription]:
    """The user's own subscriptions, or all of them for those who may see them."""
    rows = Subscription.objects.select_related(*RELATED)
    return rows if everybody and user.has_perm(VIEW) else rows.filter(user=user)


def changeable(user: User) -> QuerySet[Subscription]:
    """The subscriptions that a user may stop: the own ones, or all."""
    rows = Subscription.objects.all()
    return rows if user.has_perm(CHANGE) else rows.filter(user=user)


def plan_of(subscription: Subscription) -> Plan:
    """When a subscription comes, in its reader's zone and outside of their quiet hours."""
    user = subscription.user
    wants: MailPreference = getattr(user, "mail_preference", None) or MailPreference()
    return Plan(
        frequency=subscription.frequency,
        hour=subscription.hour,
        weekday=subscription.weekday,
        month_day=subscription.month_day,
        zone=user.time_zone,
        quiet_from=wants.quiet_from,
        quiet_to=wants.quiet_to,
        since=subscription.since,
        done_on=subscription.done_on,
    )


def due(*, at: datetime) -> list[int]:
    """The keys of the subscriptions whose mail is due."""
    return [one.pk for one in running() if schedule.day_due(plan_of(one), at)]


def rows(subscriptions: Iterable[Subscription], *, at: datetime) -> list[Row]:
    """Each subscription with its words."""
    return [_row(one, at) for one in subscriptions]


def url_of(subscription: Subscription) -> str:
    """The page of the report, as it was when somebody subscribed to it."""
    query = f"?{subscription.query}" if subscription.query else ""
    return reverse("home:report_detail", args=[subscription.report]) + query


def rhythm(subscription: Subscription) -> str:
    """How often and when it comes, in words."""
    hour = time_format(subscription.hour, "g:i A")
    if subscription.frequency == Frequency.DAILY:
        return gettext("Daily at %(hour)s") % {"hour": hour}
    if subscription.frequency == Frequency.WEEKLY:
        day = WEEKDAYS[subscription.weekday]
        return gettext("%(weekday)s at %(hour)s") % {"weekday": day, "hour": hour}
    said = gettext("Day %(day)s of each month at %(hour)s")
    return said % {"day": subscription.month_day, "hour": hour}


def _row(subscription: Subscription, at: datetime) -> Row:
    report = registry.REPORTS.get(subscription.report)
    is_running = subscription.stopped_at is None and subscription.user.is_active
    return Row(
        subscription=subscription,
        report=report.title if report else subscription.report,
        url=url_of(subscription) if report else "",
        rhythm=rhythm(subscription),
        next_at=schedule.next_at(plan_of(subscription), at) if is_running else None,
        why_stopped=rights.REASONS.get(subscription.stop_reason, ""),
    )
