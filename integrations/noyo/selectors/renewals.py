"""What a group expects of its carriers on a renewal date, what is to be sent, and what they say."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from groups.models import EmployerGroup, GroupPlan, LineOfCoverage
from integrations.noyo.models import (
    GroupConnection,
    Link,
    NoyoCarrier,
    PlanLink,
    RenewalDecision,
)

SEND_WITHIN = timedelta(days=60)
"""Noyo's advice: carriers then still have the time to mend what is missing."""
EARLIEST, LATEST = timedelta(days=30), timedelta(days=180)
"""Noyo takes dates up to thirty days ago, and up to six months ahead."""
Body = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """A plan that is expected: by the carrier's own ID once it is known, else by our name."""

    name: str
    noyo_id: str = ""

    def told(self) -> dict[str, str]:
        """The plan in Noyo's shape."""
        return {"name": self.name} | ({"plan_id": self.noyo_id} if self.noyo_id else {})


@dataclass(frozen=True)
class Line:
    """A line of coverage with a carrier. ``key`` names it in forms."""

    carrier: NoyoCarrier
    line: str
    plans: tuple[Wanted, ...]

    @property
    def key(self) -> str:
        """The carrier and the line in one word."""
        return f"{self.carrier.pk}:{self.line}"

    @property
    def label(self) -> str:
        """The line in words."""
        return str(LineOfCoverage(self.line).label)


@dataclass(frozen=True)
class Said:
    """One thing that is not ready at a carrier, and what to do about it."""

    is_error: bool
    message: str
    carrier: str
    line: str
    advice: str


def decisions(user: User) -> QuerySet[RenewalDecision]:
    """The renewal decisions that the user may see, with their groups."""
    return RenewalDecision.objects.visible_to(user).select_related("group", "created_by")


def carriers(group: EmployerGroup) -> list[NoyoCarrier]:
    """The carriers that the group is connected with, or about to be."""
    connected = GroupConnection.objects.filter(group=group).exclude(
        status=GroupConnection.Status.UNABLE_TO_CONNECT
    )
    rows = NoyoCarrier.objects.filter(pk__in=connected.values("carrier"))
    return list(rows.select_related("carrier").order_by("pk"))


def lines(group: EmployerGroup, *, on: date) -> list[Line]:
    """What the group offers on a day through the carriers that it is connected with.

    A plan that is linked stands for the carrier's plans that then still hold; any other one is
    expected by its name. Plans that the carrier does not offer are left out.
    """
    known = {one.carrier_id: one for one in carriers(group) if one.carrier_id is not None}
    plans = (
        GroupPlan.objects.filter(
            Q(termination_date=None) | Q(termination_date__gte=on),
            group=group, carrier__in=known, effective_date__lte=on,
        )
        .select_related("benefit")
        .order_by("benefit__line", "name", "pk")
    )  # fmt: skip
    linked, left_out = _linked(group, on=on)
    found: dict[tuple[int, str], list[Wanted]] = defaultdict(list)
    for plan in plans:
        if plan.pk not in left_out:
            theirs = linked.get(plan.pk) or [Wanted(plan.name)]
            found[plan.carrier_id, plan.benefit.line] += theirs
    return [
        Line(known[carrier], line, tuple(dict.fromkeys(wanted)))
        for (carrier, line), wanted in found.items()
    ]


def _linked(group: EmployerGroup, *, on: date) -> tuple[dict[int, list[Wanted]], set[int]]:
    """The carriers' plans of ours, by the newest mapping that says so; and what is not offered."""
    links = (
        PlanLink.objects.filter(mapping__group=group, mapping__start_date__lte=on)
        .filter(plan__isnull=False)
        .select_related("carrier_plan", "mapping")
        .order_by("mapping__start_date", "pk")
    )
    by_year: dict[int, dict[date, list[Wanted]]] = defaultdict(dict)
    left_out: dict[int, bool] = {}
    for link in links:
        plan, theirs = int(link.plan_id or 0), link.carrier_plan
        if link.state == Link.State.NOT_OFFERED:
            left_out[plan] = True
        elif link.state == Link.State.CONFIRMED and theirs is not None:
            left_out[plan] = False
            holds = theirs.termination_date is None or theirs.termination_date >= on
            if holds and theirs.gone_at is None:
                year = by_year[plan].setdefault(link.mapping.start_date, [])
                year.append(Wanted(theirs.name, theirs.noyo_id))
    newest = {plan: years[max(years)] for plan, years in by_year.items()}
    return newest, {plan for plan, is_out in left_out.items() if is_out}


