"""Pages of carriers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.records.selectors import timeline
from agencyhub.records.views import lists
from policies.forms.carriers import CarrierForm
from policies.lists import CARRIERS
from policies.models import Carrier
from policies.selectors import carriers as selectors
from policies.services import carriers as services
from policies.views import aliases
from policies.views.common import INVALID, act, refuse

PRODUCTS_SHOWN = 20


@require_GET
@login_required
@permission_required("policies.view_carrier", raise_exception=True)
def carrier_list(request: HttpRequest) -> HttpResponse:
    """Carriers by name, with what they have."""
    reviewed = 0 if "state" in request.GET else selectors.to_review(Carrier)
    return lists.show(
        request, CARRIERS, template="policies/carrier_list.html", review_count=reviewed
    )


@require_GET
@login_required
@permission_required("policies.view_carrier", raise_exception=True)
def carrier_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One carrier: names, products, history."""
    carrier = get_object_or_404(selectors.carriers_for_page(), pk=pk)
    products = list(selectors.products_of(request.user, carrier_id=pk)[: PRODUCTS_SHOWN + 1])
    context = {
        "carrier": carrier,
        "policy_count": selectors.policies_seen(request.user, carrier=pk),
        **aliases.panel(request, carrier),
        "terms": carrier.premier_terms.order_by("-start_date", "-pk"),
        "products": products[:PRODUCTS_SHOWN],
        "has_more_products": len(products) > PRODUCTS_SHOWN,
        "timeline": timeline(table=Carrier._meta.db_table, record_id=pk, viewer=request.user),
    }
    return render_page(request, "policies/carrier_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("policies.add_carrier", raise_exception=True)
def carrier_create(request: HttpRequest) -> HttpResponse:
    """A new carrier."""
    return _form_page(request, CarrierForm(request.POST or None), gettext_noop("Carrier added"))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("policies.change_carrier", raise_exception=True)
def carrier_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a carrier."""
    carrier = get_object_or_404(Carrier, pk=pk)
    form = CarrierForm(request.POST or None, instance=carrier)
    return _form_page(request, form, gettext_noop("Carrier edited"))


@require_POST
@login_required
@permission_required("policies.change_carrier", raise_exception=True)
def carrier_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a carrier which a sync made is right."""
    carrier = get_object_or_404(Carrier, pk=pk)
    with act(request, gettext_noop("Carrier confirmed")):
        carrier.needs_review = False
        carrier.save(update_fields=["needs_review"])
    messages.success(request, gettext("%(name)s is confirmed.") % {"name": carrier.name})
    return redirect_page(request, "policies:carrier_detail", pk=pk)


def _form_page(request: HttpRequest, form: CarrierForm, summary: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            with act(request, summary):
                carrier = services.save_carrier(
                    carrier=form.save(commit=False), keep_old_name=form.keeps_old_name
                )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, gettext("%(name)s is saved.") % {"name": carrier.name})
            return redirect_page(request, "policies:carrier_detail", pk=carrier.pk)
    status = INVALID if form.is_bound else 200
    context = {"form": form, "carrier": form.instance}
    return render_page(request, "policies/carrier_form.html", context, status=status)
