"""The dashboard and the index of the settings."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from agencyhub.home import attention, payments, selectors, settings_index
from agencyhub.lib.pages import render_page
from agencyhub.records.selectors import recent_acts


@require_GET
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """What waits for me, and how things stand."""
    user = request.user
    context = {
        "doors": selectors.doors(user),
        "attention": attention.attention(user, on=timezone.localdate()),
        "payments_due": payments.payments_due(user, at=timezone.now()),
        "sales_by_stage": selectors.sales_by_stage(user),
        "policies_by_status": selectors.policies_by_status(user),
        "recent": recent_acts(user),
    }
    return render_page(request, "home/dashboard.html", context)


@require_GET
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Every page of the settings that the user may open."""
    groups = settings_index.settings_groups(request.user)
    return render_page(request, "home/settings.html", {"groups": groups})
