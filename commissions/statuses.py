"""What carriers' words for the state of a policy mean. Pure.

Source: reference/medicare.md 10.1, from carriers' books of business (read 2026-11-22).
"""

from datetime import date
from typing import Final

ACTIVE: Final = "active"
PENDING_TERMINATION: Final = "pending_termination"
TERMINATED: Final = "terminated"
CANCELLED: Final = "cancelled"
DECEASED: Final = "deceased"
SUBMITTED: Final = "submitted"
UNKNOWN: Final = "unknown"

# Compared in lower case, without anything but letters and digits.
_MEANINGS: Final = {
    ACTIVE: (
        "a active activemember activepolicy approved current e effectuated enrolled futureactive"
        " futureeffective inforce issued paid premiumpaying"
    ),
    PENDING_TERMINATION: (
        "futureterm futuretermination pendingdisenrollment pendingterm pendingtermination"
        " termingsoon termpending"
    ),
    TERMINATED: (
        "disenrolled disenrollment inactive inactivepolicy lapse lapsed surrendered t term termed"
        " terminated termination"
    ),
    CANCELLED: (
        "c canceled canceledapplication cancelled cancelledapplication declined denied"
        " neverinforce nottaken rejected void voided withdrawn"
    ),
    DECEASED: "d dead death deceased died",
    SUBMITTED: (
        "applicationreceived inprocess inreview p pending pendingeffectuation pendingeffective"
        " received submitted"
    ),
}
WORDS: Final = {word: status for status, words in _MEANINGS.items() for word in words.split()}


def read_status(words: str) -> str:
    """Say what a carrier's words mean by themselves.

    No words at all are ``active``: exports of active members leave the column out.
    """
    plain = "".join(one for one in words.lower() if one.isalnum())
    return WORDS.get(plain, UNKNOWN) if plain else ACTIVE


def status_on(
    said: str,
    *,
    on: date,
    effective_date: date | None = None,
    termination_date: date | None = None,
    is_deceased: bool = False,
) -> str:
    """What a policy is on a day: what the carrier says (see ``read_status``), corrected by dates.

    ``termination_date`` is the last covered day. A policy that ended before it began never took
    effect; one that will end is active with a termination announced.
    """
    if is_deceased:
        return DECEASED
    if said in (CANCELLED, DECEASED, SUBMITTED) or termination_date is None:
        return said
    if effective_date is not None and termination_date < effective_date:
        return CANCELLED
    return PENDING_TERMINATION if termination_date >= on else TERMINATED
