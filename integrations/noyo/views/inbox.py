"""The inbox of differences: every group's, a queue to be worked off from the keyboard."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib import keyset
from agencyhub.lib.pages import redirect_page, render_page, wants_fragment
from agencyhub.records.lists import pages, selection, state
from agencyhub.records.lists.pages import ListPage
from agencyhub.records.lists.state import State
from agencyhub.records.models import Batch
from integrations.noyo.lists_differences import DIFFERENCES
from integrations.noyo.selectors import inbox as selectors
from integrations.noyo.services import settling
from integrations.noyo.views import tabs
from integrations.noyo.views.studio import own_batch

LIST, ANSWER = "noyo/difference_list.html", "noyo/_difference_answer.html"
PAGE = 50


@require_GET
@never_cache
@login_required
@permission_required("noyo.view_difference", raise_exception=True)
def difference_list(request: SignedInRequest) -> HttpResponse:
    """Differences of every group, the newest first; ``?done=`` names what was settled last."""
    params = request.GET.copy()
    done = params.pop("done", [""])[-1]
    asked = state.read(DIFFERENCES, params, user=request.user)
    if not request.GET and asked.choice.default_view_id:
        return redirect(f"{DIFFERENCES.url}?view={asked.choice.default_view_id}")
    page = ListPage(asked, params, "filters" if params.get("panel") == "filters" else "")
    cut = keyset.page(
        asked.rows.select_related(*selectors.RELATED),
        order=asked.order, params=params, size=PAGE, among=DIFFERENCES.visible(request.user),
    )  # fmt: skip
    user = request.user
    context = {
        "page": page,
        "items": selectors.items(cut.rows, user=user),
        "prev_url": _beside(asked, before=cut.before),
        "next_url": _beside(asked, after=cut.after),
        "done": last(request, done),
        "tabs": tabs.of(user, current=DIFFERENCES.url_name),
        "may_keep": user.has_perm(selectors.CHANGE),
        "may_take": user.has_perms([selectors.CHANGE, *selectors.RIGHTS.values()]),
        **_progress(request, asked),
    }
    response = render_page(request, LIST, context, fragment="difference-queue")
    if wants_fragment(request):
        response["HX-Push-Url"] = asked.url()
    return response


def answer_settled(
    request: SignedInRequest, *, done: Batch | None, refusal: str = ""
) -> HttpResponse:
    """For htmx what takes the row's place, else the list that the form stood on."""
    asked = state.posted(DIFFERENCES, request.POST, user=request.user)
    if wants_fragment(request):
        context = {
            "done": done,
            "refusal": refusal,
            "page": ListPage(asked),
            **_progress(request, asked),
        }
        response = render_page(request, ANSWER, context)
        if refusal:
            response["HX-Reswap"] = "none"
        return response
    if refusal:
        messages.error(request, refusal)
    params = QueryDict(asked.query(), mutable=True)
    if done:
        params["done"] = str(done.pk)
    query = params.urlencode()
    return redirect_page(request, f"{DIFFERENCES.url}?{query}" if query else DIFFERENCES.url)


def last(request: SignedInRequest, text: str) -> Batch | None:
    """The user's own act of settling, to be taken back with one key."""
    batch = own_batch(request, text)
    return batch if batch and batch.summary in (settling.TAKEN, settling.OURS) else None


def _progress(request: SignedInRequest, asked: State) -> dict[str, Any]:
    """How many fit the filters, and how many the user has settled today."""
    count = None if asked.is_broken else selection.count(asked.rows)
    return {
        "left": pages.count_words(count) if count is not None else "",
        "done_today": selectors.settled_today(request.user, at=timezone.now()),
    }


def _beside(asked: State, **place: int | None) -> str:
    ((way, pk),) = place.items()
    return pages.with_params(asked.url(), **{way: pk}) if pk else ""
