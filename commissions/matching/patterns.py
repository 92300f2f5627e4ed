"""Why applications stay unmatched, as groups: what each has in common and what helps. Pure.

Rules are asked in the order of ``ORDER``; the first that fits names the group.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from commissions.matching import outcomes

CARRIER_UNKNOWN = "carrier_unknown"
CARRIER_BLANK = "carrier_blank"
WITHHELD = "withheld"
BARE = "bare"
NO_BOOK = "no_book"
BOOK_OLD = "book_old"
OTHER_DETAILS = "other_details"
NOT_EFFECTIVE = "not_effective"
NOT_LISTED = "not_listed"
ENDED = "ended"
NO_STATEMENT = "no_statement"
NOT_DUE = "not_due"
NOT_PAID = "not_paid"
TIED = "tied"

# What is longer is no prefix of the carrier's, but a part of somebody's number.
LONGEST_AFFIX = 4
ORDER = (
    CARRIER_BLANK, CARRIER_UNKNOWN, WITHHELD, BARE, TIED, NO_BOOK, BOOK_OLD, OTHER_DETAILS,
    NOT_EFFECTIVE, NOT_LISTED, ENDED, NO_STATEMENT, NOT_DUE, NOT_PAID,
)  # fmt: skip
OF_BOOK = frozenset({BOOK_OLD, NOT_EFFECTIVE, NOT_LISTED})
OF_STATEMENT = frozenset({NOT_DUE, NOT_PAID})
UNMATCHED = (
    outcomes.NOT_FOUND,
    outcomes.AMBIGUOUS,
    outcomes.COMMISSION_ISSUE,
    outcomes.COMMISSION_WITHOUT_BOOK,
)


class Remedy:
    """What helps, as the name of a page; pages turn it into a link."""

    MAP = "map"
    FILL = "fill"
    UPLOAD = "upload"
    REVIEW = "review"
    LOOK = "look"


@dataclass(frozen=True)
class Words:
    """A group in words: what all have in common, and the next step."""

    sentence: str
    next_step: str
    remedy: str


_REMEDIES = {
    CARRIER_BLANK: Remedy.FILL,
    CARRIER_UNKNOWN: Remedy.MAP,
    WITHHELD: Remedy.FILL,
    BARE: Remedy.FILL,
    TIED: Remedy.REVIEW,
    NO_BOOK: Remedy.UPLOAD,
    BOOK_OLD: Remedy.UPLOAD,
    NO_STATEMENT: Remedy.UPLOAD,
}
_PHRASES = {
    CARRIER_BLANK: "no carrier was told",
    CARRIER_UNKNOWN: "the carrier’s name is not known here",
    WITHHELD: "MBI withheld by the partner, and neither date of birth nor policy number",
    BARE: "neither MBI, nor date of birth, nor policy number",
    TIED: "something fits, but nothing for sure",
    NO_BOOK: "no book of business of the carrier is here",
    BOOK_OLD: "submitted after the carrier’s newest book of business",
    OTHER_DETAILS: "the policy number stands in a book of business, with other details",
    NOT_EFFECTIVE: "not in the carrier’s book, and not yet effective on its day",
    NOT_LISTED: "not in the carrier’s book",
    ENDED: "the book says that coverage ended or never began",
    NO_STATEMENT: "no commission statement of the carrier is here",
    NOT_DUE: "effective after the carrier’s newest statement",
    NOT_PAID: "in the carrier’s book, but not on its statements",
}
LABELS = {
    CARRIER_BLANK: "No carrier was told",
    CARRIER_UNKNOWN: "Carrier unknown",
    WITHHELD: "Details withheld by the partner",
    BARE: "Neither MBI, date of birth nor number",
    TIED: "Waits for a review",
    NO_BOOK: "No book of the carrier",
    BOOK_OLD: "Submitted after the newest book",
    OTHER_DETAILS: "Number in a book, with other details",
    NOT_EFFECTIVE: "Not effective when the book was made",
    NOT_LISTED: "Not in the carrier’s book",
    ENDED: "Ended in the book",
    NO_STATEMENT: "No statement of the carrier",
    NOT_DUE: "Effective after the newest statement",
    NOT_PAID: "In the book, not paid",
}
_NEXT_STEPS = {
    CARRIER_BLANK: "Fill in the carrier; Refresh then looks again by itself.",
    CARRIER_UNKNOWN: "Say once which carrier that is: every application with this name follows.",
    WITHHELD: "Ask the agent for the date of birth or the policy number, and fill it in.",
    BARE: "Fill in the date of birth or the policy number.",
    TIED: "Choose in the review queue.",
    NO_BOOK: "Upload the carrier’s book of business, or let Retrieve fetch it.",
    BOOK_OLD: "Upload or retrieve the newest book of business.",
    OTHER_DETAILS: "Compare carrier, name and dates: correct them, or merge two carriers.",
    NOT_EFFECTIVE: "Wait for the book of the first covered month: many carriers list only then.",
    NOT_LISTED: "Check name, date of birth and effective date; then ask the carrier.",
    ENDED: "Nothing is due. Look whether the client is covered elsewhere.",
    NO_STATEMENT: "Upload the carrier’s commission statement, or let Retrieve fetch it.",
    NOT_DUE: "Wait for the next statement: nothing can be missing yet.",
    NOT_PAID: "Ask the carrier: a missing commission may be a delay, not an error.",
}


def words(code: str, *, count: int, carriers: Sequence[str], day: date | None) -> Words:
    """Say what ``count`` unmatched applications have in common, and what helps.

    ``carriers`` are theirs, each once; ``day`` is that of the one carrier's newest file.
    """
    whose = ""
    if len(carriers) > 1:
        whose = f" at {len(carriers)} carriers"
    elif carriers:
        whose = f", all {carriers[0]}"
    until = f", of {day:%m/%d/%Y}" if day and len(carriers) == 1 else ""
    sentence = f"{count:,} unmatched{whose}: {_PHRASES[code]}{until}."
    return Words(sentence, _NEXT_STEPS[code], _REMEDIES.get(code, Remedy.LOOK))


def common_difference(pairs: Iterable[tuple[str, str]]) -> str:
    """How the numbers of applications and rows differ when all differ alike; else blank.

    "all missing leading zeros"; "all without “H” in front".
    """
    found = {_difference(_plain(own), _plain(other)) for own, other in pairs}
    return found.pop() if len(found) == 1 else ""


def _plain(number: str) -> str:
    return "".join(one for one in number.upper() if one.isalnum())


def _difference(own: str, other: str) -> str:
    if not own or not other or own == other:
        return ""
    if own.lstrip("0") == other.lstrip("0"):
        is_short = len(own) < len(other)
        return "all missing leading zeros" if is_short else "all with extra leading zeros"
    for short, long, word in ((own, other, "without"), (other, own, "with an extra")):
        if len(long) - len(short) > LONGEST_AFFIX:
            continue
        if long.endswith(short):
            return f"all {word} “{long.removesuffix(short)}” in front"
        if long.startswith(short):
            return f"all {word} “{long.removeprefix(short)}” behind"
    if len(own) == len(other) and sum(a != b for a, b in zip(own, other, strict=True)) == 1:
        return "all differ in one character"
    return ""
