"""Whether a client is reminded of the initial payment, and on which days. Pure.

Source: HealthSherpa, "Binder payment reminders" (reference of November 2026): 15, 5 and 1 days
before the deadline, in the agent's name, only while action is needed. A day that was missed, since
nobody was at work or the carrier's status came late, is made up for within two days.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from agencyhub.mailing import clock

STEPS = (15, 5, 1)
LATE_DAYS = 2
# By days left: which step it is. On the last day itself nobody is reminded.
STEP_OF = {
    step - late: step
    for step in STEPS
    for late in range(LATE_DAYS + 1)
    if late == 0 or step > LATE_DAYS
}
ENDED = ("cancelled", "terminated", "lapsed")
ACTION_NEEDED = "binder_due"
# A carrier that closes its day in the evening tells of the next one.
EVENING = time(18)


@dataclass(frozen=True)
class Facts:
    """What is known about one policy, its subscriber, its agent and the agency.

    ``zones`` are those of the state where the client lives. ``premium`` may be unknown: the carrier
    (or the agent) says that a payment is due, and a client who misses it has no coverage, so that
    they are reminded.
    """

    status: str
    deadline: date | None
    as_of: datetime
    zones: tuple[str, ...]
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


def days_left(facts: Facts, at: datetime) -> int | None:
    """How many of the client's days it is to the deadline; None without one.

    Where a state has two zones, days differ in its quiet hours only.
    """
    if facts.deadline is None:
        return None
    return (facts.deadline - clock.local(at, facts.zones[0]).date()).days


def step_on(facts: Facts, at: datetime) -> int | None:
    """Which reminder belongs to the client's day, on time or made up for; None on other days."""
    left = days_left(facts, at)
    return None if left is None else STEP_OF.get(left)


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
    return min(clock.end_of_day(at, zone=zone, quiet_from=facts.quiet_from) for zone in facts.zones)


def _is_of_the_day(facts: Facts, at: datetime) -> bool:
    """Whether a carrier's status is that of the client's day, or of the evening before it."""
    return all(
        facts.as_of >= clock.moment(clock.local(at, zone).date() - timedelta(days=1), EVENING, zone)
        for zone in facts.zones
    )


def _is_quiet(facts: Facts, at: datetime) -> bool:
    """Whether it is too early or too late wherever in the state the client may live."""
    start, end = facts.quiet_from, facts.quiet_to
    return any(clock.is_quiet(at, zone=zone, start=start, end=end) for zone in facts.zones)
