"""A decision meets a member who chooses at the same moment, on two real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from eoi.models import Decision, EoiRequest
from eoi.services.completing import complete_form
from eoi.services.electing import elect, withdraw
from groups.models import Election, EmployerGroup
from tests.eoi.test_decide import AT, ask, codes, decide, waiting
from tests.waiting import PATIENCE, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def beside(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Do one thing and, before it is committed, the other elsewhere; what the other answers."""

    def run() -> Any:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(run)
            until_somebody_waits(for_what="the election")
        return other.result(timeout=PATIENCE)


def test_a_request_that_is_just_withdrawn_is_not_decided():
    request = waiting()
    row = ask(request, "approve_all")

    result = beside(
        lambda: withdraw(election_id=request.election_id, user=None, at=AT), lambda: decide(row)
    )

    assert codes(result) == [["not_waiting"]]
    assert Election.objects.get().volume == 100_000
    assert not Decision.objects.exists()


def test_a_member_who_asks_for_more_meanwhile_has_what_was_just_approved():
    request = waiting()
    election, row = request.election, ask(request, "approve_all")

    def choose() -> Election:
        return elect(
            employee_id=election.employee_id,
            benefit_id=election.benefit_id,
            plan_id=election.plan_id,
            event=Election.Event.LIFE_EVENT,
            elected_date=date(2026, 12, 2),
            effective_date=date(2026, 12, 2),
            volume=Decimal(200_000),
            user=None,
            at=AT,
        )

    beside(lambda: decide(row), choose)

    election.refresh_from_db()
    assert (election.volume, election.requested_volume) == (150_000, 200_000)
    assert [one.status for one in EoiRequest.objects.order_by("pk")] == ["approved", "pending"]


def test_a_form_that_is_complete_just_after_the_decision_is_not_noted():
    request = waiting()
    row = ask(request, "approve_all")

    def complete() -> list[str]:
        problems = complete_form(
            subscriber_id=request.employee.external_id,
            benefit_lookup_code="subscriber_life",
            completed="true",
            within=EmployerGroup.objects.all(),
            user=None,
            at=AT,
        )
        return [problem.code for problem in problems]

    assert beside(lambda: decide(row), complete) == ["not_waiting"]
    request.refresh_from_db()
    assert (request.status, request.form_status) == ("approved", "not_sent")
