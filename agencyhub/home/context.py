"""What every page's frame shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.accounts import sessions
from agencyhub.accounts.models import User
from agencyhub.accounts.roles import in_words as role_words
from integrations.models import InboundMessage

MOST_COUNTED = 100
THEMES = set(User.Theme.values)


class Place(NamedTuple):
    """An entry of the navigation, for those with one of its permissions (none: for everybody)."""

    label: StrOrPromise
    url_name: str
    icon: str
    permissions: Sequence[str] = ()


PLACES = (
    Place(_("Dashboard"), "home:dashboard", "layout-dashboard"),
    Place(
        _("Individuals"), "individuals:individual_list", "users", ["individuals.view_individual"]
    ),
    Place(
        _("Sales Records"),
        "individuals:salesrecord_list",
        "target-arrow",
        ["individuals.view_salesrecord"],
    ),
    Place(_("Policies"), "policies:policy_list", "shield-check", ["policies.view_policy"]),
    Place(_("At risk"), "policies:risk_list", "alert-triangle", ["policies.view_risk"]),
    Place(
        _("Applications"),
        "commissions:application_list",
        "clipboard-list",
        ["commissions.view_application"],
    ),
    Place(_("Book of business"), "commissions:bookrow_list", "id", ["commissions.view_bookrow"]),
    Place(
        _("Commissions"),
        "commissions:commissionline_list",
        "credit-card",
        ["commissions.view_commissionline"],
    ),
    Place(
        _("Expected pay"),
        "commissions:expectedpay_list",
        "notes",
        ["commissions.view_expectedpay"],
    ),
    Place(
        _("Missing pay"), "commissions:dispute_list", "alert-circle", ["commissions.view_dispute"]
    ),
    Place(_("EOI"), "eoi:request_list", "progress-check", ["eoi.view_eoirequest"]),
    Place(_("Groups"), "groups:group_list", "building", ["groups.view_employergroup"]),
    Place(_("Group mapping"), "noyo:mapping_list", "arrows-exchange", ["noyo.view_mapping"]),
    Place(
        _("Reports"),
        "home:report_list",
        "chart-bar",
        [
            "policies.view_policy",
            "policies.view_risk",
            "commissions.view_commissionline",
            "eoi.view_eoirequest",
        ],
    ),
    Place(_("Carriers"), "policies:carrier_list", "building-bank", ["policies.view_carrier"]),
    Place(
        _("Imports"),
        "imports:import_list",
        "upload",
        ["imports.run_import", "imports.view_import"],
    ),
    Place(
        _("Integrations"),
        "integrations:health",
        "plug-connected",
        ["integrations.manage_integrations", "integrations.review_inbound"],
    ),
    Place(_("Settings"), "home:settings", "settings"),
)


@dataclass(frozen=True)
class Link:
    """One link of the frame."""

    label: str
    url: str
    icon: str
    is_current: bool = False
    badge: str = ""
    badge_label: str = ""


@dataclass(frozen=True)
class Shell:
    """The frame of a signed-in page."""

    nav: tuple[Link, ...]
    theme: str
    user_name: str = ""
    user_role: str = ""
    user_links: Sequence[Link] = ()
    held_count: int = 0
    user_id: int = 0
    seconds_left: int = 0


def shell(request: HttpRequest) -> dict[str, object]:
    """Answer ``shell`` for base.html; nothing is read before a template asks."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> Shell:
    user = getattr(request, "user", None)
    chosen = request.COOKIES.get("theme", "")
    if not isinstance(user, User) or not user.is_authenticated:
        return Shell(nav=(), theme=chosen if chosen in THEMES else User.Theme.AUTO)
    held = count_held(user)
    return Shell(
        nav=_nav(request.path, user, held),
        theme=chosen if chosen in THEMES else user.theme,
        user_name=user.display_name,
        user_role=_role_words(user),
        user_links=_user_links(get_language()),
        held_count=held,
        user_id=(user.acted_by or user).pk,
        seconds_left=sessions.seconds_left(request),
    )


def count_held(user: User) -> int:
    """Count messages held for review, up to a hundred; 0 for those who may not decide on them."""
    if not user.has_perm("integrations.review_inbound"):
        return 0
    held = InboundMessage.objects.filter(state=InboundMessage.State.HELD)
    return held.order_by("state", "-pk")[:MOST_COUNTED].count()


def _nav(path: str, user: User, held: int) -> tuple[Link, ...]:
    links = []
    for place, link in _places(get_language()):
        if place.permissions and not any(user.has_perm(one) for one in place.permissions):
            continue
        if path == link.url if link.url == "/" else path.startswith(link.url):
            link = replace(link, is_current=True)  # noqa: PLW2901 - the page's own
        if held and place.url_name == "integrations:health":
            badge = f"{held}+" if held == MOST_COUNTED else str(held)
            words = gettext("held for review")
            link = replace(link, badge=badge, badge_label=words)  # noqa: PLW2901
        links.append(link)
    return tuple(links)


@cache
def _places(_language: str | None) -> list[tuple[Place, Link]]:
    """Every entry as it is on most pages, in the language that is spoken now."""
    return [
        (place, Link(str(place.label), reverse(place.url_name), place.icon)) for place in PLACES
    ]


@cache
def _user_links(_language: str | None) -> tuple[Link, ...]:
    return (
        Link(gettext("Profile"), reverse("accounts:profile"), "user"),
        Link(gettext("Change password"), reverse("accounts:password_change"), "key"),
        Link(gettext("Second factor"), reverse("accounts:second_factor"), "lock"),
        Link(gettext("Your sign-ins"), reverse("accounts:session_list"), "history"),
        Link(gettext("Reports by email"), reverse("home:subscription_list"), "mail"),
        Link(gettext("Tour"), reverse("home:tour"), "help"),
    )


def _role_words(user: User) -> str:
    return ", ".join(role_words(role.name) for role in user.roles) or (
        gettext("Superuser") if user.is_superuser else ""
    )
