"""The settings of EOI's partners: servers, groups' folders, and who comes through the API."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.pages import redirect_page, render_page
from integrations.carriers.connectors.sftp import fingerprint
from integrations.carriers.problems import Problem, RetrieveError
from integrations.eoi_batches import selectors, tasks
from integrations.eoi_batches.forms import FolderForm, ServerForm
from integrations.eoi_batches.models import Folder, Server
from integrations.eoi_batches.services import picking
from integrations.eoi_batches.services import servers as services
from integrations.permissions import MANAGE

OVERVIEW = "eoi_batches:overview"
TEST = "test"


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def overview(request: SignedInRequest) -> HttpResponse:
    """Both doors of carriers: servers with groups' folders, and the clients of the API."""
    context = {
        "servers": selectors.server_rows(now=timezone.now()),
        "clients": selectors.api_clients(),
        "now": timezone.now(),
    }
    return render_page(request, "eoi_batches/overview.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def server_add(request: SignedInRequest) -> HttpResponse:
    """Connect another server."""
    return _edit(request, Server())


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def server_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a server."""
    return _edit(request, get_object_or_404(Server, pk=pk))


def _edit(request: SignedInRequest, server: Server) -> HttpResponse:
    form = ServerForm(request.POST or None, instance=server)
    if not form.is_valid():
        return _form_page(request, server, form, status=422 if form.is_bound else 200)
    services.save(server=form.instance, secrets=form.secrets(), user=request.user)
    messages.success(request, gettext("The server is saved."))
    return _test(request, server) if TEST in request.POST else redirect_page(request, OVERVIEW)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def server_test(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign in, make the folders where they are missing, and list the inboxes."""
    return _test(request, get_object_or_404(Server, pk=pk))


def _test(request: SignedInRequest, server: Server) -> HttpResponse:
    try:
        count = picking.try_out(server)
    except RetrieveError as error:
        server.refresh_from_db()
        return _form_page(request, server, ServerForm(instance=server), problem=error.problem)
    said = ngettext(
        "The test went well: %(count)s file lies in the inboxes.",
        "The test went well: %(count)s files lie in the inboxes.",
        count,
    )
    messages.success(request, said % {"count": count})
    return redirect_page(request, OVERVIEW)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def server_pick_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look at a server now."""
    server = get_object_or_404(Server, pk=pk)
    look = partial(tasks.pick_up_from.delay, server_id=server.pk, is_patient=True)
    transaction.on_commit(look)
    messages.success(
        request,
        gettext(
            "AgencyHub looks for files now. One that is new is taken once a second look finds it"
            " unchanged: reload this page in a minute."
        ),
    )
    return redirect_page(request, "eoi_batches:file_list")


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def server_host_key(request: SignedInRequest, pk: int) -> HttpResponse:
    """Forget the pinned host key."""
    get_object_or_404(Server, pk=pk)
    services.forget_host_key(server_id=pk, user=request.user)
    messages.success(
        request, gettext("The host key is forgotten. The next connection pins the new one.")
    )
    return redirect_page(request, "eoi_batches:server_edit", pk)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def folder_add(request: SignedInRequest) -> HttpResponse:
    """Give a group a folder."""
    return _edit_folder(request, Folder())


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def folder_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a group's folder."""
    return _edit_folder(request, get_object_or_404(Folder.objects.select_related("group"), pk=pk))


def _edit_folder(request: SignedInRequest, folder: Folder) -> HttpResponse:
    form = FolderForm(request.POST or None, instance=folder)
    if form.is_valid():
        services.save_folder(folder=form.instance, user=request.user)
        messages.success(request, gettext("The folder is saved."))
        return redirect_page(request, OVERVIEW)
    context = {"form": form, "folder": folder}
    status = 422 if form.is_bound else 200
    return render_page(request, "eoi_batches/folder_form.html", context, status=status)


def _form_page(
    request: SignedInRequest,
    server: Server,
    form: ServerForm,
    *,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "server": server,
        "form": form,
        "problem": problem,
        "problem_field": problem.field if problem and problem.field in form.fields else "",
        "fingerprint": fingerprint(server.host_key) if server.host_key else "",
    }
    return render_page(request, "eoi_batches/server_form.html", context, status=status)
