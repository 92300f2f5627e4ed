"""Pages of lists: the list itself, its filter panel and its column chooser."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from agencyhub.lib.pages import HtmxRequest, redirect_page, render_page, wants_fragment
from agencyhub.records.lists import pages, registry, state
from agencyhub.records.lists.kinds import ListKind
from agencyhub.records.lists.pages import ListPage
from agencyhub.records.lists.state import State
from agencyhub.records.services import savedviews

TEMPLATE = "records/list.html"
LIST, COUNT = "records/_list.html", "records/_list_count.html"


def show(
    request: HtmxRequest, kind: ListKind, *, template: str = TEMPLATE, **context: Any
) -> HttpResponse:
    """The page of a list, or the part of it that htmx asks for.

    The view that calls this has checked the right to see such records.
    """
    asked = state.read(kind, request.GET, user=request.user)
    if not request.GET and asked.choice.default_view_id:
        return redirect(f"{kind.url}?view={asked.choice.default_view_id}")
    panel = request.GET.get("panel", "")
    context["page"] = page = ListPage(asked, request.GET, panel if panel in pages.PANELS else "")
    if "count" in request.GET:
        context["count_words"] = pages.count_words(asked.count())
    part = _part(request)
    if part != COUNT:
        context["table"] = page.table
    response = render_page(request, part or template, context)
    if part == LIST:
        response["HX-Push-Url"] = _address(request, asked)
    return response


def _part(request: HtmxRequest) -> str:
    """The template of the part that htmx asks for; blank for the whole page."""
    if not wants_fragment(request):
        return ""
    return COUNT if request.htmx.target == "list-count" else LIST


def _address(request: HtmxRequest, asked: State) -> str:
    """The shortest address of what is shown, with the place in the list."""
    place = QueryDict(mutable=True)
    for name in ("after", "before"):
        if name in request.GET:
            place[name] = request.GET[name]
    parts = [part for part in (asked.query(), place.urlencode()) if part]
    return f"{asked.kind.url}?{'&'.join(parts)}" if parts else asked.kind.url


def kind_of(request: HtmxRequest, key: str) -> ListKind:
    """The list called ``key``.

    Raises:
        Http404: there is none.
        PermissionDenied: the user may not see such records.
    """
    try:
        kind = registry.of(key)
    except KeyError as error:
        raise Http404 from error
    if not request.user.has_perm(kind.view_permission):
        raise PermissionDenied
    return kind


def state_of(request: HtmxRequest, kind: ListKind, params: QueryDict) -> State:
    """What the page that was left said about the list, from its address in ``state``."""
    return state.read(kind, QueryDict(params.get("state", "")), user=request.user)


@require_POST
@login_required
def list_private_filters(request: HtmxRequest, key: str) -> HttpResponse:
    """Filter by what tells who somebody is: kept in a view of the user's, not in the address.

    Such filters that the form has not stay as they are.
    """
    kind = kind_of(request, key)
    asked = state_of(request, kind, request.POST)
    chosen = dict(asked.filters)
    for name, one in asked.filterset.filters.items():
        if one.is_private and name in request.POST:
            chosen[name] = [text for text in request.POST.getlist(name) if text.strip()]
    chosen = {name: texts for name, texts in chosen.items() if texts}
    view = savedviews.keep_unnamed(
        list_key=kind.key, user=request.user, filters=chosen, sort=asked.sort
    )
    return redirect_page(request, asked.url(view=view, filters=chosen))


@require_POST
@login_required
def list_columns(request: HtmxRequest, key: str) -> HttpResponse:
    """Show other columns, now and whenever the user opens the list; ``up`` moves one of them."""
    kind = kind_of(request, key)
    asked = state_of(request, kind, request.POST)
    wanted = [key for key in request.POST.getlist("columns") if key in asked.known_columns]
    up = request.POST.get("up", "")
    if up in wanted[1:]:
        at = wanted.index(up)
        wanted[at - 1 : at + 1] = [up, wanted[at - 1]]
    if "usual" in request.POST:
        wanted = list(kind.default_columns)
    if "every" in request.POST:
        wanted = [*asked.columns, *(key for key in asked.known_columns if key not in asked.columns)]
    columns = kind.with_title(wanted or [kind.title_column])
    savedviews.remember_columns(list_key=kind.key, user=request.user, columns=columns)
    url = asked.url(columns=columns)
    if up:
        url = pages.with_params(url, panel="columns")
    return redirect(url)
