"""Records that the search finds besides people: policies, carriers, carrier products, agents."""
# ruff: noqa: S608 - values are parameters; the rest is made of constants

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User
from agencyhub.home.search.results import Group, Result, in_words
from agencyhub.lib.text import name_key
from individuals.searching import Split
from individuals.selectors_search.names import SWAP
from integrations.plancompare.confirmations import confirmation_numbers
from policies.models import Policy
from policies.numbers import number_key
from policies.selectors.holders import policies_by_holder
from policies.selectors.numbers import NumberedPolicy, policies_by_number, with_names

MIN_LETTERS = 2
MIN_NUMBER = 3
SURE_LETTERS = 5
NPN_DIGITS = 10
# A carrier's name resembles what was typed: few letters are wrong.
ALIKE = 0.45
# Each selects id, title, text, which field was hit and its value; blank when the title says so.
_CARRIERS = """
SELECT id, name, '', CASE WHEN name_key LIKE %(part)s THEN '' ELSE 'Alias' END,
    coalesce(alias, '')
FROM (
    SELECT id, name, name_key, similarity(name_key, %(key)s) AS alike, (
        SELECT name FROM policies_carrieralias AS other
        WHERE other.carrier_id = policies_carrier.id AND other.name_key LIKE %(part)s
        ORDER BY name_key LIMIT 1
    ) AS alias
    FROM policies_carrier
) AS carrier
WHERE name_key LIKE %(part)s OR alias IS NOT NULL OR alike >= %(alike)s
    OR length(%(key)s) >= %(sure)s
        AND levenshtein_less_equal(name_key, %(key)s, %(slips)s) <= %(slips)s
ORDER BY alike DESC, name_key, id LIMIT %(most)s
"""
_PRODUCTS = """
SELECT product.id, product.name, carrier.name,
    CASE WHEN plan THEN 'Plan ID' WHEN product.name_key LIKE %(part)s THEN '' ELSE 'Alias' END,
    CASE WHEN plan THEN plan_id ELSE coalesce(alias, '') END
FROM (
    SELECT *, name_key(plan_id) LIKE %(start)s AS plan, (
        SELECT name FROM policies_carrierproductalias AS other
        WHERE other.product_id = policies_carrierproduct.id AND other.name_key LIKE %(part)s
        ORDER BY name_key LIMIT 1
    ) AS alias
    FROM policies_carrierproduct
) AS product JOIN policies_carrier AS carrier ON carrier.id = product.carrier_id
WHERE length(%(key)s) >= %(number)s
    AND (plan OR alias IS NOT NULL OR product.name_key LIKE %(part)s)
ORDER BY product.is_active DESC, product.name_key, product.id LIMIT %(most)s
"""
_AGENTS = """
SELECT id, concat_ws(' ', first_name, last_name),
    CASE WHEN %(npn)s <> '' OR npn = '' THEN '' ELSE 'NPN ' || npn END,
    CASE WHEN %(npn)s <> '' THEN 'NPN' ELSE '' END, npn
FROM accounts_agent
WHERE CASE WHEN %(npn)s <> '' THEN npn LIKE %(npn)s || '%%' ELSE
    ' ' || name_key(first_name) || ' ' || name_key(last_name) LIKE ALL (%(words)s::text[]) END
ORDER BY is_active DESC, last_name, first_name, id LIMIT %(most)s
"""


class Kind(NamedTuple):
    """Records of business: who may find them, how, and where they open."""

    label: StrOrPromise
    permission: str
    statement: str
    url_name: str
    icon: str


KINDS = (
    Kind(gettext_lazy("Carriers"), "policies.view_carrier", _CARRIERS, "policies:carrier_detail",
         "building-bank"),
    Kind(gettext_lazy("Carrier products"), "policies.view_carrierproduct", _PRODUCTS,
         "policies:carrierproduct_detail", "package"),
    Kind(gettext_lazy("Agents"), "accounts.view_agent", _AGENTS, "accounts:agent_detail", "id"),
)  # fmt: skip


def business(user: User, *, text: str, limit: int) -> Iterator[Group]:
    """Carriers, carrier products and agents by every name and number of theirs, in one query.

    Carriers are found by a misspelled name too.
    """
    kinds = [kind for kind in KINDS if user.has_perm(kind.permission)]
    words = [key for key in map(name_key, text.replace(",", " ").split()) if key]
    letters = "".join(words)
    npn = letters if letters.isdigit() and MIN_NUMBER <= len(letters) <= NPN_DIGITS else ""
    if letters.isdigit():  # the names of carriers and products are no numbers
        kinds = [kind for kind in kinds if npn and kind.statement == _AGENTS]
    if not kinds or len(letters) < MIN_LETTERS:
        return
    params: dict[str, Any] = {
        "key": letters, "part": f"%{letters}%", "start": f"{letters}%", "npn": npn,
        "words": [f"% {word}%" for word in words], "alike": ALIKE, "sure": SURE_LETTERS,
        "slips": SWAP, "number": MIN_NUMBER, "most": limit + 1,
    }  # fmt: skip
    parts = (
        f"(SELECT {number}, found.* FROM ({kind.statement}) AS found)"
        for number, kind in enumerate(kinds)
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        rows = cursor.fetchall()
    for number, kind in enumerate(kinds):
        own = [row for row in rows if row[0] == number]
        yield Group(str(kind.label), _results(kind, own[:limit], text), has_more=len(own) > limit)


def _results(
    kind: Kind, rows: Iterable[tuple[int, int, str, str, str, str]], text: str
) -> list[Result]:
    return [
        Result(
            title,
            reverse(kind.url_name, args=[pk]),
            kind.icon,
            text=facts,
            hit=in_words(value, text, label=_(field)) if field and value else None,
        )
        for _number, pk, title, facts, field, value in rows
    ]


def policies(user: User, *, text: str, limit: int) -> Group:
    """Policies by their own number, or by the confirmation number of an enrollment."""
    label = _("Policies")
    key = number_key(text)
    if len(key) < MIN_NUMBER or "@" in text or not any(sign.isdigit() for sign in key):
        return Group(label)
    found = {
        policy.pk: _policy(policy, _("Policy number"), policy.number, text)
        for policy in with_names(policies_by_number(user=user, text=text)[: limit + 1])
    }
    confirmed = confirmation_numbers(text, limit=limit + 1)
    rows = Policy.objects.visible_to(user).filter(pk__in=confirmed).order_by("-pk")
    for policy in with_names(rows) if confirmed else ():
        result = _policy(policy, _("Confirmation number"), confirmed[policy.pk], text)
        found.setdefault(policy.pk, result)
    return Group(label, list(found.values())[:limit], has_more=len(found) > limit)


def policies_held_elsewhere(user: User, *, names: Sequence[Split], limit: int) -> Group:
    """Policies of people in other books, by name: the policy is the user's, the person is not."""
    rows = policies_by_holder(user=user, names=names)[: limit + 1]
    found = [
        Result(
            f"{policy.last_name}, {policy.first_name}",
            reverse("policies:policy_detail", args=[policy.pk]),
            "shield-check",
            text=f"{policy.carrier} · {policy.status}",
        )
        for policy in with_names(rows)
    ]
    label = _("Policies of Individuals in other books")
    return Group(label, found[:limit], has_more=len(found) > limit)


def _policy(policy: NumberedPolicy, label: str, number: str, text: str) -> Result:
    return Result(
        f"{policy.last_name}, {policy.first_name}",
        reverse("policies:policy_detail", args=[policy.pk]),
        "shield-check",
        text=f"{policy.carrier} · {policy.status}",
        hit=in_words(number, text.strip(), label=label),
    )
