"""One connection: run it now, and what its runs brought."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from integrations.carriers import selectors
from integrations.carriers.forms import RunForm
from integrations.carriers.models import Connection, Retrieval
from integrations.carriers.services import requesting
from integrations.permissions import MANAGE


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """How a connection is doing, run now, and its history."""
    return _detail(request, get_object_or_404(Connection, pk=pk), RunForm())


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_run(request: SignedInRequest, pk: int) -> HttpResponse:
    """Run a connection now."""
    connection = get_object_or_404(Connection.objects.select_related("carrier"), pk=pk)
    form = RunForm(request.POST)
    if not form.is_valid():
        return _detail(request, connection, form, status=422)
    since, until = form.range()
    try:
        requesting.request(connection_id=pk, since=since, until=until, user=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request, gettext("%(name)s is being retrieved.") % {"name": connection.carrier.name}
        )
    return redirect_page(request, "carriers:connection_detail", pk)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask once more for the days of the last run."""
    connection = get_object_or_404(Connection.objects.select_related("carrier"), pk=pk)
    last = connection.retrievals.order_by("-pk").first()
    if last is None:
        raise Http404
    try:
        requesting.request(connection_id=pk, since=last.since, until=last.until, user=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        words = gettext("%(name)s is being retrieved.") % {"name": connection.carrier.name}
        messages.success(request, words)
    return redirect_page(request, "carriers:connection_detail", pk)


def _detail(
    request: SignedInRequest, connection: Connection, form: RunForm, *, status: int = 200
) -> HttpResponse:
    (row,) = selectors.overview(now=timezone.now(), only=connection.pk)
    page = selectors.history_page(connection, params=request.GET)
    here = reverse("carriers:connection_detail", args=[connection.pk])
    context = {
        "row": row,
        "form": form,
        "runs": [selectors.run_row(run) for run in page],
        "here": request.get_full_path() if request.method == "GET" else here,
        "prev_url": f"{here}?before={page.before}" if page.before else "",
        "next_url": f"{here}?after={page.after}" if page.after else "",
    }
    return render_page(
        request,
        "carriers/connection_detail.html",
        context,
        fragment="connection-state" if request.method == "GET" else None,
        status=status,
    )


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def retrieval_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One run: every file, and what became of it."""
    runs = Retrieval.objects.select_related("connection__carrier", "user")
    run = get_object_or_404(runs, pk=pk)
    context = {"row": selectors.run_row(run), "files": selectors.file_rows(run)}
    return render_page(
        request, "carriers/retrieval_detail.html", context, fragment="retrieval-files"
    )
