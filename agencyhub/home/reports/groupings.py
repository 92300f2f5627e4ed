"""How the rows of each list fall into months, carriers, agents and kinds, and what leads there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import Agent
from agencyhub.home.reports.engine import Filters, Grouping, Lines, month_key
from agencyhub.home.reports.periods import Period
from agencyhub.lib.midnights import midnight
from agencyhub.records.lists.filters import NONE
from agencyhub.records.models import Option
from commissions.lines import OTHER, read_line
from commissions.lists.sublines import CHOICES as SUBLINES
from commissions.lists.sublines import UNKNOWN
from groups.models import EmployerGroup
from policies.lists.risks import KINDS as RISKS
from policies.selectors.carriers import carrier_choices

MONTH, CARRIER, AGENT, LINE, KIND, AGE, GROUP = (
    "month", "carrier", "agent", "line", "kind", "age", "group",
)  # fmt: skip
HEADS: Mapping[str, Any] = {
    MONTH: _("Month"),
    CARRIER: _("Carrier"),
    AGENT: _("Agent"),
    LINE: _("Plan type"),
    KIND: _("Reason"),
    AGE: _("Waiting"),
    GROUP: _("Employer group"),
}
# From how many days on, the oldest first.
AGES: Mapping[str, tuple[int, Any]] = {
    "90": (90, _("90+ days")),
    "30": (30, _("30–89 days")),
    "7": (7, _("7–29 days")),
    "0": (0, _("Under 7 days")),
}


def month(column: str) -> Grouping:
    """By the month of a day or a moment; the period's own filters lead there."""
    return Grouping(TruncMonth(column), lambda _key: {}, month_key)


def of(name: str, column: str, *, nobody: str = NONE) -> Grouping:
    """By a key that the filter ``name`` takes; ``nobody`` is its word for rows without one."""

    def filters(key: Any) -> Filters:
        return {name: [nobody if key is None else str(key)]}

    return Grouping(F(column), filters)


def carrier_of_request() -> Grouping:
    """By who decides: the carrier of the plan asked for, else of the one in force."""
    asked = "election__requested_plan"
    expression = Case(
        When(**{f"{asked}__isnull": False}, then=F(f"{asked}__carrier_id")),
        default=F("election__plan__carrier_id"),
    )
    return Grouping(expression, of(CARRIER, "", nobody=UNKNOWN).filters)


def subline() -> Grouping:
    """By the sub-line that a row names."""
    return Grouping(F("line"), lambda key: {LINE: [key]}, lambda value: value or UNKNOWN)


def coverage_types() -> dict[str, list[str]]:
    """The coverage types of each line of business, by key."""
    found: dict[str, list[str]] = {}
    options = Option.objects.filter(list=Option.List.COVERAGE_TYPE)
    for pk, label in options.order_by("pk").values_list("pk", "label"):
        found.setdefault(_line(label), []).append(str(pk))
    return found


def _line(label: str) -> str:
    return read_line(label) or OTHER


def coverage_line(types: Mapping[str, Sequence[str]]) -> Grouping:
    """Policies by the line of business that their coverage type is of; ``coverage_types``."""
    line_of = {int(pk): line for line, pks in types.items() for pk in pks}
    return Grouping(
        F("coverage_type_id"), lambda key: {"coverage_type": types[key]}, line_of.__getitem__
    )


def age(column: str, *, on: date) -> Grouping:
    """By how many days ago a row came, as bands."""
    cases = [
        When(**{f"{column}__lt": midnight(on - timedelta(days=days - 1))}, then=Value(key))
        for key, (days, _words) in AGES.items()
        if days
    ]
    expression = Case(*cases, default=Value("0"), output_field=CharField())
    return Grouping(expression, lambda key: _days(key, on=on))


def _days(key: str, *, on: date) -> Filters:
    """The days on which rows of a band came; both count."""
    starts = [days for days, _words in AGES.values()]
    days = AGES[key][0]
    older = [one for one in starts if one > days]
    said = {}
    if older:
        said["created_from"] = [(on - timedelta(days=min(older) - 1)).isoformat()]
    if days:
        said["created_to"] = [(on - timedelta(days=days)).isoformat()]
    return said


def lines(by: str, *, period: Period | None = None) -> Lines:
    """The lines of a report that is grouped so, with their words."""
    if by == MONTH and period:
        return Lines(by, HEADS[by], lambda day: f"{day:%m/%Y}", list(period.months()))
    if by in _FIXED:
        words = _FIXED[by]()
        return Lines(by, HEADS[by], lambda key: str(words[key]), list(words))
    named = _NAMES[by]()
    blank = gettext("Nobody") if by == AGENT else gettext("Not known")
    return Lines(by, HEADS[by], lambda key: named.get(key, blank))


def _agents() -> dict[int, str]:
    return {one.pk: one.full_name for one in Agent.objects.only("first_name", "last_name")}


_FIXED: Mapping[str, Callable[[], Mapping[Any, Any]]] = {
    KIND: lambda: RISKS,
    AGE: lambda: {key: words for key, (_days, words) in AGES.items()},
    LINE: lambda: {**SUBLINES, OTHER: gettext("Other")},
}
_NAMES: Mapping[str, Callable[[], Mapping[Any, str]]] = {
    CARRIER: lambda: dict(carrier_choices()),
    AGENT: _agents,
    GROUP: lambda: dict(EmployerGroup.objects.values_list("pk", "name")),
}
