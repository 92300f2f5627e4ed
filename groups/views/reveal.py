"""Uncovering an SSN, once per request and with a reason on record."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import HtmxRequest, render_page
from groups.forms.members import RevealForm
from groups.models import Dependent, Employee
from groups.selectors import employees as selectors
from groups.services import reveal
from policies.views.common import INVALID

never_stored = cache_control(no_store=True, private=True)


@require_POST
@login_required
@permission_required("groups.reveal_ssn", raise_exception=True)
@never_stored
def employee_reveal_ssn(request: HtmxRequest, pk: int) -> HttpResponse:
    """Show the full SSN of an employee."""
    employee = get_object_or_404(selectors.for_page(request.user), pk=pk)
    return _reveal(request, employee, employee, url_name="groups:employee_reveal_ssn")


@require_POST
@login_required
@permission_required("groups.reveal_ssn", raise_exception=True)
@never_stored
def dependent_reveal_ssn(request: HtmxRequest, pk: int) -> HttpResponse:
    """Show the full SSN of a dependent."""
    dependent = get_object_or_404(selectors.dependents_for_page(request.user), pk=pk)
    return _reveal(request, dependent, dependent.employee, url_name="groups:dependent_reveal_ssn")


def _reveal(
    request: HtmxRequest, member: Employee | Dependent, employee: Employee, *, url_name: str
) -> HttpResponse:
    form = RevealForm(request.POST)
    form.is_valid()
    context: dict[str, Any] = {
        "member": member,
        "of": member._meta.model_name,
        "form": form,
        "reveal_url": reverse(url_name, args=[member.pk]),
        "back_url": reverse("groups:employee_detail", args=[employee.pk]),
    }
    status = 200
    try:
        context["full_ssn"] = reveal.reveal_ssn(
            member=member, user=request.user, reason=form.cleaned_data.get("reason", "")
        )
    except DomainError as refusal:
        form.add_error("reason", refusal.message)
        status = INVALID
    return render_page(
        request, "groups/member_reveal_ssn.html", context, fragment="ssn", status=status
    )
