"""How hard a password is to guess, in words; the rules of the product count before the estimate."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from zxcvbn import zxcvbn

from agencyhub.accounts.models import User

# The estimate takes longer the longer a password is, and nothing so long is guessed.
LOOKED_AT = 72
REFUSED = 1
"""The best score of a password that the rules refuse."""
WORDS: tuple[StrOrPromise, ...] = (
    _("very weak"), _("weak"), _("fair"), _("good"), _("strong"),
)  # fmt: skip
_MORE = _("Add a word or two that are not common.")
_COMMON = _("It is like passwords that many people use.")
_NAMES = _("Names are easy to guess.")
_REPEATS = _("Repeated letters and words are easy to guess.")
_KEYS = _("Keys that lie side by side are easy to guess.")
_ROWS = _("Rows such as abc or 6543 are easy to guess.")
_DATES = _("Days and years are easy to guess.")
_TRICKS = _("Capital letters, reversed words and signs in place of letters help little.")
# What the estimate says, in our words.
ADVICE: Mapping[str, StrOrPromise] = {
    "Use a few words, avoid common phrases.": _MORE,
    "No need for symbols, digits, or uppercase letters.": _MORE,
    "Add another word or two. Uncommon words are better.": _MORE,
    "Straight rows of keys are easy to guess.": _KEYS,
    "Short keyboard patterns are easy to guess.": _KEYS,
    "Use a longer keyboard pattern with more turns.": _KEYS,
    'Repeats like "aaa" are easy to guess.': _REPEATS,
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': _REPEATS,
    "Avoid repeated words and characters.": _REPEATS,
    'Sequences like "abc" or "6543" are easy to guess.': _ROWS,
    "Avoid sequences.": _ROWS,
    "Recent years are easy to guess.": _DATES,
    "Avoid recent years.": _DATES,
    "Avoid years that are associated with you.": _DATES,
    "Dates are often easy to guess.": _DATES,
    "Avoid dates and years that are associated with you.": _DATES,
    "This is a top-10 common password.": _COMMON,
    "This is a top-100 common password.": _COMMON,
    "This is a very common password.": _COMMON,
    "This is similar to a commonly used password.": _COMMON,
    "A word by itself is easy to guess.": _MORE,
    "Names and surnames by themselves are easy to guess.": _NAMES,
    "Common names and surnames are easy to guess.": _NAMES,
    "Capitalization doesn't help very much.": _TRICKS,
    "All-uppercase is almost as easy to guess as all-lowercase.": _TRICKS,
    "Reversed words aren't much harder to guess.": _TRICKS,
    "Predictable substitutions like '@' instead of 'a' don't help very much.": _TRICKS,
}
# The estimate keeps the names it was given in a place that all threads share.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Grade:
    """``score`` is 0 (guessed at once) to 4; ``advice`` is what to do, blank for nothing."""

    score: int
    words: StrOrPromise
    advice: StrOrPromise


def grade(password: str, *, user: User) -> Grade | None:
    """Grade a password that ``user`` chooses; None when nothing is typed.

    What others know of the user counts as easily guessed. A password that the rules refuse is
    never better than weak, and the advice says which rule it is.
    """
    if not password:
        return None
    known = [user.username, user.email, user.first_name, user.last_name]
    with _ONE_AT_A_TIME:
        found = zxcvbn(password[:LOOKED_AT], user_inputs=[one for one in known if one])
    score = int(found["score"])
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        score = min(score, REFUSED)
        return Grade(score, WORDS[score], refusal.messages[0])
    return Grade(score, WORDS[score], _advice(found["feedback"]))


def _advice(feedback: Mapping[str, object]) -> StrOrPromise:
    suggestions = feedback["suggestions"]
    said = [feedback["warning"], *(suggestions if isinstance(suggestions, list) else [])]
    return next((ADVICE[one] for one in said if isinstance(one, str) and one in ADVICE), "")
