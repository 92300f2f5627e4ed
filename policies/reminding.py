"""Whether a client is reminded of the initial payment, and on which days. Pure.

Source: HealthSherpa, "Binder payment reminders" (reference of November 2026): 15, 5 and 1 days
before the deadline, in the agent's name, only while action is needed.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from agencyhub.mailing import clock

STEPS = (15, 5, 1)
ENDED = ("cancelled", "terminated", "lapsed")
ACTION_NEEDED = "binder_due"
# A carrier that closes its day in the evening tells of the next one.
EVENING = time(18)


@dataclass(frozen=True)
class Facts:
    """What is known about one policy, its subscriber, its agent and the agency.

    ``zone`` is where the client lives. ``premium`` may be unknown: the carrier (or the agent) says
    that a payment is due, and a client who misses it has no coverage, so that they are reminded.
    """

    status: str
    deadline: date | None
    as_of: datetime
    zone: str
    policy_meaning: str = "pending"
    premium: Decimal | None = None
    amount_due: Decimal | None = None
    is_stale: bool = False
    is_premier: bool = True
    is_archived: bool = False
    is_silent: bool = False
    is_deceased: bool = False
    has_address: bool = True
    is_opted_out: bool = False
    has_agent: bool = True
    agent_sends: bool = True
    agency_sends: bool = True
    quiet_from: time = time(21)
    quiet_to: time = time(8)


def step_on(facts: Facts, at: datetime) -> int | None:
    """Which reminder belongs to the client's day; None on every other day.

    A day that was missed is not made up for: the next reminder comes on its own day.
    """
    if facts.deadline is None:
        return None
    left = (facts.deadline - clock.local(at, facts.zone).date()).days
    return left if left in STEPS else None


def refusal(facts: Facts, at: datetime) -> str:
    """Why nobody is written to now, as a code; blank when the client is to be reminded."""
    checks = (
        ("agency_off", not facts.agency_sends),
        ("no_agent", not facts.has_agent),
        ("agent_off", not facts.agent_sends),
        ("not_needed", facts.status != ACTION_NEEDED),
        ("ended", facts.policy_meaning in ENDED),
        ("archived", facts.is_archived),
        ("silent", facts.is_silent or facts.is_deceased),
        ("free", facts.premium == 0 or facts.amount_due == 0),
        ("stale", facts.is_stale),
        ("not_todays", facts.is_premier and not _is_of_the_day(facts, at)),
        ("no_address", not facts.has_address),
        ("opted_out", facts.is_opted_out),
        ("other_day", step_on(facts, at) is None),
        ("quiet", _is_quiet(facts, at)),
    )
    return next((code for code, holds in checks if holds), "")


def leaves_until(facts: Facts, at: datetime) -> datetime:
    """When a reminder written now comes too late: its day is over, or quiet hours begin."""
    return clock.end_of_day(at, zone=facts.zone, quiet_from=facts.quiet_from)


def _is_of_the_day(facts: Facts, at: datetime) -> bool:
    """Whether a carrier's status is that of the client's day, or of the evening before it."""
    yesterday = clock.local(at, facts.zone).date() - timedelta(days=1)
    return facts.as_of >= clock.moment(yesterday, EVENING, facts.zone)


def _is_quiet(facts: Facts, at: datetime) -> bool:
    return clock.is_quiet(at, zone=facts.zone, start=facts.quiet_from, end=facts.quiet_to)
