"""The dashboard: what is quick to say at once, what has to be counted part by part."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from agencyhub.accounts.models import User
from agencyhub.accounts.requests import SignedInRequest
from agencyhub.home import attention, payments, selectors
from agencyhub.home.desk import panels, queues, tour
from agencyhub.lib.pages import render_page, wants_fragment
from agencyhub.records.selectors import recent_acts

WORK, STANDING = "work", "standing"
PARTS = {
    WORK: "home/dashboard/_work.html",
    STANDING: "home/dashboard/_standing.html",
}


@require_GET
@login_required
def dashboard(request: SignedInRequest) -> HttpResponse:
    """What waits for me, and how things stand; ``?whole=1`` with everything counted at once.

    The latter is for browsers without JavaScript. Others ask for each part, which stands in the
    page from the beginning, as high as it will be.
    """
    user, at = request.user, timezone.now()
    is_whole = request.GET.get("whole") == "1"
    context = {
        "is_whole": is_whole,
        "is_idle": not (user.is_superuser or user.get_all_permissions()),
        "tour": tour.tour_of(user) if tour.is_shown(user) else None,
        "attention": attention.attention(user, on=timezone.localdate(at)),
        "panels": [
            panels.count(one, user=user, at=at) if is_whole else panels.blank(one)
            for one in panels.panels_of(user)
        ],
        "recent": recent_acts(user),
        "has_standing": is_whole or _has_standing(user),
        **(_work(user, at) if is_whole else {"lines": queues.blank_lines(user)}),
        **(_standing(user, at) if is_whole else {}),
    }
    return render_page(request, "home/dashboard/dashboard.html", context)


@never_cache
@require_GET
@login_required
def dashboard_part(request: SignedInRequest, key: str) -> HttpResponse:
    """One part of the dashboard, counted; in a browser without JavaScript the page it is on."""
    user, at = request.user, timezone.now()
    panel = panels.find(key, user=user)
    if panel is None and key not in PARTS:
        msg = gettext("The dashboard has no such part.")
        raise Http404(msg)
    if not wants_fragment(request):
        return redirect(reverse("home:report_detail", args=[key]) if panel else "home:dashboard")
    if panel:
        found = panels.count(panel, user=user, at=at)
        return render(request, "home/dashboard/_panel.html", {"panel": found})
    context = _work(user, at) if key == WORK else _standing(user, at)
    return render(request, PARTS[key], context)


def _work(user: User, at: datetime) -> dict[str, Any]:
    return {"lines": queues.lines(user, at=at), "counted_at": at}


def _standing(user: User, at: datetime) -> dict[str, Any]:
    return {
        "doors": selectors.doors(user),
        "payments_due": payments.payments_due(user, at=at),
        "sales_by_stage": selectors.sales_by_stage(user),
        "policies_by_status": selectors.policies_by_status(user),
        "is_counted": True,
    }


def _has_standing(user: User) -> bool:
    return any(user.has_perm(one) for one in selectors.PERMISSIONS)
