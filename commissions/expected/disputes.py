"""What becomes of a dispute when the ledger is worked out: paid, not due any more, missing again.

Pure. A dispute that closes by itself remembers what it was (``before``), to be that again.
"""

from typing import Final, NamedTuple

from commissions.expected import states

TO_DO: Final = "to_do"
IN_RECONCILIATION: Final = "in_reconciliation"
LATE_PAYMENT: Final = "late_payment"
ACCEPTED_PENDING: Final = "accepted_pending"
ACCEPTED_PAID: Final = "accepted_paid"
ALREADY_PAID: Final = "already_paid"
OTHER_AOR: Final = "other_aor"
DENIED: Final = "denied"
TERMINATED: Final = "terminated"
WITHDRAWN: Final = "withdrawn"

# The carrier is to answer, or to pay.
WITH_CARRIER = (IN_RECONCILIATION, LATE_PAYMENT, ACCEPTED_PENDING)
OPEN = (TO_DO, *WITH_CARRIER)
CLOSED = (ACCEPTED_PAID, ALREADY_PAID, OTHER_AOR, DENIED, TERMINATED, WITHDRAWN)
# The carrier says that it paid: where it turns out that it did and took it back, the money is
# missing again. What was refused for another reason stays refused.
SAYS_PAID = (ACCEPTED_PAID, ALREADY_PAID)

# Months for which a carrier can be asked: nobody asks for what is to be taken back, or came twice.
ASKED_FOR = (*states.OWED, states.CHARGEBACK_UNEXPECTED)

# What the ledger says of a disputed month.
MISSING, SETTLED, NOTHING, WAITS = "missing", "settled", "nothing", "waits"
PAID_MEANWHILE, NOT_EXPECTED, CONFIRMED, MISSING_AGAIN = (
    "paid_meanwhile", "not_expected", "confirmed", "missing_again",
)  # fmt: skip


class Followed(NamedTuple):
    """What a dispute is from now on, and why; ``why`` is blank where nothing changes."""

    state: str
    before: str
    why: str = ""


def standing(state: str | None) -> str:
    """What a state of the ledger means for a dispute; None: the month is not in the ledger."""
    if state in states.OPEN:
        return MISSING
    if state == states.PAID:
        return SETTLED
    return WAITS if state in (states.DUE, states.NOT_DUE) else NOTHING


def follow(state: str, before: str, told: str) -> Followed:
    """What a dispute becomes when the ledger says ``told``."""
    if before:
        if told == MISSING:
            return Followed(before, "", MISSING_AGAIN)
    elif state in OPEN:
        if told == SETTLED:
            return Followed(ACCEPTED_PAID, state, PAID_MEANWHILE)
        if told == NOTHING:
            return Followed(WITHDRAWN, state, NOT_EXPECTED)
    elif state in SAYS_PAID and told == SETTLED:
        return Followed(state, TO_DO, CONFIRMED)
    return Followed(state, before)
