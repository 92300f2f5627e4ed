"""Policies found by their number."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import QuerySet

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import book_of
from policies.models import NumberKey, Policy
from policies.numbers import number_key

# A book of so many policies is searched policy by policy.
SMALL_BOOK = 2_000
# Ordered while they are looked up, many numbers that start alike would be read from the newest
# policy of all on, however old they are.
MOST = 500


class NumberedPolicy(NamedTuple):
    """What a search shows of a policy."""

    pk: int
    number: str
    first_name: str
    last_name: str
    carrier: str
    status: str


def policies_by_number(*, user: User, text: str) -> QuerySet[Policy]:
    """Policies whose number starts with ``text``, zeros, dashes, spaces and case aside.

    The newest first, of the first ``MOST`` that are found.
    """
    key = number_key(text)
    rows = Policy.objects.visible_to(user)
    if not key:
        return rows.none()
    book = book_of(Policy, user=user, at_most=SMALL_BOOK)
    looked_at = rows if book is None else Policy.objects.filter(pk__in=book)
    numbered = looked_at.alias(number_key=NumberKey("policy_number"))
    found = numbered.filter(number_key__startswith=key).order_by().values_list("pk", flat=True)
    return rows.filter(pk__in=list(found[:MOST])).order_by("-pk")


def with_names(policies: QuerySet[Policy]) -> Iterable[NumberedPolicy]:
    """What a search shows of some policies, in their order."""
    columns = policies.values_list(
        "pk", "policy_number", "subscriber__first_name", "subscriber__last_name",
        "carrier__name", "status__label",
    )  # fmt: skip
    return map(NumberedPolicy._make, columns)
