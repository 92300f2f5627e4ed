"""Calls that settled nothing: when to call again, how that is said, what no note may hold."""

import re
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from agencyhub.lib.mbi import FULL
from agencyhub.lib.templatetags.ui import us_date
from policies.models import Risk

CALLED: Final = gettext_noop("Call about a policy at risk")
"""What the history's batches of calls begin with."""
LONGEST_DAYS = 366
FRIDAY = 4
_SSN = re.compile(r"(?<!\d)(?:\d{9}|\d{3}([- ])\d{2}\1\d{4})(?!\d)", re.ASCII)
# As it is printed on the card, 1EG4-TE5-MK73, it may fall into three words.
_MBI_WORDS = 3


def next_weekday(today: date) -> date:
    """The first day after ``today`` that is no Saturday and no Sunday."""
    return today + timedelta(days=1 if today.weekday() < FRIDAY else 7 - today.weekday())


def is_possible(call_on: date, *, today: date) -> bool:
    """Whether somebody can plan a call for that day: today or later, a year ahead at most."""
    return 0 <= (call_on - today).days <= LONGEST_DAYS


def is_due(risk: Risk, *, today: date) -> bool:
    """Whether the client is to be called again today, or was before."""
    return risk.call_on is not None and risk.call_on <= today


def in_words(risk: Risk, *, today: date) -> str:
    """``Called 2 times · no answer 11/24/2026 · call again 11/26/2026 · “…”``; blank: no call."""
    if not risk.calls:
        return ""
    said = ngettext("Called once", "Called %(number)s times", risk.calls) % {"number": risk.calls}
    parts = [said, f"{risk.get_last_call_display().lower()} {us_date(risk.last_called_at)}"]
    if risk.call_on is not None:
        parts.append(_again(risk.call_on, today))
    if risk.call_note:
        parts.append(f"“{risk.call_note}”")
    return " · ".join(parts)


def _again(day: date, today: date) -> str:
    if day == today:
        return _("call again today")
    words = _("call again since %(day)s") if day < today else _("call again %(day)s")
    return words % {"day": us_date(day)}


def holds_identifier(text: str) -> bool:
    """Whether a text seems to hold a Social Security number or an MBI."""
    if _SSN.search(text):
        return True
    words = re.findall(r"[0-9A-Z-]+", text.upper())
    windows = (
        "".join(words[at : at + length]).replace("-", "")
        for length in range(1, _MBI_WORDS + 1)
        for at in range(len(words))
    )
    return any(re.fullmatch(FULL, one) for one in windows)
