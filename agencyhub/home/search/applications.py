"""Applications by the numbers that a person has in hand."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from agencyhub.accounts.models import User
from agencyhub.home.search.results import Group, Result, in_words
from commissions.models import Application
from policies.models import NumberKey
from policies.numbers import number_key

MIN_NUMBER = 3
MOST = 500
"""So many are looked at for those that the user may see."""


def applications(user: User, *, text: str, limit: int) -> Group:
    """Applications whose confirmation number or policy number starts with ``text``."""
    label = _("Applications")
    key = number_key(text)
    if len(key) < MIN_NUMBER or "@" in text or not any(sign.isdigit() for sign in key):
        return Group(label)
    rows = Application.objects.visible_to(user).filter(pk__in=_numbered(key)).order_by("-pk")
    found = list(rows.select_related("carrier")[: limit + 1])
    results = [_result(one, key, text) for one in found[:limit]]
    return Group(label, results, has_more=len(found) > limit)


def _numbered(key: str) -> list[int]:
    confirmed = Application.objects.alias(number=NumberKey("confirmation_number"))
    by_confirmation = confirmed.filter(number__startswith=key).values_list("pk", flat=True)[:MOST]
    by_policy = Application.objects.filter(~Q(policy_number=""), policy_key__startswith=key)
    return [*by_confirmation, *by_policy.values_list("pk", flat=True)[:MOST]]


def _result(row: Application, key: str, text: str) -> Result:
    is_confirmation = number_key(row.confirmation_number).startswith(key)
    number = row.confirmation_number if is_confirmation else row.policy_number
    label = _("Confirmation number") if is_confirmation else _("Policy number")
    return Result(
        f"{row.last_name}, {row.first_name}".strip(", ") or _("Application %s") % row.pk,
        reverse("commissions:application_detail", args=[row.pk]),
        "clipboard-list",
        text=" · ".join(filter(None, (row.carrier_words, row.get_line_display()))),
        hit=in_words(number, text.strip(), label=label),
    )
