"""One delivery with its tries, and sending again."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page, telling
from integrations.outgoing import payload, selectors, tasks
from integrations.outgoing.forms import AgainForm, ShownForm
from integrations.outgoing.models import Delivery, Endpoint
from integrations.outgoing.services import endpoints
from integrations.outgoing.views.endpoints import CHANGE, PAGE, VIEW


@require_GET
@login_required
@permission_required(VIEW, raise_exception=True)
def delivery_detail(request: SignedInRequest, pk: int, delivery_pk: int) -> HttpResponse:
    """What was sent, and how each try ended."""
    mine = Delivery.objects.filter(endpoint__in=Endpoint.objects.visible_to(request.user))
    rows = mine.select_related("event", "endpoint")
    delivery = get_object_or_404(rows, pk=delivery_pk, endpoint=pk)
    now = timezone.now()
    attempts = delivery.attempts.order_by("-pk")[:50]
    context = {
        "delivery": delivery,
        "row": selectors.delivery_row(delivery),
        "payload": json.dumps(payload.shown(delivery.event), indent=2),
        "attempts": [(one, selectors.answer_of(one.outcome, one.status)) for one in attempts],
        "can_repeat": request.user.has_perm(CHANGE) and selectors.can_repeat(delivery, at=now),
        "shown_at": now.isoformat(),
    }
    return render_page(request, "outgoing/delivery_detail.html", context)


@require_POST
@login_required
@permission_required(CHANGE, raise_exception=True)
def delivery_again(request: SignedInRequest, pk: int, delivery_pk: int) -> HttpResponse:
    """Send one delivery again, or now instead of at its next try."""
    form = ShownForm(request.POST)
    if form.is_valid():
        _again(request, pk, {"pk": delivery_pk}, form)
    else:
        _tell(request, form)
    return redirect_page(request, "outgoing:delivery_detail", pk, delivery_pk)


@require_POST
@login_required
@permission_required(CHANGE, raise_exception=True)
def deliveries_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send all deliveries again that did not arrive, or those of some days."""
    form = AgainForm(request.POST)
    if form.is_valid():
        _again(request, pk, form.lookups(), form)
    else:
        _tell(request, form)
    return redirect_page(request, PAGE, pk)


@require_POST
@login_required
@permission_required(CHANGE, raise_exception=True)
def endpoint_ping(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a trial event."""
    get_object_or_404(Endpoint.objects.visible_to(request.user), pk=pk)
    with telling(request, gettext("A trial event is on its way.")):
        endpoints.ping(endpoint_id=pk, at=timezone.now())
        tasks.deliver_soon()
    return redirect_page(request, PAGE, pk)


def _tell(request: SignedInRequest, form: ShownForm) -> None:
    for errors in form.errors.values():
        messages.error(request, " ".join(str(one) for one in errors))


def _again(request: SignedInRequest, pk: int, which: dict[str, object], form: ShownForm) -> None:
    get_object_or_404(Endpoint.objects.visible_to(request.user), pk=pk)
    try:
        number = endpoints.send_again(
            endpoint_id=pk,
            which=which,
            actor=request.user,
            at=timezone.now(),
            shown_at=form.cleaned_data["shown_at"],
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return
    if not number:
        messages.info(request, gettext("There is nothing to send again."))
        return
    tasks.deliver_soon()
    words = ngettext(
        "%(number)s delivery is sent again.", "%(number)s deliveries are sent again.", number
    ) % {"number": f"{number:,}"}
    messages.success(request, words)
