"""Clients whose initial payment is due, as tests of mail need them."""

from datetime import UTC, date, datetime
from typing import Any

from agencyhub.accounts.models import Agent, Role
from policies.models import Policy, Standing
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import AddressFactory, IndividualFactory
from tests.factories.policies import (
    CarrierFactory,
    PolicyFactory,
    PremierTermFactory,
    RiskFactory,
    StandingFactory,
)

# A Monday, 10:00 in New York; the clients of Iowa have 9:00.
AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
THIS_MORNING = datetime(2026, 11, 23, 12, tzinfo=UTC)
IN_FIVE_DAYS = date(2026, 11, 28)
AGENT_MAY = ["policies.view_policy", "individuals.view_individual"]


def agent(first_name: str = "Rosa", **values: Any) -> Agent:
    """An agent who signs in and sees the own book."""
    user = UserFactory(may=AGENT_MAY, may__reach=Role.Scope.OWN, **values)
    email = f"{first_name.lower()}@agency.example.com"
    return AgentFactory(user=user, first_name=first_name, last_name="Vale", email=email)


def owing(of: Agent | None, *, is_premier: bool = True, **values: Any) -> Policy:
    """A pending policy whose initial payment is due in five days, as told this morning.

    ``values`` are those of the standing; ``person`` and ``policy`` hold those of the others.
    """
    person, policy = values.pop("person", {}), values.pop("policy", {})
    carrier = CarrierFactory(payment_url="https://pay.example.com/first")
    if is_premier:
        PremierTermFactory(carrier=carrier)
    subscriber = IndividualFactory(**person)
    AddressFactory(individual=subscriber)
    found = PolicyFactory(
        pending=True, subscriber=subscriber, carrier=carrier, servicing_agent=of, **policy
    )
    usual = {
        "status": "binder_due",
        "is_binder": True,
        "deadline": IN_FIVE_DAYS,
        "as_of": THIS_MORNING,
        "stale_at": datetime(2026, 11, 25, tzinfo=UTC),
    }
    StandingFactory(policy=found, **usual | values)
    return found


def at_risk(of: Agent | None, **values: Any) -> Policy:
    """A policy that ``owing`` makes, with an open risk."""
    found = owing(of, **values)
    standing = Standing.objects.get(pk=found.pk)
    RiskFactory(policy=found, kind="binder_due", severity=4, deadline=standing.deadline)
    return found
