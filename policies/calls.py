"""Calls that settled nothing: when to call again, and how that is said."""

from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from agencyhub.lib.templatetags.ui import us_date
from policies.models import Risk

CALLED: Final = gettext_noop("Call about a policy at risk")
"""What the history's batches of calls begin with."""
LONGEST_DAYS = 366
FRIDAY = 4


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
