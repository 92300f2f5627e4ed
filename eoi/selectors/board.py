"""The board of open requests: what stands on a row, how many wait for how long, what is done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from agencyhub.lib.midnights import midnight
from eoi import ageing
from eoi.ageing import Band
from eoi.models import Decision, EoiRequest
from groups.models import Benefit, GroupPlan

RELATED = (
    "group", "employee", "election__benefit", "election__dependent", "election__plan__carrier",
    "election__requested_plan__carrier",
)  # fmt: skip
# Of these every request has its own. Groups, benefits and plans are few, and known by their keys
# afterwards: to order ten joins takes PostgreSQL ten times as long as to read a page.
OWN = ("employee", "election__dependent")
_NAME = ("first_name", "last_name", "suffix")
_ELECTION = (
    "volume", "requested_volume", "requested_level", "waiting_for_eoi", "benefit_id", "plan_id",
    "requested_plan_id",
)  # fmt: skip
ON_A_ROW = (
    "group_id", "opened_date", "form_status", "expiration_date", "is_expiry_proposed",
    *(f"employee__{name}" for name in (*_NAME, "external_id")),
    *(f"election__{name}" for name in _ELECTION),
    *(f"election__dependent__{name}" for name in (*_NAME, "relationship")),
)  # fmt: skip
MOST_COUNTED = 1_000
_COUNTED = ("opened_date", "is_expiry_proposed")
_SOME = "(SELECT count(*) FROM (SELECT FROM found WHERE %s LIMIT {}) AS capped)"
# Who waits for whom while a form is where it is.
FORM_LOOKS: Mapping[str, tuple[str, str]] = {
    EoiRequest.Form.NOT_SENT: ("neutral", "mail"),
    EoiRequest.Form.INCOMPLETE: ("warning", "notes"),
    EoiRequest.Form.COMPLETE: ("success", "check"),
}
OUTCOME_LOOKS: Mapping[str, tuple[str, str]] = {
    EoiRequest.Status.PENDING: ("info", "clock"),
    EoiRequest.Status.PARTIALLY_PENDED: ("info", "clock"),
    EoiRequest.Status.APPROVED: ("success", "circle-check"),
    EoiRequest.Status.APPROVED_PARTIAL: ("success", "circle-check"),
    EoiRequest.Status.APPROVED_CAPPED: ("warning", "lock"),
    EoiRequest.Status.DENIED: ("danger", "circle-x"),
    EoiRequest.Status.EXPIRED: ("neutral", "history"),
    EoiRequest.Status.VOIDED: ("neutral", "x"),
}


@dataclass(frozen=True)
class Item:
    """One request as a row of the board, and as the head of its page, shows it."""

    asked: EoiRequest
    plan: GroupPlan | None
    has_volume: bool
    age: int
    band: Band
    today: date

    @property
    def pk(self) -> int:
        return self.asked.pk

    @property
    def covered(self) -> str:
        """Who is covered: a dependent's name, else the benefit's own word."""
        election = self.asked.election
        if election.dependent:
            return (
                f"{election.dependent.full_name} · {election.dependent.get_relationship_display()}"
            )
        return str(election.benefit.get_covers_display())

    @property
    def waits(self) -> Decimal:
        """What of the volume waits for evidence (USD)."""
        return self.asked.election.eoi_volume

    @property
    def form_look(self) -> tuple[str, str]:
        return FORM_LOOKS[self.asked.form_status]

    @property
    def outcome_look(self) -> tuple[str, str]:
        return OUTCOME_LOOKS[self.asked.status]

    @property
    def is_form_late(self) -> bool:
        """Whether the health form should have come and has not."""
        due = self.asked.expiration_date
        is_there = self.asked.form_status == EoiRequest.Form.COMPLETE
        return due is not None and due < self.today and not is_there


@dataclass(frozen=True)
class Waiting:
    """How many requests wait for as long as a band says, or may expire, and a door to them."""

    label: str
    tone: str
    icon: str
    number: int
    url: str
    is_chosen: bool

    @property
    def count(self) -> str:
        return in_words(self.number)


@dataclass(frozen=True)
class Counted:
    """How many requests are in each of ``ageing.BANDS``, and how many may expire."""

    bands: Sequence[int]
    expiry: int

    @property
    def every(self) -> int:
        """All of them: every request is in a band."""
        return sum(self.bands)


def for_page(rows: QuerySet[EoiRequest]) -> QuerySet[EoiRequest]:
    """Requests with what rows of the board show of each; ``complete`` adds what many share."""
    return rows.select_related(*OWN).only(*ON_A_ROW)


def complete(requests: Sequence[EoiRequest]) -> None:
    """Give the requests of a page their groups, benefits and plans."""
    elections = [one.election for one in requests]
    benefits = (
        Benefit.objects.select_related("group")
        .only("name", "covers", "group__name")
        .in_bulk({one.benefit_id for one in elections})
    )
    chosen = {one.plan_id for one in elections} | {one.requested_plan_id for one in elections}
    plans = (
        GroupPlan.objects.select_related("carrier")
        .only("name", "basis", "carrier__name")
        .in_bulk(chosen - {None})
    )
    for one in requests:
        election = one.election
        election.benefit = benefits[election.benefit_id]
        one.group = election.benefit.group
        election.plan = plans.get(election.plan_id or 0)
        election.requested_plan = plans.get(election.requested_plan_id or 0)


def items(requests: Iterable[EoiRequest], *, at: datetime) -> list[Item]:
    """Rows of the board, of requests read with ``RELATED`` or completed."""
    today = timezone.localdate(at)
    return [item(one, today=today) for one in requests]


def item(asked: EoiRequest, *, today: date) -> Item:
    """One of them."""
    plan = asked.election.requested_plan or asked.election.plan
    return Item(
        asked=asked,
        plan=plan,
        has_volume=plan is None or plan.basis != GroupPlan.Basis.NONE,
        age=ageing.business_days(asked.opened_date, today),
        band=ageing.band_of(asked.opened_date, today),
        today=today,
    )


def in_words(number: int) -> str:
    """A count; of many only that they are many."""
    return f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else f"{number:,}"


def counted(rows: QuerySet[EoiRequest], *, today: date) -> Counted:
    """How many of the requests wait how long, in one statement that is planned once.

    Each number stops at ``MOST_COUNTED`` + 1: nobody waits for fifty thousand.
    """
    try:
        found, values = rows.order_by().values(*_COUNTED).query.sql_with_params()
    except EmptyResultSet:
        return Counted([0] * len(ageing.BANDS), 0)
    days = [ageing.opened_between(band, today) for band in ageing.BANDS]
    some = _SOME.format(MOST_COUNTED + 1)
    parts = ", ".join([some % "opened_date > %s AND opened_date <= %s"] * len(days))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found AS NOT MATERIALIZED ({found})"
            f" SELECT {parts}, {some % 'is_expiry_proposed'}",
            [*values, *chain(*days)],
        )
        *bands, expiry = cursor.fetchone()
    return Counted(bands, expiry)


def decided_today(user: User, *, at: datetime) -> int:
    """How many decisions the user has taken on the screen today, which still hold."""
    today = midnight(timezone.localdate(at))
    own = Decision.objects.filter(user=user, channel=Decision.Channel.MANUAL)
    return own.filter(decided_at__gte=today, reversed_at=None).count()


def own_decisions(user: User, keys: Sequence[int]) -> list[Decision]:
    """What the user decided themselves, of these, as long as it holds; the newest first."""
    return [one for one in decisions_of(user, keys) if one.user_id == user.pk]


def decisions_of(user: User, keys: Sequence[int]) -> list[Decision]:
    """Those of these decisions that hold and that the user may see; the newest first."""
    rows = scopes.narrow(Decision.objects.filter(pk__in=keys, reversed_at=None), user=user)
    named = rows.select_related("request__employee", "request__election__benefit")
    return list(named.order_by("-pk"))
