"""What members choose, with the requests for evidence that a choice opens, keeps or withdraws."""

from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.records import history
from agencyhub.records.models import Batch
from eoi.models import EoiRequest
from groups.evidence import Event
from groups.models import Election, GroupPlan
from groups.reasons import as_json
from groups.services import elections
from groups.services.elections import Chosen, Written

ELECTED = gettext_noop("Choose coverage")
WITHDRAWN = gettext_noop("Withdraw a request for more coverage")
ENDED = gettext_noop("End coverage")
RAISED = gettext_noop("Follow a change of salary")
# A raise by itself does not ask again for what a carrier once refused.
REFUSED = (
    EoiRequest.Status.APPROVED_PARTIAL,
    EoiRequest.Status.APPROVED_CAPPED,
    EoiRequest.Status.DENIED,
    EoiRequest.Status.EXPIRED,
)


def elect(
    *,
    employee_id: int,
    benefit_id: int,
    plan_id: int,
    event: str,
    elected_date: date,
    effective_date: date,
    user: User | None,
    at: datetime,
    dependent_id: int | None = None,
    volume: Decimal | None = None,
    multiple: Decimal | None = None,
    level: str = "",
) -> Election:
    """Write a member's choice, in force as far as no evidence is needed.

    What is beyond waits: a request is opened, or the open one goes on with its age, or it is
    withdrawn where nothing is beyond any more. Choosing the same again changes nothing. A plan with
    amounts takes ``volume``, one by salary ``multiple`` as well, any other ``level``.

    Raises:
        ElectionRefusedError: the plan or a carrier's lock does not allow it.
    """
    chosen = Chosen(
        plan_id=plan_id,
        event=event,
        elected_date=elected_date,
        effective_date=effective_date,
        volume=volume,
        multiple=multiple,
        level=level,
    )
    with _batch(user, ELECTED):
        written = elections.write_election(
            employee_id=employee_id,
            benefit_id=benefit_id,
            dependent_id=dependent_id,
            chosen=chosen,
        )
        _follow(written, at=at)
    return written.election


def withdraw(*, election_id: int, user: User | None, at: datetime) -> Election:
    """Take back what waits for evidence, as the member wishes: what is in force stays."""
    with _batch(user, WITHDRAWN):
        election = Election.objects.select_for_update().get(pk=election_id)
        if election.waiting_for_eoi:
            elections.withdraw(election)
        _void(election, at=at)
    return election


def end(*, election_id: int, last_day: date, user: User | None, at: datetime) -> Election:
    """End coverage after its last covered day; what waits is withdrawn.

    Raises:
        ElectionRefusedError: it begins later than that.
    """
    with _batch(user, ENDED):
        election = Election.objects.select_for_update().get(pk=election_id)
        elections.end(election, last_day=last_day)
        _void(election, at=at)
    return election


def follow_salary(
    *, employee_id: int, effective_date: date, user: User | None, at: datetime
) -> list[Election]:
    """Let all coverage that counts in multiples of the salary follow it; answer what it is now.

    What was approved or granted before stays granted, and what a carrier refused is not asked for
    again.

    Raises:
        ElectionRefusedError: the new salary leaves less than a plan begins with.
    """
    with _batch(user, RAISED):
        rows = Election.objects.filter(
            Q(termination_date=None) | Q(termination_date__gte=effective_date),
            employee_id=employee_id,
            multiple__isnull=False,
            requested_plan__basis=GroupPlan.Basis.MULTIPLE,
        ).order_by("pk")
        return [
            _raise(election, election.requested_plan_id, effective_date=effective_date, at=at)
            for election in rows
            if election.requested_plan_id is not None
        ]


def _raise(election: Election, plan_id: int, *, effective_date: date, at: datetime) -> Election:
    newest = election.eoi_requests.order_by("-pk").values_list("status", flat=True).first()
    written = elections.write_election(
        employee_id=election.employee_id,
        benefit_id=election.benefit_id,
        dependent_id=election.dependent_id,
        chosen=Chosen(
            plan_id=plan_id,
            multiple=election.multiple,
            level=election.requested_level,
            event=Event.SALARY_CHANGE,
            elected_date=effective_date,
            effective_date=effective_date,
            asks_again=newest not in REFUSED,
        ),
    )
    _follow(written, at=at)
    return written.election


def _follow(written: Written, *, at: datetime) -> None:
    """Let the open request go on as the election does: opened, kept or withdrawn."""
    election = written.election
    if not election.waiting_for_eoi:
        _void(election, at=at)
        return
    request = election.eoi_requests.open().first()  # unique: at most one is open
    reasons = as_json(written.reasons)
    if request is None:
        _open(election, reasons, at=at)
    elif reasons and request.reasons != reasons:
        request.reasons = reasons
        request.save(update_fields=["reasons"])


def _open(election: Election, reasons: list[dict[str, Any]], *, at: datetime) -> None:
    opened = min(election.elected_date, timezone.localdate(at))
    form_days = election.requested_plan.form_days if election.requested_plan else 0
    EoiRequest.objects.create(
        group_id=election.employee.group_id,
        employee_id=election.employee_id,
        election=election,
        reasons=reasons,
        requested_volume=election.requested_volume or Decimal(0),
        opened_date=opened,
        expiration_date=opened + timedelta(days=form_days),
    )


def _void(election: Election, *, at: datetime) -> None:
    election.eoi_requests.open().update(
        status=EoiRequest.Status.VOIDED, closed_at=at, is_expiry_proposed=False
    )


def _batch(user: User | None, summary: str) -> AbstractContextManager[Batch]:
    """One act; an import's or a partner's own act goes before."""
    channel = Batch.Channel.SCREEN if user else Batch.Channel.SYSTEM
    return history.batch(user=user, channel=channel, summary=summary)
