"""What agreement and contradiction of a field are worth, and when a pair is linked. Pure.

Points are about the binary logarithm of how much likelier two rows of one policy agree so than two
rows at random: one date of birth in 12,000 gives 13. They come from how common values are and how
files go wrong, not from any file: so a row is judged alike today and tomorrow, alone and among a
million, and the order in which files arrive changes nothing.
"""

from commissions.matching.reasons import Reason

PERSON = {
    Reason.MBI_SAME: 22, Reason.MBI_TAIL: 8, Reason.MBI_OTHER: -10,
    Reason.LAST_SAME: 8, Reason.LAST_COMMON: 8, Reason.LAST_PART: 6, Reason.LAST_TYPO: 6,
    Reason.LAST_OTHER: -5,
    Reason.FIRST_SAME: 6, Reason.FIRST_FORM: 5, Reason.FIRST_PART: 4, Reason.FIRST_INITIAL: 3,
    Reason.FIRST_TYPO: 4, Reason.FIRST_OTHER: -6,
    Reason.NAME_SWAPPED: 12, Reason.SUFFIX_OTHER: -8,
    Reason.BIRTH_SAME: 13, Reason.BIRTH_SWAPPED: 7, Reason.BIRTH_NEAR: 7, Reason.BIRTH_OTHER: -8,
    Reason.ZIP_SAME: 5, Reason.ZIP_OTHER: -1,
}  # fmt: skip
"""What says that the person is the same."""
POLICY = {
    Reason.ALIAS: 24, Reason.APPLICATION_SAME: 22,
    Reason.NUMBER_SAME: 20, Reason.NUMBER_DIGITS: 16, Reason.NUMBER_NEAR: 8,
    Reason.NUMBER_OTHER: -3,
    Reason.CARRIER_SAME: 3, Reason.CARRIER_LIKE: 2,
    Reason.EFFECTIVE_SAME: 5, Reason.EFFECTIVE_NEAR: 2, Reason.EFFECTIVE_TURN: -1,
    Reason.EFFECTIVE_YEARS: -2, Reason.EFFECTIVE_OTHER: -8,
    Reason.PLAN_SAME: 4, Reason.PLAN_OTHER: -6,
    Reason.AGENT_SAME: 3, Reason.AGENT_OTHER: -1,
    Reason.PERIOD_INSIDE: 1, Reason.PERIOD_OUTSIDE: -10,
}  # fmt: skip
"""What says that the policy is the same, which two policies of one person do not share."""
MOST_BY_PERSON = 28
"""All fields of a person together count no more: they agree on every policy of theirs."""
KEPT = SUGGESTED = 20
"""From here on a person is asked; pairs with fewer points are forgotten."""
ALONE = 21
"""So many points a pair has that one thing speaks against: it is linked when nothing else fits."""
LINKED = 22
"""From here on a pair is linked, when nothing speaks against it that counts."""
MARGIN = 4
"""So many points a pair must be ahead of what else its rows may belong to."""
HALF_DOUBT = 8
"""Every so many points the shown score comes half as far again towards 1."""
MOST_SUGGESTIONS = 3
MOST_LINES_SUGGESTED = 5
SAID = 80
"""Points of what a person said."""
SAID_SCORE = 1 - 2 ** (-SAID / HALF_DOUBT)
