"""Elections from a file: chosen as on the screen, with requests for what needs evidence."""

import pytest

from agencyhub.imports.selectors import rows
from eoi.models import EoiRequest
from groups.models import Election
from tests.factories.accounts import UserFactory
from tests.factories.groups import (
    BenefitFactory,
    DependentFactory,
    EmployeeFactory,
    EmployerGroupFactory,
    GroupPlanFactory,
    GuaranteedIssueFactory,
    SpouseBenefitFactory,
)
from tests.imports.helpers import commit, counts, receive

pytestmark = pytest.mark.django_db

LIFE = {
    "group": "Prairie Millworks", "subscriber_id": "0002852117", "benefit": "subscriber_life",
    "volume": "$150,000", "event": "New hire", "elected_date": "10/15/2026",
    "effective_date": "11/1/2026",
}  # fmt: skip


@pytest.fixture
def ana():
    group = EmployerGroupFactory(name="Prairie Millworks")
    GuaranteedIssueFactory(plan=GroupPlanFactory(benefit=BenefitFactory(group=group)))
    GuaranteedIssueFactory(plan=GroupPlanFactory(benefit=SpouseBenefitFactory(group=group)))
    return EmployeeFactory(group=group, external_id="0002852117", ssn="123-00-0000")


def _import(*choices):
    run = receive(choices, kind="group_elections", user=UserFactory(is_superuser=True))
    assert run.problem == ""
    return commit(run)


def _problems(run):
    return [words for row in rows.problem_rows(run) for _, words in row.errors]


def test_what_is_beyond_the_guaranteed_issue_becomes_an_open_request(ana):
    run = _import(LIFE)

    assert counts(run) == (0, 1, 0, 0)
    election = Election.objects.get()
    assert (election.employee, int(election.volume)) == (ana, 100_000)
    assert (int(election.requested_volume), election.waiting_for_eoi) == (150_000, True)
    assert EoiRequest.objects.open().get().election == election


def test_rows_that_a_plan_refuses_are_left_out_with_the_reason(ana):
    of_nobody = {**LIFE, "subscriber_id": "7"}
    odd = {**LIFE, "volume": "155,000"}
    spouse = {**LIFE, "benefit": "spouse_life"}
    fine = {**LIFE, "volume": "90,000", "subscriber_id": "", "ssn": "123-00-0000"}

    run = _import(of_nobody, odd, spouse, fine)

    assert Election.objects.get().volume == 90_000
    said = _problems(run)
    assert len(said) == run.rejected == 3
    assert any(words.startswith("No employee of this group has this") for words in said)
    assert "The employee has no such dependent." in said


def test_a_spouse_is_covered_without_being_named_while_there_is_one_only(ana):
    ben = DependentFactory(employee=ana)

    _import(LIFE, {**LIFE, "benefit": "spouse_life", "volume": "20,000"})

    assert Election.objects.get(benefit__lookup_code="spouse_life").dependent == ben
