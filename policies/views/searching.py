"""Policies found by number, and the products that a carrier sells."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.lib.pages import reads_only, redirect_page, render_page
from agencyhub.records.lists import table as tables
from policies.forms.filters import PolicySearchForm
from policies.forms.policies import ProductChoicesForm
from policies.lists import POLICIES
from policies.selectors.numbers import policies_by_number

LIMIT = 50


@reads_only
@require_http_methods(["GET", "POST"])
@login_required
@permission_required("policies.view_policy", raise_exception=True)
def policy_search(request: HttpRequest) -> HttpResponse:
    """Policies by number, which is sent by POST so that it enters no address and no log."""
    search = PolicySearchForm(request.POST)
    typed = search.cleaned_data["number"] if search.is_valid() else ""
    if not typed:
        return redirect_page(request, "policies:policy_list")
    found = policies_by_number(user=request.user, text=typed)
    table, is_cut = tables.found(POLICIES, found, user=request.user, limit=LIMIT)
    context = {"search": search, "table": table, "is_cut": is_cut}
    return render_page(request, "policies/policy_list.html", context, fragment="policy-table")


@require_GET
@login_required
@permission_required("policies.view_carrierproduct", raise_exception=True)
def product_choices(request: HttpRequest) -> HttpResponse:
    """The box with the products of the carrier that was chosen in the policy form."""
    form = ProductChoicesForm(carrier=request.GET.get("carrier", ""))
    return render(request, "policies/_product_choices.html", {"form": form})
