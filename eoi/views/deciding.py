"""Decisions by hand: what they would do, and taking them."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.pages import reads_only, redirect_page, render_page, wants_fragment
from agencyhub.lib.pks import read_pk
from agencyhub.records.lists.pages import with_params
from eoi.forms.decisions import DecideForm
from eoi.lists import OPEN
from eoi.models import Decision
from eoi.selectors import board as selectors
from eoi.services import deciding
from eoi.views import board, detail, previewing
from eoi.views.board import Board
from eoi.views.detail import RequestPage

INVALID = 422
STATE, BACK, DECISION = "state", "back", "decision"


@reads_only
@require_POST
@never_cache
@login_required
@permission_required("eoi.decide_eoirequest", raise_exception=True)
def decision_preview(request: SignedInRequest) -> HttpResponse:
    """What saving would do to the coverage of the requests that are ticked."""
    form = DecideForm(request.POST)
    if wants_fragment(request):
        lines = previewing.lines(form, user=request.user, at=timezone.now())
        return render_page(request, board.PREVIEW, {"form": form, "lines": lines})
    return _again(request, form)


@require_POST
@never_cache
@login_required
@permission_required("eoi.decide_eoirequest", raise_exception=True)
def decision_save(request: SignedInRequest) -> HttpResponse:
    """Decide on the requests that are ticked; those that cannot be decided so stay ticked."""
    form, at = DecideForm(request.POST), timezone.now()
    if form.is_valid():
        form.add_final_errors()
    if not form.is_valid():
        return _again(request, form, status=INVALID)
    wanted = previewing.asked(form, previewing.chosen(form, user=request.user, at=at), at=at)
    result = deciding.decide(
        wanted, channel=Decision.Channel.MANUAL, user=request.user, within=None, at=at
    )
    done = [one.decision_id for one in result.valid if one.decision_id]
    if not result.failed:
        return back(request, done=done)
    form.picked = list(previewing.problems_of(result))
    told = ngettext(
        "%(number)s request could not be decided so; it stays as it was. See why below.",
        "%(number)s requests could not be decided so; they stay as they were. See why below.",
        result.failed_count,
    )
    messages.error(request, told % {"number": result.failed_count})
    return _again(request, form, done=done, status=INVALID)


def _again(
    request: SignedInRequest, form: DecideForm, *, done: Sequence[int] = (), status: int = 200
) -> HttpResponse:
    """The page that the form stood on, with what saving it would do."""
    lines = previewing.lines(form, user=request.user, at=timezone.now())
    own = selectors.own_decisions(request.user, done) if done else ()
    back = read_pk(request.POST.get(BACK, ""))
    if back:
        page = RequestPage(request, detail.find(request.user, back), form=form, lines=lines)
        return page.answer(status=status)
    params = QueryDict(request.POST.get(STATE, ""))
    return Board(request, params, form=form, lines=lines, done=own).answer(status=status)


def back(request: SignedInRequest, *, done: Sequence[int] = ()) -> HttpResponse:
    """To the page that the form stood on; it tells of decisions that are done."""
    named = {"done": ",".join(map(str, done))} if done else {}
    back = read_pk(request.POST.get(BACK, ""))
    if back:
        return redirect_page(request, "eoi:request_detail", pk=back)
    query = QueryDict(request.POST.get(STATE, "")).urlencode()
    url = f"{OPEN.url}?{query}" if query else OPEN.url
    return redirect_page(request, with_params(url, **named) if named else url)
