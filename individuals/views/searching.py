"""The search of the lists of people; what is typed is sent by POST and enters no address."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from agencyhub.lib.pages import HtmxRequest, reads_only, redirect_page, render_page
from agencyhub.records.lists import table as tables
from individuals.lists import INDIVIDUALS, SALES_RECORDS
from individuals.models import Individual, Look, SalesRecord
from individuals.searching import Query, read_query
from individuals.selectors_search import people
from individuals.services import looks

LIMIT = 50


@reads_only
@reads_only
@require_POST
@login_required
@permission_required("individuals.view_individual", raise_exception=True)
def individual_search(request: HtmxRequest) -> HttpResponse:
    """Find individuals by a name, a number, an address."""
    query = read_query(request.POST.get("q", ""))
    if query.is_empty:
        return redirect_page(request, "individuals:individual_list")
    found = people.find(Individual, user=request.user, query=query, limit=LIMIT)
    if query.mbi and found.keys:
        looks.record(user=request.user, individual_ids=found.keys, how=Look.How.SEARCH)
    rows = people.in_order(Individual.objects.visible_to(request.user), found.keys)
    table, _ = tables.found(INDIVIDUALS, rows, user=request.user, limit=LIMIT)
    context = {"table": table, **_words(query, found)}
    template = "individuals/individual_list.html"
    return render_page(request, template, context, fragment="individual-table")


@reads_only
@reads_only
@require_POST
@login_required
@permission_required("individuals.view_salesrecord", raise_exception=True)
def salesrecord_search(request: HtmxRequest) -> HttpResponse:
    """Find sales records by a name, a number, an address."""
    query = read_query(request.POST.get("q", ""))
    if query.is_empty:
        return redirect_page(request, "individuals:salesrecord_list")
    found = people.find(SalesRecord, user=request.user, query=query, limit=LIMIT)
    rows = people.in_order(SalesRecord.objects.visible_to(request.user), found.keys)
    table, _ = tables.found(SALES_RECORDS, rows, user=request.user, limit=LIMIT)
    context = {"table": table, **_words(query, found)}
    template = "individuals/salesrecord_list.html"
    return render_page(request, template, context, fragment="salesrecord-table")


def _words(query: Query, found: people.Found) -> dict[str, object]:
    fields = dict.fromkeys(match.hit.words for match in found.matches)
    return {
        "searched": query.text,
        "searched_by": ", ".join(fields),
        "has_more": found.has_more,
    }
