"""Decisions are taken row by row, and change what is in force."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from eoi.asked import Asked
from eoi.models import Decision, EoiRequest
from eoi.results import Result
from eoi.services import deciding, writing
from groups.models import CoverageLock, CoveragePeriod, EmployerGroup, GroupPlan
from tests.factories.eoi import EoiRequestFactory
from tests.factories.groups import (
    CoveragePeriodFactory,
    DependentFactory,
    GroupPlanFactory,
    PlanRateFactory,
    SpouseBenefitFactory,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 12, tzinfo=timezone.get_fixed_timezone(0))
DAY = date(2026, 12, 1)


def waiting(**values: Any) -> EoiRequest:
    """$100,000 in force, $50,000 more wait."""
    request = EoiRequestFactory(**values)
    CoveragePeriodFactory(election=request.election)
    PlanRateFactory(plan=request.election.plan)
    return request


def ask(request: EoiRequest, action: str, **values: Any) -> Asked:
    values = {"row": 1, "effective_date": "2026-12-01", **values}
    return Asked(
        subscriber_id=request.employee.external_id,
        benefit_lookup_code="subscriber_life",
        action=action,
        **values,
    )


def decide(*asked: Asked, **options: Any) -> Result:
    options = {"channel": Decision.Channel.API, "at": AT, **options}
    options.setdefault("within", EmployerGroup.objects.all())
    return deciding.decide(asked, user=None, **options)


def codes(result: Result) -> list[list[str]]:
    return [[problem.code for problem in failed.problems] for failed in result.failed]


def test_puts_in_force_what_was_requested():
    request = waiting()

    result = decide(ask(request, "approve_all"))

    assert (result.valid_count, result.failed) == (1, [])
    request.refresh_from_db()
    election = request.election
    election.refresh_from_db()
    assert (request.status, request.closed_at) == ("approved", AT)
    assert (election.volume, election.waiting_for_eoi) == (Decimal(150_000), False)
    assert election.premium == Decimal("30.00")
    periods = CoveragePeriod.objects.order_by("start_date").values_list(
        "volume", "premium", "start_date", "end_date", "decision_id"
    )
    assert list(periods) == [
        (Decimal(100_000), None, date(2026, 11, 1), DAY - timedelta(days=1), None),
        (Decimal(150_000), Decimal("30.00"), DAY, None, result.valid[0].decision_id),
    ]


def test_keeps_the_rest_waiting_and_takes_a_second_decision_in_the_same_call():
    request = waiting()

    result = decide(
        ask(request, "pend_remaining", approved_volume="$120,000"),
        ask(request, "deny_permanently", row=2, approved_volume=Decimal(140_000)),
        ask(request, "approve_all", row=3),
    )

    assert [one.volume_after for one in result.valid] == [Decimal(120_000), Decimal(140_000)]
    assert codes(result) == [["not_waiting"]]
    lock = CoverageLock.objects.get()
    assert (lock.volume, lock.decision_id) == (Decimal(140_000), result.valid[1].decision_id)
    assert CoveragePeriod.objects.count() == 2


def test_puts_another_level_in_force_where_a_plan_has_no_volumes():
    plan = GroupPlanFactory(name="Dental", basis=GroupPlan.Basis.NONE)
    request = EoiRequestFactory(
        election__employee__group=plan.group,
        election__benefit=plan.benefit,
        election__plan=plan,
        election__volume=0,
        election__requested_volume=0,
        election__level="employee",
        election__requested_level="family",
    )
    PlanRateFactory(plan=plan, per_thousand=None, flat="80.00", level="family")

    result = decide(ask(request, "approve_all"))

    assert result.valid[0].requested_after is None
    election = request.election
    election.refresh_from_db()
    assert (election.level, election.premium, election.volume) == ("family", 80, 0)
    period = CoveragePeriod.objects.get()
    assert (period.level, period.premium, period.start_date) == ("family", 80, DAY)


def test_holds_a_spouse_to_what_the_rows_above_left_the_employee():
    own = waiting()
    benefit = SpouseBenefitFactory(group=own.group)
    plan = GroupPlanFactory(benefit=benefit, name="Spouse", spouse_percent=50)
    spouse = EoiRequestFactory(
        election__employee=own.employee,
        election__dependent=DependentFactory(employee=own.employee),
        election__benefit=benefit,
        election__plan=plan,
        election__volume=0,
        election__gi_volume=0,
        election__requested_volume=70_000,
    )
    first = replace(ask(spouse, "approve_all"), benefit_lookup_code="spouse_life")

    result = decide(first, ask(own, "approve_all", row=2), replace(first, row=3))

    assert codes(result) == [["volume_above_cap"]]
    assert [one.row for one in result.valid] == [2, 3]


def test_says_all_that_is_wrong_in_the_partners_words():
    request = waiting()
    nobody = Asked(row=1, ssn="123123123", benefit_lookup_code="subscriber_life")
    unknown = ask(request, "approve_all", row=2)
    unknown = replace(unknown, benefit_lookup_code="subscriber_boat")

    result = decide(nobody, unknown)

    texts = [[problem.text for problem in failed.problems] for failed in result.failed]
    assert texts[0][:3] == [
        "Employee not found",
        "Action is required",
        "Effective date is required",
    ]
    assert texts[1] == ["Benefit not found", "Coverage not waiting for EOI decision"]


def test_skips_what_a_batch_file_decided_before():
    request = waiting()
    options = {"channel": Decision.Channel.BATCH, "source": "batch:abc"}
    first = decide(ask(request, "approve_all"), **options)

    again = decide(ask(request, "approve_all"), **options)

    assert again == first
    assert Decision.objects.get().source == "batch:abc:1"


class TestGuards:
    """What a row is refused for besides volumes and dates."""

    def test_refuses_a_request_of_another_benefit_or_employee(self):
        request, other = waiting(), waiting()
        own = ask(request, "approve_all", request_id=str(request.pk))

        result = decide(
            replace(own, benefit_lookup_code="spouse_life"),
            replace(own, row=2, subscriber_id=other.employee.external_id),
            replace(own, row=3),
        )

        assert codes(result) == [["request_differs"], ["request_differs"]]
        assert [one.row for one in result.valid] == [3]

    @pytest.mark.parametrize("text", ["R-17", "1.5", "9" * 19, "²"])
    def test_refuses_a_request_id_that_is_no_number(self, text: str):
        result = decide(ask(waiting(), "approve_all", request_id=text))

        assert "request_not_valid" in codes(result)[0]
        assert not Decision.objects.exists()

    def test_refuses_a_number_that_several_employees_have(self):
        first = waiting(election__employee__external_id="E-7")
        second = waiting(election__employee__external_id="E-7")
        assert first.group_id != second.group_id

        result = decide(ask(first, "approve_all"))

        assert codes(result) == [["employee_ambiguous"]]
        assert decide(ask(first, "approve_all", request_id=str(first.pk))).failed_count == 1

    def test_refuses_a_reference_that_is_too_long_and_takes_the_longest(self):
        request = waiting()

        result = decide(
            ask(request, "approve_all", reference_number="R" * 61),
            ask(request, "approve_all", row=2, reference_number="R" * 60),
        )

        assert codes(result) == [["reference_too_long"]]
        request.refresh_from_db()
        assert request.reference_number == "R" * 60

    def test_refuses_the_row_that_the_database_refuses_and_no_other(self, monkeypatch):
        rows = [ask(waiting(), "approve_all", row=row) for row in (1, 2, 3)]
        write = writing.write

        def refuse(taken: Any, call: Any) -> list[int]:
            if any(one.wanted.row == 2 for one in taken):
                raise IntegrityError
            return write(taken, call)

        monkeypatch.setattr(writing, "write", refuse)
        result = decide(*rows)

        assert codes(result) == [["changed_meanwhile"]]
        assert [one.row for one in result.valid] == [1, 3]
        assert Decision.objects.count() == 2
