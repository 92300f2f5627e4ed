"""Why two rows are taken for one policy: codes, which links carry, and the words for them. Pure.

The words leave values out: they are shown where names, dates and numbers may not be.
"""

from collections.abc import Iterable
from enum import IntEnum


class Reason(IntEnum):
    """What comparing one field of two rows found. Stored: never give a number another meaning."""

    DECIDED = 1
    ALIAS = 2
    BY_BOOK = 3
    NUMBER_SAME = 10
    NUMBER_DIGITS = 11
    NUMBER_NEAR = 12
    NUMBER_OTHER = 13
    APPLICATION_SAME = 14
    MBI_SAME = 20
    MBI_TAIL = 21
    MBI_OTHER = 22
    LAST_SAME = 30
    LAST_PART = 31
    LAST_TYPO = 32
    LAST_OTHER = 33
    LAST_COMMON = 34
    FIRST_SAME = 40
    FIRST_FORM = 41
    FIRST_PART = 42
    FIRST_INITIAL = 43
    FIRST_TYPO = 44
    FIRST_OTHER = 45
    NAME_SWAPPED = 46
    SUFFIX_OTHER = 47
    BIRTH_SAME = 50
    BIRTH_SWAPPED = 51
    BIRTH_NEAR = 52
    BIRTH_OTHER = 53
    ZIP_SAME = 60
    ZIP_OTHER = 61
    CARRIER_SAME = 70
    CARRIER_LIKE = 71
    EFFECTIVE_SAME = 80
    EFFECTIVE_NEAR = 81
    EFFECTIVE_YEARS = 82
    EFFECTIVE_OTHER = 83
    EFFECTIVE_TURN = 84
    PLAN_SAME = 90
    PLAN_OTHER = 91
    AGENT_SAME = 100
    AGENT_OTHER = 101
    PERIOD_INSIDE = 110
    PERIOD_OUTSIDE = 111
    NEAR_TIE = 120
    NOTHING_ELSE = 121


_WORDS = {
    Reason.DECIDED: "A person decided so",
    Reason.ALIAS: "A person decided about this number before",
    Reason.BY_BOOK: "Known through the row in the carrier’s book",
    Reason.APPLICATION_SAME: "Same application number",
    Reason.NUMBER_SAME: "Same policy or member number",
    Reason.NUMBER_DIGITS: "Same number, but for a prefix",
    Reason.NUMBER_NEAR: "Policy numbers differ by a character, or by what stands behind",
    Reason.NUMBER_OTHER: "But another policy number",
    Reason.MBI_SAME: "Same MBI",
    Reason.MBI_TAIL: "Same last characters of the MBI",
    Reason.MBI_OTHER: "But another MBI",
    Reason.LAST_SAME: "Same last name",
    Reason.LAST_COMMON: "Same last name, a common one",
    Reason.LAST_PART: "One last name is part of the other",
    Reason.LAST_TYPO: "Last names differ by a letter or two",
    Reason.LAST_OTHER: "But another last name",
    Reason.FIRST_SAME: "Same first name",
    Reason.FIRST_FORM: "One first name is a form of the other",
    Reason.FIRST_PART: "One first name is part of the other",
    Reason.FIRST_INITIAL: "One first name is the initial of the other",
    Reason.FIRST_TYPO: "First names differ by a letter or two",
    Reason.FIRST_OTHER: "But another first name",
    Reason.NAME_SWAPPED: "First and last name are swapped",
    Reason.SUFFIX_OTHER: "But another suffix, as father and son have",
    Reason.BIRTH_SAME: "Same date of birth",
    Reason.BIRTH_SWAPPED: "Day and month of birth are swapped",
    Reason.BIRTH_NEAR: "Dates of birth differ by a digit",
    Reason.BIRTH_OTHER: "But another date of birth",
    Reason.ZIP_SAME: "Same ZIP code",
    Reason.ZIP_OTHER: "But another ZIP code",
    Reason.CARRIER_SAME: "Same carrier",
    Reason.CARRIER_LIKE: "The carrier’s name is written alike",
    Reason.EFFECTIVE_SAME: "Same effective date",
    Reason.EFFECTIVE_NEAR: "Effective dates lie close together",
    Reason.EFFECTIVE_TURN: "Effective dates lie close together, but in two years",
    Reason.EFFECTIVE_YEARS: "The carrier shows a later year’s effective date",
    Reason.EFFECTIVE_OTHER: "But another effective date",
    Reason.PLAN_SAME: "Same plan",
    Reason.PLAN_OTHER: "But another plan",
    Reason.AGENT_SAME: "Same agent",
    Reason.AGENT_OTHER: "But another agent",
    Reason.PERIOD_INSIDE: "Paid for a month of this policy",
    Reason.PERIOD_OUTSIDE: "But paid for a month outside this policy",
    Reason.NEAR_TIE: "But something else fits as well",
    Reason.NOTHING_ELSE: "Nothing else fits",
}
AGAINST = frozenset(code for code, words in _WORDS.items() if words.startswith("But "))


def in_words(codes: Iterable[int]) -> list[str]:
    """Say codes in words: first what speaks for it, then what speaks against it."""
    known = [Reason(code) for code in codes]
    return [_WORDS[one] for one in sorted(known, key=lambda one: (one in AGAINST, one))]
