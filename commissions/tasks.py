"""Work about matches that workers do: one call each."""

from typing import Any

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from agencyhub.accounts.models import User
from commissions.selectors import beforehand, patterns, results, unapplied
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
def count_matches(*, user_id: int, what: str, marker: str, **_newer_arguments: Any) -> bool:
    """Count what a page waits for; whether there is anybody to see it."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        cache.delete(marker)
        return False
    counts: dict[str, Any] = {
        beforehand.MATCHES: {
            "states": lambda: results.states(user),
            "shares": lambda: patterns.shares(user),
        },
        beforehand.LINES: {"shares": lambda: unapplied.line_shares(user)},
        beforehand.BOOK: {"shares": lambda: unapplied.book_shares(user)},
    }
    beforehand.keep(what, user, marker=marker, **counts[what])
    return True


@shared_task
def sweep_pay() -> None:
    """Bring expected pay up to date: with what changed, and with a new day."""
    paying.reckon(today=timezone.localdate())


@shared_task
def resolve_application(*, source: str, **_decided: Any) -> None:
    """Look up again what an application means, now that somebody said what a value is."""
    applications.look_up_again(application_id=int(source.partition(":")[2]))
