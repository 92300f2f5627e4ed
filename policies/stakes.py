"""What else a policy is worth, and what else endangers it: told by apps that policies do not know.

A higher app registers its sources when it is loaded, as lists and searches are.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from policies.risk import Danger


@dataclass(frozen=True)
class Stake:
    """What a policy earns in a year (USD), and the day of the newest line that says so."""

    yearly: Decimal
    as_of: date | None = None


Stakes = Callable[[Collection[int], date], Mapping[int, Stake]]
"""The stakes of some policies on a day; policies that earn nothing are left out."""

Dangers = Callable[[Collection[int] | None, date], Mapping[int, Danger]]
"""Those of some policies (None: of all) whose commission is at risk on a day, and why."""

_stakes: list[Stakes] = []
_dangers: list[Dangers] = []


def register(source: Stakes) -> None:
    """Let ``source`` say what policies earn."""
    _stakes.append(source)


def register_dangers(source: Dangers) -> None:
    """Let ``source`` say whose commission is at risk."""
    _dangers.append(source)


def of(policy_ids: Collection[int], *, on: date) -> dict[int, Stake]:
    """What policies earn in a year, all sources together."""
    found: dict[int, Stake] = {}
    for source in _stakes:
        for pk, stake in source(policy_ids, on).items():
            so_far = found.get(pk, Stake(Decimal(0)))
            days = [day for day in (so_far.as_of, stake.as_of) if day]
            found[pk] = Stake(so_far.yearly + stake.yearly, max(days, default=None))
    return found


def dangers(policy_ids: Collection[int] | None, *, on: date) -> dict[int, Danger]:
    """Whose commission is at risk; of several reasons the one since longest."""
    found: dict[int, Danger] = {}
    for source in _dangers:
        for pk, danger in source(policy_ids, on).items():
            if pk not in found or danger.since < found[pk].since:
                found[pk] = danger
    return found
