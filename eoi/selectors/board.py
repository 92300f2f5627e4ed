"""The board of open requests: what stands on a row, how many wait for how long, what is done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from agencyhub.accounts import scope as scopes
from agencyhub.accounts.models import User
from eoi import ageing
from eoi.ageing import Band
from eoi.models import Decision, EoiRequest
from groups.models import GroupPlan

RELATED = (
    "group", "employee", "election__benefit", "election__dependent", "election__plan__carrier",
    "election__requested_plan__carrier",
)  # fmt: skip
MOST_COUNTED = 1_000
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


def items(requests: Iterable[EoiRequest], *, at: datetime) -> list[Item]:
    """Rows of the board, of requests read with ``RELATED``."""
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


def counted(rows: QuerySet[Any]) -> int:
    """How many rows there are, ``MOST_COUNTED`` + 1 for more: nobody waits for fifty thousand."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def decided_today(user: User, *, at: datetime) -> int:
    """How many decisions the user has taken on the screen today, which still hold."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    own = Decision.objects.filter(user=user, channel=Decision.Channel.MANUAL)
    return own.filter(decided_at__gte=midnight, reversed_at=None).count()


def own_decisions(user: User, keys: Sequence[int]) -> list[Decision]:
    """What the user decided themselves, of these, as long as it holds; the newest first."""
    return [one for one in decisions_of(user, keys) if one.user_id == user.pk]


def decisions_of(user: User, keys: Sequence[int]) -> list[Decision]:
    """Those of these decisions that hold and that the user may see; the newest first."""
    rows = scopes.narrow(Decision.objects.filter(pk__in=keys, reversed_at=None), user=user)
    named = rows.select_related("request__employee", "request__election__benefit")
    return list(named.order_by("-pk"))
