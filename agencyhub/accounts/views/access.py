"""The log of sign-ins and of changes to rights."""

import csv
import io
from collections.abc import Iterator

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from agencyhub.accounts import selectors
from agencyhub.accounts.forms.access import AccessFilterForm
from agencyhub.accounts.models import AccessEvent
from agencyhub.lib import keyset
from agencyhub.lib.formulas import defuse
from agencyhub.lib.pages import render_page

CSV = "text/csv; charset=utf-8"
COLUMNS = ("at", "kind", "user", "by", "address", "browser", "detail")


@require_GET
@login_required
@permission_required("accounts.view_accessevent", raise_exception=True)
def accessevent_list(request: HttpRequest) -> HttpResponse:
    """Newest first, of one user or one kind."""
    form = AccessFilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    events = selectors.access_events_for_list(**filters)
    page = keyset.page(events, order=keyset.NEWEST_FIRST, params=request.GET)
    context = {"form": form, "page": page, "query": request.GET.urlencode()}
    return render_page(request, "accounts/accessevent_list.html", context, fragment="event-table")


@require_GET
@login_required
@permission_required("accounts.view_accessevent", raise_exception=True)
def accessevent_export(request: HttpRequest) -> StreamingHttpResponse:
    """What the page's filters find, as CSV, the newest first."""
    form = AccessFilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    events = selectors.access_events_for_list(**filters).order_by("-at", "-pk")
    headers = {"Content-Disposition": 'attachment; filename="sign-ins.csv"'}
    return StreamingHttpResponse(_lines(events), content_type=CSV, headers=headers)


def _lines(events: QuerySet[AccessEvent]) -> Iterator[str]:
    out = io.StringIO()
    put = csv.writer(out).writerow
    put(COLUMNS)
    for event in events.iterator(chunk_size=2_000):
        user, actor = event.user, event.actor
        values = (
            *(event.at.isoformat(timespec="seconds"), event.kind, user and user.username),
            *(actor and actor.username, event.address, event.browser, event.detail),
        )
        put([defuse(str(value or "")) for value in values])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()
