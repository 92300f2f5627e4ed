"""Who looked at an individual."""

from datetime import datetime

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from agencyhub.lib.pages import HtmxRequest, render_page
from individuals import looking
from individuals.models import Individual


@require_GET
@login_required
@permission_required("individuals.view_lookers", raise_exception=True)
def individual_lookers(request: HtmxRequest, pk: int) -> HttpResponse:
    """Everybody who opened, exported or uncovered this person; ``?before=`` a moment pages on."""
    individual = get_object_or_404(Individual.objects.visible_to(request.user), pk=pk)
    before = _moment(request.GET.get("before", ""))
    page = looking.who_looked(individual, before=before)
    context = {"individual": individual, "page": page, "is_first": before is None}
    return render_page(request, "individuals/individual_lookers.html", context)


def _moment(text: str) -> datetime | None:
    """The moment in an address; None for anything that is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None
