"""The page that makes one carrier of two."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from policies.forms.carriers import CarrierMergeForm
from policies.selectors import carriers as selectors
from policies.services import merging as services
from policies.views.common import INVALID, act, refuse

RIGHTS = ("policies.change_carrier", "policies.delete_carrier")


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(RIGHTS, raise_exception=True)
def carrier_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the carrier that remains, and merge."""
    carrier = get_object_or_404(selectors.carriers_for_page(), pk=pk)
    form = CarrierMergeForm(request.POST or None, carrier=carrier)
    if request.method == "POST" and form.is_valid():
        into = form.cleaned_data["into"]
        try:
            summary = gettext_noop("Carriers merged into %(name)s") % {"name": into.name}
            with act(request, summary) as batch:
                services.merge_carrier(carrier_id=pk, into_id=into.pk, batch=batch)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            words = gettext("%(name)s is now part of %(name2)s. Undo it below, in the history.") % {
                "name": carrier.name,
                "name2": into.name,
            }
            messages.success(request, words)
            return redirect_page(request, "policies:carrier_detail", pk=into.pk)
    count = selectors.policies_seen(request.user, carrier=pk)
    context = {"form": form, "carrier": carrier, "policy_count": count}
    status = INVALID if form.is_bound else 200
    return render_page(request, "policies/carrier_merge.html", context, status=status)
