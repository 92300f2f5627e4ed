"""Addresses of an individual: add, edit, make primary, delete."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from agencyhub.lib.pages import HtmxRequest, asked_back, redirect_page, render_page
from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals.forms.addresses import AddressForm
from individuals.models import Address, Individual
from individuals.services import addresses, duplicates

FORM = "individuals/address_form.html"


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("individuals.add_address", raise_exception=True)
def address_create(request: HtmxRequest, pk: int) -> HttpResponse:
    individual = get_object_or_404(Individual.objects.visible_to(request.user), pk=pk)
    address = Address(individual=individual)
    return _edit(request, address, summary=gettext_noop("Added an address"), is_new=True)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("individuals.change_address", raise_exception=True)
def address_edit(request: HtmxRequest, pk: int) -> HttpResponse:
    return _edit(
        request, _address(request, pk), summary=gettext_noop("Edited an address"), is_new=False
    )


def _edit(request: HtmxRequest, address: Address, *, summary: str, is_new: bool) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = AddressForm(data, instance=address)
    if data is not None and form.is_valid():
        with history.batch(user=request.user, channel=Batch.Channel.SCREEN, summary=summary):
            addresses.save_address(address=form.instance)
            duplicates.detect(individual_ids=[address.individual_id])
        messages.success(request, gettext("The address was saved."))
        return _back(request, address)
    context = {
        "form": form,
        "individual": address.individual,
        "is_new": is_new,
        "back_url": asked_back(request),
    }
    status = 200 if data is None else 422
    return render_page(request, FORM, context, fragment="address-form", status=status)


@require_POST
@login_required
@permission_required("individuals.change_address", raise_exception=True)
def address_make_primary(request: HtmxRequest, pk: int) -> HttpResponse:
    address = _address(request, pk)
    with history.batch(
        user=request.user,
        channel=Batch.Channel.SCREEN,
        summary=gettext_noop("Made another address primary"),
    ):
        addresses.make_primary(address_id=address.pk)
    messages.success(request, gettext("Quotes and enrollments use this address from now on."))
    return _back(request, address)


@require_POST
@login_required
@permission_required("individuals.delete_address", raise_exception=True)
def address_delete(request: HtmxRequest, pk: int) -> HttpResponse:
    address = _address(request, pk)
    with history.batch(
        user=request.user, channel=Batch.Channel.SCREEN, summary=gettext_noop("Deleted an address")
    ):
        promoted = addresses.delete_address(address_id=address.pk)
    words = gettext("The address was deleted. You can undo this in the timeline.")
    if promoted:
        words = gettext("%(words)s Another address became the primary one.") % {"words": words}
    messages.success(request, words)
    return _back(request, address)


def _address(request: HtmxRequest, pk: int) -> Address:
    seen = Individual.objects.visible_to(request.user)
    rows = Address.objects.select_related("individual").filter(individual__in=seen)
    return get_object_or_404(rows, pk=pk)


def _back(request: HtmxRequest, address: Address) -> HttpResponse:
    page = reverse("individuals:individual_detail", args=[address.individual_id])
    return redirect_page(request, asked_back(request) or page)
