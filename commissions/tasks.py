"""Work about matches that workers do: one call each."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from agencyhub.accounts.models import User
from commissions.selectors import beforehand, patterns, results
from commissions.services import applications, paying, refresh


@shared_task
def refresh_matches(run_id: int) -> None:
    """Find what belongs to each application, as far as something changed."""
    refresh.run(run_id=run_id, at=timezone.now())


@shared_task
def sweep_matches() -> None:
    """Go on with what a dead worker left, and look at changes nobody asked about."""
    refresh.sweep(at=timezone.now())


@shared_task
def count_matches(user_id: int) -> bool:
    """Count outcomes and groups that a page waits for; whether there is anybody to see them."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return False
    beforehand.keep(user, states=lambda: results.states(user), shares=lambda: patterns.shares(user))
    return True


@shared_task
def sweep_pay() -> None:
    """Bring expected pay up to date: with what changed, and with a new day."""
    paying.reckon(today=timezone.localdate())


@shared_task
def resolve_application(*, source: str, **_decided: Any) -> None:
    """Look up again what an application means, now that somebody said what a value is."""
    applications.look_up_again(application_id=int(source.partition(":")[2]))
