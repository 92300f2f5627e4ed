"""Policies found by whose they are, where the person is in somebody else's book."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import book_of, narrow, narrow_to_own, reach_of
from individuals.models import Backlog, Individual, IndividualTerm, Term
from individuals.searching import Split
from policies.models import Policy
from policies.selectors.numbers import MOST, SMALL_BOOK


def policies_by_holder(*, user: User, names: Sequence[Split]) -> QuerySet[Policy]:
    """Policies that ``user`` sees of Individuals whom they do not, by how the name begins.

    An additional agent of a policy looks for it by the client's name, as for any other. The newest
    first, of the first ``MOST`` people of that name.
    """
    # Who does not see the person sees a policy by its own agents: the person need not be asked.
    rows = narrow_to_own(Policy.objects.all(), user=user)
    if reach_of(user).sees_all or not names:
        return rows.none()
    parts = [part.order_by().values_list("pk")[:MOST] for name in names for part in _parts(name)]
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    keys = [key for (key,) in found[:MOST]]
    if len(keys) == MOST:
        book = book_of(Policy, user=user, at_most=SMALL_BOOK)
        if book is not None:
            held = Policy.objects.filter(pk__in=book).values_list("subscriber", flat=True)
            named = reduce(or_, map(_named, names))
            people = Individual.objects.filter(named, pk__in=held).order_by()
            keys = list(people.values_list("pk", flat=True))
    seen = narrow(Individual.objects.filter(pk=OuterRef("subscriber")), user=user)
    return rows.filter(~Exists(seen), subscriber__in=keys).order_by("-pk")


def _named(name: Split) -> Q:
    return Q(first_name_key__startswith=name.first, last_name_key__startswith=name.last)


def _parts(name: Split) -> Iterator[QuerySet[Any]]:
    """People of a name, as queries that each start from an index: none has first names alone."""
    people = Individual.objects.filter(_named(name))
    if name.last:
        yield people
        return
    terms = IndividualTerm.objects.filter(kind=Term.Kind.NAME, term__startswith=name.first)
    yield Individual.objects.filter(pk__in=terms.values("person_id"))
    # Those of a large import have no terms for a while.
    table = Individual._meta.db_table
    for line in Backlog.objects.filter(table_name=table, work=Backlog.Work.INDEX):
        yield people.filter(pk__range=(line.first_id, line.last_id))
