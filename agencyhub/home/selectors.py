"""What the dashboard shows: numbers that are doors to their rows, each within the user's reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import gathered, reach_of, whole_book
from agencyhub.records.models import Option
from individuals.models import Individual, SalesRecord
from policies.models import Policy

MOST_COUNTED = 10_000
LARGE = f"{MOST_COUNTED:,}+"
SECONDS_REMEMBERED = 300
# Whoever has none of these has no book.
PERMISSIONS = (
    "individuals.view_individual", "individuals.view_salesrecord", "policies.view_policy",
)  # fmt: skip
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


@dataclass(frozen=True)
class Share:
    """One value of a breakdown: how many rows have it, next to the largest of its siblings."""

    label: str
    count: int
    url: str
    tone: str
    largest: int


def doors(user: User) -> list[Door]:
    """The sizes of the user's book, as far as the user's rights go."""
    found = []
    if user.has_perm("individuals.view_individual"):
        people = whole_book(Individual, user=user)
        found.append(
            Door(
                gettext("Individuals"), _size(people, user), reverse("individuals:individual_list")
            )
        )
    if user.has_perm("individuals.view_salesrecord"):
        stages = _open_stages()
        leads = gathered(SalesRecord, user=user).filter(converted_at=None, stage__in=stages)
        url = _list("individuals:salesrecord_list", open="open", stage=stages)
        found.append(Door(gettext("Open Sales Records"), _count(leads), url))
    if user.has_perm("policies.view_policy"):
        policies = whole_book(Policy, user=user)
        found.append(
            Door(gettext("Policies"), _size(policies, user), reverse("policies:policy_list"))
        )
    return found


def sales_by_stage(user: User) -> list[Share]:
    """Open Sales Records by stage, in the order of the stages; won and lost ones are not open."""
    if not user.has_perm("individuals.view_salesrecord"):
        return []
    rows = gathered(SalesRecord, user=user).filter(converted_at=None)
    by_stage, stages = _counted(rows, "stage_id", user), set(_open_stages())
    counted = {stage: number for stage, number in by_stage.items() if stage in stages}
    return _shares(
        counted, "stage", Option.List.SALES_STAGE, "individuals:salesrecord_list", open="open"
    )


def policies_by_status(user: User) -> list[Share]:
    """Policies by status, in the order of the statuses."""
    if not user.has_perm("policies.view_policy"):
        return []
    counted = _counted(whole_book(Policy, user=user), "status_id", user)
    return _shares(counted, "status", Option.List.POLICY_STATUS, "policies:policy_list")


def _open_stages() -> list[int]:
    """The stages of a sale that is neither won nor lost, those no longer offered included."""
    stages = Option.objects.filter(list=Option.List.SALES_STAGE, meaning="open")
    return list(stages.order_by("position", "pk").values_list("pk", flat=True))


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
            option.words,
            counted[option.pk],
            _list(url_name, **filters, **{name: str(option.pk)}),
            TONES.get(option.meaning, "neutral"),
            largest,
        )
        for option in options
    ]


def _size(rows: QuerySet[Model], user: User) -> str:
    """The size of a book; that it is a large one is remembered for five minutes."""
    key = f"home.large:{rows.model._meta.label}:{reach_of(user).digest}"
    if cache.get(key):
        return LARGE
    number = _count(rows)
    if number == LARGE:
        cache.set(key, True, SECONDS_REMEMBERED)
    return number


def _count(rows: QuerySet[Model]) -> str:
    """Count exactly up to ten thousand; beyond that a number is a size, not a count."""
    number = rows.order_by()[: MOST_COUNTED + 1].count()
    return LARGE if number > MOST_COUNTED else f"{number:,}"


def _list(url_name: str, **filters: str | Sequence[int]) -> str:
    return f"{reverse(url_name)}?{urlencode(filters, doseq=True)}"
