"""What the dashboard shows: numbers that are doors to their rows, each within the user's reach."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import gathered, reach_of
from agencyhub.home.context import MOST_COUNTED as MOST_HELD
from agencyhub.home.context import count_held
from agencyhub.home.settings_index import UNKNOWN_VALUES, unknown_in_words
from agencyhub.records import questions
from agencyhub.records.models import Option
from commissions.selectors import review
from individuals import duplicate_pages
from individuals.models import Individual, SalesRecord
from integrations.models import InboundMessage
from integrations.views.partners import SCREENS
from policies.models import Carrier, CarrierProduct, Policy
from policies.selectors.risks import open_for

MOST_COUNTED = 10_000
SECONDS_REMEMBERED = 300
TONES = {
    "open": "info", "won": "success", "lost": "neutral",
    "pending": "info", "effectuated": "success", "cancelled": "neutral",
    "terminated": "neutral", "lapsed": "danger",
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """One number and the page with exactly the rows that it counts."""

    label: str
    value: str
    url: str
    note: str = ""
    badge_text: str = ""
    badge_tone: str = ""


@dataclass(frozen=True)
class Share:
    """One value of a breakdown: how many rows have it, next to the largest of its siblings."""

    label: str
    count: int
    url: str
    tone: str
    largest: int


@dataclass(frozen=True)
class Attention:
    """Something that somebody has to do."""

    title: str
    text: str
    url: str
    icon: str
    tone: str


def doors(user: User) -> list[Door]:
    """The numbers at the top, as far as the user's rights go."""
    found = []
    if user.has_perm("individuals.view_individual"):
        people = gathered(Individual, user=user)
        found.append(
            Door(gettext("Individuals"), _count(people), reverse("individuals:individual_list"))
        )
    if user.has_perm("individuals.view_salesrecord"):
        leads = gathered(SalesRecord, user=user).filter(converted_at=None)
        url = _list("individuals:salesrecord_list", open="open")
        found.append(Door(gettext("Open Sales Records"), _count(leads), url))
    if user.has_perm("policies.view_policy"):
        policies = gathered(Policy, user=user)
        found.append(Door(gettext("Policies"), _count(policies), reverse("policies:policy_list")))
    if user.has_perm("integrations.review_inbound"):
        found.append(_held_door(count_held(user)))
    if user.has_perm("commissions.review_matches"):
        found.append(_review_door(review.left(user)))
    return found


def sales_by_stage(user: User) -> list[Share]:
    """Open Sales Records by stage, in the order of the stages."""
    if not user.has_perm("individuals.view_salesrecord"):
        return []
    rows = gathered(SalesRecord, user=user).filter(converted_at=None)
    counted = _counted(rows, "stage_id", user)
    return _shares(
        counted, "stage", Option.List.SALES_STAGE, "individuals:salesrecord_list", open="open"
    )


def policies_by_status(user: User) -> list[Share]:
    """Policies by status, in the order of the statuses."""
    if not user.has_perm("policies.view_policy"):
        return []
    counted = _counted(gathered(Policy, user=user), "status_id", user)
    return _shares(counted, "status", Option.List.POLICY_STATUS, "policies:policy_list")


def attention(user: User, *, on: date) -> list[Attention]:
    """What waits for this user, most pressing first."""
    return [
        *_at_risk(user),
        *_messages(user),
        *_notices(user, on=on),
        *_unknown(user),
        *_twice(user),
        *_unconfirmed(user),
    ]


def _held_door(held: int) -> Door:
    return Door(
        gettext("Enrollments held"),
        f"{held}+" if held >= MOST_HELD else str(held),
        reverse("integrations:held_list"),
        badge_text=gettext("To decide") if held else gettext("Nothing waits"),
        badge_tone="warning" if held else "success",
    )


def _review_door(left: str) -> Door:
    is_idle = left == "0"
    return Door(
        gettext("Matches to review"),
        left,
        reverse("commissions:review_list"),
        badge_text=gettext("Nothing waits") if is_idle else gettext("To decide"),
        badge_tone="success" if is_idle else "warning",
    )


def _messages(user: User) -> list[Attention]:
    if not user.has_perm("integrations.review_inbound"):
        return []
    failed = InboundMessage.objects.filter(state=InboundMessage.State.FAILED).order_by("-pk")
    number = failed[:MOST_HELD].count()
    found = []
    if number:
        title = ngettext(
            "%(number)s message failed",
            "%(number)s messages of partners failed",
            number,
        ) % {"number": number}
        url = _list("integrations:inbox_list", state=InboundMessage.State.FAILED)
        text = gettext("Each says why. Correct the cause, then try it again.")
        found.append(Attention(title, text, url, "alert-circle", "danger"))
    held = count_held(user)
    if held:
        title = ngettext("%(held)s enrollment is held", "%(held)s enrollments are held", held) % {
            "held": held
        }
        text = gettext("AgencyHub could not tell who they belong to, or what they mean.")
        url = reverse("integrations:held_list")
        found.append(Attention(title, text, url, "inbox", "warning"))
    return found


