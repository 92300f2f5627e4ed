"""Who is at work on a file; see ``lib.leases``."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Case, F, Q, When

from agencyhub.lib.leases import Lease, Leases
from integrations.eoi_batches.models import BatchFile, BatchFileQuerySet

State = BatchFile.State
FILES = Leases(
    BatchFile.objects.select_related("folder"),
    held=Q(state__in=BatchFile.IN_WORK),
    length=lambda: timedelta(seconds=settings.EOI_BATCH_LEASE_SECONDS),
)


def take(file: BatchFile, *, at: datetime) -> Lease[BatchFile] | None:
    """Take a file that has arrived; None when it has changed or somebody works in its folder.

    A folder's files are decided one after the other, in the order in which they came.
    """
    is_same = Q(state=State.SEEN, size=file.size, stamp=file.stamp, seen_at=file.seen_at)
    try:
        return FILES.take(file.pk, free=is_same, at=at, state=State.TAKEN, taken_at=at)
    except IntegrityError:  # the database holds one file in work per folder
        return None


def take_over(file_id: int, *, at: datetime) -> Lease[BatchFile] | None:
    """Take a file that was let go or whose worker has died; None when somebody is at it."""
    has_died = Case(When(alive_at=None, then=0), default=1)
    return FILES.take(file_id, free=FILES.lapsed(at=at), at=at, deaths=F("deaths") + has_died)


def left(*, at: datetime) -> BatchFileQuerySet:
    """Files in work that nobody works on."""
    return BatchFile.objects.filter(FILES.lapsed(at=at))
