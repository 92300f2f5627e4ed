"""The board of requests that wait for a decision, as every answer about it draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib import keyset
from agencyhub.lib.pages import render_page, wants_fragment
from agencyhub.records.lists import selection, state
from agencyhub.records.lists.pages import ListPage, beside
from agencyhub.records.lists.state import State
from eoi import ageing
from eoi.forms.decisions import DecideForm
from eoi.lists import OPEN
from eoi.models import Decision, EoiRequest
from eoi.selectors import board, listing
from eoi.selectors.board import Waiting
from eoi.selectors.listing import Listed
from eoi.views import drawing, tabs
from eoi.views.drawing import Row
from eoi.views.previewing import Line

TEMPLATE = "eoi/request_list.html"
LIST = "eoi-board"
PREVIEW = "eoi/_preview_lines.html"
AGE, EXPIRY = "age", "expiry"
PLACE = ("after", "before")
REVERSE = "eoi.reverse_decision"


@dataclass
class Board:
    """Where somebody is on the board, and what they have chosen there."""

    request: SignedInRequest
    params: QueryDict
    form: DecideForm = field(default_factory=DecideForm)
    done: Sequence[Decision] = ()
    lines: Sequence[Line] | None = None

    def __post_init__(self) -> None:
        self.asked: State = state.read(OPEN, self.params, user=self.request.user)
        self.at: datetime = timezone.now()

    @property
    def address(self) -> str:
        """The query of the board as it is shown, with the place in it: forms bring it back."""
        query = QueryDict(self.asked.query(), mutable=True)
        for name in PLACE:
            if name in self.params:
                query[name] = str(self.params[name])
        return query.urlencode()

    def answer(self, *, status: int = 200) -> HttpResponse:
        """The page, or the part of it that htmx asks for."""
        response = render_page(
            self.request, TEMPLATE, self._context(), fragment=LIST, status=status
        )
        if wants_fragment(self.request):
            response["HX-Push-Url"] = f"{OPEN.url}?{self.address}" if self.address else OPEN.url
        return response

    def _context(self) -> dict[str, Any]:
        user = self.request.user
        panel = "filters" if self.params.get("panel") == "filters" else ""
        may_decide = user.has_perm(OPEN.change_permission)
        cut = self._cut()
        rows = [self._row(item) for item in listing.listed([one.pk for one in cut], at=self.at)]
        return {
            "tabs": tabs.of(self.request, current=OPEN.url_name),
            "page": ListPage(self.asked, self.params, panel),
            "rows": rows,
            "body": drawing.draw(rows, may_decide=may_decide),
            "prev_url": beside(self.asked.url(), before=cut.before),
            "next_url": beside(self.asked.url(), after=cut.after),
            "address": self.address,
            "form": self.form,
            "lines": self.lines,
            "done": self.done,
            "may_decide": may_decide,
            "may_reverse": user.has_perm(REVERSE),
            **self._progress(),
        }

    def _cut(self) -> keyset.KeysetPage[Any]:
        return keyset.page(
            listing.for_page(self.asked.rows),
            order=self.asked.order,
            params=self.params,
            among=OPEN.visible(self.request.user),
        )

    def _row(self, item: Listed) -> Row:
        return Row(
            item=item,
            is_picked=item.pk in self.form.picked,
            volume=self.form.volumes.get(item.pk, ""),
            day=self.form.days.get(item.pk, ""),
        )

    def _progress(self) -> dict[str, Any]:
        """How many wait for how long under the other filters, and how many the user decided."""
        asked = self.asked
        others = {name: texts for name, texts in asked.filters.items() if name not in (AGE, EXPIRY)}
        number = board.counted(self._all(others), user=asked.user, at=self.at)
        return {
            "waiting": [*self._bands(number.bands, others), self._expiry(number.expiry, others)],
            "every": board.in_words(number.every),
            "every_url": asked.url(filters=others),
            "is_every": AGE not in asked.filters and EXPIRY not in asked.filters,
            "decided_today": number.decided,
        }

    def _all(self, others: Mapping[str, Any]) -> QuerySet[EoiRequest]:
        """What waits under the other filters; none where one of them cannot be read."""
        asked = self.asked
        if others == asked.filters or asked.is_broken:
            return asked.rows
        return selection.filterset(OPEN, others, lookups=asked.lookups).qs

    def _bands(self, numbers: Sequence[int], others: Mapping[str, Any]) -> list[Waiting]:
        chosen = self.asked.filters.get(AGE, ())
        return [
            Waiting(
                label=str(band.label),
                tone=band.tone,
                icon=band.icon,
                number=number,
                url=self.asked.url(filters={**others, AGE: [band.key]}),
                is_chosen=band.key in chosen,
            )
            for band, number in zip(ageing.BANDS, numbers, strict=True)
        ]

    def _expiry(self, number: int, others: Mapping[str, Any]) -> Waiting:
        return Waiting(
            label=gettext("Expiry proposed"),
            tone="warning",
            icon="history",
            number=number,
            url=self.asked.url(filters={**others, EXPIRY: ["yes"]}),
            is_chosen=self.asked.filters.get(EXPIRY) == ["yes"],
        )
