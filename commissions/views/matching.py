"""Refresh: the button, its progress, and what it found per outcome."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.pages import redirect_page, render_page, wants_fragment
from commissions.selectors import results, runs
from commissions.services import refresh

REVIEW, VIEW = "commissions.review_matches", "commissions.view_application"
PAGE, STRIP = "commissions/result_list.html", "commissions/_refresh.html"


@require_GET
@never_cache
@any_permission(VIEW)
def result_list(request: SignedInRequest) -> HttpResponse:
    """Every outcome with its count and what to do next; asks for itself while Refresh works."""
    found = results.results(request.user)
    context = {
        "outcomes": found.outcomes,
        "as_of": found.as_of,
        "is_counting": found.is_counting,
        "history": [runs.row(one) for one in runs.latest()],
        **_strip(request),
    }
    return render_page(request, PAGE, context, fragment="results")


@require_POST
@never_cache
@any_permission(REVIEW)
def refresh_start(request: SignedInRequest) -> HttpResponse:
    """Let a worker refresh; whoever presses while one waits gets that one."""
    refresh.request(is_full="full" in request.POST, user=request.user)
    if wants_fragment(request):
        return render_page(request, STRIP, {**_strip(request), "was_working": True})
    messages.info(request, _("Refresh has started. You can leave this page: the work continues."))
    return redirect_page(request, "commissions:result_list")


@require_GET
@never_cache
@any_permission(VIEW)
def refresh_status(request: SignedInRequest) -> HttpResponse:
    """How far Refresh is, for pages that show the button."""
    if not wants_fragment(request):
        return redirect_page(request, "commissions:result_list")
    return render_page(request, STRIP, {**_strip(request), "was_working": True})


def _strip(request: SignedInRequest) -> dict[str, Any]:
    return {"run": runs.current(), "may_refresh": request.user.has_perm(REVIEW)}
