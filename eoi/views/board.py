"""The board of requests that wait for a decision, as every answer about it draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib import keyset
from agencyhub.lib.pages import render_page, wants_fragment
from agencyhub.records.lists import selection, state
from agencyhub.records.lists.pages import ListPage, with_params
from agencyhub.records.lists.state import State
from eoi import ageing
from eoi.forms.decisions import DecideForm
from eoi.lists import OPEN, in_bands
from eoi.models import Decision
from eoi.selectors import board
from eoi.selectors.board import Item, Waiting
from eoi.views import tabs
from eoi.views.previewing import Line

TEMPLATE = "eoi/request_list.html"
LIST = "eoi-board"
PREVIEW = "eoi/_preview_lines.html"
AGE, EXPIRY = "age", "expiry"
PLACE = ("after", "before")
REVERSE = "eoi.reverse_decision"


@dataclass(frozen=True)
class Row:
    """A request on the board, with what was typed and said about it."""

    item: Item
    is_picked: bool = False
    volume: str = ""
    day: str = ""


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
        asked, user = self.asked, self.request.user
        panel = "filters" if self.params.get("panel") == "filters" else ""
        cut = keyset.page(
            asked.rows.select_related(*board.RELATED),
            order=asked.order,
            params=self.params,
            among=OPEN.visible(user),
        )
        return {
            "tabs": tabs.of(self.request, current=OPEN.url_name),
            "page": ListPage(asked, self.params, panel),
            "rows": [self._row(item) for item in board.items(cut, at=self.at)],
            "prev_url": self._beside("before", cut.before),
            "next_url": self._beside("after", cut.after),
            "address": self.address,
            "form": self.form,
            "lines": self.lines,
            "done": self.done,
            "may_decide": user.has_perm(OPEN.change_permission),
            "may_reverse": user.has_perm(REVERSE),
            **self._progress(),
        }

    def _row(self, item: Item) -> Row:
        return Row(
            item=item,
            is_picked=item.pk in self.form.picked,
            volume=self.form.volumes.get(item.pk, ""),
            day=self.form.days.get(item.pk, ""),
        )

    def _beside(self, way: str, pk: int | None) -> str:
        return with_params(self.asked.url(), **{way: pk}) if pk else ""

    def _progress(self) -> dict[str, Any]:
        """How many wait for how long under the other filters, and how many the user decided."""
        asked = self.asked
        others = {name: texts for name, texts in asked.filters.items() if name not in (AGE, EXPIRY)}
        rows = selection.filterset(OPEN, others, lookups=asked.lookups).qs
        if asked.is_broken:
            rows = rows.none()
        return {
            "waiting": [*self._bands(rows, others), self._expiry(rows, others)],
            "every": board.in_words(board.counted(rows)),
            "every_url": asked.url(filters=others),
            "is_every": AGE not in asked.filters and EXPIRY not in asked.filters,
            "decided_today": board.decided_today(asked.user, at=self.at),
        }

    def _bands(self, rows: Any, others: Mapping[str, Any]) -> list[Waiting]:
        chosen = self.asked.filters.get(AGE, ())
        return [
            Waiting(
                label=str(band.label),
                tone=band.tone,
                icon=band.icon,
                number=board.counted(rows.filter(in_bands([band.key]))),
                url=self.asked.url(filters={**others, AGE: [band.key]}),
                is_chosen=band.key in chosen,
            )
            for band in ageing.BANDS
        ]

    def _expiry(self, rows: Any, others: Mapping[str, Any]) -> Waiting:
        return Waiting(
            label=gettext("Expiry proposed"),
            tone="warning",
            icon="history",
            number=board.counted(rows.filter(is_expiry_proposed=True)),
            url=self.asked.url(filters={**others, EXPIRY: ["yes"]}),
            is_chosen=self.asked.filters.get(EXPIRY) == ["yes"],
        )
