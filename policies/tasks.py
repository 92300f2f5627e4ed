"""Work about policies that workers do: one call each.

Mail about payments is written on the queue of mail; the outbox hands it over.
"""

from typing import Any

from celery import shared_task
from django.utils import timezone

from policies.services import digests, reminders, risks


@shared_task
def send_digests(**_newer_arguments: Any) -> int:
    """Write the digests whose hour has come; answers with their number."""
    return len(digests.write_due(at=timezone.now()).mails)


@shared_task
def send_binder_reminders(**_newer_arguments: Any) -> int:
    """Write the reminders of initial payments of this hour; answers with their number."""
    return len(reminders.write_due(at=timezone.now()).mails)


@shared_task
def refresh_risks(**_newer_arguments: Any) -> int:
    """Bring policies at risk up to date, as far as time alone has changed them."""
    return risks.refresh(policy_ids=None, at=timezone.now())


@shared_task
def nightly_risks(**_newer_arguments: Any) -> int:
    """Find the policies whose commission is at risk; answers how many changed."""
    return risks.refresh_endangered(at=timezone.now())
