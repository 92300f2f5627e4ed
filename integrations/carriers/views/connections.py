"""Carriers' connections: the table, adding, changing and testing one."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.pages import redirect_page, render_page
from integrations.carriers import selectors
from integrations.carriers.connectors.sftp import fingerprint
from integrations.carriers.forms import ConnectionForm
from integrations.carriers.models import Connection
from integrations.carriers.problems import Problem, RetrieveError
from integrations.carriers.services import connections, opening
from integrations.permissions import MANAGE

TEST = "test"
TEST_DAYS = timedelta(days=30)
Transport = Connection.Transport


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_list(request: SignedInRequest) -> HttpResponse:
    """Every carrier that files are fetched from, and how that goes."""
    rows = selectors.overview(now=timezone.now())
    context = {"rows": rows, "is_working": any(row.is_working for row in rows)}
    return render_page(
        request, "carriers/connection_list.html", context, fragment="connection-table"
    )


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_add(request: SignedInRequest) -> HttpResponse:
    """Connect another carrier."""
    return _edit(request, Connection(transport=_transport(request, Transport.HTTPS)))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a connection."""
    connection = get_object_or_404(Connection.objects.select_related("carrier"), pk=pk)
    connection.transport = _transport(request, Transport(connection.transport))
    return _edit(request, connection)


def _transport(request: SignedInRequest, otherwise: Transport) -> str:
    wanted = request.GET.get("transport", "")
    return wanted if wanted in Transport.values else otherwise


def _edit(request: SignedInRequest, connection: Connection) -> HttpResponse:
    if request.method == "GET":
        return _form_page(request, connection, ConnectionForm(instance=connection))
    form = ConnectionForm(request.POST, instance=connection)
    if not form.is_valid():
        return _form_page(request, connection, form, status=422)
    connections.save(
        connection=form.instance, secrets=form.secrets(), user=request.user, at=timezone.now()
    )
    messages.success(request, gettext("The connection is saved."))
    if TEST in request.POST:
        return _test(request, connection)
    return redirect_page(request, "carriers:connection_detail", connection.pk)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_test(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign in and list, as a run would; nothing is fetched."""
    connections_ = Connection.objects.select_related("carrier")
    return _test(request, get_object_or_404(connections_, pk=pk))


def _test(request: SignedInRequest, connection: Connection) -> HttpResponse:
    today = timezone.localdate()
    try:
        count = opening.try_out(connection, since=today - TEST_DAYS, until=today)
    except RetrieveError as error:
        connection.refresh_from_db()
        form = ConnectionForm(instance=connection)
        return _form_page(request, connection, form, problem=error.problem)
    said = ngettext(
        "The test went well: %(count)s file of the last 30 days.",
        "The test went well: %(count)s files of the last 30 days.",
        count,
    )
    messages.success(request, said % {"count": count})
    return redirect_page(request, "carriers:connection_detail", connection.pk)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_host_key(request: SignedInRequest, pk: int) -> HttpResponse:
    """Forget the pinned host key."""
    get_object_or_404(Connection, pk=pk)
    connections.forget_host_key(connection_id=pk, user=request.user)
    messages.success(
        request, gettext("The host key is forgotten. The next connection pins the new one.")
    )
    return redirect_page(request, "carriers:connection_edit", pk)


def _form_page(
    request: SignedInRequest,
    connection: Connection,
    form: ConnectionForm,
    *,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    here = reverse("carriers:connection_add")
    back = reverse("carriers:connection_list")
    if connection.pk:
        here = reverse("carriers:connection_edit", args=[connection.pk])
        back = reverse("carriers:connection_detail", args=[connection.pk])
    context: dict[str, Any] = {
        "connection": connection,
        "form": form,
        "tabs": [
            {
                "label": label,
                "url": f"{here}?transport={value}",
                "is_current": value == connection.transport,
            }
            for value, label in Transport.choices
        ],
        "here": f"{here}?transport={connection.transport}",
        "cancel_url": back,
        "problem": problem,
        "problem_field": problem.field if problem and problem.field in form.fields else "",
        "fingerprint": fingerprint(connection.host_key) if connection.host_key else "",
    }
    return render_page(request, "carriers/connection_form.html", context, status=status)
