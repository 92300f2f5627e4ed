"""Who is at work on an import: a worker that gives no sign of life for a while has died.

The law is that of ``lib.leases``. It is not a ``Lease`` because what reads and writes the rows of a
file works with the import itself: that carries its worker's claim (``Import.held_as``), and refuses
to be written once another has been made. Rows go into the records page by page, each page in one
transaction with the mark that it is there (``imported_page_starts_once``).
"""

from datetime import timedelta

from django.db import transaction
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
    taken = {"attempts": F("attempts") + 1, "claims": F("claims") + 1}
    with transaction.atomic():
        # Until it ends nobody else can make a claim, so the one that is read is the one just made.
        if not waiting.update(state=to, alive_at=now, **taken):
            return None
        found = Import.objects.select_related("file", "user", "version", "batch").get(pk=import_id)
    found.held_as = found.claims
    return found


def give_up(import_id: int, *, problem: str) -> None:
    """Put an import aside whose workers all died; one that only stood still has lost it as well."""
    Import.objects.filter(pk=import_id).update(
        state=Import.State.ATTENTION, problem=problem, claims=F("claims") + 1
    )


def abandoned() -> list[tuple[int, str, int]]:
    """Imports whose work was lost: their keys, states, and how often it was begun."""
    states = (Import.State.RECEIVED, Import.State.CHECKING, Import.State.COMMITTING)
    long_ago = timezone.now() - LEASE
    quiet = Q(alive_at__lt=long_ago) | Q(alive_at__isnull=True, created_at__lt=long_ago)
    return list(
        Import.objects.filter(quiet, state__in=states).values_list("pk", "state", "attempts")
    )
