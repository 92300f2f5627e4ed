"""Which of our records an application means. Only what is sure counts: two answers are none."""

from typing import Any

from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext_noop

from agencyhub.lib.crypto import blind_index
from agencyhub.lib.db import NameKey
from commissions.models import Application
from commissions.services.agents import find_agent
from commissions.told import Told
from individuals.models import Individual
from individuals.models.person import MBI_INDEX
from policies.models import NumberKey, Policy
from policies.numbers import number_key, read_plan_id
from policies.services.carriers import find_carrier

Found = tuple[int | None, str]
NOBODY: Found = (None, "")


def carrier_of(row: Application) -> Found:
    """The carrier that goes by the told name."""
    if not row.carrier_name:
        return NOBODY
    carrier, how = find_carrier(row.carrier_name)
    return (
        (carrier.pk, how)
        if carrier
        else (None, gettext_noop("The carrier is not known by this name"))
    )


def individual_of(row: Application) -> Found:
    """The individual with the MBI, else the only one with the name and the date of birth.

    Somebody with another full MBI is somebody else.
    """
    if row.mbi and row.mbi_index is not None:
        pk = _only(Individual.objects.filter(mbi_index=bytes(row.mbi_index)))
        if pk:
            return pk, gettext_noop("Individual %(id)s has this MBI") % {"id": pk}
    if not (row.first_name and row.last_name and row.date_of_birth):
        return NOBODY
    named = Individual.objects.filter(date_of_birth=row.date_of_birth)
    people = named.named(first_name=row.first_name, last_name=row.last_name)
    if row.mbi:
        people = people.filter(mbi_index__isnull=True)
    pk = _only(people)
    return (
        (pk, gettext_noop("Individual %(id)s has this name and date of birth") % {"id": pk})
        if pk
        else NOBODY
    )


def policy_of(row: Application) -> Found:
    """The carrier's only policy with the policy number or confirmation number.

    It must be this individual's, as far as that is known.
    """
    keys = {number_key(row.policy_number), number_key(row.confirmation_number)} - {""}
    if not keys or row.carrier_id is None or row.individual_id is None:
        return NOBODY
    numbered = Policy.objects.alias(number_key=NumberKey("policy_number"))
    pk = _only(
        numbered.filter(
            carrier_id=row.carrier_id, subscriber_id=row.individual_id, number_key__in=keys
        )
    )
    return (pk, gettext_noop("Policy %(id)s has this number") % {"id": pk}) if pk else NOBODY


def agent_of(row: Application) -> Found:
    """The agent by NPN, by what the carrier calls them, or by name."""
    if not (row.agent_npn or row.agent_number or row.agent_name):
        return NOBODY
    agent = find_agent(
        carrier_id=row.carrier_id,
        npn=row.agent_npn,
        number=row.agent_number,
        name=row.agent_name,
    )
    return (
        (agent.pk, gettext_noop("Agent %(id)s is meant") % {"id": agent.pk})
        if agent
        else (None, gettext_noop("The agent is not known"))
    )


def backfilled(told: Told) -> int | None:
    """The row that a backfill made of an enrollment: by its ID, else by person, date and plan."""
    rows = Application.objects.filter(source=Application.Source.BACKFILL)
    if pk := _only(rows.filter(external_id=told.external_id)):
        return pk
    person = _person_of(told)
    if person is None or told.effective_date is None:
        return None
    plan = read_plan_id(told.plan_id)
    same_plan = Q(plan_id="") | Q(plan_id=plan) if plan else Q()
    return _only(rows.filter(person, same_plan, effective_date=told.effective_date))


def _person_of(told: Told) -> Q | None:
    """Who is told of: by the MBI, else by name and date of birth; None when that is not sure."""
    if told.mbi and told.mbi.full:
        return Q(mbi_index=blind_index(told.mbi.full, purpose=MBI_INDEX))
    if not (told.first_name and told.last_name and told.date_of_birth):
        return None
    return Q(
        first_name_key=NameKey(Value(told.first_name)),
        last_name_key=NameKey(Value(told.last_name)),
        date_of_birth=told.date_of_birth,
    )


def _only(rows: QuerySet[Any]) -> int | None:
    """The key of the only row, or None."""
    found = list(rows.order_by().values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None
