"""Rows of any list, however many."""

from collections.abc import Callable
from typing import Any

from agencyhub.accounts.models import Agent
from agencyhub.records.lists.kinds import ListKind
from tests.factories.commissions import (
    ApplicationFactory,
    BookRowFactory,
    CommissionLineFactory,
)
from tests.factories.individuals import AddressFactory, IndividualFactory, SalesRecordFactory
from tests.factories.policies import (
    CarrierFactory,
    CarrierProductFactory,
    RiskFactory,
    StandingFactory,
)


def _individual(agent: Agent | None) -> Any:
    individual = IndividualFactory(servicing_agent=agent)
    AddressFactory(individual=individual)
    return individual


def _application(agent: Agent | None) -> Any:
    CarrierFactory()
    return ApplicationFactory(agent=agent, carrier=None)


def _risk(agent: Agent | None) -> Any:
    return RiskFactory(policy__servicing_agent=agent, reasons=[{"code": "past_due"}])


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
}


def fill(kind: ListKind, count: int = 1, *, agent: Agent | None = None) -> list[int]:
    """Add rows to a list, looked after by ``agent``; answer their keys."""
    return [_MAKERS[kind.key](agent).pk for _ in range(count)]
