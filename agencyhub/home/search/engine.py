"""One search over everything that a user may see."""

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User
from agencyhub.home.search import applications, groups, pages, records
from agencyhub.home.search.results import Group, Result
from agencyhub.lib.phones import format_phone
from individuals.models import Individual, Look, Person, SalesRecord
from individuals.searching import Query, read_query
from individuals.selectors_search import people
from individuals.services import looks

RECENT = timedelta(days=7)
MOST_RECENT = 8
MIN_LETTERS = 2


class Kind(NamedTuple):
    """People of one model, as the search shows them."""

    model: type[Person]
    label: StrOrPromise
    permission: str
    url_name: str
    icon: str


KINDS = (
    Kind(Individual, gettext_lazy("Individuals"), "individuals.view_individual",
         "individuals:individual_detail", "user"),
    Kind(SalesRecord, gettext_lazy("Sales Records"), "individuals.view_salesrecord",
         "individuals:salesrecord_detail", "target-arrow"),
)  # fmt: skip


def search(user: User, *, text: str, limit: int) -> list[Group]:
    """Everything that a text finds, by kind; what is only alike comes after what fits.

    Kinds that the user may not see are not searched.

    People found by a full MBI are noted among those whom the user looked at.
    """
    query = read_query(text)
    if len(query.text) < MIN_LETTERS:
        return [group for group in (pages.pages(user, text=query.text),) if group.results]
    found = _people(user, query, limit)
    if user.has_perm("policies.view_policy") and not query.mbi:
        found.append(records.policies(user, text=query.text, limit=limit))
        if not (query.is_narrowed or any(group.results and not group.is_guess for group in found)):
            found.append(records.policies_held_elsewhere(user, names=query.names, limit=limit))
    if user.has_perm("commissions.view_application") and not query.mbi:
        found.append(applications.applications(user, text=query.text, limit=limit))
    if not (query.mbi or "@" in query.text):
        found += records.business(user, text=query.text, limit=limit)
        found += groups.employer_groups(user, text=query.text, limit=limit)
        found.append(pages.pages(user, text=query.text))
    return sorted((group for group in found if group.results), key=lambda group: group.is_guess)


def start(user: User) -> list[Group]:
    """What the palette shows before anything is typed: whom the user saw last, what to start."""
    return [group for group in (_recent(user), pages.commands(user)) if group.results]


def _people(user: User, query: Query, limit: int) -> list[Group]:
    """The people who fit; where these are few of all kinds, those whose names are alike too."""
    search = people.Search(query, user)
    kinds = [kind for kind in KINDS if user.has_perm(kind.permission)]
    found = [(kind, search.fitting(kind.model, limit=limit)) for kind in kinds]
    if sum(len(some.matches) for _, some in found) < people.FEW:
        known = {(kind, match.person.id) for kind, some in found for match in some.matches}
        for kind in kinds:
            some = search.alike(kind.model, limit=limit)
            fresh = [one for one in some.matches if (kind, one.person.id) not in known]
            found.append((kind, replace(some, matches=fresh)))
    for kind, some in found:
        if query.mbi and kind.model is Individual and some.keys:
            looks.record(user=user, individual_ids=some.keys, how=Look.How.SEARCH)
    return [_group(kind, some) for kind, some in found]


def _group(kind: Kind, found: people.Found) -> Group:
    results = [
        Result(
            f"{match.person.last_name}, {match.person.first_name}",
            reverse(kind.url_name, args=[match.person.id]),
            kind.icon,
            text=_facts(match.person, found_by=match.hit.field),
            hit=match.hit if match.hit.mark else None,
        )
        for match in found.matches
    ]
    is_guess = any(match.is_guess for match in found.matches)
    return Group(str(kind.label), results, has_more=found.has_more, is_guess=is_guess)


def _facts(person: object, *, found_by: str = "") -> str:
    """What tells people of one name apart."""
    born = getattr(person, "date_of_birth", None)
    numbers = (getattr(person, name) for name in ("home_phone", "cell_phone", "business_phone"))
    phone = next(filter(None, numbers), "")
    parts = [f"{born:%m/%d/%Y}" if born else "", "" if "phone" in found_by else format_phone(phone)]
    return " · ".join(filter(None, parts))


def _recent(user: User) -> Group:
    """The individuals whose pages the user opened last."""
    seen = Look.objects.filter(
        user=user, viewing_as=None, how=Look.How.SCREEN, hour__gte=timezone.now() - RECENT
    )
    latest = seen.order_by("-looked_at").values_list("individual_id", flat=True)
    keys = list(dict.fromkeys(latest[: MOST_RECENT * 4]))[:MOST_RECENT]
    rows = Individual.objects.visible_to(user).filter(pk__in=keys) if keys else []
    known = {row.pk: row for row in rows} if user.has_perm("individuals.view_individual") else {}
    results = [
        Result(
            f"{known[key].last_name}, {known[key].first_name}",
            reverse("individuals:individual_detail", args=[key]),
            "history",
            text=_facts(known[key]),
        )
        for key in keys
        if key in known
    ]
    return Group(_("Recently viewed"), results)
