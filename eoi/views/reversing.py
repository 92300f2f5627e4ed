"""What takes decisions back: reversals and lifted locks, each with a reason."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page
from agencyhub.lib.pks import read_pk
from eoi.forms.decisions import MOST_AT_ONCE, ReasonForm
from eoi.selectors import board as selectors
from eoi.services import reversing as services
from eoi.views import detail
from eoi.views.deciding import back
from groups.models import CoverageLock

DECISION = "decision"


@require_POST
@never_cache
@login_required
@permission_required("eoi.reverse_decision", raise_exception=True)
def decision_reverse(request: SignedInRequest) -> HttpResponse:
    """Put back what decisions changed, with a reason; each by itself, the newest first."""
    form = ReasonForm(request.POST)
    keys = {pk for text in request.POST.getlist(DECISION) if (pk := read_pk(text))}
    decisions = selectors.decisions_of(request.user, sorted(keys)[:MOST_AT_ONCE])
    if not form.is_valid():
        messages.error(request, form.errors["reason"][0])
        return back(request, done=[one.pk for one in decisions])
    refused = services.reverse_each(
        decisions, form.cleaned_data["reason"], request.user, at=timezone.now()
    )
    for _one, words in refused:
        messages.error(request, words)
    tell(request, len(decisions) - len(refused))
    return back(request)


def tell(request: SignedInRequest, number: int) -> None:
    """Say how many decisions were reversed, if any."""
    if number:
        told = ngettext(
            "%(number)s decision is reversed: the coverage is as it was, and the request waits.",
            "%(number)s decisions are reversed: coverage is as it was, and the requests wait.",
            number,
        )
        messages.success(request, told % {"number": number})


@require_POST
@login_required
@permission_required("groups.lift_coveragelock", raise_exception=True)
def lock_lift(request: SignedInRequest, pk: int, lock_pk: int) -> HttpResponse:
    """Let a person have more of a benefit again, with a reason."""
    page = detail.find(request.user, pk)
    lock = get_object_or_404(CoverageLock, pk=lock_pk, employee=page.employee_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors["reason"][0])
        return redirect_page(request, "eoi:request_detail", pk=pk)
    try:
        services.lift_lock(lock.pk, form.cleaned_data["reason"], request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The lock is lifted: more of the benefit can be chosen."))
    return redirect_page(request, "eoi:request_detail", pk=pk)
