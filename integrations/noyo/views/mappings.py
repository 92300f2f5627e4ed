"""The list of mappings."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.records.views import lists
from integrations.noyo.lists import MAPPINGS
from integrations.noyo.views import tabs


@require_GET
@login_required
@permission_required("noyo.view_mapping", raise_exception=True)
def mapping_list(request: SignedInRequest) -> HttpResponse:
    """Mappings of groups and carriers, what was opened last first."""
    return lists.show(
        request,
        MAPPINGS,
        template="noyo/mapping_list.html",
        tabs=tabs.of(request.user, current=MAPPINGS.url_name),
    )