def _at_risk(user: User) -> list[Attention]:
    """Policies that will be lost unless somebody acts."""
    if not user.has_perm("policies.view_risk"):
        return []
    number = open_for(user).order_by()[: MOST_COUNTED + 1].count()
    if not number:
        return []
    title = ngettext("%s policy is at risk", "%s policies are at risk", number) % f"{number:,}"
    text = gettext("Why, how many days are left, and what is at stake: the gravest first.")
    return [Attention(title, text, reverse("policies:risk_list"), "alert-triangle", "danger")]


def _notices(user: User, *, on: date) -> list[Attention]:
    if not user.has_perm("integrations.manage_integrations"):
        return []
    return [
        Attention(str(notice.title), str(notice.text), notice.url, notice.icon, notice.tone)
        for screens in SCREENS.values()
        for notice in screens.notices(on=on)
    ]


def _unknown(user: User) -> list[Attention]:
    """Values from outside that no list knows."""
    number = questions.count_open() if user.has_perm(questions.DECIDE) else 0
    if not number:
        return []
    title = ngettext("%(number)s unknown value", "%(number)s unknown values", number) % {
        "number": unknown_in_words(number)
    }
    text = gettext("Files and scripts write what no list knows. Decide once; what waits goes on.")
    return [Attention(title, text, reverse(UNKNOWN_VALUES), "help", "warning")]


def _twice(user: User) -> list[Attention]:
    """People who may be there twice."""
    if not user.has_perm("individuals.change_individual"):
        return []
    left = duplicate_pages.left(user)
    if not left.number:
        return []
    title = ngettext("%(left)s possible duplicate", "%(left)s possible duplicates", left.number) % {
        "left": left
    }
    text = gettext("Two Individuals look like one person. Merge them, or say that they are two.")
    return [Attention(title, text, reverse("individuals:duplicate_list"), "users", "info")]


def _new_carriers(number: int) -> str:
    said = ngettext("%(number)s new carrier", "%(number)s new carriers", number)
    return said % {"number": number}


def _new_products(number: int) -> str:
    said = ngettext("%(number)s new carrier product", "%(number)s new carrier products", number)
    return said % {"number": number}


def _unconfirmed(user: User) -> list[Attention]:
    """Carriers and products that a sync made."""
    kinds: list[tuple[type[Model], str, Callable[[int], str], str]] = [
        (Carrier, "policies.change_carrier", _new_carriers, "policies:carrier_list"),
        (
            CarrierProduct,
            "policies.change_carrierproduct",
            _new_products,
            "policies:carrierproduct_list",
        ),
    ]
    found = []
    for model, permission, title_of, url_name in kinds:
        if not user.has_perm(permission):
            continue
        number = model._default_manager.filter(needs_review=True)[:MOST_HELD].count()
        if number:
            text = gettext("Made by a sync. Confirm them, or merge them into what you have.")
            url = _list(url_name, state="review")
            found.append(Attention(title_of(number), text, url, "building-bank", "info"))
    return found


def _counted(rows: QuerySet[Any], column: str, user: User) -> dict[int, int]:
    """How many rows have each value; of a large book as it was up to five minutes ago."""
    key = f"home.counted:{rows.model._meta.label}:{column}:{reach_of(user).digest}"
    known: dict[int, int] | None = cache.get(key)
    if known is not None:
        return known
    found = dict(rows.order_by().values_list(column).annotate(number=Count("pk")))
    if sum(found.values()) > MOST_COUNTED:
        cache.set(key, found, SECONDS_REMEMBERED)
    return found


def _shares(
    counted: Mapping[int, int],
    name: str,
    option_list: Option.List,
    url_name: str,
    **filters: str,
) -> list[Share]:
    options = Option.objects.filter(list=option_list, pk__in=counted).order_by("position", "pk")
    largest = max(counted.values(), default=0)
    return [
        Share(
            option.label,
            counted[option.pk],
            _list(url_name, **filters, **{name: str(option.pk)}),
            TONES.get(option.meaning, "neutral"),
            largest,
        )
        for option in options
    ]


def _count(rows: QuerySet[Model]) -> str:
    """Count exactly up to ten thousand; beyond that a number is a size, not a count."""
    number = rows.order_by()[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else f"{number:,}"


def _list(url_name: str, **filters: str) -> str:
    return f"{reverse(url_name)}?{urlencode(filters)}"
