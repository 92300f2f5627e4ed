"""What an agent's daily mail tells of, when it is due, and in which order. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from agencyhub.mailing import clock

ENDED = ("cancelled", "terminated", "lapsed")
OVERDUE = ("binder_past_due", "past_due", "in_grace")
UPCOMING = ("binder_due", "due_soon")
STATUSES = (*OVERDUE, *UPCOMING)
# Of a carrier that does not tell by itself, somebody sets these by hand.
INITIAL = ("binder_due", "binder_past_due")
MOST_SHOWN = 10
SOON_DAYS = 15
# A payment that comes due is no risk yet: it stands behind whatever is one.
NO_RISK = 9


@dataclass(frozen=True)
class Wish:
    """When a user wants the mail; hours are those of ``zone``, weekdays count from Monday, 0."""

    zone: str
    at: time
    weekdays: tuple[int, ...]
    quiet_from: time
    quiet_to: time
    is_on: bool = True
    done_on: date | None = None


@dataclass(frozen=True)
class Facts:
    """What is known about one policy of the agent.

    ``deadline`` is the last day to pay, where one is known; a payment that comes due has its due
    date. ``severity`` is that of its open risk; None: it has none. ``is_premier`` says that the
    carrier tells by itself, ``is_by_hand`` that the status was set here.
    """

    policy_id: int
    individual_id: int
    first_name: str
    last_name: str
    status: str
    deadline: date | None
    as_of: datetime
    due_date: date | None = None
    severity: int | None = None
    policy_meaning: str = "effectuated"
    premium: Decimal | None = None
    amount_due: Decimal | None = None
    autopay: bool | None = None
    is_premier: bool = True
    is_by_hand: bool = False
    is_stale: bool = False
    is_archived: bool = False

    @property
    def last_day(self) -> date | None:
        """The day to name: the last one to pay, else the one on which it was due."""
        return self.deadline or self.due_date


@dataclass(frozen=True)
class Line:
    """One line of the mail."""

    facts: Facts
    is_new: bool

    @property
    def name(self) -> str:
        """First name and the last one's initial: no more of anybody leaves the house."""
        return f"{self.facts.first_name} {self.facts.last_name[:1]}.".strip()

    @property
    def is_overdue(self) -> bool:
        return self.facts.status in OVERDUE


@dataclass(frozen=True)
class Calls:
    """How many of the agent's clients are to be called again: today, and since earlier days."""

    today: int = 0
    overdue: int = 0

    @property
    def count(self) -> int:
        return self.today + self.overdue


def day_due(wish: Wish, at: datetime) -> date | None:
    """The local day whose mail is due at a moment; None when none is.

    A day is looked after once. Its mail comes at its hour or, when nobody could see to that then,
    later on the same day; never in quiet hours.
    """
    day = clock.local(at, wish.zone).date()
    if not wish.is_on or day.weekday() not in wish.weekdays or day == wish.done_on:
        return None
    if at < clock.moment(day, wish.at, wish.zone):
        return None
    is_quiet = clock.is_quiet(at, zone=wish.zone, start=wish.quiet_from, end=wish.quiet_to)
    return None if is_quiet else day


def left_out(facts: Facts, today: date) -> str:
    """Why a policy is not told of, as a code; blank when it is."""
    checks = (
        ("not_due", facts.status not in STATUSES),
        ("ended", facts.policy_meaning in ENDED),
        ("archived", facts.is_archived),
        ("stale", facts.is_stale),
        ("free", facts.premium == 0 or facts.amount_due == 0),
        ("not_premier", not facts.is_premier and not _is_set_by_hand(facts)),
        ("autopay", facts.status == "due_soon" and bool(facts.autopay)),
        ("not_soon", facts.status == "due_soon" and not _is_soon(facts.deadline, today)),
        ("no_risk", facts.status != "due_soon" and facts.severity is None),
    )
    return next((code for code, holds in checks if holds), "")


def lines(found: Iterable[Facts], *, told: Mapping[str, str], today: date) -> list[Line]:
    """What to tell: the news since the last mail first, then the gravest, then the soonest.

    ``told`` is what the last mail told of: statuses by policy.
    """
    wanted = (one for one in found if not left_out(one, today))
    news = [Line(one, told.get(str(one.policy_id)) != one.status) for one in wanted]
    return sorted(news, key=_order)


def telling(shown: Sequence[Line]) -> dict[str, str]:
    """What a mail tells of, for the next one."""
    return {str(one.facts.policy_id): one.facts.status for one in shown}


def _is_set_by_hand(facts: Facts) -> bool:
    return facts.is_by_hand and facts.status in INITIAL


def _is_soon(deadline: date | None, today: date) -> bool:
    return deadline is not None and 0 <= (deadline - today).days <= SOON_DAYS


def _order(line: Line) -> tuple[bool, int, date, int]:
    facts = line.facts
    severity = NO_RISK if facts.severity is None else facts.severity
    return (not line.is_new, severity, facts.deadline or date.max, facts.policy_id)
