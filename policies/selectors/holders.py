"""Policies found by whose they are, where the person is in somebody else's book."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import book_of, narrow, reach_of
from individuals.models import Individual
from individuals.searching import Split
from policies.models import Policy
from policies.selectors.numbers import MOST, SMALL_BOOK


def policies_by_holder(*, user: User, names: Sequence[Split]) -> QuerySet[Policy]:
    """Policies that ``user`` sees of Individuals whom they do not, by how the name begins.

    An additional agent of a policy looks for it by the client's name, as for any other. The newest
    first, of the first ``MOST`` people of that name.
    """
    rows = Policy.objects.visible_to(user)
    if reach_of(user).sees_all or not names:
        return rows.none()
    named = Q()
    for name in names:
        named |= Q(first_name_key__startswith=name.first, last_name_key__startswith=name.last)
    people = Individual.objects.filter(named).order_by()
    keys = list(people.values_list("pk", flat=True)[:MOST])
    if len(keys) == MOST:
        book = book_of(Policy, user=user, at_most=SMALL_BOOK)
        if book is not None:
            held = Policy.objects.filter(pk__in=book).values_list("subscriber", flat=True)
            keys = list(people.filter(pk__in=held).values_list("pk", flat=True))
    seen = narrow(Individual.objects.filter(pk=OuterRef("subscriber")), user=user)
    return rows.filter(~Exists(seen), subscriber__in=keys).order_by("-pk")
