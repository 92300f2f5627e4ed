"""Finding by hand what belongs to an application, linking it, and taking it off again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import reads_only, redirect_page, render_page
from commissions.forms.matching import HandSearchForm, PairsForm
from commissions.models import Application, BookRow, CommissionLine
from commissions.selectors import by_hand, decided
from commissions.services import review
from commissions.views.matching_review import REVIEW

PAGE = "commissions/application_match.html"
INVALID = 422


@reads_only
@require_http_methods(["GET", "POST"])
@never_cache
@any_permission(REVIEW)
def application_match(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is linked, and a search that is posted: names and numbers enter no address."""
    application = _application(request, pk)
    form = HandSearchForm(request.POST or None)
    context = {
        "application": application,
        "form": form,
        "linked": by_hand.linked(application, user=request.user),
        "is_searched": form.is_bound,
    }
    if form.is_bound and form.is_valid():
        context["found"] = by_hand.search(application, user=request.user, **form.cleaned_data)
    status = INVALID if form.is_bound and not form.is_valid() else 200
    return render_page(request, PAGE, context, fragment="match-found", status=status)


@require_POST
@never_cache
@any_permission(REVIEW)
def application_link(request: SignedInRequest, pk: int) -> HttpResponse:
    """Link the ticked rows."""
    return _decide(request, pk, review.link)


@require_POST
@never_cache
@any_permission(REVIEW)
def application_unlink(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a linked row off the application."""
    return _decide(request, pk, review.unlink)


def _decide(request: SignedInRequest, pk: int, act: Callable[..., Any]) -> HttpResponse:
    _application(request, pk)
    form = PairsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Select what belongs to the application first."))
        return redirect_page(request, "commissions:application_match", pk=pk)
    pairs = form.cleaned_data["pair"]
    _check_reach(request, pairs)
    try:
        batch = act(application_id=pk, pairs=pairs, user=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, " ".join(decided.done(batch).lines))
    return redirect_page(request, "commissions:application_match", pk=pk)


def _check_reach(request: SignedInRequest, pairs: list[tuple[str, int]]) -> None:
    """A row that the user does not see is not there."""
    for kind, rows in (("book", BookRow.objects), ("line", CommissionLine.objects)):
        pks = {pk for one, pk in pairs if one == kind}
        if pks and rows.visible_to(request.user).filter(pk__in=pks).count() != len(pks):
            raise Http404


def _application(request: SignedInRequest, pk: int) -> Application:
    rows = Application.objects.visible_to(request.user).select_related("carrier", "agent")
    return get_object_or_404(rows, pk=pk)
