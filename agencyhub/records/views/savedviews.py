"""Saved views of a list: save, rename, share, open with, delete."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import HtmxRequest, redirect_page, render_page, wants_fragment
from agencyhub.lib.pks import read_pk
from agencyhub.records.lists import state
from agencyhub.records.lists.forms import SavedViewForm
from agencyhub.records.lists.kinds import ListKind
from agencyhub.records.lists.models import ListChoice, SavedView
from agencyhub.records.lists.state import State
from agencyhub.records.services import savedviews
from agencyhub.records.views.lists import kind_of, state_of

FORM = "records/savedview_form.html"
MENU = "records/_list_views.html"


@require_GET
@login_required
def savedview_list(request: HtmxRequest, key: str) -> HttpResponse:
    """The views of one list that the user may open, or the lines of the list's menu."""
    kind = kind_of(request, key)
    found = SavedView.objects.readable_by(request.user).filter(list_key=key).exclude(name="")
    chosen = ListChoice.objects.filter(user=request.user, list_key=key).first()
    context = {
        "kind": kind,
        "views": found.select_related("owner").order_by("name", "pk"),
        "default_pk": chosen.default_view_id if chosen else None,
    }
    template = MENU if wants_fragment(request) else "records/savedview_list.html"
    return render_page(request, template, context)


@require_http_methods(["GET", "POST"])
@login_required
def savedview_create(request: HtmxRequest, key: str) -> HttpResponse:
    """Keep what a list is asked for, which ``state`` says, under a name."""
    kind = kind_of(request, key)
    asked = state_of(request, kind, request.POST or request.GET)
    view = SavedView(list_key=kind.key, owner=request.user)
    return _form_page(request, kind, view, asked)


@require_http_methods(["GET", "POST"])
@login_required
def savedview_edit(request: HtmxRequest, pk: int) -> HttpResponse:
    """Rename or share an own view; with ``state`` it takes over what the list shows now."""
    view = _own(request, pk)
    kind = kind_of(request, view.list_key)
    params = request.POST or request.GET
    asked = state_of(request, kind, params) if params.get("state") else None
    return _form_page(request, kind, view, asked)


def _form_page(
    request: HtmxRequest, kind: ListKind, view: SavedView, asked: State | None
) -> HttpResponse:
    form = SavedViewForm(request.POST or None, instance=view)
    if form.is_bound and form.is_valid():
        try:
            saved = savedviews.save_view(
                view=form.save(commit=False), roles=form.cleaned_data["roles"], state=asked
            )
        except DomainError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(
                request, gettext("The view “%(name)s” is saved.") % {"name": saved.name}
            )
            return redirect_page(request, f"{kind.url}?view={saved.pk}")
    shown = asked or state.read(kind, QueryDict(f"view={view.pk}"), user=request.user)
    context = {"form": form, "kind": kind, "view": view, "asked": asked, "shown": shown}
    return render_page(request, FORM, context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def savedview_delete(request: HtmxRequest, pk: int) -> HttpResponse:
    """Delete an own view; lists that opened with it show everything again."""
    view = _own(request, pk)
    view.delete()
    messages.success(request, gettext("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect_page(request, "records:savedview_list", view.list_key)


@require_POST
@login_required
def savedview_default(request: HtmxRequest, key: str) -> HttpResponse:
    """Let the list open with the view ``view``; without one, with everything."""
    kind = kind_of(request, key)
    wanted = request.POST.get("view", "")
    view = None
    if wanted:
        readable = SavedView.objects.readable_by(request.user).filter(list_key=key)
        view = get_object_or_404(readable.exclude(name=""), pk=read_pk(wanted))
    savedviews.open_with(list_key=kind.key, user=request.user, view=view)
    opened = gettext("the view “%(name)s”") % {"name": view.name} if view else "everything"
    messages.success(
        request,
        gettext("%(title)s opens with %(opened)s from now on.")
        % {"title": kind.title, "opened": opened},
    )
    return redirect_page(request, "records:savedview_list", key)


def _own(request: HtmxRequest, pk: int) -> SavedView:
    """A view of the user's; of others' nobody learns whether it is there."""
    return get_object_or_404(SavedView.objects.filter(owner=request.user).exclude(name=""), pk=pk)
