"""Usernames en masse: a template with what users have now, and the way to the import."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from agencyhub.accounts.requests import SignedInRequest
from integrations.permissions import MANAGE
from integrations.plancompare import imports, selectors, sheets
from integrations.plancompare.models import Site

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def username_template(_request: SignedInRequest, variant: str, kind: str) -> HttpResponse:
    """The template with today's users in it, as CSV or XLSX."""
    get_object_or_404(Site, variant=variant, is_active=True)
    rows = selectors.username_rows()
    if kind == "csv":
        content, mime = sheets.write_csv(selectors.HEADER, rows), "text/csv; charset=utf-8"
    elif kind == "xlsx":
        content = sheets.write_xlsx(selectors.HEADER, rows, title=gettext("PlanCompare users"))
        mime = XLSX
    else:
        msg = gettext("There is a CSV and an XLSX template.")
        raise Http404(msg)
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="{imports.KEY}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def username_upload(_request: SignedInRequest, variant: str) -> HttpResponse:
    """Files with usernames are imported like every other file."""
    get_object_or_404(Site, variant=variant, is_active=True)
    return redirect(reverse("imports:import_list", query={"new": imports.KEY}))
