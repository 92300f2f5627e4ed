"""What a paid line is: initial, renewal, chargeback and so on, by carriers' words. Pure.

Source: reference/medicare.md 10.2, from carriers' commission statements (read 2026-11-22).
"""

from decimal import Decimal
from typing import Final

INITIAL: Final = "initial"
RENEWAL: Final = "renewal"
TRUE_UP: Final = "true_up"
CHARGEBACK: Final = "chargeback"
BONUS: Final = "bonus"
OVERRIDE: Final = "override"
ADVANCE: Final = "advance"
OTHER: Final = "other"

# Parts of words that say the class, in this order: "New Chargeback" is a chargeback. Compared in
# lower case, without anything but letters and digits.
PHRASES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        CHARGEBACK,
        ("chargeback", "clawback", "takeback", "recoup", "disenroll", "reversal", "lapse", "cbk"),
    ),
    (OVERRIDE, ("override", "servicefee")),
    (BONUS, ("hapayment", "healthassessment", "hrabonus", "hrapayment", "bonus")),
    (TRUE_UP, ("trueup",)),
    (RENEWAL, ("renew", "bfypayment")),
    (ADVANCE, ("advance",)),
    (INITIAL, ("initial", "firstyear", "newcoviss", "newiss", "reiss", "newbusiness", "newsale")),
)
# Whole words of a column that says nothing else.
CODES: Final = {
    "f": INITIAL,
    "first": INITIAL,
    "fy": INITIAL,
    "fyr": INITIAL,
    "new": INITIAL,
    "r": RENEWAL,
    "hra": BONUS,
    "adv": ADVANCE,
}
# Drug plans pay what is a fee for somebody above in cents.
PENNIES = Decimal("1.00")
DRUG_PLANS = frozenset({"partd", "pdp", "pd"})


def read_class(
    action: str, *, amount: Decimal | None, comment: str = "", plan_type: str = ""
) -> str:
    """Say what a line is; what is taken back is a chargeback, whatever its label says.

    ``action`` are the carrier's words and codes for it, in one text. A comment only says that the
    line is an override or a true-up.
    """
    if amount is not None and amount < 0:
        return CHARGEBACK
    said = _said(action)
    if said == CHARGEBACK:
        return said
    remark = _said(comment)
    if remark in (OVERRIDE, TRUE_UP):
        return remark
    is_drug_plan = _plain(plan_type) in DRUG_PLANS
    if is_drug_plan and amount is not None and 0 < amount < PENNIES:
        return OVERRIDE
    return said


def _said(words: str) -> str:
    plain = _plain(words)
    for kind, phrases in PHRASES:
        if any(phrase in plain for phrase in phrases):
            return kind
    codes = [CODES[word] for word in map(_plain, words.split()) if word in CODES]
    return codes[0] if codes else OTHER


def _plain(words: str) -> str:
    return "".join(one for one in words.lower() if one.isalnum())