def body_of(
    wanted: Iterable[Line],
    *,
    carriers: Iterable[NoyoCarrier],
    opens: date | None,
    closes: date | None,
) -> Body:
    """The decision in Noyo's shape: a carrier without lines is asked whether it has any plan."""
    told: dict[int, Body] = {
        one.pk: {"carrier_id": one.noyo_id, "lines_of_coverage": {}} for one in carriers
    }
    dates = {"open_enrollment_start_date": opens, "open_enrollment_end_date": closes}
    common = {name: day.isoformat() for name, day in dates.items() if day is not None}
    for line in wanted:
        plans = {"plans": [plan.told() for plan in line.plans]}
        told[line.carrier.pk]["lines_of_coverage"][line.line] = common | plans
    return {"carriers": list(told.values())}


def chosen(body: Mapping[str, Any], wanted: Sequence[Line]) -> list[str]:
    """The keys of those lines that a decision's body names."""
    named = {
        (one.get("carrier_id"), line)
        for one in body.get("carriers", [])
        for line in one.get("lines_of_coverage") or {}
    }
    return [one.key for one in wanted if (one.carrier.noyo_id, one.line) in named]


def dates_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """The first and last day of open enrollment in a decision's body, blank where not told."""
    for one in body.get("carriers", []):
        for line in (one.get("lines_of_coverage") or {}).values():
            start, end = (line.get(f"open_enrollment_{part}_date") for part in ("start", "end"))
            return start or "", end or ""
    return "", ""


def said(decision: RenewalDecision) -> list[Said]:
    """What is not ready, errors first, by carrier and line."""
    names = _names(one.get("carrier_id") for one in decision.issues)
    found = [_said(one, names) for one in decision.issues]
    return sorted(found, key=lambda one: (not one.is_error, one.carrier, one.line))


def _said(issue: Mapping[str, Any], names: Mapping[str, str]) -> Said:
    line = str(issue.get("line_of_coverage") or "")
    words = str(dict(LineOfCoverage.choices).get(line, line))
    is_error = issue.get("level") != "warning"
    if not is_error:
        advice = gettext("Nothing has to be done. Look whether it is as you want it.")
    elif line:
        advice = gettext(
            "Ask the carrier to install it as expected. If it is meant to be otherwise, change"
            " what is expected and send it again."
        )
    else:
        advice = gettext("Ask the carrier when the renewal will be installed.")
    carrier = names.get(str(issue.get("carrier_id") or ""), "")
    return Said(is_error, str(issue.get("message") or ""), carrier, words, advice)


def _names(noyo_ids: Iterable[str | None]) -> dict[str, str]:
    wanted = [one for one in noyo_ids if one]
    rows = NoyoCarrier.objects.select_related("carrier").filter(noyo_id__in=wanted)
    return {one.noyo_id: one.label for one in rows}


def to_send(user: User, *, on: date) -> QuerySet[EmployerGroup]:
    """Connected groups that renew within sixty days and whose decision has not been sent."""
    sent = RenewalDecision.objects.filter(
        group=OuterRef("pk"), renewal_date=OuterRef("renewal_date")
    ).exclude(status=RenewalDecision.Status.DRAFT)
    connected = GroupConnection.objects.filter(
        group=OuterRef("pk"), status=GroupConnection.Status.COMPLETED
    )
    return EmployerGroup.objects.visible_to(user).filter(
        Exists(connected), ~Exists(sent),
        status=EmployerGroup.Status.ACTIVE,
        renewal_date__gte=on, renewal_date__lte=on + SEND_WITHIN,
    )  # fmt: skip


def can_be_sent(renewal_date: date, *, on: date) -> bool:
    """Whether Noyo takes a decision of this date."""
    return on - EARLIEST <= renewal_date <= on + LATEST


def polled(statuses: Collection[str], *, on: date) -> QuerySet[RenewalDecision]:
    """The decisions that Noyo still changes."""
    return RenewalDecision.objects.filter(
        status__in=statuses, renewal_date__gte=on - 2 * EARLIEST
    ).exclude(noyo_id="")
