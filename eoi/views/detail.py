"""The page of one request: its coverage in three sets, its decisions, and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.pages import render_page
from eoi.forms.decisions import DecideForm
from eoi.lists import OPEN
from eoi.models import EoiRequest
from eoi.selectors import board, requests
from eoi.views import previewing
from eoi.views.board import REVERSE
from eoi.views.previewing import Line
from groups import reasons

TEMPLATE = "eoi/request_detail.html"
LIFT = "groups.lift_coveragelock"


def find(user: User, pk: int) -> EoiRequest:
    """A request that the user may see.

    Raises:
        Http404: there is none.
    """
    rows = EoiRequest.objects.visible_to(user).select_related(*board.RELATED)
    return get_object_or_404(rows, pk=pk)


@dataclass
class RequestPage:
    """One request, and what somebody has chosen to do with it."""

    request: SignedInRequest
    asked: EoiRequest
    form: DecideForm | None = None
    lines: Sequence[Line] | None = None
    at: datetime = field(default_factory=timezone.now)

    def answer(self, *, status: int = 200) -> HttpResponse:
        """The page."""
        return render_page(self.request, TEMPLATE, self._context(), status=status)

    def _context(self) -> dict[str, Any]:
        asked, user = self.asked, self.request.user
        item = board.item(asked, today=timezone.localdate(self.at))
        may_decide = user.has_perm(OPEN.change_permission) and asked.closed_at is None
        decisions = requests.decisions(asked)
        return {
            "item": item,
            "asked": asked,
            "election": asked.election,
            "reasons": reasons.in_words(asked.reasons),
            "form": self.form or DecideForm(),
            "volume": self.form.volumes.get(asked.pk, "") if self.form else "",
            "lines": self.lines,
            "suggested": previewing.suggested(item, at=self.at) if may_decide else None,
            "may_decide": may_decide,
            "decisions": decisions,
            "newest_in_force": requests.newest_in_force(decisions),
            "may_reverse": user.has_perm(REVERSE),
            "lock": requests.lock_of(asked.election),
            "may_lift": user.has_perm(LIFT),
            "periods": requests.periods(asked.election),
        }
