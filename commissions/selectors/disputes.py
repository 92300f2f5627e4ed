"""What the pages of missing pay show: the rows of the queue, and the dispute about one month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import gathered
from agencyhub.lib.midnights import midnight
from agencyhub.records import selectors as history
from agencyhub.records.selectors import Item as HistoryItem
from commissions import paywords
from commissions.expected import disputes, states
from commissions.models import Dispute, ExpectedPay

RELATED = (
    "policy__subscriber", "policy__servicing_agent", "carrier", "dispute__assigned_to",
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One month of the queue, as its row shows it."""

    pay: ExpectedPay
    dispute: Dispute | None
    months: str
    next: str
    days_late: int
    is_snoozed: bool

    @property
    def seen(self) -> int:
        """The version that the page shows; 0 while nobody has worked on it."""
        return self.dispute.version if self.dispute else 0


def items(rows: Iterable[ExpectedPay], *, today: date) -> list[Item]:
    """The rows of a page; asks nothing where ``RELATED`` came along."""
    return [item(row, today=today) for row in rows]


def item(row: ExpectedPay, *, today: date) -> Item:
    """One row of the queue."""
    dispute = dispute_of(row)
    state, since = (dispute.state, dispute.state_at) if dispute else ("", None)
    until = dispute.snoozed_until if dispute else None
    return Item(
        pay=row,
        dispute=dispute,
        months=paywords.month_words(row.month, row.through),
        next=str(paywords.next_action(row.state, state, since, today)),
        days_late=max((today - row.due_date).days, 0) if row.state in states.OWED else 0,
        is_snoozed=until is not None and until > today,
    )


def dispute_of(row: ExpectedPay) -> Dispute | None:
    """The dispute about a month, if there is one."""
    return getattr(row, "dispute", None)


def answered_today(user: User, *, at: datetime) -> int:
    """How many disputes that the user sees went to the carrier or were closed since midnight."""
    since = midnight(timezone.localdate(at))
    rows = gathered(Dispute, user=user).filter(state_at__gte=since)
    return rows.exclude(state=disputes.TO_DO).count()


def timeline(dispute: Dispute | None, *, user: User) -> list[HistoryItem]:
    """What happened to a dispute, newest first."""
    if dispute is None:
        return []
    return history.timeline(table=Dispute._meta.db_table, record_id=dispute.pk, viewer=user)


def reasons() -> list[str]:
    """Why pay is usually snoozed, as offered."""
    return [
        gettext("Waits for the carrier"),
        gettext("Waits for the next statement"),
        gettext("Waits for a true-up"),
        gettext("Waits for the agent"),
    ]
