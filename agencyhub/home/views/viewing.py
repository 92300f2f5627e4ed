"""The report of unusual viewing, and the rows behind each of its lines."""

from datetime import date

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from agencyhub.accounts.models import User
from agencyhub.home.viewing import report
from agencyhub.lib.pages import render_page

PERIODS = {"1": _("Today"), "7": _("7 days"), "30": _("30 days")}
USUAL_PERIOD = "7"


@require_GET
@login_required
@permission_required("individuals.review_viewing", raise_exception=True)
def viewing_report(request: HttpRequest) -> HttpResponse:
    """Users and days that stand out; ``?days=`` is 1, 7 or 30."""
    days = request.GET.get("days", USUAL_PERIOD)
    days = days if days in PERIODS else USUAL_PERIOD
    tabs = [
        {"label": label, "url": f"?days={key}", "is_current": key == days}
        for key, label in PERIODS.items()
    ]
    lines = report.lines(last=timezone.localdate(), days=int(days))
    return render_page(request, "home/viewing_report.html", {"lines": lines, "tabs": tabs})


@require_GET
@login_required
@permission_required("individuals.review_viewing", raise_exception=True)
def viewing_rows(request: HttpRequest, day: str, pk: int) -> HttpResponse:
    """What one user opened on one day: ``?why=`` is the reason that led here."""
    user = get_object_or_404(User, pk=pk)
    why = request.GET.get("why", "")
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        msg = gettext("There is no such day.")
        raise Http404(msg) from error
    if why not in report.WORDS:
        why = "opened"
    found = report.rows(user, on, key=why)
    context = {
        "viewer": user,
        "day": on,
        "what": report.WORDS[why],
        "rows": found,
        "is_cut": len(found) == report.MOST_ROWS,
    }
    return render_page(request, "home/viewing_rows.html", context)
