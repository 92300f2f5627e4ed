"""A worksheet is taken back as a whole: what it decided is shown, then reversed one by one."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.imports.models import Import
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.pks import read_pk
from eoi.forms.decisions import ReasonForm
from eoi.selectors import worksheets as selectors
from eoi.services import reversing as services
from eoi.views.reversing import tell
from eoi.views.worksheets import upload_of

MOST_AT_ONCE = 200
"""As many as are reversed while somebody waits for the page."""
BELOW = "below"


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("eoi.reverse_decision", raise_exception=True)
@never_cache
def worksheet_reverse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what of a worksheet can be reversed, and reverse what was shown; say what stays."""
    run = upload_of(request, pk)
    if request.method == "GET":
        return _page(request, run, form=ReasonForm())
    form, below = ReasonForm(request.POST), read_pk(request.POST.get(BELOW, ""))
    if not form.is_valid():
        return _page(request, run, form=form, below=below, status=422)
    shown = list(selectors.standing(run, user=request.user, below=below)[:MOST_AT_ONCE])
    reason = form.cleaned_data["reason"]
    refused = services.reverse_each(shown, reason, request.user, at=timezone.now())
    tell(request, len(shown) - len(refused))
    last = shown[-1].pk if shown else None
    rest = selectors.standing(run, user=request.user, below=last)
    if not refused and not rest.exists():
        return redirect_page(request, "eoi:worksheet_decided", run.pk)
    again = ReasonForm(initial={"reason": reason})
    return _page(request, run, form=again, below=last, refused=refused)


def _page(
    request: SignedInRequest,
    run: Import,
    *,
    form: ReasonForm,
    below: int | None = None,
    refused: Any = (),
    status: int = 200,
) -> HttpResponse:
    found = list(selectors.standing(run, user=request.user, below=below)[: MOST_AT_ONCE + 1])
    context = {
        "run": run,
        "form": form,
        "below": below,
        "refused": refused,
        "decisions": found[:MOST_AT_ONCE],
        "are_more": len(found) > MOST_AT_ONCE,
    }
    return render_page(request, "eoi/worksheet_reverse.html", context, status=status)
