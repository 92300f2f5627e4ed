"""Asking about applications, batch by batch: any worker may die at any moment.

A batch's answers and the run's cursor are stored in one transaction. Whoever holds the run's
token stores; a worker that was taken for dead finds another's token and stops.
"""

import logging
import time
import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.lib.db import one_or_none
from commissions.models import Application
from commissions.services.comtrack import ComtrackAnswer, Stored, store_answers
from integrations.comtrack import client as calls
from integrations.comtrack.mapping import Answer, read_answer
from integrations.comtrack.models import Connection, QueryRun
from integrations.comtrack.services.runs import asked_applications
from integrations.errors import (
    PartnerContractError,
    PartnerRejectedError,
    PartnerUnavailableError,
)

logger = logging.getLogger(__name__)
State = QueryRun.State

SLICE_SECONDS = 300
"""After this a task hands the rest of the run to another, so that none runs into its time limit."""
PAUSES = (60, 300, 900, 1800)
"""Seconds until an unreachable ComTrack is asked again, by calls in a row that brought nothing."""
MOST_MISSES = 12
DEACTIVATED = gettext_noop("ComTrack was deactivated while the run was under way.")
GIVEN_UP = gettext_noop(
    "ComTrack did not answer for hours. The next night asks about all applications again."
)


def work(*, run_id: int, seconds: float = SLICE_SECONDS) -> QueryRun:
    """Go on with a run until it ends, has to wait, or ``seconds`` are over; say how it stands.

    A run that another worker holds is left alone.
    """
    run = _claim(run_id)
    if run is None:
        return QueryRun.objects.get(pk=run_id)
    connection = one_or_none(Connection.objects.filter(is_active=True))
    if connection is None:
        return _end(run, State.INCOMPLETE, DEACTIVATED)
    try:
        is_through = _ask(run, connection, deadline=time.monotonic() + seconds)
    except PartnerUnavailableError as error:
        return _pause(run, str(error))
    except PartnerRejectedError as error:
        return _end(run, State.FAILED, error.message)
    except PartnerContractError as error:
        return _end(
            run,
            State.FAILED,
            gettext_noop("ComTrack answered in another shape: %(error)s") % {"error": error},
        )
    return _end(run, State.DONE, "") if is_through else _hand_on(run)


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


def _claim(run_id: int) -> QueryRun | None:
    """Take an open run that nobody works on."""
    now = timezone.now()
    lease = timedelta(seconds=settings.COMTRACK_LEASE_SECONDS)
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, alive_at__lt=now - lease)
    token = uuid.uuid4()
    taken = QueryRun.objects.filter(free, pk=run_id).update(
        state=State.RUNNING, worker=token, alive_at=now, resume_at=None, error=""
    )
    if not taken:
        return None
    QueryRun.objects.filter(pk=run_id, started_at=None).update(started_at=now)
    return QueryRun.objects.get(pk=run_id)


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
    mine = QueryRun.objects.select_for_update().filter(pk=run.pk, worker=run.worker)
    if one_or_none(mine.filter(state=State.RUNNING)) is None:
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


def _hand_on(run: QueryRun) -> QueryRun:
    """Leave the rest to the next worker, at once."""
    return _release(run, state=State.WAITING, resume_at=timezone.now())


def _pause(run: QueryRun, reason: str) -> QueryRun:
    """Wait before ComTrack is asked again, longer each time; what is stored stays."""
    misses = QueryRun.objects.values_list("misses", flat=True).get(pk=run.pk) + 1
    if misses >= MOST_MISSES:
        return _end(run, State.INCOMPLETE, GIVEN_UP)
    pause = timedelta(seconds=PAUSES[min(misses, len(PAUSES)) - 1])
    return _release(
        run,
        state=State.WAITING,
        resume_at=timezone.now() + pause,
        misses=misses,
        error=gettext_noop("ComTrack is not available: %(reason)s. The run goes on by itself.")
        % {"reason": reason},
    )


def _end(run: QueryRun, state: str, error: str) -> QueryRun:
    return _release(run, state=state, error=error[:250], finished_at=timezone.now())


def _release(run: QueryRun, **changes: object) -> QueryRun:
    """Give the run out of one's hands, unless another worker has taken it meanwhile."""
    mine = QueryRun.objects.filter(pk=run.pk, worker=run.worker, state=State.RUNNING)
    mine.update(worker=None, **changes)
    run.refresh_from_db()
    logger.info("ComTrack run %s is %s", run.pk, run.state)
    return run


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
