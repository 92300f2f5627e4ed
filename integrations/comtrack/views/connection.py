"""ComTrack's settings, its runs, and the button that asks now."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page, telling
from integrations.comtrack import selectors, tasks
from integrations.comtrack.forms import ConnectionForm
from integrations.comtrack.services import connection as services
from integrations.comtrack.services import runs
from integrations.permissions import MANAGE

PAGE = "comtrack:connection_detail"
TEMPLATE = "comtrack/connection_detail.html"


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_detail(request: SignedInRequest) -> HttpResponse:
    """The settings and the runs."""
    connection = services.SETTINGS.current()
    own = _own_address(request)
    form = ConnectionForm(request.POST or None, instance=connection, own_address=own)
    if request.method == "POST" and form.is_valid():
        try:
            services.save(
                connection=form.save(commit=False),
                address=form.cleaned_data["address"],
                new_key=form.cleaned_data["new_key"],
                asks_itself=form.asks_itself(),
                user=request.user,
            )
        except DomainError as refusal:
            form.add_error("new_key", refusal.message)
        else:
            messages.success(request, gettext("The settings are saved."))
            return redirect_page(request, PAGE)
    status = 422 if form.is_bound else 200
    return render_page(request, TEMPLATE, _context(form), status=status)


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def run_list(request: SignedInRequest) -> HttpResponse:
    """The runs alone, for the page that looks again while one is under way."""
    if not request.htmx:
        return redirect_page(request, PAGE)
    return render_page(request, TEMPLATE, _runs(), fragment="run-list")


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_activate(request: SignedInRequest) -> HttpResponse:
    """Ask every night from now on."""
    with telling(request, gettext("ComTrack will be asked every night from now on.")):
        services.activate(user=request.user, at=timezone.now(), own_address=_own_address(request))
    return redirect_page(request, PAGE)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_deactivate(request: SignedInRequest) -> HttpResponse:
    """Ask no more."""
    services.deactivate(user=request.user)
    messages.success(request, gettext("ComTrack is no longer asked. What it answered stays."))
    return redirect_page(request, PAGE)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def run_start(request: SignedInRequest) -> HttpResponse:
    """Ask about all applications now."""
    with telling(request, gettext("Asking ComTrack now.")):
        run = runs.start_run(user=request.user, at=timezone.now())
        transaction.on_commit(partial(tasks.nightly_comtrack_batches.delay, run_id=run.pk))
    return redirect_page(request, PAGE)


def _own_address(request: SignedInRequest) -> str:
    return request.build_absolute_uri(reverse("api:comtrack_query"))


def _context(form: ConnectionForm) -> dict[str, Any]:
    return {"form": form, **_runs()}


def _runs() -> dict[str, Any]:
    connection, rows = services.SETTINGS.current(), selectors.recent_runs()
    return {
        "connection": connection,
        "next_night": selectors.next_night(connection, now=timezone.now()),
        "rows": rows,
        "is_open": any(row.run.is_open for row in rows),
    }
