"""Policies found by their number."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import QuerySet

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import book_of, reach_of
from agencyhub.records import shipped
from agencyhub.records.models import Option
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
    found = _with_number(Policy.objects.all(), key)
    if len(found) == MOST and not reach_of(user).sees_all:
        book = book_of(Policy, user=user, at_most=SMALL_BOOK)
        found = _with_number(rows if book is None else Policy.objects.filter(pk__in=book), key)
    return rows.filter(pk__in=found).order_by("-pk")


def _with_number(rows: QuerySet[Policy], key: str) -> list[int]:
    numbered = rows.alias(number_key=NumberKey("policy_number")).order_by()
    found = numbered.filter(number_key__startswith=key).values_list("pk", flat=True)
    return list(found[:MOST])


def with_names(policies: QuerySet[Policy]) -> Iterator[NumberedPolicy]:
    """What a search shows of some policies, in their order."""
    columns = policies.values_list(
        "pk", "policy_number", "subscriber__first_name", "subscriber__last_name",
        "carrier__name", "status__label",
    )  # fmt: skip
    for one in map(NumberedPolicy._make, columns):
        yield one._replace(status=shipped.in_words(Option.List.POLICY_STATUS, one.status))
