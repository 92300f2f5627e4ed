"""Addresses that are not written to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agencyhub.lib import keyset
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.mailing import screens, selectors
from agencyhub.mailing.forms.outbox import OptOutForm
from agencyhub.mailing.models import OptOut
from agencyhub.mailing.services import optouts


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("mailing.change_optout", raise_exception=True)
def optout_list(request: HttpRequest) -> HttpResponse:
    """Who takes no mail, and a form for what people say on the phone."""
    form = OptOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        optouts.opt_out_address(**form.cleaned_data, user=request.user, at=timezone.now())
        messages.success(request, _("Nothing of this kind is sent there anymore."))
        return redirect_page(request, "mailing:optout_list")
    has_ended = request.GET.get("ended") == "1"
    page = keyset.page(
        selectors.optouts_for_list(has_ended=has_ended),
        order=keyset.NEWEST_FIRST,
        params=request.GET,
    )
    context = {
        "form": form,
        "page": page,
        "rows": screens.optout_rows(page),
        "has_ended": has_ended,
        "tabs": screens.tabs(request.user, current="optout_list"),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "mailing/optout_list.html", context, status=status)


@require_POST
@login_required
@permission_required("mailing.change_optout", raise_exception=True)
def optout_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let mail reach an address again."""
    get_object_or_404(OptOut, pk=pk)
    optouts.resubscribe(optout_id=pk, user=request.user, at=timezone.now())
    messages.success(request, _("Email reaches this address again."))
    return redirect_page(request, "mailing:optout_list")
