"""Renewals: what a group expects of its carriers, whether they are ready, and who is to be sent."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.records.views import lists
from groups.models import EmployerGroup
from groups.selectors import groups as group_selectors
from groups.views.common import tabs as group_tabs
from integrations.noyo.forms.renewals import RenewalForm
from integrations.noyo.lists_renewals import LOOKS, RENEWALS
from integrations.noyo.models import NoyoGroup, RenewalDecision
from integrations.noyo.selectors import renewals as selectors
from integrations.noyo.services import renewals as services
from integrations.noyo.views import tabs

VIEW, ADD, CHANGE = (f"noyo.{verb}_renewaldecision" for verb in ("view", "add", "change"))
MOST_TO_SEND = 12
INVALID, REFUSED = 422, 409


@require_GET
@login_required
@permission_required(VIEW, raise_exception=True)
def renewal_list(request: SignedInRequest) -> HttpResponse:
    """Renewal decisions, and above them the groups whose decision is to be sent."""
    waiting = selectors.to_send(request.user, on=timezone.localdate())
    return lists.show(
        request,
        RENEWALS,
        template="noyo/renewal_list.html",
        tabs=tabs.of(request.user, current=RENEWALS.url_name),
        to_send=waiting.order_by("renewal_date", "name_key")[:MOST_TO_SEND],
        to_send_count=waiting.count(),
    )


@require_GET
@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def group_renewal(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a group expects at renewal, and what its carriers have of it."""
    return _page(request, _group(request, pk))


@require_POST
@login_required
@permission_required((ADD, CHANGE), raise_exception=True)
def renewal_save(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep what is expected, and send it where that button was pressed."""
    group = _group(request, pk)
    form = _form(group, _decision(request, group), request.POST)
    if not form.is_valid():
        return _page(request, group, form=form, status=INVALID)
    said = form.cleaned_data
    try:
        decision = services.prepare(
            group=group, keys=said["keys"], opens=said["opens"], closes=said["closes"],
            user=request.user,
        )  # fmt: skip
        if "send" not in request.POST:
            messages.success(request, _("Kept. Nothing has been sent."))
            return redirect_page(request, "noyo:group_renewal", pk=pk)
        services.send(decision=decision, user=request.user, at=timezone.now())
    except DomainError as refusal:
        form.add_error(None, refusal.message)
        return _page(request, group, form=form, status=REFUSED)
    messages.success(request, _("Sent. Noyo asks the carriers every day."))
    return redirect_page(request, "noyo:group_renewal", pk=pk)


@require_POST
@login_required
@permission_required(CHANGE, raise_exception=True)
def renewal_check(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look at once how a decision stands."""
    decision = _decision(request, _group(request, pk))
    if decision is None:
        raise Http404
    try:
        has_changed = services.check(decision=decision, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        said = _("It has changed.") if has_changed else _("Nothing has changed.")
        messages.success(request, said)
    return redirect_page(request, "noyo:group_renewal", pk=pk)


def _group(request: SignedInRequest, pk: int) -> EmployerGroup:
    group: EmployerGroup = get_object_or_404(group_selectors.for_page(request.user), pk=pk)
    return group


def _decision(request: SignedInRequest, group: EmployerGroup) -> RenewalDecision | None:
    if group.renewal_date is None:
        return None
    found = selectors.decisions(request.user)
    return found.filter(group=group, renewal_date=group.renewal_date).first()


def _form(group: EmployerGroup, decision: RenewalDecision | None, data: Any = None) -> RenewalForm:
    lines = [] if group.renewal_date is None else selectors.lines(group, on=group.renewal_date)
    initial: dict[str, Any] = {"keys": [one.key for one in lines]}
    if decision is not None:
        opens, closes = selectors.dates_of(decision.body)
        initial = {"keys": selectors.chosen(decision.body, lines), "opens": opens, "closes": closes}
    return RenewalForm(data, lines=lines, initial=initial)


def _page(
    request: SignedInRequest,
    group: EmployerGroup,
    *,
    form: RenewalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user, decision, day = request.user, _decision(request, group), group.renewal_date
    is_sent = decision is not None and decision.status != RenewalDecision.Status.DRAFT
    context = {
        "group": group,
        "tabs": group_tabs(group, current="carriers", user=user),
        "decision": decision,
        "look": LOOKS[RenewalDecision.Status(decision.status)] if decision else None,
        "is_sent": is_sent,
        "said": selectors.said(decision) if decision else [],
        "carriers": selectors.carriers(group),
        "is_known": NoyoGroup.objects.filter(group=group).exists(),
        "can_be_sent": day is not None and selectors.can_be_sent(day, on=timezone.localdate()),
        "may_change": user.has_perms((ADD, CHANGE)),
        "form": form or _form(group, decision),
    }
    return render_page(request, "noyo/group_renewal.html", context, status=status)
