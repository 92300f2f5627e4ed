"""Policies: stored after their rules are checked, and ended."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

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
        msg = gettext("The servicing agent looks after this policy already. Leave them out here.")
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
        msg = gettext("The status %(label)s does not mean that a policy ended.") % {
            "label": status.words
        }
        raise PolicyNotInForceError(msg, field="status")
    if policy.status.meaning == "cancelled":
        msg = gettext("%(named)s never took effect (%(label)s), so it cannot end.") % {
            "named": _named(policy),
            "label": policy.status.words,
        }
        raise PolicyNotInForceError(msg)
    if policy.effective_date is None:
        msg = gettext("%(named)s has no effective date. Edit the policy and add it first.") % {
            "named": _named(policy)
        }
        raise PolicyNotInForceError(msg)
    if termination_date < policy.effective_date:
        msg = gettext(
            "%(named)s was not in force on %(termination_date)s: coverage starts on "
            "%(effective_date)s."
        ) % {
            "named": _named(policy),
            "termination_date": f"{termination_date:%m/%d/%Y}",
            "effective_date": f"{policy.effective_date:%m/%d/%Y}",
        }
        raise PolicyNotInForceError(msg, field="termination_date")
    if (policy.termination_date, policy.status_id) == (termination_date, status.pk):
        return policy
    policy.status = status
    policy.termination_date = termination_date
    policy.save(update_fields=["status", "termination_date", "updated_at"])
    return policy


def _check_product(policy: Policy) -> None:
    if policy.product is not None and policy.product.carrier_id != policy.carrier_id:
        msg = gettext("%(name)s is not a product of %(name2)s.") % {
            "name": policy.product.name,
            "name2": policy.carrier.name,
        }
        raise ProductOfAnotherCarrierError(msg, field="product")


def _check_dates(policy: Policy) -> None:
    first, last = policy.effective_date, policy.termination_date
    if first and last and last < first:
        msg = gettext("The last covered day is before the first one, %(first)s.") % {
            "first": f"{first:%m/%d/%Y}"
        }
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
    msg = gettext(
        "This number is not free for a policy of %(name)s. Search the policies for it. If you do "
        "not find it, ask an administrator, or leave the number blank until the carrier has "
        "issued one."
    ) % {"name": policy.carrier.name}
    return PolicyNumberTakenError(msg, field="policy_number")


def _set_additional_agents(policy: Policy, agents: list[Agent]) -> None:
    rows = PolicyAgent.objects.filter(policy=policy)
    rows.exclude(agent__in=agents).delete()
    named = set(rows.values_list("agent_id", flat=True))
    missing = [agent for agent in agents if agent.pk not in named]
    PolicyAgent.objects.bulk_create(PolicyAgent(policy=policy, agent=agent) for agent in missing)


def _named(policy: Policy) -> str:
    return (
        gettext("Policy %(policy_number)s") % {"policy_number": policy.policy_number}
        if policy.policy_number
        else gettext("This policy")
    )
