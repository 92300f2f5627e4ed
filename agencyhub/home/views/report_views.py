"""Saved views of reports: save, rename, share, delete."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.home.reports import asked as addresses
from agencyhub.home.reports.asked import Asked
from agencyhub.home.views.reports import report_of
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.records.lists.forms import SavedViewForm
from agencyhub.records.lists.models import SavedView
from agencyhub.records.services import savedviews

FORM = "home/reports/view_form.html"


@require_http_methods(["GET", "POST"])
@login_required
def report_view_create(request: SignedInRequest, key: str) -> HttpResponse:
    """Keep what a report is asked, which the address says, under a name."""
    report = report_of(request, key)
    asked = _read(request, key)
    view = SavedView(list_key=addresses.list_key(report), owner=request.user)
    return _form_page(request, asked, view, takes_over=True)


@require_http_methods(["GET", "POST"])
@login_required
def report_view_edit(request: SignedInRequest, key: str, pk: int) -> HttpResponse:
    """Rename or share an own view; with choices in the address it takes these over."""
    report = report_of(request, key)
    view = get_object_or_404(addresses.own_views(report, user=request.user), pk=pk)
    asked = _read(request, key, view=view)
    return _form_page(request, asked, view, takes_over=bool(request.GET))


@require_POST
@login_required
def report_view_delete(request: SignedInRequest, key: str, pk: int) -> HttpResponse:
    """Delete an own view."""
    report = report_of(request, key)
    view = get_object_or_404(addresses.own_views(report, user=request.user), pk=pk)
    view.delete()
    messages.success(request, gettext("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect_page(request, "home:report_detail", key)


def _read(request: SignedInRequest, key: str, *, view: SavedView | None = None) -> Asked:
    """What is to be kept: of an address without choices, what the view has."""
    report = report_of(request, key)
    params = request.GET.copy()
    if view and not params:
        params["view"] = str(view.pk)
    asked = addresses.read(report, params, user=request.user)
    if not asked.form.is_valid():
        raise Http404
    return asked


def _form_page(
    request: SignedInRequest, asked: Asked, view: SavedView, *, takes_over: bool
) -> HttpResponse:
    form = SavedViewForm(request.POST or None, instance=view)
    form.fields["sharing"].help_text = gettext(
        "Everybody sees the figures of their own records, as far as their role reaches."
    )
    if form.is_bound and form.is_valid():
        kept = form.save(commit=False)
        if takes_over:
            kept.filters = {name: [text] for name, text in asked.texts.items()}
        try:
            saved = savedviews.save_view(view=kept, roles=form.cleaned_data["roles"])
        except DomainError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            told = gettext("The view “%(name)s” is saved.") % {"name": saved.name}
            messages.success(request, told)
            return redirect_page(request, f"{addresses.url_of(asked.report)}?view={saved.pk}")
    context = {"form": form, "view": view, "asked": asked, "report": asked.report}
    return render_page(request, FORM, context, status=422 if form.is_bound else 200)
