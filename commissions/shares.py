"""How a paid line is shared: parts that add up to it, to the cent. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

CENT = Decimal("0.01")
WHOLE = Decimal(100)
WRITING, UPLINE, AGENCY = "writing", "upline", "agency"


class Terms(NamedTuple):
    """What a contract gives: percents of a line, for its agent and for the agent above."""

    agent_id: int
    percent: Decimal
    upline_id: int | None = None
    upline_percent: Decimal = Decimal(0)


class Share(NamedTuple):
    """Somebody's part of a line; the agency itself is nobody."""

    agent_id: int | None
    role: str
    percent: Decimal
    amount: Decimal


def split(amount: Decimal, terms: Terms) -> list[Share]:
    """Share a line: the writing agent, the agent above, and the agency gets the rest."""
    parts: list[tuple[int | None, str, Decimal]] = [(terms.agent_id, WRITING, terms.percent)]
    if terms.upline_id is not None and terms.upline_percent:
        parts.append((terms.upline_id, UPLINE, terms.upline_percent))
    rest = WHOLE - sum((percent for _, _, percent in parts), Decimal(0))
    if rest:
        parts.append((None, AGENCY, rest))
    amounts = allot(amount, [percent for _, _, percent in parts])
    return [
        Share(*part, amount=part_amount) for part, part_amount in zip(parts, amounts, strict=True)
    ]


def allot(amount: Decimal, percents: Sequence[Decimal]) -> list[Decimal]:
    """Cut an amount by percents that add up to 100; leftover cents go to the first parts.

    Every part is cut towards zero first, so nobody's part is ever of another sign.
    """
    cents = int(amount / CENT)
    parts = [int(cents * percent / WHOLE) for percent in percents]
    left = cents - sum(parts)
    step = 1 if left > 0 else -1
    for at in range(abs(left)):
        parts[at % len(parts)] += step
    return [part * CENT for part in parts]
