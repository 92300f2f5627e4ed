"""Who is at work on an import: a worker that gives no sign of life for a while has died.

This is not a ``lib.leases.Lease``, whose holder names its right in every change of the row: an
import has no column that could be one, for ``attempts`` begins anew whenever a person decides
something, and what reads and writes the rows of a file gives its signs of life by the key alone.
Two workers, one of them thought dead, are kept apart by what they write instead. A check changes no
record. Rows go into the records page by page, each page in one transaction with the mark that it is
there (``imported_page_starts_once``): who comes second meets that mark, and checks again.

It is weaker in one thing: a check that stood still for longer than the lease, and then goes on,
writes its state and figures over those of the worker that took its place.
"""

from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from agencyhub.imports.models import Import

LEASE = timedelta(seconds=90)
# What kills its worker so often will kill the next one, too.
MOST_ATTEMPTS = 4


def claim(import_id: int, *, states: tuple[str, ...], to: str) -> Import | None:
    """Take an import in one of ``states`` to work on it; None when somebody else is, or was."""
    now = timezone.now()
    nobody = Q(alive_at__isnull=True) | Q(alive_at__lt=now - LEASE)
    waiting = Import.objects.filter(nobody, pk=import_id, state__in=states)
    if not waiting.update(state=to, alive_at=now, attempts=F("attempts") + 1):
        return None
    return Import.objects.select_related("file", "user", "version", "batch").get(pk=import_id)


def abandoned() -> list[tuple[int, str, int]]:
    """Imports whose work was lost: their keys, states, and how often it was begun."""
    states = (Import.State.RECEIVED, Import.State.CHECKING, Import.State.COMMITTING)
    long_ago = timezone.now() - LEASE
    quiet = Q(alive_at__lt=long_ago) | Q(alive_at__isnull=True, created_at__lt=long_ago)
    return list(
        Import.objects.filter(quiet, state__in=states).values_list("pk", "state", "attempts")
    )
