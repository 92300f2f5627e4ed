"""The catalogue under Settings, and the health of all integrations."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.pages import render_page
from integrations import asked, catalogue, selectors
from integrations.permissions import MANAGE, REVIEW
from integrations.reports import Report, State, worst_first
from integrations.screens import Notice


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def integration_list(request: SignedInRequest) -> HttpResponse:
    """Every integration that can be added, and which are."""
    cards = [card for screens in catalogue.CATALOGUE for card in screens.cards()]
    return render_page(request, "integrations/integration_list.html", {"cards": cards})


@require_GET
@any_permission(MANAGE, REVIEW)
def health(request: SignedInRequest) -> HttpResponse:
    """What works, what waits, what failed, and what is about to stop working."""
    now = timezone.now()
    can_manage = request.user.has_perm(MANAGE)
    with asked.together():
        reports = worst_first(catalogue.reports(now=now))
        notices = _notices(reports, on=timezone.localdate(now))
    context: dict[str, Any] = {
        "rows": [one if can_manage else replace(one, url="") for one in reports],
        "notices": notices,
        "processes": selectors.processes(now=now),
        "open_incidents": selectors.open_incidents(),
        "past_incidents": selectors.past_incidents(),
        "is_mail_off": any(one.key == "mail" and one.is_down for one in reports),
        "can_manage": can_manage,
        "can_review": request.user.has_perm(REVIEW),
    }
    return render_page(request, "integrations/health.html", context, fragment="health")


def _notices(reports: list[Report], *, on: date) -> list[Notice]:
    """What the reports say is wrong, then what the settings lack."""
    found = [
        Notice(one.tone, one.headline, one.error or one.text, one.url, one.sign)
        for one in reports
        if one.headline and one.state not in (State.OFF, State.WORKING)
    ]
    return [*found, *(one for screens in catalogue.CATALOGUE for one in screens.notices(on=on))]
