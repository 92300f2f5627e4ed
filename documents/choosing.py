"""Whom a document may be moved to: clients somebody finds and may edit, with their policies."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from documents import owners
from documents.models import Document
from documents.owners import INDIVIDUAL, POLICY, Place
from individuals.models import Individual
from individuals.searching import Query
from individuals.selectors_search import people
from policies.models import Policy

LIMIT = 20


@dataclass(frozen=True)
class Choice:
    """A record that can be chosen; ``value`` is what a form sends."""

    value: str
    title: str
    more: str = ""


@dataclass(frozen=True)
class Client:
    """Somebody who was found: they themselves where that may be edited, and their policies."""

    individual: Individual
    choices: list[Choice]


@dataclass(frozen=True)
class Clients:
    """Who was found, and whether there are more."""

    clients: list[Client] = field(default_factory=list)
    has_more: bool = False

    @property
    def keys(self) -> list[int]:
        """Of the individuals."""
        return [one.individual.pk for one in self.clients]


def clients(query: Query, *, user: User, but: Place) -> Clients:
    """Find clients by what was typed; never ``but``, where the document is already."""
    if not user.has_perm(INDIVIDUAL.view):
        return Clients()
    found = people.find(Individual, user=user, query=query, limit=LIMIT)
    rows = people.in_order(INDIVIDUAL.rows(user), found.keys)
    return Clients(_clients(list(rows), user=user, but=but), found.has_more)


def one(value: str, *, user: User) -> Clients:
    """What was chosen before, once more; nobody where it is out of reach."""
    place = owners.read_place(value)
    if place is None:
        return Clients()
    owner, pk = place
    wanted = owner.rows(user).filter(pk=pk)
    keys = wanted.values("pk" if owner == INDIVIDUAL else "subscriber")
    return Clients(_clients(list(INDIVIDUAL.rows(user).filter(pk__in=keys)), user=user, but=None))


def whose(document: Document) -> str:
    """The client a document belongs to now."""
    policy = document.policy
    individual = document.individual if policy is None else policy.subscriber
    return individual.full_name if individual else ""


def _clients(individuals: list[Individual], *, user: User, but: Place | None) -> list[Client]:
    found = defaultdict(list)
    if user.has_perm(INDIVIDUAL.change):
        for individual in individuals:
            words = gettext("Individual %(number)s") % {"number": individual.pk}
            found[individual.pk].append(((INDIVIDUAL, individual.pk), _choice(words)))
    for policy in _policies(individuals, user=user):
        found[policy.subscriber_id].append(((POLICY, policy.pk), _policy_words(policy)))
    return [
        Client(
            individual,
            [
                Choice(owner.place(pk), *words)
                for (owner, pk), words in found[individual.pk]
                if (owner, pk) != but
            ],
        )
        for individual in individuals
    ]


def _policies(individuals: list[Individual], *, user: User) -> QuerySet[Policy] | list[Policy]:
    if not user.has_perms((POLICY.view, POLICY.change)):
        return []
    rows: Any = POLICY.rows(user).filter(subscriber__in=[one.pk for one in individuals])
    rows = rows.select_related("carrier", "coverage_type", "status")
    ordered: QuerySet[Policy] = rows.order_by("-effective_date", "-pk")
    return ordered


def _choice(title: str, more: str = "") -> tuple[str, str]:
    return title, more


def _policy_words(policy: Policy) -> tuple[str, str]:
    title = f"{policy.carrier.name} · {policy.coverage_type}"
    more = [policy.policy_number, str(policy.status)]
    if policy.effective_date:
        more.append(f"{policy.effective_date:%m/%d/%Y}")
    return _choice(title, " · ".join(filter(None, more)))
