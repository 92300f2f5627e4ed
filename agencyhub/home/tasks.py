"""Work of the top layer that workers do: one call each."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from celery import shared_task
from django.utils import timezone, translation

from agencyhub.accounts.models import User
from agencyhub.home.reports import registry, remembered
from agencyhub.home.subscriptions import selectors, writing


@shared_task
def send_reports(**_newer_arguments: Any) -> int:
    """Have each report by mail that is due written by a task of its own; answers their number.

    One that fails, or takes long, keeps no other waiting.
    """
    due = selectors.due(at=timezone.now())
    for subscription_id in due:
        send_report.delay(subscription_id=subscription_id)
    return len(due)


@shared_task
def send_report(*, subscription_id: int, **_newer_arguments: Any) -> bool:
    """Write one report by mail; a second time writes nothing."""
    return bool(writing.write_one(subscription_id=subscription_id, at=timezone.now()))


@shared_task
def count_report(
    *,
    key: str,
    user_id: int,
    texts: Mapping[str, str],
    on: str,
    language: str,
    zone: str,
    marker: str,
    **_newer_arguments: Any,
) -> bool:
    """Count a report that a page waits for, in the page's language; whether there are figures."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or key not in registry.REPORTS:
        return False
    with translation.override(language), timezone.override(zone):
        return remembered.count_and_keep(
            registry.REPORTS[key], user=user, texts=texts, on=date.fromisoformat(on), marker=marker
        )
