"""One difference: both sides, and what becomes of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.pages import redirect_page, render_page
from integrations.errors import PartnerRejectedError, PartnerUnavailableError
from integrations.noyo.forms_members import DifferenceForm
from integrations.noyo.models import Difference
from integrations.noyo.selectors import inbox
from integrations.noyo.selectors import people as selectors
from integrations.noyo.services import tracking
from integrations.noyo.services.accounts import NotActiveError
from integrations.noyo.services.differences import DifferenceError
from integrations.noyo.views.inbox import last

State = Difference.State


@require_GET
@never_cache
@login_required
@permission_required("noyo.view_difference", raise_exception=True)
def difference_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One difference: both sides, what explains it, and what may be done."""
    return _page(request, _find(request, pk), DifferenceForm())


@require_POST
@login_required
@permission_required("noyo.change_difference", raise_exception=True)
def difference_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Dismiss, resolve or open again; then the next open difference of the group."""
    one = _find(request, pk)
    form = DifferenceForm(request.POST)
    if not form.is_valid():
        return _page(request, one, form, status=422)
    state = form.cleaned_data["state"]
    try:
        tracking.decide(
            one=one,
            state=state,
            user=request.user,
            at=timezone.now(),
            note=form.cleaned_data["note"],
        )
    except DifferenceError as refusal:
        form.add_error("note", refusal.message)
        return _page(request, one, form, status=422)
    except NotActiveError as refusal:
        form.add_error(None, _(refusal.message))
        return _page(request, one, form, status=409)
    except (PartnerUnavailableError, PartnerRejectedError):
        form.add_error(None, _("Noyo did not take it, so nothing is changed. Try again later."))
        return _page(request, one, form, status=502)
    messages.success(request, _TOLD[state]())
    nearest = inbox.next_open(one, user=request.user)
    if nearest is None or state == State.OPEN:
        return redirect_page(request, "noyo:difference_list")
    return redirect_page(request, "noyo:difference_detail", pk=nearest.pk)


_TOLD = {
    State.OPEN: lambda: _("The difference is open again."),
    State.DISMISSED: lambda: _("The difference is dismissed until it changes."),
    State.RESOLVED: lambda: _("Resolved. It opens again if the carrier still says otherwise."),
}


def _find(request: SignedInRequest, pk: int) -> Difference:
    return get_object_or_404(selectors.differences(request.user), pk=pk)


def _page(
    request: SignedInRequest, one: Difference, form: DifferenceForm, *, status: int = 200
) -> HttpResponse:
    following = inbox.next_open(one, user=request.user)
    context = {
        "item": inbox.items([one], user=request.user)[0],
        "form": form,
        "may_change": request.user.has_perm(inbox.CHANGE),
        "next_url": reverse("noyo:difference_detail", args=[following.pk]) if following else "",
        "done": last(request, request.GET.get("done", "")),
    }
    return render_page(request, "noyo/difference_detail.html", context, status=status)
