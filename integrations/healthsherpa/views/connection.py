"""HealthSherpa's settings: the two values to copy, keys, a test, what arrived and what did not."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.models import ApiKey
from agencyhub.accounts.requests import SignedInRequest
from agencyhub.accounts.services import keys
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from integrations.healthsherpa import selectors
from integrations.healthsherpa.partner import SLUG
from integrations.healthsherpa.services import connection as services
from integrations.healthsherpa.services import testing
from integrations.models import InboundMessage
from integrations.permissions import MANAGE
from integrations.selectors import TONES
from integrations.services import door_keys, failures

MAIL_TO = "medicare-integrations@healthsherpa.com"
PAGE = "healthsherpa:connection_detail"
CODES = {
    "unknown_key": _("wrong, revoked or missing key"),
    "integration_inactive": _("the connection was not active"),
    "invalid_json": _("no JSON"),
    "required": _("the application’s id or object was missing"),
}


@never_cache
@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_detail(request: SignedInRequest) -> HttpResponse:
    """The whole connection on one page."""
    return _page(request)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_activate(request: SignedInRequest) -> HttpResponse:
    """Take deliveries from now on."""
    services.activate(user=request.user, at=timezone.now())
    messages.success(request, gettext("HealthSherpa Medicare may deliver now."))
    return redirect_page(request, PAGE)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_deactivate(request: SignedInRequest) -> HttpResponse:
    """Refuse deliveries from now on."""
    services.deactivate(user=request.user, at=timezone.now())
    messages.success(
        request, gettext("HealthSherpa Medicare is deactivated. Keys and applications stay.")
    )
    return redirect_page(request, PAGE)


@never_cache
@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
@permission_required(door_keys.MAKE, raise_exception=True)
def key_create(request: SignedInRequest) -> HttpResponse:
    """Make a key and show it once, in the answer itself."""
    try:
        new = services.create_key(user=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, PAGE)
    return _page(request, new=new)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
@permission_required(door_keys.REVOKE, raise_exception=True)
def key_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop a key of HealthSherpa's for good."""
    key = get_object_or_404(ApiKey, pk=pk, scope=ApiKey.Scope.HEALTHSHERPA)
    keys.revoke_key(actor=request.user, key_id=key.pk, at=timezone.now())
    messages.success(
        request, gettext("The key %(prefix)s… no longer works.") % {"prefix": key.prefix}
    )
    return redirect_page(request, PAGE)


@never_cache
@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def connection_test(request: SignedInRequest) -> HttpResponse:
    """Send a sample through the real door and show what came of it."""
    tested = testing.send_sample(webhook_url=_webhook_url(request), at=timezone.now())
    return _page(request, tested=tested)


def _page(request: SignedInRequest, **more: Any) -> HttpResponse:
    now = timezone.now()
    gaps = selectors.gaps(now=now)
    context = {
        "connection": services.SETTINGS.current(),
        "webhook_url": _webhook_url(request),
        **door_keys.shown(selectors.live_keys(at=now), user=request.user),
        "mail_to": MAIL_TO,
        "gaps": gaps,
        "own_failures": failures.recent(SLUG),
        "lost": [(one, CODES.get(one.code, one.code.replace("_", " "))) for one in gaps.given_up],
        "rows": [
            (row, TONES[InboundMessage.State(row.state)], *row.external_id.partition("@")[::2])
            for row in selectors.recent_deliveries()
        ],
        **more,
    }
    template = "healthsherpa/connection_detail.html"
    return render_page(request, template, context, fragment="connection-test")


def _webhook_url(request: SignedInRequest) -> str:
    return request.build_absolute_uri(reverse("hooks:healthsherpa"))
