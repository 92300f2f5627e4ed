"""The Data tab: decisions by worksheet."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.pages import render_page
from eoi.views import tabs


@require_GET
@login_required
@permission_required("eoi.decide_eoirequest", raise_exception=True)
def data(request: SignedInRequest) -> HttpResponse:
    """Where worksheets of decisions are fetched and brought back."""
    return render_page(request, "eoi/data.html", {"tabs": tabs.of(request)})
