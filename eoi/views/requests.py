"""Pages of EOI requests: the board of those that wait, and the list of those that do not."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.pages import render_page
from agencyhub.records.views import lists
from eoi.lists import CLOSED, OPEN
from eoi.models import EoiRequest
from eoi.views import tabs


@require_GET
@login_required
@permission_required("eoi.view_eoirequest", raise_exception=True)
def request_list(request: SignedInRequest) -> HttpResponse:
    """Requests that wait for a decision, the longest waiting first."""
    return lists.show(request, OPEN, template="eoi/request_list.html", tabs=tabs.of(request))


@require_GET
@login_required
@permission_required("eoi.view_eoirequest", raise_exception=True)
def closed_list(request: SignedInRequest) -> HttpResponse:
    """Requests that nothing is to be decided of any more, the newest decision first."""
    return lists.show(request, CLOSED, template="eoi/closed_list.html", tabs=tabs.of(request))


@require_GET
@login_required
@permission_required("eoi.view_eoirequest", raise_exception=True)
def request_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One request: what was asked for, what is in force, and what was decided."""
    asked = get_object_or_404(EoiRequest.objects.visible_to(request.user), pk=pk)
    return render_page(request, "eoi/request_detail.html", {"asked": asked})
