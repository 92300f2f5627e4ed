"""What a carrier pays its agents in a month. Pure rules; months are written 2026-11."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sandbox.carriers.members import Member

RAPID_MONTHS = 3
_INITIAL = {2025: ("626", "109"), 2026: ("694", "114"), 2027: ("725", "130")}
_SUPPLEMENT_SHARE = Decimal("0.20")
_CENT = Decimal("0.01")


class Kind(StrEnum):
    """Why a line is paid."""

    INITIAL = "initial"
    RENEWAL = "renewal"
    CHARGEBACK = "chargeback"


@dataclass(frozen=True)
class Line:
    """One amount in USD of a statement; ``period`` is the month it is paid for."""

    member: Member
    kind: Kind
    period: str
    amount: Decimal


def months_until(month: str, count: int) -> list[str]:
    """The last ``count`` months up to one, the earliest first."""
    last = _number(month)
    return [_text(last - back) for back in reversed(range(count))]


def month_of(day: date) -> str:
    """The month of a day."""
    return f"{day:%Y-%m}"


def after(month: str, months: int = 1) -> str:
    """The month so many later."""
    return _text(_number(month) + months)


def lines(members: Iterable[Member], month: str, early: Mapping[str, str]) -> list[Line]:
    """The lines of a month's statement, in the order of the members.

    The first commission comes in the month after the effective date; ``early`` names the month
    for applications that the carrier pays out of turn.
    """
    return [line for member in members for line in _of_member(member, month, early)]


def first_line(member: Member, month: str) -> Line:
    """The first commission as it stands on a month's statement."""
    return Line(member, Kind.INITIAL, max(month_of(member.effective), month), initial(member))


def initial(member: Member) -> Decimal:
    """The first year's commission: for the months left of the year, or a share of the premium."""
    if member.plan_type == "Medicare Supplement":
        return (member.premium * 12 * _SUPPLEMENT_SHARE).quantize(_CENT)
    return (_yearly(member) * (13 - member.effective.month) / 12).quantize(_CENT)


def _of_member(member: Member, month: str, early: Mapping[str, str]) -> Iterator[Line]:
    begins = month_of(member.effective)
    first = early.get(member.application_id, after(begins))
    if first == month:
        yield first_line(member, month)
    elif member.effective.year < int(month[:4]) and member.in_force(
        date.fromisoformat(f"{month}-01")
    ):
        monthly = (_yearly(member) / 2 / 12).quantize(_CENT)
        yield Line(member, Kind.RENEWAL, month, monthly)
    if member.ended and after(month_of(member.ended)) == month:
        months = _number(month_of(member.ended)) - _number(begins) + 1
        if months <= RAPID_MONTHS:
            yield Line(member, Kind.CHARGEBACK, month, -initial(member))


def _yearly(member: Member) -> Decimal:
    years = sorted(_INITIAL)
    year = min(max(member.effective.year, years[0]), years[-1])
    return Decimal(_INITIAL[year][member.plan_type == "PDP"])


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _text(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"
