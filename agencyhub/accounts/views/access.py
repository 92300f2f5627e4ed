"""The log of sign-ins and of changes to rights."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from agencyhub.accounts import selectors
from agencyhub.accounts.forms.access import AccessFilterForm
from agencyhub.lib import keyset
from agencyhub.lib.pages import render_page


@require_GET
@login_required
@permission_required("accounts.view_accessevent", raise_exception=True)
def accessevent_list(request: HttpRequest) -> HttpResponse:
    """Newest first, of one user or one kind."""
    form = AccessFilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    events = selectors.access_events_for_list(**filters)
    page = keyset.page(events, order=keyset.NEWEST_FIRST, params=request.GET)
    context = {"form": form, "page": page}
    return render_page(request, "accounts/accessevent_list.html", context, fragment="event-table")
