"""Bulk edits: what is meant, what is to be set, a look before it is done, and what became of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from agencyhub.lib import keyset
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import HtmxRequest, redirect_page, render_page
from agencyhub.lib.pks import read_pk
from agencyhub.records import tasks
from agencyhub.records.lists import bulk, registry
from agencyhub.records.lists.forms import BulkForm, ConfirmForm
from agencyhub.records.lists.models import BulkEdit
from agencyhub.records.services import bulkedits
from agencyhub.records.views.lists import kind_of, state_of

DETAIL = "records/bulkedit_detail.html"
ALL = "all"


@require_POST
@login_required
def bulkedit_start(request: HtmxRequest, key: str) -> HttpResponse:
    """Begin with the ticked rows ``pk`` of a list, or with ``rows=all`` that match."""
    kind = kind_of(request, key)
    asked = state_of(request, kind, request.POST)
    picked = [read_pk(text) for text in request.POST.getlist("pk")]
    pks = None if request.POST.get("rows") == ALL else [pk for pk in picked if pk]
    try:
        edit = bulkedits.start(
            list_key=key, user=request.user, filters=asked.filters, query=asked.query(), pks=pks
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, asked.url())
    return redirect_page(request, "records:bulkedit_detail", pk=edit.pk)


@require_http_methods(["GET", "POST"])
@login_required
def bulkedit_detail(request: HtmxRequest, pk: int) -> HttpResponse:
    """One bulk edit of the user's, from choosing the fields to the result."""
    own = BulkEdit.objects.select_related("user", "batch").filter(user=request.user)
    edit = get_object_or_404(own, pk=pk)
    kind_of(request, edit.list_key)
    if edit.state != BulkEdit.State.DRAFT:
        return _outcome_page(request, edit)
    try:
        if request.POST.get("step") == "confirm":
            return _confirm(request, edit)
        return _draft_page(request, edit)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, "records:bulkedit_detail", pk=pk)


def _draft_page(request: HtmxRequest, edit: BulkEdit) -> HttpResponse:
    form = BulkForm(request.POST or None, edit=edit)
    if form.is_bound and form.is_valid():
        edit.values = form.values
    preview = bulk.preview(edit)
    if form.is_bound and form.is_valid():
        bulkedits.choose(edit=edit, values=form.values, expected=preview.count)
    context = {"form": form, "preview": preview, "confirm": ConfirmForm(count=preview.count)}
    status = 422 if form.errors else 200
    return _render(request, edit, context, status=status)


def _confirm(request: HtmxRequest, edit: BulkEdit) -> HttpResponse:
    form = ConfirmForm(request.POST, count=edit.expected)
    if not edit.values or not form.is_valid():
        context = {
            "form": BulkForm(None, edit=edit),
            "preview": bulk.preview(edit),
            "confirm": form,
        }
        return _render(request, edit, context, status=422)
    bulkedits.confirm(edit_id=edit.pk)
    if bulkedits.is_long(edit):
        tasks.edit_in_bulk.delay(edit_id=edit.pk)
    else:
        bulkedits.run(edit_id=edit.pk, at=timezone.now())
    return redirect_page(request, "records:bulkedit_detail", pk=edit.pk)


def _outcome_page(request: HtmxRequest, edit: BulkEdit) -> HttpResponse:
    found = edit.changed + edit.unchanged + edit.refused_count
    context = {
        "is_running": edit.state == BulkEdit.State.QUEUED,
        "progress": bulkedits.progress(edit),
        "missing": edit.expected - found,
        "found": found,
        "refused": edit.refused,
    }
    return _render(request, edit, context)


def _render(
    request: HtmxRequest, edit: BulkEdit, context: dict[str, object], status: int = 200
) -> HttpResponse:
    kind = registry.of(edit.list_key)
    common = {
        "edit": edit,
        "kind": kind,
        "values": bulk.values_in_words(edit),
        "on_page": min(edit.expected, keyset.PAGE_SIZE),
        "list_url": f"{kind.url}?{edit.query}" if edit.query else kind.url,
    }
    return render_page(request, DETAIL, common | context, status=status)
