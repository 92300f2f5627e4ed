"""Who is at work on a file: whoever gives no sign of life for a while has died."""

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone

from integrations.eoi_batches.models import BatchFile, BatchFileQuerySet

BEAT_SECONDS = 5.0
State = BatchFile.State


class LostClaimError(Exception):
    """Another worker has taken the file over: stop without a word."""


class Claim:
    """A worker's right to a file; every step proves it, so that two workers never both write."""

    def __init__(self, file: BatchFile) -> None:
        self.file = file
        self._beaten_at = time.monotonic()

    def beat(self) -> None:
        """Give a sign of life, at most every ``BEAT_SECONDS``.

        Raises:
            LostClaimError: the file is not this worker's any more.
        """
        if time.monotonic() - self._beaten_at >= BEAT_SECONDS:
            self.save()

    def save(self, **values: object) -> None:
        """Change the file if it still is this worker's; that is a sign of life as well.

        Raises:
            LostClaimError: it is not; nothing was changed.
        """
        values = {"alive_at": timezone.now()} | values
        if not self._mine().update(**values):
            raise LostClaimError
        for name, value in values.items():
            setattr(self.file, name, value)
        self._beaten_at = time.monotonic()

    def release(self) -> None:
        """Let anybody go on with the file."""
        self._mine().update(alive_at=None)

    def forget(self) -> None:
        """Drop the note of a file that whoever brought it took away again."""
        self._mine().delete()

    def _mine(self) -> BatchFileQuerySet:
        return BatchFile.objects.in_work().filter(pk=self.file.pk, claims=self.file.claims)


def take(file: BatchFile, *, at: datetime) -> Claim | None:
    """Take a file that has arrived; None when it has changed or somebody works in its folder.

    A folder's files are decided one after the other, in the order in which they came.
    """
    same = BatchFile.objects.filter(
        pk=file.pk, state=State.SEEN, size=file.size, stamp=file.stamp, seen_at=file.seen_at
    )
    try:
        with transaction.atomic():
            taken = same.update(state=State.TAKEN, taken_at=at, alive_at=at, claims=F("claims") + 1)
    except IntegrityError:
        return None
    return _claim(file.pk) if taken else None


def take_over(file_id: int, *, at: datetime) -> Claim | None:
    """Take a file that was let go or whose worker has died; None when somebody is at it."""
    has_died = Case(When(alive_at=None, then=0), default=1)
    taken = (
        left(at=at)
        .filter(pk=file_id)
        .update(alive_at=at, claims=F("claims") + 1, deaths=F("deaths") + has_died)
    )
    return _claim(file_id) if taken else None


def left(*, at: datetime) -> BatchFileQuerySet:
    """Files in work that nobody works on."""
    lease = timedelta(seconds=settings.EOI_BATCH_LEASE_SECONDS)
    return BatchFile.objects.in_work().filter(Q(alive_at=None) | Q(alive_at__lt=at - lease))


def _claim(file_id: int) -> Claim:
    return Claim(BatchFile.objects.select_related("folder").get(pk=file_id))
