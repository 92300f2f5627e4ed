"""Rows of any list, however many."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from agencyhub.accounts.models import Agent
from agencyhub.records.lists.kinds import ListKind
from eoi.models import EoiRequest
from tests.factories.commissions import (
    ApplicationFactory,
    BookRowFactory,
    CommissionLineFactory,
)
from tests.factories.eoi import EoiRequestFactory
from tests.factories.expected import ExpectedPayFactory
from tests.factories.groups import (
    CoveragePeriodFactory,
    EmployeeFactory,
    EmployerGroupFactory,
)
from tests.factories.individuals import AddressFactory, IndividualFactory, SalesRecordFactory
from tests.factories.noyo import MappingFactory, RenewalDecisionFactory
from tests.factories.noyo_people import DifferenceFactory
from tests.factories.policies import (
    CarrierFactory,
    CarrierProductFactory,
    RiskFactory,
    StandingFactory,
)

# Their pages are queues: tests/policies/test_risk_board.py, tests/eoi/test_request_board.py,
# tests/noyo/test_settling_pages.py,
# tests/commissions/expected/test_dispute_pages.py.
QUEUES = ("risks", "eoi_open", "noyo_differences", "pay_queue")
DECIDED_AT = datetime(2026, 11, 2, 15, tzinfo=UTC)


def _individual(agent: Agent | None) -> Any:
    individual = IndividualFactory(servicing_agent=agent)
    AddressFactory(individual=individual)
    return individual


def _application(agent: Agent | None) -> Any:
    CarrierFactory()
    return ApplicationFactory(agent=agent, carrier=None)


def _risk(agent: Agent | None) -> Any:
    return RiskFactory(policy__servicing_agent=agent, reasons=[{"code": "past_due"}])


def _waiting(agent: Agent | None) -> Any:
    return EoiRequestFactory(election__employee__group__servicing_agent=agent)


def _decided(agent: Agent | None) -> Any:
    return EoiRequestFactory(
        election__employee__group__servicing_agent=agent,
        election__in_force=True,
        status=EoiRequest.Status.APPROVED,
        closed_at=DECIDED_AT,
    )


_MAKERS: dict[str, Callable[[Agent | None], Any]] = {
    "individuals": _individual,
    "sales-records": lambda agent: SalesRecordFactory(assigned_agent=agent),
    "policies": lambda agent: StandingFactory(policy__servicing_agent=agent).policy,
    "risks": _risk,
    "carriers": lambda agent: CarrierFactory(),
    "carrier-products": lambda agent: CarrierProductFactory(),
    "applications": _application,
    "book_of_business": lambda agent: BookRowFactory(agent=agent),
    "commission_lines": lambda agent: CommissionLineFactory(agent=agent),
    "expected_pay": lambda agent: ExpectedPayFactory(policy__servicing_agent=agent),
    "pay_queue": lambda agent: ExpectedPayFactory(policy__servicing_agent=agent),
    "employer_groups": lambda agent: EmployerGroupFactory(servicing_agent=agent),
    "employees": lambda agent: EmployeeFactory(group__servicing_agent=agent),
    "coverage": lambda agent: CoveragePeriodFactory(
        election__employee__group__servicing_agent=agent
    ),
    "eoi_open": _waiting,
    "eoi_closed": _decided,
    "noyo_mappings": lambda agent: MappingFactory(noyo_group__group__servicing_agent=agent),
    "noyo_renewals": lambda agent: RenewalDecisionFactory(noyo_group__group__servicing_agent=agent),
    "noyo_differences": lambda agent: DifferenceFactory(noyo_group__group__servicing_agent=agent),
}


def fill(kind: ListKind, count: int = 1, *, agent: Agent | None = None) -> list[int]:
    """Add rows to a list, looked after by ``agent``; answer their keys."""
    return [_MAKERS[kind.key](agent).pk for _ in range(count)]
