"""Medicare Beneficiary Identifier: the position rules, and values that carriers mask.

Source: CMS, MBI format specification (reference/medicare.md 7.1), read 2026-11-22.
"""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

_LETTER = "AC-HJKMNP-RT-Y"
FULL = (
    rf"[1-9][{_LETTER}][0-9{_LETTER}][0-9][{_LETTER}][0-9{_LETTER}][0-9][{_LETTER}]{{2}}[0-9]{{2}}"
)
MASKED = r"[*X•#]{3,}([0-9A-Z]{2,6})"
WRONG_LETTERS = gettext_noop(
    "This is not an MBI: check letters and digits (S, L, O, I, B and Z never occur)."
)
LENGTH = 11
TAIL = 4


@dataclass(frozen=True)
class Mbi:
    """A readable MBI: ``full`` is empty when the source masked it; ``tail`` is what it shows."""

    full: str = field(repr=False)
    tail: str


class InvalidMbiError(ValueError):
    """Neither a full MBI by the position rules nor a masked one."""


def read_mbi(text: str) -> Mbi:
    """Read an MBI in any spelling: dashes, spaces and case do not matter.

    Raises:
        InvalidMbiError: with a sentence that says which rule is broken, without the value.
    """
    compact = re.sub(r"[\s\-]", "", text).upper()
    if re.fullmatch(FULL, compact):
        return Mbi(compact, compact[-TAIL:])
    masked = re.fullmatch(MASKED, compact)
    if masked:
        return Mbi("", masked[1][-TAIL:])
    if len(compact) != LENGTH:
        msg = gettext_noop("An MBI has %(length)s characters; this one has %(count)s.") % {
            "length": LENGTH,
            "count": len(compact),
        }
        raise InvalidMbiError(msg)
    raise InvalidMbiError(WRONG_LETTERS)
