"""Asking about applications, batch by batch: any worker may die at any moment.

A batch's answers and the run's cursor are stored in one transaction.
"""

import time
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.lib.db import one_or_none
from commissions.models import Application
from commissions.services.comtrack import ComtrackAnswer, Stored, store_answers
from integrations.comtrack import client as calls
from integrations.comtrack.mapping import Answer, read_answer
from integrations.comtrack.models import Connection, QueryRun
from integrations.comtrack.services.runs import asked_applications, lease
from integrations.errors import (
    PartnerContractError,
    PartnerRejectedError,
    PartnerUnavailableError,
)
from integrations.services import nightly

State = QueryRun.State

SLICE_SECONDS = 300
"""After this a task hands the rest of the run to another, so that none runs into its time limit."""
DEACTIVATED = gettext_noop("ComTrack was deactivated while the run was under way.")
SHAPE = gettext_noop("ComTrack answered in another shape: %(error)s")
AWAY = gettext_noop("ComTrack is not available: %(reason)s. The run goes on by itself.")
GIVEN_UP = gettext_noop(
    "ComTrack did not answer for hours. The next night asks about all applications again."
)


def work(*, run_id: int, seconds: float = SLICE_SECONDS) -> QueryRun:
    """Go on with a run until it ends, has to wait, or ``seconds`` are over; say how it stands.

    A run that another worker holds is left alone.
    """
    run = nightly.claim(QueryRun.objects.all(), run_id, lease=lease())
    if run is None:
        return QueryRun.objects.get(pk=run_id)
    connection = one_or_none(Connection.objects.filter(is_active=True))
    if connection is None:
        return nightly.end(run, State.INCOMPLETE, DEACTIVATED)
    try:
        is_through = _ask(run, connection, deadline=time.monotonic() + seconds)
    except PartnerUnavailableError as error:
        return nightly.pause(run, error=AWAY % {"reason": error}, given_up=GIVEN_UP)
    except PartnerRejectedError as error:
        return nightly.end(run, State.FAILED, error.message)
    except PartnerContractError as error:
        return nightly.end(run, State.FAILED, SHAPE % {"error": error})
    return nightly.end(run, State.DONE) if is_through else nightly.hand_on(run)


def _ask(run: QueryRun, connection: Connection, *, deadline: float) -> bool:
    """Ask batch after batch; False when the time is over or the run is another worker's."""
    with calls.client_of(connection) as client:
        while time.monotonic() < deadline:
            batch = _next_batch(run, connection.batch_size)
            if not batch:
                return True
            questions = [_question(application) for application in batch]
            payload = calls.ask(client, connection, questions)
            answer = read_answer(payload, asked=[one["application_id"] for one in questions])
            if not _store(run, batch, answer):
                return False
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
def _store(run: QueryRun, batch: Sequence[Application], answer: Answer) -> bool:
    """Keep the answers and move the cursor; False when the run is another worker's by now."""
    mine = nightly.mine(run)
    if one_or_none(mine.select_for_update()) is None:
        return False
    now = timezone.now()
    readable = [
        ComtrackAnswer(application_id=application.pk, **vars(result))
        for application, result in zip(batch, answer.results, strict=True)
        if result is not None
    ]
    stored = store_answers(answers=readable, as_of=min(answer.as_of, now))
    _count(mine, len(batch), len(readable), stored, now)
    run.cursor = batch[-1].pk
    mine.update(cursor=run.cursor)
    return True


def _count(
    mine: QuerySet[QueryRun], asked: int, answered: int, stored: Stored, now: datetime
) -> None:
    mine.update(
        alive_at=now,
        misses=0,
        requests=F("requests") + 1,
        asked=F("asked") + asked,
        answered=F("answered") + answered,
        updated=F("updated") + stored.updated,
        unchanged=F("unchanged") + stored.unchanged,
        failed=F("failed") + asked - answered,
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
