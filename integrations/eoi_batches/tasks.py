"""What workers do for EOI batches; everything may be said twice, and at the same time."""

from typing import Any

from celery import shared_task

from integrations.eoi_batches.models import Server
from integrations.eoi_batches.services import picking


@shared_task
def pick_up_due(**_newer_arguments: Any) -> None:
    """Look at every active server."""
    for server_id in (
        Server.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)
    ):
        pick_up_from.delay(server_id=server_id)


@shared_task
def pick_up_from(*, server_id: int, is_patient: bool = False, **_newer_arguments: Any) -> None:
    """Look at a server; who ``is_patient`` waits for files that are just arriving."""
    picking.pick_up(server_id=server_id, is_patient=is_patient)
