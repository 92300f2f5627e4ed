"""A worksheet is taken back as a whole: what it decided is shown, then a worker reverses it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.imports.models import Import
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from eoi.forms.decisions import ReasonForm
from eoi.models import Reversal
from eoi.selectors import worksheets as selectors
from eoi.services import taking_back
from eoi.views.worksheets import upload_of

SHOWN = 50


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("eoi.reverse_decision", raise_exception=True)
@never_cache
def worksheet_reverse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what of a worksheet can be reversed, let a worker reverse it, and show how far it is."""
    run = upload_of(request, pk)
    if request.method == "GET":
        return _page(request, run, ReasonForm())
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, run, form, status=422)
    try:
        taking_back.start(run, user=request.user, reason=form.cleaned_data["reason"])
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect_page(request, "eoi:worksheet_reverse", run.pk)


def _page(
    request: SignedInRequest, run: Import, form: ReasonForm, *, status: int = 200
) -> HttpResponse:
    reversal = selectors.reversal_of(run)
    context: dict[str, Any] = {"run": run, "form": form, "reversal": reversal}
    if reversal and reversal.state == Reversal.State.WORKING:
        context |= {"is_working": True, "percent": reversal.tried * 100 // max(reversal.total, 1)}
    else:
        standing = selectors.standing(run, user=request.user)
        refused = selectors.staying(reversal, user=request.user) if reversal else []
        context |= {
            "is_working": False,
            "refused": refused,
            "decisions": standing[:SHOWN],
            "number": standing.count(),
        }
    template = "eoi/worksheet_reverse.html"
    return render_page(request, template, context, fragment="reversal", status=status)
