"""Asking about applications, batch by batch: any worker may die at any moment.

A batch's answers and the run's cursor are stored in one transaction.
"""

import time
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from agencyhub.lib.leases import Lease
from commissions.models import Application
from commissions.services.comtrack import ComtrackAnswer, store_answers
from integrations.comtrack import client as calls
from integrations.comtrack.mapping import Answer, read_answer
from integrations.comtrack.models import Connection, QueryRun
from integrations.comtrack.services.runs import NIGHTS, active, asked_applications

State = QueryRun.State
SLICE_SECONDS = 300
"""After this a task hands the rest of the run to another, so that none runs into its time limit."""


def work(*, run_id: int, seconds: float = SLICE_SECONDS) -> QueryRun:
    """Go on with a run until it ends, has to wait, or ``seconds`` are over; say how it stands.

    A run that another worker holds is left alone.
    """
    deadline = time.monotonic() + seconds

    def go_on(lease: Lease[QueryRun]) -> QueryRun.State | None:
        return State.DONE if _ask(lease, active(), deadline=deadline) else None

    return NIGHTS.work(run_id, go_on)


def _ask(lease: Lease[QueryRun], connection: Connection, *, deadline: float) -> bool:
    """Ask batch after batch; False when the time is over."""
    with calls.client_of(connection) as client:
        while time.monotonic() < deadline:
            batch = _next_batch(lease.row, connection.batch_size)
            if not batch:
                return True
            questions = [_question(application) for application in batch]
            payload = calls.ask(client, connection, questions)
            answer = read_answer(payload, asked=[one["application_id"] for one in questions])
            _store(lease, batch, answer)
    return False


def _next_batch(run: QueryRun, size: int) -> list[Application]:
    rows = asked_applications().filter(pk__gt=run.cursor, pk__lte=run.last_id)
    rows = rows.select_related("carrier").only(
        "external_id", "mbi", "carrier__name", "carrier_name", "plan_id", "effective_date",
        "first_name", "last_name", "date_of_birth", "policy_number",
    )  # fmt: skip
    return list(rows.order_by("pk")[:size])


def _question(application: Application) -> dict[str, str]:
    """What tells the application apart; of the person no more than is needed for that."""
    carrier = application.carrier
    told = {
        "application_id": application.external_id or str(application.pk),
        "carrier_name": carrier.name if carrier else application.carrier_name,
        "cms_plan_id": application.plan_id,
        "effective_date": _iso(application.effective_date),
        "policy_number": application.policy_number,
        **_person(application),
    }
    return {name: value for name, value in told.items() if value}


def _person(application: Application) -> dict[str, str]:
    if application.mbi:
        return {"mbi": application.mbi.reveal()}
    return {
        "first_name": application.first_name,
        "last_name": application.last_name,
        "date_of_birth": _iso(application.date_of_birth),
    }


@transaction.atomic
def _store(lease: Lease[QueryRun], batch: Sequence[Application], answer: Answer) -> None:
    """Keep the answers and move the cursor."""
    lease.save()  # nobody takes the run over while these are stored
    readable = [
        ComtrackAnswer(application_id=application.pk, **vars(result))
        for application, result in zip(batch, answer.results, strict=True)
        if result is not None
    ]
    stored = store_answers(answers=readable, as_of=min(answer.as_of, timezone.now()))
    lease.save(
        cursor=batch[-1].pk,
        misses=0,
        requests=F("requests") + 1,
        asked=F("asked") + len(batch),
        answered=F("answered") + len(readable),
        updated=F("updated") + stored.updated,
        unchanged=F("unchanged") + stored.unchanged,
        failed=F("failed") + len(batch) - len(readable),
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
