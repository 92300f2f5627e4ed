"""A run of a carrier's connection with a file in every state."""

from datetime import date

from django.utils import timezone

from integrations.carriers.models import CarrierFile, Connection, Retrieval

DAY = date(2026, 11, 22)


def with_files() -> Retrieval:
    """A finished run of the demo's SFTP connection."""
    connection = Connection.objects.get(transport=Connection.Transport.SFTP)
    states = CarrierFile.State
    run = Retrieval.objects.create(
        connection=connection,
        since=DAY.replace(day=1),
        until=DAY,
        state=Retrieval.State.DONE,
        started_at=timezone.now(),
        finished_at=timezone.now(),
        is_listed=True,
        listed=len(states),
        fetched=3,
        duplicates=1,
        held_back=1,
        failed=1,
    )
    CarrierFile.objects.bulk_create(
        CarrierFile(
            connection=connection,
            retrieval=run,
            kind=CarrierFile.Kind.STATEMENT,
            name=f"UHC_Commissions_{state}.xlsx",
            path=f"/outbound/UHC_Commissions_{state}.xlsx",
            size=8_000,
            file_date=DAY,
            period="2026-11",
            state=state,
            problem="The file is empty." if state == states.FAILED else "",
        )
        for state in states
    )
    return run
