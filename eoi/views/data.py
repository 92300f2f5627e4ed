"""The Data tab: worksheets of decisions are fetched here and brought back."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.imports import screens
from agencyhub.imports.services import files
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.uploads import is_too_large
from eoi.forms.worksheets import MOST_BYTES, UpdateWorksheetForm, UploadWorksheetForm
from eoi.selectors import worksheets as selectors
from eoi.services import worksheets
from eoi.views import tabs
from eoi.worksheets.reading import LIMITS, TOO_LARGE

DECIDE = "eoi.decide_eoirequest"
XML = "application/xml; charset=utf-8"


@require_GET
@login_required
@permission_required(DECIDE, raise_exception=True)
def data(request: SignedInRequest) -> HttpResponse:
    """Where worksheets of decisions are fetched and brought back."""
    return _page(request)


def _page(request: SignedInRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    user = request.user
    waiting = selectors.waiting(user=user).order_by()[: selectors.MOST + 1].count()
    context = {
        "tabs": tabs.of(request),
        "update": forms.get("update") or UpdateWorksheetForm(user=user),
        "upload": forms.get("upload") or UploadWorksheetForm(),
        "most_bytes": MOST_BYTES,
        "too_large": gettext(TOO_LARGE) % {"megabytes": LIMITS.megabytes},
        "waiting": min(waiting, selectors.MOST),
        "are_more": waiting > selectors.MOST,
        "rows": [screens.row(run) for run in selectors.recent(user=user)],
    }
    return render_page(request, "eoi/data.html", context, status=status)


@require_GET
@login_required
@permission_required(DECIDE, raise_exception=True)
def worksheet_empty(_request: SignedInRequest) -> HttpResponseBase:
    """A worksheet without rows."""
    return download(worksheets.empty_worksheet(), "eoi_decisions_empty")


@require_POST
@login_required
@permission_required(DECIDE, raise_exception=True)
@never_cache
def worksheet_update(request: SignedInRequest) -> HttpResponseBase:
    """A worksheet of the requests that wait; a POST, for who took it is noted."""
    form = UpdateWorksheetForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, update=form, status=422)
    try:
        content = worksheets.update_worksheet(
            user=request.user,
            group=form.cleaned_data["group"],
            with_ssn=form.cleaned_data.get("with_ssn", False),
            reason=form.cleaned_data.get("reason", ""),
            at=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error(refusal.field, refusal.message)
        return _page(request, update=form, status=422)
    return download(content, f"eoi_decisions_update_{timezone.localdate():%Y-%m-%d}")


def download(content: Any, name: str) -> HttpResponseBase:
    """Send a worksheet as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xml"'}
    return StreamingHttpResponse(content, content_type=XML, headers=headers)


@require_POST
@login_required
@permission_required(DECIDE, raise_exception=True)
def worksheet_upload(request: SignedInRequest) -> HttpResponse:
    """Take a worksheet, and go to the page that tells what becomes of it."""
    form = UploadWorksheetForm(request.POST, request.FILES)
    if is_too_large(request):
        form.errors.pop("file", None)
        form.add_error("file", gettext(TOO_LARGE) % {"megabytes": LIMITS.megabytes})
    if not form.is_valid():
        return _page(request, upload=form, status=422)
    content = form.cleaned_data["file"]
    try:
        run = files.receive(
            content=content, name=content.name, kind=selectors.KIND, user=request.user
        )
    except DomainError as refusal:
        form.add_error("file", refusal.message)
        return _page(request, upload=form, status=422)
    return redirect_page(request, "eoi:worksheet_detail", run.pk)
