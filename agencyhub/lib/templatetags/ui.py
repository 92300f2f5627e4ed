"""Tags and filters that draw the small parts of a page; each is cheap enough for a table cell."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from agencyhub.lib.retelling import retell

register = template.Library()

DASH = "—"
EMPTY = format_html('<span class="text-secondary" aria-hidden="true">{}</span>', DASH)
TONES = ("success", "warning", "danger", "info", "neutral")
TONE_ICONS = {
    "success": "circle-check",
    "warning": "alert-triangle",
    "danger": "alert-circle",
    "info": "info-circle",
    "neutral": "minus",
}
# Django's message levels, in the words of our tones.
LEVEL_TONES = {"error": "danger", "debug": "neutral"}

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
US_DIGITS = 10
FRESH_MINUTES = 45
FRESH_HOURS = 22
FRESH_DAYS = 60
DAYS_IN_MONTH = 30.44
MONTHS_IN_YEAR = 12


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """Draw an icon of ``static/icons.svg``; without ``label`` it is hidden from screen readers."""
    return _icon(str(name), str(css), str(label))


@lru_cache(maxsize=512)
def _icon(name: str, css: str, label: str) -> SafeString:
    if not name:
        return SafeString("")
    named = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icon{}" {} focusable="false"><use href="{}#{}"></use></svg>',
        f" {css}" if css else "",
        named,
        static("icons.svg"),
        name,
    )


@register.simple_tag
def badge(text: object, tone: str = "neutral", icon: str | None = None) -> SafeString:
    """Draw a status chip: icon and words in one of ``TONES``. ``icon=""`` leaves the icon out.

    An empty text draws a dash, so a table cell may hold the tag without an ``if``.
    """
    words = "" if text is None else str(text)
    return _badge(words, str(tone), icon) if words else EMPTY


@lru_cache(maxsize=1024)
def _badge(text: str, tone: str, name: str | None) -> SafeString:
    tone = tone if tone in TONES else "neutral"
    drawn = _icon(TONE_ICONS[tone] if name is None else name, "", "")
    return format_html('<span class="badge tone-{}">{}{}</span>', tone, drawn, text)


@register.filter
def tone_of(level: str) -> str:
    """Turn the level tag of a Django message into a tone."""
    return LEVEL_TONES.get(level, level if level in TONES else "info")


@register.filter
def tone_icon(tone: str) -> str:
    """Name the icon that belongs to a tone."""
    return TONE_ICONS.get(tone, TONE_ICONS["neutral"])


@register.filter(is_safe=True)
def retold(value: object) -> str:
    """Tell a sentence that was kept in English in the reader's language."""
    return retell(value)


@register.filter(is_safe=True)
def dash(value: object) -> object:
    """Show a dash where there is no value; zero and False are values."""
    return EMPTY if value is None or value == "" else value


@register.filter
def us_date(value: date | datetime | None) -> str | SafeString:
    """Show a day as MM/DD/YYYY; a moment is first turned into local time."""
    if not value:
        return EMPTY
    if isinstance(value, datetime):
        value = _local(value)
    return f"{value:%m/%d/%Y}"


@register.filter
def us_datetime(value: datetime | None) -> str | SafeString:
    """Show a moment as MM/DD/YYYY h:mm AM with the zone's short name."""
    return _exact(_local(value)) if value else EMPTY


@register.filter
def usd(value: Decimal | float | str | None) -> str | SafeString:
    """Show an amount as $1,234.56; a negative one as -$1,234.56."""
    if value is None or value == "":
        return EMPTY
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    sign = "-" if amount < 0 else ""
    return f"{sign}${abs(amount):,.2f}"


@register.filter
def us_phone(value: object) -> str | SafeString:
    """Show a US number as (305) 555-0142; any other text stays as it was written."""
    text = "" if value is None else str(value).strip()
    if not text:
        return EMPTY
    number, _, extension = text.partition("x")
    digits = re.sub(r"\D", "", number)
    if len(digits) == US_DIGITS + 1 and digits.startswith("1"):
        digits = digits[1:]
    if len(digits) != US_DIGITS:
        return text
    shown = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return f"{shown} x{extension.strip()}" if extension else shown


@register.filter
def initials(value: object) -> str:
    """Take the first letters of the first and last word, for an avatar."""
    words = str(value or "").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def relative_time(value: date | datetime | None) -> SafeString:
    """Show "5 minutes ago" in a ``time`` element that has the exact time in its title."""
    if not value:
        return EMPTY
    if not isinstance(value, datetime):
        days = (timezone.localdate() - value).days
        words, exact = _words(days * DAY, whole_days=True), f"{value:%m/%d/%Y}"
    else:
        words = _words(int((timezone.now() - _aware(value)).total_seconds()))
        exact = _exact(_local(value))
    return format_html(
        '<time datetime="{}" title="{}" class="text-nowrap">{}</time>',
        value.isoformat(),
        exact,
        words,
    )


@register.simple_tag
def as_of(value: datetime | None, is_stale: bool = False) -> SafeString:
    """Say how fresh a fact is: "as of 5 minutes ago", or a grey chip that says since when."""
    if not value:
        return format_html('<span class="as-of">{}</span>', gettext("never received"))
    if is_stale:
        return stale(value)
    said = format_html(gettext("as of {when}"), when=relative_time(value))
    return format_html('<span class="as-of">{}</span>', said)


@register.simple_tag
def stale(since: datetime | None) -> SafeString:
    """Draw the grey chip of a fact that has not been confirmed ``since`` a moment."""
    drawn = _icon("clock", "", "")
    if not since:
        return format_html('<span class="badge tone-neutral">{}{}</span>', drawn, gettext("Stale"))
    words = gettext("Stale since")
    exact = _exact(_local(since))
    return format_html(
        '<span class="badge tone-neutral" title="{}">{}{} {}</span>',
        exact,
        drawn,
        words,
        f"{_local(since):%m/%d/%Y}",
    )


@register.filter
def keep_lines(value: object) -> SafeString | str:
    """Keep the line breaks of typed notes without turning anything into markup."""
    if not value:
        return EMPTY
    return format_html('<span class="keep-lines">{}</span>', conditional_escape(str(value)))


def _aware(value: datetime) -> datetime:
    return timezone.make_aware(value) if timezone.is_naive(value) else value


def _local(value: datetime) -> datetime:
    return timezone.localtime(_aware(value))


def _exact(value: datetime) -> str:
    clock = f"{value:%I:%M %p}".lstrip("0")
    return f"{value:%m/%d/%Y} {clock} {value:%Z}".rstrip()


def _words(seconds: int, *, whole_days: bool = False) -> str:
    amount = abs(seconds)
    if whole_days and amount < DAY:
        return gettext("today")
    if amount < MINUTE:
        return gettext("just now")
    span = _span(amount)
    return gettext("%s ago") % span if seconds > 0 else gettext("in %s") % span


def _span(amount: int) -> str:
    minutes, hours, days = round(amount / MINUTE), round(amount / HOUR), round(amount / DAY)
    months = round(days / DAYS_IN_MONTH)
    if minutes <= FRESH_MINUTES:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    if hours <= FRESH_HOURS:
        return ngettext("%d hour", "%d hours", max(hours, 1)) % max(hours, 1)
    if days <= FRESH_DAYS:
        return ngettext("%d day", "%d days", max(days, 1)) % max(days, 1)
    if months < MONTHS_IN_YEAR * 2:
        return ngettext("%d month", "%d months", months) % months
    years = months // MONTHS_IN_YEAR
    return ngettext("%d year", "%d years", years) % years
