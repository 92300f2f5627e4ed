"""Why book rows and commission lines have no application here, and what helps. Pure."""

from dataclasses import dataclass
from decimal import Decimal

NO_POLICY = "no_policy"
CARRIER_UNKNOWN = "carrier_unknown"
UNSUPPORTED = "unsupported"
ENDED = "ended"
BEFORE = "before"
IN_BOTH = "in_both"
ALONE = "alone"


@dataclass(frozen=True)
class Words:
    """A group in words: what all have in common, and the next step."""

    sentence: str
    next_step: str


_LINES = {
    NO_POLICY: (
        "name no policy and nobody: bonuses and overrides",
        "Nothing to match: they are paid for something else than a policy.",
    ),
    CARRIER_UNKNOWN: ("carrier unknown", "Map the carrier’s name once."),
    UNSUPPORTED: ("of a line that is not matched", "Nothing to do here."),
    BEFORE: (
        "for policies older than the first application that is here",
        "Backfill earlier enrollments: export the contact list at HealthSherpa and upload it.",
    ),
    IN_BOTH: (
        "for policies of the book of business that nobody applied for here",
        "Enter the applications by hand, or find out by whom they were sent.",
    ),
    ALONE: (
        "for policies that are neither applied for nor in the book",
        "Get the carrier’s newest book of business; then ask the carrier what it paid for.",
    ),
}
_BOOK = {
    CARRIER_UNKNOWN: _LINES[CARRIER_UNKNOWN],
    UNSUPPORTED: _LINES[UNSUPPORTED],
    ENDED: ("ended, or never began", "Nothing to do: they are no longer covered."),
    BEFORE: ("older than the first application that is here", _LINES[BEFORE][1]),
    IN_BOTH: (
        "paid for, but nobody applied for them here",
        "Enter the applications by hand: they may have come with a change of the agent of record.",
    ),
    ALONE: (
        "neither applied for nor paid for",
        "Ask whose enrollment it is, and whether a commission is due.",
    ),
}
LABELS = {
    NO_POLICY: "Names no policy",
    CARRIER_UNKNOWN: "Carrier unknown",
    UNSUPPORTED: "Line not matched",
    ENDED: "Ended, or never began",
    BEFORE: "Older than the first application here",
    IN_BOTH: "In the book and paid, not applied for here",
    ALONE: "In no other ledger",
}


def line_words(code: str, *, count: int, amount: Decimal | None, carrier: str) -> Words:
    """Say what commission lines without application have in common."""
    what, next_step = _LINES[code]
    noun = "line" if count == 1 else "lines"
    return Words(f"{count:,} {noun}, {_usd(amount)}: {_of(carrier)}{what}.", next_step)


def book_words(code: str, *, count: int, amount: Decimal | None, carrier: str) -> Words:
    """Say what book rows without application have in common."""
    del amount
    what, next_step = _BOOK[code]
    noun = "row" if count == 1 else "rows"
    return Words(f"{count:,} {noun}: {_of(carrier)}{what}.", next_step)


def _of(carrier: str) -> str:
    return f"all {carrier}, " if carrier else ""


def _usd(amount: Decimal | None) -> str:
    value = amount or Decimal()
    return f"{'-' if value < 0 else ''}${abs(value):,.2f}"
