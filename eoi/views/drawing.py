"""The rows of the board, drawn in one go: as templates they took most of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from agencyhub.lib.templatetags import ui
from agencyhub.records.lists.columns import page_of, us_day
from eoi.models import EoiRequest
from eoi.selectors.board import FORM_LOOKS
from eoi.selectors.listing import Listed

SMALL = '<span class="cell-sub">'
CONTROL = 'class="form-control form-control-sm"'


@dataclass(frozen=True)
class Row:
    """A request on the board, with what was typed and said about it."""

    item: Listed
    is_picked: bool = False
    volume: str = ""
    day: str = ""


def draw(rows: Sequence[Row], *, may_decide: bool) -> SafeString:
    """The rows as the body of a table; for who may decide each has a box, a volume and a day."""
    pen = _Pen(may_decide=may_decide)
    return SafeString("".join(pen.row(row) for row in rows))


class _Pen:
    """What the rows of one page share: words in the reader's language, looked up once."""

    def __init__(self, *, may_decide: bool) -> None:
        self.may_decide = may_decide
        self.address = page_of("eoi:request_list")
        self.pick = gettext("Select %(name)s, %(benefit)s")
        self.benefit = escape(gettext("Benefit"))
        self.in_force = escape(gettext("In force"))
        self.asked_for = escape(gettext("Asked for"))
        self.waits = escape(gettext("%(amount)s waits"))
        self.volume = escape(gettext("Approved in all (USD)"))
        self.waiting = escape(gettext("Waiting"))
        self.since = escape(gettext("since %(day)s"))
        self.number = escape(gettext("Request ID %(number)s"))
        self.day = escape(gettext("Effective date of this one"))
        self.form = escape(gettext("Health form"))
        self.due = escape(gettext("due %(day)s"))
        self.forms = {
            status: ui.badge(label, *FORM_LOOKS[status])
            for status, label in EoiRequest.Form.choices
        }
        late = f"{ui.icon('history')}{escape(gettext('Expiry proposed'))}"
        self.proposed = f'<span class="cell-sub eoi-late">{late}</span>'
        self.opened: dict[date, str] = {}
        self.usd = cache(ui.usd)  # a page has few amounts

    def row(self, row: Row) -> str:
        """One request that waits."""
        item = row.item
        box = self._box(row) if self.may_decide else ""
        return (
            f'<tr id="eoi-{item.pk}" data-queue-row tabindex="-1">{box}{self._who(item)}'
            f"{self._what(item)}{self._in_force(item)}{self._asked_for(row)}{self._waiting(row)}"
            f'<td data-label="{self.form}"><span>{self._form(item)}</span></td></tr>'
        )

    def _box(self, row: Row) -> str:
        item = row.item
        names = {"name": item.name, "benefit": item.benefit}
        return (
            '<td class="cell-check"><input class="form-check-input" type="checkbox" name="pk"'
            f' value="{item.pk}" data-key="x"{" checked" if row.is_picked else ""}'
            f' aria-label="{escape(self.pick % names)}"></td>'
        )

    def _who(self, item: Listed) -> str:
        below = f"{item.group} · {item.subscriber}" if item.subscriber else item.group
        return (
            f'<td class="cell-title"><a href="{self.address}{item.pk}/" data-key="open">'
            f"{escape(item.name)}</a>{SMALL}{escape(below)}</span></td>"
        )

    def _what(self, item: Listed) -> str:
        below = f"{item.covered} · {item.carrier}" if item.carrier else item.covered
        return (
            f'<td data-label="{self.benefit}"><span>{escape(item.benefit)}'
            f"{SMALL}{escape(below)}</span></span></td>"
        )

    def _in_force(self, item: Listed) -> str:
        shown = self.usd(item.volume) if item.has_volume else _plan(item.plan)
        return f'<td class="cell-num" data-label="{self.in_force}">{shown}</td>'

    def _asked_for(self, row: Row) -> str:
        item = row.item
        if item.has_volume:
            words = self.usd(item.requested_volume)
            below = self.waits % {"amount": self.usd(item.waits)}
        else:
            words, below = _plan(item.requested_plan), escape(item.requested_level)
        small = f"{SMALL}{below}</span>" if below else ""
        box = self._volume(row) if self.may_decide and item.has_volume else ""
        return (
            f'<td class="cell-num" data-label="{self.asked_for}"><span><strong>{words}</strong>'
            f"{small}{box}</span></td>"
        )

    def _volume(self, row: Row) -> str:
        name = f"volume_{row.item.pk}"
        return (
            f'<span class="eoi-volume"><label class="form-label" for="{name}" data-key="v">'
            f'{self.volume}</label><input {CONTROL} id="{name}" name="{name}"'
            f' value="{escape(row.volume)}" inputmode="decimal" autocomplete="off"></span>'
        )

    def _waiting(self, row: Row) -> str:
        item = row.item
        number = self.number % {"number": item.pk}
        day = self._day(row) if self.may_decide else ""
        return (
            f'<td class="cell-nowrap" data-label="{self.waiting}"><span>{self._age(item)}'
            f"{SMALL}{number}</span>{day}</span></td>"
        )

    def _age(self, item: Listed) -> str:
        """How long it has waited, and since when; many requests have the same day."""
        opened = item.opened_date
        if opened not in self.opened:
            words = ngettext("%(age)s business day", "%(age)s business days", item.age)
            chip = ui.badge(words % {"age": item.age}, item.band.tone, item.band.icon)
            since = self.since % {"day": us_day(opened)}
            self.opened[opened] = f"{chip}{SMALL}{since}</span>"
        return self.opened[opened]

    def _day(self, row: Row) -> str:
        name = f"day_{row.item.pk}"
        return (
            f'<span class="eoi-day"><label class="form-label" for="{name}">{self.day}</label>'
            f'<input {CONTROL} type="date" id="{name}" name="{name}" value="{escape(row.day)}">'
            "</span>"
        )

    def _form(self, item: Listed) -> str:
        chip = self.forms[item.form_status]
        if item.is_expiry_proposed:
            return f"{chip}{self.proposed}"
        if item.expiration_date is None or item.form_status == EoiRequest.Form.COMPLETE:
            return chip
        late = " eoi-late" if item.is_form_late else ""
        due = self.due % {"day": us_day(item.expiration_date)}
        return f'{chip}<span class="cell-sub{late}">{due}</span>'


def _plan(name: str) -> str:
    """A plan's name, or a dash."""
    return escape(name) if name else ui.EMPTY
