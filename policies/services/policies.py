"""Policies: stored after their rules are checked, and ended."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db import IntegrityError, transaction

from agencyhub.accounts.models import Agent
from agencyhub.lib.errors import DomainError
from agencyhub.lib.text import tidy
from agencyhub.records.models import Option
from policies.models import Policy, PolicyAgent

ENDED = ("terminated", "lapsed")
UNIQUE_NUMBER = "policy_number_is_unique_per_carrier"


class PolicyNumberTakenError(DomainError):
    """Another policy of the carrier has this number."""

    code = "policy_number_taken"


class ProductOfAnotherCarrierError(DomainError):
    """The carrier product is not sold by the policy's carrier."""

    code = "product_of_another_carrier"


class PolicyDatesError(DomainError):
    """Coverage would end before it starts."""

    code = "policy_dates_contradict"


class AgentNamedTwiceError(DomainError):
    """The servicing agent is among the additional agents."""

    code = "agent_named_twice"


class PolicyNotInForceError(DomainError):
    """There is no coverage that could end on that day."""

    code = "policy_not_in_force"


@transaction.atomic
def save_policy(
    *,
    policy: Policy,
    additional_agents: Iterable[Agent] | None = None,
    fields: Collection[str] | None = None,
) -> Policy:
    """Store a new policy or an edited one.

    ``additional_agents`` of None leaves them as they are. ``fields`` of an edited policy limits
    what is written, so that two people who change different fields do not undo each other.

    Raises:
        ProductOfAnotherCarrierError, PolicyDatesError, PolicyNumberTakenError,
        AgentNamedTwiceError: with the field and the remedy. Nothing is stored.
    """
    policy.policy_number = tidy(policy.policy_number)
    agents = None if additional_agents is None else list(additional_agents)
    _check_product(policy)
    _check_dates(policy)
    _check_number(policy)
    if agents is not None and policy.servicing_agent in agents:
        msg = "The servicing agent looks after this policy already. Leave them out here."
        raise AgentNamedTwiceError(msg, field="additional_agents")
    _write(policy, fields)
    if agents is not None:
        _set_additional_agents(policy, agents)
    return policy


@transaction.atomic
def terminate_policy(*, policy_id: int, termination_date: date, status: Option) -> Policy:
    """End coverage after ``termination_date``, the last covered day.

    ``status`` means terminated or lapsed. Ending it twice on the same day with the same status
    changes nothing, so a partner may resend.

    Raises:
        PolicyNotInForceError: cancelled, without an effective date, or ended before it.
    """
    policy = Policy.objects.select_for_update().get(pk=policy_id)
    if status.meaning not in ENDED:
        msg = f"The status {status.label} does not mean that a policy ended."
        raise PolicyNotInForceError(msg, field="status")
    if policy.status.meaning == "cancelled":
        msg = f"{_named(policy)} never took effect ({policy.status.label}), so it cannot end."
        raise PolicyNotInForceError(msg)
    if policy.effective_date is None:
        msg = f"{_named(policy)} has no effective date. Edit the policy and add it first."
        raise PolicyNotInForceError(msg)
    if termination_date < policy.effective_date:
        msg = (
            f"{_named(policy)} was not in force on {termination_date:%m/%d/%Y}:"
            f" coverage starts on {policy.effective_date:%m/%d/%Y}."
        )
        raise PolicyNotInForceError(msg, field="termination_date")
    if (policy.termination_date, policy.status_id) == (termination_date, status.pk):
        return policy
    policy.status = status
    policy.termination_date = termination_date
    policy.save(update_fields=["status", "termination_date", "updated_at"])
    return policy


def _check_product(policy: Policy) -> None:
    if policy.product is not None and policy.product.carrier_id != policy.carrier_id:
        msg = f"{policy.product.name} is not a product of {policy.carrier.name}."
        raise ProductOfAnotherCarrierError(msg, field="product")


def _check_dates(policy: Policy) -> None:
    first, last = policy.effective_date, policy.termination_date
    if first and last and last < first:
        msg = f"The last covered day is before the first one, {first:%m/%d/%Y}."
        raise PolicyDatesError(msg, field="termination_date")


def _check_number(policy: Policy) -> None:
    if not policy.policy_number:
        return
    others = Policy.objects.filter(
        carrier_id=policy.carrier_id, policy_number=policy.policy_number
    ).exclude(pk=policy.pk)
    if others.exists():
        raise _number_taken(policy)


def _write(policy: Policy, fields: Collection[str] | None) -> None:
    only = {*fields, "updated_at"} if policy.pk and fields is not None else None
    try:
        with transaction.atomic():
            policy.save(update_fields=only)
    except IntegrityError as error:
        if UNIQUE_NUMBER in str(error):  # taken since we looked
            raise _number_taken(policy) from error
        raise


def _number_taken(policy: Policy) -> PolicyNumberTakenError:
    msg = (
        f"Another policy of {policy.carrier.name} has this number. Search the policies for it,"
        " or leave the number blank until the carrier has issued one."
    )
    return PolicyNumberTakenError(msg, field="policy_number")


def _set_additional_agents(policy: Policy, agents: list[Agent]) -> None:
    rows = PolicyAgent.objects.filter(policy=policy)
    rows.exclude(agent__in=agents).delete()
    named = set(rows.values_list("agent_id", flat=True))
    missing = [agent for agent in agents if agent.pk not in named]
    PolicyAgent.objects.bulk_create(PolicyAgent(policy=policy, agent=agent) for agent in missing)


def _named(policy: Policy) -> str:
    return f"Policy {policy.policy_number}" if policy.policy_number else "This policy"
