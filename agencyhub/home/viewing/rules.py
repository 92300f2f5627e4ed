"""What is unusual about how somebody looked at people in one day. Pure rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean, median
from typing import Final

from django.utils.translation import gettext_noop

HABIT_DAYS: Final = 30
# With fewer days of work behind them nobody has a habit yet.
LEAST_DAYS: Final = 5
MANY_OPENED: Final = 20
TIMES_HABIT: Final = 3
TIMES_PEERS: Final = 4
MANY_OUTSIDE: Final = 10
MANY_AT_NIGHT: Final = 5
MANY_REVEALS: Final = 5
REVEALS_ANYHOW: Final = 15
MANY_TAKEN: Final = 500
NIGHT_FROM, NIGHT_TO = 22, 6


@dataclass(frozen=True)
class Counts:
    """What one user did in one day of their own time zone, in numbers of people."""

    opened: int = 0
    outside: int = 0
    namesakes: int = 0
    at_night: int = 0
    taken: int = 0
    reveals: int = 0


@dataclass(frozen=True)
class Usual:
    """What would have been usual; None where too little is known to say."""

    opened: float | None = None
    reveals: float | None = None
    peers: float | None = None


@dataclass(frozen=True)
class Finding:
    """One reason to look closer; ``key`` names the rows that it is about."""

    key: str
    words: str


def findings(counts: Counts, usual: Usual) -> list[Finding]:
    """Every reason to look closer at a day, the most telling first."""
    tests = (_namesakes, _outside, _opened, _peers, _reveals, _taken, _at_night)
    return [found for test in tests if (found := test(counts, usual))]


def usual(own: Mapping[date, Counts], *, day: date, others: Iterable[int]) -> Usual:
    """A user's own days in the 30 before, and how many people ``others`` opened on the day."""
    first = day - timedelta(days=HABIT_DAYS)
    before = [
        counts
        for on, counts in own.items()
        if first <= on < day and (counts.opened or counts.reveals)
    ]
    has_habit = len(before) >= LEAST_DAYS
    worked = [number for number in others if number]
    return Usual(
        opened=mean(one.opened for one in before) if has_habit else None,
        reveals=mean(one.reveals for one in before) if has_habit else None,
        peers=median(worked) if worked else None,
    )


def _namesakes(counts: Counts, _usual: Usual) -> Finding | None:
    if not counts.namesakes:
        return None
    return Finding(
        "namesakes",
        gettext_noop("Opened %(people)s with their own last name.")
        % {"people": _people(counts.namesakes)},
    )


def _outside(counts: Counts, _usual: Usual) -> Finding | None:
    if counts.outside < MANY_OUTSIDE:
        return None
    return Finding(
        "outside",
        gettext_noop("Opened %(people)s of other agents' books.")
        % {"people": _people(counts.outside)},
    )


def _opened(counts: Counts, usual: Usual) -> Finding | None:
    if usual.opened is None or counts.opened < MANY_OPENED:
        return None
    if counts.opened <= TIMES_HABIT * usual.opened:
        return None
    habit = _about(usual.opened)
    return Finding(
        "opened",
        gettext_noop("Opened %(people)s; their usual is %(habit)s a day.")
        % {"people": _people(counts.opened), "habit": habit},
    )


def _peers(counts: Counts, usual: Usual) -> Finding | None:
    if usual.peers is None or counts.opened < MANY_OPENED:
        return None
    if counts.opened <= TIMES_PEERS * usual.peers:
        return None
    words = gettext_noop("Opened %(people)s; others opened %(about)s that day.") % {
        "people": _people(counts.opened),
        "about": _about(usual.peers),
    }
    return Finding("opened", words)


def _reveals(counts: Counts, usual: Usual) -> Finding | None:
    is_more = usual.reveals is not None and counts.reveals > TIMES_HABIT * usual.reveals
    if counts.reveals < REVEALS_ANYHOW and not (counts.reveals >= MANY_REVEALS and is_more):
        return None
    habit = (
        ""
        if usual.reveals is None
        else gettext_noop("; their usual is %(about)s a day") % {"about": _about(usual.reveals)}
    )
    return Finding(
        "reveals",
        gettext_noop("Revealed %(reveals)s MBIs%(habit)s.")
        % {"reveals": counts.reveals, "habit": habit},
    )


def _taken(counts: Counts, _usual: Usual) -> Finding | None:
    if counts.taken < MANY_TAKEN:
        return None
    return Finding(
        "taken",
        gettext_noop("Exported %(people)s, or read them through the API.")
        % {"people": _people(counts.taken)},
    )


def _at_night(counts: Counts, _usual: Usual) -> Finding | None:
    if counts.at_night < MANY_AT_NIGHT:
        return None
    return Finding(
        "night",
        gettext_noop("Opened %(people)s between 10 PM and 6 AM.")
        % {"people": _people(counts.at_night)},
    )


def _people(number: int) -> str:
    if number == 1:
        return gettext_noop("1 person")
    return gettext_noop("%(number)s people") % {"number": f"{number:,}"}


def _about(number: float) -> str:
    return (
        gettext_noop("about %(number)s") % {"number": f"{number:.0f}"}
        if number >= 1
        else gettext_noop("less than 1")
    )
