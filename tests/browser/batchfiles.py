"""A file of EOI decisions in every state, in the first folder of the demo."""

from datetime import UTC, datetime

from integrations.eoi_batches.models import BatchFile, BatchRow, Folder

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def with_results() -> BatchFile:
    """A finished file with a row that failed, and beside it one of each other state."""
    first, *others = Folder.objects.order_by("pk")[: len(BatchFile.IN_WORK)]
    refused = {
        "problem": "The same content was taken before, on 11/21/2026. Nothing is decided twice."
    }
    BatchFile.objects.create(folder=first, name="arriving.csv", seen_at=NOON)
    BatchFile.objects.create(
        folder=first, name="again.csv", seen_at=NOON, state="rejected", finished_at=NOON, **refused
    )
    for folder, state in zip((first, *others), BatchFile.IN_WORK, strict=False):
        BatchFile.objects.create(folder=folder, name="in-work.csv", seen_at=NOON, state=state)
    done = BatchFile.objects.create(
        folder=first,
        name="decisions.csv",
        seen_at=NOON,
        finished_at=NOON,
        state="archived",
        sha256="0" * 64,
        rows=2,
        valid=1,
        failed=1,
    )
    BatchRow.objects.create(file=done, row=2, subscriber_id="0002852117", is_valid=True)
    BatchRow.objects.create(
        file=done,
        row=3,
        subscriber_id="0002852124",
        benefit_lookup_code="subscriber_life",
        action="approve_all",
        is_valid=False,
        errors="Coverage not waiting for EOI decision",
    )
    return done
