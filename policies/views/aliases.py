"""Other names of carriers and carrier products, added and removed where they are listed."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import render_page, wants_fragment
from agencyhub.records import history
from policies.forms.carriers import AliasForm
from policies.models import Carrier, CarrierProduct
from policies.services import carriers, products
from policies.views.common import INVALID, act, refuse


@require_POST
@login_required
@permission_required("policies.change_carrier", raise_exception=True)
def carrieralias_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add another name of a carrier."""
    carrier = get_object_or_404(Carrier, pk=pk)
    return _add(
        request, carrier, lambda name: carriers.add_carrier_alias(carrier=carrier, name=name)
    )


@require_POST
@login_required
@permission_required("policies.change_carrier", raise_exception=True)
def carrieralias_remove(request: HttpRequest, pk: int, alias_pk: int) -> HttpResponse:
    """Remove another name of a carrier."""
    return _remove(request, get_object_or_404(Carrier, pk=pk), alias_pk)


@require_POST
@login_required
@permission_required("policies.change_carrierproduct", raise_exception=True)
def carrierproductalias_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add another name of a carrier product."""
    product = get_object_or_404(CarrierProduct.objects.select_related("carrier"), pk=pk)
    return _add(
        request, product, lambda name: products.add_product_alias(product=product, name=name)
    )


@require_POST
@login_required
@permission_required("policies.change_carrierproduct", raise_exception=True)
def carrierproductalias_remove(request: HttpRequest, pk: int, alias_pk: int) -> HttpResponse:
    """Remove another name of a carrier product."""
    return _remove(request, get_object_or_404(CarrierProduct, pk=pk), alias_pk)


def _add(
    request: HttpRequest, owner: Carrier | CarrierProduct, add: Callable[[str], models.Model]
) -> HttpResponse:
    form = AliasForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"]
        try:
            with act(request, gettext_noop("Alias added")) as batch:
                add(name)
                history.write(
                    history.entry(
                        batch=batch,
                        record=owner,
                        text=gettext_noop("Alias “%(name)s” added") % {"name": name},
                    )
                )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            form = AliasForm()
    return _answer(request, owner, form)


def _remove(request: HttpRequest, owner: Carrier | CarrierProduct, pk: int) -> HttpResponse:
    alias = get_object_or_404(owner.aliases, pk=pk)
    with act(request, gettext_noop("Alias removed")) as batch:
        alias.delete()
        history.write(
            history.entry(
                batch=batch,
                record=owner,
                text=gettext_noop("Alias “%(name)s” removed") % {"name": alias.name},
            )
        )
    return _answer(request, owner, AliasForm())


def panel(
    request: HttpRequest, owner: Carrier | CarrierProduct, form: AliasForm | None = None
) -> dict[str, Any]:
    """The context of ``_aliases.html``: the other names of ``owner``, and where to change them."""
    model = str(owner._meta.model_name)
    base = f"policies:{model}alias"
    return {
        "owner": owner,
        "owner_url": reverse(f"policies:{model}_detail", args=[owner.pk]),
        "may_change": request.user.has_perm(f"policies.change_{model}"),
        "alias_form": form or AliasForm(),
        "add_url": reverse(f"{base}_create", args=[owner.pk]),
        "aliases": [
            {"name": alias.name, "remove_url": reverse(f"{base}_remove", args=[owner.pk, alias.pk])}
            for alias in owner.aliases.order_by("name_key", "pk")
        ],
    }


def _answer(request: HttpRequest, owner: Carrier | CarrierProduct, form: AliasForm) -> HttpResponse:
    context = panel(request, owner, form)
    if not form.is_bound and not wants_fragment(request):
        return redirect(context["owner_url"])
    status = INVALID if form.is_bound else 200
    template = "policies/_aliases.html" if wants_fragment(request) else "policies/alias_form.html"
    return render_page(request, template, context, status=status)
