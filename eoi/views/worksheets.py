"""One worksheet that came back: what its rows decided, and what failed."""

from itertools import islice
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.imports import screens
from agencyhub.imports.models import Import
from agencyhub.imports.services import runs
from agencyhub.lib import keyset
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.pks import read_pk
from eoi.selectors import worksheets as selectors
from eoi.services import worksheets
from eoi.views.data import DECIDE, download
from eoi.worksheets import columns

PAGE = 50
REVERSE = "eoi.reverse_decision"
SHOWN = (
    columns.SUBSCRIBER_ID, columns.SSN, columns.LOOKUP_CODE, columns.ACTION, columns.APPROVED,
    columns.EFFECTIVE,
)  # fmt: skip


def upload_of(request: SignedInRequest, pk: int) -> Import:
    """The upload of a page's address, if the user may see it."""
    return get_object_or_404(selectors.uploads(user=request.user), pk=pk)


@require_GET
@login_required
@permission_required(DECIDE, raise_exception=True)
@never_cache
def worksheet_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """What became of a worksheet. While a worker is busy, the page asks for itself again."""
    run = upload_of(request, pk)
    context = {
        "run": run,
        "row": screens.row(run),
        "percent": screens.percent(run),
        "reversed": selectors.reversed_count(run, user=request.user),
        "forgotten": run.totals.get(selectors.FORGOTTEN, []),
        **_failed(request, run),
    }
    return render_page(request, "eoi/worksheet_detail.html", context, fragment="worksheet")


def _failed(request: SignedInRequest, run: Import) -> dict[str, Any]:
    """One page of the rows that failed; only columns that the worksheet has."""
    after_line = read_pk(request.GET.get("after", "")) or 0
    found = list(islice(selectors.failed(run, after_line=after_line), PAGE + 1))
    known = columns.labelled(run.headers)
    shown = [one for one in SHOWN if one.label in known]
    url = reverse("eoi:worksheet_detail", args=[run.pk])
    return {
        "headings": [one.label for one in shown],
        "failed": [
            (row, [(one.label, row.cells[one.label], one.field in row.fields) for one in shown])
            for row in found[:PAGE]
        ],
        "next_url": f"{url}?after={found[PAGE - 1].line}" if len(found) > PAGE else "",
        "prev_url": url if after_line else "",
    }


@require_GET
@login_required
@permission_required(DECIDE, raise_exception=True)
@never_cache
def worksheet_decided(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the rows of a worksheet decided."""
    run = upload_of(request, pk)
    order = (keyset.Key("pk"),)
    page = keyset.page(selectors.decided(run, user=request.user), order=order, params=request.GET)
    context = {
        "run": run,
        "page": page,
        "prev_url": f"?before={page.before}" if page.before else "",
        "next_url": f"?after={page.after}" if page.after else "",
        "may_reverse": request.user.has_perm(REVERSE)
        and selectors.standing(run, user=request.user).exists(),
    }
    return render_page(request, "eoi/worksheet_decided.html", context)


@require_POST
@login_required
@permission_required(DECIDE, raise_exception=True)
@never_cache
def worksheet_failed(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The failed rows as a worksheet, to correct and upload again; who took it is noted."""
    run = upload_of(request, pk)
    content = worksheets.failed_worksheet(run, user=request.user, at=timezone.now())
    return download(content, f"eoi_failed_rows_{run.pk}")


@require_POST
@login_required
@permission_required(DECIDE, raise_exception=True)
def worksheet_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read a worksheet that was read before, or one with trouble once more."""
    run = upload_of(request, pk)
    try:
        runs.again(import_id=run.pk, user=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect_page(request, "eoi:worksheet_detail", run.pk)
