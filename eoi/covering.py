"""Coverage from day to day, before and after a decision. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from eoi.deciding import Coverage

DAY = timedelta(days=1)


class Period(NamedTuple):
    """What is in force from a day to a day, both covered; ``id`` is None where it is new."""

    id: int | None
    coverage: Coverage
    premium: Decimal | None
    start_date: date
    end_date: date | None
    decision_id: int | None

    def noted(self) -> dict[str, Any]:
        """The period as a decision keeps it, to be put back."""
        return {
            "plan_id": self.coverage.plan_id,
            "volume": str(self.coverage.volume),
            "level": self.coverage.level,
            "premium": None if self.premium is None else str(self.premium),
            "start_date": self.start_date.isoformat(),
            "end_date": None if self.end_date is None else self.end_date.isoformat(),
            "decision_id": self.decision_id,
        }


def covered_from(periods: Sequence[Period], new: Period) -> tuple[list[Period], list[Period]]:
    """Let ``new`` hold from its first day on: all periods afterwards, and those it touched as were.

    What would begin on or after that day is replaced; what runs until then ends the day before.
    """
    after, touched = [], []
    for period in periods:
        if period.end_date and period.end_date < new.start_date:
            after.append(period)
            continue
        touched.append(period)
        if period.start_date < new.start_date:
            after.append(period._replace(end_date=new.start_date - DAY))
    return [*after, new], touched
