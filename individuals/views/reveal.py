"""Uncovering an MBI, once per request and with a reason on record."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import HtmxRequest, render_page
from individuals.forms.reveal import RevealForm
from individuals.models import Individual, SalesRecord
from individuals.services import reveal

PAGE = "individuals/individual_reveal_mbi.html"
never_stored = cache_control(no_store=True, private=True)


@require_POST
@login_required
@permission_required("individuals.reveal_mbi", raise_exception=True)
@never_stored
def individual_reveal_mbi(request: HtmxRequest, pk: int) -> HttpResponse:
    individual = get_object_or_404(Individual.objects.visible_to(request.user), pk=pk)
    return _reveal(request, individual, role="individuals:individual")


@require_POST
@login_required
@permission_required("individuals.reveal_mbi", raise_exception=True)
@never_stored
def salesrecord_reveal_mbi(request: HtmxRequest, pk: int) -> HttpResponse:
    record = get_object_or_404(SalesRecord.objects.visible_to(request.user), pk=pk)
    return _reveal(request, record, role="individuals:salesrecord")


def _reveal(request: HtmxRequest, person: Individual | SalesRecord, *, role: str) -> HttpResponse:
    form = RevealForm(request.POST)
    form.is_valid()
    context: dict[str, Any] = {
        "person": person,
        "form": form,
        "reveal_url": reverse(f"{role}_reveal_mbi", args=[person.pk]),
        "back_url": reverse(f"{role}_detail", args=[person.pk]),
    }
    status = 200
    try:
        context["full_mbi"] = reveal.reveal_mbi(
            person=person, user=request.user, reason=form.cleaned_data.get("reason", "")
        )
    except DomainError as refusal:
        form.add_error("reason", refusal.message)
        status = 422
    return render_page(request, PAGE, context, fragment="mbi", status=status)
