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
from groups.models import GroupPlan

RELATED = (
    "group", "employee", "election__benefit", "election__dependent", "election__plan__carrier",
    "election__requested_plan__carrier",
)  # fmt: skip
MOST_COUNTED = 1_000
_COUNTED = ("opened_date", "is_expiry_proposed")
_SOME = "(SELECT count(*) FROM (SELECT FROM found WHERE %s LIMIT {}) AS capped)"
_OWN = """
SELECT count(*) FROM eoi_decision
WHERE user_id = %s AND channel = 'manual' AND decided_at >= %s AND reversed_at IS NULL
"""
_NONE = "SELECT NULL::date AS opened_date, false AS is_expiry_proposed WHERE false"
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
    """One request as the head of its page, and a preview of deciding on it, show it."""

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
    """How many requests are in each of ``ageing.BANDS``, and how many may expire.

    ``decided`` is how many decisions the user has taken on the screen today, which still hold.
    """

    bands: Sequence[int]
    expiry: int
    decided: int

    @property
    def every(self) -> int:
        """All of them: every request is in a band."""
        return sum(self.bands)


def items(requests: Iterable[EoiRequest], *, at: datetime) -> list[Item]:
    """Requests read with ``RELATED``, as they are shown."""
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


def counted(rows: QuerySet[EoiRequest], *, user: User, at: datetime) -> Counted:
    """How many of the requests wait how long, in one statement that is planned once.

    Each number stops at ``MOST_COUNTED`` + 1: nobody waits for fifty thousand.
    """
    today = timezone.localdate(at)
    try:
        found, values = rows.order_by().values(*_COUNTED).query.sql_with_params()
    except EmptyResultSet:
        found, values = _NONE, ()
    days = [ageing.opened_between(band, today) for band in ageing.BANDS]
    some = _SOME.format(MOST_COUNTED + 1)
    parts = ", ".join([some % "opened_date > %s AND opened_date <= %s"] * len(days))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found AS NOT MATERIALIZED ({found})"
            f" SELECT {parts}, {some % 'is_expiry_proposed'}, ({_OWN})",
            [*values, *chain(*days), user.pk, midnight(today)],
        )
        *bands, expiry, decided = cursor.fetchone()
    return Counted(bands, expiry, decided)


def decided_today(user: User, *, at: datetime) -> int:
    """How many decisions the user has taken on the screen today, which still hold."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [user.pk, midnight(timezone.localdate(at))])
        return int(cursor.fetchone()[0])


def own_decisions(user: User, keys: Sequence[int]) -> list[Decision]:
    """What the user decided themselves, of these, as long as it holds; the newest first."""
    return [one for one in decisions_of(user, keys) if one.user_id == user.pk]


def decisions_of(user: User, keys: Sequence[int]) -> list[Decision]:
    """Those of these decisions that hold and that the user may see; the newest first."""
    rows = scopes.narrow(Decision.objects.filter(pk__in=keys, reversed_at=None), user=user)
    named = rows.select_related("request__employee", "request__election__benefit")
    return list(named.order_by("-pk"))
