"""Sending a record: the pre-flight page, and the page that posts the hand-off by itself."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.pages import render_page
from agencyhub.lib.pks import read_pk
from agencyhub.records.lists import pages
from individuals.models import Individual, SalesRecord
from integrations.plancompare import preflights, selectors
from integrations.plancompare.services import handoff as handoffs
from integrations.selectors import PAGES

ADDRESS_FIELDS = ("zip", "address_1", "address_2", "city", "state")
VIEW = {Individual: "individuals.view_individual", SalesRecord: "individuals.view_salesrecord"}
TEMPLATE = "plancompare/preflight.html"


def _record(request: SignedInRequest, record_type: str, record_id: int) -> Individual | SalesRecord:
    """The record, if its type is one that is sent and the user may see it."""
    model: Any = selectors.RECORD_TYPES.get(record_type)
    if model is None:
        msg = gettext("Individuals and Sales Records are sent, nothing else.")
        raise Http404(msg)
    if not request.user.has_perm(VIEW[model]):
        raise PermissionDenied
    found: Individual | SalesRecord = get_object_or_404(
        model.objects.visible_to(request.user), pk=record_id
    )
    return found


@require_GET
@never_cache
@login_required
def preflight(request: SignedInRequest, record_type: str, record_id: int) -> HttpResponse:
    """What will be sent through the chosen link, what is missing and what is malformed."""
    record = _record(request, record_type, record_id)
    return _preflight_page(request, record, read_pk(request.GET.get("link", "")))


def _preflight_page(
    request: SignedInRequest,
    record: Individual | SalesRecord,
    link_id: int | None,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    check = preflights.check(record, link_id=link_id, user=request.user, as_of=today)
    context = {
        "check": check,
        "refusal": refusal,
        "refused_title": gettext("%(name)s cannot be sent yet") % {"name": check.name},
        "record_url": reverse(PAGES[check.record_type][1], args=[record.pk]),
        "can_manage": request.user.has_perm("integrations.manage_integrations"),
        "address_fields": ADDRESS_FIELDS,
        **_mending(request, record, back=_address(check)),
    }
    return render_page(request, TEMPLATE, context, fragment="preflight", status=status)


def _address(check: preflights.Preflight) -> str:
    """The pre-flight of the record through the link that is looked at."""
    page = reverse("plancompare:preflight", args=[check.record_type, check.record_id])
    return pages.with_params(page, link=check.link.pk) if check.link else page


def _mending(
    request: SignedInRequest, record: Individual | SalesRecord, *, back: str
) -> dict[str, str]:
    """Where what is missing can be typed, to come ``back`` then; nothing for who may not."""
    name = record._meta.model_name
    if not request.user.has_perm(f"individuals.change_{name}"):
        return {}
    edit_url = pages.with_params(reverse(f"individuals:{name}_edit", args=[record.pk]), next=back)
    if isinstance(record, SalesRecord):
        return {"edit_url": edit_url, "address_url": f"{edit_url}#id_zip_code"}
    primary = record.addresses.filter(is_primary=True).order_by("pk").first()
    role, pk = ("address_edit", primary.pk) if primary else ("address_create", record.pk)
    may = request.user.has_perm(f"individuals.{'change' if primary else 'add'}_address")
    page = reverse(f"individuals:{role}", args=[pk])
    return {
        "edit_url": edit_url,
        "address_url": pages.with_params(page, next=back) if may else "",
    }


@require_POST
@never_cache
@login_required
def handoff(request: SignedInRequest, record_type: str, record_id: int) -> HttpResponse:
    """Note the hand-off and answer the page that posts it to PlanCompare.

    Only this answer may post to the link's origin, and it tells no address where it came from.
    """
    record = _record(request, record_type, record_id)
    link_id = read_pk(request.POST.get("link", ""))
    try:
        outgoing = handoffs.record_handoff(
            record=record, link_id=link_id, user=request.user, as_of=timezone.localdate()
        )
    except handoffs.HandoffRefusedError as error:
        return _preflight_page(request, record, link_id, refusal=error.message, status=422)
    context = {"outgoing": outgoing, "host": outgoing.origin.partition("://")[2]}
    response = render(request, "plancompare/handoff.html", context)
    response._csp_update = {"form-action": _may_lead_to(outgoing.origin)}  # type: ignore[attr-defined]
    response["Cache-Control"] = "no-store, private, max-age=0"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _may_lead_to(origin: str) -> list[str]:
    """The link's origin, and those its sign-on passes through: browsers check redirects as well."""
    return [origin, *settings.PLANCOMPARE_SSO_ORIGINS]
