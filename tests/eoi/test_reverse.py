"""A reversal puts back what a decision changed; a lock is lifted with a reason."""

from typing import Any

import pytest

from eoi.models import Decision
from eoi.services import reversing
from eoi.services.completing import complete_form
from eoi.services.reversing import NotReversibleError
from groups.models import CoverageLock, CoveragePeriod, Election, EmployerGroup
from tests.eoi.test_decide import AT, ask, decide, waiting
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PERIOD = ("plan_id", "volume", "level", "premium", "start_date", "end_date", "decision_id")
ELECTION = [field.attname for field in Election._meta.concrete_fields if field.name != "updated_at"]


def state() -> tuple[Any, ...]:
    elections = list(Election.objects.order_by("pk").values_list(*ELECTION))
    return elections, list(CoveragePeriod.objects.order_by("start_date").values_list(*PERIOD))


@pytest.mark.parametrize(
    ("action", "volume"),
    [
        ("approve_all", None),
        ("approve_part", 120_000),
        ("pend_remaining", 120_000),
        ("deny_permanently", 120_000),
        ("expire_all", None),
        ("deny_all", None),
    ],
)
def test_restores_everything(action: str, volume: int | None):
    request, user = waiting(), UserFactory()
    before = state()
    decided = decide(ask(request, action, approved_volume=volume)).valid[0]

    reversing.reverse(decided.decision_id, "Entered for somebody else", user, at=AT)

    assert state() == before
    request.refresh_from_db()
    assert (request.status, request.closed_at) == ("pending", None)
    decision = Decision.objects.get()
    assert (decision.reversed_by, decision.reversed_reason) == (user, "Entered for somebody else")
    assert not CoverageLock.objects.filter(lifted_at__isnull=True).exists()
    assert decide(ask(request, action, approved_volume=volume)).valid_count == 1


def test_takes_back_the_newest_first_and_nothing_that_changed_since():
    request, user = waiting(), UserFactory()
    first, second = decide(
        ask(request, "pend_remaining", approved_volume=120_000), ask(request, "approve_all", row=2)
    ).valid

    with pytest.raises(NotReversibleError):
        reversing.reverse(first.decision_id, "Wrong", user, at=AT)
    reversing.reverse(second.decision_id, "Wrong", user, at=AT)
    Election.objects.update(volume=110_000)
    with pytest.raises(NotReversibleError):
        reversing.reverse(first.decision_id, "Wrong", user, at=AT)

    assert CoveragePeriod.objects.count() == 2


def test_lifts_a_lock_once():
    request, user = waiting(), UserFactory()
    decide(ask(request, "deny_permanently", approved_volume=120_000))
    lock = CoverageLock.objects.get()

    reversing.lift_lock(lock.pk, "The carrier agreed", user, at=AT)

    lock.refresh_from_db()
    assert (lock.lifted_at, lock.lifted_reason) == (AT, "The carrier agreed")
    with pytest.raises(reversing.NotLockedError):
        reversing.lift_lock(lock.pk, "Again", user, at=AT)


class TestCompleteForm:
    def test_notes_what_the_carrier_said(self):
        request = waiting()

        problems = complete_form(
            subscriber_id=request.employee.external_id,
            benefit_lookup_code="subscriber_life",
            completed="true",
            expiration_date="2027-01-31",
            reference_number="R-1",
            within=EmployerGroup.objects.all(),
            user=None,
            at=AT,
        )

        assert problems == ()
        request.refresh_from_db()
        assert (request.form_status, f"{request.form_completed_date}") == ("complete", "2026-11-22")
        assert (f"{request.expiration_date}", request.reference_number) == ("2027-01-31", "R-1")

    def test_says_what_is_wrong_and_changes_nothing(self):
        request = waiting()

        problems = complete_form(
            ssn="123123123",
            benefit_lookup_code="subscriber_life",
            completed="perhaps",
            within=EmployerGroup.objects.all(),
            user=None,
            at=AT,
        )

        codes = [problem.code for problem in problems]
        assert codes == ["employee_not_found", "completed_not_valid"]
        request.refresh_from_db()
        assert request.form_status == "not_sent"
