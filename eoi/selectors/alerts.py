"""What somebody should look into: deductions beyond approval, and requests that wait long."""

from dataclasses import dataclass
from datetime import date

from agencyhub.accounts.models import User
from eoi.ageing import business_days, opened_by
from eoi.models import EoiRequest
from groups.models import Election
from groups.selectors import payroll

SHOWN = 100


@dataclass(frozen=True)
class Overdue:
    """A request with its age in business days."""

    request: EoiRequest
    days: int


@dataclass(frozen=True)
class Alerts:
    """The first of each kind; the flags say that there are more."""

    excesses: list[Election]
    are_more_excesses: bool
    overdue: list[Overdue]
    are_more_overdue: bool


def alerts(*, user: User, days: int, today: date) -> Alerts:
    """What the user should look into; ``days`` are the business days that a request may wait."""
    excesses = list(payroll.excesses(user=user)[: SHOWN + 1])
    overdue = list(
        EoiRequest.objects.visible_to(user)
        .open()
        .filter(opened_date__lte=opened_by(days, today))
        .select_related("group", "employee", "election__benefit", "election__dependent")
        .order_by("opened_date", "pk")[: SHOWN + 1]
    )
    return Alerts(
        excesses=excesses[:SHOWN],
        are_more_excesses=len(excesses) > SHOWN,
        overdue=[Overdue(one, business_days(one.opened_date, today)) for one in overdue[:SHOWN]],
        are_more_overdue=len(overdue) > SHOWN,
    )
