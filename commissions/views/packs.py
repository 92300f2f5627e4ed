"""Dispute packs: what was chosen for which carrier, and its files."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib import keyset
from agencyhub.lib.errors import DomainError
from agencyhub.lib.keyset import NEWEST_FIRST
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.pks import read_pk
from agencyhub.records.lists import bulk, export, state
from agencyhub.records.lists.state import State
from commissions.lists.disputes import PAY_QUEUE
from commissions.models import ExpectedPay
from commissions.selectors import packs as selectors
from commissions.services import disputes
from commissions.services import handing_over as files
from commissions.services import packs as services


@require_POST
@never_cache
@any_permission(disputes.CHANGE)
def disputepack_create(request: SignedInRequest) -> HttpResponse:
    """First say what is meant, carrier by carrier; with ``sure`` make the packs."""
    asked = _asked(request)
    try:
        rows = _chosen(request, asked)
        if "sure" not in request.POST:
            return _ask(request, asked, rows)
        pay_ids = list(rows.order_by().values_list("pk", flat=True)[: services.MOST + 1])
        made = services.make(
            pay_ids=pay_ids, token=_token(request), user=request.user, at=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, asked.url())
    if len(made) == 1:
        return redirect_page(request, "commissions:disputepack_detail", pk=made[0].pk)
    return redirect_page(request, "commissions:disputepack_list")


@require_GET
@never_cache
@any_permission(disputes.VIEW)
def disputepack_list(request: SignedInRequest) -> HttpResponse:
    """The packs, the newest first."""
    page = keyset.page(selectors.visible(request.user), order=NEWEST_FIRST, params=request.GET)
    context = {
        "page": page,
        "prev_url": f"?before={page.before}" if page.before else "",
        "next_url": f"?after={page.after}" if page.after else "",
    }
    return render_page(request, "commissions/disputepack_list.html", context)


@require_GET
@never_cache
@any_permission(disputes.VIEW)
def disputepack_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One pack: what it asks for, and its files."""
    pack = get_object_or_404(selectors.visible(request.user), pk=pk)
    content = selectors.content(pack, user=request.user, today=timezone.localdate())
    context = {
        "pack": pack,
        "content": content,
        "may_export": export.may_see_personal_data(request.user),
    }
    return render_page(request, "commissions/disputepack_detail.html", context)


@require_POST
@never_cache
@any_permission(disputes.VIEW)
@permission_required(export.PERSONAL_DATA, raise_exception=True)
def disputepack_file(request: SignedInRequest, pk: int, file_format: str) -> HttpResponseBase:
    """A pack as a file; noted in the log of exports with the months that it held."""
    if file_format not in files.TYPES:
        raise Http404
    pack = get_object_or_404(selectors.visible(request.user), pk=pk)
    today = timezone.localdate()
    return FileResponse(
        files.file_of(pack, file_format=file_format, user=request.user, api_key=None, today=today),
        as_attachment=True,
        filename=files.name_of(pack, file_format=file_format, today=today),
        content_type=files.TYPES[file_format],
    )


def _chosen(request: SignedInRequest, asked: State) -> QuerySet[ExpectedPay]:
    """The ticked months, or all that fit the filters."""
    ticked = [pk for text in request.POST.getlist("pk") if (pk := read_pk(text))]
    pks = None if request.POST.get("rows") == "all" else ticked
    rows: QuerySet[ExpectedPay] = bulk.selected(
        PAY_QUEUE.key, user=request.user, filters=asked.filters, pks=pks
    )
    return rows


def _ask(request: SignedInRequest, asked: State, rows: QuerySet[ExpectedPay]) -> HttpResponse:
    carriers = selectors.by_carrier(rows)
    number = sum(one.months for one in carriers)
    if not number:
        raise services.nothing()
    context = {
        "carriers": carriers,
        "number": number,
        "all": asked.rows.order_by().count(),
        "total": sum(one.total for one in carriers),
        "ticked": [text for text in request.POST.getlist("pk") if read_pk(text)],
        "is_all": request.POST.get("rows") == "all",
        "query": asked.query(),
        "back_url": asked.url(),
        "token": uuid.uuid4(),
    }
    return render_page(request, "commissions/disputepack_form.html", context)


def _asked(request: SignedInRequest) -> State:
    return state.posted(PAY_QUEUE, request.POST, user=request.user)


def _token(request: SignedInRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        raise Http404 from None
