"""Webhooks under Settings: the list, and each endpoint with its log."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from integrations.outgoing import selectors
from integrations.outgoing.forms import AgainForm, EndpointForm
from integrations.outgoing.models import Delivery, Endpoint
from integrations.outgoing.services import endpoints

VIEW, ADD, CHANGE, DELETE = (
    f"outgoing.{verb}_endpoint" for verb in ("view", "add", "change", "delete")
)
PAGE = "outgoing:endpoint_detail"


@require_GET
@login_required
@permission_required(VIEW, raise_exception=True)
def endpoint_list(request: SignedInRequest) -> HttpResponse:
    """Who is told, of what, and how they are doing."""
    rows = selectors.endpoint_rows(request.user)
    return render_page(request, "outgoing/endpoint_list.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@permission_required(ADD, raise_exception=True)
def endpoint_create(request: SignedInRequest) -> HttpResponse:
    """Add an endpoint; its secret is shown once, in the answer itself."""
    form = EndpointForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        secret = _save(request, form)
        if secret:
            return _secret(request, form.instance, secret)
    return _form(request, form)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(CHANGE, raise_exception=True)
def endpoint_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change an endpoint, or switch it on or off."""
    form = EndpointForm(request.POST or None, user=request.user, instance=_endpoint(request, pk))
    if request.method == "POST" and form.is_valid() and _save(request, form) is not None:
        messages.success(request, gettext("The webhook is saved."))
        return redirect_page(request, PAGE, pk)
    return _form(request, form)


def _save(request: SignedInRequest, form: EndpointForm) -> str | None:
    try:
        return endpoints.save(endpoint=form.instance, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        form.add_error("owner", refusal.message)
        return None


def _form(request: SignedInRequest, form: EndpointForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "endpoint": form.instance}
    return render_page(request, "outgoing/endpoint_form.html", context, status=status)


@require_GET
@login_required
@permission_required(VIEW, raise_exception=True)
def endpoint_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One endpoint: how it is doing, and its deliveries, newest first."""
    endpoint = _endpoint(request, pk)
    state = request.GET.get("state", "")
    state = state if state in Delivery.State.values else ""
    page = selectors.delivery_page(endpoint, state=state, params=request.GET)
    url = reverse(PAGE, args=[pk])
    keep = f"state={state}&" if state else ""
    row = selectors.endpoint_row(endpoint)
    context = {
        "endpoint": endpoint,
        "row": row,
        "types": [selectors.title_of(one) for one in endpoint.types],
        "rows": [selectors.delivery_row(one) for one in page],
        "filters": [
            {
                "label": label,
                "url": f"{url}?state={key}" if key else url,
                "is_current": key == state,
            }
            for key, label in [("", gettext("All")), *Delivery.State.choices]
        ],
        "state": state,
        "is_working": bool(row.waiting) and endpoint.is_active,
        "here": f"{url}?{keep}",
        "again": AgainForm(initial={"shown_at": timezone.now().isoformat()}),
        "may_change": request.user.has_perm(CHANGE),
        "may_delete": request.user.has_perm(DELETE),
        "prev_url": f"{url}?{keep}before={page.before}" if page.before else "",
        "next_url": f"{url}?{keep}after={page.after}" if page.after else "",
    }
    return render_page(request, "outgoing/endpoint_detail.html", context, fragment="deliveries")


@never_cache
@require_POST
@login_required
@permission_required(CHANGE, raise_exception=True)
def secret_rotate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Replace the secret; the new one is shown once."""
    endpoint = _endpoint(request, pk)
    try:
        secret = endpoints.rotate(endpoint_id=pk, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, PAGE, pk)
    endpoint.refresh_from_db()
    return _secret(request, endpoint, secret)


def _secret(request: SignedInRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    context = {"endpoint": endpoint, "secret": secret}
    return render_page(request, "outgoing/endpoint_secret.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(DELETE, raise_exception=True)
def endpoint_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove an endpoint with its log."""
    endpoint = _endpoint(request, pk)
    if request.method == "POST":
        endpoints.remove(endpoint_id=pk, actor=request.user)
        words = gettext("The webhook “%(name)s” is removed.") % {"name": endpoint.name}
        messages.success(request, words)
        return redirect_page(request, "outgoing:endpoint_list")
    return render_page(request, "outgoing/endpoint_confirm_delete.html", {"endpoint": endpoint})


def _endpoint(request: SignedInRequest, pk: int) -> Endpoint:
    rows: Any = Endpoint.objects.visible_to(request.user).select_related("owner")
    found: Endpoint = get_object_or_404(rows, pk=pk)
    return found
