"""The page of what somebody should look into."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from agencyhub.lib.pages import HtmxRequest, render_page
from eoi.ageing import BANDS
from eoi.selectors import alerts
from eoi.views import tabs

# The ages at which a request changes its colour.
CHOICES = tuple(sorted(band.start for band in BANDS if band.start))
USUAL = CHOICES[-1]


@require_GET
@login_required
@permission_required("eoi.view_eoirequest", raise_exception=True)
def alert_list(request: HtmxRequest) -> HttpResponse:
    """Deductions above what is approved, and requests that wait longer than they should."""
    asked = request.GET.get("days", "")
    days = next((one for one in CHOICES if str(one) == asked), USUAL)
    found = alerts.alerts(user=request.user, days=days, today=timezone.localdate())
    context = {"tabs": tabs.of(request), "days": days, "choices": CHOICES, "alerts": found}
    return render_page(request, "eoi/alert_list.html", context)
