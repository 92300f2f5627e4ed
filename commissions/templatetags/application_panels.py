"""Tags that show applications on this app's pages, the Policy's page and the Individual's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context

from agencyhub.accounts.models import User
from commissions.models import Application
from commissions.selectors import applications as selectors
from commissions.selectors.outcomes import VIEW_BOOK, Facts, facts_of
from commissions.selectors.results import TONES
from individuals.models import Individual
from policies.models import Policy

register = template.Library()

SHOWN = 12
VIEW = "commissions.view_application"


@dataclass(frozen=True)
class Strip:
    """An application with its three facts, and the look of what follows from them."""

    application: Application
    facts: Facts
    tone: str
    icon: str


@register.inclusion_tag("commissions/_trifecta.html")
def trifecta(application: Application, facts: Facts) -> dict[str, Any]:
    """Draw the three facts of an application: submitted, in the carrier's book, paid."""
    return {"strip": _strip(application, facts)}


@register.inclusion_tag("commissions/_applications_of.html", takes_context=True)
def applications_of(context: Context, record: Individual | Policy) -> dict[str, Any]:
    """Draw the applications of an individual or a policy that the user may see.

    Needs the request in the context. Without the right to see applications it draws nothing.
    """
    user: User = context["request"].user
    if not user.has_perm(VIEW):
        return {"strips": []}
    own = {"policy": record.pk} if isinstance(record, Policy) else {"individual": record.pk}
    found = selectors.applications_of(user, most=SHOWN + 1, **own)
    return {
        "strips": _strips(found[:SHOWN], user),
        "may_see_book": user.has_perm(VIEW_BOOK),
        "has_more": len(found) > SHOWN,
        "more_query": f"{next(iter(own))}={record.pk}",
        "names_plan": not isinstance(record, Policy),
    }


def _strips(rows: Sequence[Application], user: User) -> list[Strip]:
    facts = facts_of(rows, user=user) if rows else {}
    return [_strip(row, facts[row.pk]) for row in rows]


def _strip(application: Application, facts: Facts) -> Strip:
    return Strip(application, facts, *TONES[application.match_state])
