"""Subscribing to a view of a report, changing that, and ending it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import reach_of
from agencyhub.home.models import Subscription
from agencyhub.home.reports.base import Report
from agencyhub.home.subscriptions import rights
from agencyhub.lib.errors import DomainError

RHYTHM = ("frequency", "hour", "weekday", "month_day")


class NobodyToWriteToError(DomainError):
    """The user has no e-mail address."""

    code = "nobody_to_write_to"


class NotReadableError(DomainError):
    """The report, as it was asked for, is not one that the user can read."""

    code = "not_readable"


class TwiceError(DomainError):
    """The same view comes in the same rhythm already."""

    code = "twice"


@transaction.atomic
def subscribe(
    *, user: User, report: Report, query: str, values: Mapping[str, Any], at: datetime
) -> Subscription:
    """Send a view of a report to the user from now on.

    ``values`` are the title and the rhythm. Doing it twice changes the first one.

    Raises:
        NobodyToWriteToError: see there.
    """
    if not user.email:
        msg = gettext("AgencyHub does not know your email address. Ask an administrator for it.")
        raise NobodyToWriteToError(msg)
    User.objects.select_for_update().get(pk=user.pk)
    found, _is_new = Subscription.objects.update_or_create(
        user=user, report=report.key, query=query, frequency=values["frequency"], stopped_at=None,
        defaults={**values, "reach": rights.keep(reach_of(user)), "since": at},
        create_defaults={
            **values, "reach": rights.keep(reach_of(user)), "since": at, "created_at": at,
        },
    )  # fmt: skip
    return found


@transaction.atomic
def change(*, subscription_id: int, values: Mapping[str, Any], at: datetime) -> Subscription:
    """Give a subscription another title or rhythm; what has come does not come again.

    Raises:
        TwiceError: see there.
    """
    found = Subscription.objects.select_for_update().get(pk=subscription_id)
    _refuse_twice(found, frequency=values["frequency"])
    for name in ("title", *RHYTHM):
        setattr(found, name, values[name])
    found.since = at
    found.save(update_fields=["title", *RHYTHM, "since"])
    return found


@transaction.atomic
def stop(*, subscription_id: int, reason: str, at: datetime) -> Subscription:
    """End a subscription; a second time changes nothing."""
    found = Subscription.objects.select_for_update().get(pk=subscription_id)
    if found.stopped_at is None:
        found.stopped_at, found.stop_reason = at, reason
        found.save(update_fields=["stopped_at", "stop_reason"])
    return found


@transaction.atomic
def resume(*, subscription_id: int, at: datetime) -> Subscription:
    """Take a subscription up again, with what its reader may see by now.

    Raises:
        NotReadableError: the reader may not open the report, or it refuses these choices.
        TwiceError: see there.
    """
    found = Subscription.objects.select_for_update().get(pk=subscription_id)
    if found.stopped_at is None:
        return found
    user = User.objects.get(pk=found.user_id)
    found.reach = rights.keep(reach_of(user))
    reason = rights.refusal(found, user=user)
    if reason:
        raise NotReadableError(str(rights.REASONS[reason]))
    _refuse_twice(found, frequency=found.frequency)
    found.stopped_at, found.stop_reason, found.since = None, "", at
    found.save(update_fields=["stopped_at", "stop_reason", "since", "reach"])
    return found


@transaction.atomic
def remove(*, subscription_id: int) -> None:
    """Forget a subscription that is stopped; a second time changes nothing."""
    Subscription.objects.filter(pk=subscription_id).exclude(stopped_at=None).delete()


def _refuse_twice(subscription: Subscription, *, frequency: str) -> None:
    same = Subscription.objects.filter(
        user=subscription.user_id, report=subscription.report, query=subscription.query,
        frequency=frequency, stopped_at=None,
    )  # fmt: skip
    if same.exclude(pk=subscription.pk).exists():
        msg = gettext("This view of the report is already sent at this frequency.")
        raise TwiceError(msg, field="frequency")
