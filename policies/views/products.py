"""Pages of carrier products."""

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
from policies.forms.carriers import ProductForm
from policies.lists import PRODUCTS
from policies.models import Carrier, CarrierProduct
from policies.selectors import carriers as selectors
from policies.services import products as services
from policies.views import aliases
from policies.views.common import INVALID, act, refuse


@require_GET
@login_required
@permission_required("policies.view_carrierproduct", raise_exception=True)
def carrierproduct_list(request: HttpRequest) -> HttpResponse:
    """Carrier products by name."""
    reviewed = 0 if "state" in request.GET else selectors.to_review(CarrierProduct)
    return lists.show(
        request, PRODUCTS, template="policies/carrierproduct_list.html", review_count=reviewed
    )


@require_GET
@login_required
@permission_required("policies.view_carrierproduct", raise_exception=True)
def carrierproduct_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One carrier product: names, history."""
    product = get_object_or_404(selectors.products_for_page(), pk=pk)
    table = CarrierProduct._meta.db_table
    context = {
        "product": product,
        "policy_count": selectors.policies_seen(request.user, product=pk),
        **aliases.panel(request, product),
        "timeline": timeline(table=table, record_id=pk, viewer=request.user),
    }
    return render_page(request, "policies/carrierproduct_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("policies.add_carrierproduct", raise_exception=True)
def carrierproduct_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A new product of the carrier ``pk``."""
    product = CarrierProduct(carrier=get_object_or_404(Carrier, pk=pk))
    form = ProductForm(request.POST or None, instance=product)
    return _form_page(request, form, gettext_noop("Carrier product added"))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("policies.change_carrierproduct", raise_exception=True)
def carrierproduct_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a carrier product."""
    product = get_object_or_404(CarrierProduct.objects.select_related("carrier"), pk=pk)
    form = ProductForm(request.POST or None, instance=product)
    return _form_page(request, form, gettext_noop("Carrier product edited"))


@require_POST
@login_required
@permission_required("policies.change_carrierproduct", raise_exception=True)
def carrierproduct_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a carrier product which a sync made is right."""
    product = get_object_or_404(CarrierProduct, pk=pk)
    with act(request, gettext_noop("Carrier product confirmed")):
        product.needs_review = False
        product.save(update_fields=["needs_review"])
    messages.success(request, gettext("%(name)s is confirmed.") % {"name": product.name})
    return redirect_page(request, "policies:carrierproduct_detail", pk=pk)


def _form_page(request: HttpRequest, form: ProductForm, summary: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            with act(request, summary):
                product = services.save_product(
                    product=form.save(commit=False), keep_old_name=form.keeps_old_name
                )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, gettext("%(name)s is saved.") % {"name": product.name})
            return redirect_page(request, "policies:carrierproduct_detail", pk=product.pk)
    status = INVALID if form.is_bound else 200
    context = {"form": form, "product": form.instance, "carrier": form.instance.carrier}
    return render_page(request, "policies/carrierproduct_form.html", context, status=status)
