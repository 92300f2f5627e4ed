"""The catalogue under Settings, and the health of all integrations."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.pages import render_page
from integrations import registry, selectors
from integrations.carriers import selectors as retrieve
from integrations.comtrack import selectors as comtrack
from integrations.eoi_batches import selectors as eoi_batches
from integrations.noyo.selectors import account as noyo
from integrations.permissions import MANAGE, REVIEW
from integrations.views.partners import CATALOGUE


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def integration_list(request: SignedInRequest) -> HttpResponse:
    """Every integration that can be added, and which are."""
    cards = [card for screens in CATALOGUE for card in screens.cards()]
    return render_page(request, "integrations/integration_list.html", {"cards": cards})


@require_GET
@any_permission(MANAGE, REVIEW)
def health(request: SignedInRequest) -> HttpResponse:
    """What arrives, what waits, what failed, and what is about to stop working."""
    now = timezone.now()
    partners = [
        selectors.partner_health(
            slug=partner.slug, title=partner.title, refusal=partner.refusal(), now=now
        )
        for partner in registry.PARTNERS.values()
    ]
    today = timezone.localdate()
    context = {
        "partners": partners,
        "comtrack": comtrack.last_run_row(),
        "noyo": noyo.last_run_row(),
        "carriers": retrieve.overview(now=now),
        "eoi_servers": eoi_batches.server_rows(now=now),
        "processes": selectors.processes(now=now),
        "notices": [one for screens in CATALOGUE for one in screens.notices(on=today)],
        "can_manage": request.user.has_perm(MANAGE),
        "can_review": request.user.has_perm(REVIEW),
    }
    return render_page(request, "integrations/health.html", context, fragment="health")
