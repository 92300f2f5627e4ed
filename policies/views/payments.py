"""The initial payment of a policy, set by hand where the carrier tells nothing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from policies.forms.payments import PaymentSetForm
from policies.models import PaymentStatus, Standing
from policies.selectors import policies as selectors
from policies.services import payments as services
from policies.views.common import INVALID, refuse


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("policies.change_payment", raise_exception=True)
def payment_set(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say how the initial payment of a policy stands."""
    policy = get_object_or_404(selectors.policies_for_page(request.user), pk=pk)
    known = Standing.objects.filter(pk=pk, is_binder=True).values("status", "due_date").first()
    initial = known or {"due_date": policy.effective_date}
    form = PaymentSetForm(request.POST or None, initial=initial, statuses=services.BY_HAND)
    if form.is_bound and form.is_valid():
        values = {**form.cleaned_data, "status": PaymentStatus(form.cleaned_data["status"])}
        try:
            services.set_by_hand(policy_id=pk, user=request.user, at=timezone.now(), **values)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The initial payment is set."))
            return redirect_page(request, "policies:policy_detail", pk=pk)
    context = {"form": form, "policy": policy}
    status = INVALID if form.is_bound else 200
    return render_page(request, "policies/payment_set.html", context, status=status)
