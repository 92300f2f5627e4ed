"""Pages of EOI requests: the board of those that wait, the list of those that do not, and each."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from agencyhub.accounts.models import User
from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.pks import read_pk
from agencyhub.records.views import lists
from eoi.lists import CLOSED
from eoi.models import Decision
from eoi.selectors import board as selectors
from eoi.views import tabs
from eoi.views.board import Board
from eoi.views.detail import RequestPage, find

MOST_NAMED = 50


@require_GET
@never_cache
@login_required
@permission_required("eoi.view_eoirequest", raise_exception=True)
def request_list(request: SignedInRequest) -> HttpResponse:
    """Requests that wait, the longest waiting first; ``?done=`` names what was just decided."""
    params = request.GET.copy()
    done = _own(request.user, params.pop("done", [""])[-1])
    return Board(request, params, done=done).answer()


@require_GET
@login_required
@permission_required("eoi.view_eoirequest", raise_exception=True)
def closed_list(request: SignedInRequest) -> HttpResponse:
    """Requests that nothing is to be decided of any more, the newest decision first."""
    return lists.show(request, CLOSED, template="eoi/closed_list.html", tabs=tabs.of(request))


@require_GET
@never_cache
@login_required
@permission_required("eoi.view_eoirequest", raise_exception=True)
def request_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One request: what was asked for, what is in force, and what was decided."""
    return RequestPage(request, find(request.user, pk)).answer()


def _own(user: User, text: str) -> list[Decision]:
    """The user's own decisions out of keys with commas between, to be told of once."""
    keys = [pk for part in text.split(",")[:MOST_NAMED] if (pk := read_pk(part))]
    return selectors.own_decisions(user, keys) if keys else []
